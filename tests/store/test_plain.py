"""The plain file form: what survives a crash, and what is refused."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import StoreError
from toolkit.store import About, NewEvent, PlainStore, verify_plain

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
EVENTS = [NewEvent("answer", node=f"q{i}", session="P01", new_value=f"w{i}é") for i in range(5)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with five events."""
    store = PlainStore.create(tmp_path / "data", ABOUT)
    for each in EVENTS:
        store.append([each])
    store.close()
    return tmp_path / "data"


def journal(folder: Path) -> Path:
    return folder / "journal.jsonl"


def refusal(folder: Path) -> list[tuple[str, str, int]]:
    with pytest.raises(StoreError) as refused:
        PlainStore(folder)
    return [(each.code, each.place, each.line) for each in refused.value.findings]


def test_real_people_are_refused_with_the_reason(tmp_path: Path) -> None:
    """P32: whoever can read the folder can read the plain form."""
    with pytest.raises(StoreError, match=r"STORE-010.*encrypted store is for real people"):
        PlainStore.create(tmp_path / "data", replace(ABOUT, fictional=False))
    assert list(tmp_path.iterdir()) == []


def test_a_store_relabelled_as_real_is_not_opened_either(folder: Path) -> None:
    about = json.loads((folder / "study.json").read_text())
    (folder / "study.json").write_text(json.dumps(about | {"fictional": False}))
    with pytest.raises(StoreError, match="STORE-010"):
        PlainStore(folder)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "STORE-011"),
        ("{", "STORE-013"),
        ("[]", "STORE-013"),
        ('{"format":"toolkit-plain/2","study":"s","fictional":true,"created":""}', "STORE-013"),
        ('{"format":"toolkit-plain/1","study":"made-up","fictional":true}', "STORE-013"),
    ],
)
def test_a_folder_that_is_no_store_of_this_version_is_refused(
    folder: Path, text: str | None, code: str
) -> None:
    (folder / "study.json").unlink()
    if text is not None:
        (folder / "study.json").write_text(text)
    before = journal(folder).read_bytes()
    with pytest.raises(StoreError, match=code):
        PlainStore(folder)
    assert journal(folder).read_bytes() == before


@pytest.mark.parametrize("changes", [{"study": "another"}, {"holds": "identity"}])
def test_the_store_of_another_study_or_kind_is_refused(
    folder: Path, changes: dict[str, Any]
) -> None:
    """P31: names and research data never share a folder."""
    with pytest.raises(StoreError, match="STORE-012"):
        PlainStore.create(folder, replace(ABOUT, **changes))


def test_one_line_of_json_is_one_event(folder: Path) -> None:
    lines = journal(folder).read_text(encoding="utf-8").splitlines()
    assert [json.loads(each)["seq"] for each in lines] == [1, 2, 3, 4, 5]
    assert json.loads(lines[0])["new_value"] == "w0é"


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_a_half_written_last_line_is_set_aside_and_reported(folder: Path, cut: int) -> None:
    whole = journal(folder).read_bytes()
    half = whole.splitlines(keepends=True)[-1][:-cut]
    journal(folder).write_bytes(whole + half)
    store = PlainStore(folder)
    assert [each.code for each in store.findings] == ["STORE-016"]
    assert [each.new_value for each in store.read()] == [each.new_value for each in EVENTS]
    assert (folder / "torn-1.jsonl").read_bytes() == half
    assert journal(folder).read_bytes() == whole
    assert store.append([EVENTS[0]])[0].seq == 6
    assert verify_plain(folder) == []


def test_blank_blocks_after_a_power_cut_are_set_aside(folder: Path) -> None:
    with journal(folder).open("ab") as file:
        file.write(b"\0" * 4096)
    store = PlainStore(folder)
    assert len(list(store.read())) == 5
    assert (folder / "torn-1.jsonl").stat().st_size == 4096


