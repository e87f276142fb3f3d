"""The words of a PDF: on its pages, in its metadata, notes, forms and attachments."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_WRITES = re.compile(rb"(?:\)|>|\])\s*(?:Tj|TJ|'|\")")
_DEEPEST = 12
# A wide blank counts as one, a narrow one as kerning: both are tried.
_WIDTHS = (200.0, 1000.0)


@dataclass(slots=True)
class PdfTexts:
    """What could be read of a PDF.

    Attributes
    ----------
    texts : list of tuple of (str, str)
        Where (``text``, ``metadata``), and the text.
    unread : list of str
        Why something in it could not be read.
    attached : list of bytes
        Files that are attached to it.
    """

    texts: list[tuple[str, str]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    attached: list[bytes] = field(default_factory=list)


def pdf_texts(content: bytes) -> PdfTexts:
    """Read a PDF.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    PdfTexts
        What it says; what is encrypted, broken or a picture is told as unread.
    """
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    came = PdfTexts()
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            came.unread.append("encrypted")
            return came
        for page in reader.pages:
            _read_page(page, came)
        _read_objects(reader, came)
    # A file that is made to break readers breaks them in any way.
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
    ) as error:
        came.unread.append("encrypted" if "crypt" in type(error).__name__.lower() else "broken")
    except (RecursionError, MemoryError, NotImplementedError, AssertionError, ArithmeticError):
        came.unread.append("broken")
    return came


def _read_page(page: Any, came: PdfTexts) -> None:
    """Read the words of one page, with narrow blanks and without."""
    written = [page.extract_text(space_width=width) or "" for width in _WIDTHS]
    came.texts += [("text", each) for each in dict.fromkeys(written)]
    drawn = page.get_contents()
    if drawn is not None and _WRITES.search(drawn.get_data()) and not _is_legible(written[0]):
        came.unread.append("unknown")


def _is_legible(text: str) -> bool:
    """Return whether letters came out, and not numbers of glyphs."""
    letters = [each for each in text if not each.isspace()]
    odd = sum(unicodedata.category(each) in ("Co", "Cn", "Cc", "So") for each in letters)
    return bool(letters) and odd * 4 < len(letters)


def _read_objects(reader: Any, came: PdfTexts) -> None:
    """Read every string of a PDF that is not on a page, and find its pictures and attachments."""
    from pypdf.generic import IndirectObject

    for number in range(1, int(reader.trailer.get("/Size", 0)) + 1):
        found = reader.get_object(IndirectObject(number, 0, reader))
        if found is not None:
            _read_object(found, came)
    info = reader.trailer.get("/Info")
    if info is not None:
        came.texts += [("metadata", each) for each in _strings(info.get_object(), 0)]


def _read_object(found: Any, came: PdfTexts) -> None:
    kind = found.get("/Type", "") if hasattr(found, "get") else ""
    if hasattr(found, "get_data"):
        if found.get("/Subtype") == "/Image":
            came.unread.append("picture")
        elif kind == "/Metadata":
            came.texts.append(("metadata", found.get_data().decode("utf-8", errors="replace")))
        elif kind == "/EmbeddedFile":
            came.attached.append(found.get_data())
    if kind not in ("/FontDescriptor", "/Font", "/XRef", "/ObjStm"):
        came.texts += [("metadata", each) for each in _strings(found, 0)]


def _strings(value: Any, depth: int) -> Iterator[str]:
    """Yield the strings of an object, those of what it leads to left out."""
    if depth > _DEEPEST:
        return
    if isinstance(value, bytes):
        yield value.decode("latin-1")
    elif isinstance(value, dict):
        for key in value:
            if key not in ("/ID", "/FontFile", "/W", "/Widths"):
                yield from _strings(
                    value.raw_get(key) if hasattr(value, "raw_get") else value[key], depth + 1
                )
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each, depth + 1)
    elif isinstance(value, str) and not value.startswith("/"):
        yield str(value)
