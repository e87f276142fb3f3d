"""What is begun before the command is loaded is used by the run, and ended where there is none."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from toolkit.publish.engine import early_start as early
from toolkit.publish.engine.executor import Place, Station
from toolkit.store.lifecycle.unlocked import unlock


@pytest.fixture
def begun():
    early.begin(["run", "somewhere"])
    [room] = early._BEGUN
    yield room
    early._end_unused()
    room.close()


def left_running(folder):
    """Give the processes whose temporary files are in a folder."""
    for process in psutil.process_iter():
        try:
            if process.environ().get("TMPDIR", "").startswith(str(folder)):
                yield process
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue


def test_first_station_takes_what_was_begun_and_the_next_makes_its_own(begun, study, data):
    place = Place(study, data, unlock(data))
    with Station(place) as first, Station(place) as second:
        assert first.workplace is begun.workplace
        assert second.workplace is not begun.workplace
        assert begun.workplace.preloaded is not None
    assert not begun.workplace.folder.exists()


def test_process_that_was_begun_opens_the_study_that_it_is_told_of_later(begun, study, data):
    from toolkit.publish.notebooks.inputs import read_inputs

    inputs = read_inputs(study, data, unlock(data))
    with Station(Place(study, data, unlock(data))) as station:
        assert {"answers", "fictional"} <= set(station.fingerprints(inputs.snapshot))
        assert station.fingerprints("0" * 64) == {}


@pytest.mark.parametrize(
    "words",
    [["--help"], ["x", "--dry-run"], ["x", "--scheduler=tcp://h:1"], ["x", "--engine", "compat"]],
)
def test_nothing_is_begun_for_a_command_that_forks_nothing_here(words):
    early.begin(["run", *words])
    assert early.room_begun() is None


def test_command_that_ends_without_a_run_leaves_no_process_and_no_folder(tmp_path):
    told = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": os.getcwd()}
    words = [sys.executable, "-m", "toolkit", "run", "nowhere"]
    came = subprocess.run(words, env=told, capture_output=True, text=True, check=False)
    assert came.returncode != 0
    assert "Traceback" not in came.stderr
    assert list(tmp_path.iterdir()) == []
    assert list(left_running(tmp_path)) == []


def test_killed_command_leaves_no_process(tmp_path):
    told = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": os.getcwd()}
    code = (
        "import os, signal\nfrom toolkit.publish.engine import early_start\n"
        "early_start.begin(['run', 'x'])\n"
        "print(early_start._BEGUN[0].workplace.preloaded is not None, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    came = subprocess.run([sys.executable, "-c", code], env=told, capture_output=True, check=False)
    assert came.stdout.strip() == b"True"
    psutil.wait_procs(list(left_running(tmp_path)), timeout=60)
    assert list(left_running(tmp_path)) == []
