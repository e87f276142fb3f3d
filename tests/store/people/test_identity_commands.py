"""``toolkit identity``: names at a terminal, for a reason, and never by a shared session."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.store.unlocking import IDENTITY_WORDS, WORDS, at_a_terminal, make_locked_home, said
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.people.identity import open_identities
from toolkit.store.people.person import Person

OWN = {"identity-passphrase": IDENTITY_WORDS}
OFFICER = "safeguarding-officer-1"
OFFICER_WORDS = "only the officer knows it"
PERSON = Person(
    "Teapot, Example", phones=("no number", "none either"), listed={"relationship": "mother"}
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = make_locked_home(tmp_path / "home").home
    words = Passphrase(IDENTITY_WORDS.encode())
    store = open_identities(home, Keyring.unlock(home.identity_keyring, words))
    store.open(reason="recruitment", user="researcher-1", at=1).enrol("K07", PERSON, at=1)
    store.close()
    return home


def show(home: Home, *words: str) -> list[object]:
    told = ("identity", "show", "K07", "--user", "researcher-1", "--data", home.folder, *words)
    return list(told)


def openings(home: Home) -> list[dict[str, str]]:
    code, told = said("identity", "openings", "--data", home.folder, "--json", secrets=OWN)
    assert code == 0
    rows = json.loads(told)
    assert isinstance(rows, list)
    return rows[1:]  # after the enrolment


def test_a_person_is_shown_for_a_reason_and_the_opening_stands_in_the_audit(home: Home) -> None:
    code, told = said(*show(home, "--reason", "contact"), secrets=OWN)
    assert (code, told.splitlines()) == (
        0,
        [
            "name         Teapot, Example",
            "phones       no number; none either",
            "listed       relationship mother",
        ],
    )
    (row,) = openings(home)
    assert (row["event"], row["what"], row["user"]) == ("opened", "contact", "researcher-1")
    code, told = said("identity", "openings", "--data", home.folder, secrets=OWN)
    assert told.splitlines()[-1] == "2 rows."
    assert "Teapot" not in told


def test_machines_get_the_same(home: Home) -> None:
    code, told = said(*show(home, "--reason", "contact", "--json"), secrets=OWN)
    assert (code, json.loads(told)) == (
        0,
        {
            "pseudonym": "K07",
            "name": "Teapot, Example",
            "phones": ["no number", "none either"],
            "listed": {"relationship": "mother"},
        },
    )


def test_the_passphrase_is_asked_for_each_time_at_a_terminal(home: Home) -> None:
    for _ in range(2):
        code, shown = at_a_terminal(*show(home, "--reason", "contact"), answers=[IDENTITY_WORDS])
        assert (code, shown.count("Passphrase of the identity store of made-up:")) == (0, 1)
        assert "nonsense" not in shown


def test_an_unlocked_session_opens_no_identity(home: Home, runtime: Path) -> None:
    assert said("store", "unlock", "--data", home.folder, secrets={"passphrase": WORDS})[0] == 0
    try:
        code, told = said(*show(home, "--reason", "contact"))
        assert (code, told.partition(" ")[0]) == (2, "USAGE-011")
        code, told = said(
            *show(home, "--reason", "contact"), secrets={"identity-passphrase": WORDS}
        )
        assert (code, told.partition(" ")[0]) == (1, "STORE-040")
    finally:
        said("store", "lock", "--data", home.folder)


def test_harm_is_told_by_two_people_who_type_their_passphrases(home: Home) -> None:
    """P37."""
    harm = show(home, "--reason", "significant-harm")
    both = {**OWN, "second-passphrase": OFFICER_WORDS}
    assert said(*harm, secrets=OWN)[1].startswith("STORE-031")
    assert said(*harm, "--second", OFFICER, secrets=both)[1].startswith("STORE-083")
    add = ("identity", "approver", OFFICER, "--user", "researcher-1", "--data", home.folder)
    assert said(*add, secrets={**OWN, "new-passphrase": OFFICER_WORDS})[0] == 0
    wrong = {**OWN, "second-passphrase": IDENTITY_WORDS}
    assert said(*harm, "--second", OFFICER, secrets=wrong)[1].startswith("STORE-083")
    code, told = said(*harm, "--second", OFFICER, secrets=both)
    assert (code, told.splitlines()[0]) == (0, "name         Teapot, Example")
    told_rows = [(each["event"], each["second"], each["why"]) for each in openings(home)]
    assert told_rows == [
        ("refused", "", "STORE-031"),
        ("refused", OFFICER, "STORE-083"),
        ("approver", "", ""),
        ("refused", OFFICER, "STORE-083"),
        ("opened", OFFICER, ""),
    ]


def test_a_further_approver_is_agreed_to_by_one_that_is_there(home: Home) -> None:
    def add(role: str, words: str, *more: str, **secrets: str) -> tuple[int, str]:
        told = ("identity", "approver", role, "--user", "researcher-1", "--data", home.folder)
        return said(*told, *more, secrets={**OWN, "new-passphrase": words, **secrets})

    assert add(OFFICER, OFFICER_WORDS)[0] == 0
    assert add("deputy-1", "only the deputy knows")[1].startswith("STORE-031")
    agreed = {"second-passphrase": OFFICER_WORDS}
    assert add("deputy-1", "only the deputy knows", "--second", OFFICER, **agreed)[0] == 0


def test_nobody_of_that_pseudonym_is_told_after_the_audit(home: Home) -> None:
    words = show(home, "--reason", "contact")
    words[2] = "K99"
    code, told = said(*words, secrets=OWN)
    assert (code, told.partition(" ")[0]) == (1, "STORE-032")
    assert [each["event"] for each in openings(home)] == ["opened"]


def test_a_cell_that_runs_the_command_is_refused_before_it_asks(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P31."""
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    code, told = said(*show(home, "--reason", "contact"))
    assert (code, told.partition(" ")[0]) == (1, "STORE-085")
