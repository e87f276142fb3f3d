"""Reading YAML 1.2 strictly, and remembering on which line everything stands.

ruamel.yaml does the parsing (its C parser where it is installed). We build plain values from
its events ourselves, because that gives four things at once: YAML 1.2 scalars (``no`` is a
word, ``10:30`` is a word, ``012`` is twelve), lines for messages, all duplicate keys in one go,
and no recursion that a hostile file could blow up.
"""

from __future__ import annotations

import os
import re
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from toolkit.errors import Finding, finding

CParser: Any = None
with suppress(ImportError):  # no wheel of the C parser for this platform: slower, same result
    CParser = import_module("ruamel.yaml.cyaml").CParser

SIZE_LIMIT = 4 * 1024 * 1024
DEPTH_LIMIT = 20

_NUMBER_LIKE = frozenset("0123456789+-.~nNtTfF")
_CONSTANTS: dict[str, Any] = {"": None, "~": None}
_CONSTANTS |= dict.fromkeys(("null", "Null", "NULL"))
_CONSTANTS |= dict.fromkeys(("true", "True", "TRUE"), True)
_CONSTANTS |= dict.fromkeys(("false", "False", "FALSE"), False)
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z")
_BASED = re.compile(r"0o[0-7]{1,18}\Z|0x[0-9a-fA-F]{1,15}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?\Z")
_UNFIT = re.compile("[\\0\\ud800-\\udfff]")
_NOT_TEXT = {
    b"PK\x03\x04": "a zip archive or an office document",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xd0\xcf\x11\xe0": "an old office document",
}


@dataclass(slots=True)
class Document:
    """What a YAML file says, with the line of every key and item.

    Attributes
    ----------
    name : str
        The file's name as given; it stands in messages.
    data : object
        Plain values: dict with str keys, list, str, int, float, bool or None. None as well
        where the file could not be read; `findings` then says why.
    findings : list of Finding
        Faults of the file as YAML.
    """

    name: str
    data: Any = None
    findings: list[Finding] = field(default_factory=list)
    _lines: dict[int, dict[Hashable, int]] = field(default_factory=dict, repr=False)

    def line(self, path: tuple[Hashable, ...] = ()) -> int:
        """Give the line (from 1) on which a key or item stands.

        Parameters
        ----------
        path : tuple
            Keys and list positions from the top. Where a step does not exist, the line of the
            last one that does is given.
        """
        here, line = self.data, 1
        for step in path:
            line = self._lines.get(id(here), {}).get(step, line)
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                return line
        return line

    def say(
        self, code: str, path: tuple[Hashable, ...] = (), *, line: int = 0, **values: object
    ) -> None:
        """Add a finding of the catalogue at a path (or a line) of this file."""
        at = line or self.line(path)
        self.findings.append(
            finding(code, file=self.name, line=at, place=place_of(self.data, path), **values)
        )


_NAMING_KEYS = (
    *("question", "probe", "script", "section", "group", "ending", "claim", "figure"),
    *("code", "theme", "role", "strand", "rule", "clause", "use", "id"),
)


def place_of(data: Any, path: tuple[Hashable, ...]) -> str:
    """Say in words where a path leads: ``question q4 probe support choices 2``.

    Parameters
    ----------
    data : object
        The whole document.
    path : tuple
        Keys and list positions from the top.
    """
    named: list[str] = []
    rest: list[str] = []
    here = data
    for step in path:
        rest.append(str(step + 1) if isinstance(step, int) else str(step))
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            continue
        label = _label(here) if isinstance(step, int) else ""
        if label:
            if not label.startswith("section "):
                named = [each for each in named if not each.startswith("section ")]
            named.append(label)
            rest = []
    return " ".join([*named, *rest]) or "file"


def _label(here: Any) -> str:
    if isinstance(here, dict):
        for key in _NAMING_KEYS:
            if isinstance(here.get(key), str):
                return str(here[key]) if key == "id" else f"{key} {here[key]}"
    return ""


def read_yaml(path: str | Path) -> Document:
    """Read one YAML file.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Document
        Values and lines; faults are in its ``findings``, never raised.
    """
    path = Path(path)
    document = Document(name=str(path))
    text = _text(path, document)
    if text is not None:
        parse_yaml(text, document)
    return document


def parse_yaml(text: str, document: Document) -> Document:
    """Parse YAML text into a document, whose ``name`` then stands in messages.

    Parameters
    ----------
    text : str
        YAML 1.2.
    document : Document
        Filled in place and returned.
    """
    fault = _build(text, document, quick=True)
    if fault is not None and CParser is not None:
        # libyaml speaks YAML 1.1 in places (``[10:30]``): the 1.2 parser has the last word.
        document.findings.clear()
        document._lines.clear()
        fault = _build(text, document, quick=False)
    if isinstance(fault, MarkedYAMLError):
        mark = fault.problem_mark or fault.context_mark
        problem = " ".join(str(fault.problem or fault.context or "not YAML").split())
        document.say("YAML-006", line=mark.line + 1 if mark else 1, problem=problem)
    elif fault is not None:
        document.say("YAML-006", line=1, problem="a control character or a broken sign")
    elif document.data is None and not document.findings:
        document.say("YAML-011", line=1)
    return document


