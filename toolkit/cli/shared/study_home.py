"""How a command finds the data of a study and gets at its keys; a passphrase is never in argv."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.shared.output import FILE

if TYPE_CHECKING:
    from toolkit.store.home import Home
    from toolkit.store.keys.keyring import Keyring
    from toolkit.store.keys.passphrase import Passphrase

HOMES = ".studies"
Command = Callable[..., Any]

DATA = click.option(
    "--data", type=FILE, help=f"Folder of the study's data [default: the only one in {HOMES}]."
)


def passphrase_options(command: Command) -> Command:
    """Add the options that read a passphrase from a file or a descriptor to a command."""
    from_file = click.option(
        "--passphrase-file", type=FILE, help="Read the passphrase from this file (mode 600)."
    )
    from_descriptor = click.option(
        "--passphrase-fd", type=click.IntRange(0), help="Read it from this open file descriptor."
    )
    return from_file(from_descriptor(command))


def find_data(data: Path | None) -> Home:
    """Return the home of a study's data.

    Parameters
    ----------
    data : pathlib.Path or None
        Its folder, or None for the only one below the working folder.

    Raises
    ------
    UsageError
        Nothing was named, and there is none or more than one (USAGE-006).
    """
    from toolkit.errors import UsageError
    from toolkit.store.home import NAME, find_home

    if data is not None:
        return find_home(data)
    found = sorted(each.parent for each in Path(HOMES).glob(f"*/{NAME}"))
    if len(found) != 1:
        choices = ", ".join(str(each) for each in found) or "none"
        raise UsageError.of("USAGE-006", place="--data", found=choices)
    return find_home(found[0])


def passphrase_given(file: Path | None, descriptor: int | None) -> Passphrase | None:
    """Return the passphrase from the file or descriptor that was named, or None.

    Parameters
    ----------
    file : pathlib.Path or None
        Value of ``--passphrase-file``.
    descriptor : int or None
        Value of ``--passphrase-fd``.

    Raises
    ------
    UsageError
        Both are given (USAGE-007).
    """
    from toolkit.errors import UsageError
    from toolkit.store.keys.passphrase import Passphrase

    if file is not None and descriptor is not None:
        raise UsageError.of("USAGE-007", place="--passphrase-fd")
    if file is not None:
        return Passphrase.from_file(file)
    return Passphrase.from_descriptor(descriptor) if descriptor is not None else None


def asked(question: str) -> Passphrase | None:
    """Ask for a passphrase at the terminal; None if there is nobody to ask."""
    from toolkit.store.keys.passphrase import Passphrase

    return Passphrase.from_prompt(question) if sys.stdin.isatty() else None


def unlock_for_the_day(home: Home, file: Path | None, descriptor: int | None) -> None:
    """Unlock a study for the hours of a working day, unless it is unlocked already.

    Raises
    ------
    StoreError
        As in `keyring_of`.
    """
    from toolkit.store.lifecycle.unlock_process import keep_unlocked, kept

    if not home.sample and kept(home) is None:
        keep_unlocked(home, keyring_of(home, file, descriptor), hours=8)


def keyring_of(home: Home, file: Path | None, descriptor: int | None) -> Keyring:
    """Return the unlocked research keyring of a study.

    Parameters
    ----------
    file, descriptor
        As in `passphrase_given`; without both an unlocked session is used, or the passphrase is
        asked for at the terminal.

    Raises
    ------
    StoreError
        The passphrase is wrong, or the study is locked and there is nobody to ask.
    """
    from toolkit.errors import StoreError
    from toolkit.store.lifecycle.unlocked import unlock

    given = passphrase_given(file, descriptor)
    try:
        return unlock(home, given)
    except StoreError as locked:
        told = {each.code for each in locked.findings}
        typed = asked(f"Passphrase of {home.study}: ") if told == {"STORE-060"} else None
        if typed is None:
            raise
    return unlock(home, typed)
