"""Words that nobody says, planted where people's words and names stand, and a search for them."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from toolkit.store import Event, NewEvent, Store
from toolkit.store.people.identity import IdentityStore
from toolkit.store.people.person import Person

CANARY = "Qvxzkanarybird"
"""Begins every planted word; it stands in no dictionary and in no file of the project."""
_TEXTS = ("value", "text")
_MEMBER = b"PK\x03\x04"
# How something compressed begins, and what zlib calls it.
_STARTS = {_MEMBER: -15, b"\x1f\x8b\x08": 31} | {
    b"\x78" + each: 15 for each in (b"\x01", b"\x9c", b"\xda", b"\x5e")
}


def plant_words(store: Store) -> list[str]:
    """Say a canary once more wherever somebody has said something in words; give the cases.

    In answers, notes, write-ups, turns, reasons and names of users, as corrections to what is
    there, so that the study stays one that can be analysed.
    """
    said = [new for event in list(store.read()) for new in _corrected(event)]
    cases = sorted({each.case for each in said})
    for new in said:
        store.append([new])
    return cases


def plant_person(identities: IdentityStore, pseudonym: str) -> None:
    """Enrol somebody of whom every detail is a canary."""
    word = iter(f"{CANARY} {number}" for number in range(9))
    person = Person(
        name=f"{next(word)}, {next(word)}",
        phones=(f"020 7946 0{CANARY}",),
        emails=(f"{CANARY}@example.org",),
        addresses=(next(word),),
        children=(next(word),),
        others=(next(word),),
        listed={"sessions": 4, "remark": next(word)},
    )
    opened = identities.open(reason="recruitment", user="researcher-1", at=1)
    opened.enrol(pseudonym, person, at=2)


def traces(*folders: Path) -> list[str]:
    """Give every file that holds a canary or is called by one, in whatever way it is written.

    What was compressed is looked at as it was before, wherever it stands in a file: the members of
    an archive, the pictures, the streams of a PDF.
    """
    found = []
    ways = dict(written())
    for file in (each for folder in folders for each in folder.rglob("*")):
        content = file.read_bytes() if file.is_file() else b""
        found += [f"{file}: {way}" for way, word in ways.items() if word in content]
        small = [*unpacked(content)]
        packed = (way for way, word in ways.items() if any(word in each for each in small))
        found += [f"{file}: compressed, {way}" for way in packed]
        found += [f"{file}: its name"] if CANARY in file.name else []
    return sorted(found)


def unpacked(content: bytes) -> Iterator[bytes]:
    """Give what is compressed in some bytes: deflated, with or without a head of zlib or gzip."""
    for start, bits in _STARTS.items():
        at = content.find(start)
        while at >= 0:
            began = at + (_name_ends(content, at) if start == _MEMBER else 0)
            with suppress(zlib.error):
                yield zlib.decompressobj(bits).decompress(content[began:])
            at = content.find(start, at + 1)


def _name_ends(content: bytes, at: int) -> int:
    """Give where the head of a member of a ZIP archive ends."""
    return 30 + sum(int.from_bytes(content[at + n : at + n + 2], "little") for n in (26, 28))


def written() -> Iterator[tuple[str, bytes]]:
    """Give the bytes of a canary in every way that a program may write it without hiding it."""
    plain = CANARY.encode()
    yield "plain", plain
    yield "UTF-16, low byte first", CANARY.encode("utf-16-le")
    yield "UTF-16, high byte first", CANARY.encode("utf-16-be")
    yield "hexadecimal", plain.hex().encode()
    yield "hexadecimal, capitals", plain.hex().upper().encode()
    for shift in range(3):
        # The letters at either end depend on what stands beside the word.
        coded = base64.b64encode(b"\0" * shift + plain)
        yield f"base64, shifted by {shift}", coded[4 if shift else 0 : -4]


def _corrected(event: Event) -> Iterator[NewEvent]:
    """Give the correction of an event that holds words: a canary in their place."""
    told = event.new_value
    if event.event == "memo" or not isinstance(told, dict):
        return
    where = next((name for name in _TEXTS if _is_speech(told.get(name))), None)
    if event.event == "segment" or where is None:
        return
    word = f"{CANARY} {event.case} {event.seq}"
    columns = {name: getattr(event, name) for name in NewEvent.__dataclass_fields__}
    changed = NewEvent(**columns)
    yield replace(
        changed, old_value=told, new_value=told | {where: word}, user=word, change_reason=word
    )


def _is_speech(value: object) -> bool:
    return isinstance(value, str) and " " in value
