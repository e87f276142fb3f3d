"""Keys derived from the key of a case, for what is sealed outside of the store.

They die with the key of the case: after a withdrawal nothing that was sealed under them opens.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from toolkit.store.canonical import canonical
from toolkit.store.event import About
from toolkit.store.journal.sealed import key_name
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Secret

FORMAT = "toolkit-derived/1"


def derived_key(keyring: Keyring, about: About, case: str, purpose: str) -> Secret:
    """Return a key for one purpose, the same each time.

    Parameters
    ----------
    purpose : str
        What it is for: ``browser``.

    Returns
    -------
    Secret
        32 bytes, by HKDF with SHA-256 (RFC 5869).

    Raises
    ------
    StoreError
        The key of the case was destroyed (STORE-046), or the keyring cannot be written.
    """
    key = keyring.ensure(key_name(about, case))
    info = canonical([FORMAT, about.study, about.holds, case, purpose]).encode()
    return Secret(HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key.reveal()))
