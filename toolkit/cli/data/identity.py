"""Who is behind a pseudonym: at a terminal, for a reason, on record (clauses P31, P37)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.shared.output import AS_JSON, dump
from toolkit.cli.shared.secrets import Command, secret_of, secret_options
from toolkit.cli.shared.study_home import DATA, find_data

if TYPE_CHECKING:
    from toolkit.store.event import Event
    from toolkit.store.people.identity import IdentityStore, Second

_IDENTITY = "--identity-passphrase"
_SECOND = "--second-passphrase"
_NEW = "--new-passphrase"
_USER = click.option("--user", required=True, help="Your role account, such as researcher-1.")
_IDENTITY_OPTIONS = secret_options(_IDENTITY, "the passphrase of the identity store")


def second_options(command: Command) -> Command:
    """Return a command the options for a second person."""
    role = click.option("--second", help="Role account of the approver (clause P37).")
    return role(secret_options(_SECOND, "the second person's passphrase")(command))


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
def show(pseudonym: str, reason: str, user: str, as_json: bool, **given: Any) -> None:
    """Show who somebody is; this is recorded before anything is shown.

    \b
    Example:
      toolkit identity show K07 --reason significant-harm --user researcher-1 \\
          --second safeguarding-officer-1
    """
    with _opened(given) as store:
        second = _second(given)
        found = store.open(reason=reason, user=user, at=_now(), second=second).person(pseudonym)
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
def openings(as_json: bool, **given: Any) -> None:
    """List when the identity store was opened or refused, by whom and why; no names.

    \b
    Example:
      toolkit identity openings
    """
    with _opened(given) as store:
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
def approver(role: str, user: str, **given: Any) -> None:
    """Add an approver (the second person), who types a passphrase of their own (clause P37).

    If there is an approver already, one of them has to agree (--second).

    \b
    Example:
      toolkit identity approver safeguarding-officer-1 --user researcher-1
    """
    with _opened(given) as store:
        second = _second(given)
        source = (given["new_passphrase_file"], given["new_passphrase_fd"])
        new = secret_of(_NEW, source, f"Passphrase that only {role} knows: ", twice=True)
        store.add_approver(role, new, user=user, at=_now(), second=second)
    click.echo(f"{role} can be the second person from now on.")


@contextmanager
def _opened(given: dict[str, Any]) -> Iterator[IdentityStore]:
    """Open the store with its passphrase; a session that is unlocked is of no use here."""
    from toolkit.store.keys.keyring import Keyring
    from toolkit.store.people.identity import open_identities, refuse_notebook

    refuse_notebook()
    home = find_data(given["data"])
    source: tuple[Path | None, int | None]
    source = (given["identity_passphrase_file"], given["identity_passphrase_fd"])
    typed = secret_of(_IDENTITY, source, f"Passphrase of the identity store of {home.study}: ")
    store = open_identities(home, Keyring.unlock(home.identity_keyring, typed))
    try:
        yield store
    finally:
        store.close()


def _second(given: dict[str, Any]) -> Second | None:
    from toolkit.store.people.identity import Second

    role = given["second"]
    if role is None:
        return None
    source = (given["second_passphrase_file"], given["second_passphrase_fd"])
    return Second(role, secret_of(_SECOND, source, f"Passphrase of {role}: "))


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
