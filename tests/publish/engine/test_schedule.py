"""Notebooks run when those before them are done; a failure stops its dependants only."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

import pytest
from nbformat import v4

from toolkit.publish.engine.environment import Workplace
from toolkit.publish.engine.execution import COMPAT, Task
from toolkit.publish.engine.schedule import OwnHands, Schedule
from toolkit.publish.notebooks.graph import Step


@pytest.fixture
def schedule():
    with tempfile.TemporaryDirectory(prefix="tk-") as folder:
        place = Workplace(Path(folder), Path(folder) / "cache")
        place.prepare()

        def build(steps, sources, jobs=2):
            after = {each.notebook: each.after for each in steps}
            tasks = {
                name: Task(
                    name,
                    v4.new_notebook(cells=[v4.new_code_cell(source)]),
                    {},
                    place.environment({}),
                    60,
                )
                for name, source in sources.items()
            }
            return Schedule(after, tasks, OwnHands(tasks, place, COMPAT, jobs))

        yield build


STEPS = (Step("01-a", "?"), Step("02-b", "?"), Step("03-c", "?", after=("01-a",)),
         Step("04-d", "?", after=("03-c",)))  # fmt: skip


def test_failure_stops_what_depends_on_it_and_nothing_else(schedule):
    sources = {"01-a": "1 / 0", "02-b": "1", "03-c": "1", "04-d": "1"}
    came = dict(schedule(STEPS, sources).run())
    assert came["01-a"].fault.code == "RUN-010"
    assert came["02-b"].fault is None
    assert (came["03-c"], came["04-d"]) == ("01-a", "03-c")


def test_all_are_run_with_one_job_as_well(schedule):
    sources = dict.fromkeys(("01-a", "02-b", "03-c", "04-d"), "1")
    came = dict(schedule(STEPS, sources, jobs=1).run())
    assert set(came) == set(sources)
    assert not [each.fault for each in came.values() if each.fault]


def test_two_run_at_the_same_time(schedule, tmp_path):
    waits = (
        "import pathlib, time\n"
        "here, there = pathlib.Path('{0}'), pathlib.Path('{1}')\n"
        "here.touch()\n"
        "while not there.exists(): time.sleep(0.05)"
    )
    one, two = tmp_path / "1", tmp_path / "2"
    sources = {"01-a": waits.format(one, two), "02-b": waits.format(two, one)}
    came = dict(schedule(STEPS[:2], sources).run())
    assert not [each.fault for each in came.values() if each.fault]


def test_interrupted_run_leaves_no_kernel_behind(schedule, tmp_path):
    started = tmp_path / "started"
    source = f"import pathlib, time\npathlib.Path(r'{started}').touch()\ntime.sleep(600)"
    running = schedule(STEPS[:1], {"01-a": source})
    runner = running.run()

    def interrupt():
        while not started.exists():
            time.sleep(0.05)
        running.hands.kill()

    threading.Thread(target=interrupt).start()
    (name, executed), *_ = runner
    assert (name, executed.fault.code) == ("01-a", "RUN-012")
