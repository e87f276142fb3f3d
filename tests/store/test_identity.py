"""Who is behind a pseudonym: apart from the research data, opened for a reason, written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import StoreError
from toolkit.store import About, IdentityStore, MemoryStore, deal_pseudonyms
from toolkit.store.home import Home, make_home
from toolkit.store.keyring import Keyring
from toolkit.store.keys import Cost
from toolkit.store.passphrase import SAMPLE

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
AT = 1_549_360_800_000
PERSON: dict[str, str | int | bool] = {"name": "Teapot, Example", "support_sessions": 4}


def in_memory() -> IdentityStore:
    people, audit = (
        MemoryStore(About("made-up", True, "2019-02-01", holds))
        for holds in ("identity", "identity-audit")
    )
    return IdentityStore(people, audit)


def encrypted(folder: Path) -> Home:
    about = About("made-up", True, "2019-02-01")
    return make_home(folder / "home", about, SAMPLE, sample=True, cost=CHEAP).home


def opened_again(home: Home) -> IdentityStore:
    return home.open_identities(Keyring.unlock(home.identity_keyring, SAMPLE))


@pytest.fixture(params=["memory", "encrypted"])
def identities(request: pytest.FixtureRequest, tmp_path: Path) -> IdentityStore:
    return in_memory() if request.param == "memory" else opened_again(encrypted(tmp_path))


def test_a_person_is_found_by_pseudonym(identities: IdentityStore) -> None:
    opened = identities.open(reason="recruitment", user="researcher-1", at=AT)
    opened.enrol("P07", PERSON, at=AT)
    again = identities.open(reason="contact", user="researcher-1", at=AT + 1)
    assert again.reason == "contact"
    assert again.person("P07") == PERSON
    assert list(again.pseudonyms()) == ["P07"]


def test_every_opening_is_written_down_without_a_name(identities: IdentityStore) -> None:
    identities.open(reason="recruitment", user="researcher-1", at=AT).enrol("P07", PERSON, at=AT)
    identities.open(reason="significant-harm", user="researcher-1", at=AT + 5, second="deputy-1")
    told = [(each.event, each.node, each.user, each.start) for each in identities.openings()]
    assert told == [
        ("opened", "recruitment", "researcher-1", AT),
        ("opened", "significant-harm", "researcher-1", AT + 5),
    ]
    assert "Teapot" not in repr(list(identities.openings()))


def test_an_opening_without_a_reason_from_the_list_is_refused(identities: IdentityStore) -> None:
    with pytest.raises(StoreError, match=r"STORE-030.*pseudonymisation"):
        identities.open(reason="curiosity", user="researcher-1", at=AT)
    assert list(identities.openings()) == []


@pytest.mark.parametrize("second", ["", "researcher-1"])
def test_confidentiality_is_broken_by_two_people_only(
    identities: IdentityStore, second: str
) -> None:
    """P37."""
    with pytest.raises(StoreError, match="STORE-031"):
        identities.open(reason="significant-harm", user="researcher-1", at=AT, second=second)


def test_a_pseudonym_is_never_given_twice(identities: IdentityStore) -> None:
    opened = identities.open(reason="recruitment", user="researcher-1", at=AT)
    opened.enrol("P07", PERSON, at=AT)
    with pytest.raises(StoreError, match="STORE-033") as refused:
        opened.enrol("P07", {"name": "Kettle, Example"}, at=AT)
    assert "Example" not in str(refused.value)
    assert opened.person("P07") == PERSON


def test_an_unknown_pseudonym_is_told(identities: IdentityStore) -> None:
    opened = identities.open(reason="contact", user="researcher-1", at=AT)
    with pytest.raises(StoreError, match="STORE-032"):
        opened.person("P99")


def test_names_never_go_into_a_research_store() -> None:
    """P31."""
    research = MemoryStore(About("made-up", True, "2019-02-01"))
    audit = MemoryStore(About("made-up", True, "2019-02-01", "identity-audit"))
    with pytest.raises(StoreError, match=r"STORE-034.*research.*identity"):
        IdentityStore(research, audit)


def test_the_encrypted_form_keeps_its_people_and_its_audit(tmp_path: Path) -> None:
    home = encrypted(tmp_path)
    store = opened_again(home)
    store.open(reason="recruitment", user="researcher-1", at=AT).enrol("P07", PERSON, at=AT)
    store.close()
    again = opened_again(home)
    assert again.open(reason="contact", user="researcher-1", at=AT).person("P07") == PERSON
    assert len(list(again.openings())) == 2
    assert "Teapot" not in str(list(again.openings()))
    again.close()


def test_pseudonyms_are_dealt_at_random() -> None:
    """P31: the order says nothing about anybody."""
    dealt = deal_pseudonyms(500)
    assert sorted(dealt) == [f"P{number:03d}" for number in range(1, 501)]
    assert dealt not in (sorted(dealt), deal_pseudonyms(500))


def test_a_seed_deals_the_same_again() -> None:
    dealt = deal_pseudonyms(28, seed=1904)
    assert dealt[:3] == ["P08", "P25", "P13"], "as in the sample study"
    assert deal_pseudonyms(28, seed=1904) == dealt
