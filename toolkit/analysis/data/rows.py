"""Rows of the tidy frames, gathered from sessions and from coders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.analysis.data.population import took_part
from toolkit.analysis.data.schema import SCHEMA
from toolkit.analysis.data.study_data import OpenIn
from toolkit.capture.session.course import course_of, seat_of
from toolkit.coding.segments import Segment
from toolkit.fieldwork import Disposition
from toolkit.guide import Guide
from toolkit.guide.study.codebook import Codebook
from toolkit.guide.topic.model import Probe, Question, base_ref
from toolkit.sources import HeldSession, Source

Row = tuple[Any, ...]
Columns = dict[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What rows say of one ref of a guide."""

    question: str
    probe: str | None
    ref: str
    round: int
    type: str


class SessionRows:
    """Rows of everything that happened in calls and forums.

    Parameters
    ----------
    strand_of : mapping of str to str
        Guide to strand.
    attributes : mapping of str to mapping
        Pseudonym to attributes: role.
    known : mapping of str to Disposition
        The study's dispositions by id.

    Attributes
    ----------
    sources : list of Source
        The texts of those who took part.
    strands : dict of str to str
        Session to strand.
    dispositions : dict of str to str
        Case to the disposition of its session; of several, that of one in which they took part.
    deviations : list of tuple
        Session, clause, what, reason.
    """

    def __init__(
        self,
        strand_of: Mapping[str, str],
        attributes: Mapping[str, Mapping[str, str]],
        known: Mapping[str, Disposition],
    ) -> None:
        self.sources: list[Source] = []
        self.strands: dict[str, str] = {}
        self.dispositions: dict[str, str] = {}
        self.deviations: list[Row] = []
        self._strand_of = strand_of
        self._attributes = attributes
        self._known = known
        self._rows: dict[str, list[Row]] = {name: [] for name in SCHEMA}
        self._open: dict[OpenIn, list[str]] = {}
        self._guides: dict[str, Guide] = {}
        self._asked: dict[tuple[str, str], _Asked | None] = {}

    def take(self, held: HeldSession) -> None:
        """Add one session; where nobody took part, that it was held and nothing that was said."""
        state, guide = held.state, held.guide
        people = took_part(state, self._known)
        self.strands[state.session] = self._strand_of[guide.id]
        if people or state.case not in self.dispositions:
            self.dispositions[state.case] = state.disposition
        self._session(held, took_part=bool(people))
        if people:
            self._guides[guide.id] = guide
            self.sources += held.sources()
            asked = (guide.id, state.open, len(people))
            self._open.setdefault(asked, []).append(state.session)
            self._participants(held, people)
            self._answers(held)
            self._discussion(held)
            self._times(held)
        if held.other_version:
            what = f"held with version {held.version} of the guide, read with {guide.version}"
            self.deviations.append((state.session, "P16", what, None))
        self.deviations += [
            (state.session, each.clause, each.what, each.reason or None)
            for each in state.deviations
        ]

    def columns(self) -> dict[str, Columns]:
        """Return the columns of the frames that come from sessions."""
        counts = {what: len(sessions) for what, sessions in self._open.items()}
        coverage = coverage_rows(counts, self._guides, self._strand_of)
        rows = {**self._rows, "coverage": coverage, "deviations": self.deviations}
        names = ("sessions", "participants", "answers", "coverage", "turns", "reactions")
        return {name: as_columns(name, rows[name]) for name in (*names, "timings", "deviations")}

    def _session(self, held: HeldSession, *, took_part: bool) -> None:
        state = held.state
        known = self._known.get(state.disposition)
        said = [state.counted.get(ref) for ref in course_of(held.guide).recording]
        recorded = [each.value == "yes" for each in said if each is not None and each.value]
        self._rows["sessions"].append(
            (
                state.session,
                state.case,
                self.strands[state.session],
                held.guide.id,
                held.version,
                held.hash,
                state.started,
                state.minutes,
                state.pause_minutes,
                state.ending or None,
                state.disposition or None,
                known.aapor if known else None,
                took_part,
                recorded[-1] if recorded else None,
                bool(state.write_up),
                len(state.concerns),
                held.user,
            )
        )

    def _participants(self, held: HeldSession, people: Iterable[str]) -> None:
        session = held.state.session
        for person in people:
            role = self._attributes.get(person, {}).get("role")
            self._rows["participants"].append((person, session, self.strands[session], role))

    def _answers(self, held: HeldSession) -> None:
        state, rows = held.state, self._rows["answers"]
        guide, strand = held.guide.id, self.strands[state.session]
        for ref, answer in state.answers.items():
            asked = self._asked_of(held.guide, ref)
            status = state.statuses[ref]
            if asked is None or status == "withdrawn":
                continue
            person = seat_of(ref) or (None if state.seats else state.case)
            value = _as_text(answer.value)
            rows.append(
                (
                    state.session,
                    person,
                    strand,
                    guide,
                    asked.question,
                    asked.probe,
                    asked.ref,
                    asked.round,
                    asked.type,
                    value,
                    answer.value if asked.type in ("scale", "number") else None,
                    answer.missing,
                    answer.other,
                    status,
                    len(value.split()) if value and asked.type == "text" else 0,
                )
            )

    def _asked_of(self, guide: Guide, ref: str) -> _Asked | None:
        """Return what rows say of a ref; None for what is no question or probe."""
        key = (guide.id, ref)
        if key not in self._asked:
            base = base_ref(ref)
            item = guide.index.get(base)
            question, _, probe = base.partition(".")
            number = int(ref.partition("[")[0].partition("@")[2] or 0)
            self._asked[key] = (
                _Asked(question, probe or None, base, number, item.type)
                if isinstance(item, Question | Probe)
                else None
            )
        return self._asked[key]

    def _discussion(self, held: HeldSession) -> None:
        state = held.state
        for turn in state.turns:
            if not turn.withdrawn:
                spoken = (turn.seat, turn.text, len(turn.text.split()), turn.mono / 60_000)
                row = (state.session, turn.question, turn.number, *spoken)
                self._rows["turns"].append(row)
        self._rows["reactions"] += [
            (state.session, each.question, each.number, each.seat, each.kind)
            for each in state.reactions
            if each.seat not in state.withdrawn
        ]

    def _times(self, held: HeldSession) -> None:
        state, guide = held.state, held.guide
        places = course_of(guide).places
        budgets = {each.section: each.minutes for each in guide.sections}
        spent: dict[tuple[str, str], float] = {}
        for ref, seconds in state.seconds.items():
            place = places.get(base_ref(ref))
            if place is not None:
                key = (place.section, place.question)
                spent[key] = spent.get(key, 0.0) + seconds
        for (section, question), seconds in spent.items():
            minutes = budgets[section]
            budget = None if minutes is None else minutes * 60
            row = (state.session, guide.id, section, question, seconds, budget)
            self._rows["timings"].append(row)

    def open_in(self) -> dict[str, OpenIn]:
        """Return what was to be asked in each session, by its id."""
        return {each: what for what, sessions in self._open.items() for each in sessions}


