"""From the journal to sessions and their texts: each session once, by the same fold as a call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from toolkit.capture import SessionState, replay
from toolkit.capture.session.course import course_of, seat_of
from toolkit.errors import SourceError
from toolkit.guide import Guide
from toolkit.guide.topic.model import Probe, Question, base_ref
from toolkit.sources.source import Source
from toolkit.store.event import Event
from toolkit.store.journal.interface import Store

FIELDWORK = "fieldwork"
CODING = "coding:"


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session that is over and kept, with what it came to.

    Attributes
    ----------
    state : SessionState
        The fold of its events.
    guide : Guide
        The guide that it is read with.
    version, hash : str
        Version and hash of the guide under which it was held.
    user : str
        Who held it: role and number.
    texts : frozenset of str
        Refs of the guide's open questions and probes.
    """

    state: SessionState
    guide: Guide
    version: str
    hash: str
    user: str
    texts: frozenset[str]

    @property
    def other_version(self) -> bool:
        """Whether it was held under another version than it is read with (clause P16)."""
        return self.hash != self.guide.hash

    def sources(self) -> Iterator[Source]:
        """Yield its texts: open answers that count, and turns of those who did not withdraw."""
        state = self.state
        for ref, answer in state.counted.items():
            if isinstance(answer.value, str) and answer.value and base_ref(ref) in self.texts:
                yield Source(
                    id=f"{state.case}/{ref}",
                    text=answer.value,
                    case=state.case,
                    session=state.session,
                    participant=seat_of(ref) or state.case,
                    kind=state.mode,
                    question=ref.partition("[")[0],
                )
        for turn in state.turns:
            if turn.text and not turn.withdrawn:
                yield Source(
                    id=f"{state.case}/{turn.question}/{turn.number}",
                    text=turn.text,
                    case=state.case,
                    session=state.session,
                    participant=turn.seat,
                    kind=state.mode,
                    question=turn.question,
                )


def by_session(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Sort events by session; fieldwork and coders are separate from calls and forums.

    Parameters
    ----------
    events : iterable of Event
        Events in order.

    Returns
    -------
    dict of str to list of Event
        Session to its events; `FIELDWORK` and ``coding:<coder>`` are sessions too.
    """
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.session, []).append(event)
    return found


def held_sessions(
    sessions: Mapping[str, list[Event]], guides: Mapping[str, Guide]
) -> Iterator[HeldSession]:
    """Yield the calls and forums that are over and kept.

    Parameters
    ----------
    sessions : mapping of str to list of Event
        From `by_session`.
    guides : mapping of str to Guide
        Guides by id.

    Yields
    ------
    HeldSession
        In order of the session's id. Sessions under way, and those of participants who stopped
        and wanted everything deleted (clause P29) or have withdrawn (clause P26), are left out.

    Raises
    ------
    SourceError
        A session was held with a guide that is not given (SOURCE-001).
    """
    texts = {name: _open_questions(guide) for name, guide in guides.items()}
    gone = withdrawn_in(sessions)
    for session in sorted(sessions):
        events = sessions[session]
        begin = events[0]
        if begin.event != "begin" or session == FIELDWORK or session.startswith(CODING):
            continue
        guide = guides.get(begin.guide)
        if guide is None:
            choices = f"known are {', '.join(guides)}" if guides else "none is given"
            raise SourceError.of(
                "SOURCE-001", place=f"session {session}", guide=begin.guide, choices=choices
            )
        state = _without(gone, replay(guide, course_of(guide).program, events))
        if state.kept and state.phase in ("finished", "stopped"):
            about = (begin.guide_version, begin.guide_hash, begin.user)
            yield HeldSession(state, guide, *about, texts[begin.guide])


def withdrawn_in(sessions: Mapping[str, list[Event]]) -> frozenset[str]:
    """Return the cases that have withdrawn, by the tombstones of the journal."""
    return frozenset(each.case for each in sessions.get("", ()) if each.event == "withdrawn")


def _without(gone: frozenset[str], state: SessionState) -> SessionState:
    """Remove seats whose words are destroyed, if the record of the forum does not say so."""
    left = [seat for seat in state.seats if seat in gone and seat not in state.withdrawn]
    return replace(state, withdrawn=(*state.withdrawn, *left)) if left else state


def _open_questions(guide: Guide) -> frozenset[str]:
    """Return the refs of a guide that are asked as open questions."""
    asked = {ref: each for ref, each in guide.index.items() if isinstance(each, Question | Probe)}
    return frozenset(ref for ref, each in asked.items() if each.type == "text")


def read_sources(store: Store, guides: Mapping[str, Guide]) -> dict[str, Source]:
    """Return every text that can be coded.

    Parameters
    ----------
    store : Store
        The journal; it is only read.
    guides : mapping of str to Guide
        Guides by id.

    Returns
    -------
    dict of str to Source
        By id, sorted: open answers ``K01/q3``, ``K01/q7.how``, turns ``F1/q2/3``. Parked answers,
        sessions under way or not kept, and turns of those who withdrew have none.

    Raises
    ------
    SourceError
        A session was held with a guide that is not given (SOURCE-001).
    """
    held = held_sessions(by_session(store.read()), guides)
    texts = sorted((source for each in held for source in each.sources()), key=lambda s: s.id)
    return {source.id: source for source in texts}
