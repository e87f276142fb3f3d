"""What the review pack reads: the study, its journal in one pass, the last run of its notebooks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.frames import open_study
from toolkit.errors import RunError
from toolkit.fieldwork.concern import Concern, concerns_of
from toolkit.fieldwork.consent import ConsentRecord, consent_of
from toolkit.guide import load_consent, load_guide
from toolkit.guide.study.consent import ConsentForm
from toolkit.guide.topic.model import Guide, Script
from toolkit.publish.gate.held import HELD_BACK
from toolkit.publish.notebooks.hashes import hash_of
from toolkit.publish.notebooks.inputs import Inputs, read_inputs
from toolkit.publish.output_folder import MANIFEST
from toolkit.sources import HeldSession, by_session, held_sessions
from toolkit.sources.reading import FIELDWORK
from toolkit.store import Event, Store
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring

EARLIER = "earlier"
"""Folder beside the study's files in which versions of guides that are no longer used are kept."""


@dataclass(frozen=True, eq=False)
class Records:
    """Everything that a page of the pack may speak of; it only reads.

    Attributes
    ----------
    inputs : Inputs
        The study's files and the digest of its journal.
    study : StudyData
        Protocol, guides, codebook and frames.
    form : ConsentForm
        The consent form.
    earlier : tuple of Guide
        Earlier versions of the guides, as far as their files are kept.
    sessions : tuple of HeldSession
        Calls and forums that are over and kept.
    fieldwork : tuple of Event
        Events of fieldwork, in order.
    begun : mapping of str to Event
        Session to the event with which it began, those not kept included.
    concerns : tuple of Concern
        Safeguarding concerns that were flagged, taken up or not.
    kinds : mapping of str to int
        Events of the journal by kind (count).
    run : mapping or None
        Manifest of the last run of the notebooks; None if there is none.
    """

    inputs: Inputs
    study: StudyData
    form: ConsentForm
    earlier: tuple[Guide, ...]
    sessions: tuple[HeldSession, ...]
    fieldwork: tuple[Event, ...]
    begun: Mapping[str, Event]
    concerns: tuple[Concern, ...]
    kinds: Mapping[str, int]
    run: Mapping[str, Any] | None

    @cached_property
    def consents(self) -> dict[str, ConsentRecord]:
        """Present consent by pseudonym."""
        cases = dict.fromkeys(each.case for each in self.of("consent"))
        found = {case: consent_of(self.of("consent"), case) for case in cases}
        return {case: each for case, each in found.items() if each is not None}

    def of(self, kind: str) -> list[Event]:
        """Return the events of fieldwork of one kind, in order."""
        return [each for each in self.fieldwork if each.event == kind]

    @cached_property
    def guides(self) -> tuple[Guide, ...]:
        """Every version of every guide that there is a file of, those in use first."""
        return (*self.inputs.guides, *self.earlier)

    def steps(self, clause: str) -> tuple[int, int]:
        """Count the sessions that came to a script step of a clause, and those that confirmed it.

        Parameters
        ----------
        clause : str
            ``P04``.

        Returns
        -------
        tuple of (int, int)
            Sessions in which every such step that was open was confirmed; sessions with one open.
        """
        confirmed = reached = 0
        for held in self.sessions:
            wanted = {
                ref
                for ref, item in held.guide.index.items()
                if isinstance(item, Script) and item.confirm and item.clause == clause
            }
            wanted &= set(held.state.open)
            reached += bool(wanted)
            confirmed += bool(wanted) and wanted <= set(held.state.confirmed)
        return confirmed, reached


def read_records(folder: Path, home: Home, keyring: Keyring, outputs: Path) -> Records:
    """Read everything that the pack is made from.

    Parameters
    ----------
    outputs : pathlib.Path
        Folder below which runs are written; the last run of the study is read from there.

    Returns
    -------
    Records
        Nothing was written.

    Raises
    ------
    RunError, StudyError, GuideError, StoreError
        The study or its data cannot be read.
    """
    inputs = read_inputs(folder, home, keyring)
    store = home.open_research(keyring)
    try:
        return records_of(inputs, store, last_run(outputs / home.study))
    finally:
        store.close()


def records_of(inputs: Inputs, store: Store, run: Mapping[str, Any] | None = None) -> Records:
    """Return the records of a study from its open journal.

    Parameters
    ----------
    store : Store
        The journal; it is only read.
    run : mapping, optional
        Manifest of the last run.
    """
    study = open_study(store, inputs.folder)
    events = list(store.read())
    sessions = by_session(events)
    held = tuple(held_sessions(sessions, study.guides))
    earlier = sorted((inputs.folder / EARLIER).glob("*.yaml"))
    return Records(
        inputs=inputs,
        study=study,
        form=load_consent(inputs.folder / study.protocol.consent),
        earlier=tuple(load_guide(file) for file in earlier),
        sessions=held,
        fieldwork=tuple(sessions.get(FIELDWORK, ())),
        begun={name: first for name, first in _first(sessions) if first.event == "begin"},
        concerns=tuple(concerns_of(events, study.protocol)),
        kinds=Counter(each.event for each in events),
        run=run,
    )


def last_run(folder: Path) -> Mapping[str, Any] | None:
    """Return the manifest of the last run; None if nothing was run.

    Raises
    ------
    RunError
        There is a manifest, and it cannot be read (RUN-040).
    """
    file = folder / MANIFEST
    if not file.is_file():
        return None
    try:
        told: Mapping[str, Any] = json.loads(file.read_bytes())
        wanted = (told["run"], told["inputs"]["data"]["snapshot"], told["outputs"])
    except (OSError, ValueError, KeyError, TypeError):
        wanted = None
    if wanted is None:
        raise RunError.of("RUN-040", place="outputs", file=MANIFEST)
    return {**told, "hash": hash_of(file.read_bytes()), "gate": _gate(folder / HELD_BACK)}


def _gate(file: Path) -> Mapping[str, Any] | None:
    """Return what the gate of that run withheld; None if the run had none."""
    try:
        told: Mapping[str, Any] = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return told


def _first(sessions: Mapping[str, Sequence[Event]]) -> list[tuple[str, Event]]:
    """Return the first event of each session."""
    return [(name, events[0]) for name, events in sorted(sessions.items()) if name]
