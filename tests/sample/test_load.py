"""The sample study comes in by the doors of a real one and is what the protocol says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.sample.conftest import STUDY, Broken, empty_store
from toolkit.capture import SessionState, replay
from toolkit.errors import SampleError
from toolkit.fieldwork import Draw, consent_of
from toolkit.fieldwork import replay as draw_again
from toolkit.guide import compile_guide, load_guide
from toolkit.guide.yaml.source import read_yaml
from toolkit.sample.load import load_sample
from toolkit.sample.reading import read_sample
from toolkit.store import MemoryStore, verify_chain
from toolkit.store.people.identity import IdentityStore

Loaded = tuple[MemoryStore, IdentityStore]


@pytest.fixture(scope="module")
def states(loaded: Loaded) -> dict[str, SessionState]:
    store, _ = loaded
    guides = {}
    for name in ("telephone-interview", "parent-forum"):
        guide = load_guide(STUDY / f"{name}.yaml")
        guides[name] = (guide, compile_guide(guide))
    begun = [(each.session, each.guide) for each in store.read() if each.event == "begin"]
    return {name: replay(*guides[guide], store.read(session=name)) for name, guide in begun}


def attributes(store: MemoryStore, strand: str) -> Counter[str]:
    described = [e.new_value for e in store.read(session="fieldwork") if e.event == "attributes"]
    return Counter(each["role"] for each in described if each["strand"] == strand)


def test_twenty_interviews_two_screened_out_and_two_forums(
    states: dict[str, SessionState],
) -> None:
    came_to = Counter((state.mode, state.disposition) for state in states.values())
    assert came_to == {
        ("interview", "complete"): 20,
        ("interview", "never-involved"): 1,
        ("interview", "asked-no-response"): 1,
        ("forum", "complete"): 2,
    }


def test_four_of_the_thirty_two_were_helped(states: dict[str, SessionState]) -> None:
    helped = [
        (name, ref)
        for name, state in states.items()
        for ref, answer in state.counted.items()
        if ref.startswith(("q5.better-protected", "q3.protected[")) and answer.value == "yes"
    ]
    assert helped == [
        ("K06", "q5.better-protected"),
        ("K14", "q5.better-protected"),
        ("K24", "q5.better-protected"),
        ("F2", "q3.protected[F2-C]"),
    ]


def test_those_who_took_part_are_the_reports(loaded: Loaded) -> None:
    store, _ = loaded
    interviewed = attributes(store, "interview")
    assert interviewed == {"mother": 21, "father": 1}, "two of the mothers were screened out"
    assert attributes(store, "forum") == {"mother": 8, "father": 3, "grandmother": 1}


def test_the_interviews_took_sixty_minutes_on_average(states: dict[str, SessionState]) -> None:
    """P12."""
    done = [s.minutes for s in states.values() if (s.mode, s.disposition) == _DONE]
    assert sum(done) / len(done) == 60
    assert (min(done), max(done)) == (42, 75)
    assert states["K10"].pause_minutes == 6


_DONE = ("interview", "complete")


def test_calls_outside_the_plan_are_deviations_with_a_reason(
    states: dict[str, SessionState],
) -> None:
    """P12."""
    told = {name: s.deviations for name, s in states.items() if s.deviations}
    short = {n for n, s in states.items() if (s.mode, s.disposition) == _DONE and s.minutes < 60}
    assert set(told) == short
    assert all(each.clause == "P12" and each.reason for (each,) in told.values())


def test_every_script_of_the_way_was_confirmed(states: dict[str, SessionState]) -> None:
    """P03, P04, P11, P25, P26, P40."""
    for state in states.values():
        assert state.pending == ()
        opening = {"study", "role", "withdrawal"}
        assert opening <= state.confirmed.keys()
        if state.disposition == "complete":
            assert "thanks" in state.confirmed


def test_the_distress_pause_and_the_concern_are_there(states: dict[str, SessionState]) -> None:
    """P02, P29."""
    assert [(n, p.kind) for n, s in states.items() for p in s.pauses] == [("K10", "distress")]
    assert [name for name, state in states.items() if state.concerns] == ["K18"]


def test_the_draw_can_be_done_again_from_the_identity_store(loaded: Loaded) -> None:
    """P24."""
    store, identity = loaded
    (event,) = [e for e in store.read(session="fieldwork") if e.event == "draw"]
    record = Draw.from_json(event.new_value)
    opened = identity.open(reason="recruitment", user="researcher-1", at=0)
    people = [opened.person(pseudonym) for pseudonym in opened.pseudonyms()]
    frame = [
        person.name
        for person in people
        if int(person.listed["support_sessions"]) >= 3 and not person.listed["other_programme"]
    ]
    assert (len(people), len(frame), len(record.positions)) == (95, 82, 28)
    assert draw_again(record, sorted(frame, key=str.casefold)) == record


def test_who_was_drawn_has_a_pseudonym_and_nobody_else(loaded: Loaded) -> None:
    """P31."""
    store, identity = loaded
    (event,) = [e for e in store.read(session="fieldwork") if e.event == "draw"]
    opened = identity.open(reason="recruitment", user="researcher-1", at=0)
    with_pseudonym = {each for each in opened.pseudonyms() if each.startswith("K")}
    assert sorted(with_pseudonym) == event.new_value["dealt"]


def test_only_the_identity_store_tells_who_got_which_pseudonym(loaded: Loaded) -> None:
    """P31: the places are drawn in the research store, the pseudonyms dealt in the other."""
    store, identity = loaded
    (event,) = [e for e in store.read(session="fieldwork") if e.event == "draw"]
    opened = identity.open(reason="recruitment", user="researcher-1", at=0)
    dealt = {opened.person(each).frame_place: each for each in opened.pseudonyms()}
    said = read_sample(STUDY / "sample").recruitment.content.dealt
    assert {place: dealt[place] for place in event.new_value["positions"]} == said
    assert event.new_value["dealt"] == sorted(said.values()) != list(said.values())


def test_no_name_is_in_the_research_store(loaded: Loaded) -> None:
    """P31, P34."""
    store, _ = loaded
    listed = read_yaml(STUDY / "sample" / "recruitment.yaml").data["support_list"]
    names = {part for person in listed for part in person["name"].split(", ")}
    whole = "\n".join(f"{event}" for event in store.read())
    assert [name for name in names if name in whole] == []


def test_nobody_was_interviewed_without_consent(loaded: Loaded) -> None:
    """P25: the consent stands in the journal before the session begins."""
    store, _ = loaded
    for event in store.read():
        if event.event == "begin":
            people = event.new_value.get("seats", [event.case])
            before = [e for person in people for e in store.read(case=person) if e.seq < event.seq]
            assert all(consent_of(before, person) for person in people)


def test_who_did_not_want_to_be_recorded_was_not(states: dict[str, SessionState]) -> None:
    """P07."""
    unrecorded = {n for n, s in states.items() if s.answers["recording"].value == "no"}
    assert unrecorded == {"K12", "K23"}


def test_at_most_two_interviews_a_day(loaded: Loaded) -> None:
    """P43: all starts lie in daytime, so UTC days do."""
    store, _ = loaded
    days = Counter(e.start // 86_400_000 for e in store.read() if e.event == "begin")
    assert max(days.values()) == 2


def test_two_coders_and_the_second_took_five_interviews(loaded: Loaded) -> None:
    """P14."""
    store, _ = loaded
    by_coder: dict[str, set[str]] = {}
    for event in store.read():
        if event.event == "segment":
            by_coder.setdefault(event.user, set()).add(event.case)
    assert by_coder["coder-2"] == {"K03", "K08", "K14", "K20", "K24"}
    assert by_coder["coder-2"] < by_coder["coder-1"]


def test_an_answer_that_was_gone_back_to_keeps_its_first_words(loaded: Loaded) -> None:
    store, _ = loaded
    told = [e for e in store.read(session="K05") if (e.event, e.node) == ("answer", "q3")]
    assert len(told) == 2
    assert told[1].old_value == told[0].new_value


def test_the_same_files_give_the_same_journal(loaded: Loaded) -> None:
    again = empty_store()
    load_sample(STUDY, again)
    assert list(again.read()) == list(loaded[0].read())
    assert verify_chain(again.read(), again.about) == []


def test_the_summary_counts_what_is_there(loaded: Loaded) -> None:
    store = empty_store()
    summary = load_sample(STUDY, store)
    assert (summary.interviews, summary.forums) == (22, 2)
    assert summary.events == sum(1 for _ in store.read())
    assert summary.segments == sum(1 for event in store.read() if event.event == "segment")


@pytest.mark.parametrize(
    "problem", ["not marked as fictional", "belongs to another study", "already has events"]
)
def test_it_goes_only_into_an_empty_fictional_store_of_its_own(
    problem: str, loaded: Loaded
) -> None:
    stores = {
        "not marked as fictional": empty_store(fictional=False),
        "belongs to another study": MemoryStore(
            type(empty_store().about)("other", True, "2019-01-21")
        ),
        "already has events": loaded[0],
    }
    with pytest.raises(SampleError, match=rf"^SAMPLE-011.*{problem}"):
        load_sample(STUDY, stores[problem])


K18, F1, ALL = "interviews/K18.yaml", "forums/F1.yaml", "recruitment.yaml"
CODED = "coding/first-part1.yaml"


@pytest.mark.parametrize(
    ("file", "before", "after", "code"),
    [
        (K18, "ending: complete", "ending: never-involved", "SAMPLE-002"),
        (K18, "explained: no", "explained: nay", "GUIDE-061"),
        (K18, "first-placement: foster", "first-placement: fostr", "GUIDE-061"),
        (K18, "explained: no", "explaned: no", "CAPTURE-010"),
        (K18, "safer: tick", "safer: ticked", "GUIDE-061"),
        (K18, "better-protected: no", "better-protected: skip", "SAMPLE-007"),
        (K18, "{missing: dont-know}", "{missing: unknown}", "SAMPLE-004"),
        (K18, "fictional: true", "fictional: false", "FORMAT-004"),
        (K18, "minutes: 8", "minutes: eight", "FORMAT-003"),
        (K18, "{confirm: role, minutes: 1}", "{minutes: 1.25}", "FORMAT-006"),
        (K18, "date: 2019-03-19", "date: 2019-13-19", "FORMAT-006"),
        (K18, "case: K18", "case: K99", "CAPTURE-001"),
        (K18, "write_up: >-", "writeup: >-", "FORMAT-001"),
        (K18, "note: ", "turns: [{seat: F1-A, says: Hello.}]\n    note: ", "SAMPLE-008"),
        (F1, "seat: F1-A", "seat: F1-Z", "CAPTURE-031"),
        (F1, "nod: [F1-D]", "nod: [F1-A]", "CAPTURE-034"),
        (ALL, "take-part: yes", "take-part: no", "FIELD-022"),
        (ALL, "outcome: unavailable", "outcome: gone", "FIELD-033"),
        (ALL, "\n    outcome: complete", "\n    outcome: partial", "SAMPLE-010"),
        (CODED, "I went to the school", "I was at school", "CODING-002"),
        (CODED, "codes: [passed-around]", "codes: [pased]", "CODING-001"),
    ],
)
def test_a_broken_sample_says_where(
    broken: Broken, file: str, before: str, after: str, code: str
) -> None:
    changed = (STUDY / "sample" / file).read_text(encoding="utf-8").replace(before, after, 1)
    line = changed[: changed.index(after)].count("\n") + 1 + after.startswith("\n")
    found = [f for f in broken(file, before, after).findings if f.file.endswith(file)]
    near = [each.line for each in found if each.code == code]
    assert any(line - 8 <= each <= line for each in near), [str(each) for each in found]


@pytest.mark.parametrize(
    ("file", "before", "after", "code", "place"),
    [
        (K18, "  - {confirm: role, minutes: 1}\n", "", "CAPTURE-012", "question recording"),
        (K18, "guide: telephone-interview", "guide: telephone", "SAMPLE-003", "guide"),
        (F1, "note_taker: note-taker-1", "note_taker: facilitator-1", "CAPTURE-030", "session F1"),
        (F1, "F1-A: mother", "F1-A: father", "SAMPLE-009", "session F1"),
        (ALL, "drawn: 28", "drawn: 27", "SAMPLE-005", "draw"),
        (ALL, "deal_seed: 1904", "deal_seed: 1905", "SAMPLE-006", "dealt"),
        (ALL, 'version: "1.0"', 'version: "0.9"', "SAMPLE-012", "participant K01"),
        (ALL, "support_sessions: 2,", "support_sessions: 3,", "SAMPLE-005", "draw"),
    ],
)
def test_a_sample_that_does_not_hold_together_says_where(
    broken: Broken, file: str, before: str, after: str, code: str, place: str
) -> None:
    found = broken(file, before, after).findings
    assert (code, place) in [(each.code, each.place) for each in found]
    assert all(each.file.endswith(file) and each.line for each in found if each.code == code)


def test_an_interview_too_many_on_a_day_is_refused(broken: Broken) -> None:
    """P43: K02 and K03 are on that day."""
    day = 'date: 2019-02-12\nstart: "10:00"'
    found = broken("interviews/K05.yaml", day, 'date: 2019-02-07\nstart: "09:00"').findings
    assert [(each.code, Path(each.file).name) for each in found] == [("FIELD-010", "K03.yaml")]


def test_all_faults_are_told_at_once(broken: Broken) -> None:
    before = "minutes: 1}\n  - {confirm: role, minutes: 1}"
    fault = broken(K18, before, "minute: 1}\n  - {confrm: role, minutes: 1}")
    assert [each.code for each in fault.findings] == ["FORMAT-001", "FORMAT-001"]
    assert [each.line for each in fault.findings] == [10, 11]


def test_a_folder_without_a_sample_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SampleError) as caught:
        read_sample(tmp_path)
    assert [each.code for each in caught.value.findings][:4] == ["SAMPLE-001"] * 4
