"""One thing touched in a finished run: what depends on it runs again, and nothing else.

The notebooks and the data are those of the sample study; each test touches a copy.
"""

from __future__ import annotations

import shutil
from dataclasses import fields, replace
from pathlib import Path

import pytest

from tests.publish.conftest import STUDY
from toolkit.analysis import open_study
from toolkit.analysis.data.shares import Shares
from toolkit.analysis.data.study_data import Frames
from toolkit.capture.clock import SystemClock
from toolkit.coding import CodingDesk
from toolkit.demo import names_of_sample
from toolkit.fieldwork.concern import acknowledge
from toolkit.fieldwork.consent import record_consent
from toolkit.guide import load_consent, load_study
from toolkit.publish.run import run as running
from toolkit.publish.plan.cache import Cache
from toolkit.publish.plan.choice import choose
from toolkit.publish.notebooks.fingerprints import fingerprints, fingerprints_of_shares
from toolkit.publish.notebooks.graph import read_graph
from toolkit.publish.notebooks.inputs import read_inputs
from toolkit.publish.plan.plan import plan_run
from toolkit.publish.notebooks.readable import FRAMES
from toolkit.publish.run.run import Options, run_study, what_would_run
from toolkit.store import MemoryStore, NewEvent
from toolkit.store.home import find_home
from toolkit.store.lifecycle.unlocked import unlock

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"
COLUMNS = [each.name for each in fields(NewEvent)]


@pytest.fixture(scope="module")
def events(sample_store):
    """Everything in the journal of the sample, to be appended again with a change."""
    return [NewEvent(**{n: getattr(each, n) for n in COLUMNS}) for each in sample_store.read()]


@pytest.fixture
def like(events):
    """The last event of a kind, with a change: ``like("answer", "K28", node="q1")``."""

    def found(event, session="", where="", **change):
        said = [
            each
            for each in events
            if (each.event, each.session.startswith(session)) == (event, True)
            and where in ("", each.node)
        ]
        return replace(said[-1], **change)

    return found


@pytest.fixture(scope="module")
def finished(sample_home, sample_run):
    """The sample's graph, what went into its run, and what that run kept."""
    inputs = read_inputs(STUDY, sample_home, unlock(sample_home))
    kept = Cache(sample_run.parent / ".cache" / STUDY.name)
    return read_graph(NOTEBOOKS), inputs, kept


@pytest.fixture
def why(finished, events, sample_store):
    """Say what would run after some more records, by number, and why: those of ``act`` too."""

    def said(*new, without="", act=None):
        graph, inputs, kept = finished
        store = MemoryStore(sample_store.about)
        store.append([*events, *new])
        if act:
            act(store)
        if without:
            store.withdraw(without, user="researcher-1", at=0, reason="withdrawal")
        plan = plan_run(
            graph, inputs, {}, kept.memo, lambda: fingerprints(open_study(store, STUDY))
        )
        return {name[:2]: reason for name, reason in choose(plan, kept).reasons.items()}

    return said


# What is written to the journal, what of the frames that touches, which notebooks read it.
TOUCHES = {
    "attempt": (("attempt",), {"number": 6, "outcome": "no-answer"}, "attempts", "00 01 05"),
    "closed answer": (
        ("answer", "K28", "report-copy"), {"value": "paper"}, "answers", "00 02 03 05",
    ),
    "turn": (
        ("turn", "F2"), {"number": 14, "seat": "F2-E", "text": "One more thing."},
        "sources turns", "00 02 03 05",
    ),
    "reaction": (("react", "F2"), {"number": 13, "seat": "F2-A", "kind": "agree"}, "", ""),
    "deviation": (("deviation",), {"what": "something else"}, "deviations", "00 04 05"),
    "list": (
        ("list",), {"excluded": {"enough-support": 9}, "frame": 82, "supported": 91},
        "recruitment", "00 01 05",
    ),
    "role": (("attributes",), {"role": "father"}, "participants", "00 01 02 03 05"),
    "memo": (("memo",), {"text": "a thought"}, "", ""),
}  # fmt: skip


@pytest.mark.parametrize("touch", TOUCHES)
def test_record_runs_what_reads_it_and_says_what_changed(touch, like, why):
    which, value, changed, notebooks = TOUCHES[touch]
    found = why(like(*which, new_value=value))
    assert list(found) == notebooks.split()
    said = {each for reason in found.values() for each in reason.removesuffix(" changed").split()}
    assert {each.strip(",") for each in said} == set(changed.split())


def test_segment_runs_what_reads_segments(like, why):
    coded = like("segment", "coding:coder-1")
    other = replace(coded, new_value={**coded.new_value, "code": "training"})
    assert why(other) == dict.fromkeys(("01", "03", "05"), "segments changed")


