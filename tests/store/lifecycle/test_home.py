"""The home of a study's data: apart, for its owner alone, whole or not at all."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.home import Home, find_home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import SAMPLE, Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.overview import overview_of, verify_home
from toolkit.store.lifecycle.unlocked import unlock
from toolkit.store.making import Made, make_home
from toolkit.store.people.identity import open_identities

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
ABOUT = About("made-up", False, "2019-02-01")
HOLDS = ("identity", "identity-audit")
OWN = Passphrase(b"words of the researcher")
APART = Passphrase(b"words of somebody else")


def made(folder: Path, **given: object) -> Made:
    return make_home(folder, ABOUT, OWN, cost=CHEAP, **given)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return made(tmp_path / "home", identity_passphrase=APART).home


def refused(*given: object, **options: object) -> str:
    with pytest.raises(StoreError) as stopped:
        make_home(*given, cost=CHEAP, **options)
    return stopped.value.findings[0].code


def test_a_home_that_was_made_is_found_again(home: Home) -> None:
    assert find_home(home.folder) == home
    assert (home.study, home.fictional, home.sample) == ("made-up", False, False)


def test_research_and_identity_have_folders_keyrings_and_passphrases_of_their_own(
    home: Home,
) -> None:
    """P31."""
    ring = Keyring.unlock(home.research_keyring, OWN)
    apart = Keyring.unlock(home.identity_keyring, APART)
    assert ring.names() == {"research/database", "research/proved", "withdrawals"}
    kept = {f"{holds}/{what}" for holds in HOLDS for what in ("database", "proved")}
    assert apart.names() == {*kept, "withdrawals"}
    for wrong, path in ((APART, home.research_keyring), (OWN, home.identity_keyring)):
        with pytest.raises(StoreError, match="STORE-040"):
            Keyring.unlock(path, wrong)
    with pytest.raises(StoreError, match="STORE-057"):
        open_identities(home, ring)
    open_identities(home, apart).close()


def test_one_passphrase_for_both_still_makes_two_master_keys(tmp_path: Path) -> None:
    home = made(tmp_path / "home").home
    rings = [Keyring.unlock(p, OWN) for p in (home.research_keyring, home.identity_keyring)]
    masters = {ring.master().reveal() for ring in rings}
    assert len(masters) == 2


def test_nobody_else_may_look_into_it(home: Home) -> None:
    """P32."""
    for each in [home.folder, *home.folder.iterdir()]:
        if each.is_dir():
            assert stat.S_IMODE(each.stat().st_mode) == 0o700
    assert verify_home(home, unlock(home, OWN)).findings == ()
    home.research.chmod(0o755)
    [fault] = verify_home(home, unlock(home, OWN)).findings
    assert (fault.code, fault.place) == ("STORE-062", "folder research")


def test_keys_carry_the_mark_that_keeps_them_out_of_backups(home: Home) -> None:
    tag = (home.keys / "CACHEDIR.TAG").read_text(encoding="ascii")
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_keys_may_lie_on_another_disk(tmp_path: Path) -> None:
    home = made(tmp_path / "home", keys=tmp_path / "stick" / "keys").home
    assert not (home.folder / "keys").exists()
    assert find_home(home.folder).research_keyring.is_file()


def test_a_home_that_is_moved_takes_its_keys_along(home: Home, tmp_path: Path) -> None:
    home.folder.rename(tmp_path / "moved")
    moved = find_home(tmp_path / "moved")
    moved.open_research(unlock(moved, OWN)).close()


def test_both_recovery_keys_open_their_keyring(tmp_path: Path) -> None:
    told = made(tmp_path / "home")
    for path, key in (
        (told.home.research_keyring, told.recovery),
        (told.home.identity_keyring, told.identity_recovery),
    ):
        assert Keyring.recover(path, key).study == "made-up"


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    assert refused(tmp_path, ABOUT, OWN) == "STORE-058"
    assert refused(tmp_path / "thesis.txt", ABOUT, OWN) == "STORE-058"
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("fictional", [True, False])
def test_the_public_passphrase_is_refused_for_everything_but_the_sample(
    tmp_path: Path, fictional: bool
) -> None:
    about = About("made-up", fictional, "2019-02-01")
    assert refused(tmp_path / "home", about, SAMPLE) == "STORE-059"
    assert refused(tmp_path / "home", about, OWN, identity_passphrase=SAMPLE) == "STORE-059"
    assert not (tmp_path / "home").exists()


def test_a_sample_that_is_not_fictional_has_no_public_passphrase(tmp_path: Path) -> None:
    assert refused(tmp_path / "home", ABOUT, SAMPLE, sample=True) == "STORE-059"


def test_a_study_that_is_locked_does_not_open_by_itself(home: Home, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="STORE-060 study made-up"):
        unlock(home, at=tmp_path / "nobody")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("{}", "STORE-013"),
        ("[]", "STORE-013"),
        ("\0", "STORE-013"),
        ('{"format": "toolkit-home/2"}', "STORE-043"),
        ('{"format": "something-else/1"}', "STORE-013"),
    ],
)
def test_a_home_that_cannot_be_read_is_told(home: Home, told: str, code: str) -> None:
    (home.folder / "home.json").write_text(told, encoding="utf-8")
    with pytest.raises(StoreError) as stopped:
        find_home(home.folder)
    assert stopped.value.findings[0].code == code


@pytest.mark.parametrize("changed", [{"study": 7}, {"fictional": "yes"}, {"keys": None}])
def test_a_home_with_a_value_of_another_kind_is_told(
    home: Home, changed: dict[str, object]
) -> None:
    path = home.folder / "home.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changed), encoding="utf-8")
    with pytest.raises(StoreError, match="STORE-013"):
        find_home(home.folder)


def test_where_there_is_no_home_it_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="STORE-011"):
        find_home(tmp_path)


def test_the_overview_counts_and_says_nothing_of_what_was_said(home: Home) -> None:
    ring = unlock(home, OWN)
    store = home.open_research(ring)
    for case in ("K01", "K02"):
        begin = NewEvent("begin", case=case, session=case)
        ending = NewEvent("finish", case=case, session=case, new_value={"disposition": "complete"})
        store.append(
            [begin, NewEvent("answer", "q1", case=case, session=case, new_value="w"), ending]
        )
    store.withdraw("K02", user="researcher-1", at=1)
    head = store.head()
    store.close()
    told = overview_of(home, ring)
    assert told["events"] == 7
    assert (told["sessions"], told["cases_with_outcome"], told["withdrawn"]) == (1, 1, 1)
    assert told["last_seal"] == head.chain
