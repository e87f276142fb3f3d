"""After a power cut at any moment all that was acknowledged is there, whole, and nothing half.

The disk is a model (tests/store/faults/disk.py); what is written to it is what a real store wrote.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.store.faults.disk import ROOT, Disk, Names, Rubbish, Shorten, Sync, Write, is_folder
from tests.store.faults.power import cut_power, lowered
from tests.store.faults.recording import Recording
from toolkit.store import description
from toolkit.store.keys import keyring_file

CUTS = int(os.environ.get("TOOLKIT_CUTS", "450"))
Context = Callable[[], AbstractContextManager[object]]


def test_no_power_cut_loses_what_was_acknowledged_or_leaves_half_of_anything() -> None:
    """Appends, withdrawals, a changed passphrase; two programs; a log that is begun anew."""
    outcome = cut_power(CUTS, seed=7)
    assert outcome.faults == {}
    assert outcome.states > CUTS * 0.8, "most cuts leave a state that no other has left"
    assert len(outcome.kinds) == 8


# The same check is red where the store is less careful: it can fail ---------------------------


@pytest.mark.parametrize("level", ["NORMAL", "OFF"])
def test_a_lower_synchronous_loses_acknowledged_events(level: str) -> None:
    outcome = cut_power(100, seed=7, spoil=lowered(level))
    assert outcome.faults["acknowledged events are missing"] > 10


def unsynchronised(path: Path, content: bytes) -> None:
    path.write_bytes(content)


CARELESS: dict[str, Context] = {
    "file": lambda: patch.object(keyring_file, "_write_new", unsynchronised),
    "name": lambda: patch.object(keyring_file, "sync_folder", lambda _: None),
    "folder": lambda: patch.object(description, "sync_folder", lambda _: None),
}


@pytest.mark.parametrize("careless", CARELESS.values(), ids=CARELESS)
def test_a_keyring_that_is_not_synchronised_loses_the_keys_of_what_was_acknowledged(
    careless: Context,
) -> None:
    outcome = cut_power(150, seed=7, careless=careless)
    assert outcome.faults


# The model of the disk and the recording ----------------------------------------------------


def test_what_was_synchronised_is_there_and_the_rest_as_it_is_chosen() -> None:
    disk = Disk()
    for each in (Names(ROOT, {"a": 1}), Write(1, 0, b"old"), Sync(1), Sync(ROOT)):
        disk.take(each)
    for each in (Write(1, 2, b"new"), Shorten(1, 1), Names(ROOT, {"a": None, "b": 1})):
        disk.take(each)
    write, shorten, rename = disk.waiting
    assert disk.after_a_cut([]) == {"a": b"old"}
    assert disk.after_a_cut([write]) == {"a": b"olnew"}
    assert disk.after_a_cut([write, shorten]) == {"a": b"o"}
    assert disk.after_a_cut([rename]) == {"b": b"old"}
    assert disk.after_a_cut([Rubbish(1, b"xxxxx")]) == {"a": b"oldxx"}
    disk.take(Sync(1))
    assert disk.after_a_cut([]) == {"a": b"o"}, "a file is synchronised apart from its name"


def test_a_recording_sees_what_python_writes_and_what_a_renamed_file_was(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    with recording.running():
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "old").write_bytes(b"one")
        (tmp_path / "folder" / "old").rename(tmp_path / "folder" / "new")
    recording.check()
    made, first, written, renamed = recording.operations
    assert isinstance(made, Names)
    assert isinstance(renamed, Names)
    assert is_folder(made.names["folder"] or 1)
    assert written == Write(1 + 2, 0, b"one")
    assert (first, renamed.names) == (Names(2, {"old": 3}), {"old": None, "new": 3})


def test_a_recording_that_has_missed_something_says_so(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    with recording.running(), nullcontext():
        (tmp_path / "file").write_bytes(b"one")
    (tmp_path / "file").write_bytes(b"two")
    with pytest.raises(AssertionError, match="missed"):
        recording.check()
