"""The main job where there is no fork, no fcntl and no Unix socket, as on Windows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.capture.conftest import SMALL
from tests.capture.service.conftest import environment, make_place
from tests.capture.service.test_server import Visitor
from tests.cli.serving import fetched, serving
from tests.portable.without import FUNCTIONS, MODULES
from toolkit.fieldwork import record_consent
from toolkit.guide import load_consent
from toolkit.store import About
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.unlocked import unlock
from toolkit.store.making import make_home

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "topic_guides" / "parents-and-social-care"
WORDS = Passphrase(b"four words of a test")
ADDRESS = r"http://(\w+\.localhost:(\d+))/toolkit/call/P01\?token=(\w+)#key=([\w-]+)"


class OnHost(Visitor):
    """Somebody who talks to a server by the host name and the secret that are its own."""

    def __init__(self, host: str, port: str, token: str, key: str) -> None:
        super().__init__(SimpleNamespace(port=port), token)
        self.own = {"Host": host, "X-Toolkit-Key": key}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send one request; parameters as in `Visitor.ask`."""
        return super().ask(method, path, body, **self.own, **headers)


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python without them, which every program that it starts is too."""
    made = tmp_path / "python"
    without = Path(__file__).with_name("without.py")
    # A kernel is told little of what surrounds a run, so this Python says itself which it is.
    told = f'PYTHON_WITHOUT="{made}" PYTHONWARNINGS=ignore'
    made.write_text(f'#!/bin/sh\n{told} exec "{sys.executable}" "{without}" "$@"\n')
    made.chmod(0o700)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return made


def ran(python: Path, folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    command = [str(python), *map(str, words)]
    told = environment(folder)
    return subprocess.run(
        command, cwd=folder, env=told, capture_output=True, text=True, check=False, timeout=600
    )


def test_they_are_gone_from_a_program_and_from_what_it_starts(python: Path, tmp_path: Path) -> None:
    look = (
        "import importlib.util, os, socket, subprocess, sys\n"
        "def there(name):\n"
        "    try: __import__(name)\n"
        "    except ImportError: return False\n"
        "    return True\n"
        f"print([n for n in {sorted(MODULES)!r} if there(n)], "
        f"[n for n in {FUNCTIONS!r} if hasattr(os, n)], hasattr(socket, 'AF_UNIX'), flush=True)\n"
        "if len(sys.argv) == 1:\n"
        "    subprocess.run([sys.executable, '-c', open('look.py').read(), 'again'])\n"
    )
    (tmp_path / "look.py").write_text(look, encoding="utf-8")
    assert ran(python, tmp_path, "-c", look).stdout == "[] [] False\n" * 2


def test_a_guide_is_checked_and_the_front_door_opens(python: Path, tmp_path: Path) -> None:
    assert ran(python, tmp_path, "-c", "import toolkit; print(toolkit.__version__)").stdout
    done = ran(python, tmp_path, "-m", "toolkit", "guide", "check", STUDY / "parent-forum.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    done = ran(python, tmp_path, "-m", "toolkit", "study", "check", STUDY)
    here = subprocess.run(
        [sys.executable, "-m", "toolkit", "study", "check", STUDY],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout) == (here.returncode, here.stdout)


def test_notebooks_run_on_the_sample_study(python: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    made = "import sys, pathlib; from toolkit.sample.demo import prepare_demo\n"
    made += "prepare_demo(*map(pathlib.Path, sys.argv[1:]))"
    assert ran(python, tmp_path, "-c", made, STUDY, data).returncode == 0
    words = ["run", STUDY, "--data", data, "--notebooks", ROOT / "notebooks", "--only", "01"]
    done = ran(python, tmp_path, "-m", "toolkit", *words, "--engine", "compat")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    page = tmp_path / "outputs" / STUDY.name / "01-sample-and-recruitment.html"
    assert "<table" in page.read_text(encoding="utf-8")


def test_a_call_is_held_and_what_was_said_is_in_the_journal(python: Path, tmp_path: Path) -> None:
    """The command asks for the passphrase itself; no process stays in the background."""
    made = make_place(tmp_path, SMALL)
    own = make_home(
        tmp_path / "own",
        About(STUDY.name, True, "2019-01-01"),
        WORDS,
        cost=Cost(memory_kib=64, passes=1, lanes=1),
    ).home
    store = own.open_research(unlock(own, WORDS))
    form = load_consent(made.protocol / "consent.yaml")
    clauses = {each.clause: True for each in form.clauses_for("interview")}
    about = {"case": "P01", "date": "2019-02-01", "user": "researcher-1", "at": 0}
    record_consent(store, form, "interview", clauses=clauses | {"recording": True}, **about)
    store.close()
    secret = tmp_path / "secret"
    secret.write_bytes(WORDS.reveal())
    secret.chmod(0o600)
    words = ["call", "P01", "--study", made.protocol, "--data", own.folder, "--no-browser"]
    words += ["--passphrase-file", secret]
    with serving(tmp_path, words, program=(python, "-m", "toolkit")) as command:
        address = command.address(ADDRESS)
        fetched(address[0].partition("#")[0])
        page = OnHost(*address.groups())
        assert page.ask("GET", "call/P01")[0] == 200
        status, opened = page.post("api/sessions/P01/begin")
        assert status == 200, opened
        edits = [
            {"number": 1, "step": "confirm", "ref": "hello"},
            {"number": 2, "step": "answer", "ref": "agreed", "answer": {"value": "yes"}},
        ]
        status, receipt = page.post(
            "api/sessions/P01/edits", {"client": "c0ffee00", "edits": edits}
        )
        assert (status, receipt["taken"], receipt["refused"]) == (200, 2, [])
    store = own.open_research(unlock(own, WORDS))
    said = [(each.event, each.node) for each in store.read(session="P01")]
    assert ("answer", "agreed") in said
    store.close()


def test_nothing_stays_unlocked_in_the_background(python: Path, tmp_path: Path) -> None:
    place = make_place(tmp_path, SMALL)
    done = ran(python, tmp_path, "-m", "toolkit", "store", "unlock", "--data", place.data)
    assert done.returncode == 1
    assert "STORE-130" in done.stderr
    assert "Traceback" not in done.stderr
