"""What the kernel of a notebook gets of an unlocked study, and what it never shows (P31, P32)."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from tests.store.unlocking import IDENTITY_WORDS, WORDS, make_locked_home
from toolkit.store import NewEvent
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.lifecycle.unlock_process import keep_unlocked, lock

STUDY = "parents-and-social-care"
ROOT = Path(__file__).parents[3]
READ = f"""\
from toolkit import open_study
data = open_study("{STUDY}")
data.sampling.supported"""
OPEN_IDENTITIES = """\
from pathlib import Path
from toolkit.store.home import find_home
from toolkit.store.people.identity import open_identities
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
home = find_home(Path("DATA"))
words = Passphrase.from_file("identity-words")
open_identities(home, Keyring.unlock(home.identity_keyring, words))"""
COMMAND = """\
import sys
!{sys.executable} -m toolkit identity openings --data DATA --identity-passphrase-file identity-words
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the study's files, a notebook, and nobody's settings."""
    (tmp_path / "topic_guides").mkdir()
    (tmp_path / "topic_guides" / STUDY).symlink_to(ROOT / "topic_guides" / STUDY)
    file = tmp_path / "identity-words"
    file.touch(mode=0o600)
    file.write_text(IDENTITY_WORDS, encoding="utf-8")
    (tmp_path / "settings").mkdir()
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "settings" / name))
    return tmp_path


@pytest.fixture
def home(project: Path, runtime: Path) -> Home:
    """The study's data: a list of 95, and nothing else."""
    home = make_locked_home(project / ".studies" / STUDY, study=STUDY).home
    store = home.open_research(Keyring.unlock(home.research_keyring, Passphrase(WORDS.encode())))
    sizes = {"supported": 95, "excluded": {}, "frame": 95}
    store.append([NewEvent("list", session="fieldwork", new_value=sizes)])
    store.close()
    return home


def run(project: Path, *cells: str) -> list[list[nbformat.NotebookNode]]:
    """Run cells in a real kernel; save the notebook and its checkpoint; give the outputs."""
    notebook = new_notebook(cells=[new_code_cell(each) for each in cells])
    told = {"metadata": {"path": str(project)}}
    client = NotebookClient(notebook, timeout=120, allow_errors=True, resources=told)
    client.ipython_hist_file = str(project / "settings" / "history.sqlite")
    client.execute()
    contents = LargeFileManager(root_dir=str(project))
    contents.save({"type": "notebook", "content": notebook}, "tried.ipynb")
    contents.create_checkpoint("tried.ipynb")
    return [each.outputs for each in notebook.cells]


def forms_of(*secrets: bytes) -> list[bytes]:
    return [form for s in secrets for form in (s, s.hex().encode(), b64encode(s), repr(s).encode())]


def files_outside_of_the_data(project: Path) -> dict[str, bytes]:
    found = [each for each in project.rglob("*") if each.is_file() and ".studies" not in each.parts]
    return {each.name: each.read_bytes() for each in found if each.name != "identity-words"}


def test_a_notebook_reads_what_is_unlocked_and_keeps_no_secret(project: Path, home: Home) -> None:
    ring = Keyring.unlock(home.research_keyring, Passphrase(WORDS.encode()))
    database = ring.key("research/database")
    assert database is not None
    keep_unlocked(home, ring, hours=1)
    try:
        [read, failed] = run(project, READ, "keyring = data\n1 / 0")
    finally:
        lock(home)
    assert read[0]["data"]["text/plain"] == "95"
    assert failed[0]["ename"] == "ZeroDivisionError"
    files = files_outside_of_the_data(project)
    assert {"tried.ipynb", "tried-checkpoint.ipynb", "history.sqlite"} <= files.keys()
    assert b"open_study" in files["history.sqlite"]
    secrets = forms_of(WORDS.encode(), ring.master().reveal(), database.reveal())
    assert [name for name, told in files.items() if any(each in told for each in secrets)] == []


def test_a_locked_study_is_told_in_one_line(project: Path, home: Home) -> None:
    [[refused]] = run(project, READ)
    assert refused["output_type"] == "error"
    (line,) = refused["traceback"]
    assert line.startswith(f"StoreError: STORE-060 study {STUDY}: the study is locked; ")
    assert "toolkit store unlock" in line
    assert "\n" not in line


def test_no_notebook_opens_the_identity_store(project: Path, home: Home) -> None:
    """P31: not with the right passphrase, and not by a command in a cell."""
    cells = [each.replace("DATA", f".studies/{STUDY}") for each in (OPEN_IDENTITIES, COMMAND)]
    [refused], told = run(project, *cells)
    assert refused["traceback"][0].startswith("StoreError: STORE-085 identity store: a notebook")
    assert "STORE-085" in "".join(each["text"] for each in told)
    words = IDENTITY_WORDS.encode()
    assert [n for n, told in files_outside_of_the_data(project).items() if words in told] == []
