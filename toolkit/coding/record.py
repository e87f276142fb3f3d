"""Coding as it enters the journal: segments and memos, written and read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.capture.clock import Clock
from toolkit.coding.segments import Segment, check_bounds, locate
from toolkit.coding.speakers import speakers_in
from toolkit.errors import CodingError, Finding, finding
from toolkit.fieldwork.withdrawal import TOGETHER
from toolkit.guide.study.codebook import Codebook
from toolkit.guide.yaml.validate import nearest
from toolkit.sources import Source
from toolkit.store.event import Event, Json, NewEvent
from toolkit.store.journal.interface import Store

_SESSION = "coding:"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a source with the codes that they get.

    Attributes
    ----------
    source : str
        Id of the source: ``K01/q3``.
    quote : str
        The exact words, occurring once in the source.
    codes : tuple of str
        Codes of the codebook, at least one.
    """

    source: str
    quote: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Memo:
    """A coder's thought on a code or a source.

    Attributes
    ----------
    about : str
        Id of the code or source.
    text : str
        The words.
    coder : str
        Who wrote it.
    written : int
        When, in milliseconds since 1970-01-01 UTC.
    """

    about: str
    text: str
    coder: str
    written: int


@dataclass(frozen=True, slots=True)
class CodingDesk:
    """Where a coder works: one store, one codebook, the texts, the coder and a clock.

    Attributes
    ----------
    store : Store
        Where segments and memos go.
    sources : mapping of str to Source
        From `toolkit.sources.read_sources`.
    codebook : Codebook
        The codes that there are.
    coder : str
        Pseudonym of the coder, such as ``coder-1``; never a name.
    clock : Clock
        What the time is asked of.
    """

    store: Store
    sources: Mapping[str, Source]
    codebook: Codebook
    coder: str
    clock: Clock

    def code_quote(self, source: str, quote: str, codes: Sequence[str]) -> list[Segment]:
        """Code the words of a source.

        Parameters
        ----------
        source : str
            Id of the source.
        quote : str
            The exact words, occurring once.
        codes : sequence of str
            Codes that they get.

        Returns
        -------
        list of Segment
            One for each code, as recorded.

        Raises
        ------
        CodingError
            Unknown source or code, no code, or words that do not occur exactly once; nothing
            was recorded. The message never carries the words.
        """
        return self.code_quotes([Quote(source, quote, tuple(codes))])

    def code_quotes(self, quotes: Iterable[Quote]) -> list[Segment]:
        """Code many quotations; all are recorded, or none.

        Parameters
        ----------
        quotes : iterable of Quote
            What is coded, in order.

        Returns
        -------
        list of Segment
            As recorded, in the same order.

        Raises
        ------
        CodingError
            As for `code_quote`, with every fault as a finding; nothing was recorded.
        """
        findings: list[Finding] = []
        segments: list[Segment] = []
        for quote in quotes:
            try:
                source = self._source(quote.source)
                start, end = locate(source, quote.quote)
                segments += self._segments(source, start, end, quote.codes)
            except CodingError as fault:
                findings += fault.findings
        if findings:
            raise CodingError(findings)
        return self._record(segments)

    def code_stretch(
        self, source: str, start: int, end: int, codes: Sequence[str]
    ) -> list[Segment]:
        """Code a stretch of a source by its offsets.

        Parameters
        ----------
        source : str
            Id of the source.
        start, end : int
            Offsets in Unicode code points from 0, the end exclusive.
        codes : sequence of str
            Codes that it gets.

        Raises
        ------
        CodingError
            Unknown source or code, no code, or offsets outside the text; nothing was recorded.
        """
        text = self._source(source)
        check_bounds(text, start, end)
        return self._record(self._segments(text, start, end, codes))

    def take_back(self, segment: Segment) -> None:
        """Remove one's own segment; the journal keeps a record of it.

        Parameters
        ----------
        segment : Segment
            As recorded.

        Raises
        ------
        CodingError
            Its source is not there any more (CODING-005).
        """
        value = {"start": segment.start, "end": segment.end, "code": segment.code}
        speaker = self._source(segment.source).speaker
        event = self._event("segment-removed", segment.source, speaker, old_value=value)
        self.store.append([event])

    def write_memo(self, about: str, text: str) -> Memo:
        """Write a memo on a code or a source.

        A memo on a code that names or quotes participants belongs to them, and goes when any of
        them withdraws (clause P26): no words may outlive their speaker in it.

        Parameters
        ----------
        about : str
            Id of the code or source.
        text : str
            The words.

        Raises
        ------
        CodingError
            There is no such code or source (CODING-001), or no words (CODING-008).
        """
        if about not in self.sources and about not in self.codebook.theme_of:
            raise CodingError([self._unknown(about)])
        if not text.strip():
            raise CodingError.of("CODING-008", place=f"memo on {about}")
        people = speakers_in(text, self.sources.values())
        if about in self.sources:
            people |= {self.sources[about].speaker}
        case = TOGETHER.join(sorted(people))
        event = self._event("memo", about, case, new_value={"text": text})
        self.store.append([event])
        return Memo(about, text, self.coder, event.start)

    def _source(self, name: str) -> Source:
        if name not in self.sources:
            raise CodingError.of("CODING-005", place=f"source {name}")
        return self.sources[name]

    def _segments(
        self, source: Source, start: int, end: int, codes: Sequence[str]
    ) -> list[Segment]:
        """Return the segments of one stretch, or say which codes there are not."""
        if not codes:
            raise CodingError.of("CODING-007", place=f"source {source.id}")
        unknown = [code for code in codes if code not in self.codebook.theme_of]
        if unknown:
            raise CodingError(self._unknown(code) for code in unknown)
        return [Segment(source.id, start, end, code, self.coder) for code in codes]

    def _unknown(self, code: str) -> Finding:
        hint = nearest(code, self.codebook.theme_of) or "one of its codes"
        return finding("CODING-001", place="codebook", wanted=code[:80], nearest=hint)

    def _record(self, segments: list[Segment]) -> list[Segment]:
        """Append segments with the hash of the text that they are on."""
        events = []
        for each in segments:
            source = self.sources[each.source]
            value = {"start": each.start, "end": each.end, "code": each.code, "text": source.hash}
            events.append(self._event("segment", source.id, source.speaker, new_value=value))
        self.store.append(events)
        return segments

    def _event(
        self, kind: str, node: str, case: str, *, old_value: Json = None, new_value: Json = None
    ) -> NewEvent:
        return NewEvent(
            event=kind,
            node=node,
            case=case,
            session=f"{_SESSION}{self.coder}",
            user=self.coder,
            start=self.clock.wall_ms(),
            old_value=old_value,
            new_value=new_value,
        )


