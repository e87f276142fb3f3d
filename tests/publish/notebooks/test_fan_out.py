"""A notebook for each case is handed its own case, and runs again where that changed alone.

Real runs over a few cases of the sample study: three calls and a forum, of two strands.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import fields, replace

import pytest

from tests.publish.conftest import CHEAP, STUDY, written
from toolkit.publish.provenance.cases import cases_behind
from toolkit.publish.engine.execution import COMPAT, FORK
from toolkit.publish.run.run import Options, run_study, what_would_run
from toolkit.publish.provenance.trace import trace_figure
from toolkit.publish.run.verify import verify_run
from toolkit.store import About, NewEvent
from toolkit.store.home import find_home
from toolkit.store.making import make_home
from toolkit.store.keys.passphrase import SAMPLE
from toolkit.store.lifecycle.unlocked import unlock

CASES, STRANDS = ("F2", "K02", "K03", "K05"), ("forum", "interview")
GRAPH = """\
format = "toolkit-graph/1"

[[notebook]]
notebook = "01-all"
question = "?"
reads = ["answers"]

[[notebook]]
notebook = "02-case"
question = "?"
records = ["said"]
reads = ["sessions", "answers", "coverage", "turns", "sources", "recruitment", "deviations"]
over = {word = "cases"}

[[notebook]]
notebook = "03-strand"
question = "?"
reads = ["answers"]
over = {word = "strands"}