def test_open_answer_that_is_coded_runs_what_reads_segments(why):
    def code(store):
        study = open_study(store, STUDY)
        desk = CodingDesk(store, study.sources, study.codebook, "coder-1", SystemClock())
        desk.code_stretch("K28/q9", 0, 30, ["training"])

    assert why(act=code) == dict.fromkeys(("01", "03", "05"), "segments changed")


@pytest.mark.parametrize(("case", "runs"), [("K01", {"05": "quotations changed"}), ("K02", {})])
def test_consent_to_be_quoted_that_is_taken_back_runs_what_quotes_that_person(why, case, runs):
    def take_back(store):
        form = load_consent(STUDY / "consent.yaml")
        (*_, given) = [e for e in store.read() if (e.event, e.case) == ("consent", case)]
        clauses = {**given.new_value["clauses"], "use-report": False}
        record_consent(
            store, form, "interview", case=case, date="2019-04-01", clauses=clauses,
            user="researcher-1", at=1,
        )  # fmt: skip

    assert why(act=take_back) == runs


def test_concern_runs_what_reads_sessions_and_that_somebody_took_it_up_runs_nothing(like, why):
    found = why(replace(like("concern", "K18"), new_value={"urgency": "now", "kind": "unsaid"}))
    assert found == dict.fromkeys(("00", "01", "02", "04", "05"), "sessions changed")

    def take_up(store):
        study = load_study(STUDY)
        acknowledge(store, study, "K18-1", user="safeguarding-officer-1", at=1)

    assert why(act=take_up) == {}


def test_session_runs_what_reads_sessions_and_what_happened_in_them(events, why):
    found = why(*[replace(e, session="K99", case="K99") for e in events if e.session == "K28"])
    assert list(found) == ["00", "01", "02", "03", "04", "05"]
    assert found["04"] == "deviations, sessions, timings changed"
    assert found["02"] == "answers, coverage, participants, sessions changed"


def test_somebody_who_withdrew_takes_everything_along_that_read_of_them(why):
    assert list(why(without="K07")) == ["00", "01", "02", "03", "04", "05"]


def test_signed_off_quotation_runs_the_report_alone_and_every_byte_is_that_of_a_fresh_run(
    like, sample_home, sample_run, tmp_path
):
    shutil.copytree(sample_run.parent, tmp_path / "out")
    home = find_home(shutil.copytree(sample_home.folder, tmp_path / "data"))
    signed = like("signed-off")
    store = home.open_research(unlock(home))
    printed = f"{signed.new_value['printed']} [so it was said]"
    store.append([replace(signed, new_value={**signed.new_value, "printed": printed})])
    store.close()
    names = names_of_sample(STUDY, home)

    def run(outputs):
        return run_study(
            STUDY, home, unlock(home), notebooks=NOTEBOOKS, outputs=outputs,
            options=Options(names=names),
        )  # fmt: skip

    places = {"notebooks": NOTEBOOKS, "outputs": tmp_path / "out"}
    assert what_would_run(STUDY, home, unlock(home), **places) == {
        "05-report": "quotations changed"
    }
    again, fresh = run(tmp_path / "out"), run(tmp_path / "fresh")
    assert [each.notebook for each in again.notebooks if each.again] == ["05-report"]
    assert again.run == fresh.run
    assert everything(again.folder) == everything(fresh.folder)


def everything(folder):
    """Give the bytes of all outputs but the side file."""
    files = [each for each in folder.rglob("*") if each.is_file() and each.name != "run.side.json"]
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in files}


def test_fingerprints_are_not_worked_out_where_the_journal_is_as_it_was(
    sample_home, sample_run, monkeypatch
):
    def never(*_):
        raise AssertionError

    monkeypatch.setattr(running, "work_out", never)
    places = {"notebooks": NOTEBOOKS, "outputs": sample_run.parent}
    assert what_would_run(STUDY, sample_home, unlock(sample_home), **places) == {}


def test_fingerprint_is_of_what_the_records_say_wherever_they_are_stored(sample_store, events):
    twin = MemoryStore(sample_store.about)
    twin.append(events)
    one, other = (fingerprints(open_study(each, STUDY)) for each in (sample_store, twin))
    assert one == other
    assert set(one) == {*FRAMES, "sources", "quotations", "fictional"}


def test_fingerprint_of_a_share_is_that_of_the_rows_alone(sample_store):
    study, names = open_study(sample_store, STUDY), [*FRAMES, "sources"]
    for over, item in (("cases", "K07"), ("cases", "F2"), ("strands", "forum")):
        shares = Shares(study, over)
        found = fingerprints_of_shares({over: shares}, {over: [*names, "guides"]})
        alone = fingerprints(shares.study(item, names))
        kind = over.removesuffix("s")
        assert len(found) == len(names) * len(shares.items)
        for name in (each for each in names if each != "recruitment"):
            assert found[f"{name} of {kind} {item}"] == alone[name]


def test_every_frame_can_be_declared():
    assert set(FRAMES) == {each.name for each in fields(Frames)}
