"""From the journal to tidy frames: what counts, what is parked, what is left out."""

import pandas as pd
import pytest

from toolkit.analysis import open_study
from toolkit.analysis.data.schema import SCHEMA
from toolkit.coding import CodingDesk
from toolkit.errors import SourceError, StudyError
from toolkit.sources import read_sources
from toolkit.store import About, MemoryStore


def row(frame, **where):
    """The one row that has these values, as a dict."""
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, len(frame)
    return frame.iloc[0].to_dict()


def test_a_study_in_which_nothing_has_happened_has_frames_without_rows(journal):
    study = journal.opened()
    for name in SCHEMA:
        frame = getattr(study.frames, name)
        assert (list(frame.columns), len(frame)) == (list(SCHEMA[name]), 0)
    assert study.sources == {}
    assert study.sampling.draw is None


def test_sample_has_the_people_of_the_report(sample):
    frames = sample.frames
    strands = frames.participants["strand"].value_counts().to_dict()
    assert strands == {"interview": 20, "forum": 12}
    roles = frames.participants.groupby(["strand", "role"]).size().to_dict()
    assert roles == {
        ("forum", "father"): 3,
        ("forum", "grandmother"): 1,
        ("forum", "mother"): 8,
        ("interview", "father"): 1,
        ("interview", "mother"): 19,
    }


def test_sample_opens_the_same_twice_to_the_bit(sample, sample_store):
    again = open_study(sample_store, "topic_guides/parents-and-social-care")
    for name in SCHEMA:
        pd.testing.assert_frame_equal(getattr(sample.frames, name), getattr(again.frames, name))
    assert list(sample.sources) == list(again.sources)


def test_people_screened_out_have_sessions_and_nothing_they_said_is_counted(sample):
    """Decision 13: frames and tables speak of one population."""
    sessions = sample.frames.sessions.set_index("session")
    assert sessions.loc["K13", "disposition"] == "never-involved"
    assert sessions.loc["K19", "disposition"] == "asked-no-response"
    assert not sample.frames.participants["participant"].isin(["K13", "K19"]).any()
    assert sessions.index[~sessions["took_part"]].tolist() == ["K13", "K19"]
    took_part = set(sample.frames.participants["session"])
    for name in ("answers", "turns", "reactions", "timings", "segments"):
        assert set(getattr(sample.frames, name)["session"]) <= took_part, name
    assert {source.session for source in sample.sources.values()} <= took_part


def test_length_pauses_recording_and_concern_of_a_call(sample):
    sessions = sample.frames.sessions.set_index("session")
    assert sessions.loc["K10", ["minutes", "pause_minutes"]].tolist() == [66.0, 6.0]
    assert [s for s, yes in sessions["recorded"].items() if not yes and s[0] == "K"] == [
        "K12",
        "K23",
    ]
    assert sessions.index[sessions["concerns"] > 0].tolist() == ["K18"]
    assert f"{sessions.loc['K24', 'started']:%Y-%m-%d %H:%M %Z}" == "2019-04-02 10:00 BST"
    assert f"{sessions.loc['K01', 'started']:%H:%M %Z}" == "10:00 GMT"


def test_every_type_of_answer_has_its_value_as_text_and_numbers_as_numbers(every_type, answered):
    steps = answered(
        mood=4, visits=2.5, wait="P3W", since="2017-21", who={"value": "other", "other": "Nan"}
    )
    ticks = [("answer", "who.name-known", {"value": True})]
    every_type.call("K01", *steps, *ticks, *answered(help=["talk", "money"]))
    answers = every_type.opened().frames.answers.set_index("ref")
    values = answers["value"].to_dict()
    assert values == {
        "mood": "4",
        "visits": "2.5",
        "wait": "P3W",
        "since": "2017-21",
        "who": "other",
        "who.name-known": "yes",
        "help": "talk money",
    }
    assert answers["number"].dropna().to_dict() == {"mood": 4.0, "visits": 2.5}
    assert answers.loc["who", "other"] == "Nan"
    assert answers.loc["who.name-known", ["question", "probe", "type"]].tolist() == [
        "who",
        "name-known",
        "tick",
    ]


def test_rounds_of_a_repeated_group_are_rows_of_their_own(every_type):
    said = [("answer", "homes", {"value": 2})]
    said += [("answer", f"kind@{n}", {"value": f"Home number {n}"}) for n in (1, 2)]
    every_type.call("K01", *said)
    study = every_type.opened()
    kinds = study.frames.answers[study.frames.answers["ref"] == "kind"]
    assert kinds["round"].tolist() == [1, 2]
    assert kinds["words"].tolist() == [3, 3]
    assert row(study.frames.coverage, ref="kind")["open"] == 2
    assert list(study.sources) == ["K01/kind@1", "K01/kind@2"]


def test_an_answer_on_a_closed_branch_is_kept_marked_and_not_in_coverage(every_type, answered):
    steps = [
        *answered(who="worker", who__how="She listened."),
        ("edit", "who", {"value": "manager"}),
    ]
    every_type.call("K01", *steps)
    study = every_type.opened()
    assert row(study.frames.answers, ref="who.how")["status"] == "parked"
    assert "who.how" not in study.frames.coverage["ref"].tolist()
    assert study.sources == {}


