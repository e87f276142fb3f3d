"""What pictures say of themselves: text chunks, Exif, XMP, comments. What they show is not read."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

_PNG, _JPEG, _GIF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", (b"GIF87a", b"GIF89a")
_STARTS = {
    "png": (_PNG,), "jpeg": (_JPEG,), "gif": _GIF, "tiff": (b"II*\x00", b"MM\x00*"),
    "bmp": (b"BM",), "icon": (b"\x00\x00\x01\x00",), "jp2": (b"\x00\x00\x00\x0cjP",),
}  # fmt: skip
_TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")
_MOST_BYTES = 20_000_000
_RUN = re.compile(rb"(?:[\x20-\x7e\x80-\xff]{4,})|(?:(?:[\x20-\x7e]\x00){4,})")
_HEIF = (b"avif", b"avis", b"heic", b"heix", b"mif1")


def kind_of(content: bytes) -> str:
    """Return which kind of picture a file is; empty where it is none.

    Parameters
    ----------
    content : bytes
        The file.
    """
    for kind, starts in _STARTS.items():
        if content.startswith(starts) and not (kind == "bmp" and b"\x00" not in content[:26]):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return "heif" if content[4:8] == b"ftyp" and content[8:12] in _HEIF else ""


def texts_in(content: bytes) -> Iterator[str]:
    """Yield what a picture says beside what it shows.

    Parameters
    ----------
    content : bytes
        A picture.
    """
    kind = kind_of(content)
    if kind == "png":
        yield from _png(content)
    elif kind == "jpeg":
        yield from (text for each in _segments(content) for text in _texts(each))
    elif kind == "webp":
        yield from (text for each in _riff(content) for text in _texts(each))
    elif kind == "gif":
        yield from _gif(content)
    else:
        yield from _texts(content)


def behind(content: bytes) -> bytes:
    """Return what stands behind the end of a picture, which no viewer shows.

    Parameters
    ----------
    content : bytes
        A picture.
    """
    kind = kind_of(content)
    if kind == "png":
        end = content.find(b"IEND")
        return content[end + 8 :] if end > 0 else b""
    if kind == "jpeg":
        end = content.rfind(b"\xff\xd9")
        return content[end + 2 :] if end > 0 else b""
    return b""


def _png(content: bytes) -> Iterator[str]:
    """Yield the text chunks of a PNG image, unpacked."""
    at = len(_PNG)
    while at + 8 <= len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        chunk = content[at + 8 : at + 8 + length]
        at += 12 + length
        if kind in _TEXT_CHUNKS:
            yield from _texts(chunk)
            for start in (each.end() for each in re.finditer(rb"\x00", chunk)):
                yield from _texts(_inflated(chunk[start:]))


def _segments(content: bytes) -> Iterator[bytes]:
    """Yield the segments of a JPEG image that are no picture: comments and applications'."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        kind, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if kind == 0xDA:
            return
        if kind == 0xFE or 0xE0 <= kind <= 0xEF:
            yield content[at + 4 : at + 2 + length]
        at += 2 + max(2, length)


def _riff(content: bytes) -> Iterator[bytes]:
    """Yield the chunks of a WebP image that are no picture."""
    at = 12
    while at + 8 <= len(content):
        kind, length = struct.unpack("<4sI", content[at : at + 8])
        if kind in (b"EXIF", b"XMP "):
            yield content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _gif(content: bytes) -> Iterator[str]:
    """Yield comments and plain text of a GIF image."""
    for found in re.finditer(rb"\x21[\xfe\x01\xff]", content):
        at, said = found.end(), b""
        while at < len(content) and content[at]:
            said += content[at + 1 : at + 1 + content[at]]
            at += 1 + content[at]
        yield from _texts(said)


def _texts(content: bytes) -> Iterator[str]:
    """Yield what can be read in bytes: whole, or run by run between what is no text."""
    try:
        text = content.decode("utf-8")
        if "\x00" not in text:
            yield text
            return
        yield text.replace("\x00", " ")
    except UnicodeDecodeError:
        pass
    for found in _RUN.finditer(content):
        run = found[0]
        yield run.decode("utf-16-le") if run[1:2] == b"\x00" else _latin(run)
    if b"\x00" in content:
        yield content.decode("utf-16-be", errors="ignore")


def _latin(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _inflated(content: bytes) -> bytes:
    """Unpack what was packed, as far as it goes; nothing where it was not."""
    try:
        return zlib.decompressobj().decompress(content, _MOST_BYTES)
    except zlib.error:
        return b""
