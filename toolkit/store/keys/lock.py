"""A secret that a passphrase unlocks, as a keyring writes it down."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from toolkit.store.keys.passphrase import Passphrase, Secret
from toolkit.store.keys.wrapping import Cost, from_passphrase, unwrap, wrap


def locked_under(
    content: Secret, passphrase: Passphrase, context: tuple[str, ...], cost: Cost
) -> dict[str, Any]:
    """Return something wrapped under a passphrase, with a new salt.

    Parameters
    ----------
    content : Secret
        What is wrapped.
    passphrase : Passphrase
        What unlocks it.
    context : tuple of str
        As in `wrap`.
    cost : Cost
        What a guess costs.
    """
    salt = secrets.token_bytes(16)
    wrapped = wrap(from_passphrase(passphrase, salt, cost), content, context)
    return {
        "method": "argon2id",
        "cost": asdict(cost),
        "salt": as_text(salt),
        "wrapped": as_text(wrapped),
    }


def unlocked_by(
    lock: Mapping[str, Any], passphrase: Passphrase, context: tuple[str, ...]
) -> Secret | None:
    """Return what `locked_under` wrapped; None if the passphrase is different.

    Parameters
    ----------
    lock : mapping
        What `locked_under` gave.
    passphrase : Passphrase
        What was typed.
    context : tuple of str
        As in `wrap`.

    Raises
    ------
    KeyError, TypeError, ValueError
        The lock was changed.
    """
    key = from_passphrase(passphrase, from_text(lock["salt"]), Cost(**lock["cost"]))
    return unwrap(key, from_text(lock["wrapped"]), context)


def as_text(raw: bytes) -> str:
    """Return bytes as a file of JSON holds them."""
    return base64.b64encode(raw).decode("ascii")


def from_text(text: str) -> bytes:
    """Return what `as_text` was given.

    Raises
    ------
    ValueError
        It is something else.
    """
    return base64.b64decode(text, validate=True)
