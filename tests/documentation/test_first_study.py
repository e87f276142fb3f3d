"""The tutorial works: every command on its page, each as it is printed, in an empty project."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "first-study.md"
BLOCK = re.compile(r"^```(\{code-block\} yaml|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COLOUR = re.compile(r"\x1b(?:\[[\d;]*m|\(B)")
# What a reader types at each question, and Ctrl+C where a rehearsal has begun.
ANSWERS = {
    r"(?i)passphrase[^\n]*identity[^\n]*: $": "a second phrase for names",
    r"(?i)passphrase[^\n]*: $": "a first phrase for words",
    r"(?i)once more: $": "",  # what was typed before
    r"Ctrl\+C here ends it": None,
}


def steps(page: str) -> Iterator[tuple[str, str]]:
    """Yield each file to save (path, text) and each command ($ command, expected output)."""
    for kind, block in BLOCK.findall(page):
        if kind == "console":
            for command in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                line, _, output = command.partition("\n")
                yield f"$ {line}", output
        else:
            caption, _, text = block.partition("\n")
            yield caption.removeprefix(":caption: "), text


def typed(command: str, folder: Path, sockets: str) -> tuple[str, int]:
    """Run a command at a terminal, answer what it asks, and return its output and exit code."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "BROWSER": "true",  # a program that opens nothing
        "XDG_RUNTIME_DIR": sockets,
        "NO_COLOR": "1",
    }
    asked = [*ANSWERS, pexpect.EOF]
    terminal = pexpect.spawn(
        "/bin/sh", ["-c", command], cwd=folder, env=environment, encoding="utf-8", timeout=300,
        dimensions=(50, 400),
    )  # fmt: skip
    said, before = "", None
    while (number := terminal.expect(asked)) < len(ANSWERS):
        said += terminal.before + terminal.after
        answer = list(ANSWERS.values())[number]
        answer = before = before if answer == "" else answer
        if answer is None:
            terminal.sendintr()
            asked = [pexpect.EOF] * len(asked)
        else:
            terminal.sendline(answer)
    said += terminal.before
    terminal.close()
    stopped = terminal.signalstatus == 2 or terminal.exitstatus == 130
    return COLOUR.sub("", said).replace("\r\n", "\n"), 0 if stopped else terminal.exitstatus


@pytest.fixture
def sockets(tmp_path: Path) -> Iterator[str]:
    """A folder whose path is short enough for sockets; no study stays unlocked at the end."""
    with tempfile.TemporaryDirectory() as folder:
        yield folder
        typed("toolkit store lock --data .studies/young-carers", tmp_path, folder)


def test_every_command_of_the_tutorial_does_what_the_page_says(
    tmp_path: Path, sockets: str
) -> None:
    for name in ("notebooks", "topic_guides"):
        shutil.copytree(ROOT / name, tmp_path / name)
    same = doctest.OutputChecker()
    rules = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    commands = 0
    for step, text in steps(PAGE.read_text(encoding="utf-8")):
        if not step.startswith("$ "):
            (tmp_path / step).write_text(text, encoding="utf-8")
            continue
        said, code = typed(step.removeprefix("$ "), tmp_path, sockets)
        fault_shown = re.match(r"[A-Z]+-", text) is not None
        assert code == int(fault_shown), f"{step}\n{said}"
        assert same.check_output(text, said, rules), f"{step}\n{said}"
        commands += 1
    assert commands >= 15
