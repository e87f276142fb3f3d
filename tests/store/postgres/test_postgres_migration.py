"""A store on a server comes to the newest tables on a copy first, and in one transaction."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Inspector, create_engine, inspect

from tests.store.postgres_server import PostgresServer
from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.journal.schema import OLDEST, REVISION
from toolkit.store.keys.keyring import Keyring
from toolkit.store.lifecycle import postgres_migration
from toolkit.store.lifecycle.migration import run_steps
from toolkit.store.lifecycle.postgres_migration import migrate_database, steps_on_a_server
from toolkit.store.postgres.guard import guarding
from toolkit.store.postgres.provision import as_owner
from toolkit.store.postgres.server import Server, part_of
from toolkit.store.postgres.store import PostgresStore

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
ADMIN = "administrator"
TABLES = ("about", "event", "head", "withdrawn")


@pytest.fixture
def older(
    team: Server, keyring: Keyring, services: PostgresServer, tmp_path: Path
) -> Iterator[Server]:
    """A research store of the first revision: three cases spoke, one of them withdrew."""
    store = PostgresStore(team, ABOUT, keyring)
    store.append([NewEvent("answer", case=f"K0{n % 3}", session="F1") for n in range(12)])
    store.withdraw("K02", user="researcher-1", at=7)
    store.close()
    part, rows = part_of(team, "research"), told(team, services)
    engine = create_engine("postgresql+psycopg://", creator=lambda: owner(team))
    with engine.begin() as connection:
        for name in inspect(connection).get_table_names(part.schema):
            connection.exec_driver_sql(f"DROP TABLE {name}")
        run_steps(connection, to=OLDEST)
        rows["head"] = [each[:3] for each in rows["head"]]
        for name in TABLES:
            marks = ", ".join(["%s"] * len(rows[name][0]))
            connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", rows[name])
    engine.dispose()
    forget_proofs(tmp_path / "keys" / "keyring.json")
    with owner(team) as connection:
        # The guards of today want every table of today.
        connection.execute("CREATE TABLE attachment (holder TEXT)")
        connection.execute("ALTER TABLE head ADD COLUMN proof TEXT")
        connection.execute(guarding(part))
        connection.execute("ALTER TABLE head DROP COLUMN proof")
        connection.execute("DROP TABLE attachment")
    yield team
    with services.admin(team.research) as admin:
        admin.execute("DROP FUNCTION IF EXISTS public.meddle CASCADE")
    before = told(team, services)["alembic_version"][0][0]
    steps_on_a_server(team, part, before, service=ADMIN)


def forget_proofs(keyring: Path) -> None:
    """Take out of a keyring what an older version did not write."""
    told = json.loads(keyring.read_bytes())
    del told["destroyed_by_us"], told["keys"]["research/proved"]
    keyring.write_text(json.dumps(told))


def owner(team: Server) -> Any:
    connection = as_owner(team, part_of(team, "research"), service=ADMIN)
    connection.autocommit = False
    return connection


def told(team: Server, services: PostgresServer) -> dict[str, Any]:
    """Everything that stands in the tables, and which indexes there are."""
    with services.admin(team.research) as admin:
        admin.execute("SET search_path = research")
        names = ("about", "event", "head", "withdrawn", "alembic_version")
        rows = {
            name: admin.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in names
        }
        asked = "SELECT indexname FROM pg_indexes WHERE schemaname = 'research' ORDER BY 1"
        return rows | {"indexes": admin.execute(asked).fetchall()}


def databases(services: PostgresServer) -> list[str]:
    with services.admin() as admin:
        asked = "SELECT datname FROM pg_database WHERE datname LIKE 'made-up%' ORDER BY 1"
        return [row[0] for row in admin.execute(asked)]


def meddle(team: Server, services: PostgresServer, what: str, *, where: str) -> None:
    """Do something when a table or an index is made, in the database of a name only."""
    with services.admin(team.research) as admin:
        admin.execute(
            "CREATE OR REPLACE FUNCTION public.meddle() RETURNS event_trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN IF current_database() = '{where}' THEN {what}; END IF; END $$"
        )
        admin.execute(
            "CREATE EVENT TRIGGER meddling ON ddl_command_end WHEN TAG IN ('CREATE INDEX') "
            "EXECUTE FUNCTION public.meddle()"
        )


def test_an_older_store_is_migrated_with_all_that_was_said(
    older: Server, keyring: Keyring, services: PostgresServer
) -> None:
    with pytest.raises(StoreError, match=r"STORE-070 .*0001.*toolkit store migrate"):
        PostgresStore(older, ABOUT, keyring)
    before = told(older, services)
    done = migrate_database(older, ABOUT, keyring, service=ADMIN)
    assert (done.holds, done.before, done.after) == ("research", "0001", REVISION)
    after = told(older, services)
    after["head"] = [each[:3] for each in after["head"]]
    assert [after[name] for name in TABLES] == [before[name] for name in TABLES]
    store = PostgresStore(older, ABOUT, keyring)
    assert store.verify() == []
    assert [each.seq for each in store.read(case="K02")] == [13]
    assert store.append([NewEvent("draw")])[0].seq == 14
    store.close()
    assert databases(services) == ["made-up_identity", "made-up_research"], "no copy is left"
    again = migrate_database(older, ABOUT, keyring, service=ADMIN)
    assert (again.before, again.after) == (REVISION, REVISION)


def test_a_store_that_somebody_has_open_is_not_migrated(
    older: Server, keyring: Keyring, services: PostgresServer
) -> None:
    with services.admin(older.research), pytest.raises(StoreError, match="STORE-071"):
        migrate_database(older, ABOUT, keyring, service=ADMIN)
    assert databases(services) == ["made-up_identity", "made-up_research"]


@pytest.mark.parametrize("where", ["made-up_research_copy", "made-up_research"])
def test_a_step_that_fails_on_the_copy_or_on_the_store_leaves_it_as_it_was(
    older: Server,
    keyring: Keyring,
    services: PostgresServer,
    where: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What it is tried with is somebody else's, and would be found on the copy before.
    monkeypatch.setattr(postgres_migration, "altered", lambda *_: [])
    meddle(older, services, "RAISE EXCEPTION 'canary'", where=where)
    before = told(older, services)
    with pytest.raises(StoreError, match=r"STORE-072 .*P0001") as refused:
        migrate_database(older, ABOUT, keyring, service=ADMIN)
    assert "canary" not in str(refused.value)
    assert told(older, services) == before
    assert databases(services) == ["made-up_identity", "made-up_research"]


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        ("UPDATE event SET chain = 'x' WHERE seq = 9", "not whole: STORE-020 event 9"),
        ("DELETE FROM event WHERE seq = 13", "not whole: STORE-023 event 13"),
    ],
)
def test_a_copy_that_is_not_whole_stops_the_migration(
    older: Server, keyring: Keyring, services: PostgresServer, harm: str, problem: str
) -> None:
    with services.admin(older.research) as admin:
        admin.execute("SET session_replication_role = replica; SET search_path = research")
        admin.execute(harm)
    before = told(older, services)
    with pytest.raises(StoreError, match=f"STORE-072 .*{problem}"):
        migrate_database(older, ABOUT, keyring, service=ADMIN)
    assert told(older, services) == before


@pytest.mark.parametrize("where", ["made-up_research_copy", "made-up_research"])
def test_killed_half_way_the_old_store_is_whole(
    older: Server,
    keyring: Keyring,
    services: PostgresServer,
    where: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SIGKILL while the copy, or the store itself, is in the midst of a step."""
    # What it is tried with is somebody else's, and would be found on the copy before.
    monkeypatch.setattr(postgres_migration, "altered", lambda *_: [])
    meddle(older, services, "PERFORM pg_sleep(60)", where=where)
    before = told(older, services)
    child = os.fork()
    if child == 0:
        try:
            migrate_database(older, ABOUT, keyring, service=ADMIN)
        finally:
            os._exit(1)
    busy = "FROM pg_stat_activity WHERE datname = %s AND query LIKE 'CREATE INDEX%%'"
    with services.admin() as admin:
        until = time.monotonic() + 60
        while not admin.execute(f"SELECT 1 {busy}", [where]).fetchall():
            assert time.monotonic() < until
            time.sleep(0.02)
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        admin.execute(f"SELECT pg_terminate_backend(pid) {busy}", [where])
    assert told(older, services) == before
    with services.admin(older.research) as admin:
        admin.execute("DROP FUNCTION public.meddle CASCADE")
    assert migrate_database(older, ABOUT, keyring, service=ADMIN).before == "0001"
    store = PostgresStore(older, ABOUT, keyring)
    assert store.verify() == []
    store.close()
    assert databases(services) == ["made-up_identity", "made-up_research"], "no copy is left"


