"""What each role of a study's databases may do: add events and read them, and nothing else.

Nobody may change or take away an event, the owner of the tables included; attachments go when their
case withdraws, and not before. The head of the chain is moved by a function that runs by itself
when events were added, once for all of a statement, and refuses a gap. The audit of the identity
store is written by a role that can add an opening and see the last seal, nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

from toolkit.store.postgres.server import Part, Server

_KEPT = ("about", "event", "head", "withdrawn", "attachment", "alembic_version")
_GUARDS = """
CREATE OR REPLACE FUNCTION {schema}.move_head() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp SET enable_seqscan = off AS $$
DECLARE
    begun bigint; ended bigint; several bigint; last_seal text;
BEGIN
    SELECT min(seq), max(seq), count(*) INTO begun, ended, several FROM added;
    IF several = 0 THEN
        RETURN NULL;
    END IF;
    SELECT chain INTO last_seal FROM added WHERE seq = ended;
    -- By its key: what earlier updates have left would be read through each time.
    UPDATE head SET seq = ended, chain = last_seal WHERE one = 1 AND seq = begun - 1;
    IF NOT FOUND OR several <> ended - begun + 1 THEN
        RAISE EXCEPTION 'an event follows the last one' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION {schema}.keep_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an event is never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE OR REPLACE FUNCTION {schema}.keep_attachments() RETURNS trigger
LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM withdrawn WHERE pseudonym = OLD.holder) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'an attachment goes with its case' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE OR REPLACE TRIGGER event_moves_head AFTER INSERT ON {schema}.event
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION {schema}.move_head();
CREATE OR REPLACE TRIGGER event_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.event
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.keep_events();
CREATE OR REPLACE TRIGGER attachment_stays BEFORE UPDATE OR DELETE ON {schema}.attachment
    FOR EACH ROW EXECUTE FUNCTION {schema}.keep_attachments();
CREATE OR REPLACE TRIGGER attachments_stay BEFORE TRUNCATE ON {schema}.attachment
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.keep_events();
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON {schema}.event, {schema}.withdrawn, {schema}.about FROM {owner};
REVOKE UPDATE, TRUNCATE ON {schema}.attachment FROM {owner};
GRANT USAGE ON SCHEMA {schema} TO {reader}, {writer};
GRANT SELECT ON {kept} TO {reader};
GRANT INSERT ON {schema}.event TO {writer};
GRANT UPDATE (proof) ON {schema}.head TO {writer};
"""
_CASES_WITHDRAW = """
GRANT INSERT ON {schema}.withdrawn TO {writer};
GRANT INSERT, DELETE ON {schema}.attachment TO {writer};
"""
# Nobody withdraws from the audit: there is nothing in its list of those who have.
_SEES_THE_HEAD = """
GRANT SELECT (seq, chain, proof) ON {schema}.head TO {writer};
GRANT SELECT (pseudonym) ON {schema}.withdrawn TO {writer};
"""


def guarding(part: Part) -> sql.Composed:
    """Return the statements that guard the tables of a store; run as their owner, again or anew."""
    apart = part.reader != part.writer
    text = _GUARDS + (_SEES_THE_HEAD if apart else _CASES_WITHDRAW)
    kept = sql.SQL(", ").join(sql.Identifier(part.schema, table) for table in _KEPT)
    names = {name: sql.Identifier(getattr(part, name)) for name in ("schema", "owner")}
    roles = {name: sql.Identifier(getattr(part, name)) for name in ("reader", "writer")}
    return sql.SQL(text).format(kept=kept, **names, **roles)


def opening_to(server: Server, database: str) -> Iterator[sql.Composed]:
    """Yield the statements by which a database is open to its own roles only."""
    name = sql.Identifier(database)
    yield sql.SQL("REVOKE ALL ON DATABASE {0} FROM PUBLIC").format(name)
    roles = [database] if database == server.research else [database, server.audit]
    for role in roles:
        allow = sql.SQL("GRANT CONNECT ON DATABASE {0} TO {1}")
        yield allow.format(name, sql.Identifier(role))
