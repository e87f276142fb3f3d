"""The whole run: same inputs, same bytes; nothing that does not belong in an output."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.publish.conftest import STUDY, make_data, release_everything, write_notebooks
from toolkit.errors import RunError
from toolkit.publish.gate.names import names_of
from toolkit.publish.run.run import Options, run_study
from toolkit.store import NewEvent
from toolkit.store.lifecycle.unlocked import unlock

# Everything that differs by chance, put out on purpose.
CHANCE = [
    "import uuid, os, sys, time\nprint(uuid.uuid4(), {'a', 'b', 'c'}, hash('a'))",
    "object()",
    "print(object(), os.getcwd(), sys.prefix, os.environ['HOME'], time.tzname)\nprint(__name__)",
    "import warnings\nwarnings.warn('watch out')",
    "import sys\nprint('one')\nsys.stdout.flush()\nprint('two')",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2], label='a')\nplt.legend();",
]
RECORD = "from toolkit import record\nrecord(drawn=28, frame=82)"


def run(study, data, folder, outputs, **options):
    keyring = unlock(data)
    return run_study(
        study, data, keyring, notebooks=folder, outputs=outputs, options=Options(**options)
    )


def everything(folder):
    """Give the bytes of all outputs but the side file."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and ".cache" not in file.parts and file.name != "run.side.json"
    }


def test_run_leaves_pages_notebooks_index_and_manifest(small_run):
    assert set(everything(small_run / "out" / STUDY.name)) == {
        "01-a.code.html",
        "01-a.html",
        "guides/parent-forum.html",
        "guides/telephone-interview.html",
        "held-back.json",
        "index.html",
        "notebooks/01-a.ipynb",
        "ro-crate-metadata.json",
        "run.json",
    }


@pytest.fixture(scope="module")
def by_chance(tmp_path_factory):
    """Give the place of what comes out differently each time, and the report of its run."""
    place = tmp_path_factory.mktemp("chance")
    data = make_data(place / "data")
    folder = write_notebooks(place / "notebooks", {"01-a": CHANCE, "02-b": CHANCE})
    run(STUDY, data, folder, place / "zero")
    release_everything(data, place / "zero")
    return place, data, folder, run(STUDY, data, folder, place / "one", jobs=1)


def test_two_runs_in_two_folders_give_the_same_bytes(by_chance):
    place, data, folder, first = by_chance
    second = run(STUDY, data, folder, place / "two" / "deep", jobs=2)
    assert first.run == second.run
    one, two = everything(first.folder), everything(second.folder)
    assert {place for place in one | two if one.get(place) != two.get(place)} == set()


def test_surroundings_of_the_person_change_no_byte(study, data, notebooks, tmp_path):
    folder, found = notebooks({"01-a": CHANCE}), []
    run(study, data, folder, tmp_path / "before")
    release_everything(data, tmp_path / "before")
    surroundings = [
        {"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1", "HOME": str(tmp_path)},
        {"TZ": "America/New_York", "LC_ALL": "POSIX", "PYTHONHASHSEED": "2", "MPLBACKEND": "svg"},
    ]
    for number, surrounding in enumerate(surroundings):
        out = tmp_path / f"out{number}"
        code = (
            "from toolkit.publish.engine.light_imports import load_nbformat; load_nbformat()\n"
            "import sys; from pathlib import Path; from toolkit.publish.run.run import run_study\n"
            "from toolkit.store.home import find_home\n"
            "from toolkit.store.lifecycle.unlocked import unlock\n"
            "a, b, c, d = map(Path, sys.argv[1:]); home = find_home(b)\n"
            "run_study(a, home, unlock(home), notebooks=c, outputs=d)"
        )
        subprocess.run(
            [sys.executable, "-c", code, study, data.folder, folder, out],
            check=True,
            env={**os.environ, **surrounding},
            cwd=tmp_path,
        )
        found.append(everything(out))
    assert found[0] == found[1]


def test_no_output_shows_this_machine(by_chance):
    place, _, _, report = by_chance
    traces = [place, Path.home(), sys.prefix, Path.cwd(), "ipykernel_"]
    traces += [platform.node()] if len(platform.node()) > 5 else []
    for output, content in everything(report.folder).items():
        for trace in map(str, traces):
            assert trace.encode() not in content, (output, trace)


