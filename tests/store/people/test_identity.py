"""Who is behind a pseudonym: apart from the research data, opened for a reason, written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import StoreError
from toolkit.store import About, MemoryStore
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import SAMPLE, Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.making import make_home
from toolkit.store.people.identity import IdentityStore, Second, open_identities
from toolkit.store.people.person import Person

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
AT = 1_549_360_800_000
PERSON = Person(
    "Teapot, Example",
    phones=("no number at all",),
    children=("Little Example",),
    frame_place=4,
    listed={"support_sessions": 4},
)
OFFICER = Second("safeguarding-officer-1", Passphrase(b"only the officer knows it"))
DEPUTY = Second("deputy-officer-1", Passphrase(b"only the deputy knows it"))
WHO = "researcher-1"


def in_memory(ring: Keyring) -> IdentityStore:
    people, audit = (
        MemoryStore(About("made-up", True, "2019-02-01", holds))
        for holds in ("identity", "identity-audit")
    )
    return IdentityStore(people, audit, ring)


def encrypted(folder: Path) -> Home:
    about = About("made-up", True, "2019-02-01")
    return make_home(folder / "home", about, SAMPLE, sample=True, cost=CHEAP).home


def opened_again(home: Home) -> IdentityStore:
    return open_identities(home, Keyring.unlock(home.identity_keyring, SAMPLE))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return encrypted(tmp_path)


@pytest.fixture(params=["memory", "encrypted"])
def identities(request: pytest.FixtureRequest, home: Home) -> Iterator[IdentityStore]:
    ring = Keyring.unlock(home.identity_keyring, SAMPLE)
    store = in_memory(ring) if request.param == "memory" else open_identities(home, ring)
    yield store
    store.close()


@pytest.fixture
def approved(identities: IdentityStore) -> IdentityStore:
    """The store with one approver."""
    identities.add_approver(OFFICER.role, OFFICER.passphrase, user=WHO, at=AT)
    return identities


def audit(store: IdentityStore) -> list[tuple[str, str, str, Any]]:
    return [(each.event, each.node, each.user, each.new_value) for each in store.openings()]


# People --------------------------------------------------------------------------------------


def test_a_person_is_found_by_pseudonym(identities: IdentityStore) -> None:
    opened = identities.open(reason="recruitment", user=WHO, at=AT)
    opened.enrol("K07", PERSON, at=AT)
    again = identities.open(reason="contact", user=WHO, at=AT + 1)
    assert again.reason == "contact"
    assert again.person("K07") == PERSON
    assert list(again.pseudonyms()) == ["K07"]


def test_what_is_known_now_is_given_and_what_was_known_before_still_identifies(
    identities: IdentityStore,
) -> None:
    """P34: an old number leads to its owner as well."""
    opened = identities.open(reason="contact", user=WHO, at=AT)
    opened.enrol("K07", PERSON, at=AT)
    moved = Person("Teapot, Example", phones=("another number",), emails=("a letter box",))
    opened.amend("K07", moved, at=AT + 1)
    assert opened.person("K07") == moved
    assert list(opened.pseudonyms()) == ["K07"]
    phones = [each.text for each in opened.identifiers() if each.kind == "phone"]
    assert phones == ["no number at all", "another number"]


def test_every_identifier_of_everybody_is_there_for_the_gates(identities: IdentityStore) -> None:
    """P30, P34: children's names included, and names as they are said."""
    opened = identities.open(reason="pseudonymisation", user=WHO, at=AT)
    everything = Person(
        "Teapot, Example Rose",
        *(("a phone",), ("an e-mail",), ("1 No Street",), ("Little",), ("School of Nowhere",)),
        listed={"relationship": "mother"},
    )
    opened.enrol("K07", everything, at=AT)
    opened.enrol("L01", Person("Kettle"), at=AT)
    told = [(e.pseudonym, e.kind, e.text, e.whole) for e in opened.identifiers()]
    assert told == [
        ("K07", "name", "Teapot, Example Rose", True),
        ("K07", "name", "Example Rose Teapot", True),
        ("K07", "name", "Teapot", False),
        ("K07", "name", "Example", False),
        ("K07", "name", "Rose", False),
        ("K07", "phone", "a phone", True),
        ("K07", "email", "an e-mail", True),
        ("K07", "address", "1 No Street", True),
        ("K07", "child", "Little", True),
        ("K07", "other", "School of Nowhere", True),
        ("L01", "name", "Kettle", True),
    ]


