"""Pictures that say something beside what they show, for the corpus."""

from __future__ import annotations

import struct
import zlib

from tests.publish.gate.containers import kind


def chunk(name: bytes, said: bytes) -> bytes:
    return struct.pack(">I", len(said)) + name + said + struct.pack(">I", zlib.crc32(name + said))


def png(*chunks: bytes, behind: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + body + chunk(b"IEND", b"") + behind


@kind("png-text")
def _(text: str) -> bytes:
    return png(chunk(b"tEXt", b"Author\x00" + text.encode("latin-1", "replace")))


@kind("png-packed-text")
def _(text: str) -> bytes:
    return png(chunk(b"zTXt", b"Author\x00\x00" + zlib.compress(text.encode())))


@kind("png-international-text")
def _(text: str) -> bytes:
    return png(chunk(b"iTXt", b"Author\x00\x01\x00en\x00\x00" + zlib.compress(text.encode())))


@kind("png-behind-its-end")
def _(text: str) -> bytes:
    return png(behind=text.encode())


def tiff(text: str) -> bytes:
    said = text.encode() + b"\x00"
    entry = struct.pack("<HHII", 0x013B, 2, len(said), 26)
    return b"II*\x00" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0) + said


@kind("tiff")
def _(text: str) -> bytes:
    return tiff(text)


def jpeg(marker: int, said: bytes) -> bytes:
    length = struct.pack(">H", len(said) + 2)
    return b"\xff\xd8\xff" + bytes([marker]) + length + said + b"\xff\xda\x00\x02\x00\xff\xd9"


@kind("jpeg-exif")
def _(text: str) -> bytes:
    return jpeg(0xE1, b"Exif\x00\x00" + tiff(text))


@kind("jpeg-exif-wide")
def _(text: str) -> bytes:
    return jpeg(0xE1, b"Exif\x00\x00II*\x00" + b"\x9c\x9d" + text.encode("utf-16-le"))


@kind("jpeg-xmp")
def _(text: str) -> bytes:
    return jpeg(0xE1, f"http://ns.adobe.com/xap/1.0/\x00<x><creator>{text}</creator></x>".encode())


@kind("jpeg-comment")
def _(text: str) -> bytes:
    return jpeg(0xFE, text.encode())


@kind("gif-comment")
def _(text: str) -> bytes:
    said = bytes([len(text)]) + text.encode() + b"\x00"
    return b"GIF89a\x01\x00\x01\x00\x00\x00\x00\x21\xfe" + said + b";"


@kind("webp-xmp")
def _(text: str) -> bytes:
    said = f"<x><creator>{text}</creator></x>".encode()
    body = b"WEBPXMP " + struct.pack("<I", len(said)) + said
    return b"RIFF" + struct.pack("<I", len(body)) + body
