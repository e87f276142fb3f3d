"""A notebook runs again exactly when something changed that it rests on."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest

from tests.publish.conftest import STUDY, as_said, make_data, write_notebooks
from toolkit.demo import names_of_sample
from toolkit.errors import RunError
from toolkit.publish.engine.execution import COMPAT, FAST, FORK
from toolkit.publish.notebooks import packages
from toolkit.publish.run.run import Options, run_study, what_would_run
from toolkit.store import NewEvent
from toolkit.store.home import find_home
from toolkit.store.lifecycle.unlocked import unlock

GRAPH = """\
format = "toolkit-graph/1"

[[notebook]]
notebook = "01-data"
question = "?"
reads = ["attempts"]

[[notebook]]
notebook = "02-book"
question = "?"
reads = ["segments"]

[[notebook]]
notebook = "03-plain"
question = "?"

[[notebook]]
notebook = "04-after"
question = "?"
after = ["03-plain"]
"""
ROOT = Path(__file__).parents[3]
LIBRARY = "try:\n    import fakery\nexcept ImportError:\n    pass"
ALL = ["01-data", "02-book", "03-plain", "04-after"]


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """The worked study, data, and four notebooks: two read data, one of them the codebook."""
    place = tmp_path_factory.mktemp("begun")
    make_data(place / "data")
    shutil.copytree(STUDY, place / "own" / STUDY.name)
    code = {"01-data": ["1"], "02-book": ["2"], "03-plain": ["print(3)"], "04-after": ["4"]}
    made = write_notebooks(place / "notebooks", code)
    (made / "graph.toml").write_text(GRAPH)
    return place


@pytest.fixture(scope="module")
def finished(begun, tmp_path_factory):
    """The same after its first run; running it once is enough for all."""
    place = shutil.copytree(begun, tmp_path_factory.mktemp("finished"), dirs_exist_ok=True)
    home = find_home(place / "data")
    report = run_study(
        place / "own" / STUDY.name, home, unlock(home),
        notebooks=place / "notebooks", outputs=place / "out",
    )  # fmt: skip
    assert report.good
    return place


@pytest.fixture
def place(request, tmp_path):
    """A copy to change: as it is begun, or after its first run where a test asks for ``ran``."""
    which = "finished" if "ran" in request.fixturenames else "begun"
    return shutil.copytree(request.getfixturevalue(which), tmp_path / "place")


@pytest.fixture
def ran(place):
    """Ask for the study after its first run."""


@pytest.fixture
def data(place):
    return find_home(place / "data")


@pytest.fixture
def own_study(place):
    return place / "own" / STUDY.name


@pytest.fixture
def folder(place):
    return place / "notebooks"


@pytest.fixture
def again(own_study, place, data, folder):
    """Run, and give what ran: ``again(only=("01",))``; ``again.why()`` says what would, and why."""

    def run(**options):
        told = []
        run.report = run_study(
            own_study, data, unlock(data), notebooks=folder, outputs=place / "out",
            options=Options(**options), tell=told.append,
        )  # fmt: skip
        return sorted(each.notebook for each in told if each.again)

    def why(**options):
        return what_would_run(
            own_study, data, unlock(data), notebooks=folder, outputs=place / "out",
            options=Options(**options),
        )  # fmt: skip

    run.why = why
    return run


@pytest.fixture
def another_attempt(data):
    """Write down one more attempt to reach somebody: ``another_attempt()``."""

    def written():
        told = {"number": 1, "outcome": "no-answer"}
        store = data.open_research(unlock(data))
        store.append([NewEvent("attempt", new_value=told, session="fieldwork", case="K03")])
        store.close()

    return written


def change_cell(file: Path, position: int, text: str) -> None:
    notebook = nbformat.read(file, as_version=4)
    notebook.cells[position].source = text
    nbformat.write(notebook, file)


def everything(folder):
    """Give the bytes of all outputs but the side file."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != "run.side.json"
    }


def test_what_did_not_change_is_not_run_and_comes_out_the_same(again):
    assert again() == ALL
    before = everything(again.report.folder)
    assert again.why() == {}
    assert again() == []
    assert everything(again.report.folder) == before


def test_record_that_no_notebook_is_handed_runs_nothing(ran, again, another_record):
    another_record()
    assert again.why() == {}
    assert again() == []
    assert again.report.run


def test_record_runs_what_reads_it_alone(ran, again, another_attempt):
    another_attempt()
    assert again.why() == {"01-data": "attempts changed"}
    assert again() == ["01-data"]


