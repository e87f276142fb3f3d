"""PDFs with a text in them, and files that cannot be read or hold nothing, for the corpus."""

from __future__ import annotations

import gzip
import io
import json
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from tests.publish.gate.archives_made import tarred, zipped
from tests.publish.gate.containers import kind, made
from tests.publish.gate.pictures_made import png


def pdf(content: str = "", finish: Callable[[PdfWriter], None] | None = None) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    if content:
        stream = DecodedStreamObject()
        stream.set_data(content.encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        named = DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()})
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(named)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if finish is not None:
        finish(writer)
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


@kind("pdf")
def _(text: str) -> bytes:
    return pdf(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET")


@kind("pdf-hexadecimal")
def _(text: str) -> bytes:
    return pdf(f"BT /F1 12 Tf 20 200 Td <{text.encode('latin-1').hex()}> Tj ET")


@kind("pdf-kerned")
def _(text: str) -> bytes:
    return pdf("BT /F1 12 Tf 20 200 Td [" + " -30 ".join(f"({each})" for each in text) + "] TJ ET")


@kind("pdf-widely-kerned")
def _(text: str) -> bytes:
    return pdf("BT /F1 12 Tf 20 200 Td [" + " -260 ".join(f"({each})" for each in text) + "] TJ ET")


@kind("pdf-octal")
def _(text: str) -> bytes:
    said = "".join(f"\\{each:03o}" for each in text.encode("latin-1"))
    return pdf(f"BT /F1 12 Tf 20 200 Td ({said}) Tj ET")


@kind("pdf-letter-by-letter")
def _(text: str) -> bytes:
    placed = [f"1 0 0 1 {20 + 7 * n} 200 Tm ({each}) Tj" for n, each in enumerate(text)]
    return pdf("BT /F1 12 Tf " + " ".join(placed) + " ET")


@kind("pdf-author")
def _(text: str) -> bytes:
    return pdf(finish=lambda writer: writer.add_metadata({"/Author": text}))


@kind("pdf-note")
def _(text: str) -> bytes:
    note = FreeText(text=text, rect=(50, 50, 200, 100))
    return pdf(finish=lambda writer: writer.add_annotation(0, note))


@kind("pdf-outline")
def _(text: str) -> bytes:
    return pdf(finish=lambda writer: writer.add_outline_item(title=text, page_number=0))


@kind("pdf-attachment")
def _(text: str) -> bytes:
    return pdf(finish=lambda writer: writer.add_attachment("a.txt", text.encode()))


@kind("pdf-attachment-name")
def _(text: str) -> bytes:
    return pdf(finish=lambda writer: writer.add_attachment(f"{text}.txt", b"x"))


@kind("pdf-link")
def _(text: str) -> bytes:
    def finish(writer: PdfWriter) -> None:
        writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/URI"): TextStringObject(f"https://example.org/{quote(text)}")}
        )

    return pdf(finish=finish)


@kind("pdf-in-zip")
def _(text: str) -> bytes:
    return zipped({"a.pdf": made("pdf", text)})


# What cannot be read, whatever it says.


@kind("broken-zip")
def _(text: str) -> bytes:
    return zipped({"a.txt": text.encode()})[:-30]


@kind("zip-with-a-broken-member")
def _(text: str) -> bytes:
    whole = bytearray(zipped({"a.txt": text.encode() * 9}))
    whole[40] ^= 0xFF
    return bytes(whole)


@kind("encrypted-zip")
def _(text: str) -> bytes:
    whole = bytearray(zipped({"a.txt": text.encode()}))
    whole[6] |= 1
    whole[whole.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(whole)


@kind("zip-bomb")
def _(text: str) -> bytes:
    return zipped({f"{n}.txt": b"\x00" * 30_000_000 for n in range(8)})


@kind("zips-in-zips")
def _(text: str) -> bytes:
    held = text.encode()
    for _n in range(12):
        held = zipped({"a.zip": held})
    return held


@kind("broken-gzip")
def _(text: str) -> bytes:
    return gzip.compress(text.encode())[:-6]


@kind("broken-tar")
def _(text: str) -> bytes:
    return gzip.compress(tarred("a.txt", text.encode() * 200)[:600])


@kind("broken-pdf")
def _(text: str) -> bytes:
    return b"%PDF-1.7\n1 0 obj << /Length 99999999999 >> stream\n\x00\x01"


@kind("encrypted-pdf")
def _(text: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(made("pdf", text))))
    writer.encrypt("secret", algorithm="RC4-128")
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


@kind("picture")
def _(text: str) -> bytes:
    return png()


@kind("picture-in-a-page")
def _(text: str) -> bytes:
    return f'<img alt="a chart" src="data:image/png;base64,{b64encode(png()).decode()}">'.encode()


@kind("picture-in-a-document")
def _(text: str) -> bytes:
    return zipped({"word/media/image1.png": png()})


@kind("pdf-with-a-picture")
def _(text: str) -> bytes:
    def finish(writer: PdfWriter) -> None:
        drawn = DecodedStreamObject()
        drawn.set_data(b"\x00")
        for name, value in (("/Type", "/XObject"), ("/Subtype", "/Image")):
            drawn[NameObject(name)] = NameObject(value)
        writer.pages[0][NameObject("/Resources")] = DictionaryObject(
            {
                NameObject("/XObject"): DictionaryObject(
                    {NameObject("/I"): writer._add_object(drawn)}
                )
            }
        )

    return pdf(finish=finish)


@kind("pdf-without-letters")
def _(text: str) -> bytes:
    return pdf("BT /F1 12 Tf 20 200 Td <0102030405060708> Tj ET")


@kind("unknown-bytes")
def _(text: str) -> bytes:
    return bytes(range(256)) * 4


@kind("old-document")
def _(text: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@kind("seven-zip")
def _(text: str) -> bytes:
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + b"\x00" * 60


@kind("database")
def _(text: str) -> bytes:
    return b"SQLite format 3\x00" + text.encode() + b"\x00" * 90


@kind("pickle")
def _(text: str) -> bytes:
    return b"\x80\x04\x95" + b"\x0a" + b"\x00" * 7 + b"\x8c\x06" + text.encode() + b"."


# What holds nothing of the kind.


@kind("clean-page")
def _(text: str) -> bytes:
    return b"<!doctype html><title>Report</title><p>So she said.</p>"


@kind("clean-drawing")
def _(text: str) -> bytes:
    return b'<svg viewBox="0 0 9 9"><path d="M1 2 L3 4"/><text>n = 20</text></svg>'


@kind("clean-document")
def _(text: str) -> bytes:
    return made("docx", "The report")


@kind("clean-pdf")
def _(text: str) -> bytes:
    return pdf("BT /F1 12 Tf 20 200 Td (The report) Tj ET")


@kind("clean-archive")
def _(text: str) -> bytes:
    return gzip.compress(tarred("tables/a.csv", b"what,n\nall,20\n"))


@kind("digests")
def _(text: str) -> bytes:
    return json.dumps({"hash": "ab" * 32, "key": "0123456789abcdef" * 4}).encode()


@kind("pdf-with-a-font")
def _(text: str) -> bytes:
    """A short name by chance among the bytes of a font is no name."""

    def finish(writer: PdfWriter) -> None:
        letters = DecodedStreamObject()
        letters.set_data(b"\x00\x01\x00\x00" + b" " + text.encode() + b" \x00" + bytes(range(256)))
        writer._root_object[NameObject("/Font")] = DictionaryObject(
            {NameObject("/FontFile2"): writer._add_object(letters)}
        )

    return pdf("BT /F1 12 Tf 20 200 Td (The report) Tj ET", finish)
