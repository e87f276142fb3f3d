"""How a command gets the names that must not appear in what it writes (clause P30)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.shared.secrets import Command, secret_of, secret_options

if TYPE_CHECKING:
    from toolkit.publish.gate.names import Names
    from toolkit.store.home import Home

_IDENTITY = "--identity-passphrase"
_USER = click.option(
    "--user",
    help="Your role account: look for participants' names and withhold outputs that contain one.",
)


def gate_options(command: Command) -> Command:
    """Return a command the options by which it may look for names in what it writes."""
    return _USER(secret_options(_IDENTITY, "the passphrase of the identity store")(command))


def names_given(home: Home, folder: Path, given: dict[str, Any]) -> Names | None:
    """Return the names in the identity store; None if the command does not say who opens it.

    Raises
    ------
    UsageError, StoreError
        The passphrase cannot be read or is another one; nothing was opened.
    """
    from toolkit.publish.gate.gate import ordinary_words
    from toolkit.publish.gate.names import names_of
    from toolkit.store.keys.keyring import Keyring
    from toolkit.store.people.identity import open_identities

    user = given["user"]
    if user is None:
        click.echo(
            "Names were not looked for: say who opens the identity store with --user.", err=True
        )
        return None
    source = (given["identity_passphrase_file"], given["identity_passphrase_fd"])
    passphrase = secret_of(_IDENTITY, source, "Passphrase of the identity store: ")
    store = open_identities(home, Keyring.unlock(home.identity_keyring, passphrase))
    try:
        opened = store.open(reason="pseudonymisation", user=user, at=time.time_ns() // 1_000_000)
        texts = [each.text for each in opened.identifiers()]
    finally:
        store.close()
    return names_of(texts, ordinary_words(folder))
