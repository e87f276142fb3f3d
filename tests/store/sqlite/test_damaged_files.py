"""Whatever happened to its files: a store opens or says what is wrong, and changes nothing then."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from shutil import copytree

import pytest

from toolkit.errors import StoreError
from toolkit.store import About, Event, NewEvent
from toolkit.store.home import find_home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.making import make_home

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PUBLIC = Passphrase(b"a passphrase of tests, known to all")
FILES = (
    "home.json",
    "keys/research.keyring",
    "research/study.json",
    "research/journal.db",
    "research/journal.db-wal",
    "research/journal.db-shm",
)
OF_THE_LOG = FILES[-2:]
# Files that are rebuilt or that stand for a lock: nothing of anybody is in them.
PASSING = (".db-shm", ".lock")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study as it is when all is closed, and as it is when a program was killed.

    In the second one half of the events stand in the log still.
    """
    above = tmp_path_factory.mktemp("made")
    folder = above / "closed"
    home = make_home(folder, ABOUT, PUBLIC, cost=CHEAP).home
    store = home.open_research(Keyring.unlock(home.research_keyring, PUBLIC))
    for number in range(40):
        case = f"K{number % 4:02d}"
        store.append([NewEvent("answer", case=case, session=case, new_value=f"{number}" * 40)])
        if number == 20:
            store._database.checkpoint()
    copytree(folder, above / "killed")
    store.close()
    return above


def used(folder: Path) -> tuple[list[Event], list[str]]:
    """Open a study as a command does; give what is there and the codes of what is wrong."""
    try:
        home = find_home(folder)
        store = home.open_research(Keyring.unlock(home.research_keyring, PUBLIC))
    except StoreError as refused:
        return [], [each.code for each in refused.findings]
    try:
        found = [each.code for each in store.verify()]
        return list(store.read()), found
    except StoreError as refused:
        return [], [each.code for each in refused.findings]
    finally:
        store.close()


def contents(folder: Path) -> dict[str, bytes]:
    files = [each for each in folder.rglob("*") if each.is_file()]
    return {f.name: f.read_bytes() for f in files if not f.name.endswith(PASSING)}


def changed(before: dict[str, bytes], folder: Path) -> list[str]:
    after = contents(folder)
    return sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n))


def cut_short(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def flipped(content: bytes, chance: random.Random) -> bytes:
    at, bit = chance.randrange(len(content)), 1 << chance.randrange(8)
    return content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :]


def overwritten(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + chance.randbytes(chance.choice((1, 16, 512, 4096))) + content[at + 512 :]


def repeated(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content + content[at:]


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    cut_short,
    flipped,
    flipped,
    overwritten,
    repeated,
)


@pytest.mark.parametrize("state", ["closed", "killed"])
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_told_by_its_code_and_nothing_is_changed(
    made: Path, tmp_path: Path, state: str, name: str
) -> None:
    whole, _ = used(copytree(made / state, tmp_path / "whole"))
    assert len(whole) == 40
    chance, there, refused = random.Random(name), (made / state / name).exists(), 0
    for number in range(30 if there else 0):
        folder = copytree(made / state, tmp_path / f"{number}")
        file = folder / name
        file.write_bytes(DAMAGES[number % len(DAMAGES)](file.read_bytes(), chance))
        refused += bool(told(folder, name, whole, carried=state == "killed"))
    assert refused > 15 or not there or name in OF_THE_LOG


def told(folder: Path, name: str, whole: list[Event], *, carried: bool) -> list[str]:
    """Use a study with a damaged file; give the codes, after a look at what else has happened.

    What a killed program has left in the log is carried into the journal on opening, by SQLite.
    """
    before = contents(folder)
    events, codes = used(folder)
    assert all(code.startswith("STORE-") for code in codes)
    ended = name.endswith("-wal") and len(events) >= 21 and events == whole[: len(events)]
    seen = bool(codes) or events == whole or ended
    assert seen, "something is gone, and nobody is told"
    after = set(changed(before, folder)) if codes else set()
    assert after <= ({"journal.db", "journal.db-wal"} if carried else set())
    return codes


@pytest.mark.parametrize("state", ["closed", "killed"])
def test_a_file_in_the_place_of_another_is_told(made: Path, tmp_path: Path, state: str) -> None:
    whole, _ = used(copytree(made / state, tmp_path / "whole"))
    files = [each for each in FILES if (made / state / each).exists()]
    for number, (one, other) in enumerate(permutations(files, 2)):
        folder = copytree(made / state, tmp_path / f"{number}")
        (folder / one).write_bytes((made / state / other).read_bytes())
        assert told(folder, one, whole, carried=state == "killed") or one in OF_THE_LOG


def test_what_is_wrong_is_said_once_and_not_by_the_library_too(
    made: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = copytree(made / "closed", tmp_path / "folder")
    file = folder / "research" / "journal.db"
    file.write_bytes(b"x" * len(file.read_bytes()))
    assert used(folder) == ([], ["STORE-044"])
    assert capfd.readouterr() == ("", "")


def test_a_key_that_is_missing_is_told_and_never_taken_for_one_that_was_destroyed(
    made: Path, tmp_path: Path
) -> None:
    """An older copy of the keyring was put in place: it lacks who came later."""
    folder = copytree(made / "closed", tmp_path / "folder")
    keyring = folder / "keys" / "research.keyring"
    content = json.loads(keyring.read_bytes())
    del content["keys"]["research/case/K03"]
    keyring.write_text(json.dumps(content))
    home = find_home(folder)
    store = home.open_research(Keyring.unlock(home.research_keyring, PUBLIC))
    assert [(each.code, each.place) for each in store.verify()] == [("STORE-057", "case K03")]
    with pytest.raises(StoreError, match="STORE-057 case K03"):
        list(store.read())
    assert len(list(store.read(case="K02"))) == 10, "what has its key is there"
    store.close()
