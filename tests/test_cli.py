"""The command: exit codes, JSON, help with an example, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from toolkit.cli import toolkit

ROOT = Path(__file__).parents[1]
STUDY = ROOT / "topic_guides" / "parents-and-social-care"
GUIDES = [STUDY / "telephone-interview.yaml", STUDY / "parent-forum.yaml"]


def run(*words: object, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "toolkit", *map(str, words)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def commands(group: click.Group = toolkit, *names: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [names]
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, *names, name)
        else:
            found.append((*names, name))
    return found


@pytest.mark.parametrize("names", commands(), ids=" ".join)
def test_every_command_has_help_with_an_example(names: tuple[str, ...]) -> None:
    command: click.Command = toolkit
    for name in names:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    text = command.get_help(click.Context(command, info_name=" ".join(["toolkit", *names])))
    assert "Example:\n    toolkit" in text
    described = text.split("Usage:")[1].splitlines()[2].strip()
    assert described.endswith((".", ",", ":")) or len(described) > 20


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['toolkit', '--help']\n"
        "from toolkit.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'pydantic', 'ruamel', 'papermill', 'jinja2', 'matplotlib'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_good_guide_gives_0_and_its_number_of_paths() -> None:
    done = run("guide", "check", *GUIDES)
    assert done.returncode == 0
    assert "20 different ones, and every one ends" in done.stdout
    assert done.stderr == ""


def test_a_faulty_guide_gives_1_and_all_faults(tmp_path: Path) -> None:
    text = GUIDES[0].read_text(encoding="utf-8").replace("minutes: 8", "minuts: 8")
    broken = tmp_path / "broken.yaml"
    broken.write_text(text, encoding="utf-8")
    done = run("guide", "check", broken, "--json")
    assert done.returncode == 1
    (report,) = json.loads(done.stdout)
    assert report["good"] is False
    assert {each["code"] for each in report["findings"]} == {"FORMAT-001"}
    assert report["findings"][0]["remedy"] == "did you mean 'minutes'?"


def test_warnings_alone_end_with_nought_and_with_one_where_that_is_wanted(tmp_path: Path) -> None:
    good = ROOT / "tests" / "guide" / "good" / "too-many-paths-to-count.yaml"
    text = good.read_text(encoding="utf-8").replace("languages: [en]", "languages: [en, cy]")
    (tmp_path / "guide.yaml").write_text(text, encoding="utf-8")
    done = run("guide", "check", str(tmp_path / "guide.yaml"))
    assert (done.returncode, "is good" in done.stdout, "GUIDE-044" in done.stdout) == (
        0,
        True,
        True,
    )
    assert run("guide", "check", "--strict", str(tmp_path / "guide.yaml")).returncode == 1


@pytest.mark.parametrize(
    "words",
    [
        ("guide", "chek"),
        ("guide", "check"),
        ("guide", "schema", "nothing"),
        ("run",),
        ("study", "new", "topic_guides"),
        ("guide", "show", str(GUIDES[0]), "--language", "cy"),
        ("run", str(STUDY), "--data", "nowhere", "-p", "no-sign"),
        ("run", str(STUDY), "--data", "nowhere", "--notebooks", "nowhere"),
    ],
    ids=" ".join,
)
def test_wrong_usage_gives_2_and_no_traceback(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


@pytest.mark.parametrize(
    "words",
    [
        ("guide", "check", "nowhere.yaml"),
        ("guide", "check", "topic_guides"),
        ("guide", "show", "README.md"),
        ("guide", "diff", "nowhere.yaml", str(GUIDES[0])),
        ("study", "check", "README.md"),
        ("study", "check", "docs"),
        ("run", str(STUDY), "--data", "nowhere"),
    ],
    ids=" ".join,
)
def test_wrong_files_give_1_and_a_message_with_a_code(words: tuple[str, ...]) -> None:
    done = run(*words)
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "Traceback" not in said
    assert "USAGE-002" not in said
    assert said.split("-")[0].isupper()


def test_a_guide_is_shown_in_the_terminal_and_as_a_page(tmp_path: Path) -> None:
    assert "Was social care involved" in run("guide", "show", GUIDES[0]).stdout
    page = tmp_path / "guide.html"
    assert run("guide", "show", GUIDES[0], "--html", page).returncode == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    refused = run("guide", "show", GUIDES[0], "--html", tmp_path / "no" / "guide.html")
    assert (refused.returncode, refused.stderr[:9]) == (2, "USAGE-003")


def test_versions_are_compared_with_exit_code_1_where_something_changed(tmp_path: Path) -> None:
    newer = tmp_path / "newer.yaml"
    text = GUIDES[1].read_text(encoding="utf-8")
    newer.write_text(text.replace('version: "1.0"', 'version: "1.1"'), encoding="utf-8")
    assert run("guide", "diff", GUIDES[1], newer).returncode == 0
    newer.write_text(text.replace("type: yes-no", "type: text", 1), encoding="utf-8")
    done = run("guide", "diff", GUIDES[1], newer, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["changes"][0]["comparable"] == "no"


def test_the_schema_accepts_the_worked_guides_and_refuses_an_unknown_key() -> None:
    import jsonschema

    from toolkit.guide.yaml.source import read_yaml

    schema = json.loads(run("guide", "schema").stdout)
    good = read_yaml(GUIDES[0]).data
    jsonschema.validate(good, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**good, "titel": "x"}, schema)


def test_a_new_study_passes_its_own_checks(tmp_path: Path) -> None:
    folder = tmp_path / "young carers"
    assert run("study", "new", folder, "--title", "Young carers").returncode == 0
    done = run("study", "check", folder)
    assert (done.returncode, done.stderr) == (0, "")
    guides = [each for each in folder.glob("*.yaml") if "\nguide:" in f"\n{each.read_text()}"]
    assert guides
    assert run("guide", "check", *guides).returncode == 0


def test_an_unexpected_fault_is_one_line_without_values(tmp_path: Path) -> None:
    code = (
        "import toolkit.guide.show.report as report, sys\n"
        "def broken(path): raise KeyError('secret words')\n"
        "report.report_on = broken\n"
        "sys.argv = ['toolkit', 'guide', 'check', 'x']\n"
        "from toolkit.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("USAGE-002 toolkit: the toolkit has stopped")
    assert "secret words" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_who_stops_reading_is_no_fault() -> None:
    done = subprocess.run(
        f"{sys.executable} -m toolkit guide show {GUIDES[0]} | head -1",
        shell=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.stdout.startswith("Telephone interview")
    assert done.stderr == ""
