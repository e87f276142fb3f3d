"""Text taken out of what it is written in: HTML, SVG, the XML of documents, JSON, and encodings."""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from html import unescape
from itertools import zip_longest
from quopri import decodestring
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

_MARK = re.compile(r"<!--|-->|<[/!?]?[A-Za-z_][^<>]*>|<\?[^>]*>")
_UNREAD = re.compile(r"<(style|script)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Where a word ends, in pages and in documents of an office.
_BLOCK = re.compile(
    r"</?(?:[a-z]+:)?(?:p|div|li|ul|ol|dl|dt|dd|h[1-6]|br|hr|tr|td|th|table|tbody|thead|tfoot|caption"
    r"|section|article|header|footer|nav|main|figure|figcaption|blockquote|pre|title|option|desc|svg"
    r"|body|html|head|details|summary|tab|tc|si|c|row|line-break|s|table-cell|table-row|cr)\b[^<>]*>",
    re.IGNORECASE,
)
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL | re.IGNORECASE)
_ROW = re.compile(r"<tr\b.*?(?=<tr\b|</table>|\Z)", re.DOTALL | re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b[^>]*>(.*?)(?=<t[dh]\b|</tr>|\Z)", re.DOTALL | re.IGNORECASE)
# Coordinates and payloads are no text, and long.
_DRAWN = re.compile(
    r"""\b(?:d|points|transform|viewBox|values|x|y)=(["'])[\d\s.,\-+a-zA-Z()]*?\1"""
)
_PAYLOAD = re.compile(r"(data:[\w.+-]+/[\w.+-]+(?:;[\w=.-]+)*;base64,)[A-Za-z0-9+/=\s]+")
_EMBEDDED = re.compile(
    r"data:(?P<kind>[\w.+-]*/?[\w.+-]*)(?P<how>(?:;[\w=.-]+)*),(?P<what>[^\"'<>)\\]*)"
)
_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{12,}={0,2}(?![\w+/=-])")
_WHOLE_BASE64 = re.compile(r"(?=[^a-z]*[a-z])(?=\D*\d)[A-Za-z0-9+/\r\n]{64,}={0,2}\s*")
_DIGEST = re.compile(r"[0-9a-f]{64}|[0-9a-f]{128}")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{2}[\s:]?){6,}(?![0-9A-Za-z])")
_ESCAPED = re.compile(
    r"\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\([0-9a-fA-F]{2,6})\s?"
    r"|\\([0-7]{3})"
)
_QUOTED = re.compile(r"=(?:[0-9A-F]{2}|\r?\n)")
_MOST_UNWRAPPED = 3


def texts_in(text: str) -> Iterator[str]:
    """Yield a text as it is, without its marks, and what stands in it in other writing.

    Parameters
    ----------
    text : str
        HTML, SVG, XML, JSON, Markdown or plain text.
    """
    told = _json(text)
    if told is not None:
        yield from _values(told)
        yield from _in_one(told)
        return
    plain = _unescaped(text)
    if "<" not in text:
        yield plain
    else:
        yield from _without_marks(text)
    yield from _other_writings(_PAYLOAD.sub(r"\1", plain))


def embedded_in(text: str) -> Iterator[bytes]:
    """Yield the files that stand in a text: as data addresses, or as long base64.

    Parameters
    ----------
    text : str
        As for `texts_in`.
    """
    for found in _EMBEDDED.finditer(text):
        what = unescape(found["what"])
        if "base64" in found["how"].lower():
            yield from _unpacked(unquote(what))
        elif found["kind"]:
            yield unquote_to_bytes(what)
    told = _json(text)
    if told is not None:
        for each in _strings(told):
            if _WHOLE_BASE64.fullmatch(each) and not _DIGEST.fullmatch(each):
                yield from _unpacked(each)


