"""One notebook in a kernel of its own: what it sees, and what becomes of a failure."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from nbformat import v4

from toolkit.publish.engine.environment import Workplace
from toolkit.publish.engine.execution import COMPAT, FAST, FORK, Task, execute, usual_engine


@pytest.fixture(scope="module")
def workplace():
    with tempfile.TemporaryDirectory(prefix="tk-") as folder:
        place = Workplace(Path(folder), Path(folder) / "cache")
        place.prepare()
        yield place
        place.preloaded.close()


@pytest.fixture(params=[COMPAT, FORK, FAST])
def run(workplace, request):
    def run(*sources, cell_seconds=60, **parameters):
        cells = [v4.new_code_cell('word = "one"  # a word', metadata={"tags": ["parameters"]})]
        cells += [v4.new_code_cell(source) for source in sources]
        told = workplace.environment({"TOLD": "yes"})
        task = Task("01-a", v4.new_notebook(cells=cells), parameters, told, cell_seconds)
        return execute(task, workplace, engine=request.param)

    return run


def printed(executed):
    return "".join(output.text for output in executed.notebook.cells[-1].outputs)


def test_parameter_reaches_the_notebook(run):
    assert printed(run("print(word)", word="two")) == "two\n"


def test_kernel_sees_the_same_surroundings_whoever_starts_it(run, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("PYTHONHASHSEED", "77")
    monkeypatch.setenv("SECRET", "x")
    names = ["TZ", "LC_ALL", "PYTHONHASHSEED", "SECRET", "OMP_NUM_THREADS", "TOLD"]
    said = printed(run("import os", f"print([os.environ.get(each) for each in {names}])"))
    assert said == "['UTC', 'C.UTF-8', '0', None, '1', 'yes']\n"


def test_kernel_keeps_no_history_and_no_home_of_the_person(run, workplace):
    said = printed(run("from pathlib import Path", "print(Path.home())"))
    assert said == f"{workplace.folder}/home\n"
    assert not list(workplace.folder.rglob("history.sqlite"))


def test_identifiers_are_decided_by_a_seed(run):
    source = ("import uuid", "print(uuid.uuid4(), uuid.uuid4())")
    assert printed(run(*source)) == printed(run(*source))


def test_failing_cell_is_named_with_its_kind_but_not_its_message(run):
    executed = run("x = {}", "x['her words']", word="two")
    assert executed.fault.code == "RUN-010"
    assert executed.fault.place == "cell 3"
    assert "KeyError" in str(executed.fault)
    assert "her words" not in str(executed.fault)


def test_our_own_message_is_shown(run):
    said = run(
        "from toolkit.errors import RunError",
        "raise RunError.of('RUN-001', place='parameter x', hint='', known='y')",
    )
    assert "RUN-001 parameter x" in str(said.fault)


def test_name_that_is_not_known_is_shown(run):
    assert "name 'wrod' is not defined" in str(run("wrod").fault)


def test_what_ran_before_a_failure_is_kept(run):
    executed = run("print('before')", "1 / 0", "print('after')")
    assert [len(cell.outputs) for cell in executed.notebook.cells] == [0, 1, 1, 0]


def test_dead_kernel_is_noticed(run):
    executed = run("import os", "os._exit(3)")
    assert executed.fault.code == "RUN-012"
    assert executed.fault.place == "cell 3"


def test_cell_that_does_not_end_is_stopped(run):
    executed = run("import time", "time.sleep(60)", cell_seconds=1)
    assert executed.fault.code == "RUN-011"
    assert executed.fault.place == "cell 3"
    assert executed.seconds < 30


def test_kernel_knows_nothing_of_the_notebook_before_it(run):
    assert run("import sys; left_behind = sys.left_behind = 1").fault is None
    asked = "print('left_behind' in dir(), hasattr(sys, 'left_behind'))"
    assert printed(run("import sys", asked)) == "False False\n"


def test_what_is_shown_later_replaces_what_was_shown_first(run):
    executed = run("handle = display('before', display_id='x')", "handle.update('after')")
    assert executed.notebook.cells[-2].outputs[0].data["text/plain"] == "'after'"


def test_what_a_program_prints_past_python_is_kept(run):
    assert printed(run("import subprocess", "subprocess.run(['echo', 'from below']);")) == (
        "from below\n"
    )


def test_cells_can_await(run):
    assert printed(run("import asyncio", "await asyncio.sleep(0); print('awaited')")) == "awaited\n"


def test_process_that_is_killed_is_noticed(run):
    executed = run("import os, signal", "os.kill(os.getpid(), signal.SIGKILL)")
    assert (executed.fault.code, executed.fault.place) == ("RUN-012", "cell 3")


def test_leaving_on_purpose_is_no_failure(run):
    assert run("import sys", "sys.exit(0)").fault is None
    assert run("import sys", "sys.exit(3)").fault.code == "RUN-010"


def test_usual_engine_is_the_quickest_where_processes_can_fork(monkeypatch):
    assert usual_engine() == FAST
    monkeypatch.setattr("toolkit.publish.engine.execution.CAN_FORK", False)
    assert usual_engine() == COMPAT
