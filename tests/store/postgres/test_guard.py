"""On a server each role can do what it has to, and nothing else (P31); tried on a real one."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from tests.store.postgres_server import PostgresServer
from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.keys.keyring import Keyring
from toolkit.store.people.identity import IdentityStore
from toolkit.store.people.person import Person
from toolkit.store.postgres.server import Server, part_of, role_password
from toolkit.store.postgres.store import PostgresStore

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
IDENTITY = replace(ABOUT, holds="identity")
AUDIT = replace(ABOUT, holds="identity-audit")
PERSON = Person("guarded-canary of a name")
DENIED = psycopg.errors.InsufficientPrivilege
NEXT = "INSERT INTO event VALUES (2, '', '', '', '\\x00', 'x')"


@pytest.fixture
def identities(team: Server, keyring: Keyring) -> Iterator[IdentityStore]:
    """The identity store with one person and one opening, and a research store with one event."""
    research = PostgresStore(team, ABOUT, keyring)
    research.append([NewEvent("answer", case="K01", session="K01", new_value="guarded-canary")])
    research.close()
    people, audit = (PostgresStore(team, each, keyring) for each in (IDENTITY, AUDIT))
    store = IdentityStore(people, audit, keyring)
    opened = store.open(reason="recruitment", user="researcher-1", at=1)
    opened.enrol("K01", PERSON, at=2)
    yield store
    store.close()


def role(team: Server, keyring: Keyring, holds: str, *, schema: str = "") -> Any:
    """A connection as the role that writes one of the stores."""
    part = part_of(team, holds)
    password = role_password(keyring, holds)
    return team.connect(
        part.database, user=part.writer, password=password, schema=schema or part.schema
    )


def test_identities_and_their_audit_work_with_no_more_than_their_roles_may(
    identities: IdentityStore,
) -> None:
    opened = identities.open(reason="contact", user="researcher-1", at=3)
    assert opened.person("K01") == PERSON
    assert [each.node for each in identities.openings()] == ["recruitment", "contact"]
    assert identities._audit.verify() == []
    assert identities._people.verify() == []


CHANGES = [
    "UPDATE event SET chain = 'x'",
    "UPDATE event SET seq = 9",
    "DELETE FROM event",
    "TRUNCATE event",
    "UPDATE head SET seq = 0",
    "INSERT INTO head VALUES (1, 0, '')",
    "DELETE FROM head",
    "TRUNCATE head",
    "DELETE FROM withdrawn",
    "UPDATE withdrawn SET pseudonym = ''",
    "TRUNCATE withdrawn",
    "UPDATE about SET told = ''",
    "INSERT INTO about VALUES ('')",
    "UPDATE alembic_version SET version_num = ''",
    "INSERT INTO alembic_version VALUES ('9')",
    "UPDATE attachment SET part = 9",
    "TRUNCATE attachment",
    "DROP TABLE event",
    "ALTER TABLE event DISABLE TRIGGER ALL",
    "DROP TRIGGER event_stays ON event",
    "CREATE TABLE mine (one INTEGER)",
    "CREATE TEMPORARY TABLE mine (one INTEGER)",
    "CREATE SCHEMA mine",
    "SET session_replication_role = replica",
    "COPY event TO PROGRAM 'true'",
]


def let_through(connection: psycopg.Connection[Any], statements: list[str]) -> list[str]:
    """The statements that the server does not deny."""
    through = []
    for each in statements:
        try:
            connection.execute(each)
        except DENIED:
            continue
        except psycopg.Error as fault:
            through.append(f"{each}: {fault}")
        else:
            through.append(each)
    return through


def test_no_role_changes_or_takes_away_anything(
    identities: IdentityStore, team: Server, keyring: Keyring
) -> None:
    for holds in ("research", "identity", "identity-audit"):
        with role(team, keyring, holds) as connection:
            assert let_through(connection, CHANGES) == [], holds


def test_attachments_go_when_their_case_withdraws_and_not_before(
    team: Server, keyring: Keyring, running: PostgresServer
) -> None:
    """P26: a role that could take them out at will could do so unseen."""
    store = PostgresStore(team, ABOUT, keyring)
    for case in ("K01", "K02"):
        store.attach(case, "", io.BytesIO(b"sound"), kind="audio", user="researcher-1", at=1)
    tries = ["UPDATE attachment SET part = 9", "DELETE FROM attachment", "TRUNCATE attachment"]
    with role(team, keyring, "research") as connection:
        assert let_through(connection, tries) == []
    with running.admin(team.research) as connection:
        connection.execute("SET search_path = research")
        assert let_through(connection, tries) == [], "not the superuser by mistake either"
    store.withdraw("K01", user="researcher-1", at=2)
    assert store.verify() == []
    assert b"".join(store.attachment("K02-audio-1")) == b"sound"
    store.close()


def test_not_even_the_owner_changes_an_event_nor_a_superuser_by_mistake(
    identities: IdentityStore, team: Server, running: PostgresServer
) -> None:
    for holds in ("research", "identity", "identity-audit"):
        part = part_of(team, holds)
        with running.admin(part.database) as connection:
            connection.execute(f"SET search_path = {part.schema}")
            assert let_through(connection, CHANGES[:4]) == [], "the superuser"
            connection.execute(f'SET ROLE "{part.owner}"')
            assert let_through(connection, [*CHANGES[:4], *CHANGES[8:12]]) == [], "the owner"


def test_an_event_that_leaves_a_gap_or_takes_a_number_again_is_refused(
    identities: IdentityStore, team: Server, keyring: Keyring
) -> None:
    with role(team, keyring, "research") as connection:
        for seq in (3, 0, -1):
            with pytest.raises(psycopg.errors.CheckViolation, match="follows the last one"):
                connection.execute(NEXT.replace("2", str(seq), 1))
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(NEXT.replace("2", "1", 1))
        several = NEXT.split("VALUES")[1]
        with pytest.raises(psycopg.errors.CheckViolation, match="follows the last one"):
            connection.execute(f"{NEXT}, {several.replace('2', '4', 1)}")
        connection.execute(NEXT)
        assert connection.execute("SELECT seq, chain FROM head").fetchall() == [(2, "x")]


def test_the_audit_role_adds_sees_the_last_seal_and_nothing_else(
    identities: IdentityStore, team: Server, keyring: Keyring
) -> None:
    with role(team, keyring, "identity-audit") as connection:
        assert connection.execute("SELECT seq FROM head").fetchall() == [(1,)]
        assert connection.execute("SELECT pseudonym FROM withdrawn").fetchall() == []
        denied = [
            "SELECT * FROM event",
            "SELECT seq FROM event",
            "SELECT count(*) FROM event",
            "SELECT one FROM head",
            "SELECT * FROM about",
            "INSERT INTO withdrawn VALUES ('K01')",
            "INSERT INTO event VALUES (2, '', '', '', '\\x00', 'x') RETURNING sealed",
            "SELECT * FROM identity.event",
            "INSERT INTO identity.event VALUES (2, '', '', '', '\\x00', 'x')",
        ]
        assert let_through(connection, denied) == []
        connection.execute(NEXT)
        assert connection.execute("SELECT seq, chain FROM head").fetchall() == [(2, "x")]


def test_the_role_of_identities_reads_the_audit_but_adds_no_opening(
    identities: IdentityStore, team: Server, keyring: Keyring
) -> None:
    with role(team, keyring, "identity", schema="audit") as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (1,)
        with pytest.raises(DENIED):
            connection.execute(NEXT)


def test_the_audit_takes_no_withdrawal(identities: IdentityStore) -> None:
    """Openings are not a participant's to take back; nobody is a case there."""
    with pytest.raises(StoreError, match="STORE-055"):
        identities._audit.withdraw("K01", user="researcher-1", at=5)


