"""The sample study, loaded through the same doors that a real one uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from toolkit.capture import Register, ScriptedClock
from toolkit.capture.clock import MINUTE
from toolkit.coding.record import CodingDesk
from toolkit.errors import SampleError
from toolkit.guide import load_codebook, load_consent, load_guide, load_study
from toolkit.guide.study.codebook import Codebook
from toolkit.sample.playing import Stage, play_forum, play_interview
from toolkit.sample.reading import Faults, File, SampleFiles, read_sample
from toolkit.sample.recruiting import SESSION_RANK, Entry, Recruiting
from toolkit.sample.session_files import ForumFile, InterviewFile, SignedOff
from toolkit.sources import Source
from toolkit.sources.quotations import sign_off
from toolkit.sources.reading import read_sources
from toolkit.store import Store
from toolkit.store.people.identity import IdentityStore

# Coding begins this long after the last session.
_DAYS_TO_CODING = 7


@dataclass(frozen=True)
class Loaded:
    """What was loaded.

    Attributes
    ----------
    study : str
        Id of the study.
    interviews, forums : int
        Sessions (count); calls that were screened out are among the interviews.
    segments : int
        Codes on quotations, of all coders (count).
    events : int
        Events appended to the research store (count).
    """

    study: str
    interviews: int
    forums: int
    segments: int
    events: int


def load_sample(
    study_dir: str | Path,
    store: Store,
    identity: IdentityStore | None = None,
    *,
    user: str = "researcher-1",
) -> Loaded:
    """Load the fictional sample study of a study folder.

    Recruitment goes through the rules of fieldwork, every call and forum through the session
    machine, every quotation through the coding desk. The same files always give the same events.

    Parameters
    ----------
    study_dir : str or Path
        Folder of the study, with ``sample/`` in it.
    store : Store
        An empty research store of a fictional study.
    identity : IdentityStore, optional
        Where the list of people goes; without one no name is kept anywhere.

    Raises
    ------
    SampleError
        The store is not an empty one of this fictional study, a file is wrong, or the machine
        refuses what a file says. Every fault is a finding with file and line; the store is then
        not to be used.
    GuideError, StudyError
        The study itself has faults.
    """
    folder = Path(study_dir)
    study = load_study(folder)
    files = read_sample(folder / "sample")
    _refuse_other_store(store, study.study, files)
    guides = {g.id: g for g in (load_guide(folder / each.guide) for each in study.strands)}
    stage = Stage(store, study, guides, Register(store), Faults())
    recruiting = Recruiting(files.recruitment, stage, load_consent(folder / study.consent), user)
    _hold(files, stage, recruiting, identity)
    segments = _code(files, stage, load_codebook(folder / study.codebook))
    held = len(files.interviews), len(files.forums)
    return Loaded(study.study, *held, segments, sum(1 for _ in store.read()))


def _hold(
    files: SampleFiles, stage: Stage, recruiting: Recruiting, identity: IdentityStore | None
) -> None:
    """Play everything in order of time: recruitment, calls, forums."""
    with stage.faults.at(files.recruitment.document, "draw"):
        recruiting.draw_people(identity)
    stage.faults.stop()
    interviews = {file.content.case: file.content for file in files.interviews}
    agenda = [*recruiting.agenda(interviews), *_sessions(files, stage)]
    for _, _, happens in sorted(agenda, key=lambda entry: entry[:2]):
        happens()
    _hold_to_outcomes(files, stage)
    stage.faults.stop()


def _refuse_other_store(store: Store, study: str, files: SampleFiles) -> None:
    about = store.about
    if not about.fictional:
        raise SampleError.of("SAMPLE-011", place="store", problem="is not marked as fictional")
    if not study == about.study == files.recruitment.content.study:
        raise SampleError.of("SAMPLE-011", place="store", problem="belongs to another study")
    if any(True for _ in store.read()):
        raise SampleError.of("SAMPLE-011", place="store", problem="already has events in it")


def _sessions(files: SampleFiles, stage: Stage) -> list[Entry]:
    def call(file: File[InterviewFile]) -> Entry:
        at = stage.clock(file.content.date, file.content.start).wall_ms()
        return at, SESSION_RANK, lambda: play_interview(file, stage)

    def forum(file: File[ForumFile]) -> Entry:
        at = stage.clock(file.content.date, file.content.start).wall_ms()
        return at, SESSION_RANK, lambda: play_forum(file, stage)

    return [*map(call, files.interviews), *map(forum, files.forums)]


def _hold_to_outcomes(files: SampleFiles, stage: Stage) -> None:
    """Check that recruitment gives every session the outcome that it has."""
    came_to = {
        event.case: event.new_value["disposition"]
        for event in stage.store.read()
        if event.event == "finish"
    }
    people = files.recruitment.content.people
    for case, approach in people.items():
        held = came_to.get(case)
        if held is not None and held != approach.outcome:
            with stage.faults.at(files.recruitment.document, "people", case, "outcome"):
                raise SampleError.of("SAMPLE-010", place=f"participant {case}", held=held)
    for file in files.forums:
        said = file.content
        members = files.recruitment.content.forums.get(said.session, {})
        if {seat: each.role for seat, each in members.items()} != said.seats:
            with stage.faults.at(file.document, "seats"):
                raise SampleError.of("SAMPLE-009", place=f"session {said.session}")


def _code(files: SampleFiles, stage: Stage, codebook: Codebook) -> int:
    """Record every coder's quotations and memos; give how many segments there are."""
    sources = read_sources(stage.store, stage.guides)
    days = [file.content.date for file in files.interviews]
    days += [file.content.date for file in files.forums]
    day = date.fromisoformat(max(days)) + timedelta(days=_DAYS_TO_CODING)
    clocks: dict[str, ScriptedClock] = {}
    count = 0
    for file in files.codings:
        said = file.content
        clock = clocks.setdefault(said.coder, stage.clock(day.isoformat(), "10:00"))
        desk = CodingDesk(stage.store, sources, codebook, said.coder, clock)
        for number, each in enumerate(said.segments):
            clock.advance(MINUTE)
            with stage.faults.at(file.document, "segments", number):
                count += len(desk.code_quote(each.source, each.quote, each.codes))
        for number, memo in enumerate(said.memos):
            clock.advance(MINUTE)
            with stage.faults.at(file.document, "memos", number):
                desk.write_memo(memo.code, memo.text)
        for number, signed in enumerate(said.signed_off):
            clock.advance(MINUTE)
            with stage.faults.at(file.document, "signed_off", number):
                _sign(stage.store, sources, signed, said.coder, clock.wall_ms())
    stage.faults.stop()
    return count


def _sign(
    store: Store, sources: Mapping[str, Source], signed: SignedOff, user: str, at: int
) -> None:
    """Sign off a quotation whose words occur once in its source."""
    source = sources.get(signed.source)
    if source is None or source.text.count(signed.quote) != 1:
        raise SampleError.of("SAMPLE-015", place=f"quotation from {signed.source}")
    start = source.text.index(signed.quote)
    end = start + len(signed.quote)
    sign_off(store, source, start, end, signed.printed or signed.quote, user=user, at=at)
