"""The study that a server captures for: its protocol, its guides, and its unlocked store."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from toolkit.capture.session.private import PrivateWords
from toolkit.capture.session.session import Session
from toolkit.capture.session.versions import keep_guide
from toolkit.errors import CaptureError
from toolkit.guide import Guide, load_guide, load_study
from toolkit.guide.study.codebook import Codebook, load_codebook
from toolkit.guide.study.model import Study
from toolkit.store.event import REHEARSAL
from toolkit.store.home import find_home, is_rehearsal
from toolkit.store.journal.derived import derived_key
from toolkit.store.journal.interface import Store
from toolkit.store.keys.keyring import Keyring
from toolkit.store.lifecycle.rehearsal import REHEARSER, open_rehearsal
from toolkit.store.lifecycle.unlocked import unlock


@dataclass(frozen=True, slots=True)
class Opened:
    """An open study.

    Attributes
    ----------
    study : Study
        The protocol.
    guide : Guide
        The guide for interviews (or forums), as its file is now.
    store : Store
        The research store.
    keyring : Keyring
        Its unlocked keyring.
    codebook : Codebook or None
        Where live tags come from; None if the study has no codebook yet.
    """

    study: Study
    guide: Guide
    store: Store
    keyring: Keyring
    codebook: Codebook | None = None

    @property
    def rehearsed(self) -> bool:
        """Whether it is a rehearsal: nothing in it is real."""
        return self.store.about.holds == REHEARSAL

    def browser_key(self, session: str) -> str:
        """Return the key for what waits in a browser, base64; the same after each restart."""
        key = derived_key(self.keyring, self.store.about, session, "browser")
        return base64.b64encode(key.reveal()).decode("ascii")

    def equip(self, session: Session, case: str, user: str) -> Session:
        """Return a session what it needs besides the guide.

        The codebook, and a seal of one's own.
        """
        key = derived_key(self.keyring, self.store.about, case, f"private {user}")
        session.codebook = self.codebook
        session.private = PrivateWords(key, case, user)
        return session


def open_store(data: Path) -> tuple[Store, Keyring]:
    """Open the research store of a study that somebody here has unlocked, or that of a rehearsal.

    Raises
    ------
    StoreError
        There is none, it is locked, or it is damaged.
    """
    if is_rehearsal(data):
        return open_rehearsal(data)
    home = find_home(data)
    keyring = unlock(home)
    return home.open_research(keyring), keyring


def open_study(
    protocol: Path,
    data: Path,
    kind: Literal["interview", "forum"] = "interview",
    guide: str = "",
) -> Opened:
    """Open everything that a server needs for calls, or for forums.

    Parameters
    ----------
    protocol : Path
        Folder with ``study.yaml`` and the guides.
    data : Path
        As in `open_store`.
    kind : {"interview", "forum"}
        Which sessions it is for.
    guide : str
        File of another guide than the protocol's, to rehearse it.

    Returns
    -------
    Opened
        The study; its guide is in the journal.

    Raises
    ------
    StudyError, GuideError
        A file of the study is not right, the codebook's among them.
    CaptureError
        The study has no sessions of this kind; or another guide is asked for and it is no
        rehearsal.
    StoreError
        As in `open_store`.
    """
    study = load_study(protocol)
    names = [each.guide for each in study.strands if each.kind == kind]
    if not names:
        raise CaptureError.of("CAPTURE-042", place=f"study {study.study}", kind=kind)
    rehearsed = is_rehearsal(data)
    if guide and not rehearsed:
        raise CaptureError.of("CAPTURE-051", place=f"study {study.study}")
    chosen = load_guide(Path(guide) if guide else protocol / names[0])
    store, keyring = open_store(data)
    keep_guide(store, chosen, REHEARSER if rehearsed else "")
    file = protocol / study.codebook
    codebook = load_codebook(file) if file.exists() else None
    return Opened(study, chosen, store, keyring, codebook)
