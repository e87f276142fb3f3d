"""A cluster of two workers gives the bytes of one machine, and is sent no key and no data."""

from __future__ import annotations

import base64
import json
import os
import re
import socket
import tempfile
import threading
import time
from pathlib import Path

import pytest

from tests.publish.conftest import written
from tests.publish.team.cluster import Cluster
from tests.store.postgres_server import PostgresServer
from toolkit.errors import RunError
from toolkit.guide import load_consent, load_guide, load_study
from toolkit.publish.run.run import Options, run_study
from toolkit.publish.team import dask_client as crew
from toolkit.publish.team.dask_client import Crew, refuse_open_channel
from toolkit.sample.generate import Field, generate
from toolkit.store import About
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.unlocked import unlock
from toolkit.store.making import make_home
from toolkit.store.postgres.server import Server

STUDY = Path(__file__).parents[3] / "topic_guides" / "parents-and-social-care"
WORDS = b"a passphrase of tests, known to all"
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PEOPLE = 14
OPEN = "from toolkit import open_study\ndata = open_study(study)"
HEAD = 'format = "toolkit-graph/1"\n'
GRAPH = (
    HEAD
    + """

[[notebook]]
notebook = "01-all"
question = "?"
reads = ["answers"]

[[notebook]]
notebook = "02-strand"
question = "?"
reads = ["sessions"]
after = ["01-all"]
over = {word = "strands"}

[[notebook]]
notebook = "03-case"
question = "?"
reads = ["sessions", "answers"]
after = ["01-all"]
over = {word = "cases"}
"""
)
CELLS = {
    "01-all": [OPEN, "print(len(data.frames.answers))", "print(len(data.frames.answers.head(3)))"],
    "02-strand": [OPEN, "print((data.frames.sessions['strand'] == word).sum())"],
    "03-case": [OPEN, "print(word, *data.frames.sessions['case'], len(data.frames.answers))"],
}


def filled(home):
    """Hold invented calls with a few people."""
    store = home.open_research(unlock(home, Passphrase(WORDS)))
    field = Field(
        store,
        load_study(STUDY),
        load_guide(STUDY / "telephone-interview.yaml"),
        load_consent(STUDY / "consent.yaml"),
    )
    generate(field, participants=PEOPLE, seed=1)
    store.close()
    return home


@pytest.fixture(scope="module")
def home():
    """A study of a team: its data on a PostgreSQL server, its keys in a folder."""
    server = PostgresServer()
    about = About(STUDY.name, fictional=True, created="2019-01-01")
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGSERVICEFILE", str(server.services))
        place = Server.of(about.study, server.host)
        made = make_home(
            Path(folder) / "data", about, Passphrase(WORDS), cost=CHEAP, server=place,
            service="administrator",
        )  # fmt: skip
        yield filled(made.home)
    server.stop()


@pytest.fixture(scope="module")
def ring(home):
    return Keyring.unlock(home.research_keyring, Passphrase(WORDS))


@pytest.fixture(scope="module")
def cluster(home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cluster")
    secret = folder / "passphrase"
    secret.touch(mode=0o600)
    secret.write_bytes(WORDS)
    made = Cluster(folder, home.folder, words=("--passphrase-file", str(secret)))
    yield made
    made.close()


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory):
    return written(tmp_path_factory.mktemp("notebooks") / "n", CELLS, GRAPH)