def test_manifest_lists_every_output_with_its_hash(small_run):
    found = everything(small_run / "out" / STUDY.name)
    listed = json.loads(found["run.json"])["outputs"]
    del found["run.json"]
    assert listed == {place: hashlib.sha256(each).hexdigest() for place, each in found.items()}


def test_timings_and_host_stand_in_the_side_file_only(small_run):
    side = json.loads((small_run / "out" / STUDY.name / "run.side.json").read_text())
    assert side["notebooks"]["01-a"] > 0
    assert side["host"] == platform.node()


def test_another_record_parameter_or_notebook_is_another_run(
    study, data, notebooks, tmp_path, another_record
):
    out = tmp_path / "out"
    runs = [run(study, data, notebooks({"01-a": ["1"]}), out).run]
    runs.append(run(study, data, notebooks({"01-a": ["1"]}), out, parameters={"word": "two"}).run)
    runs.append(run(study, data, notebooks({"01-a": ["2"]}), out).run)
    another_record()
    runs.append(run(study, data, notebooks({"01-a": ["2"]}), out).run)
    assert len(set(runs)) == 4


def test_parameter_reaches_the_notebook_and_its_page(study, data, notebooks, tmp_path):
    folder = notebooks({"01-a": ["print(study, word)"]})
    report = run(study, data, folder, tmp_path / "out", parameters={"word": "zwei"})
    assert "parents-and-social-care zwei" in (report.folder / "01-a.html").read_text()


@pytest.mark.parametrize(
    ("parameters", "code"), [({"wrod": "x"}, "RUN-001"), ({"word": 3}, "RUN-002"),
                             ({"study": "other"}, "RUN-007")],
)  # fmt: skip
def test_wrong_parameter_stops_before_anything_starts(
    study, data, notebooks, tmp_path, parameters, code
):
    with pytest.raises(RunError, match=code):
        run(study, data, notebooks({"01-a": ["1"]}), tmp_path / "out", parameters=parameters)
    assert not (tmp_path / "out").exists()


def test_folder_that_is_not_there_is_named(data, notebooks, tmp_path):
    with pytest.raises(RunError, match="RUN-016 folder none"):
        run(tmp_path / "none", data, notebooks({"01-a": ["1"]}), tmp_path / "out")


def test_one_notebook_that_stops_leaves_the_others(study, data, notebooks, tmp_path):
    folder = notebooks(
        {"01-a": ["print('before')", "{}['canary words']"], "02-b": ["print('fine')"]}
    )
    report = run(study, data, folder, tmp_path / "out")
    assert [each.state for each in report.notebooks] == ["stopped", "done"]
    assert [each.code for each in report.findings] == ["RUN-010"]
    page = (report.folder / "01-a.html").read_text()
    assert "before" in page
    assert "RUN-010 01-a.ipynb cell 4" in page
    assert "stopped" in report.index.read_text()


def test_data_in_a_failure_is_in_no_output(study, data, notebooks, tmp_path):
    sources = {"01-a": ["words = ''.join(['can', 'ary'])", "raise KeyError(words)"]}
    report = run(study, data, notebooks(sources), tmp_path / "out")
    outputs = b"".join(file.read_bytes() for file in report.folder.rglob("*") if file.is_file())
    assert b"KeyError" in outputs
    assert b"canary" not in outputs


def test_what_comes_after_a_notebook_that_stopped_is_not_run(study, data, notebooks, tmp_path):
    folder = notebooks({"01-a": ["1 / 0"], "02-b": ["1"]}, after="01-a")
    report = run(study, data, folder, tmp_path / "out")
    assert [each.state for each in report.notebooks] == ["stopped", "not run"]
    assert report.findings[1].code == "RUN-015"
    assert not (report.folder / "02-b.html").exists()


def test_results_stand_in_the_manifest_and_on_the_index_page(study, data, notebooks, tmp_path):
    headlines = 'headlines = [{number = "{drawn} of {frame}", label = "people drawn"}]'
    folder = notebooks({"01-a": [RECORD]}, records=["drawn", "frame"], headlines=headlines)
    report = run(study, data, folder, tmp_path / "out")
    manifest = json.loads((report.folder / "run.json").read_text())
    assert manifest["notebooks"][0]["results"] == {"drawn": 28, "frame": 82}
    assert "<dd>28 of 82</dd>" in report.index.read_text()


