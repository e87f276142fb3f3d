"""P26, P27: the command that lets a participant withdraw, and the pages after the next run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from toolkit.demo import STUDY
from toolkit.guide import load_guide
from toolkit.publish.notebooks.inputs import hash_of
from toolkit.publish.run.run import run_study
from toolkit.sources import read_sources
from toolkit.store.home import Home, find_home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import SAMPLE
from toolkit.store.lifecycle.unlocked import unlock
from toolkit.store.people.identity import open_identities

FILES = ROOT / "topic_guides" / STUDY
PERSON = "K08"
GUIDES = ("telephone-interview.yaml", "parent-forum.yaml")
Done = subprocess.CompletedProcess[str]
Withdraw = Callable[..., Done]


def run(place: Path, *words: object) -> Done:
    return subprocess.run(
        [sys.executable, "-m", "toolkit", "participant", "withdraw", *map(str, words)],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def furnish(folder: Path, data: Home, outputs: Path) -> Path:
    """A project with the sample's files, a copy of its data, and the outputs of a run on them."""
    (folder / "topic_guides").symlink_to(ROOT / "topic_guides")
    shutil.copytree(data.folder, folder / ".studies" / "sample")
    shutil.copytree(outputs, folder / "outputs" / STUDY)
    return folder


@pytest.fixture
def place(tmp_path: Path, sample_home: Home, sample_run: Path) -> Path:
    """A project of one's own, to change."""
    return furnish(tmp_path, sample_home, sample_run)


@pytest.fixture(scope="module")
def untouched(
    tmp_path_factory: pytest.TempPathFactory, sample_home: Home, sample_run: Path
) -> Path:
    """A project that several tests share, since nothing may change it."""
    return furnish(tmp_path_factory.mktemp("project"), sample_home, sample_run)


@pytest.fixture
def home(place: Path) -> Home:
    return find_home(place / ".studies" / "sample")