def everything(folder):
    """Give the bytes of all outputs but the side file."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != "run.side.json"
    }


class Wiretap:
    """Stands between a run and its scheduler, and keeps every byte."""

    def __init__(self, address):
        self.heard, self._to = bytearray(), (address.split("//")[1].split(":"))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            one, _ = self._listener.accept()
            other = socket.create_connection((self._to[0], int(self._to[1])))
            for pair in ((one, other), (other, one)):
                threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source, target):
        try:
            while said := source.recv(1 << 16):
                self.heard += said
                target.sendall(said)
        except OSError:
            pass
        finally:
            target.close()


def test_cluster_gives_the_bytes_of_one_machine_and_is_sent_no_key(
    home, ring, cluster, notebooks, tmp_path
):
    here = run_study(
        STUDY, home, ring, notebooks=notebooks, outputs=tmp_path / "here", options=Options(jobs=1)
    )
    tap = Wiretap(cluster.address)
    there = run_study(
        STUDY, home, ring, notebooks=notebooks, outputs=tmp_path / "there",
        options=Options(scheduler=tap.address),
    )  # fmt: skip
    assert here.findings == there.findings == ()
    parts = [each.notebook for each in there.notebooks if each.notebook.startswith("03-case.")]
    assert len(parts) > PEOPLE // 2
    assert everything(there.folder) == everything(here.folder)
    page = (there.folder / f"{parts[0]}.html").read_text()
    case = parts[0].partition(".")[2]
    assert re.search(rf"<p>{case} {case} [0-9]+</p>", page)
    # What is heard is heard in clear, so that a key would be heard too.
    assert b"data.frames.answers.head(3)" in tap.heard
    key = ring.master().reveal()
    said = bytes(tap.heard) + cluster.said()
    for form in (key, base64.b64encode(key), key.hex().encode(), WORDS):
        assert form not in said


def test_two_workers_run_notebooks_at_the_same_time(home, ring, cluster, tmp_path):
    wait = (
        f"import pathlib, time; here = pathlib.Path(r'{tmp_path}')\n"
        "(here / f'{word}.there').touch()\n"
        "while len(list(here.glob('*.there'))) < 2: time.sleep(0.05)"
    )
    graph = HEAD + (
        '[[notebook]]\nnotebook = "02-strand"\nquestion = "?"\nover = {word = "strands"}\n'
    )
    folder = written(tmp_path / "n", {"02-strand": [wait]}, graph)
    report = run_study(
        STUDY, home, ring, notebooks=folder, outputs=tmp_path / "out",
        options=Options(scheduler=cluster.address, cell_seconds=30),
    )  # fmt: skip
    assert [each.state for each in report.notebooks] == ["done", "done"]


def test_worker_that_opens_other_data_stops_its_notebook(ring, cluster, notebooks, tmp_path):
    about = About(STUDY.name, fictional=True, created="2019-01-01")
    mine = make_home(tmp_path / "data", about, Passphrase(WORDS), cost=CHEAP).home
    report = run_study(
        STUDY, mine, unlock(mine, Passphrase(WORDS)), notebooks=notebooks, outputs=tmp_path / "o",
        options=Options(scheduler=cluster.address, only=("01",)),
    )  # fmt: skip
    assert "RUN-050" in str(report.notebooks[0].fault)


def test_interrupted_run_leaves_nothing_running_on_a_worker(home, ring, cluster, tmp_path):
    graph = HEAD
    graph += "".join(f'[[notebook]]\nnotebook = "{n}"\nquestion = "?"\n' for n in ("01-a", "02-b"))
    started = tmp_path / "started"
    wait = f"import os, pathlib, time\npathlib.Path(r'{started}').write_text(str(os.getpid()))"
    ends = f"while not pathlib.Path(r'{started}').exists(): time.sleep(0.05)"
    cells = {"01-a": [wait, "time.sleep(600)"], "02-b": ["import pathlib, time", ends]}

    def interrupt(report):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_study(
            STUDY, home, ring, notebooks=written(tmp_path / "n", cells, graph),
            outputs=tmp_path / "out", options=Options(scheduler=cluster.address), tell=interrupt,
        )  # fmt: skip
    last = time.monotonic() + 20
    while Path(f"/proc/{started.read_text()}").exists():
        assert time.monotonic() < last
        time.sleep(0.05)


def test_run_without_a_worker_for_its_study_says_so(cluster):
    assignment = {"study": "another-study", "notebooks": {}}
    with pytest.raises(RunError, match="RUN-052"), Crew(cluster.address, assignment, {}):
        pass


def test_worker_that_is_lost_is_made_up_for_by_the_others(home, ring, cluster, notebooks, tmp_path):
    killed = []

    def lose_one(report):
        if not killed:
            killed.append(cluster.kill_worker(0))

    report = run_study(
        STUDY, home, ring, notebooks=notebooks, outputs=tmp_path / "out",
        options=Options(scheduler=cluster.address), tell=lose_one,
    )  # fmt: skip
    assert killed
    assert report.findings == ()


def test_no_scheduler_is_said_and_nothing_is_published(
    home, ring, notebooks, tmp_path, monkeypatch
):
    monkeypatch.setattr(crew, "_PATIENCE_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(RunError, match="RUN-052"):
        run_study(
            STUDY, home, ring, notebooks=notebooks, outputs=tmp_path / "out",
            options=Options(scheduler=f"tcp://127.0.0.1:{port}"),
        )  # fmt: skip
    assert not (tmp_path / "out" / STUDY.name).exists()


@pytest.mark.parametrize(
    "address",
    ["tcp://192.0.2.7:8786", "tcp://localhost.example:1", "ucx://127.0.0.1:1", "127.0.0.1"],
)
def test_way_on_which_others_could_listen_is_refused(address):
    with pytest.raises(RunError, match="RUN-051"):
        refuse_open_channel(address)


@pytest.mark.parametrize("address", ["tls://scheduler.example:8786", "tcp://127.0.0.1:8786",
                                     "tcp://[::1]:8786"])  # fmt: skip
def test_tls_and_the_loopback_are_taken(address):
    refuse_open_channel(address)


def test_worker_of_another_make_is_told_apart(home, ring, tmp_path):
    from toolkit.publish.team.dask_worker import Post

    post = Post(home, ring, tmp_path)
    errand = '{"name": "01-a", "parameters": {}, "reads": [], "snapshot": "", "run": "", '
    errand += '"code": "", "cell_seconds": 1}'
    told = {"study": home.study, "code": "0", "packages": {"pandas": "0.1"}}
    fault = post.carry_out(json.dumps(told), errand)["fault"]
    assert (fault["code"], fault["found"].split(":")[0]) == ("RUN-054", "the toolkit")
    assert os.listdir(tmp_path) == []