@pytest.mark.parametrize("records", [["drawn"], ["drawn", "frame", "more"]])
def test_results_other_than_declared_are_a_finding(study, data, notebooks, tmp_path, records):
    report = run(study, data, notebooks({"01-a": [RECORD]}, records=records), tmp_path / "out")
    assert [each.code for each in report.findings] == ["RUN-014"]


def test_page_of_a_notebook_that_is_gone_goes_too(study, data, notebooks, tmp_path):
    out = tmp_path / "out"
    run(study, data, notebooks({"01-a": ["1"], "02-b": ["1"]}), out)
    report = run(study, data, notebooks({"01-a": ["1"]}), out)
    assert not (report.folder / "02-b.html").exists()
    assert not (report.folder / "notebooks" / "02-b.ipynb").exists()


def test_caller_is_told_of_each_notebook_as_it_ends(study, data, notebooks, tmp_path):
    told = []
    folder = notebooks({"01-a": ["1"], "02-b": ["1 / 0"]})
    out = tmp_path / "out"
    run_study(study, data, unlock(data), notebooks=folder, outputs=out, tell=told.append)
    assert sorted((each.notebook, each.state) for each in told) == [
        ("01-a", "done"),
        ("02-b", "stopped"),
    ]


def test_a_cell_with_a_name_is_held_back_and_told(study, data, notebooks, tmp_path):
    """The page goes out without it; what the cell says stands nowhere."""
    folder = notebooks({"01-a": ["print('Hesper Hampersail')"], "02-b": ["print('she')"]})
    names = names_of(["Hampersail, Hesper"])
    report = run_study(
        study, data, unlock(data), notebooks=folder, outputs=tmp_path, options=Options(names=names)
    )
    assert {each.code for each in report.findings} == {"RUN-041"}
    assert not report.good
    told = json.loads((report.folder / "held-back.json").read_text())["held_back"]
    # Its code and what it showed.
    assert [each["place"] for each in told] == ["notebooks/01-a.ipynb, cell 3"] * 2
    assert "02-b.html" in everything(report.folder)
    assert not [p for p, content in everything(report.folder).items() if b"Hesper" in content]


def test_a_page_over_whose_cells_a_name_is_cut_is_held_back(study, data, notebooks, tmp_path):
    folder = notebooks({"01-a": ["print('so Hamper-')", "print('sail')"], "02-b": ["print('she')"]})
    options = Options(names=names_of(["Hampersail, Hesper"]))
    report = run_study(
        study, data, unlock(data), notebooks=folder, outputs=tmp_path, options=options
    )
    assert {each.code for each in report.findings} == {"RUN-041"}
    made = {each.name for each in report.folder.rglob("*") if each.is_file()}
    assert {"02-b.html", "held-back.json"} <= made
    assert "01-a.html" not in made
    for told in ("run.json", "ro-crate-metadata.json"):
        assert "01-a.html" not in (report.folder / told).read_text()


SEEN = [
    "import pandas as pd",
    "print('She counted the sea-green buttons until they opened')",
    "'She counted the sea-green buttons until they opened'",
    "pd.DataFrame({'role': ['father', 'grandmother'], 'forum': [1, 1]})",
]


def test_cells_of_an_analyst_publish_no_unsigned_quotation_and_no_table_of_their_own(
    study, data, notebooks, tmp_path
):
    """P30, P35: seen, three cells published both, and nothing was held back."""
    store = data.open_research(unlock(data))
    said = {"value": "She counted the sea-green buttons until they opened the hatch."}
    told = NewEvent("answer", node="q1", new_value=said, session="K01", case="K01", start=2)
    store.append([told])
    store.close()
    report = run(study, data, notebooks({"01-a": SEEN}), tmp_path / "out")
    assert [each.code for each in report.findings] == ["RUN-081"] * 4 + ["RUN-083"]
    assert not report.good
    out = everything(report.folder).values()
    assert not [1 for content in out if b"sea-green" in content or b"grandmother</td>" in content]
    release_everything(data, tmp_path / "out")
    assert {
        each.code for each in run(study, data, tmp_path / "notebooks", tmp_path / "out").findings
    } == {"RUN-042"}