def shape(inspector: Inspector, schema: str) -> dict[str, Any]:
    """Columns, keys and indexes of every table, however they were written."""
    return {
        table: {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"])
                for c in inspector.get_columns(table, schema)
            ],
            "key": inspector.get_pk_constraint(table, schema)["constrained_columns"],
            "checks": [c["sqltext"] for c in inspector.get_check_constraints(table, schema)],
            "indexes": sorted(
                (str(i["name"]), i["column_names"]) for i in inspector.get_indexes(table, schema)
            ),
        }
        for table in sorted(inspector.get_table_names(schema))
    }


def test_a_new_store_has_the_tables_and_rights_that_the_steps_make(
    team: Server, services: PostgresServer
) -> None:
    part = part_of(team, "research")
    by_steps = replace(part, schema="by_steps")
    rights = (
        "SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants "
        "WHERE table_schema = %s AND grantee = %s ORDER BY 1, 2, 3"
    )
    triggers = (
        "SELECT tgname, tgtype FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid "
        "JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = %s ORDER BY 1"
    )
    with services.admin(team.research) as admin:
        admin.execute(f'CREATE SCHEMA by_steps AUTHORIZATION "{part.owner}"')
        steps_on_a_server(team, by_steps, "", service=ADMIN)
        seen = []
        for schema in ("research", "by_steps"):
            engine = create_engine(
                "postgresql+psycopg://", creator=lambda: services.admin(team.research)
            )
            granted = admin.execute(rights, [schema, part.reader]).fetchall()
            kept = admin.execute(triggers, [schema]).fetchall()
            seen.append([shape(inspect(engine), schema), granted, kept])
            engine.dispose()
        admin.execute("DROP SCHEMA by_steps CASCADE")
    assert seen[0] == seen[1]
    assert len(seen[0][1]) == 10, "six tables to read, three to add to, one to take from"
