"""Each clause of the protocol stands as the records say, and no better."""

from __future__ import annotations

from dataclasses import replace

import pytest

from toolkit.publish.review.clauses import judge, rules
from toolkit.publish.review.rules.people import replayed

MET = "P01 P04 P07 P08 P09 P10 P11 P13 P14 P15 P16 P17 P18 P21 P22 P23 P24 P25 P29 P30"
MET += " P31 P32 P36 P40 P43"


def state(records, clause):
    return rules()[clause](records)


def of_frames(records, **frames):
    """The same records with other frames."""
    study = records.study
    return replace(records, study=replace(study, frames=replace(study.frames, **frames)))


def with_events(records, kind, change):
    """The same records, with the values of one kind of event of fieldwork changed."""
    events = tuple(
        replace(each, new_value=change(each.new_value)) if each.event == kind else each
        for each in records.fieldwork
    )
    return replace(records, fieldwork=events)


def test_every_clause_of_the_protocol_is_judged_once(sample_records):
    assert [each.clause.clause for each in judge(sample_records)] == [
        f"P{number:02d}" for number in range(1, 46)
    ]


def test_the_sample_study_stands_as_its_records_say(sample_records):
    states = {each.clause.clause: each.ruling.state for each in judge(sample_records)}
    assert [name for name, each in states.items() if each == "met"] == MET.split()
    assert [name for name, each in states.items() if each == "not met"] == ["P02", "P12", "P28"]


def test_a_concern_that_nobody_took_up_breaks_p02(sample_records):
    """One was flagged and none taken up: that is not a clause without records."""
    (concern,) = sample_records.concerns
    ruling = state(sample_records, "P02")
    assert ruling.state == "not met"
    assert ruling.said.startswith("0 of 1 ")
    taken = (replace(concern, acknowledged=concern.raised + 1, by="safeguarding-officer-1"),)
    assert state(replace(sample_records, concerns=taken), "P02").state == "met"
    assert state(replace(sample_records, concerns=(*taken, concern)), "P02").state == "not met"
    assert state(replace(sample_records, concerns=()), "P02").state == "no records yet"


def test_p13_is_about_interviews_and_not_about_forums(sample_records):
    assert state(sample_records, "P13").said == "20 of 20 complete interviews are written up."


def test_a_clause_without_a_rule_is_openly_open(sample_records):
    without = [each for each in judge(sample_records) if each.clause.clause not in rules()]
    assert without
    assert {each.ruling.state for each in without} == {"no records yet"}


def test_every_rule_says_what_decides_it(sample_records):
    assert [each.clause.clause for each in judge(sample_records) if not each.decided_by] == []


def test_before_anything_has_happened_only_files_decide(nothing_yet):
    states = {each.clause.clause: each.ruling.state for each in judge(nothing_yet)}
    met = [name for name, each in states.items() if each == "met"]
    assert met == ["P17", "P18", "P21", "P31", "P32"]
    assert "not met" not in states.values()


def test_every_count_has_its_base_with_it(sample_records):
    assert (
        state(sample_records, "P25").said == "34 of 34 people in sessions agreed before it began."
    )


def test_an_interview_without_consent_breaks_p25(sample_records):
    gone = tuple(e for e in sample_records.fieldwork if (e.event, e.case) != ("consent", "K01"))
    assert state(replace(sample_records, fieldwork=gone), "P25").state == "not met"


def test_consent_that_came_after_the_session_breaks_p25(sample_records):
    begun = {name: replace(each, seq=0) for name, each in sample_records.begun.items()}
    assert state(replace(sample_records, begun=begun), "P25").state == "not met"


def test_a_required_no_breaks_p25(sample_records):
    refused = with_events(
        sample_records, "consent", lambda v: {**v, "clauses": {**v["clauses"], "take-part": False}}
    )
    assert state(refused, "P25").state == "not met"


def test_a_third_interview_on_a_day_breaks_p43(sample_records):
    first = sample_records.begun["K01"]
    calls = {name: replace(first, session=name) for name in ("X1", "X2", "X3")}
    assert state(replace(sample_records, begun=calls), "P43").state == "not met"
    calls.pop("X3")
    assert state(replace(sample_records, begun=calls), "P43").state == "met"


