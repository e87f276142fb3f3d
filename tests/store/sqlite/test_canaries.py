"""P30 to P32: nobody's name or words stand in plain in any file, whatever has been done to a study.

Canaries are planted in a copy of the sample study as names, phone numbers, names of children,
answers, notes, reasons and users; a writer is killed, the data are copied, the notebooks run. Then
every byte is looked at that is left anywhere.
"""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import subprocess
import sys
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from tests.store.faults.canaries import CANARY, plant_person, plant_words, traces, written
from toolkit.demo import STUDY
from toolkit.errors import StoreError
from toolkit.store.description import described
from toolkit.store.home import Home, find_home
from toolkit.store.journal.sealed import Row, Sealer
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import SAMPLE
from toolkit.store.lifecycle.unlocked import unlock
from toolkit.store.people.identity import open_identities
from toolkit.store.sqlite.search_index import SearchIndex

ROOT = Path(__file__).parents[3]
COLUMNS = "SELECT seq, holder, pseudonym, session, sealed, chain FROM event"
CASE = "K08"
KILLED = f"""
import os, sys
from pathlib import Path
from toolkit.store import NewEvent
from toolkit.store.home import find_home
from toolkit.store.lifecycle.unlocked import unlock
home = find_home(Path(sys.argv[1]))
store = home.open_research(unlock(home))
while True:
    word = "{CANARY} of somebody who was cut off"
    store.append([NewEvent("note", case="{CASE}", session="late", new_value=word, user=word)])
    os.write(1, b"said\\n")
"""
# As `toolkit run`, except that no temporary folder is removed: what stood in them is looked at too.
RUN = """
import sys, tempfile
from pathlib import Path
tempfile.TemporaryDirectory._cleanup = lambda *_, **__: None
tempfile.TemporaryDirectory.cleanup = lambda _: None
from toolkit.publish.run.run import run_study
from toolkit.store.home import find_home
from toolkit.store.lifecycle.unlocked import unlock
study, data, notebooks, outputs = map(Path, sys.argv[1:])
home = find_home(data)
report = run_study(study, home, unlock(home), notebooks=notebooks, outputs=outputs)
assert not report.findings
"""

# As a person goes through a notebook in JupyterLab, with a history and with what is shown kept.
BY_HAND = """
import json, sys, nbformat
from jupyter_client.manager import start_new_kernel
cells = nbformat.read(sys.argv[1], as_version=4).cells
manager, client = start_new_kernel()
shown = []
for each in (each.source for each in cells if each.cell_type == "code"):
    told = client.execute_interactive(
        each, store_history=True, timeout=300,
        output_hook=lambda message: shown.append(message["content"]),
    )
    assert told["content"]["status"] == "ok", told["content"]["evalue"]
client.stop_channels()
manager.shutdown_kernel()
with open("shown.json", "w") as file:
    json.dump(shown, file, default=str)
"""


@dataclass(frozen=True)
class Place:
    """A folder with a study like anybody's, and everything that programs write around it."""

    folder: Path
    home: Home
    keyring: Keyring

    @property
    def backup(self) -> Path:
        return self.folder / "backup"

    def environment(self) -> dict[str, str]:
        """All that Jupyter, IPython and Python keep goes into the folder."""
        names = "CONFIG_DIR DATA_DIR RUNTIME_DIR".split()
        jupyter = {f"JUPYTER_{name}": str(self.folder / name.lower()) for name in names}
        others = {"IPYTHONDIR": "ipython", "TMPDIR": "t", "HOME": "home", "MPLCONFIGDIR": "plots"}
        there = {name: str(self.folder / below) for name, below in others.items()}
        for each in (*jupyter.values(), *there.values()):
            Path(each).mkdir(exist_ok=True)
        return dict(os.environ) | jupyter | there | {"XDG_RUNTIME_DIR": ""}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, sample_home: Home) -> Place:
    # Short, because a socket's name may have a hundred characters or so.
    folder = tmp_path_factory.mktemp("c")
    data = copytree(sample_home.folder, folder / ".studies" / f"{STUDY}-sample")
    home = find_home(data)
    keyring = unlock(home)
    store = home.open_research(keyring)
    assert len(plant_words(store)) > 20
    assert SearchIndex(home.research, store, keyring).search(CANARY)
    store.close()
    identities = open_identities(home, Keyring.unlock(home.identity_keyring, SAMPLE))
    plant_person(identities, "K99")
    identities.close()
    kill_a_writer(data)
    # As a backup that knows nothing of the study would take it: all but the keys.
    copytree(data, folder / "backup", ignore=shutil.ignore_patterns("keys"))
    return Place(folder, home, keyring)


