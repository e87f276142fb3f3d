"""Everything in an output that somebody could read a name in: text, markup, metadata, archives.

A file is taken apart into texts: HTML without its marks and with them, JSON by its strings, text
and metadata of images and drawings, images inside of pages, the members of archives.
"""

from __future__ import annotations

import binascii
import io
import json
import re
import struct
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

_MARK = re.compile(r"<[^>]*>")
_EMBEDDED = re.compile(r"data:[\w.+-]+/[\w.+-]+;base64,([A-Za-z0-9+/=\s]+)")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{64,}={0,2}\s*")
_PNG = b"\x89PNG\r\n\x1a\n"
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_MOST_BYTES = 200_000_000

Text = tuple[str, str]


def texts_of(place: str, content: bytes) -> Iterator[Text]:
    """Yield every text that a file holds.

    Yields
    ------
    tuple of (str, str)
        Where in the file (``text``, ``name``, ``metadata``, ``image``, a member's name), the text.
    """
    yield "name", place.replace("-", " ").replace("_", " ")
    yield from _inside(content)


def _inside(content: bytes) -> Iterator[Text]:
    """Yield the texts of a file by what its first bytes say it is."""
    if content.startswith(_PNG):
        yield from _png(content)
    elif content.startswith(b"PK\x03\x04"):
        yield from _zip(content)
    elif content.startswith(b"%PDF"):
        yield from _pdf(content)
    else:
        yield from _text(content.decode("utf-8", errors="replace"))


def _text(text: str) -> Iterator[Text]:
    """Yield a text as it is, without its marks, and what is embedded in it."""
    told = _json(text)
    if told is not None:
        yield from _values(told)
        return
    plain = unescape(text)
    yield "text", plain
    if "%" in plain:
        yield "text", unquote(plain)
    if "<" in plain:
        # A name may be broken by marks: with nothing and with a blank in their place.
        yield "text", unescape(_MARK.sub("", text))
        yield "text", unescape(_MARK.sub(" ", text))
    for found in _EMBEDDED.finditer(text):
        yield from _decoded(found[1])


def _json(text: str) -> object:
    """Return the JSON value of a text, or None."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found


def _values(value: object) -> Iterator[Text]:
    """Yield every string in JSON values, keys included, images decoded."""
    if isinstance(value, str):
        if _BASE64.fullmatch(value):
            yield from _decoded(value)
        yield from _text(value)
        return
    parts: list[object] = []
    if isinstance(value, dict):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, list):
        # Notebooks hold text in lines; a name may be broken at the end of one.
        lines = all(isinstance(each, str) for each in value)
        parts = ["".join(map(str, value))] if lines and value else value
    for each in parts:
        yield from _values(each)


def _decoded(text: str) -> Iterator[Text]:
    """Yield the texts of something that is embedded as base64."""
    try:
        content = b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return
    for _, inner in _inside(content):
        yield "image", inner


def _png(content: bytes) -> Iterator[Text]:
    """Yield the text chunks of a PNG image, unpacked."""
    at = len(_PNG)
    while at + 8 <= len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        chunk = content[at + 8 : at + 8 + length]
        at += 12 + length
        if kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"):
            yield "metadata", _latin(chunk)
            for start in (each.end() for each in re.finditer(rb"\x00", chunk)):
                yield "metadata", _latin(_unpacked(chunk[start:]))


def _zip(content: bytes) -> Iterator[Text]:
    """Yield names and texts of the members of an archive, a document of an office included."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield "metadata", archive.comment.decode("utf-8", errors="replace")
        for entry in archive.infolist():
            yield "name", entry.filename.replace("-", " ").replace("_", " ")
            if entry.file_size <= _MOST_BYTES:
                for _, text in _inside(archive.read(entry)):
                    yield entry.filename, text


def _pdf(content: bytes) -> Iterator[Text]:
    """Yield what can be read in a PDF without laying it out: its metadata and plain strings.

    Words on its pages are numbers of glyphs; the text that a PDF was made from is looked at.
    """
    yield "metadata", _latin(content)
    yield "metadata", content.decode("utf-16-be", errors="ignore")
    for found in _STREAM.finditer(content):
        yield "metadata", _latin(_unpacked(found[1]))


def _unpacked(content: bytes) -> bytes:
    """Decompress packed content as far as possible; yield nothing if it is not packed."""
    try:
        return zlib.decompressobj().decompress(content, _MOST_BYTES)
    except zlib.error:
        return b""


def _latin(content: bytes) -> str:
    """Return bytes as text: UTF-8 where they are."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")
