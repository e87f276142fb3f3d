"""A short life of a store, step by step, and what has to be there after each step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.store.faults.recording import Recording
from toolkit.errors import StoreError
from toolkit.store import About, NewEvent
from toolkit.store.home import Home, find_home
from toolkit.store.journal.sealed_store import SealedStore
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.making import make_home

ABOUT = About(study="made-up", fictional=True, created="2019-02-01")
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PASSPHRASES = (Passphrase(b"the first passphrase"), Passphrase(b"the second passphrase"))
DATA = "data"
Said = tuple[int, str, str, object]
Spoil = Callable[[SealedStore], object]


@dataclass(frozen=True)
class World:
    """What is there: events that can be seen, in order, and which passphrase opens the keyring."""

    said: tuple[Said, ...] = ()
    last: int = 0
    passphrase: int = 0


class Story:
    """Lives through the steps while a recording runs, and keeps the world after each.

    Attributes
    ----------
    worlds : list of World or None
        After how many acknowledged steps there is what; None as long as there is no study.
    """

    def __init__(self, recording: Recording, spoil: Spoil = lambda _: None) -> None:
        self.worlds: list[World | None] = [None]
        self._recording = recording
        self._spoil = spoil

    def live(self) -> None:
        """Go through all the steps."""
        with self._step(World()):
            folder = self._recording.root / DATA
            home = make_home(folder, ABOUT, PASSPHRASES[0], cost=CHEAP).home
        self._first_interviews(home)
        keyring = self._opened(home)
        with self._step(replace(self._world, passphrase=1)):
            keyring.change_passphrase(PASSPHRASES[1], cost=CHEAP)
        self._later_interviews(home)

    def _first_interviews(self, home: Home) -> None:
        """Two programs at once, many small events, long ones that fill several pages."""
        keyring = self._opened(home)
        one, other = self._store(home, keyring), self._store(home, keyring)
        for count in range(16):
            store = one if count % 3 else other
            self._append(store, f"K{count % 4:02d}", 1 + count % 3, 9000 if count % 5 == 4 else 200)
            if count == 6:
                one._database.checkpoint()
        self._withdraw(one, "K01")
        other.close()
        for count in range(4):
            self._append(one, f"K{2 + count}", 2, 200)
        one.close()

    def _later_interviews(self, home: Home) -> None:
        """The log is begun anew again and again, and somebody else withdraws."""
        store = self._store(home, self._opened(home))
        for count in range(10):
            self._append(store, f"K1{count % 3}", 1 + count % 2, 3000)
        self._withdraw(store, "K00")
        self._append(store, "", 1, 50)
        store.close()

    @property
    def _world(self) -> World:
        world = self.worlds[-1]
        assert world is not None
        return world

    def _opened(self, home: Home) -> Keyring:
        return Keyring.unlock(home.research_keyring, PASSPHRASES[self._world.passphrase])

    def _store(self, home: Home, keyring: Keyring) -> SealedStore:
        store = home.open_research(keyring)
        # Often, so that a short life sees the log emptied and begun anew many times.
        store._database.run("PRAGMA wal_autocheckpoint = 12")
        self._spoil(store)
        return store

    @contextmanager
    def _step(self, after: World) -> Iterator[None]:
        step = len(self.worlds)
        self._recording.mark(step, done=False)
        yield
        self._recording.mark(step, done=True)
        self.worlds.append(after)

    def _append(self, store: SealedStore, case: str, count: int, size: int) -> None:
        world = self._world
        new = [world.last + 1 + each for each in range(count)]
        said = tuple((seq, "answer", case, f"{seq} " * (size // 4)) for seq in new)
        after = replace(world, said=world.said + said, last=new[-1])
        events = [NewEvent("answer", case=case, session=case, new_value=e[3]) for e in said]
        with self._step(after):
            assert [each.seq for each in store.append(events)] == new

    def _withdraw(self, store: SealedStore, case: str) -> None:
        world = self._world
        left = tuple(each for each in world.said if each[2] != case)
        counts = {"events": len(world.said) - len(left), "sessions": 1}
        said = (*left, (world.last + 1, "withdrawn", case, counts))
        with self._step(replace(world, said=said, last=world.last + 1)):
            store.withdraw(case, user="researcher-1", at=1)


def fault_of(root: Path, allowed: list[World | None]) -> str:
    """Say what is wrong with what a power cut has left; empty where all is well.

    Parameters
    ----------
    root : Path
        What is left.
    allowed : list of World or None
        What there may be: all that was acknowledged, and the step under way or not.
    """
    try:
        home = find_home(root / DATA)
    except StoreError as refused:
        return "" if None in allowed else f"no home: {refused.findings[0].code}"
    try:
        passphrase, keyring = _unlocked(home)
        store = home.open_research(keyring)
    except StoreError as refused:
        return f"does not open: {refused.findings[0].code}"
    try:
        return _fault_in(store, passphrase, allowed)
    except StoreError as refused:
        return f"cannot be used: {refused.findings[0].code}"
    finally:
        store.close()


def _unlocked(home: Home) -> tuple[int, Keyring]:
    try:
        return 0, Keyring.unlock(home.research_keyring, PASSPHRASES[0])
    except StoreError:
        return 1, Keyring.unlock(home.research_keyring, PASSPHRASES[1])


def _fault_in(store: SealedStore, passphrase: int, allowed: list[World | None]) -> str:
    said = tuple((each.seq, each.event, each.case, each.new_value) for each in store.read())
    worlds = [each or World() for each in allowed]
    if passphrase not in {each.passphrase for each in worlds}:
        return "another passphrase opens it"
    if said not in [each.said for each in worlds]:
        most = max(len(each.said) for each in worlds)
        return "acknowledged events are missing" if len(said) < most else "something half is there"
    if found := store.verify():
        return f"does not verify: {found[0].code}"
    last = max((each[0] for each in said), default=0)
    if store.append([NewEvent("note", case="K99")])[0].seq != last + 1:
        return "the next event has another number"
    return ""