def coverage_rows(
    counts: Mapping[OpenIn, int], guides: Mapping[str, Guide], strand_of: Mapping[str, str]
) -> list[Row]:
    """Count for how many each question was to be asked."""
    found: Counter[tuple[str, str, str]] = Counter()
    for (guide, refs, people), sessions in counts.items():
        for ref in refs:
            item = guides[guide].index.get(base_ref(ref))
            if isinstance(item, Question | Probe):
                times = people if item.each_participant else 1
                found[guide, base_ref(ref), strand_of[guide]] += sessions * times
    return [(*key, count) for key, count in found.items()]


def segment_columns(
    segments: Sequence[Segment],
    sources: Mapping[str, Source],
    codebook: Codebook,
    strands: Mapping[str, str],
) -> Columns:
    """Return the columns of the frame of segments."""
    rows = []
    for each in segments:
        source = sources[each.source]
        said = (source.session, source.participant, strands[source.session], source.question)
        theme = codebook.theme_of.get(each.code)
        rows.append((each.source, *said, each.start, each.end, each.code, theme, each.coder))
    return as_columns("segments", rows)


def as_columns(name: str, rows: Sequence[Row]) -> Columns:
    """Turn rows into columns in the order of the schema.

    Parameters
    ----------
    rows : sequence of tuple
        One value for each column.
    """
    columns = zip(*rows, strict=True) if rows else ((),) * len(SCHEMA[name])
    return dict(zip(SCHEMA[name], columns, strict=True))


def _as_text(value: object) -> str | None:
    """Return an answer's value as text: choices parted by blanks, a tick as yes."""
    if value is None or isinstance(value, str):
        return value or None
    if value is True:
        return "yes"
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value)
