"""What was made from a study's data goes with them; and what is asked before recording."""

from __future__ import annotations

import io
import json
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from toolkit.cli.shared.derived import derived_from
from toolkit.cli.shared.study_home import open_to_write
from toolkit.errors import StoreError, UsageError
from toolkit.fieldwork.exports import exported, note_export
from toolkit.fieldwork.population import took_part
from toolkit.store import About, Event, NewEvent
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.destruction import as_text, destroy_study
from toolkit.store.making import make_home

WORDS = Passphrase(b"words of the researcher")
APART = Passphrase(b"words of somebody else")
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
AT = 1_549_360_800_000


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A study in which K01 was recorded and exported, and K02 was screened out."""
    about = About("made-up", True, "2019-02-01")
    told = {"identity_passphrase": APART, "cost": CHEAP}
    made = make_home(tmp_path / "home", about, WORDS, **told).home
    with closing(made.open_research(unlocked(made))) as store:
        for case, disposition in (("K01", "complete"), ("K02", "never-involved")):
            begin = NewEvent("begin", "", AT, case=case, session=case, new_value={"mode": "call"})
            told = {"ending": "e", "disposition": disposition}
            store.append(
                [begin, NewEvent("finish", "", AT, case=case, session=case, new_value=told)]
            )
        sound = io.BytesIO(b"canary-sound")
        store.attach("K01", "K01", sound, kind="audio", user="researcher-1", at=AT)
        note_export(store, "K01-audio-1", tmp_path / "K01.wav", user="researcher-1", at=AT)
    (tmp_path / "K01.wav").write_bytes(b"canary-sound")
    return made


def unlocked(home: Home) -> Keyring:
    return Keyring.unlock(home.research_keyring, WORDS)


@pytest.fixture
def places(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where a run, a command and a rehearsal that was killed have left something."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    kept = tmp_path / "outputs" / ".cache"
    left = tmp_path / "tmp" / "toolkit-rehearsal-x" / "rehearsal"
    files = [kept / "made-up" / "01.ipynb", kept / "asked" / "1.json", left / "journal.db"]
    for each in [*files, kept / "another" / "01.ipynb"]:
        each.parent.mkdir(parents=True)
        each.write_text("canary-kept")
    told = {"format": "toolkit-rehearsal/1", "study": "made-up"}
    (left / "rehearsal.json").write_text(json.dumps(told))
    return files


def test_destroying_a_study_reaches_what_was_made_from_it_and_the_certificate_lists_it(
    home: Home, places: list[Path], tmp_path: Path
) -> None:
    """P38."""
    keyring = unlocked(home)
    identity = Keyring.unlock(home.identity_keyring, APART)
    found = derived_from(home, keyring, tmp_path / "outputs")
    told = destroy_study(
        home, keyring, identity, confirm="made-up", user="researcher-1", at=AT,
        derived=found, took_part=took_part,
    )  # fmt: skip
    page = as_text(told)
    for each in [*places, tmp_path / "K01.wav"]:
        assert not each.exists()
        assert str(each) in page
    assert (tmp_path / "outputs" / ".cache" / "another" / "01.ipynb").exists()
    assert (told["counts"]["participants"], told["counts"]["cases"]) == (1, 2)


def test_a_file_that_is_no_longer_what_was_exported_is_left_alone(
    home: Home, tmp_path: Path
) -> None:
    with closing(home.open_research(unlocked(home))) as store:
        assert [each.name for each in exported(store.read(), "K01")] == ["K01-audio-1"]
        assert exported(store.read(), "K02") == []
        (tmp_path / "K01.wav").write_bytes(b"something else")
        assert exported(store.read()) == []
        (tmp_path / "K01.wav").unlink()
        assert exported(store.read()) == []
        with pytest.raises(StoreError, match="STORE-094"):
            note_export(store, "K09-audio-1", tmp_path / "x", user="researcher-1", at=AT)


@pytest.mark.parametrize(
    ("events", "people"),
    [
        ([("begin", "K01", {}), ("finish", "K01", {"disposition": "complete"})], {"K01"}),
        ([("begin", "K01", {})], {"K01"}),
        ([("begin", "K01", {}), ("stop", "K01", {"disposition": "break-off"})], {"K01"}),
        ([("begin", "K01", {}), ("finish", "K01", {"disposition": "never-involved"})], set()),
        ([("begin", "F1", {"seats": ["K01", "K02"]})], {"K01", "K02"}),
        (
            [("begin", "F1", {"seats": ["K01", "K02"]}), ("seat-withdrawn", "F1", {"seat": "K02"})],
            {"K01"},
        ),
        ([("invite", "K01", {})], set()),
    ],
)
def test_who_took_part(events: list[tuple[str, str, dict[str, object]]], people: set[str]) -> None:
    told = [Event(what, case=case, session=case, new_value=value) for what, case, value in events]
    assert took_part(told) == people


def test_a_clock_before_the_last_event_is_asked_about(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = unlocked(home)
    open_to_write(home, keyring).close()
    now = time.time_ns() // 1_000_000
    with closing(open_to_write(home, keyring)) as store:
        store.append([NewEvent("draw", start=now + 60_000)])
        open_to_write(home, keyring).close()  # the clocks of two machines differ by as much
        store.append([NewEvent("draw", start=now + 3_600_000)])
    with pytest.raises(UsageError, match="USAGE-027"):
        open_to_write(home, keyring)
    home.open_research(keyring).close()
    answers = iter([False, True])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", lambda *_, **__: next(answers) or _abort())
    with pytest.raises(KeyboardInterrupt):
        open_to_write(home, keyring)
    open_to_write(home, keyring).close()


def _abort() -> None:
    raise KeyboardInterrupt
