"""``toolkit run --watch``: the run again whenever something that goes into it was changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.publish.engine.unchanged import look_at

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.store.home import Home
    from toolkit.store.keys.keyring import Keyring

# A call in progress writes at each keystroke: a run waits for a pause, but not for ever.
_LOOK_SECONDS, _PAUSE_SECONDS, _LONGEST_SECONDS = 0.5, 2.0, 60.0


@dataclass(frozen=True, slots=True)
class Watched:
    """What goes into a run, to be looked at again and again.

    Attributes
    ----------
    study, notebooks : pathlib.Path
        Folders of files.
    home : Home
        Where the data are.
    keyring : Keyring
        The unlocked research keyring.
    """

    study: Path
    notebooks: Path
    home: Home
    keyring: Keyring

    def look(self) -> object:
        """Return a value that changes when an input does: names, sizes and times; or the head."""
        files = look_at([self.study, self.notebooks, self.home.research])
        return files, self._head() if self.home.server else None

    def _head(self) -> object:
        store = self.home.open_research(self.keyring)
        try:
            return store.head()
        finally:
            store.close()


def whenever_changed(
    look: Callable[[], object],
    *,
    wait: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[None]:
    """Yield at once, and then whenever one of the watched files has changed.

    What changes while the caller is at work counts too.

    Parameters
    ----------
    wait, clock : callable, optional
        Sleeps for seconds; gives the time in seconds.
    """
    while True:
        before = look()
        yield
        while look() == before:
            wait(_LOOK_SECONDS)
        begun, last = clock(), look()
        while clock() - begun < _LONGEST_SECONDS:
            wait(_PAUSE_SECONDS)
            now = look()
            if now == last:
                break
            last = now