def test_a_role_of_one_kind_of_data_cannot_even_connect_to_the_other(
    identities: IdentityStore, team: Server, keyring: Keyring
) -> None:
    for holds, other in (
        ("research", team.identity),
        ("identity", team.research),
        ("identity-audit", team.research),
    ):
        user, password = part_of(team, holds).writer, role_password(keyring, holds)
        with pytest.raises(StoreError, match=r"STORE-073 .*may not use this database"):
            team.connect(other, user=user, password=password)


def test_a_role_without_its_password_is_refused_and_the_password_is_not_told(
    identities: IdentityStore, team: Server, keyring: Keyring
) -> None:
    wrong = "0" * 64
    with pytest.raises(StoreError, match=r"STORE-073 .*password of the role") as refused:
        team.connect(team.research, user=team.research, password=wrong)
    assert wrong not in str(refused.value)
    other, password = role_password(keyring, "identity"), role_password(keyring, "research")
    assert other != password
    with pytest.raises(StoreError, match="STORE-073"):
        team.connect(team.research, user=team.research, password=other)


def test_the_server_has_a_verifier_of_each_password_and_nothing_in_plain(
    identities: IdentityStore, team: Server, running: PostgresServer
) -> None:
    """In the tests one role had its password set in plain words; the server keeps a verifier."""
    with running.admin() as admin:
        asked = "SELECT rolpassword FROM pg_authid WHERE rolname LIKE 'made-up%' AND rolcanlogin"
        kept = [row[0] for row in admin.execute(asked)]
    assert len(kept) == 3
    assert all(each.startswith("SCRAM-SHA-256$") for each in kept)


def test_the_server_holds_nothing_of_what_was_said_in_plain(
    identities: IdentityStore, team: Server, running: PostgresServer
) -> None:
    with running.admin() as admin:
        admin.execute("CHECKPOINT")
    every = [each for each in running.data.rglob("*") if each.is_file()]
    content = b"\n".join(each.read_bytes() for each in every)
    # Other tests on this server plant canaries of their own, and it logs what it refuses.
    planted = b"guarded-canary" in content
    assert not planted
    assert re.search(rb"made-up", content), "that there is such a study is seen"
