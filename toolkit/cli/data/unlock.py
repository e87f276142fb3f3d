"""A study is unlocked once in a work session; its passphrase is changed, or set anew."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.shared.output import AS_JSON, dump
from toolkit.cli.shared.secrets import SecretSource, secret_of, secret_options
from toolkit.cli.shared.study_home import DATA, find_data, keyring_of, passphrase_options

if TYPE_CHECKING:
    from toolkit.store.home import Home
    from toolkit.store.keys.passphrase import Passphrase
    from toolkit.store.lifecycle.unlock_process import Kept

_NEW = "--new-passphrase"
_RECOVERY = "--recovery-key"
_IDENTITY = click.option(
    "--identity", is_flag=True, help="The identity store's, not the research store's."
)
_NEW_OPTIONS = secret_options(_NEW, "the new passphrase")


def add_to(group: click.Group) -> None:
    """Add the commands ``unlock``, ``lock``, ``passphrase`` and ``recover`` to a group.

    Parameters
    ----------
    group : click.Group
        The group ``store``.
    """
    for each in (unlock, lock, passphrase, recover):
        group.add_command(each)


@click.command()
@DATA
@click.option(
    "--hours",
    type=click.FloatRange(0, 12, min_open=True),
    default=8,
    show_default=True,
    help="Lock it again after this many hours (at most 12).",
)
@passphrase_options
@AS_JSON
def unlock(
    data: Path | None,
    hours: float,
    passphrase: SecretSource,
    as_json: bool,
) -> None:
    """Unlock the study: type the passphrase once, for all your notebooks and commands.

    A background process gives your own programs on this machine the keys of the research store,
    until you lock it or the time is over. The identity store stays closed.

    \b
    Example:
      toolkit store unlock --hours 4
    """
    from toolkit.store.lifecycle.unlock_process import keep_unlocked, kept

    home = find_data(data)
    found, before = kept(home), True
    if found is None:
        keyring = keyring_of(home, passphrase)
        found, before = keep_unlocked(home, keyring, hours=hours), False
    _say_kept(home, found, before, as_json)


@click.command()
@DATA
@AS_JSON
def lock(data: Path | None, as_json: bool) -> None:
    """Lock the study: no program gets its keys any more; running programs keep what they read.

    \b
    Example:
      toolkit store lock
    """
    from toolkit.store.lifecycle import unlock_process as keeper

    home = find_data(data)
    was = keeper.lock(home)
    if as_json:
        dump({"study": home.study, "unlocked": False, "was_unlocked": was})
    else:
        click.echo(f"{home.study} is locked." if was else f"{home.study} was locked already.")


@click.command()
@DATA
@_IDENTITY
@passphrase_options
@_NEW_OPTIONS
def passphrase(
    data: Path | None,
    identity: bool,
    passphrase: SecretSource,
    new_passphrase: SecretSource,
) -> None:
    """Change a passphrase; the data and the recovery key stay as they are.

    \b
    Example:
      toolkit store passphrase --identity
    """
    from toolkit.store.keys.keyring import Keyring

    home = find_data(data)
    old = secret_of(passphrase, "Passphrase so far: ")
    keyring = Keyring.unlock(_ring(home, identity), old)
    keyring.change_passphrase(_new(home, new_passphrase))
    click.echo(f"The passphrase of {_which(home, identity)} is changed.")


@click.command()
@DATA
@_IDENTITY
@secret_options(_RECOVERY, "the recovery key")
@_NEW_OPTIONS
def recover(
    data: Path | None,
    identity: bool,
    recovery_key: SecretSource,
    new_passphrase: SecretSource,
) -> None:
    """Set a new passphrase with the printed recovery key, if the old one is lost.

    \b
    Example:
      toolkit store recover
    """
    from toolkit.store.keys.keyring import Keyring

    home = find_data(data)
    key = secret_of(recovery_key, "Recovery key, as it was printed: ")
    keyring = Keyring.recover(_ring(home, identity), key.reveal().decode())
    keyring.change_passphrase(_new(home, new_passphrase))
    click.echo(f"The passphrase of {_which(home, identity)} is set anew.")
    click.echo("The recovery key still opens it: lock it away again.")


def _new(home: Home, source: SecretSource) -> Passphrase:
    """Return a new passphrase, which is not the public one unless the study is the sample.

    Raises
    ------
    StoreError
        It is the public one (STORE-059).
    """
    from toolkit.store.home import refuse_public

    new = secret_of(source, "New passphrase: ", twice=True)
    refuse_public(home, new)
    return new


def _ring(home: Home, identity: bool) -> Path:
    return home.identity_keyring if identity else home.research_keyring


def _which(home: Home, identity: bool) -> str:
    return f"the {'identity' if identity else 'research'} store of {home.study}"


def _say_kept(home: Home, found: Kept, before: bool, as_json: bool) -> None:
    until = None if found.until is None else datetime.fromtimestamp(found.until / 1000, UTC)
    if as_json:
        at = until and until.isoformat(timespec="seconds")
        told = {"study": home.study, "unlocked": True, "before": before, "until": at}
        dump({**told, "process": found.process})
        return
    said = f"until {until.astimezone():%H:%M}" if until else "until its process ends"
    click.echo(f"{home.study} {'was unlocked already' if before else 'is unlocked'}, {said}.")
    click.echo("Lock it before you leave: toolkit store lock")