def test_line_of_the_codebook_runs_what_reads_the_codebook(ran, again, own_study):
    file = own_study / "codebook.yaml"
    file.write_text(file.read_text() + "# a line\n")
    assert again.why() == {"02-book": "codebook.yaml changed"}
    assert again() == ["02-book"]


def test_guide_runs_what_reads_data_which_are_read_with_it(ran, again, own_study):
    file = own_study / "parent-forum.yaml"
    file.write_text(file.read_text() + "# a line\n")
    assert list(again.why()) == ["01-data", "02-book"]


def test_cell_runs_its_notebook_and_what_comes_after(ran, again, folder):
    change_cell(folder / "03-plain.ipynb", 2, as_said("print(5)"))
    assert again.why() == {
        "03-plain": "code cell 2 changed",
        "04-after": "upstream notebook 03-plain changed",
    }
    assert again() == ["03-plain", "04-after"]


def test_prose_runs_nothing_and_is_shown_around_what_ran_before(ran, again, folder):
    change_cell(folder / "03-plain.ipynb", 0, "# Another title")
    assert again() == []
    page = (again.report.folder / "03-plain.html").read_text()
    assert "<h1>Another title</h1>" in page
    assert "<p>3</p>" in page


def test_parameter_runs_what_declares_it(ran, again, folder):
    change_cell(folder / "03-plain.ipynb", 1, "size = 5  # how many")
    again()
    assert again.why(parameters={"size": 6}) == {
        "03-plain": "parameter size changed",
        "04-after": "upstream notebook 03-plain changed",
    }


def test_library_runs_what_imports_it(again, folder, tmp_path, monkeypatch):
    def installed(version):
        for old in tmp_path.glob("site/fakery-*"):
            shutil.rmtree(old)
        place = tmp_path / "site" / f"fakery-{version}.dist-info"
        place.mkdir(parents=True)
        (place / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: fakery\nVersion: {version}\n"
        )
        (place / "top_level.txt").write_text("fakery\n")
        packages._versions.cache_clear()

    change_cell(folder / "03-plain.ipynb", 2, LIBRARY)
    monkeypatch.syspath_prepend(tmp_path / "site")
    installed("1.0")
    again()
    installed("1.1")
    reasons = again.why()
    packages._versions.cache_clear()
    assert reasons["03-plain"] == "fakery is 1.1, it was 1.0"
    assert set(reasons) == {"03-plain", "04-after"}


def test_saying_what_would_run_writes_nothing(again, place):
    assert again.why() == dict.fromkeys(ALL, "it has not run to its end yet")
    assert not (place / "out").exists()


def test_only_what_was_asked_for_is_run_and_what_it_waits_for(again):
    assert again(only=("04",)) == ["03-plain", "04-after"]
    left = [each for each in again.report.notebooks if each.state == "not run"]
    assert [each.notebook for each in left] == ["01-data", "02-book"]
    assert {each.fault.code for each in left} == {"RUN-022"}
    assert again.report.good


def test_page_that_is_out_of_date_is_taken_away_and_not_shown(ran, again, another_attempt):
    another_attempt()
    again(only=("03-plain",))
    assert (again.report.folder / "02-book.html").exists()
    assert (again.report.folder / "03-plain.html").exists()
    assert not (again.report.folder / "01-data.html").exists()


def test_unknown_name_is_refused_with_the_nearest(again):
    with pytest.raises(RunError, match=r"RUN-021 notebook 01-date: .*did you mean 01-data"):
        again(only=("01-date",))


def test_force_runs_what_was_asked_for_and_nothing_else(ran, again):
    assert again(force=True, only=("03",)) == ["03-plain"]


def test_since_runs_what_ran_before_then(ran, again):
    now = datetime.now(UTC)
    assert again(since=now - timedelta(hours=1)) == []
    assert again(since=now + timedelta(hours=1)) == ALL


def test_notebook_that_stopped_runs_again_and_the_others_do_not(again, folder):
    change_cell(folder / "03-plain.ipynb", 2, "1 / 0")
    again()
    assert [each.state for each in again.report.notebooks] == ["done", "done", "stopped", "not run"]
    assert again() == ["03-plain", "04-after"]


def test_interrupted_run_goes_on_where_it_was(again, own_study, data, folder, place):
    def interrupt(report):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_study(
            own_study, data, unlock(data), notebooks=folder, outputs=place / "out",
            options=Options(jobs=1), tell=interrupt,
        )  # fmt: skip
    assert len(again()) < len(ALL)
    assert again.report.good


def test_one_job_and_four_give_the_same_bytes(again):
    found = []
    for jobs in (1, 4):
        assert again(engine=FAST, jobs=jobs, force=True) == ALL
        found.append(everything(again.report.folder))
    assert found[0] == found[1]


