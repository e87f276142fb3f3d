"""Everything in an output that somebody could read a name in: text, markup, metadata, archives.

A file is taken apart into texts, whatever it is called; names are looked for in these and never in
bytes, where three letters stand by chance. What cannot be read is told with the reason.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from toolkit.publish.gate import markup, pictures
from toolkit.publish.gate.pdf_text import pdf_texts
from toolkit.publish.notebooks.hashes import hash_of

_MOST_BYTES = 200_000_000
_MOST_MEMBERS = 20_000
_DEEPEST = 8
# What the first bytes say that is not text: programs, databases, old and encrypted documents,
# fonts, sound, film, archives that nothing here takes apart.
_CLOSED = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"SQLite format 3",
    b"\x7fELF", b"MZ", b"wOFF", b"wOF2", b"OTTO", b"\x00\x01\x00\x00", b"OggS", b"ID3", b"fLaC",
    b"\x1aE\xdf\xa3", b"PAR1", b"\x28\xb5\x2f\xfd", b"\x93NUMPY", b"ARROW1", b"\x80\x04",
    b"\x80\x05",
)  # fmt: skip
_OTHERS = ("cp1252", "cp1250", "cp1251", "iso8859_2", "koi8_r", "shift_jis", "gb18030", "big5")
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 27}

Text = tuple[str, str]


@dataclass(slots=True)
class Contents:
    """What could be read of a file, and what could not.

    Attributes
    ----------
    texts : list of tuple of (str, str)
        Where in the file (``text``, ``name``, ``metadata``, ``image``, ``archive``), and the text.
    unread : list of str
        Why something in it could not be read: ``picture``, ``encrypted``, ``broken``, ``unknown``,
        ``too large``.
    pictures : list of str
        SHA-256 (hex) of each picture that nobody has reviewed.
    """

    texts: list[Text] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


def contents_of(place: str, content: bytes, reviewed: Collection[str] = ()) -> Contents:
    """Read everything that a file holds.

    Parameters
    ----------
    place : str
        Its place among the outputs; the name is a text too.
    content : bytes
        The file.
    reviewed : collection of str
        SHA-256 (hex) of pictures that somebody looked at, or that the toolkit drew itself.
    """
    reader = _Reader(reviewed)
    reader.add("name", _spaced(place))
    reader.read(content)
    return reader.found


class _Reader:
    """Takes files apart, files in files included."""

    def __init__(self, reviewed: Collection[str]) -> None:
        self.found, self._reviewed = Contents(), reviewed
        self._bytes = self._members = 0

    def add(self, where: str, text: str) -> None:
        """Add a text."""
        if text:
            self.found.texts.append((where, text))

    def read(self, content: bytes, where: str = "text", depth: int = 0) -> None:
        """Read a file by what its first bytes say it is."""
        self._bytes += len(content)
        if depth > _DEEPEST or self._bytes > _MOST_BYTES:
            self.found.unread.append("too large")
            return
        try:
            self._read(content, where, depth)
        except (RecursionError, MemoryError):
            self.found.unread.append("too large")

    def _read(self, content: bytes, where: str, depth: int) -> None:
        kind = pictures.kind_of(content)
        if kind:
            self._picture(content, depth)
        elif content.startswith(b"PK") and content[2:4] in (b"\x03\x04", b"\x05\x06", b"\x07\x08"):
            self._zip(content, depth)
        elif content[:1024].lstrip().startswith(b"%PDF"):
            self._pdf(content, depth)
        elif content.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")):
            self._packed(content, depth)
        elif content[257:262] == b"ustar":
            self._tar(content, depth)
        elif content.startswith(_CLOSED) or content[4:8] == b"ftyp":
            self.found.unread.append("unknown")
        else:
            self._text(content, where, depth)

    def _text(self, content: bytes, where: str, depth: int) -> None:
        """Read bytes that should be text."""
        read = list(_decoded(content))
        if not read:
            self.found.unread.append("unknown")
        for text in read:
            for inner in markup.texts_in(text):
                self.add(where, inner)
            for embedded in markup.embedded_in(text):
                self.read(embedded, "image" if where == "text" else where, depth + 1)

    def _picture(self, content: bytes, depth: int) -> None:
        """Read what a picture says of itself; what it shows, only somebody can look at."""
        digest = hash_of(content)
        if digest not in self._reviewed:
            self.found.unread.append("picture")
            self.found.pictures.append(digest)
        for text in pictures.texts_in(content):
            self.add("metadata", text)
            for inner in markup.texts_in(text):
                self.add("metadata", inner)
        rest = pictures.behind(content)
        if rest.strip(b"\x00\r\n "):
            self.read(rest, "metadata", depth + 1)

    def _zip(self, content: bytes, depth: int) -> None:
        """Read names and members of an archive, a document of an office included."""
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self.add("metadata", archive.comment.decode("utf-8", errors="replace"))
                for entry in archive.infolist():
                    self.add("archive", _spaced(entry.filename))
                    self.add("metadata", entry.comment.decode("utf-8", errors="replace"))
                    self.add("metadata", entry.extra.decode("utf-8", errors="ignore"))
                    if not entry.is_dir() and self._is_open(entry):
                        self.read(archive.read(entry), "archive", depth + 1)
        except RuntimeError:
            self.found.unread.append("encrypted")
        except NotImplementedError:
            self.found.unread.append("unknown")
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, lzma.LZMAError):
            self.found.unread.append("broken")

    def _is_open(self, entry: zipfile.ZipInfo) -> bool:
        """Return whether a member may be unpacked; else note why not."""
        self._members += 1
        if entry.flag_bits & 1:
            self.found.unread.append("encrypted")
            return False
        if self._members > _MOST_MEMBERS or self._bytes + entry.file_size > _MOST_BYTES:
            self.found.unread.append("too large")
            return False
        return True

    def _packed(self, content: bytes, depth: int) -> None:
        """Read what gzip, bzip2 or xz packed, and the name that it had."""
        opening: dict[bytes, Any] = {b"\x1f": gzip.open, b"B": bz2.open, b"\xfd": lzma.open}
        if content.startswith(b"\x1f\x8b"):
            self.add("name", _spaced(_gzip_head(content)))
        try:
            with opening[content[:1]](io.BytesIO(content), "rb") as packed:
                inside = bytes(packed.read(_MOST_BYTES - self._bytes + 1))
        except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError):
            self.found.unread.append("broken")
            return
        self.read(inside, "archive", depth + 1)

    def _tar(self, content: bytes, depth: int) -> None:
        """Read names and members of a tape archive."""
        try:
            with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
                for member in archive:
                    said = (member.name, member.linkname, member.uname, member.gname)
                    headers = " ".join(f"{k} {v}" for k, v in member.pax_headers.items())
                    self.add("archive", _spaced(" ".join((*said, headers))))
                    held = archive.extractfile(member) if member.isfile() else None
                    if held is not None:
                        self.read(held.read(), "archive", depth + 1)
        except (tarfile.TarError, OSError, EOFError, ValueError):
            self.found.unread.append("broken")

    def _pdf(self, content: bytes, depth: int) -> None:
        """Read words, metadata, notes and attachments of a PDF."""
        came = pdf_texts(content)
        for where, text in came.texts:
            self.add(where, text)
            if "<" in text:
                for inner in markup.texts_in(text):
                    self.add(where, inner)
        self.found.unread += came.unread
        for attached in came.attached:
            self.read(attached, "archive", depth + 1)


def _decoded(content: bytes) -> Iterator[str]:
    """Yield bytes as text, in each way that they may be meant; nothing where they are no text."""
    marks = {b"\xff\xfe\x00\x00": "utf-32", b"\x00\x00\xfe\xff": "utf-32", b"\xff\xfe": "utf-16"}
    marks |= {b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
    for mark, way in marks.items():
        if content.startswith(mark):
            yield content.decode(way, errors="replace")
            return
    nothing = content.count(b"\x00")
    if nothing:
        yield from _wide(content, nothing)
        return
    controls = sum(map(content.count, (bytes([each]) for each in _CONTROLS)))
    if controls * 50 > len(content):
        return
    try:
        yield content.decode("utf-8")
    except UnicodeDecodeError:
        for way in _OTHERS:
            # A letter that one page of letters lacks is a hole in the word that it stands in.
            yield content.decode(way, errors="ignore")


def _wide(content: bytes, nothing: int) -> Iterator[str]:
    """Yield text of two or four bytes a letter, without a mark that says so."""
    if nothing * 4 < len(content):
        return
    four = nothing * 5 > len(content) * 3
    for way in ("utf-32-le", "utf-32-be") if four else ("utf-16-le", "utf-16-be"):
        text = content.decode(way, errors="replace")
        if sum(each.isascii() and each.isprintable() for each in text) * 2 > len(text):
            yield text


def _gzip_head(content: bytes) -> str:
    """Return the name and the comment that a gzip file may begin with."""
    flags, at, said = content[3] if len(content) > 3 else 0, 10, []
    if flags & 4:
        at += 2 + int.from_bytes(content[at : at + 2], "little")
    for flag in (8, 16):
        if flags & flag:
            end = content.find(b"\x00", at)
            said.append(content[at:end].decode("latin-1"))
            at = end + 1
    return " ".join(said)


def _spaced(name: str) -> str:
    """Return the name of a file in words."""
    return " \n".join((name, name.replace("-", " ").replace("_", " ").replace("/", " ")))
