"""Archives and documents of an office with a text in them, for the corpus."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

from tests.publish.gate.containers import halves, kind, made

W = 'xmlns:w="urn:w"'


def zipped(members: dict[str, bytes], comment: bytes = b"") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.comment = comment
    return held.getvalue()


def tarred(name: str, content: bytes) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return held.getvalue()


@kind("zip")
def _(text: str) -> bytes:
    return zipped({"a.txt": text.encode()})


@kind("zip-member")
def _(text: str) -> bytes:
    return zipped({f"{text.replace(' ', '_')}.txt": b"x"})


@kind("zip-comment")
def _(text: str) -> bytes:
    return zipped({"a.txt": b"x"}, text.encode())


@kind("zip-in-zip-in-zip")
def _(text: str) -> bytes:
    return zipped({"a.zip": zipped({"b.zip": zipped({"c.txt": text.encode()})})})


@kind("gzip")
def _(text: str) -> bytes:
    return gzip.compress(text.encode())


@kind("gzip-name")
def _(text: str) -> bytes:
    held = io.BytesIO()
    with gzip.GzipFile(text, "wb", fileobj=held) as packed:
        packed.write(b"x")
    return held.getvalue()


@kind("bzip2")
def _(text: str) -> bytes:
    return bz2.compress(text.encode())


@kind("xz")
def _(text: str) -> bytes:
    return lzma.compress(text.encode())


@kind("tar")
def _(text: str) -> bytes:
    return tarred("a.txt", text.encode())


@kind("tar-member")
def _(text: str) -> bytes:
    return tarred(f"{text}.txt", b"x")


@kind("tar-gzip")
def _(text: str) -> bytes:
    return gzip.compress(tarred("a.txt", text.encode()))


@kind("tar-xz-in-zip")
def _(text: str) -> bytes:
    return zipped({"a.tar.xz": lzma.compress(tarred("a.txt", text.encode()))})


@kind("docx")
def _(text: str) -> bytes:
    one, two = halves(text)
    runs = f"<w:p><w:r><w:t>{one}</w:t></w:r><w:r><w:t>{two}</w:t></w:r></w:p>"
    return zipped({"word/document.xml": f"<w:document {W}>{runs}</w:document>".encode()})


@kind("docx-properties")
def _(text: str) -> bytes:
    core = f"<cp:coreProperties><dc:creator>{text}</dc:creator></cp:coreProperties>"
    return zipped({"docProps/core.xml": core.encode()})


@kind("docx-comment")
def _(text: str) -> bytes:
    return zipped({"word/comments.xml": f'<w:comment w:author="{text}" {W}/>'.encode()})


@kind("docx-tracked")
def _(text: str) -> bytes:
    return zipped({"word/document.xml": f"<w:del><w:delText>{text}</w:delText></w:del>".encode()})


@kind("docx-picture")
def _(text: str) -> bytes:
    return zipped({"word/media/image1.png": made("png-text", text)})


@kind("xlsx")
def _(text: str) -> bytes:
    return zipped({"xl/sharedStrings.xml": f"<sst><si><t>{text}</t></si></sst>".encode()})


@kind("xlsx-rich")
def _(text: str) -> bytes:
    one, two = halves(text)
    rich = f"<sst><si><r><t>{one}</t></r><r><t>{two}</t></r></si></sst>"
    return zipped({"xl/sharedStrings.xml": rich.encode()})


@kind("xlsx-sheet")
def _(text: str) -> bytes:
    return zipped({"xl/workbook.xml": f'<sheet name="{text}"/>'.encode()})


@kind("odt")
def _(text: str) -> bytes:
    one, two = halves(text)
    body = f"<text:p>{one}<text:span>{two}</text:span></text:p>"
    return zipped({"mimetype": b"x", "content.xml": body.encode()})


@kind("pptx-notes")
def _(text: str) -> bytes:
    return zipped({"ppt/notesSlides/n1.xml": f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>".encode()})


@kind("epub")
def _(text: str) -> bytes:
    return zipped({"OEBPS/a.xhtml": f"<html><body><p>{text}</p></body></html>".encode()})