def test_a_whole_event_that_was_never_acknowledged_is_kept(folder: Path) -> None:
    """A crash between the journal and the note of its head: the words are there, keep them."""
    head = (folder / "head").read_bytes()
    store = PlainStore(folder)
    store.append([EVENTS[0]])
    store.close()
    newest = (folder / "head").read_bytes()
    (folder / "head").write_bytes(head)
    assert len(list(PlainStore(folder).read())) == 6
    assert (folder / "head").read_bytes() == newest != head
    assert verify_plain(folder) == []


@pytest.mark.parametrize("line", range(5))
def test_a_flipped_bit_is_found_and_the_store_not_opened(folder: Path, line: int) -> None:
    lines = journal(folder).read_bytes().splitlines(keepends=True)
    lines[line] = lines[line].replace(b'"w', b'"W')
    journal(folder).write_bytes(b"".join(lines))
    assert refusal(folder)[0] == ("STORE-020", f"event {line + 1}", line + 1)
    assert [each.line for each in verify_plain(folder)] == [line + 1]


def test_a_line_that_is_no_event_is_damage_and_not_a_crash(folder: Path) -> None:
    lines = journal(folder).read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b"{", b"[", 1)
    journal(folder).write_bytes(b"".join(lines))
    assert refusal(folder) == [("STORE-024", "event 3", 3)]
    told = [(each.code, each.place, each.line) for each in verify_plain(folder)]
    assert told == [("STORE-024", "event 3", 3)]
    assert journal(folder).read_bytes() == b"".join(lines), "nothing is cut off or set aside"


def test_events_cut_off_the_end_are_missed(folder: Path) -> None:
    lines = journal(folder).read_bytes().splitlines(keepends=True)
    journal(folder).write_bytes(b"".join(lines[:3]))
    assert refusal(folder) == [("STORE-023", "event 4", 3)]
    assert [each.code for each in verify_plain(folder)] == ["STORE-023"]


def test_an_acknowledged_event_that_was_torn_is_damage(folder: Path) -> None:
    journal(folder).write_bytes(journal(folder).read_bytes()[:-5])
    assert refusal(folder) == [("STORE-024", "event 5", 5)]


def test_a_lost_note_of_the_head_is_reported_and_written_again(folder: Path) -> None:
    (folder / "head").write_bytes(b"")
    assert [each.code for each in verify_plain(folder)] == ["STORE-025"]
    assert [each.code for each in PlainStore(folder).findings] == ["STORE-025"]
    assert verify_plain(folder) == []


def test_no_file_stays_open_when_a_store_is_closed_or_refused(folder: Path) -> None:
    before = sorted(os.listdir("/dev/fd"))
    PlainStore(folder).close()
    verify_plain(folder)
    lines = journal(folder).read_bytes().splitlines(keepends=True)
    journal(folder).write_bytes(b"".join(lines[1:]))
    refusal(folder)
    assert sorted(os.listdir("/dev/fd")) == before


WRITER = """
import sys
from toolkit.store import NewEvent, PlainStore
store = PlainStore(sys.argv[1])
for number in range(100_000):
    event = store.append([NewEvent("answer", session="P01", new_value={"value": "x" * 300})])[0]
    print(event.seq, flush=True)
"""


def test_no_acknowledged_event_is_lost_when_the_program_is_killed(folder: Path) -> None:
    last = 5
    for kill_after in (1, 7, 23, 60):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            for _ in range(kill_after):
                writer.stdout.readline()
            writer.kill()
            rest = [each for each in writer.stdout if each.endswith("\n")]
        acknowledged = last + kill_after + len(rest)
        assert verify_plain(folder) == [] or journal(folder).read_bytes()[-1:] != b"\n"
        store = PlainStore(folder)
        last = len(list(store.read()))
        store.close()
        assert acknowledged <= last <= acknowledged + 1


FULL = """
import resource, sys
from toolkit.errors import StoreError
from toolkit.store import NewEvent, PlainStore
store = PlainStore(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
for _ in range(2):
    try:
        store.append([NewEvent("answer", new_value="x" * 5000)])
    except StoreError as refused:
        print(refused)
"""


