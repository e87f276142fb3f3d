"""Which texts are coded: counted answers and turns of sessions that are over and kept."""

from pathlib import Path

import pytest

from toolkit.errors import SourceError
from toolkit.guide import Guide, load_guide
from toolkit.sources import by_session, held_sessions, read_sources
from toolkit.store import About, MemoryStore, NewEvent

COMPLETE = ("finish", {"ending": "complete", "disposition": "complete"})
STUDY = Path(__file__).parents[2] / "topic_guides" / "parents-and-social-care"


@pytest.fixture(scope="module")
def guides():
    loaded = [
        load_guide(STUDY / f"{name}.yaml") for name in ("telephone-interview", "parent-forum")
    ]
    return {guide.id: guide for guide in loaded}


@pytest.fixture
def store():
    return MemoryStore(About("parents-and-social-care", True, 0))


def said(text):
    return {"value": text}


def play(store, guide, case, steps, *, end=COMPLETE):
    """Append a session as capture would: begin, steps (event, node, value), end."""
    about = {"case": case, "session": case, "user": "researcher-1"}
    about |= {"guide": guide.id, "guide_version": guide.version, "guide_hash": guide.hash}
    seats = {"seats": ["F1-A", "F1-B"]} if guide.mode == "forum" else {}
    events = [("begin", "", {"mode": guide.mode, "language": "en", **seats}), *steps]
    events += [(end[0], "", end[1])] if end else []
    store.append(
        [
            NewEvent(event=event, node=node, new_value=value, start=1000 + at, mono=at, **about)
            for at, (event, node, value) in enumerate(events)
        ]
    )


def test_every_open_answer_and_answered_text_probe_is_a_source(store, guides):
    steps = [
        ("answer", "q1", said("First words.")),
        ("answer", "q2", said("involved")),
        ("answer", "q3", said("Later words.")),
        ("answer", "q7", said("no")),
        ("answer", "q7.how", said("Spoken to like a child.")),
    ]
    play(store, guides["telephone-interview"], "K01", steps)
    sources = read_sources(store, guides)
    assert list(sources) == ["K01/q1", "K01/q3", "K01/q7.how"]
    how = sources["K01/q7.how"]
    assert (how.text, how.participant, how.question) == ("Spoken to like a child.", "K01", "q7.how")
    assert (how.case, how.session, how.kind) == ("K01", "K01", "interview")


def test_an_answer_on_a_closed_branch_is_no_source(store, guides):
    steps = [
        ("answer", "q2", said("involved")),
        ("answer", "q3", said("Said before it was put right.")),
        ("edit", "q2", said("not-involved")),
        ("answer", "q2.asked", said("no")),
    ]
    play(store, guides["telephone-interview"], "K01", steps)
    assert read_sources(store, guides) == {}


def test_the_last_wording_of_an_answer_counts(store, guides):
    steps = [("answer", "q1", said("First.")), ("edit", "q1", said("Put right."))]
    play(store, guides["telephone-interview"], "K01", steps)
    assert read_sources(store, guides)["K01/q1"].text == "Put right."


def test_a_refused_answer_is_no_source(store, guides):
    play(store, guides["telephone-interview"], "K01", [("answer", "q1", {"missing": "refused"})])
    assert read_sources(store, guides) == {}


@pytest.mark.parametrize(
    ("end", "kept"),
    [
        (None, False),
        (("stop", {"keep": False, "disposition": "break-off"}), False),
        (("stop", {"keep": True, "disposition": "break-off"}), True),
    ],
)
def test_a_session_counts_when_it_is_over_and_the_participant_keeps_it(store, guides, end, kept):
    """P29: whoever stops decides whether what was said is kept."""
    guide = guides["telephone-interview"]
    play(store, guide, "K01", [("answer", "q1", said("Some words."))], end=end)
    assert bool(read_sources(store, guides)) is kept
    assert len(list(held_sessions(by_session(store.read()), guides))) == kept


def turn(number, seat, text):
    return ("turn", "q2", {"number": number, "seat": seat, "text": text})


def test_turns_of_a_forum_are_sources_of_whoever_spoke(store, guides):
    steps = [turn(1, "F1-A", "One."), turn(2, "F1-B", "Two."), turn(3, "F1-A", "Three.")]
    play(store, guides["parent-forum"], "F1", steps)
    sources = read_sources(store, guides)
    assert list(sources) == ["F1/q2/1", "F1/q2/2", "F1/q2/3"]
    assert [source.participant for source in sources.values()] == ["F1-A", "F1-B", "F1-A"]
    assert sources["F1/q2/3"].kind == "forum"


def test_turns_of_whoever_withdrew_from_a_forum_are_none(store, guides):
    """P27: withdrawal during a forum takes what was said out."""
    steps = [turn(1, "F1-A", "One."), turn(2, "F1-B", "Two.")]
    steps.append(("seat-withdrawn", "", {"seat": "F1-A"}))
    play(store, guides["parent-forum"], "F1", steps)
    assert list(read_sources(store, guides)) == ["F1/q2/2"]


def test_records_of_fieldwork_and_coding_are_no_sessions(store, guides):
    store.append([NewEvent("list", session="fieldwork", new_value={"supported": 1})])
    store.append([NewEvent("memo", session="coding:coder-1", new_value={"text": "A thought."})])
    assert set(by_session(store.read())) == {"fieldwork", "coding:coder-1"}
    assert read_sources(store, guides) == {}


def test_a_session_with_an_unknown_guide_is_refused_by_its_id(store, guides):
    play(store, guides["parent-forum"], "F1", [])
    with pytest.raises(SourceError, match=r"SOURCE-001 session F1.*'parent-forum'.*telephone"):
        read_sources(store, {"telephone-interview": guides["telephone-interview"]})


def test_a_session_under_another_version_of_the_guide_says_so(store, guides):
    said = guides["parent-forum"].model_dump(by_alias=True, exclude_defaults=True)
    old = Guide.model_validate({**said, "version": "0.9"})
    play(store, old, "F1", [])
    (held,) = held_sessions(by_session(store.read()), guides)
    assert held.other_version
    assert held.version == "0.9"


def test_order_of_sessions_in_the_journal_does_not_matter(store, guides):
    other = MemoryStore(About("parents-and-social-care", True, 0))
    for into, cases in ((store, ("K02", "K01")), (other, ("K01", "K02"))):
        for case in cases:
            play(into, guides["telephone-interview"], case, [("answer", "q1", said(case))])
    assert list(read_sources(store, guides).items()) == list(read_sources(other, guides).items())
