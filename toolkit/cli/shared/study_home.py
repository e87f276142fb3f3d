"""How a command finds the data of a study and gets at its keys; a passphrase is never in argv."""

from __future__ import annotations

import atexit
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.shared.output import FILE
from toolkit.cli.shared.secrets import SecretSource, secret_options

if TYPE_CHECKING:
    from toolkit.store.home import Home
    from toolkit.store.journal.sealed_store import SealedStore
    from toolkit.store.keys.keyring import Keyring
    from toolkit.store.keys.passphrase import Passphrase

HOMES = ".studies"
_ASKEW = 120_000  # ms by which the clocks of two machines may differ

DATA = click.option(
    "--data", type=FILE, help=f"Folder of the study's data [default: the only one in {HOMES}]."
)


passphrase_options = secret_options("--passphrase", "the passphrase")
"""The options by which a passphrase can be read without anybody to type it."""


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


def asked(question: str) -> Passphrase | None:
    """Ask for a passphrase at the terminal; None if there is nobody to ask."""
    from toolkit.store.keys.passphrase import Passphrase

    return Passphrase.from_prompt(question) if sys.stdin.isatty() else None


def unlock_for_the_day(home: Home, passphrase: SecretSource) -> None:
    """Unlock a study for the hours of a working day, unless it is unlocked already.

    Where no process can stay in the background, it is unlocked as long as this command runs.

    Raises
    ------
    StoreError
        As in `keyring_of`.
    """
    from toolkit.store.lifecycle.unlock_process import CAN_STAY, keep_unlocked, kept
    from toolkit.store.lifecycle.unlocked import KeyServer, socket_of

    keyring = keyring_of(home, passphrase)
    open_to_write(home, keyring).close()
    if home.sample or kept(home) is not None:
        return
    if CAN_STAY:
        keep_unlocked(home, keyring, hours=8)
    else:
        # This command gives the keys to the server that it starts, and to nobody once it ends.
        atexit.register(KeyServer(socket_of(home), keyring).close)


def open_to_write(home: Home, keyring: Keyring) -> SealedStore:
    """Open the research store to record something, and ask where the clock cannot be right.

    Parameters
    ----------
    home : Home
        The study's home.
    keyring : Keyring
        The unlocked research keyring.

    Raises
    ------
    UsageError
        The clock of this machine is before the last event, and there is nobody to ask (USAGE-027).
    StoreError
        As in `Home.open_research`.
    """
    store = home.open_research(keyring)
    try:
        _ask_about_clock(store.latest())
    except BaseException:
        store.close()
        raise
    return store


def _ask_about_clock(latest: int) -> None:
    """Ask whether to go on where the last event is of a time that has not come yet."""
    from datetime import UTC, datetime

    from toolkit.errors import UsageError

    now = time.time_ns() // 1_000_000
    if latest <= now + _ASKEW:
        return
    said = [f"{datetime.fromtimestamp(each / 1000, UTC):%Y-%m-%d %H:%M}" for each in (now, latest)]
    if not sys.stdin.isatty():
        raise UsageError.of("USAGE-027", place="clock", now=said[0], last=said[1])
    told = f"The clock of this machine says {said[0]}, but the last event is of {said[1]} (UTC)."
    click.echo(told, err=True)
    click.confirm("Record with this clock all the same?", abort=True, err=True)


def keyring_of(home: Home, passphrase: SecretSource) -> Keyring:
    """Return the unlocked research keyring of a study.

    Parameters
    ----------
    passphrase : SecretSource
        Where the command was told to read it; if nowhere, an unlocked session is used, or the
        passphrase is asked for at the terminal.

    Raises
    ------
    StoreError
        The passphrase is wrong, or the study is locked and there is nobody to ask.
    """
    from toolkit.errors import StoreError
    from toolkit.store.lifecycle.unlocked import unlock

    given = passphrase.read()
    try:
        return unlock(home, given)
    except StoreError as locked:
        told = {each.code for each in locked.findings}
        typed = asked(f"Passphrase of {home.study}: ") if told == {"STORE-060"} else None
        if typed is None:
            raise
    return unlock(home, typed)


@contextmanager
def opened_store(home: Home, passphrase: SecretSource) -> Iterator[SealedStore]:
    """Open the research store of a study for the time of a command.

    Parameters
    ----------
    home, passphrase
        As in `keyring_of`.

    Yields
    ------
    SealedStore
        It is closed afterwards.

    Raises
    ------
    StoreError
        As in `keyring_of`.
    """
    store = home.open_research(keyring_of(home, passphrase))
    try:
        yield store
    finally:
        store.close()
