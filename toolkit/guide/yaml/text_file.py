"""Reads the text of a YAML file, or says plainly why it cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SIZE_LIMIT = 4 * 1024 * 1024

_NOT_TEXT = {
    b"PK\x03\x04": "a zip archive or an office document",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"{\\rtf": "a word processor's document",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
    b"<?xml": "an XML document",
}
_WIDE = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}

# Code of the catalogue, line (0 where there is none) and what the message names.
Refusal = tuple[str, int, dict[str, Any]]


def read_text(path: Path) -> str | Refusal:
    """Return the text of a file, or why it cannot be read.

    Returns
    -------
    str or (str, int, dict)
        The text without a byte order mark; or a code of the catalogue, the line (0 where there
        is none) and the values of its message.
    """
    try:
        if path.is_dir():
            return "YAML-001", 0, {"example": str(path / "guide.yaml")}
        with path.open("rb") as file:
            # One byte more than allowed: what never ends (a device, a pipe) is not read to its end.
            raw = file.read(SIZE_LIMIT + 1)
    except OSError as fault:
        return "YAML-002", 0, {"reason": fault.strerror or type(fault).__name__}
    except ValueError:
        return "YAML-002", 0, {"reason": "this is no path"}
    if len(raw) > SIZE_LIMIT:
        return "YAML-003", 1, {"limit": f"{SIZE_LIMIT:,}"}
    return _decoded(raw)


def _decoded(raw: bytes) -> str | Refusal:
    for start, what in _NOT_TEXT.items():
        if raw.startswith(start):
            return "YAML-005", 1, {"why": what}
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        shown = _WIDE.get(raw[:2], f"byte 0x{raw[fault.start]:02x}")
        return "YAML-004", line, {"found": shown}
    if "\0" in text:
        return "YAML-005", text.count("\n", 0, text.index("\0")) + 1, {"why": "a NUL byte"}
    return text
