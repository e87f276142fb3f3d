"""Who is behind a pseudonym: at a terminal, for a reason, on record (clauses P31, P37)."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.shared.output import AS_JSON, dump
from toolkit.cli.shared.secrets import Command, SecretSource, secret_of, secret_options
from toolkit.cli.shared.study_home import DATA, find_data

if TYPE_CHECKING:
    from toolkit.store.event import Event
    from toolkit.store.people.identity import IdentityStore, Second

_IDENTITY = "--identity-passphrase"
_SECOND = "--second-passphrase"
_NEW = "--new-passphrase"
_USER = click.option("--user", required=True, help="Your role account, such as researcher-1.")
_IDENTITY_OPTIONS = secret_options(_IDENTITY, "the passphrase of the identity store")


@dataclass(frozen=True, slots=True)
class SecondPerson:
    """The second person, as a command was told of them.

    Attributes
    ----------
    role, passphrase : str, SecretSource
        Their role account, and where their passphrase is.
    """

    role: str
    passphrase: SecretSource

    def agreed(self) -> Second:
        """Return them with their passphrase, which they type themselves.

        Raises
        ------
        UsageError, StoreError
            As in `secret_of`.
        """
        from toolkit.store.people.identity import Second

        return Second(self.role, secret_of(self.passphrase, f"Passphrase of {self.role}: "))


def second_options(command: Command) -> Command:
    """Return a command the options for a second person; it takes them as ``second``."""

    @functools.wraps(command)
    def gathered(second: str | None, second_passphrase: SecretSource, **given: Any) -> Any:
        found = None if second is None else SecondPerson(second, second_passphrase)
        return command(**given, second=found)

    role = click.option("--second", help="Role account of the approver (clause P37).")
    return role(secret_options(_SECOND, "the second person's passphrase")(gathered))


@click.group()
def identity() -> None:
    """Look up who a pseudonym stands for: for a stated reason, recorded, never in a notebook.

    \b
    Example:
      toolkit identity show K07 --reason contact --user researcher-1
    """


@identity.command()
@click.argument("pseudonym")
@click.option("--reason", required=True, help="Reason code, for example contact.")
@_USER
@DATA
@second_options
@_IDENTITY_OPTIONS
@AS_JSON
def show(
    pseudonym: str,
    reason: str,
    user: str,
    data: Path | None,
    second: SecondPerson | None,
    identity_passphrase: SecretSource,
    as_json: bool,
) -> None:
    """Show who somebody is; this is recorded before anything is shown.

    \b
    Example:
      toolkit identity show K07 --reason significant-harm --user researcher-1 \\
          --second safeguarding-officer-1
    """
    with _opened(data, identity_passphrase) as store:
        agreed = second.agreed() if second else None
        found = store.open(reason=reason, user=user, at=_now(), second=agreed).person(pseudonym)
    told = {name: value for name, value in found.to_json().items() if value not in (None, [], {})}
    if as_json:
        dump({"pseudonym": pseudonym, **told})
        return
    for name, value in told.items():
        shown = _listed(value) if isinstance(value, dict) else value
        text = "; ".join(shown) if isinstance(shown, list) else shown
        click.echo(f"{name.replace('_', ' '):12} {text}")


@identity.command()
@DATA
@_IDENTITY_OPTIONS
@AS_JSON
def openings(data: Path | None, identity_passphrase: SecretSource, as_json: bool) -> None:
    """List when the identity store was opened or refused, by whom and why; no names.

    \b
    Example:
      toolkit identity openings
    """
    with _opened(data, identity_passphrase) as store:
        rows = [_row(each) for each in store.openings()]
    if as_json:
        dump(rows)
        return
    for each in rows:
        told = (each["when"], each["event"], each["what"], each["user"], each["second"])
        click.echo("  ".join(filter(None, (*told, each["why"]))))
    click.echo(f"{len(rows)} rows.")


@identity.command()
@click.argument("role")
@_USER
@DATA
@second_options
@_IDENTITY_OPTIONS
@secret_options(_NEW, "the approver's own passphrase")
def approver(
    role: str,
    user: str,
    data: Path | None,
    second: SecondPerson | None,
    identity_passphrase: SecretSource,
    new_passphrase: SecretSource,
) -> None:
    """Add an approver (the second person), who types a passphrase of their own (clause P37).

    If there is an approver already, one of them has to agree (--second).

    \b
    Example:
      toolkit identity approver safeguarding-officer-1 --user researcher-1
    """
    with _opened(data, identity_passphrase) as store:
        agreed = second.agreed() if second else None
        new = secret_of(new_passphrase, f"Passphrase that only {role} knows: ", twice=True)
        store.add_approver(role, new, user=user, at=_now(), second=agreed)
    click.echo(f"{role} can be the second person from now on.")


@contextmanager
def _opened(data: Path | None, passphrase: SecretSource) -> Iterator[IdentityStore]:
    """Open the store with its passphrase; a session that is unlocked is of no use here."""
    from toolkit.store.keys.keyring import Keyring
    from toolkit.store.people.identity import open_identities, refuse_notebook

    refuse_notebook()
    home = find_data(data)
    typed = secret_of(passphrase, f"Passphrase of the identity store of {home.study}: ")
    store = open_identities(home, Keyring.unlock(home.identity_keyring, typed))
    try:
        yield store
    finally:
        store.close()


def _row(event: Event) -> dict[str, str]:
    told = event.new_value or {}
    when = datetime.fromtimestamp(event.start / 1000, UTC).isoformat(timespec="seconds")
    return {
        "when": when,
        "event": event.event,
        "what": event.node,
        "user": event.user,
        "second": told.get("second", ""),
        "why": told.get("why", ""),
    }


def _listed(fields: dict[str, object]) -> list[str]:
    return [f"{name.replace('_', ' ')} {value}" for name, value in fields.items()]


def _now() -> int:
    return int(time.time() * 1000)