def read_segments(events: Iterable[Event]) -> dict[Segment, str]:
    """Read segments back from the journal.

    Parameters
    ----------
    events : iterable of Event
        Events in order; those that are no coding are passed over.

    Returns
    -------
    dict of Segment to str
        Segments that were not taken back, sorted, each with the hash of the text it is on.
    """
    found: dict[Segment, str] = {}
    for event in events:
        if event.event == "segment":
            value = event.new_value
            found[_segment(event, value)] = value["text"]
        elif event.event == "segment-removed":
            found.pop(_segment(event, event.old_value), None)
    return dict(sorted(found.items()))


def read_memos(events: Iterable[Event]) -> list[Memo]:
    """Read memos back from the journal, in the order in which they were written.

    Parameters
    ----------
    events : iterable of Event
        Events in order; those that are no memos are passed over.

    Returns
    -------
    list of Memo
        Every memo.
    """
    return [
        Memo(event.node, event.new_value["text"], event.user, event.start)
        for event in events
        if event.event == "memo"
    ]


def _segment(event: Event, value: Mapping[str, int | str]) -> Segment:
    """Return the segment that an event speaks of."""
    return Segment(
        event.node, int(value["start"]), int(value["end"]), str(value["code"]), event.user
    )


def fitting(segments: Mapping[Segment, str], sources: Mapping[str, Source]) -> list[Segment]:
    """Return the segments whose text is still what it was when it was coded.

    Parameters
    ----------
    segments : mapping of Segment to str
        From `read_segments`.
    sources : mapping of str to Source
        The texts as they are now.

    Returns
    -------
    list of Segment
        Those on a source that counts and has not changed, in the same order.
    """
    return [
        each
        for each, text in segments.items()
        if each.source in sources and sources[each.source].hash == text
    ]
