"""Whatever is done to a journal with the key of its database in hand is found; nothing is lost.

The ways stand in the TOML files of this folder, but for those that are done to files.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.store.conftest import CHEAP
from tests.store.tampering import harness
from tests.store.tampering.harness import ABOUT, APART, WORDS, Way, check, key_of, ways
from toolkit.store.home import Home, find_home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.making import make_home

ROWS, FILES, SERVER = ways("rows"), ways("files"), ways("server")


def named(several: list[Way]) -> Any:
    return pytest.mark.parametrize("way", several, ids=[each.name for each in several])


def unlocked(home: Home) -> Keyring:
    return Keyring.unlock(home.research_keyring, WORDS)


def keys_of(keyring: Keyring) -> tuple[frozenset[str], frozenset[str]]:
    return keyring.names(), keyring.destroyed()


def test_there_are_more_than_a_hundred_ways_and_each_is_another() -> None:
    names = [each.name for each in (*ROWS, *FILES)]
    assert len(names) == len(set(names)) > 100
    names = [each.name for each in (*ROWS, *SERVER)]
    assert len(names) == len(set(names)) > 100


# In a file ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a study in files, and beside it how it was some time before."""
    folder = tmp_path_factory.mktemp("tampering") / "home"
    home = make_home(folder, ABOUT, WORDS, identity_passphrase=APART, cost=CHEAP).home

    def earlier() -> None:
        store._database.checkpoint()
        shutil.copytree(folder, folder.with_name("earlier"))

    store = home.open_research(unlocked(home))
    with pytest.MonkeyPatch.context() as patch, closing(store):
        harness.speak(store, patch, earlier)
    return folder


@pytest.fixture
def home(spoken: Path, tmp_path: Path) -> Home:
    shutil.copytree(spoken, tmp_path / "home")
    return find_home(tmp_path / "home")


def test_a_study_that_nobody_touched_is_good(home: Home) -> None:
    assert harness.attempt(home, unlocked(home)) == ()
    assert harness.verified(home, unlocked(home)) == ()


@named([*ROWS, *FILES])
def test_tampering_with_a_file_is_found_and_nothing_is_lost(home: Home, way: Way) -> None:
    keyring = unlocked(home)
    key = key_of(keyring)
    harness.tamper_with_file(home, key, way)
    before = harness.rows_in_file(home, key), keys_of(keyring)
    check((*harness.attempt(home, keyring), *harness.verified(home, keyring)), way.codes)
    check(harness.verified(home, keyring), way.codes)
    assert (harness.rows_in_file(home, key), keys_of(keyring)) == before


@named(ROWS)
def test_whoever_goes_on_writing_meanwhile_does_not_hide_it(home: Home, way: Way) -> None:
    keyring = unlocked(home)
    store = home.open_research(keyring)
    harness.tamper_with_file(home, key_of(keyring), way)
    harness.go_on_writing(store)
    assert harness.verified(home, keyring), "an append made it good"


# The files themselves -------------------------------------------------------------------------


def _rewritten(path: Path, change: Callable[[Any], object]) -> None:
    told = json.loads(path.read_bytes())
    change(told)
    path.write_text(json.dumps(told))


def _in_the_keyring(change: Callable[[Any], object]) -> Callable[[Home, Path], None]:
    return lambda home, _: _rewritten(home.research_keyring, change)


def _in_keys(change: Callable[[dict[str, Any]], object]) -> Callable[[Home, Path], None]:
    return _in_the_keyring(lambda told: change(told["keys"]))


def _note(home: Home) -> Path:
    return home.keys / "research.newest"


def _flipped(home: Home, _: Path) -> None:
    path = home.research / "journal.db"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _head_of_before(home: Home, earlier: Path) -> None:
    """Put the authentic head of an earlier time in, with its list and with no later event."""
    key = key_of(unlocked(home))
    with closing(harness.in_a_file(find_home(earlier), key)) as file:
        seq, chain, proof = file.execute("SELECT seq, chain, proof FROM head").fetchone()
    with closing(harness.in_a_file(home, key)) as file:
        file.execute("DELETE FROM event WHERE seq > ?", [seq])
        file.execute("DELETE FROM withdrawn")
        file.execute("UPDATE head SET seq = ?, chain = ?, proof = ?", [seq, chain, proof])


def _head_of_before_alone(home: Home, earlier: Path) -> None:
    key = key_of(unlocked(home))
    with closing(harness.in_a_file(find_home(earlier), key)) as file:
        told = file.execute("SELECT seq, chain, proof FROM head").fetchone()
    with closing(harness.in_a_file(home, key)) as file:
        file.execute("UPDATE head SET seq = ?, chain = ?, proof = ?", told)


def _set_back(home: Home, earlier: Path) -> None:
    shutil.copy(earlier / "research" / "journal.db", home.research / "journal.db")


def _set_back_to_older_tables(home: Home, _: Path) -> None:
    """As `_rewritten` tables of revision 0003 would be proved anew by a migration."""
    _rewritten(home.research_keyring, lambda told: told["keys"].pop("research/proved"))
    way = Way("", ["UPDATE alembic_version SET version_num = '0003'"], [])
    harness.tamper_with_file(home, key_of(unlocked(home)), way)