def kill_a_writer(data: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(data)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert writer.stdout is not None
    for _ in range(20):
        assert writer.stdout.readline() == b"said\n"
    writer.kill()
    assert writer.wait() == -signal.SIGKILL
    assert (data / "research" / "journal.db-wal").stat().st_size > 0


def run_notebooks(place: Place) -> str:
    """Run everything as the command does, and one notebook in Jupyter's own way, with a history."""
    study, notebooks = ROOT / "topic_guides" / STUDY, ROOT / "notebooks"
    copytree(study, place.folder / "topic_guides" / STUDY)
    copytree(notebooks, place.folder / "notebooks")
    outputs = place.folder / "outputs"
    by_command = [sys.executable, "-c", RUN, str(study), str(place.home.folder)]
    by_hand = [sys.executable, "-c", BY_HAND, "03-themes.ipynb"]
    told = ""
    for command, where in (
        ([*by_command, str(notebooks), str(outputs)], ROOT),
        (by_hand, place.folder / "notebooks"),
    ):
        done = subprocess.run(
            command, cwd=where, env=place.environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        told += done.stdout + done.stderr
    return told


def test_no_byte_of_any_file_shows_a_name_or_a_word(place: Place) -> None:
    told = run_notebooks(place)
    assert CANARY not in told
    assert (place.folder / "outputs" / STUDY / "03-themes.html").exists()
    assert "text/html" in (place.folder / "notebooks" / "shown.json").read_text()
    assert list((place.folder / "ipython").rglob("history.sqlite")), "Jupyter has kept its history"
    assert list((place.folder / "t").rglob("*.told.json")), (
        "the run has kept what it had for a time"
    )
    assert traces(place.folder) == []


@pytest.mark.parametrize("way", dict(written()))
def test_a_canary_is_found_however_it_is_written(tmp_path: Path, way: str) -> None:
    for number in range(3):
        (tmp_path / f"{number}").write_bytes(b"." * number + dict(written())[way] + b"...")
    assert traces(tmp_path) == [f"{tmp_path / str(number)}: {way}" for number in range(3)]


@pytest.mark.parametrize("way", ["zip", "gzip", "zlib"])
def test_a_canary_is_found_in_what_is_compressed(tmp_path: Path, way: str) -> None:
    text = (f"{number} {CANARY} {number % 7}" for number in range(3000))
    content = "".join(text).encode()
    if way == "zip":
        with zipfile.ZipFile(tmp_path / "a", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a name", b"nothing")
            archive.writestr("another name", content)
    else:
        small = {"gzip": gzip.compress, "zlib": zlib.compress}[way](content)
        (tmp_path / "a").write_bytes(b"something before " + small + b" and after")
    assert CANARY.encode() not in (tmp_path / "a").read_bytes()
    assert traces(tmp_path) == [f"{tmp_path / 'a'}: compressed, plain"]


def test_what_the_store_itself_gives_is_found_where_it_is_written_down(
    place: Place, tmp_path: Path
) -> None:
    store = place.home.open_research(place.keyring)
    said = [each for each in store.read(case=CASE) if CANARY in str(each.new_value)]
    store.close()
    assert len(said) > 20, "the canaries are there, and were kept by the writer that was killed"
    (tmp_path / "export.txt").write_text(f"{said[-1].new_value}")
    assert traces(tmp_path) == [f"{tmp_path / 'export.txt'}: plain"]


# After a withdrawal ---------------------------------------------------------------------------


def test_after_a_withdrawal_no_key_that_is_left_opens_it_here_or_in_an_older_copy(
    place: Place, tmp_path: Path
) -> None:
    """P26: nothing of one participant comes out any more; the others' words still do."""
    live = find_home(copytree(place.home.folder, tmp_path / "live"))
    older = copytree(place.backup / "research", tmp_path / "older")
    keyring = unlock(live)
    assert opened(older, keyring, CASE) > 20, "before, the copy gives it"
    assert CASE in searchable(older, keyring)
    store = live.open_research(keyring)
    store.withdraw(CASE, user="researcher-1", at=1)
    store.close()
    left = unlock(live)
    for folder in (live.research, older):
        assert opened(folder, left, CASE) == 0
        assert opened(folder, left, "K07") > 5
        assert CASE not in searchable(folder, left)


def opened(folder: Path, keyring: Keyring, case: str) -> int:
    """Try every key that is left on every event of a case; count canaries that come out."""
    about = described(folder)
    rows = [Row(*each) for each in dump(folder / "journal.db", keyring, "research/database")]
    found = 0
    for name in keyring.names():
        sealer = Sealer(about, lambda _, name=name: keyring.key(name))
        for row in (each for each in rows if each.case == case):
            with suppress(StoreError):
                event = sealer.open(row)
                found += event is not None and CANARY in str(event.new_value)
    return found


def searchable(folder: Path, keyring: Keyring) -> set[str]:
    """Give the cases of which words stand in an index that opens with any key that is left."""
    file, cases = folder / "index.db", set()
    for name in keyring.names() if file.exists() else ():
        with suppress(dbapi2.DatabaseError):
            cases |= {row[0] for row in dump(file, keyring, name, "SELECT pseudonym FROM place")}
    return cases


def dump(
    file: Path, keyring: Keyring, name: str, statement: str = f"{COLUMNS} ORDER BY seq"
) -> list[tuple[Any, ...]]:
    """Read an encrypted file as somebody does who goes round the store."""
    key = keyring.key(name)
    assert key is not None
    connection = dbapi2.connect(str(file), isolation_level=None)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.reveal().hex()}'\"")
        return connection.execute(statement).fetchall()
    finally:
        connection.close()
