"""A rehearsal never mixes with real data, whichever way somebody tries."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.conftest import ABOUT, CHEAP, PUBLIC
from toolkit.errors import StoreError
from toolkit.store import MemoryStore, NewEvent
from toolkit.store.home import Home, find_home
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.keys.keyring import Keyring
from toolkit.store.lifecycle.backup import back_up
from toolkit.store.lifecycle.manifest import read_manifest
from toolkit.store.lifecycle.rehearsal import REHEARSER, begin_rehearsal, open_rehearsal
from toolkit.store.lifecycle.restore import home_of
from toolkit.store.making import make_home
from toolkit.store.sqlite.sqlcipher import EncryptedStore

INVENTED = NewEvent("note", case="R01", session="R01", user=REHEARSER, new_value={"text": "x"})
REAL = replace(INVENTED, user="researcher-1")


@pytest.fixture
def begun(tmp_path: Path) -> tuple[Home, Keyring]:
    return begin_rehearsal(tmp_path / "rehearsal", ABOUT.study)


@pytest.fixture
def rehearsal(begun: tuple[Home, Keyring]) -> Iterator[SealedStore]:
    home, keyring = begun
    store, _ = open_rehearsal(home.folder, keyring)
    yield store
    store.close()


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(StoreError, match=code):
        act()


def test_it_says_that_it_is_one_and_that_nothing_in_it_is_real(rehearsal: SealedStore) -> None:
    assert (rehearsal.about.holds, rehearsal.about.fictional) == ("rehearsal", True)
    rehearsal.append([INVENTED])
    assert [each.new_value for each in rehearsal.read()] == [{"text": "x"}]
    assert rehearsal.verify() == []


@pytest.mark.parametrize("user", ["researcher-1", "", "rehearsal", "a-rehearsal-1"])
def test_it_takes_nothing_real(rehearsal: SealedStore, user: str) -> None:
    refused("STORE-111", lambda: rehearsal.append([INVENTED, replace(REAL, user=user)]))
    sound = io.BytesIO(b"sound")
    refused(
        "STORE-111",
        lambda: rehearsal.attach("R01", "R01", sound, kind="audio", user=user, at=0),
    )
    assert list(rehearsal.read()) == []


@pytest.mark.parametrize("form", ["memory", "encrypted"])
def test_a_real_store_takes_nothing_rehearsed(tmp_path: Path, keyring: Keyring, form: str) -> None:
    encrypted = form == "encrypted"
    store = EncryptedStore.create(tmp_path, ABOUT, keyring) if encrypted else MemoryStore(ABOUT)
    refused("STORE-110", lambda: store.append([REAL, INVENTED]))
    attach = {"stream": io.BytesIO(b"sound"), "kind": "audio", "user": REHEARSER, "at": 0}
    refused("STORE-110", lambda: store.attach("R01", "R01", **attach))
    assert list(store.read()) == []
    store.close()


def test_its_key_is_gone_with_whoever_began_it(begun: tuple[Home, Keyring]) -> None:
    home, _ = begun
    refused("STORE-060", lambda: open_rehearsal(home.folder))


def test_no_command_takes_it_for_the_data_of_a_study(begun: tuple[Home, Keyring]) -> None:
    """Run, backup, withdrawal, destruction and the rest begin by looking for a home."""
    home, _ = begun
    refused("STORE-112", lambda: find_home(home.folder))


@pytest.fixture
def real(tmp_path: Path) -> tuple[Home, Keyring]:
    made = make_home(tmp_path / "real", ABOUT, PUBLIC, cost=CHEAP)
    return made.home, Keyring.unlock(made.home.research_keyring, PUBLIC)


def test_a_rehearsal_that_is_put_in_the_place_of_real_data_does_not_open(
    begun: tuple[Home, Keyring], real: tuple[Home, Keyring]
) -> None:
    """Not with the study's key, and not where its own key was put there as well."""
    (rehearsed, own), (home, keyring) = begun, real
    shutil.rmtree(home.research)
    shutil.copytree(rehearsed.folder / "rehearsal", home.research)
    refused("STORE-057", lambda: home.open_research(keyring))
    refused("STORE-112", lambda: home.open_research(own))


def test_no_backup_of_real_data_is_put_in_the_place_of_a_rehearsal(
    begun: tuple[Home, Keyring], real: tuple[Home, Keyring], tmp_path: Path
) -> None:
    (rehearsed, _), (home, keyring) = begun, real
    identity = Keyring.unlock(home.identity_keyring, PUBLIC)
    made = back_up(home, tmp_path / "backups", keyring, identity, user="researcher-1", at=0)
    refused("STORE-112", lambda: home_of(read_manifest(made.folder), rehearsed.folder))


def test_a_folder_that_is_in_use_is_left_alone(real: tuple[Home, Keyring]) -> None:
    home, _ = real
    refused("STORE-058", lambda: begin_rehearsal(home.folder, home.study))
    assert find_home(home.folder) == home
