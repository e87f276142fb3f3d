"""The recruitment of the sample study, played through the rules of fieldwork."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial

from toolkit.errors import SampleError
from toolkit.fieldwork import Recruitment, apply_rules, draw, record_consent
from toolkit.fieldwork.draw import Draw, sort_frame
from toolkit.fieldwork.eligibility import count_reasons
from toolkit.guide.study.consent import ConsentForm
from toolkit.sample.playing import Stage
from toolkit.sample.reading import File
from toolkit.sample.recruitment_files import (
    Adjustment,
    Approach,
    ConsentGiven,
    ForumMember,
    RecruitmentFile,
)
from toolkit.sample.session_files import InterviewFile
from toolkit.store import deal_pseudonyms
from toolkit.store.people.identity import IdentityStore
from toolkit.store.people.person import Person

Entry = tuple[int, int, Callable[[], object]]
"""When (milliseconds since 1970-01-01 UTC), a rank among equals, and what happens."""

# The same with the path of what is written about it, below the person.
_Happening = tuple[int, int, tuple[Hashable, ...], Callable[[], object]]

SESSION_RANK = 8
"""Rank of the beginning of a session."""

_MORNING = "09:00"
_POST = "10:00"


class Recruiting:
    """Plays one recruitment file.

    Parameters
    ----------
    file : File
        The file.
    stage : Stage
        Store, protocol and faults.
    form : ConsentForm
        The consent form.
    user : str
        Who records it: role and number.
    """

    def __init__(
        self, file: File[RecruitmentFile], stage: Stage, form: ConsentForm, user: str
    ) -> None:
        self._file = file
        self._said = file.content
        self._stage = stage
        self._form = form
        self._user = user
        self._records = Recruitment(stage.store, stage.study.limits, user)
        self._begun = self._moment(min(a.invited for a in self._said.people.values()), _MORNING)

    @property
    def first_day(self) -> str:
        """Local day of the first event, ISO 8601."""
        return min(each.invited for each in self._said.people.values())

    def draw_people(self, identity: IdentityStore | None) -> None:
        """Apply the rules to the list, draw from the frame and deal pseudonyms (clauses P23, P24).

        Parameters
        ----------
        identity : IdentityStore or None
            Where the list goes, by name; nothing else ever holds a name.

        Raises
        ------
        SampleError
            The frame, the draw or the deal is not what the file says it is.
        """
        people = self._said.support_list
        rows = [each.model_dump() for each in people]
        eligible, excluded = apply_rules(self._stage.study.eligibility, rows)
        frame = [eligible[i] for i in sort_frame([people[place].name for place in eligible])]
        plan = self._said.draw
        record = draw(
            [people[place].name for place in frame], start=plan.start, interval=plan.interval
        )
        self._hold_to_plan(record)
        if identity is not None:
            self._enrol(identity, {row: place for place, row in enumerate(frame, 1)})
        self._records.listed(len(people), count_reasons(excluded), len(eligible), at=self._begun)
        self._records.drawn(record, self._said.dealt.values(), at=self._begun)

    def agenda(self, interviews: dict[str, InterviewFile]) -> Iterator[Entry]:
        """Yield everything that happens to people, each with its time."""
        for case, approach in self._said.people.items():
            for happening in self._approach(case, approach, interviews.get(case)):
                yield self._entry(happening, "people", case)
        for forum, members in self._said.forums.items():
            for seat, member in members.items():
                for happening in self._membership(forum, seat, member):
                    yield self._entry(happening, "forums", forum, seat)

    def _approach(
        self, case: str, approach: Approach, interview: InterviewFile | None
    ) -> Iterator[_Happening]:
        records = self._records
        last = appointed = invited = self._moment(approach.invited, _POST)
        yield invited, 2, ("invited",), partial(records.invite, case, at=invited)
        for place, attempt in enumerate(approach.attempts):
            last = self._moment(attempt.date, attempt.time)
            appointed = last if attempt.outcome == "appointment-made" else appointed
            tried = partial(records.attempt, case, attempt.outcome, at=last)
            yield last, 6, ("attempts", place), tried
        if approach.consent is not None:
            role = interview.participant_role if interview else ""
            attributes = {"role": role, "strand": "interview"} if role else {}
            yield self._consents(case, approach.consent, attributes)
        yield from self._adjustments(case, approach.adjustments, appointed)
        if approach.booking is not None:
            start = self._moment(approach.booking.date, approach.booking.start)
            by = approach.booking.chosen_by
            booked = partial(records.book, case, start, by, self._user, at=appointed)
            yield appointed, 7, ("booking",), booked
        yield last, 9, ("outcome",), partial(records.conclude, case, approach.outcome, at=last)

    def _membership(self, forum: str, seat: str, member: ForumMember) -> Iterator[_Happening]:
        attributes = {"role": member.role, "strand": "forum", "session": forum}
        yield self._consents(seat, member.consent, attributes)
        at = self._moment(member.consent.date, _MORNING)
        yield from self._adjustments(seat, member.adjustments, at)

    def _adjustments(self, case: str, asked: Sequence[Adjustment], at: int) -> Iterator[_Happening]:
        for place, each in enumerate(asked):
            met = partial(self._records.adjust, case, each.asked, met=each.met == "yes", at=at)
            yield at, 5, ("adjustments", place), met

    def _consents(self, case: str, consent: ConsentGiven, attributes: dict[str, str]) -> _Happening:
        at = self._moment(consent.date, _MORNING)

        def signed() -> None:
            if (consent.form, consent.version) != (self._form.consent, self._form.version):
                raise SampleError.of("SAMPLE-012", place=f"participant {case}")
            record_consent(
                self._stage.store,
                self._form,
                attributes.get("strand", "interview"),
                case=case,
                date=consent.date,
                clauses={clause: said == "yes" for clause, said in consent.clauses.items()},
                user=self._user,
                at=at,
            )
            if attributes:
                self._records.describe(case, attributes, at=at)

        return at, 3, ("consent",), signed

    def _entry(self, happening: _Happening, *person: str) -> Entry:
        """Return an entry of the agenda that reports refusals with their line of the file."""
        at, rank, path, happens = happening

        def guarded() -> None:
            with self._stage.faults.at(self._file.document, *person, *path):
                happens()

        return at, rank, guarded

    def _moment(self, day: str, time: str) -> int:
        return self._stage.clock(day, time).wall_ms()

    def _hold_to_plan(self, record: Draw) -> None:
        plan = self._said.draw
        if (record.frame_size, len(record.positions)) != (plan.frame, plan.drawn):
            raise SampleError.of(
                "SAMPLE-005", place="draw", frame=record.frame_size, drawn=len(record.positions)
            )
        dealt = deal_pseudonyms(
            len(record.positions),
            prefix=self._stage.study.pseudonyms.prefix,
            seed=self._said.deal_seed,
        )
        if self._said.dealt != dict(zip(record.positions, dealt, strict=True)):
            raise SampleError.of("SAMPLE-006", place="dealt")

    def _enrol(self, identity: IdentityStore, places: dict[int, int]) -> None:
        """Write the list into the identity store; who was not drawn gets a number, no pseudonym.

        Which place of the frame got which pseudonym is told here and nowhere else (clause P31).
        """
        opened = identity.open(reason="recruitment", user=self._user, at=self._begun)
        for row, listed in enumerate(self._said.support_list):
            place = places.get(row)
            pseudonym = self._said.dealt.get(place or 0, f"L{row + 1:02d}")
            besides = listed.model_dump(exclude={"name"})
            person = Person(listed.name, frame_place=place, listed=besides)
            opened.enrol(pseudonym, person, at=self._begun)
