"""Keys: how they are made, derived from a passphrase, and wrapped by one another.

passphrase -> Argon2id -> key-encryption key -> wrapped keys of databases and of participants.
The recovery key is random and as long as the keys themselves; it opens the same keys.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from toolkit.errors import StoreError
from toolkit.store.keys.passphrase import Passphrase, Secret

BITS = 256
_NONCE = 12  # bytes, as NIST SP 800-38D 8.2.2 has it for random nonces
_CHECK = 3  # bytes of checksum, so that a recovery key is 14 groups of four letters


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs (Argon2id, RFC 9106).

    Attributes
    ----------
    memory_kib : int
        Memory, in KiB.
    passes : int
        Passes over it.
    lanes : int
        Lanes that it is filled in.
    """

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4


def new_key() -> Secret:
    """Return a new random key of 256 bits."""
    return Secret(secrets.token_bytes(BITS // 8))


def from_passphrase(passphrase: Passphrase, salt: bytes, cost: Cost) -> Secret:
    """Return the key derived from a passphrase.

    Parameters
    ----------
    salt : bytes
        Sixteen random bytes, kept with what the key wraps.
    """
    derive = Argon2id(
        salt=salt,
        length=BITS // 8,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive
    return Secret(derive(passphrase.reveal()))


def wrap(key: Secret, content: Secret, context: tuple[str, ...]) -> bytes:
    """Encrypt and authenticate content under a key (AES-256-GCM, random nonce in front).

    Parameters
    ----------
    key : Secret
        256 bits.
    context : tuple of str
        What it belongs to; it opens with the same context only.
    """
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key.reveal()).encrypt(nonce, content.reveal(), _bound(context))


def unwrap(key: Secret, wrapped: bytes, context: tuple[str, ...]) -> Secret | None:
    """Return back what `wrap` was given, or None if key, bytes or context differ."""
    try:
        nonce, sealed = wrapped[:_NONCE], wrapped[_NONCE:]
        return Secret(AESGCM(key.reveal()).decrypt(nonce, sealed, _bound(context)))
    except (InvalidTag, ValueError, TypeError):  # a damaged file may hold another type than bytes
        return None


def printed(key: Secret) -> str:
    """Return a key in letters and digits to print and lock away: 14 groups of four."""
    text = base64.b32encode(key.reveal() + _checksum(key)).decode("ascii")
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def from_printed(text: str) -> Secret:
    """Read a key that was printed by `printed`; spaces, hyphens and case do not matter.

    Raises
    ------
    StoreError
        A letter is wrong or missing.
    """
    plain = "".join(text.split()).replace("-", "").upper()
    try:
        raw = base64.b32decode(plain.encode("ascii", "replace"))
    except binascii.Error:
        raw = b""
    key = Secret(raw[:-_CHECK])
    if len(raw) != BITS // 8 + _CHECK or _checksum(key) != raw[-_CHECK:]:
        raise StoreError.of("STORE-049", place="recovery key") from None
    return key


def _checksum(key: Secret) -> bytes:
    return hashlib.sha256(b"recovery key" + key.reveal()).digest()[:_CHECK]


# What `canonical` gives for a list of texts, at a fifth of its time: each event is bound once.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _bound(context: tuple[str, ...]) -> bytes:
    """Return a context as bytes that no other context has."""
    return _encode(context).encode()