def test_missing_answers_keep_their_kind(every_type, answered):
    steps = answered(mood={"missing": "refused"}, visits={"missing": "dont-know"})
    every_type.call("K01", *steps)
    answers = every_type.opened().frames.answers.set_index("ref")
    assert answers["missing"].to_dict() == {"mood": "refused", "visits": "dont-know"}
    assert answers["value"].isna().all()


def test_forum_answers_are_the_participants_own_and_withdrawn_seats_leave_no_trace(journal):
    """P27: whoever withdraws during a forum is in no count."""
    steps = [
        ("turn", "q1", {"number": 1, "seat": "F1-A", "text": "Some words here."}, 5),
        ("turn", "q1", {"number": 2, "seat": "F1-B", "text": "Others."}, 6),
        ("react", "q1", {"number": 1, "seat": "F1-B", "kind": "nod"}, 6),
        ("answer", "q3.protected[F1-A]", {"value": "no"}, 50),
        ("answer", "q3.protected[F1-B]", {"value": "yes"}, 51),
        ("seat-withdrawn", "", {"seat": "F1-B"}, 60),
    ]
    journal.forum("F1", ["F1-A", "F1-B", "F1-C"], *steps)
    frames = journal.opened().frames
    assert frames.participants["participant"].tolist() == ["F1-A", "F1-C"]
    assert frames.answers["participant"].tolist() == ["F1-A"]
    assert row(frames.coverage, ref="q3.protected")["open"] == 2
    assert frames.turns[["seat", "words", "minute"]].to_numpy().tolist() == [["F1-A", 3, 5.0]]
    assert frames.reactions.empty


def test_time_is_charged_to_questions_and_sections_without_pauses(every_type):
    steps = [
        ("visit", "role", None, 0),
        ("confirm", "role", None, 2),
        ("visit", "mood", None, 2),
        ("pause", "", {"kind": "break"}, 7),
        ("resume", "", None, 10),
        ("visit", "who", None, 12),
    ]
    every_type.call("K01", *steps, minutes=20)
    frames = every_type.opened().frames
    seconds = frames.timings.set_index("question")["seconds"].to_dict()
    assert seconds == {"role": 120.0, "mood": 420.0, "who": 480.0}
    budgets = frames.timings.set_index("question")["budget_seconds"]
    assert budgets["mood"] == 3600.0
    assert pd.isna(budgets["who"])
    assert frames.sessions["pause_minutes"].tolist() == [3.0]


def test_recruitment_goes_by_the_record_of_outcome_before_that_of_the_call(journal):
    dealt = ["K01", "K02"]
    draw = {"order": "alphabetical", "start": 1, "interval": 3, "frame_size": 5}
    journal.fieldwork("draw", "", {**draw, "frame_hash": "ab", "positions": [1, 4], "dealt": dealt})
    journal.fieldwork("outcome", "K01", {"disposition": "withdrawn"})
    journal.call("K01")
    people = journal.opened().frames.recruitment.set_index("participant")
    assert people.index.tolist() == ["K01", "K02"]
    assert people.loc["K01", ["disposition", "aapor"]].tolist() == ["withdrawn", "2.11"]
    assert pd.isna(people.loc["K02", "disposition"])


def test_a_session_under_another_version_of_the_guide_is_a_deviation(journal):
    """P16: the same guidance at every forum."""
    said = journal.guides["parent-forum"].model_dump(by_alias=True, exclude_defaults=True)
    guide = type(journal.guides["parent-forum"]).model_validate({**said, "version": "0.9"})
    journal.guides["parent-forum"] = guide
    journal.forum("F1", ["F1-A"])
    found = row(journal.opened().frames.deviations, session="F1")
    assert found["clause"] == "P16"
    assert "version 0.9" in found["what"]


def test_segments_know_who_said_it_and_stale_ones_are_left_out_and_told(journal, answered):
    """P01: what is left out of a count is said."""
    journal.call("K01", *answered(q1="We waited for weeks."))
    opened = journal.opened()
    clock = type("Now", (), {"wall_ms": lambda self: 0, "mono_ms": lambda self: 0})()
    sources = read_sources(journal.store, opened.guides)
    desk = CodingDesk(journal.store, sources, opened.codebook, "coder-1", clock)
    desk.code_quote("K01/q1", "waited", ["delay"])
    segment = row(journal.opened().frames.segments, code="delay")
    assert (segment["participant"], segment["strand"], segment["theme"]) == (
        "K01",
        "interview",
        "response",
    )
    journal.call("K01", *answered(q1="We waited for months."))
    frames = journal.opened().frames
    assert frames.segments.empty
    told = row(frames.deviations, clause="P01")
    assert told["what"].startswith("1 segment of one text left out")
    assert told["session"] == "K01"


def test_a_wrong_folder_and_an_unknown_guide_stop_with_a_finding(journal, tmp_path):
    with pytest.raises(StudyError, match="STUDY-001"):
        open_study(journal.store, tmp_path)
    other = journal.guides["parent-forum"].model_copy(update={"guide": "another"})
    journal.guides["parent-forum"] = other
    journal.forum("F1", ["F1-A"])
    with pytest.raises(SourceError, match="SOURCE-001"):
        journal.opened()


def test_a_study_says_whether_it_is_fictional(sample, journal):
    assert sample.fictional
    real = MemoryStore(About("parents-and-social-care", False, 0))
    assert not open_study(real, journal.folder).fictional
