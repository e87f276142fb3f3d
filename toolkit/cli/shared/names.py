"""How a command gets the names that must not appear in what it writes (clause P30)."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.shared.secrets import Command, SecretSource, secret_of, secret_options

if TYPE_CHECKING:
    from toolkit.publish.gate.names import Names
    from toolkit.store.home import Home

_IDENTITY = "--identity-passphrase"
_USER = click.option(
    "--user",
    help="Your role account: look for participants' names and withhold outputs that contain one.",
)


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """Who opens the identity store, so that the gate knows which names to look for.

    Attributes
    ----------
    user : str or None
        Their role account; None: names are not looked for.
    passphrase : SecretSource
        Of the identity store.
    """

    user: str | None
    passphrase: SecretSource


def gate_options(command: Command) -> Command:
    """Return a command the options by which it may look for names; it takes them as ``gate``."""

    @functools.wraps(command)
    def gathered(user: str | None, identity_passphrase: SecretSource, **given: Any) -> Any:
        return command(**given, gate=Gatekeeper(user, identity_passphrase))

    return _USER(secret_options(_IDENTITY, "the passphrase of the identity store")(gathered))


def names_given(home: Home, folder: Path, gate: Gatekeeper) -> Names | None:
    """Return the names of the identity store; None where the command was not told who opens it.

    Raises
    ------
    UsageError, StoreError
        The passphrase cannot be read or is another one; nothing was opened.
    """
    from toolkit.publish.gate.gate import ordinary_words
    from toolkit.publish.gate.names import names_of
    from toolkit.store.keys.keyring import Keyring
    from toolkit.store.people.identity import open_identities

    if gate.user is None:
        click.echo(
            "Names were not looked for: say who opens the identity store with --user.", err=True
        )
        return None
    passphrase = secret_of(gate.passphrase, "Passphrase of the identity store: ")
    store = open_identities(home, Keyring.unlock(home.identity_keyring, passphrase))
    try:
        now = time.time_ns() // 1_000_000
        opened = store.open(reason="pseudonymisation", user=gate.user, at=now)
        texts = [each.text for each in opened.identifiers()]
    finally:
        store.close()
    return names_of(texts, ordinary_words(folder))
