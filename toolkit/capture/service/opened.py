"""The study that a server captures for: its protocol, its guides, and its unlocked store."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from toolkit.capture.versions import keep_guide
from toolkit.errors import CaptureError
from toolkit.guide import Guide, load_guide, load_study
from toolkit.guide.study import Study
from toolkit.store.derived import derived_key
from toolkit.store.home import find_home
from toolkit.store.interface import Store
from toolkit.store.keyring import Keyring
from toolkit.store.unlocked import unlock


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
    """

    study: Study
    guide: Guide
    store: Store
    keyring: Keyring

    def browser_key(self, session: str) -> str:
        """Give the key for what waits in a browser, base64; the same after each restart.

        Parameters
        ----------
        session : str
            Id of the session, which is the participant's pseudonym.
        """
        key = derived_key(self.keyring, self.store.about, session, "browser")
        return base64.b64encode(key.reveal()).decode("ascii")


def open_store(data: Path) -> tuple[Store, Keyring]:
    """Open the research store of a study that somebody on this machine has unlocked.

    Parameters
    ----------
    data : Path
        Folder of the study's data.

    Raises
    ------
    StoreError
        There is none, it is locked, or it is damaged.
    """
    home = find_home(data)
    keyring = unlock(home)
    return home.open_research(keyring), keyring


def open_study(
    protocol: Path, data: Path, kind: Literal["interview", "forum"] = "interview"
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

    Returns
    -------
    Opened
        The study; its guide stands in the journal.

    Raises
    ------
    StudyError, GuideError
        A file of the study is not right.
    CaptureError
        The study has no sessions of this kind.
    StoreError
        As in `open_store`.
    """
    study = load_study(protocol)
    names = [each.guide for each in study.strands if each.kind == kind]
    if not names:
        raise CaptureError.of("CAPTURE-042", place=f"study {study.study}", kind=kind)
    guide = load_guide(protocol / names[0])
    store, keyring = open_store(data)
    keep_guide(store, guide)
    return Opened(study, guide, store, keyring)
