"""Reads YAML 1.2 strictly, and remembers the line of everything.

libyaml reads quickly (through PyYAML, where its wheel has it), ruamel.yaml has the last word on
what is YAML 1.2. We build plain values from their events ourselves, because that gives four
things at once: YAML 1.2 scalars (``no`` is a word, ``10:30`` is a word, ``012`` is twelve), lines
for messages, all duplicate keys in one go, and no recursion that a hostile file could blow up.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError, YAMLStreamError
from yaml import YAMLError as QuickError

from toolkit.errors import Finding, finding
from toolkit.guide.yaml.parser_faults import fault_in_words
from toolkit.guide.yaml.text_file import read_text

CParser: Any = None
with suppress(ImportError):  # PyYAML without libyaml: slower, same result
    from yaml import cyaml

    CParser = cyaml.CParser

DEPTH_LIMIT = 20

_NUMBER_LIKE = frozenset("0123456789+-.~nNtTfF")
_CONSTANTS: dict[str, Any] = {"": None, "~": None}
_CONSTANTS |= dict.fromkeys(("null", "Null", "NULL"))
_CONSTANTS |= dict.fromkeys(("true", "True", "TRUE"), True)
_CONSTANTS |= dict.fromkeys(("false", "False", "FALSE"), False)
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z")
_BASED = re.compile(r"0o[0-7]{1,18}\Z|0x[0-9a-fA-F]{1,15}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?\Z")
# Signs that only an escape such as "\\e" can bring in.
_UNSEEN = re.compile("[\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")
# Ends of a line in YAML 1.1, and for libyaml still, but ordinary signs in YAML 1.2.
_OLD_LINE_ENDS = re.compile("[\\x85\\u2028\\u2029]")
_SHOWN = 300


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
        """Return the line (from 1) of a key or item.

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
        """Add a finding of the catalogue."""
        shown = {name: _shown(value) for name, value in values.items()}
        place = _shown(place_of(self.data, path))
        at = line or self.line(path)
        self.findings.append(finding(code, file=self.name, line=at, place=place, **shown))


def _shown(value: object) -> Any:
    """Return a file's text on one short line, so that a message stays readable."""
    if not isinstance(value, str):
        return value
    words = " ".join(value.split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]} ..."


_NAMING_KEYS = (
    *("question", "probe", "script", "section", "group", "ending", "claim", "figure"),
    *("code", "theme", "role", "strand", "rule", "clause", "use", "id"),
)


def place_of(data: Any, path: tuple[Hashable, ...]) -> str:
    """Return a path in words: ``question q4 probe support choice parent label``."""
    named: list[str] = []
    rest: list[str] = []
    here, key, naming = data, "", ""
    for step in path:
        if step != naming:
            rest.append(str(step + 1) if isinstance(step, int) else str(step))
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            continue
        naming = _naming(here) if isinstance(step, int) else ""
        if naming:
            if naming != "section":
                named = [each for each in named if not each.startswith("section ")]
            what = key.removesuffix("s") if naming == "id" else naming
            named.append(f"{what} {here[naming]}")
            rest = []
        key = str(step)
    return " ".join([*named, *rest]) or "file"


def _naming(here: Any) -> str:
    """Return the key by which an entry of a list is called, if it has one."""
    if isinstance(here, dict):
        for key in _NAMING_KEYS:
            if isinstance(here.get(key), str):
                return key
    return ""


def read_yaml(path: str | Path) -> Document:
    """Read one YAML file.

    Returns
    -------
    Document
        Values and lines; faults are in its ``findings``, never raised.
    """
    document = Document(name=str(path))
    text = read_text(Path(path))
    if isinstance(text, str):
        return parse_yaml(text, document)
    code, line, values = text
    document.findings.append(
        finding(code, file=document.name, line=line, place="file" if line else "path", **values)
    )
    return document


def parse_yaml(text: str, document: Document) -> Document:
    """Parse YAML text into a document; messages use its ``name``.

    Parameters
    ----------
    text : str
        YAML 1.2.
    """
    quick = CParser is not None and not _OLD_LINE_ENDS.search(text)
    fault = _build(text, document, quick=quick)
    if fault is not None and quick:
        # libyaml does not know all of YAML 1.2: the 1.2 parser has the last word.
        document.findings.clear()
        document._lines.clear()
        fault = _build(text, document, quick=False)
    if fault is not None:
        line, problem = fault_in_words(fault, text)
        document.say("YAML-006", line=line, problem=problem)
    elif document.data is None and not document.findings:
        document.say("YAML-011", line=1)
    return document


def _build(text: str, document: Document, *, quick: bool) -> Exception | None:
    """Fill the document from the parser's events; give the fault that ended it, if any."""
    builder = _Builder(document)
    handlers = builder.handlers
    try:
        for event in _quick_events(text) if quick else _thorough_events(text):
            handle = handlers.get(type(event).__name__)
            if handle is not None:
                handle(event)
                if builder.stopped:
                    break
        document.data = None if builder.broken else builder.top
    except (YAMLError, YAMLStreamError, QuickError, ValueError) as fault:
        return fault
    return None


def _quick_events(text: str) -> Iterator[Any]:
    parser = CParser(text)
    event = parser.get_event()
    while event is not None:
        yield event
        event = parser.get_event()


def _thorough_events(text: str) -> Iterator[Any]:
    events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)
    return events


class _Builder:
    """Turns parser events into plain values; an explicit stack, so depth costs nothing."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.top: Any = None
        self.stopped = False
        self.broken = False
        self._documents = 0
        self._stack: list[tuple[Any, dict[Hashable, int], list[Any]]] = []
        self._lines = document._lines
        # By name: the events of both parsers are called the same.
        self.handlers = {
            "ScalarEvent": self._scalar,
            "MappingStartEvent": self._open_mapping,
            "SequenceStartEvent": self._open_list,
            "MappingEndEvent": self._close,
            "SequenceEndEvent": self._close,
            "AliasEvent": self._alias,
            "DocumentStartEvent": self._document,
        }

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self.document.say("YAML-012", line=event.start_mark.line + 1)
            self.stopped = True

    def _scalar(self, event: Any) -> None:
        # The busiest method of reading: what `_place` does is written out for the usual cases.
        tag = event.tag
        if tag is not None or event.anchor is not None:
            self._refuse(event)
        text = value = event.value
        if event.implicit[0] and tag is None:
            if not text or text[0] in _NUMBER_LIKE:
                value = _resolve(text)
        elif _UNSEEN.search(text):
            text = value = self._seen(event)
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

    def _seen(self, event: Any) -> str:
        """Refuse signs that nobody can see, or that cannot be stored."""
        with suppress(UnicodeDecodeError):  # JSON writes one sign beyond U+FFFF as two escapes
            joined: str = event.value.encode("utf-16", "surrogatepass").decode("utf-16")
            if not _UNSEEN.search(joined):
                return joined
        self.document.say("YAML-013", line=event.start_mark.line + 1)
        return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", event.value)

    def _open_mapping(self, event: Any) -> None:
        self._open({}, event)

    def _open_list(self, event: Any) -> None:
        self._open([], event)

    def _open(self, container: Any, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self._refuse(event)
        self._place(container, event, None)
        if len(self._stack) >= DEPTH_LIMIT:
            self.document.say("YAML-009", line=event.start_mark.line + 1, limit=DEPTH_LIMIT)
            self.stopped = self.broken = True
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
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self.document.say("YAML-008", line=line, what="a tag", name=tag)

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
            self.stopped = self.broken = True
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
