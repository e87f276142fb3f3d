"""`toolkit run --watch`: again when something changed, not otherwise, and a clean end."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from itertools import islice

import pytest
from click.testing import CliRunner
from nbformat import v4, write

from tests.conftest import ROOT
from toolkit.cli.publishing.progress import Progress, in_words
from toolkit.cli.publishing.run import run
from toolkit.cli.publishing.watch import whenever_changed
from toolkit.demo import STUDY
from toolkit.errors import UsageError
from toolkit.publish.engine.outcome import NotebookReport
from toolkit.store import About, NewEvent
from toolkit.store.keys.passphrase import SAMPLE
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.unlocked import unlock
from toolkit.store.making import make_home

GRAPH = """\
format = "toolkit-graph/1"
[[notebook]]
notebook = "01-data"
question = "?"
reads = ["sessions"]
"""


@pytest.fixture
def place(tmp_path):
    """A study with one small notebook and one record."""
    shutil.copytree(ROOT / "topic_guides" / STUDY, tmp_path / STUDY)
    (tmp_path / "notebooks").mkdir()
    cell = v4.new_code_cell("1 + 1", id="cell")
    write(v4.new_notebook(cells=[cell]), tmp_path / "notebooks" / "01-data.ipynb")
    (tmp_path / "notebooks" / "graph.toml").write_text(GRAPH)
    cheap = Cost(memory_kib=64, passes=1, lanes=1)
    make_home(tmp_path / "data", About(STUDY, True, "2019-01-01"), SAMPLE, sample=True, cost=cheap)
    return tmp_path


def until(look, process, seconds=60):
    """Wait until something is there, and fail where the process has ended without it."""
    last = time.monotonic() + seconds
    while not look():
        assert process.poll() is None
        assert time.monotonic() < last
        time.sleep(0.1)


def test_one_more_record_runs_again_and_ctrl_c_ends_it_with_a_word(place):
    words = ["run", STUDY, "--data", "data", "--notebooks", "notebooks", "--watch"]
    with (place / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "toolkit", *words], cwd=place, stdout=said, stderr=said
        )
    told = (place / "said").read_text
    try:
        until(lambda: told().count("Waiting for a change") == 1, process)
        home = find(place)
        store = home.open_research(unlock(home))
        store.append([NewEvent("note", new_value="one", session="K01", case="K01", start=1)])
        store.close()
        until(lambda: told().count("Waiting for a change") == 2, process)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
    assert told().count("done     01-data") == 2
    assert "No longer waiting" in told()
    assert "Traceback" not in told()


def find(place):
    from toolkit.store.home import find_home

    return find_home(place / "data")


def test_nothing_runs_again_until_something_changed_and_then_once():
    looks = iter("aaaabbb" + "b" * 3 + "c" * 20)
    waited = []
    runs = whenever_changed(looks.__next__, wait=waited.append, clock=lambda: 0.0)
    assert len(list(islice(runs, 3))) == 3
    # Two looks too many at a, a pause after b; the same for c.
    assert waited.count(2.0) == 2


def test_writing_that_does_not_end_is_not_waited_for_for_ever():
    numbers, time_is = iter(range(10_000)), iter(range(0, 10_000, 10))
    runs = whenever_changed(
        lambda: next(numbers), wait=lambda _: None, clock=lambda: float(next(time_is))
    )
    assert len(list(islice(runs, 3))) == 3


@pytest.mark.parametrize("beside", [["--user", "researcher-1"], ["--verify"], ["--json"]])
def test_what_needs_a_person_or_an_end_is_refused_beside_it(place, monkeypatch, beside):
    monkeypatch.chdir(place)
    words = [STUDY, "--data", "data", "--watch", *beside]
    came = CliRunner().invoke(run, words, standalone_mode=False)
    assert isinstance(came.exception, UsageError)
    assert "USAGE-040 --watch" in str(came.exception)


def test_time_left_is_weighed_by_what_notebooks_took(capsys):
    told = Progress(quiet=False)
    told.expect({"01-a": 1.0, "02-b": 3.0})
    told._begun -= 10
    told(NotebookReport("01-a", "?", seconds=1.0))
    told(NotebookReport("02-b", "?", seconds=3.0))
    one, other = capsys.readouterr().out.splitlines()
    assert one.endswith("01-a  (1.0 s); about 30 s left")
    assert other.endswith("02-b  (3.0 s)")


@pytest.mark.parametrize(("seconds", "said"), [(0.2, "about 1 s"), (59, "about 59 s"),
                                               (150, "about 2 min")])  # fmt: skip
def test_time_left_is_said_roundly(seconds, said):
    assert in_words(seconds) == said
