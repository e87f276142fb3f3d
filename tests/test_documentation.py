"""The documentation says what the code does: generated pages are fresh, links and commands work."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "docs").glob("[!_]*/**/*.md")]


def test_pages_made_from_the_code_are_up_to_date() -> None:
    check = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text)
    lost = [target for target in targets if not (page.parent / target).exists()]
    assert lost == []


def test_the_readme_has_its_first_command_by_line_15() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert next(n for n, line in enumerate(lines, 1) if line.startswith("make demo")) <= 15


def test_the_readme_names_only_commands_and_options_that_exist() -> None:
    from toolkit.cli import toolkit

    text = (ROOT / "README.md").read_text(encoding="utf-8").replace("\\\n", " ")
    said = re.findall(r"(?m)^\.venv/bin/toolkit (.+)$", text)
    assert len(said) >= 4
    for line in said:
        words = line.split()
        command = toolkit.commands[words.pop(0)]
        while hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        options = {option for each in command.params for option in each.opts}
        assert {word for word in words if word.startswith("-")} <= options, line


def test_the_readme_shows_what_the_demonstration_says_of_guides_and_protocol() -> None:
    from toolkit import demo

    guides, protocol = demo.check_all(demo.find_places(ROOT))
    said = [f"   {line}\n" for line in [*demo.guide_lines(guides), *demo.study_lines(protocol)]]
    assert "".join(said) in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_message_of_the_catalogue_is_on_its_page() -> None:
    from toolkit.errors import catalogue

    page = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    assert all(f"| `{code}` |" in page for code in catalogue())


def typed(text: str) -> list[str]:
    """Command lines of ``toolkit`` in the blocks of a page, as a reader would type them."""
    lines = text.replace("\\\n", " ").splitlines()
    found = (re.match(r"(?:\$ | {4,}|\.venv/bin/)(toolkit [a-z].*)", line) for line in lines)
    return [each.group(1).partition("#")[0] for each in found if each]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_names_only_commands_and_options_that_exist(page: Path) -> None:
    from toolkit.cli import toolkit

    wrong = []
    for line in typed(page.read_text(encoding="utf-8")):
        command: click.Command | None = toolkit
        words = line.split()[1:]
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            command = command.commands.get(words.pop(0))
        options = {option for each in command.params for option in each.opts} if command else set()
        given = {word.partition("=")[0] for word in words if re.match(r"-[-a-z]", word)}
        if command is None or given - options - {"--help"}:
            wrong.append(line)
    assert wrong == []


def test_the_manuals_give_commands_to_type() -> None:
    assert sum(len(typed(page.read_text(encoding="utf-8"))) for page in PAGES) >= 60


def test_decisions_are_numbered_and_say_why_and_what_else_there_was() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(each.name[:4]) for each in records] == list(range(1, len(records) + 1))
    for number, record in enumerate(records, 1):
        lines = record.read_text(encoding="utf-8").splitlines()
        heads = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
        assert lines[0].startswith(f"# {number}. "), record.name
        assert heads == ["Context", "Decision", "Alternatives", "Consequences"], record.name
        assert len(lines) <= 60, f"{record.name} is longer than a page"


def test_the_map_has_a_line_for_every_module() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    modules = [*(ROOT / "toolkit").rglob("*.py"), *(ROOT / "toolkit").rglob("*.js")]
    names = Counter(each.name for each in modules if each.name != "__init__.py")
    listed = Counter(re.findall(r"(?m)^ *- `([\w-]+\.(?:py|js))`: \S", page))
    assert (listed - names, names - listed) == (Counter(), Counter())


def by_hand(page: Path) -> str:
    """The prose of a page without blocks of code and without what is made from the code."""
    text = re.sub(r"(?ms)^```.*?^```$|^<!-- map:.*?^<!-- end of the map -->$", "", page.read_text())
    return "" if text.startswith("<!-- Made by") else re.sub(r"`[^`]*`", "", text)


def test_pages_are_written_as_somebody_would_say_it_aloud() -> None:
    never = re.compile(
        r"(?:held to|stands? against|what stands|stands? in the way|(?:hold|held|holding) back"
        r"|is (?:told|said) (?:of|to be)|gives? (?:back|away) (?:the|what)|what came of it"
        r"|by (?:nobody|everybody) else|let (?:no|every)(?:thing|body)|^(?:[-*] )?(?:Give|Tell) )",
        re.MULTILINE | re.IGNORECASE,
    )
    pages = [page for page in PAGES if page.name != "CHANGELOG.md"]
    found = {page.name: hits for page in pages if (hits := never.findall(by_hand(page)))}
    assert found == {}


def test_files_and_modules_that_pages_name_are_there() -> None:
    """Paths such as ``toolkit/store/home.py``, and modules such as ``publish.engine``."""
    rooms = {each.name for each in (ROOT / "toolkit").iterdir() if each.is_dir()}
    lost = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        paths = re.findall(r"`((?:toolkit|tests|docs|notebooks)/[\w/.-]*\w/?)`", text)
        # A file that is yet to be written, in the instructions for writing it.
        paths = [each for each in paths if "0004" not in each]
        lost += [f"{page.name}: {each}" for each in paths if not (ROOT / each).exists()]
        for dotted in re.findall(r"`((?:toolkit\.)?[a-z_]+(?:\.[a-z_]+)+)`", text):
            parts = dotted.removeprefix("toolkit.").split(".")
            if parts[0] in rooms and parts[-1] != "py" and not is_there(ROOT / "toolkit", parts):
                lost.append(f"{page.name}: {dotted}")
    assert lost == []


def is_there(folder: Path, parts: list[str]) -> bool:
    """Whether dotted parts name a folder or module, or something that a module defines."""
    while len(parts) > 1 and (folder / parts[0]).is_dir():
        folder, parts = folder / parts[0], parts[1:]
    module, *names = parts
    if (folder / module).is_dir() or (folder / f"{module}.py").is_file():
        source = folder / f"{module}.py"
        return not names or (source.is_file() and names[0] in source.read_text(encoding="utf-8"))
    front = folder / "__init__.py"
    return (
        front.is_file()
        and re.search(rf"\b{module}\b", front.read_text(encoding="utf-8")) is not None
    )