def test_a_recording_against_a_no_breaks_p07(sample_records):
    silent = with_events(sample_records, "consent", lambda v: {**v, "recording": False})
    assert state(silent, "P07").state == "not met"


def test_a_draw_that_names_other_places_breaks_p24(sample_records):
    known = sample_records.study.sampling
    other = replace(known.draw, positions=(2, *known.draw.positions[1:]))
    study = replace(sample_records.study, sampling=replace(known, draw=other))
    assert state(replace(sample_records, study=study), "P24").state == "not met"
    assert replayed(known.draw) == known.draw.positions


def test_somebody_on_no_list_breaks_p23(sample_records):
    known = replace(sample_records.study.sampling, supported=96)
    study = replace(sample_records.study, sampling=known)
    assert state(replace(sample_records, study=study), "P23").state == "not met"
    dealt = with_events(sample_records, "draw", lambda v: {**v, "dealt": []})
    assert state(dealt, "P23").state == "not met"


@pytest.mark.parametrize("clause", ["P09", "P10"])
def test_a_forum_without_its_roles_breaks_its_clause(sample_records, clause):
    bare = [
        replace(each, state=replace(each.state, roles={})) if each.state.mode == "forum" else each
        for each in sample_records.sessions
    ]
    assert state(replace(sample_records, sessions=tuple(bare)), clause).state == "not met"


@pytest.mark.parametrize("clause", ["P04", "P11", "P40"])
def test_a_step_that_was_not_confirmed_breaks_its_clause(sample_records, clause):
    hasty = [
        replace(each, state=replace(each.state, confirmed={})) for each in sample_records.sessions
    ]
    assert state(replace(sample_records, sessions=tuple(hasty)), clause).state == "not met"


def test_another_guide_at_the_second_forum_breaks_p16(sample_records):
    *rest, last = [each for each in sample_records.sessions if each.state.mode == "forum"]
    other = (*rest, replace(last, hash="0" * 64))
    assert state(replace(sample_records, sessions=other), "P16").state == "not met"


def test_an_adjustment_that_was_not_made_breaks_p22(sample_records):
    unmet = with_events(sample_records, "adjustment", lambda v: {**v, "met": False})
    assert state(unmet, "P22").state == "not met"


def test_data_that_changed_since_the_run_break_p01(sample_records):
    moved = replace(sample_records, inputs=replace(sample_records.inputs, snapshot="0" * 64))
    assert state(moved, "P01").state == "not met"
    assert state(replace(sample_records, run=None), "P01").state == "no records yet"


def test_a_database_that_can_be_read_breaks_p32(sample_records, tmp_path):
    home = replace(sample_records.inputs.home, folder=tmp_path)
    home.research.mkdir(parents=True)
    (home.research / "journal.db").write_bytes(b"SQLite format 3\x00 and more")
    plain = replace(sample_records, inputs=replace(sample_records.inputs, home=home))
    assert state(plain, "P32").state == "not met"


def test_a_withdrawal_decides_p26(sample_records):
    told = replace(
        sample_records.fieldwork[0],
        event="withdrawal",
        new_value={"strand": "interview", "moment": "after"},
    )
    gone = replace(sample_records, fieldwork=(*sample_records.fieldwork, told))
    assert state(gone, "P26").state == "met"
    assert state(gone, "P27").state == "no records yet"


def test_fewer_forums_than_planned_break_p15(sample_records):
    people = sample_records.study.frames.participants
    one = of_frames(sample_records, participants=people[people["session"] != "F2"])
    assert state(one, "P15").state == "not met"


def with_gate(records, *, looked_for, words=True, released=()):
    names = {"looked_for": looked_for, "identifiers": 95 if looked_for else 0}
    said = {"looked_for": words, "texts": 400 if words else 0}
    gate = {"names": names, "words": said, "held_back": [], "released": list(released)}
    return replace(records, run={**records.run, "gate": gate})


def test_names_that_were_looked_for_decide_p30(sample_records):
    assert state(with_gate(sample_records, looked_for=False), "P30").state == "no records yet"
    assert state(with_gate(sample_records, looked_for=True), "P30").state == "met"
    unread = with_gate(sample_records, looked_for=True, words=False)
    assert state(unread, "P30").state == "no records yet"
    assert (
        state(with_gate(sample_records, looked_for=True, released=[{}]), "P30").state == "not met"
    )
