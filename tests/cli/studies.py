"""A small study with its own data, for commands that are run as people run them."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from tests.capture.service.conftest import Place
from toolkit.capture.service.study import open_store
from toolkit.cli import main
from toolkit.store import Event


@dataclass(frozen=True)
class Done:
    """What came of a command.

    Attributes
    ----------
    returncode : int
        0 good, 1 findings, 2 wrong usage.
    stdout, stderr : str
        What it said.
    """

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Told:
    """Runs commands on one study.

    Attributes
    ----------
    place : Place
        The study.
    """

    place: Place

    def run(self, *words: object) -> Done:
        """Run a command on the study as ``toolkit`` does, in this process: starting one is slow."""
        folders = ("--data", self.place.data, "--study", self.place.protocol)
        out, err = io.StringIO(), io.StringIO()
        argv = ["toolkit", *map(str, words), *map(str, folders)]
        with patch.object(sys, "argv", argv), redirect_stdout(out), redirect_stderr(err):
            try:
                main()
            except SystemExit as ended:
                return Done(int(ended.code or 0), out.getvalue(), err.getvalue())

    def good(self, *words: object) -> str:
        """Run a command that has to succeed, and give what it says."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *words: object) -> str:
        """Run a command that has to be refused, without a traceback; give what it says."""
        done = self.run(*words)
        assert done.returncode in (1, 2)
        assert "Traceback" not in done.stderr
        return done.stderr

    def events(self) -> list[Event]:
        """What the journal has."""
        store, _ = open_store(self.place.data)
        found = list(store.read())
        store.close()
        return found


def plain_bytes(folder: Path) -> bytes:
    """Every byte of every file in a folder."""
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())
