"""How the command speaks: findings in colour, JSON for machines, files written on request."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from toolkit.errors import Finding

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
FILE = click.Path(path_type=Path)
# What the gate says of an output that it holds back.
_HELD_BACK = ("RUN-041", "RUN-081", "RUN-082", "RUN-083")
_COLOURS = {"error": "red", "warning": "yellow", "note": "blue"}


def say_findings(findings: Iterable[Finding], *, err: bool = False) -> None:
    """Print findings, one line each."""
    for each in findings:
        line = str(each).replace(each.code, click.style(each.code, fg=_COLOURS[each.severity]), 1)
        click.echo(line, err=err)


def say_held_back(findings: Iterable[Finding], folder: Path) -> int:
    """Report last of all that something was withheld, if it was.

    Parameters
    ----------
    findings : iterable of Finding
        What the gate found.
    folder : pathlib.Path
        Folder of the outputs.

    Returns
    -------
    int
        Exit code: 1 where something was held back, else 0.
    """
    count = sum(each.code in _HELD_BACK for each in findings)
    if not count:
        return 0
    held = "1 output was" if count == 1 else f"{count} outputs were"
    line = f"{held} withheld: {folder / 'held-back.json'} says which, and why."
    click.echo(click.style(line, fg="red"), err=True)
    return 1


def dump(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(as_text(value), nl=False)


def as_text(value: Any) -> str:
    """Return a value as the JSON that a command prints."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def write_text(file: Path, text: str) -> None:
    """Write a page to the file that was named.

    Raises
    ------
    UsageError
        The file cannot be written (USAGE-003).
    """
    from toolkit.errors import UsageError

    try:
        file.write_text(text, encoding="utf-8")
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise UsageError.of("USAGE-003", place="--html", file=str(file), reason=reason) from fault
