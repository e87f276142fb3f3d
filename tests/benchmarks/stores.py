"""Measures the store and prints a table; a report, not a test.

``python tests/benchmarks/stores.py [--large] [FORM ...]``. Ratios are of one run: both sides in
turn, in the same folder, at the same durability (WAL, ``synchronous=FULL``). ``--large`` reads a
million events; a form is SQLCipher or PostgreSQL, both where none is named.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from sqlcipher3 import dbapi2

from toolkit.sample.demo import prepare_demo
from toolkit.store import About, NewEvent, Store, project
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import SAMPLE
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.unlocked import unlock
from toolkit.store.sqlite.sqlcipher import EncryptedStore

sys.path.insert(0, str(Path(__file__).parents[2]))
STUDY = Path(__file__).parents[2] / "topic_guides" / "parents-and-social-care"
ABOUT = About("made-up", fictional=True, created="2019-02-01")
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
WORDS = "It was a long time until anybody rang back, and then it was somebody else again. " * 3
HOLDS = ("research", "identity", "identity-audit")
ROUNDS = 400
AT_ONCE = 100
READS = 5
MOST = 10
ROUNDS_OF_SMALL = 3


def said(case: int, number: int) -> NewEvent:
    """Give an answer as a call writes it."""
    name = f"K{case:04d}"
    told = {"value": f"{number} {WORDS}"}
    return NewEvent(
        "answer", f"q{number % 10}", 1_549_360_800_000 + number, case=name, session=name,
        new_value=told, user="researcher-1", mono=number * 1000,
        guide="telephone-interview", guide_version="1.0", guide_hash="ab" * 32,
    )  # fmt: skip


@contextmanager
def encrypted(folder: Path) -> Iterator[Store]:
    """Give a new encrypted store."""
    keyring, _ = Keyring.create(folder / "keyring", ABOUT.study, SAMPLE, cost=CHEAP)
    store = EncryptedStore.create(folder / "data", ABOUT, keyring)
    yield store
    store.close()


@contextmanager
def postgresql(folder: Path) -> Iterator[Store]:
    """Give a new store on a PostgreSQL server of its own, which synchronises each commit."""
    from tests.store.postgres_server import PostgresServer
    from toolkit.store.postgres.provision import provision
    from toolkit.store.postgres.server import Server
    from toolkit.store.postgres.store import PostgresStore

    keyring, _ = Keyring.create(folder / "keyring", ABOUT.study, SAMPLE, cost=CHEAP)
    running = PostgresServer()
    try:
        os.environ["PGSERVICEFILE"] = str(running.services)
        server = Server.of(ABOUT.study, running.host)
        stores = [(replace(ABOUT, holds=each), keyring) for each in HOLDS]
        provision(server, stores, service="administrator")
        store = PostgresStore(server, ABOUT, keyring)
        yield store
        store.close()
    finally:
        running.stop()


FORMS: dict[str, Callable[[Path], AbstractContextManager[Store]]] = {
    "SQLCipher": encrypted,
    "PostgreSQL": postgresql,
}


def bare(path: Path) -> Callable[[int], None]:
    """Give a commit of one row in plain SQLite, of the same library and durability."""
    file = dbapi2.connect(str(path), isolation_level=None)
    for setting in ("journal_mode = WAL", "synchronous = FULL"):
        file.execute(f"PRAGMA {setting}")
    file.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, told TEXT)")

    def commit(number: int) -> None:
        file.execute("BEGIN IMMEDIATE")
        file.execute("INSERT INTO event VALUES (?, ?)", (number, f"{number} {WORDS}"))
        file.execute("COMMIT")

    return commit


def bare_on_server(store: Store) -> Callable[[int], None]:
    """Give a commit of one row on the server of a store, over a connection like its own."""
    import psycopg

    from toolkit.store.postgres.store import PostgresStore

    assert isinstance(store, PostgresStore)
    driver = store._database.lend().connection.driver_connection
    host = driver.info.host
    server = psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True)
    server.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, told TEXT)")

    def commit(number: int) -> None:
        server.execute("BEGIN")
        server.execute("INSERT INTO event VALUES (%s, %s)", (number, f"{number} {WORDS}"))
        server.execute("COMMIT")

    return commit


def appends(folder: Path, form: str) -> None:
    """Time an acknowledged append against a bare commit, in turn (aim: at most 3 times)."""
    with FORMS[form](folder) as store:
        in_turn(store, f"{form}: append", bare(folder / "bare.db"), "SQLite")
        if form == "PostgreSQL":
            in_turn(store, f"{form}: append", bare_on_server(store), "PostgreSQL")


def in_turn(store: Store, what: str, commit: Callable[[int], None], where: str) -> None:
    """Time appends and commits in turn, and say the medians."""
    taken: tuple[list[float], list[float]] = ([], [])
    store.append([said(1, 0)])
    for number in range(1, ROUNDS + 1):
        begun = time.perf_counter()
        store.append([said(1, number)])
        between = time.perf_counter()
        commit(number)
        taken[0].append(between - begun)
        taken[1].append(time.perf_counter() - between)
    ours, theirs = (1000 * statistics.median(each) for each in taken)
    late = 1000 * statistics.quantiles(taken[0], n=20)[-1]
    print(
        f"  {what} {ours:.2f} ms (p95 {late:.2f}), bare commit in {where} {theirs:.2f} ms; "
        f"{ours / theirs:.1f} times"
    )


def opening(folder: Path) -> None:
    """Time opening the sample study, all events in hand (aim: 0.3 s without Argon2id)."""
    home = prepare_demo(STUDY, folder / "demo")
    begun = time.perf_counter()
    keyring = unlock(home)
    unlocked = time.perf_counter()
    opened, read = [], []
    for _ in range(7):
        before = time.perf_counter()
        store = home.open_research(keyring)
        between = time.perf_counter()
        events = sum(1 for _ in store.read())
        read.append(time.perf_counter() - between)
        opened.append(between - before)
        store.close()
    print(
        f"  passphrase to key {unlocked - begun:.3f} s; open {statistics.median(opened):.3f} s, "
        f"read all {events:,} events {statistics.median(read):.3f} s"
    )


def growth(folder: Path, form: str, sizes: tuple[int, ...]) -> None:
    """Time appending and reading at growing sizes (aim: 10 times the data, at most 11 times).

    Seconds by the clock. A shared machine is not always equally fast: sizes are read in turn, the
    smaller ones as often as makes the same number of events, and the smallest is written several
    times; medians.
    """
    written: dict[int, float] = {}
    with ExitStack() as open_ones:
        stores: dict[int, Store] = {}
        for size in sizes:
            taken = []
            for round_ in range(ROUNDS_OF_SMALL if size == sizes[0] else 1):
                place = folder / f"{form}-{size}-{round_}"
                place.mkdir()
                store = open_ones.enter_context(FORMS[form](place))
                taken.append(writing(store, size))
                stores[size] = store
            written[size] = statistics.median(taken)
        read: dict[int, list[float]] = {size: [] for size in sizes}
        for _ in range(READS):
            for size, store in stores.items():
                often = min(MOST, sizes[-1] // size)
                read[size].append(sum(reading(store, size) for _ in range(often)) / often)
    before = 0
    for size in sizes:
        told = say_growth(size, written[size], statistics.median(read[size]))
        if before:
            times = written[size] / written[before]
            slower = statistics.median(read[size]) / statistics.median(read[before])
            told += f"; {times:.1f} and {slower:.1f} times"
        print(f"  {form}: {told}", flush=True)
        before = size


def say_growth(size: int, written: float, read: float) -> str:
    """Say how long a size took."""
    told = f"{size:9,} events: append {written:.1f} s ({size / written:,.0f}/s), "
    return told + f"read into a projection {read:.2f} s ({size / read:,.0f}/s)"


def writing(store: Store, size: int) -> float:
    """Seconds to write a whole journal, `AT_ONCE` events at a time."""
    begun = time.perf_counter()
    for first in range(0, size, AT_ONCE):
        store.append([said(first // 1000, first + n) for n in range(AT_ONCE)])
    return time.perf_counter() - begun


def reading(store: Store, size: int) -> float:
    """Seconds to read a whole journal into a projection."""
    begun = time.perf_counter()
    assert project(store.read()).seq == size
    return time.perf_counter() - begun


def main() -> None:
    """Print every figure."""
    forms = [form for form in FORMS if form in sys.argv] or list(FORMS)
    sizes = (10_000, 100_000, *((1_000_000,) if "--large" in sys.argv else ()))
    with tempfile.TemporaryDirectory() as folder:
        print("\nThe store: one acknowledged append against a bare SQLite commit, median")
        for form in forms:
            (Path(folder) / form).mkdir()
            appends(Path(folder) / form, form)
        print("\nThe store: opening the sample study of 20 interviews and 2 forums")
        opening(Path(folder))
        print("\nThe store: growth")
        for form in forms:
            growth(Path(folder), form, sizes)


if __name__ == "__main__":
    main()