[[notebook]]
notebook = "04-compared"
question = "?"
reads = ["sessions", "answers"]
whole = ["answers"]
after = ["03-strand"]
over = {word = "strands"}
"""
OPEN = "from toolkit import footer, open_study\ndata = open_study(study)"
# Words of participants would be held back: a figure for each answer tells these apart as well.
SHOWN = (
    "from zlib import crc32\nfrom toolkit import say\n"
    "rows = data.frames.answers[['session', 'ref', 'value']]\n"
    "rows = rows.assign(value=[crc32(str(each).encode()) for each in rows['value']])\n"
    "say('{x}', x=rows.to_csv())"
)
CELLS = {
    "01-all": [OPEN, SHOWN],
    "02-case": [
        OPEN,
        SHOWN,
        "print(*data.frames.sessions['case'], *data.sources, len(data.frames.coverage))",
        "from toolkit import record\nfooter(data)",
        "record(said=len(data.frames.answers))",
    ],
    "03-strand": [OPEN, SHOWN, "print(*data.guides)"],
    "04-compared": [OPEN, "print(len(data.frames.sessions), len(data.frames.answers))"],
}
COLUMNS = [each.name for each in fields(NewEvent)]


@pytest.fixture(scope="module")
def begun(sample_store, tmp_path_factory):
    """A study of four cases, and its notebooks."""
    place = tmp_path_factory.mktemp("begun")
    about = About(STUDY.name, fictional=True, created="2019-01-01")
    home = make_home(place / "data", about, SAMPLE, sample=True, cost=CHEAP).home
    store = home.open_research(unlock(home))
    store.append(
        [
            NewEvent(**{name: getattr(each, name) for name in COLUMNS})
            for each in sample_store.read()
            if each.session in (*CASES, "fieldwork")
        ]
    )
    store.close()
    written(place / "notebooks", CELLS, GRAPH)
    shutil.copytree(STUDY, place / "own" / STUDY.name)
    return place


@pytest.fixture(scope="module")
def finished(begun):
    """The same after its first run."""
    assert Study(begun).run() == [
        "01-all", *(f"02-case.{each}" for each in CASES),
        *(f"{name}.{each}" for name in ("03-strand", "04-compared") for each in STRANDS),
    ]  # fmt: skip
    return begun


@pytest.fixture
def study(finished, tmp_path):
    """A copy after the first run, to change."""
    return Study(shutil.copytree(finished, tmp_path / "place"))


class Study:
    """A study in a folder, its notebooks and its outputs."""

    def __init__(self, place):
        self.place, self.home = place, find_home(place / "data")
        self.folder, self.outputs = place / "own" / STUDY.name, place / "out" / STUDY.name

    @property
    def _all(self):
        return self.folder, self.home, unlock(self.home)

    @property
    def _places(self):
        return {"notebooks": self.place / "notebooks", "outputs": self.place / "out"}

    def run(self, **options):
        """Run, and give what ran, sorted."""
        report = run_study(*self._all, **self._places, options=Options(**options))
        assert report.good
        return sorted(each.notebook for each in report.notebooks if each.again)

    def why(self):
        """Say what would run, and why."""
        return what_would_run(*self._all, **self._places)

    def differences(self, **options):
        """Run afresh elsewhere and say what differs."""
        return verify_run(*self._all, **self._places, options=Options(**options)).findings

    def correct(self, case, ref, value):
        """Write down another answer."""
        store = self.home.open_research(unlock(self.home))
        said = [e for e in store.read(session=case) if (e.event, e.node) == ("answer", ref)][-1]
        event = NewEvent(**{name: getattr(said, name) for name in COLUMNS})
        store.append([replace(event, new_value={"value": value})])
        store.close()

    def withdraw(self, case):
        """Let a participant withdraw."""
        store = self.home.open_research(unlock(self.home))
        store.withdraw(case, user="researcher-1", at=0, reason="withdrawal")
        store.close()

    def shown(self):
        """Give what each notebook shows, by name."""
        found = {}
        for file in sorted((self.outputs / "notebooks").iterdir()):
            cells = json.loads(file.read_bytes())["cells"]
            found[file.stem] = [each["outputs"] for each in cells if each["cell_type"] == "code"]
        return found


def text(outputs):
    """Give all that the cells of a notebook printed or gave."""
    return json.dumps(outputs)


def test_part_is_handed_its_own_case_and_no_other(finished):
    shown = Study(finished).shown()
    for case in CASES:
        said = text(shown[f"02-case.{case}"])
        others = [each for each in CASES if each != case]
        assert case in said
        assert not [each for each in others if each in said]
        # As numbered alone: the first row is 0, whatever stands before it in the whole frame.
        assert f'"0,{case},' in said
    assert "telephone-interview" in text(shown["03-strand.interview"])
    assert "parent-forum" not in text(shown["03-strand.interview"])
    assert "parent-forum" not in text(shown["02-case.K02"])


def test_figure_of_a_part_leads_to_its_case_alone(finished):
    study = Study(finished)
    traces = trace_figure("02-case.K03:said", study.outputs, study.folder)
    store = study.home.open_research(unlock(study.home))
    ((*behind,),) = cases_behind(traces, store, study.folder)
    store.close()
    assert {each.what: each.cases for each in behind}["answers"] == ("K03",)
    assert {case for each in behind for case in each.cases} == {"K03"}


def test_corrected_answer_runs_its_case_its_strand_and_what_reads_the_whole(study):
    before = study.shown()
    study.correct("K02", "report-copy", "paper")
    compared = [f"04-compared.{each}" for each in STRANDS]
    waited_for = "upstream notebook 03-strand.interview changed"
    again = ["01-all", "02-case.K02", "03-strand.interview"]
    assert study.why() == {
        "01-all": "answers changed",
        "02-case.K02": "answers of case K02 changed",
        "03-strand.interview": "answers of strand interview changed",
        "04-compared.forum": "answers changed",
        "04-compared.interview": f"answers changed; {waited_for}",
    }
    assert study.run() == [*again, *compared]
    after = study.shown()
    # What compares shows how many there are, which are as many as before.
    assert [name for name in after if after[name] != before[name]] == again
    assert study.differences() == ()


def test_somebody_who_withdrew_is_gone_with_the_outputs_and_others_are_kept(study):
    study.withdraw("K03")
    ran = study.run(only=("02", "03"))
    assert ran == ["03-strand.interview"]
    assert not [each for each in study.outputs.rglob("*") if "K03" in each.name]
    assert not [each for each in (study.place / "out" / ".cache").rglob("*") if "K03" in each.name]
    shown = study.shown()
    assert "K03" not in text(shown)
    assert {f"02-case.{each}" for each in CASES if each != "K03"} <= shown.keys()


def test_guide_runs_the_cases_and_the_strand_that_were_asked_by_it(study):
    file = study.folder / "parent-forum.yaml"
    file.write_text(file.read_text() + "# a word\n")
    why = study.why()
    parts = [each for each in why if each.startswith(("02", "03"))]
    assert parts == ["02-case.F2", "03-strand.forum"]
    assert why["02-case.F2"] == "parent-forum.yaml changed"
    assert "01-all" in why


@pytest.mark.parametrize("engine", [FORK, COMPAT])
def test_engine_hands_the_same_rows(study, engine):
    before = study.shown()
    only = ("02-case.K02", "03-strand.forum")
    assert study.run(engine=engine, only=only, force=True) == sorted(only)
    assert study.shown() == before
