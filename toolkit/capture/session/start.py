"""What has to be in place before a session starts: consent, the daily limit, equal guidance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from toolkit.capture.clock import MINUTE
from toolkit.capture.session.fold import Fold
from toolkit.errors import CaptureError, FieldworkError
from toolkit.fieldwork.consent import ConsentRecord, consent_of
from toolkit.fieldwork.limits import check_daily_limit
from toolkit.fieldwork.withdrawal import WITHDRAWAL, refuse_withdrawn
from toolkit.guide import Guide
from toolkit.guide.study.design import Strand
from toolkit.guide.study.model import Study
from toolkit.guide.study.promises import Limits
from toolkit.store.journal.interface import Store

_TWO_DAYS = 2 * 24 * 60 * MINUTE


class Register:
    """What the journal says that starts depend on; reads only what is new since the last look.

    Parameters
    ----------
    store : Store
        The research store.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._after = 0
        # Of each interview, and of today's that was withdrawn: who held it, and when it began.
        self._starts: dict[str, tuple[str, int]] = {}
        # The same by who held it and by two days, so that nobody goes through all of a study.
        self._near: dict[tuple[str, int], dict[str, int]] = {}
        self._begun: set[str] = set()
        self._forums: dict[str, str] = {}
        # Which text was asked under which version of which guide: its hash.
        self._asked: dict[tuple[str, str], str] = {}

    def follow(self) -> None:
        """Apply what was appended meanwhile."""
        for event in self.store.read(after=self._after):
            self._after = event.seq
            if event.event == "begin":
                self._begun.add(event.session)
                self._asked.setdefault((event.guide, event.guide_version), event.guide_hash)
                mode = event.new_value["mode"]
                if mode == "interview":
                    self._note(event.session, event.user, event.start)
                elif mode == "forum":
                    self._forums.setdefault(event.session, event.guide_hash)
            elif event.event == "withdrawn":
                self._forget(event.case)
            elif event.event == WITHDRAWAL and event.new_value.get("held_by"):
                name = f"{WITHDRAWAL} {event.seq}"
                self._note(name, event.new_value["held_by"], event.start)

    def begun(self, session: str) -> bool:
        """Return whether a session has begun.

        Parameters
        ----------
        session : str
            Its id.
        """
        return session in self._begun

    def starts(self, user: str, near: int) -> Sequence[int]:
        """Return when a researcher's interviews around a moment began.

        Parameters
        ----------
        user : str
            Role and number.
        near : int
            The moment; interviews more than two days from it cannot be on the same local day.

        Returns
        -------
        sequence of int
            Milliseconds since 1970-01-01 UTC, as the moment.
        """
        then = near // _TWO_DAYS
        around = (self._near.get((user, each), {}) for each in (then - 1, then, then + 1))
        begun = (start for starts in around for start in starts.values())
        return [each for each in begun if abs(each - near) < _TWO_DAYS]

    def _note(self, name: str, user: str, start: int) -> None:
        """Note that an interview began; once for each name."""
        self._forget(name)
        self._starts[name] = (user, start)
        self._near.setdefault((user, start // _TWO_DAYS), {})[name] = start

    def _forget(self, name: str) -> None:
        """Forget an interview."""
        if name in self._starts:
            user, start = self._starts.pop(name)
            del self._near[user, start // _TWO_DAYS][name]

    def changed_silently(self, guide: Guide) -> bool:
        """Return whether this version of a guide was another text when it was asked before.

        Parameters
        ----------
        guide : Guide
            The guide of the session that begins.
        """
        return self._asked.get((guide.id, guide.version), guide.hash) != guide.hash

    def forums_under_another_guide(self, guide_hash: str) -> list[str]:
        """List earlier forums that were held under another version of the guide (clause P16).

        Parameters
        ----------
        guide_hash : str
            Hash of the guide of the forum that begins.
        """
        return [forum for forum, used in self._forums.items() if used != guide_hash]


def admit(
    register: Register,
    study: Study,
    guide: Guide,
    session: str,
    user: str,
    now: int,
    *,
    people: Iterable[str],
) -> dict[str, Any]:
    """Check that a session may start, and refuse otherwise.

    Parameters
    ----------
    session, user : str
        Id of the session that is to begin, and who holds it.
    now : int
        Wall clock, in milliseconds since 1970-01-01 UTC.

    Raises
    ------
    CaptureError
        Somebody has withdrawn (clause P26) or has not consented (clause P25), it has begun
        already, the guide has changed while its version has not (CAPTURE-084), or it is one
        interview too many on that local day (clause P43).
    """
    people = list(people)
    hold_out(register.store, *people)
    register.follow()
    if register.begun(session):
        raise CaptureError.of("CAPTURE-003", place=f"session {session}")
    if register.changed_silently(guide):
        raise CaptureError.of("CAPTURE-084", place=f"guide {guide.id}", version=guide.version)
    consents = {person: _consent(register.store, person) for person in people}
    if guide.mode == "interview":
        _hold_to_limit(register.starts(user, now), study.limits, user, now)
    return {person: _reference(record) for person, record in consents.items()}


def hold_out(store: Store, *people: str) -> None:
    """Refuse to capture anything of somebody who has withdrawn (clause P26).

    Raises
    ------
    CaptureError
        One of them has (FIELD-050).
    """
    try:
        refuse_withdrawn(store, *people)
    except FieldworkError as fault:
        raise CaptureError(fault.findings) from fault


def recording_allowed(store: Store, fold: Fold) -> bool:
    """Return whether everybody agreed to be recorded, on the form and aloud (clause P07)."""
    asked = [fold.said.get(ref) for ref in fold.course.recording]
    if any(said is None or said.value != "yes" for said in asked):
        return False
    present = [seat for seat in fold.seats if seat not in fold.withdrawn] or [fold.case]
    return all(_consent(store, person).recording for person in present)


def strand_of(study: Study, guide: Guide) -> Strand | None:
    """Return the strand of the protocol that uses a guide; None if none does."""
    named = [each for each in study.strands if each.guide.rpartition(".")[0] == guide.id]
    kind = [each for each in study.strands if each.kind == guide.mode]
    return next(iter(named or kind), None)


def _hold_to_limit(starts: Iterable[int], limits: Limits, user: str, now: int) -> None:
    most = limits.interviews_per_researcher_per_day
    try:
        check_daily_limit(starts, user, now, limits.timezone, most)
    except FieldworkError as fault:
        raise CaptureError(fault.findings) from fault


def _consent(store: Store, person: str) -> ConsentRecord:
    record = consent_of(store.read(case=person), person)
    if record is None:
        raise CaptureError.of("CAPTURE-001", place=f"participant {person}")
    return record


def _reference(record: ConsentRecord) -> dict[str, Any]:
    return {"form": record.form, "version": record.version, "hash": record.hash}
