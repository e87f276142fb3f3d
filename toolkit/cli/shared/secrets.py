"""Secrets of a command: each from a file, a descriptor or a prompt, and never from an argument."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.shared.output import FILE

if TYPE_CHECKING:
    from toolkit.store.keys.passphrase import Passphrase

Command = Callable[..., Any]
Source = tuple[Path | None, int | None]
"""File and descriptor, as the options gave them."""


def secret_options(option: str, what: str) -> Callable[[Command], Command]:
    """Return a decorator with the two options by which a secret can be read without typing it.

    Parameters
    ----------
    option : str
        How both begin: ``--new-passphrase``.
    """

    def decorated(command: Command) -> Command:
        from_file = click.option(
            f"{option}-file", type=FILE, help=f"Read {what} from this file (mode 600)."
        )
        from_descriptor = click.option(
            f"{option}-fd", type=click.IntRange(0), help="Read it from this open file descriptor."
        )
        return from_file(from_descriptor(command))

    return decorated


def secret_of(option: str, source: Source, question: str, *, twice: bool = False) -> Passphrase:
    """Read a secret from the file or descriptor that was named, or ask for it.

    Parameters
    ----------
    twice : bool
        Whether to ask twice, because it is new.

    Raises
    ------
    UsageError
        Both options were given (USAGE-010), there is no terminal (USAGE-011), or what was typed
        differs (USAGE-009).
    StoreError
        What was read or typed is no passphrase.
    """
    from toolkit.errors import UsageError
    from toolkit.store.keys.passphrase import Passphrase

    file, descriptor = source
    if file is not None and descriptor is not None:
        raise UsageError.of("USAGE-010", place=option, option=option)
    if file is not None:
        return Passphrase.from_file(file)
    if descriptor is not None:
        return Passphrase.from_descriptor(descriptor)
    if not sys.stdin.isatty():
        raise UsageError.of("USAGE-011", place=option, option=option)
    typed = Passphrase.from_prompt(question)
    if twice and Passphrase.from_prompt("Once more: ").reveal() != typed.reveal():
        raise UsageError.of("USAGE-009", place="terminal")
    return typed