def test_a_person_shows_in_no_text_that_python_makes_of_it(identities: IdentityStore) -> None:
    opened = identities.open(reason="contact", user=WHO, at=AT)
    opened.enrol("K07", PERSON, at=AT)
    shown = f"{PERSON} {PERSON!r} {[opened.person('K07')]} {list(opened.identifiers())}"
    assert "Example" not in shown
    assert "K07" in shown


def test_a_pseudonym_is_never_given_twice(identities: IdentityStore) -> None:
    opened = identities.open(reason="recruitment", user=WHO, at=AT)
    opened.enrol("K07", PERSON, at=AT)
    with pytest.raises(StoreError, match="STORE-033") as refused:
        opened.enrol("K07", Person("Kettle, Example"), at=AT)
    assert "Example" not in str(refused.value)
    assert opened.person("K07") == PERSON


def test_an_unknown_pseudonym_is_told(identities: IdentityStore) -> None:
    opened = identities.open(reason="contact", user=WHO, at=AT)
    for ask in (opened.person, lambda each: opened.amend(each, PERSON, at=AT)):
        with pytest.raises(StoreError, match="STORE-032 pseudonym K99"):
            ask("K99")


@pytest.mark.parametrize("said", [{}, {"name": "x", "shoe_size": 4}, []])
def test_a_record_of_another_version_is_refused_without_its_words(said: Any) -> None:
    with pytest.raises(StoreError, match="STORE-082 pseudonym K07") as refused:
        Person.from_json(said, place="pseudonym K07")
    assert "shoe" not in str(refused.value)


def test_names_never_go_into_a_research_store() -> None:
    """P31."""
    research = MemoryStore(About("made-up", True, "2019-02-01"))
    rows = MemoryStore(About("made-up", True, "2019-02-01", "identity-audit"))
    with pytest.raises(StoreError, match=r"STORE-034.*research.*identity"):
        IdentityStore(research, rows)


def test_the_encrypted_form_keeps_its_people_and_its_audit(home: Home) -> None:
    store = opened_again(home)
    store.open(reason="recruitment", user=WHO, at=AT).enrol("K07", PERSON, at=AT)
    store.close()
    again = opened_again(home)
    assert again.open(reason="contact", user=WHO, at=AT).person("K07") == PERSON
    assert len(list(again.openings())) == 2
    assert "Teapot" not in str(list(again.openings()))
    again.close()
    every_byte = b"".join(each.read_bytes() for each in home.folder.rglob("*") if each.is_file())
    assert b"Teapot" not in every_byte


# Opening, and a second person ------------------------------------------------------------------


def test_every_opening_is_written_down_without_a_name(approved: IdentityStore) -> None:
    approved.open(reason="recruitment", user=WHO, at=AT).enrol("K07", PERSON, at=AT)
    approved.open(reason="significant-harm", user=WHO, at=AT + 5, second=OFFICER)
    told = [(each.event, each.node, each.user, each.start) for each in approved.openings()]
    assert told == [
        ("approver", "safeguarding-officer-1", "researcher-1", AT),
        ("opened", "recruitment", "researcher-1", AT),
        ("opened", "significant-harm", "researcher-1", AT + 5),
    ]
    assert "Teapot" not in repr(list(approved.openings()))


def test_an_opening_without_a_reason_from_the_list_is_refused_and_written_down(
    identities: IdentityStore,
) -> None:
    """What was typed is not repeated: it could be anything, a name too."""
    with pytest.raises(StoreError, match=r"STORE-030.*pseudonymisation") as refused:
        identities.open(reason="Teapot called", user=WHO, at=AT)
    assert "Teapot" not in str(refused.value)
    assert audit(identities) == [("refused", "", "researcher-1", {"why": "STORE-030"})]


@pytest.mark.parametrize("account", ["Example Teapot", "teapot", "", "researcher-", "Researcher-1"])
def test_who_opens_it_is_a_role_account_and_not_a_name(
    identities: IdentityStore, account: str
) -> None:
    with pytest.raises(StoreError, match="STORE-084") as refused:
        identities.open(reason="contact", user=account, at=AT)
    assert "eapot" not in str(refused.value)
    assert audit(identities) == [("refused", "contact", "", {"why": "STORE-084"})]


