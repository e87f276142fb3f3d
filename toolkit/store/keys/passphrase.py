"""Passphrases: read from a file, a descriptor or a prompt, and never shown again.

There is no way to give one in an argument of a command or in the environment, because other
programs of the machine can see those.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable
from getpass import getpass
from pathlib import Path
from typing import NoReturn, Self

from toolkit.errors import StoreError

SHORTEST = 12
"""Fewest characters of a passphrase."""
_LONGEST = 4096


class Secret:
    """Bytes that do not show in a traceback, a log or a notebook, and cannot be pickled.

    Parameters
    ----------
    value : bytes
        What is secret.
    """

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """Return the bytes; use them at once and keep them in no variable."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(...)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


class Passphrase(Secret):
    """A passphrase as it goes into the key derivation: UTF-8 of its NFKC form."""

    __slots__ = ()

    @classmethod
    def of(cls, raw: bytes, *, place: str = "passphrase") -> Self:
        """Return a passphrase from what was typed or read.

        Parameters
        ----------
        raw : bytes
            UTF-8; one line feed at the end, or a carriage return and one, is not part of it.

        Raises
        ------
        StoreError
            It is shorter than twelve characters, has more than one line, or is not UTF-8.
        """
        try:
            text = raw.removesuffix(b"\n").removesuffix(b"\r").decode()
        except UnicodeDecodeError:
            text = ""
        text = unicodedata.normalize("NFKC", text)
        fit = SHORTEST <= len(text) <= _LONGEST and not any(c in text for c in "\0\n\r")
        if not fit:
            raise StoreError.of("STORE-047", place=place, shortest=SHORTEST) from None
        return cls(text.encode())

    @classmethod
    def from_file(cls, path: str | Path) -> Self:
        """Read a passphrase from a file that only its owner can read.

        Raises
        ------
        StoreError
            The file cannot be read, is open to others, or holds no passphrase.
        """
        place = f"passphrase file {Path(path).name}"
        try:
            with Path(path).open("rb") as file:
                told = os.fstat(file.fileno())
                if stat.S_ISREG(told.st_mode) and told.st_mode & 0o077:
                    raise StoreError.of("STORE-048", place=place)
                return cls.of(file.read(_LONGEST * 4), place=place)
        except OSError as fault:
            problem = _problem(fault)
            raise StoreError.of("STORE-054", place=place, problem=problem) from None

    @classmethod
    def from_descriptor(cls, descriptor: int) -> Self:
        """Read a passphrase from an open file descriptor up to its end, and close it.

        Raises
        ------
        StoreError
            The descriptor cannot be read, or gives no passphrase.
        """
        place = f"file descriptor {descriptor}"
        try:
            with os.fdopen(descriptor, "rb") as file:
                return cls.of(file.read(_LONGEST * 4), place=place)
        except OSError as fault:
            problem = _problem(fault)
            raise StoreError.of("STORE-054", place=place, problem=problem) from None

    @classmethod
    def from_prompt(
        cls, question: str = "Passphrase: ", *, ask: Callable[[str], str] = getpass
    ) -> Self:
        """Ask for a passphrase at the terminal, without showing it.

        Raises
        ------
        StoreError
            What was typed is no passphrase.
        """
        return cls.of(ask(question).encode("utf-8", "surrogatepass"), place="terminal")


SAMPLE = Passphrase(b"everybody may open the sample study")
"""Opens the fictional sample study, is no secret, and is refused for every other study."""


def _problem(fault: OSError) -> str:
    return (fault.strerror or "it cannot be read").lower()