def flow_of(text: str) -> str:
    """Return the words of a page in the order in which they are read.

    Parameters
    ----------
    text : str
        HTML or plain text.
    """
    shown = _COMMENT.sub(" ", _UNREAD.sub(" ", text))
    return unescape(_MARK.sub("", _BLOCK.sub("\n", shown)))


def columns_of(text: str) -> Iterator[str]:
    """Yield the columns of each table of a page, each read downwards.

    Parameters
    ----------
    text : str
        HTML.
    """
    for table in _TABLE.findall(text):
        rows = [_CELL.findall(row) for row in _ROW.findall(table)]
        for column in zip_longest(*rows, fillvalue=""):
            yield unescape(_MARK.sub(" ", "\n".join(column)))


def _without_marks(text: str) -> Iterator[str]:
    """Yield markup as it is read, and in the ways in which a word may be broken by marks."""
    bare = _PAYLOAD.sub(r"\1", _DRAWN.sub(" ", text))
    # Attributes, comments, scripts and styles are texts too.
    yield _unescaped(bare)
    yield flow_of(bare)
    yield _unescaped(_MARK.sub("", bare))
    yield _unescaped(_MARK.sub(" ", bare))
    yield from columns_of(bare)


def _unescaped(text: str) -> str:
    """Return a text without entities, also where their own signs were escaped."""
    for _ in range(_MOST_UNWRAPPED):
        plain = unescape(text)
        if plain == text:
            break
        text = plain
    return text


def _other_writings(text: str) -> Iterator[str]:
    """Yield what is written in a text by escapes, percent signs, base64 or figures."""
    if "%" in text:
        once = unquote(text.replace("+", " "))
        if once != text:
            yield unquote(once) if "%" in once else once
    if "\\" in text:
        yield _ESCAPED.sub(_letter, text)
    if _QUOTED.search(text):
        yield decodestring(text.encode()).decode("utf-8", errors="ignore")
    for found in _BASE64.finditer(text):
        yield from _printable(_bytes_of(found[0].replace("-", "+").replace("_", "/")))
    for found in _HEX.finditer(text):
        yield from _printable(bytes.fromhex(re.sub(r"[\s:]", "", found[0])))


def _letter(found: re.Match[str]) -> str:
    """Return the letter that an escape stands for."""
    octal = found[5]
    code = int(octal, 8) if octal else int(next(each for each in found.groups() if each), 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _printable(content: bytes) -> Iterator[str]:
    """Yield bytes that are text."""
    for way in ("utf-8", "utf-16-le") if content else ():
        try:
            text = content.decode(way)
        except UnicodeDecodeError:
            continue
        if text.isprintable() and sum(each.isascii() for each in text) * 2 > len(text):
            yield text


def _bytes_of(text: str) -> bytes:
    try:
        return b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _unpacked(text: str) -> Iterator[bytes]:
    """Yield what base64 holds; nothing where it is none."""
    content = _bytes_of("".join(text.split()).rstrip("="))
    if content:
        yield content


def _json(text: str) -> Any:
    """Return what a text says as JSON; None where it is none."""
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return None
    try:
        return json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None


def _values(value: Any) -> Iterator[str]:
    """Yield the texts in every string of JSON values, keys included."""
    for each in _strings(value):
        if not _WHOLE_BASE64.fullmatch(each):
            yield from texts_in(each)


def _strings(value: Any) -> Iterator[str]:
    """Yield every string, keys included; lines that belong together in one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from _strings(each)
    elif isinstance(value, list):
        if value and all(isinstance(each, str) for each in value):
            # Notebooks hold text in lines; a name may be broken at the end of one.
            yield "".join(value)
            yield "\n".join(value)
            return
        for each in value:
            yield from _strings(each)


def _in_one(value: Any) -> Iterator[str]:
    """Yield all strings one behind the other, since a name may be cut over several."""
    whole = "\n".join(each for each in _strings(value) if not _WHOLE_BASE64.fullmatch(each))
    yield flow_of(_DRAWN.sub(" ", _PAYLOAD.sub(r"\1", whole)))