def state_of(place: Path) -> dict[str, str]:
    """Every byte that could change: the lock files of keyrings have none."""
    files = [each for each in sorted(place.rglob("*")) if each.is_file()]
    kept = [each for each in files if each.suffix not in (".lock", ".db-shm", ".db-wal")]
    return {str(each.relative_to(place)): hash_of(each.read_bytes()) for each in kept}


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ([PERSON, "--yes"], 1, "FIELD-011 .* 2019-03-21; up to four weeks .*P26"),
        ([PERSON, "--asked", "2019-03-22", "--yes"], 1, "FIELD-011 .* 2019-03-21"),
        (["F1-A", "--yes"], 1, "FIELD-012 .*talk of several.*P27"),
        (["F1", "--yes"], 1, "FIELD-051 pseudonym"),
        (["Some Body", "--yes"], 1, "FIELD-051 pseudonym"),
        ([PERSON, "--asked", "2019-03-21", "--user", "Some Body", "--yes"], 1, "FIELD-053 user"),
        ([PERSON, "--asked", "2019-03-21"], 2, "USAGE-016"),
        ([PERSON, "--asked", "soon", "--yes"], 2, "USAGE-015 --asked"),
        ([PERSON, "--asked", "2999-01-01", "--yes"], 2, "USAGE-015 --asked"),
        ([PERSON, "--study", "nowhere", "--yes"], 2, "USAGE-004 --study"),
    ],
)
def test_a_request_that_is_refused_changes_nothing_and_says_why(
    untouched: Path, words: list[str], code: int, told: str
) -> None:
    before = state_of(untouched)
    done = run(untouched, *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert re.search(told, done.stderr)
    assert "Some Body" not in done.stderr
    assert "Traceback" not in done.stderr
    assert state_of(untouched) == before


def test_the_protocol_of_another_study_decides_nothing(place: Path) -> None:
    other = place / "other"
    shutil.copytree(FILES, other, ignore=shutil.ignore_patterns("sample"))
    text = (other / "study.yaml").read_text(encoding="utf-8")
    (other / "study.yaml").write_text(text.replace(f"study: {STUDY}", "study: other", 1))
    done = run(place, PERSON, "--study", other, "--yes")
    assert done.returncode == 2
    assert "USAGE-017 --study: the folder belongs to the study 'other'" in done.stderr


def test_it_says_what_is_destroyed_stale_and_left_to_do(place: Path) -> None:
    done = run(place, PERSON, "--asked", "2019-03-21T23:59", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert re.fullmatch(
        rf"{PERSON} has withdrawn: \d+ events are destroyed, in every copy.", lines[0]
    )
    assert lines[1] == "Pages that have to be made again: 22"
    assert sum(STUDY in each for each in lines) == 22
    assert "  1. Destroy every other copy of the keyrings" in done.stdout
    again = run(place, PERSON, "--asked", "2019-03-21", "--yes")
    assert (again.returncode, again.stdout) == (1, "")
    assert "FIELD-050 participant K08" in again.stderr


def test_on_a_terminal_it_asks_first_and_a_no_changes_nothing(untouched: Path) -> None:
    before = state_of(untouched)
    code = (
        "import os, pty, sys\n"
        "status = pty.spawn([sys.executable, '-m', 'toolkit', *sys.argv[1:]])\n"
        "sys.exit(os.waitstatus_to_exitcode(status))\n"
    )
    words = ["participant", "withdraw", PERSON, "--asked", "2019-03-21"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=untouched,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input="n\n",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 130
    assert "K08 (interview) may withdraw until 2019-03-21. 22 pages are stale." in done.stdout
    assert "Destroy everything of K08? It cannot be undone [y/N]" in done.stdout
    assert state_of(untouched) == before


def sentences(home: Home) -> list[str]:
    """What the person said, sentence by sentence, with notes and the write-up of the call."""
    store = home.open_research(unlock(home))
    guides = {g.id: g for g in map(load_guide, (FILES / name for name in GUIDES))}
    texts = [s.text for s in read_sources(store, guides).values() if s.participant == PERSON]
    for event in store.read(case=PERSON):
        if event.event in ("note", "write-up", "memo"):
            texts.append(event.new_value["text"])
    shared = [e.new_value["text"] for e in store.read() if e.event == "memo" and PERSON in e.case]
    store.close()
    return [part.strip() for text in (*texts, *shared) for part in text.split(".") if part.strip()]


def results_of(manifest: dict[str, Any]) -> dict[str, Any]:
    return {name: v for each in manifest["notebooks"] for name, v in each["results"].items()}


def test_after_the_next_run_no_output_knows_the_person(place: Path, home: Home) -> None:
    """The notebooks are run for real, on data that the person has left."""
    said = sentences(home)
    assert len(said) > 30
    old = json.loads((place / "outputs" / STUDY / "run.json").read_text(encoding="utf-8"))
    done = run(place, PERSON, "--asked", "2019-03-21", "--yes", "--json")
    told = json.loads(done.stdout)
    outputs = place / "outputs"
    for page in told["stale"]:
        assert page["hash"] == hash_of((outputs / page["page"]).read_bytes())
    run_study(FILES, home, unlock(home), notebooks=ROOT / "notebooks", outputs=outputs)
    files = [each for each in (outputs / STUDY).rglob("*") if each.is_file()]
    texts = {str(each.relative_to(outputs)): each.read_text(encoding="utf-8") for each in files}
    assert set(told["stale"][0]) == {"run", "page", "hash", "held"}
    assert {each["page"] for each in told["stale"]} < set(texts)
    for name, text in texts.items():
        assert f"{PERSON}/q" not in text, name
        # The report lists the protocol's clauses, one of which has the pseudonym's name: once.
        assert text.count(f">{PERSON}<") <= ("05-report" in name), name
        assert [each for each in said if len(each) > 20 and each in text] == [], name
    new = json.loads(texts[f"{STUDY}/run.json"])
    results = [
        {k: v for n in each["notebooks"] for k, v in n["results"].items()} for each in (old, new)
    ]
    assert [each["interviewed"] for each in results] == [20, 19]
    assert [each["participants"] for each in results] == [32, 31]
    assert [each["drawn"] for each in results] == [28, 28]
    assert [each["doubly_coded_sessions"] for each in results] == [5, 4]
    assert all(each["state"] == "done" for each in new["notebooks"])


def test_what_machines_are_told_is_what_the_journal_says(place: Path, home: Home) -> None:
    told = json.loads(run(place, PERSON, "--asked", "2019-03-21", "--yes", "--json").stdout)
    store = home.open_research(unlock(home))
    (event,) = [each for each in store.read() if each.event == "withdrawal"]
    gone, faults = store.withdrawn(), store.verify()
    store.close()
    assert event.new_value["outputs"] == told["stale"]
    assert (event.node, event.case, event.new_value["asked"]) == (PERSON, "", "2019-03-21")
    assert (told["case"], told["moment"], told["until"]) == (PERSON, "after", "2019-03-21")
    assert gone == {PERSON, *told["together"]}
    assert told["together"] == ["K02+K08+K11", "K03+K06+K08+K12"]
    assert faults == []
    assert len(told["to_do"]) == 3


def test_who_they_are_is_gone_from_the_identity_store(place: Path, home: Home) -> None:
    assert run(place, PERSON, "--asked", "2019-03-21", "--yes").returncode == 0
    people = open_identities(home, Keyring.unlock(home.identity_keyring, SAMPLE))
    seen = list(people.open(reason="contact", user="researcher-1", at=1).pseudonyms())
    people.close()
    assert PERSON not in seen
    assert len(seen) == 94, "of 95 on the list"


def test_when_their_time_is_over_data_go_for_that_reason(place: Path, home: Home) -> None:
    """P38: after the day that the protocol lays down, a deadline of withdrawal is no matter."""
    early = run(place, "F1-A", "--reason", "retention", "--asked", "2020-10-31", "--yes")
    assert "FIELD-052 study parents-and-social-care: the data must be kept until 2020-11-01" in (
        early.stderr
    )
    assert run(place, "F1-A", "--reason", "retention", "--yes").returncode == 0
    store = home.open_research(unlock(home))
    (left,) = store.read(case="F1-A")
    talk = [each for each in store.read(session="F1") if each.event == "turn"]
    store.close()
    assert left.change_reason == "retention"
    assert talk, "the others' words stay"
    assert "F1-A" not in {each.new_value["seat"] for each in talk}