def _build(text: str, document: Document, *, quick: bool) -> Exception | None:
    """Fill the document from the parser's events; give the fault that ended it, if any."""
    builder = _Builder(document)
    handlers = builder.handlers
    try:
        parser: Any = (
            CParser(text)
            if quick and CParser is not None
            else YAML(typ="safe", pure=True).get_constructor_parser(text)[1]
        )
        while not builder.stopped:
            event = parser.get_event()
            kind = type(event)
            if kind in handlers:
                handlers[kind](event)
            elif event is None or kind is StreamEndEvent:
                document.data = builder.top
                break
    except (YAMLError, YAMLStreamError, ValueError) as fault:
        return fault
    return None


def _text(path: Path, document: Document) -> str | None:
    if os.path.isdir(path):  # unlike Path.is_dir, no error for a name of 300 signs
        document.findings.append(
            finding("YAML-001", file=document.name, place="path", example=str(path / "guide.yaml"))
        )
        return None
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= SIZE_LIMIT else b""
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        document.findings.append(
            finding("YAML-002", file=document.name, place="path", reason=reason)
        )
        return None
    if size > SIZE_LIMIT:
        document.say("YAML-003", line=1, size=size, limit=SIZE_LIMIT)
        return None
    return _decode(raw, document)


def _decode(raw: bytes, document: Document) -> str | None:
    for start, what in _NOT_TEXT.items():
        if raw.startswith(start):
            document.say("YAML-005", line=1, why=what)
            return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        document.say("YAML-004", line=line, byte=f"0x{raw[fault.start]:02x}")
        return None
    if "\0" in text:
        document.say("YAML-005", line=text.count("\n", 0, text.index("\0")) + 1, why="a NUL byte")
        return None
    return text


class _Builder:
    """Turns parser events into plain values; an explicit stack, so depth costs nothing."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.top: Any = None
        self.stopped = False
        self._documents = 0
        self._stack: list[tuple[Any, dict[Hashable, int], list[Any]]] = []
        self._lines = document._lines
        self.handlers = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._open,
            SequenceStartEvent: self._open,
            MappingEndEvent: self._close,
            SequenceEndEvent: self._close,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
        }

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self.document.say("YAML-012", line=event.start_mark.line + 1)
            self.stopped = True

    def _scalar(self, event: Any) -> None:
        # The busiest method of reading: what `_place` does is written out for the usual cases.
        if event.anchor is not None or event.ctag is not None:
            self._refuse(event)
        text = value = event.value
        if event.implicit[0] and (not text or text[0] in _NUMBER_LIKE):
            value = _resolve(text)
        if not self._stack:
            self.top = value
            return
        container, lines, waiting = self._stack[-1]
        if waiting:
            container.setdefault(waiting.pop(), value)
        elif type(container) is list:
            lines[len(container)] = event.start_mark.line + 1
            container.append(value)
        elif text in lines:
            self._key(container, lines, waiting, event, text)
        else:
            lines[text] = event.start_mark.line + 1
            waiting.append(text)

    def _escaped(self, event: Any) -> str:
        """Refuse signs that only an escape such as "\\0" can bring in, and that nothing can keep."""
        value: str = event.value
        if not _UNFIT.search(value):
            return value
        try:  # JSON writes one sign beyond U+FFFF as two escapes
            value = value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            value = _UNFIT.sub("\N{REPLACEMENT CHARACTER}", value)
            self.document.say("YAML-013", line=event.start_mark.line + 1)
        if "\0" in value:
            self.document.say("YAML-013", line=event.start_mark.line + 1)
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")

    def _open(self, event: Any) -> None:
        if event.anchor is not None or event.ctag is not None:
            self._refuse(event)
        container: Any = {} if type(event) is MappingStartEvent else []
        self._place(container, event, None)
        if len(self._stack) >= DEPTH_LIMIT:
            self.document.say("YAML-009", line=event.start_mark.line + 1, limit=DEPTH_LIMIT)
            self.stopped = True
            return
        lines: dict[Hashable, int] = {}
        self._lines[id(container)] = lines
        # The last element waits for a value: [key] between a key and its value, else empty.
        self._stack.append((container, lines, []))

    def _close(self, event: Any) -> None:
        self._stack.pop()

    def _alias(self, event: Any) -> None:
        line = event.start_mark.line + 1
        self.document.say("YAML-008", line=line, what="an alias", name=f"*{event.anchor}")
        self._place(None, event, "")

    def _refuse(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if event.anchor is not None:
            self.document.say("YAML-008", line=line, what="an anchor", name=f"&{event.anchor}")
        else:
            tag = getattr(event.tag, "suffix", event.tag)
            self.document.say("YAML-008", line=line, what="a tag", name=str(tag))

    def _place(self, value: Any, event: Any, key_text: str | None) -> None:
        if not self._stack:
            self.top = value
            return
        container, lines, waiting = self._stack[-1]
        if type(container) is list:
            lines[len(container)] = event.start_mark.line + 1
            container.append(value)
        elif waiting:
            key = waiting.pop()
            container.setdefault(key, value)
        else:
            self._key(container, lines, waiting, event, key_text)

    def _key(
        self, container: Any, lines: dict[Hashable, int], waiting: list[Any], event: Any, key: Any
    ) -> None:
        line = event.start_mark.line + 1
        if key is None:
            self.document.say("YAML-010", line=line)
            self.stopped = True
        elif key in lines:
            self.document.say("YAML-007", line=line, key=key, first=lines[key])
        else:
            lines[key] = line
        waiting.append(key)


def _resolve(value: str) -> Any:
    """Resolve a plain scalar by the YAML 1.2 core schema."""
    if value in _CONSTANTS:
        return _CONSTANTS[value]
    if _INTEGER.match(value):
        return int(value)
    if _FLOAT.match(value):
        return float(value)
    if _BASED.match(value):
        return int(value, 0)
    return value
