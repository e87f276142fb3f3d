"""The proof of a journal's head: a code that the key of the database does not help to make.

The seals of a journal are plain hashes, so whoever can write to the database can compute them. The
head therefore carries an HMAC over the number and the seal of the last event and over the list of
withdrawals, under a key derived from the keyring's master key. It changes with each append, in the
same transaction: cutting off the end, putting in an event or a withdrawal, or starting again from
the beginning does not fit it (docs/decisions, "A journal that proves itself").
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from toolkit.store.canonical import canonical
from toolkit.store.event import About
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Secret

FORMAT = "toolkit-head/1"


class HeadProof:
    """Makes and checks the proofs of one store.

    Parameters
    ----------
    keyring : Keyring
        The unlocked keyring of its study.
    about : About
        The store.
    """

    def __init__(self, keyring: Keyring, about: About) -> None:
        self._about = [about.study, about.holds]
        self._key = _derived(keyring.master(), [FORMAT, *self._about])

    def of(self, seq: int, chain: str, withdrawn: Collection[str]) -> str:
        """Return the proof of a head.

        Parameters
        ----------
        seq : int
            Number of the last event, which is how many there are; 0 for none.
        chain : str
            Its seal.
        withdrawn : collection of str
            Every case that is listed as withdrawn.

        Returns
        -------
        str
            HMAC with SHA-256, 64 hex digits.
        """
        return self.code(["head", seq, chain, sorted(withdrawn)])

    def fits(self, proof: object, seq: Any, chain: Any, withdrawn: Collection[Any]) -> bool:
        """Return whether a proof is that of a head; False for what no head can have.

        Parameters
        ----------
        proof : object
            What the database says that it is.
        seq, chain, withdrawn
            As in `of`; as the database gives them.
        """
        try:
            return hmac.compare_digest(str(proof), self.of(seq, chain, withdrawn))
        except (TypeError, ValueError):  # somebody wrote other types, or half a surrogate pair
            return False

    def code(self, told: list[Any]) -> str:
        """Return the authentication code (64 hex digits) of something about the store."""
        said = canonical([FORMAT, *self._about, *told]).encode()
        return hmac.new(self._key.reveal(), said, "sha256").hexdigest()


def proved_name(about: About) -> str:
    """Return the name of the entry in the keyring that says that a store has proofs.

    Its tables are never taken for older ones from then on: setting them back would otherwise be a
    way to have whatever stands there proved anew.
    """
    return f"{about.holds}/proved"


def _derived(master: Secret, info: list[str]) -> Secret:
    told = canonical(info).encode()
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=told)
    return Secret(hkdf.derive(master.reveal()))