AROUND: dict[str, tuple[Callable[[Home, Path], object], list[str]]] = {
    "the whole journal is set back": (_set_back, ["STORE-119"]),
    "the head of an earlier time, and no later event": (
        _head_of_before, ["STORE-119", "STORE-118"]),
    "the head of an earlier time alone": (_head_of_before_alone, ["STORE-114"]),
    "tables that are said to be older, and a keyring that forgot the proof": (
        _set_back_to_older_tables, ["STORE-120"]),
    "a flipped bit": (_flipped, ["STORE-044"]),
    "half of the file": (
        lambda h, _: os.truncate(h.research / "journal.db", 20480), ["STORE-044"]),
    "nothing in the file": (lambda h, _: os.truncate(h.research / "journal.db", 0), ["STORE-044"]),
    "no file": (lambda h, _: (h.research / "journal.db").unlink(), ["STORE-056"]),
    "the journal of the identities": (
        lambda h, _: shutil.copy(h.identity / "people" / "journal.db", h.research), ["STORE-044"]),
    "the description names another study": (
        lambda h, _: _rewritten(h.research / "study.json", lambda t: t.update(study="another")),
        ["STORE-051"]),
    "the description says that it holds something else": (
        lambda h, _: _rewritten(h.research / "study.json", lambda t: t.update(holds="identity")),
        ["STORE-057"]),
    "the description says another day": (
        lambda h, _: _rewritten(h.research / "study.json", lambda t: t.update(created="2001")),
        ["STORE-044"]),
    "no description": (lambda h, _: (h.research / "study.json").unlink(), ["STORE-011"]),
    "the key of a case is blanked": (
        _in_keys(lambda keys: keys.update({"research/case/K01": None})), ["STORE-118"]),
    "the key of a case is blanked, with a mark of somebody else": (
        _in_the_keyring(lambda told: (
            told["keys"].update({"research/case/K01": None}),
            told["destroyed_by_us"].update({"research/case/K01": "bm90IG91cnM="}))), ["STORE-118"]),
    "the key of a case is blanked, with the mark of another": (
        _in_the_keyring(lambda told: (
            told["keys"].update({"research/case/K01": None}),
            told["destroyed_by_us"].update(
                {"research/case/K01": told["destroyed_by_us"]["research/case/K05"]}))),
        ["STORE-118"]),
    "the marks are gone, and a key is blanked": (
        _in_the_keyring(lambda told: (
            told.pop("destroyed_by_us"), told["keys"].update({"research/case/K01": None}))),
        ["STORE-118"]),
    "the marks are something else": (
        _in_the_keyring(lambda told: (
            told.update(destroyed_by_us=["x"]), told["keys"].update({"research/case/K01": None}))),
        ["STORE-118"]),
    "every key of a case is blanked": (
        _in_keys(lambda keys: keys.update(dict.fromkeys(
            [each for each in keys if each.startswith("research/case/")]))), ["STORE-118"]),
    "the key of a case is gone": (
        _in_keys(lambda keys: keys.pop("research/case/K01")), ["STORE-057"]),
    "two keys change places": (
        _in_keys(lambda keys: keys.update({
            "research/case/K01": keys["research/case/K02"],
            "research/case/K02": keys["research/case/K01"]})), ["STORE-042"]),
    "a key is noise": (
        _in_keys(lambda keys: keys.update({"research/case/K01": "bm9pc2U="})), ["STORE-042"]),
    "the key of the study is gone": (
        _in_keys(lambda keys: keys.pop("research/study")), ["STORE-057"]),
    "the key of the study is blanked": (
        _in_keys(lambda keys: keys.update({"research/study": None})), ["STORE-117", "STORE-116"]),
    "the key of the database is gone": (
        _in_keys(lambda keys: keys.pop("research/database")), ["STORE-057"]),
    "the key of the database is blanked": (
        _in_keys(lambda keys: keys.update({"research/database": None})), ["STORE-057"]),
    "the keyring is of another study": (
        _in_the_keyring(lambda told: told.update(study="another")), ["STORE-051"]),
    "the keyring is of another format": (
        _in_the_keyring(lambda told: told.update(format="toolkit-keyring/9")), ["STORE-043"]),
    "the keyring has no keys": (_in_the_keyring(lambda told: told.pop("keys")), ["STORE-042"]),
    "the keyring is cut short": (
        lambda h, _: os.truncate(h.research_keyring, 100), ["STORE-042"]),
    "the keyring is empty": (lambda h, _: os.truncate(h.research_keyring, 0), ["STORE-042"]),
    "the keyring is gone": (lambda h, _: h.research_keyring.unlink(), ["STORE-041"]),
    "the keyring of an earlier time, in which nobody had withdrawn": (
        lambda h, e: shutil.copy(e / "keys" / "research.keyring", h.keys), ["STORE-052"]),
    "the note names an earlier event": (
        lambda h, _: _rewritten(_note(h), lambda told: told.update(seq=3)), ["STORE-121"]),
    "the note names another seal": (
        lambda h, _: _rewritten(_note(h), lambda told: told.update(chain="x")), ["STORE-121"]),
    "the note names no event": (
        lambda h, _: _rewritten(_note(h), lambda told: told.pop("seq")), ["STORE-121"]),
    "the note has another proof": (
        lambda h, _: _rewritten(_note(h), lambda told: told.update(proof="x")), ["STORE-121"]),
    "the note is a list": (lambda h, _: _note(h).write_text("[]"), ["STORE-121"]),
}  # fmt: skip


@pytest.mark.parametrize(("harm", "codes"), AROUND.values(), ids=AROUND)
def test_tampering_with_the_files_around_a_journal_is_found(
    home: Home, spoken: Path, harm: Callable[[Home, Path], object], codes: list[str]
) -> None:
    keyring = unlocked(home)
    key = key_of(keyring)
    rows = harness.rows_in_file(home, key)
    harm(home, spoken.with_name("earlier"))
    found = (*harness.attempt(home, keyring), *harness.verified(home, keyring))
    check(found, codes)
    if not {each.code for each in found} & {"STORE-044", "STORE-056"}:
        left = harness.rows_in_file(home, key)[b"attachment"]
        assert left == rows[b"attachment"], "attachments go with a withdrawal only"
