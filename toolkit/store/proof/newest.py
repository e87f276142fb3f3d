"""The newest event that was seen, noted beside the keyring: an older journal cannot pass for it.

A journal that is set back to an earlier state, its proof included, is whole. What gives it away is
kept where the database is not: a small file in the folder of the keys, authenticated like the
head. It is written without waiting for the disk, because a note that is lost costs a little
sharpness and nothing else: it never names an event that was not safely written before.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from toolkit.store.canonical import canonical
from toolkit.store.keys.keyring import Keyring
from toolkit.store.proof.head_proof import HeadProof

FORMAT = "toolkit-newest/1"
_EVERY = 1.0  # seconds between two notes while events are appended


def forget(keyring: Keyring, holds: str) -> None:
    """Remove the note of a store: another journal is put in its place.

    Parameters
    ----------
    keyring : Keyring
        The unlocked keyring of the study.
    holds : str
        What the store holds.
    """
    keyring.beside(note_name(holds)).unlink(missing_ok=True)


def note_name(holds: str) -> str:
    """Return the name of the file beside the keyring: ``research.newest``."""
    return f"{holds}.newest"


class Newest:
    """The note of one store.

    Parameters
    ----------
    path : Path
        The file; beside the keyring.
    proof : HeadProof
        Of the store.
    """

    def __init__(self, path: Path, proof: HeadProof) -> None:
        self._path = path
        self._proof = proof
        self._written = 0.0

    @property
    def name(self) -> str:
        """Name of the file, for messages."""
        return self._path.name

    def read(self) -> tuple[int, str] | None:
        """Return number and seal of the newest event; None where nothing is noted.

        Raises
        ------
        ValueError
            Something else was written there.
        """
        try:
            told = json.loads(self._path.read_bytes())
        except (OSError, ValueError, RecursionError):
            # A power cut can leave nothing of it; whoever cuts it short could remove it as well.
            return None
        if not isinstance(told, dict) or told != self._told(told.get("seq"), told.get("chain")):
            raise ValueError("not a note of this store")
        return told["seq"], told["chain"]

    def note(self, seq: int, chain: str, *, at_once: bool = False) -> None:
        """Note an event that is safely written, if it is the newest; at most once a second.

        Parameters
        ----------
        seq, chain
            Its number and its seal.
        at_once : bool
            Write it even if something was written a moment ago.
        """
        now = time.monotonic()
        if seq and (at_once or now - self._written >= _EVERY):
            self._written = now
            with suppress(ValueError):
                before = self.read()
                if before is None or before[0] < seq:
                    self.replace(seq, chain)

    def replace(self, seq: int, chain: str) -> None:
        """Note an event, whatever is noted; nothing happens where the folder cannot be written."""
        part = self._path.with_name(f"{self._path.name}.part")
        with suppress(OSError):
            part.write_text(canonical(self._told(seq, chain)) + "\n", encoding="ascii")
            part.chmod(0o600)
            part.replace(self._path)

    def _told(self, seq: Any, chain: Any) -> dict[str, Any]:
        code = self._proof.code(["newest", seq, chain])
        return {"format": FORMAT, "seq": seq, "chain": chain, "proof": code}