@pytest.mark.parametrize(("engine", "jobs"), [(COMPAT, 4), (FORK, 1)])
def test_study_s_own_notebooks_give_the_same_bytes_by_every_engine(
    study, sample_home, sample_run, tmp_path, engine, jobs
):
    """The run of the sample that all tests share was made by the fast engine with two jobs."""
    report = run_study(
        study, sample_home, unlock(sample_home), notebooks=ROOT / "notebooks", outputs=tmp_path,
        options=Options(engine=engine, jobs=jobs, names=names_of_sample(study, sample_home)),
    )  # fmt: skip
    assert report.good
    assert everything(report.folder) == everything(sample_run)


# Fan-out -------------------------------------------------------------------------------------

OVER = 'format = "toolkit-graph/1"\n[[notebook]]\nnotebook = "05-each"\nquestion = "?"\n'


@pytest.fixture
def fanned(notebooks):
    """One notebook for each strand or case: ``fanned("strands", 'print(word)')``."""

    def made(kind, *cells, reads="[]"):
        folder = notebooks({"05-each": cells})
        (folder / "graph.toml").write_text(f'{OVER}reads = {reads}\nover = {{word = "{kind}"}}\n')
        return folder

    return made


def test_notebook_is_run_for_each_strand_with_its_own_page(study, data, fanned, tmp_path):
    report = run_study(
        study, data, unlock(data), notebooks=fanned("strands", "print(word)"), outputs=tmp_path
    )
    names = [each.notebook for each in report.notebooks]
    assert len(names) == 2
    for name in names:
        assert f"<p>{name.partition('.')[2]}</p>" in (report.folder / f"{name}.html").read_text()
    index = report.index.read_text()
    assert all(f'<li><a href="{name}.html">' in index for name in names)
    # However many parts there are, each page leads to their list by one link.
    assert (report.folder / f"{names[0]}.html").read_text().count("index.html#05-each") == 1


@pytest.mark.parametrize(
    ("parameters", "cell", "code"),
    [({"word": "x"}, 'word = "a"  # a word', "RUN-020"), ({}, "word = 1  # no text", "RUN-004"),
     ({}, "other = 1  # a number", "RUN-004")],
)  # fmt: skip
def test_what_it_fans_out_over_is_declared_and_not_set(
    study, data, fanned, tmp_path, parameters, cell, code
):
    folder = fanned("strands", "1")
    change_cell(folder / "05-each.ipynb", 1, cell)
    with pytest.raises(RunError, match=code):
        what_would_run(
            study, data, unlock(data), notebooks=folder, outputs=tmp_path,
            options=Options(parameters=parameters),
        )  # fmt: skip


# Withdrawal ----------------------------------------------------------------------------------


def test_person_who_withdrew_is_in_no_output_and_no_cache(study, sample_home, fanned, tmp_path):
    home = find_home(shutil.copytree(sample_home.folder, tmp_path / "data"))
    shown = (
        "from toolkit import open_study",
        "print(list(open_study(study).frames.sessions['case']))",
    )
    places = {
        "notebooks": fanned("cases", *shown, reads='["sessions"]'),
        "outputs": tmp_path / "out",
    }

    def traces():
        # The bytes of a picture may read K07 by chance.
        said = (b"'K07'", b"&#39;K07&#39;", b"&#x27;K07&#x27;", b"05-each.K07")
        files = [each for each in places["outputs"].rglob("*") if each.is_file()]
        found = [each for each in files if any(one in each.read_bytes() for one in said)]
        return found + [each for each in files if "K07" in str(each.relative_to(tmp_path))]

    run_study(study, home, unlock(home), **places)
    assert len(traces()) > 10
    store = home.open_research(unlock(home))
    store.withdraw("K07", user="researcher-1", at=1_600_000_000_000, reason="withdrawal")
    store.close()
    report = run_study(study, home, unlock(home), **places)
    assert report.good
    assert [each for each in report.notebooks if each.notebook == "05-each.K06"]
    assert traces() == []


def test_run_that_is_cut_short_after_a_withdrawal_has_thrown_away_what_it_kept(
    ran, again, another_attempt, place, folder
):
    kept = place / "out" / ".cache"
    assert len(list(kept.rglob("01-data/*.json"))) == 1
    another_attempt()
    change_cell(folder / "01-data.ipynb", 2, "1 / 0")
    again()
    assert list(kept.rglob("01-data/*.json")) == []
    assert json.loads((again.report.folder / "run.json").read_text())["notebooks"][0]["fault"]