WRONG = Passphrase(b"what nobody ever chose")


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (None, "STORE-031"),
        (Second(WHO, OFFICER.passphrase), "STORE-031"),
        (Second(OFFICER.role, WRONG), "STORE-083"),
        (Second(OFFICER.role, SAMPLE), "STORE-083"),
        (Second("head-1", OFFICER.passphrase), "STORE-083"),
        (Second("Example Teapot", OFFICER.passphrase), "STORE-084"),
    ],
    ids=["nobody", "the same", "wrong", "that of the store", "another's", "a name"],
)
def test_confidentiality_is_broken_by_two_people_who_are_there(
    approved: IdentityStore, second: Second | None, code: str
) -> None:
    """P37."""
    with pytest.raises(StoreError, match=code):
        approved.open(reason="significant-harm", user=WHO, at=AT, second=second)
    (_, row) = audit(approved)
    assert row[:3] == ("refused", "significant-harm", "researcher-1")
    assert row[3]["why"] == code
    assert "Teapot" not in str(row)


def test_without_an_approver_nobody_breaks_confidentiality(identities: IdentityStore) -> None:
    """P37."""
    with pytest.raises(StoreError, match="STORE-083"):
        identities.open(reason="significant-harm", user=WHO, at=AT, second=OFFICER)
    assert audit(identities)[0][0] == "refused"


def test_a_further_approver_needs_one_that_is_there(approved: IdentityStore) -> None:
    """P37: nobody makes a second person up."""
    new = (DEPUTY.role, DEPUTY.passphrase)
    for second in (None, Second(OFFICER.role, WRONG)):
        with pytest.raises(StoreError, match=r"STORE-031|STORE-083"):
            approved.add_approver(*new, user=WHO, at=AT, second=second)
    with pytest.raises(StoreError, match="STORE-031"):
        approved.add_approver(OFFICER.role, WRONG, user=WHO, at=AT)
    assert approved.approvers() == (OFFICER.role,)
    approved.add_approver(*new, user=WHO, at=AT, second=OFFICER)
    approved.open(reason="significant-harm", user=WHO, at=AT, second=DEPUTY)
    assert approved.approvers() == (DEPUTY.role, OFFICER.role)
    assert [row[0] for row in audit(approved)] == [
        *("approver", "refused", "refused", "refused", "approver", "opened")
    ]


def test_an_approver_knows_something_that_whoever_opens_it_does_not(
    identities: IdentityStore,
) -> None:
    with pytest.raises(StoreError, match="STORE-086"):
        identities.add_approver(OFFICER.role, SAMPLE, user=WHO, at=AT)
    with pytest.raises(StoreError, match="STORE-031"):
        identities.add_approver(WHO, OFFICER.passphrase, user=WHO, at=AT)
    assert identities.approvers() == ()


def test_an_approver_s_passphrase_opens_nothing(approved: IdentityStore, home: Home) -> None:
    with pytest.raises(StoreError, match="STORE-040"):
        Keyring.unlock(home.identity_keyring, OFFICER.passphrase)


def test_an_approver_of_another_study_is_none_here(
    approved: IdentityStore, home: Home, tmp_path: Path
) -> None:
    """Whoever can write the file, but has not its passphrase, makes nobody up."""
    import json

    other = encrypted(tmp_path / "other")
    forged = opened_again(other)
    forged.add_approver("forged-1", WRONG, user=WHO, at=AT)
    forged.close()
    told = json.loads(home.identity_keyring.read_bytes())
    told["approvers"] |= json.loads(other.identity_keyring.read_bytes())["approvers"]
    home.identity_keyring.write_text(json.dumps(told))
    with pytest.raises(StoreError, match="STORE-083"):
        approved.open(reason="significant-harm", user=WHO, at=AT, second=Second("forged-1", WRONG))


def test_approvers_stay_when_the_passphrase_of_the_store_changes(
    approved: IdentityStore, home: Home
) -> None:
    Keyring.unlock(home.identity_keyring, SAMPLE).change_passphrase(WRONG, cost=CHEAP)
    approved.open(reason="significant-harm", user=WHO, at=AT, second=OFFICER)


# Never in a notebook ---------------------------------------------------------------------------


def test_what_a_kernel_starts_opens_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """P31: a command in a cell is in the notebook too."""
    open_before = opened_again(home)
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    with pytest.raises(StoreError, match=r"STORE-085.*terminal"):
        opened_again(home)
    with pytest.raises(StoreError, match="STORE-085"):
        open_before.open(reason="contact", user=WHO, at=AT)
    with pytest.raises(StoreError, match="STORE-085"):
        open_before.add_approver(OFFICER.role, OFFICER.passphrase, user=WHO, at=AT)


def test_no_notebook_names_the_identity_store() -> None:
    notebooks = list((Path(__file__).parents[3] / "notebooks").glob("*.ipynb"))
    assert len(notebooks) >= 5
    said = [file.name for file in notebooks if "toolkit.store" in file.read_text("utf-8")]
    assert said == []
