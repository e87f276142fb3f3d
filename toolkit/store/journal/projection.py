"""What is derived from a journal and can be rebuilt from nothing: values, times, outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from toolkit.store.event import Event, Json

_VALUES = frozenset({"answer", "confirm", "edit"})
_OUTCOMES = frozenset({"finish", "stop", "outcome"})
_ENDS = frozenset({"finish", "stop"})


class Stopwatch:
    """Where the time of one session went.

    The time between two events belongs to the node that was visited last, or to the pause that
    was on. So nothing is counted twice and nothing is lost: all times together are the session's.

    Attributes
    ----------
    spent : dict of str to int
        Time on each node, in ms; under an empty text what passed before the first visit.
    paused : dict of str to int
        Time in pauses by kind (``distress``, ``break``), in ms.
    node : str
        Node that is being visited.
    pause : str
        Kind of the pause that is on; empty for none.
    """

    __slots__ = ("_last", "_over", "node", "pause", "paused", "spent")

    def __init__(self) -> None:
        self.spent: dict[str, int] = {}
        self.paused: dict[str, int] = {}
        self.node = ""
        self.pause = ""
        self._last = 0
        self._over = False

    def see(self, event: Event) -> None:
        """Apply the next event of the session; after its end no more time is counted."""
        if self._over:
            if event.event == "reopen":  # what passed since the end was no talk
                self._over, self._last = False, event.mono
            return
        elapsed = event.mono - self._last
        if elapsed > 0:
            self._last = event.mono
            into, key = (self.paused, self.pause) if self.pause else (self.spent, self.node)
            into[key] = into.get(key, 0) + elapsed
        kind = event.event
        if kind == "visit":
            self.node = event.node
        elif kind == "pause":
            self.pause = str((event.new_value or {}).get("kind", "break"))
        elif kind == "resume":
            self.pause = ""
        elif kind in _ENDS:
            self._over = True

    def __eq__(self, other: object) -> bool:
        """Return whether another stopwatch shows the same."""
        if not isinstance(other, Stopwatch):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    __hash__ = None  # type: ignore[assignment]  # it changes, so that it cannot be a key


@dataclass(slots=True)
class Projection:
    """What a journal comes to, up to one of its events.

    Attributes
    ----------
    seq : int
        Number of the last event taken in; 0 for none.
    values : dict of (str, str) to JSON
        Latest value of each session and node; a value that was taken back is not there.
    clocks : dict of str to Stopwatch
        Where the time of each session went.
    dispositions : dict of str to str
        Latest disposition of each case.
    sessions : dict of str to set of str
        Sessions of each case; what has to be forgotten when it withdraws. The seat of a forum has
        none: of its session only its own answers are forgotten.
    """

    seq: int = 0
    values: dict[tuple[str, str], Json] = field(default_factory=dict)
    clocks: dict[str, Stopwatch] = field(default_factory=dict)
    dispositions: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, set[str]] = field(default_factory=dict)


def project(events: Iterable[Event], onto: Projection | None = None) -> Projection:
    """Fold events into a projection; the whole journal at once or piece by piece, it is the same.

    Parameters
    ----------
    events : iterable of Event
        Events in the order of the journal.
    onto : Projection, optional
        A projection of the events before these; it is carried on in place.

    Returns
    -------
    Projection
        `onto`, or a new one.
    """
    shown = onto if onto is not None else Projection()
    for event in events:
        shown.seq = event.seq
        if event.session:
            _see_session(shown, event)
        if event.event in _OUTCOMES and isinstance(event.new_value, dict):
            shown.dispositions[event.case] = str(event.new_value.get("disposition", ""))
        if event.event == "reopen":
            shown.dispositions.pop(event.case, None)
        if event.event == "withdrawn":
            _forget(shown, event.case)
    return shown


def _forget(shown: Projection, case: str) -> None:
    """Purge what a case has said: it has withdrawn (clause P26)."""
    shown.dispositions.pop(case, None)
    gone = shown.sessions.pop(case, set())
    for session in gone:
        shown.clocks.pop(session, None)
    for key in [each for each in shown.values if each[0] in gone or _of_seat(each[1], case)]:
        del shown.values[key]


def _see_session(shown: Projection, event: Event) -> None:
    if event.event == "begin":
        shown.clocks[event.session] = Stopwatch()
    if event.session in shown.clocks:
        shown.clocks[event.session].see(event)
    mine = event.event == "begin" or not _of_seat(event.node, event.case)
    if event.case and mine and event.event in _VALUES | {"begin"}:
        shown.sessions.setdefault(event.case, set()).add(event.session)
    if event.event in _VALUES:
        key = (event.session, event.node)
        if event.new_value is None:
            shown.values.pop(key, None)
        else:
            shown.values[key] = event.new_value


def _of_seat(node: str, case: str) -> bool:
    """Return whether a node is what one seat of a forum answers: ``q3.protected[F1-A]``."""
    return node.endswith(f"[{case}]")