def test_a_full_disk_is_told_and_what_was_acknowledged_is_there(folder: Path) -> None:
    room = journal(folder).stat().st_size + 1000
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(folder), str(room)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = done.stdout.splitlines()
    assert "STORE-015" in told[0]
    assert "file too large" in told[0]
    assert "an earlier write failed" in told[1]
    assert len(list(PlainStore(folder).read())) == 5
    assert verify_plain(folder) == []


@pytest.fixture
def broken_disk(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A disk that fails to synchronise: none does so on demand, so its error is put in place."""

    def fail(file: int) -> None:
        raise OSError(errno.EIO, "as a broken disk says")

    monkeypatch.setattr("os.fsync", fail)
    return monkeypatch


def test_a_disk_that_fails_to_synchronise_acknowledges_nothing(
    folder: Path, broken_disk: pytest.MonkeyPatch
) -> None:
    store, whole = PlainStore(folder), journal(folder).read_bytes()
    with pytest.raises(StoreError, match=r"STORE-015.*input/output error"):
        store.append([EVENTS[0]])
    broken_disk.undo()
    with pytest.raises(StoreError, match="an earlier write failed"):
        store.append([EVENTS[0]])
    assert journal(folder).read_bytes() == whole
    assert len(list(PlainStore(folder).read())) == 5


def test_a_lost_journal_is_not_taken_for_a_new_store(folder: Path) -> None:
    journal(folder).unlink()
    (folder / "head").unlink()
    for use in (PlainStore, verify_plain, lambda each: PlainStore.create(each, ABOUT)):
        with pytest.raises(StoreError, match=r"STORE-017.*no such file"):
            use(folder)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match=r"STORE-017.*not a directory"):
        PlainStore.create(tmp_path / "file" / "data", ABOUT)


def test_a_torn_end_that_cannot_be_set_aside_stays_where_it_is(
    folder: Path, broken_disk: pytest.MonkeyPatch
) -> None:
    torn = journal(folder).read_bytes() + b"half"
    journal(folder).write_bytes(torn)
    with pytest.raises(StoreError, match="STORE-017"):
        PlainStore(folder)
    assert journal(folder).read_bytes() == torn
    broken_disk.undo()
    assert [each.code for each in PlainStore(folder).findings] == ["STORE-016"]


def test_a_second_torn_end_does_not_overwrite_the_first(folder: Path) -> None:
    for half in (b"one", b"two"):
        with journal(folder).open("ab") as file:
            file.write(half)
        PlainStore(folder).close()
    assert [(folder / f"torn-{n}.jsonl").read_bytes() for n in (1, 2)] == [b"one", b"two"]


def test_another_program_that_keeps_the_lock_is_waited_for_but_not_for_ever(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.store.journal_file._PATIENCE", 0.05)
    holder = os.open(journal(folder), os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    with pytest.raises(StoreError, match="STORE-014"):
        PlainStore(folder)
    os.close(holder)
    assert len(list(PlainStore(folder).read())) == 5


COUNTER = """
import sys
from toolkit.errors import ConflictError
from toolkit.store import NewEvent, PlainStore
store, conflicts, done = PlainStore(sys.argv[1]), 0, 0
while done < 100:
    last = max((each.seq for each in store.read(session="F1")), default=0)
    count = sum(1 for _ in store.read(session="F1"))
    try:
        store.append([NewEvent("turn", session="F1", new_value=count + 1)], expect=last)
        done += 1
    except ConflictError:
        conflicts += 1
print(conflicts)
"""


def test_two_programs_on_one_session_never_overwrite_each_other(folder: Path) -> None:
    both = [
        subprocess.Popen([sys.executable, "-c", COUNTER, str(folder)], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [each.wait(120) for each in both] == [0, 0]
    for each in both:
        assert each.stdout is not None
        each.stdout.close()
    turns = [each.new_value for each in PlainStore(folder).read(session="F1")]
    assert turns == list(range(1, 201)), "each writer built on what the other had written"
    assert verify_plain(folder) == []
