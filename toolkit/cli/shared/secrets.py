"""Secrets of a command: each from a file, a descriptor or a prompt, and never from an argument."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.shared.output import FILE

if TYPE_CHECKING:
    from toolkit.store.keys.passphrase import Passphrase

Command = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class SecretSource:
    """Where a command was told to read a secret; nowhere, if somebody is to type it.

    Attributes
    ----------
    option : str
        How its two options begin: ``--passphrase``.
    file : pathlib.Path or None
        Value of the option ``-file``.
    descriptor : int or None
        Value of the option ``-fd``.
    """

    option: str
    file: Path | None = None
    descriptor: int | None = None

    def read(self) -> Passphrase | None:
        """Return the secret; None where the command was not told where to read it.

        Raises
        ------
        UsageError
            Both options were given (USAGE-010).
        StoreError
            What was read is no passphrase.
        """
        from toolkit.errors import UsageError
        from toolkit.store.keys.passphrase import Passphrase

        if self.file is not None and self.descriptor is not None:
            raise UsageError.of("USAGE-010", place=self.option, option=self.option)
        if self.file is not None:
            return Passphrase.from_file(self.file)
        return None if self.descriptor is None else Passphrase.from_descriptor(self.descriptor)


def secret_options(option: str, what: str) -> Callable[[Command], Command]:
    """Return a decorator with the two options by which a secret can be read without typing it.

    The command takes them as one `SecretSource`, named after the option: ``new_passphrase``.

    Parameters
    ----------
    option : str
        How both begin: ``--new-passphrase``.
    """
    name = option.removeprefix("--").replace("-", "_")

    def decorated(command: Command) -> Command:
        @functools.wraps(command)
        def gathered(**given: Any) -> Any:
            source = SecretSource(option, given.pop(f"{name}_file"), given.pop(f"{name}_fd"))
            return command(**given, **{name: source})

        from_file = click.option(
            f"{option}-file", type=FILE, help=f"Read {what} from this file (mode 600)."
        )
        from_descriptor = click.option(
            f"{option}-fd", type=click.IntRange(0), help="Read it from this open file descriptor."
        )
        return from_file(from_descriptor(gathered))

    return decorated


def secret_of(source: SecretSource, question: str, *, twice: bool = False) -> Passphrase:
    """Return a secret from where the command was told to read it, or ask for it.

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

    given = source.read()
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise UsageError.of("USAGE-011", place=source.option, option=source.option)
    typed = Passphrase.from_prompt(question)
    if twice and Passphrase.from_prompt("Once more: ").reveal() != typed.reveal():
        raise UsageError.of("USAGE-009", place="terminal")
    return typed
