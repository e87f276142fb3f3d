"""A rehearsal is made ready: a store of its own in which invented people have consented."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from toolkit.errors import CaptureError
from toolkit.fieldwork import record_consent
from toolkit.guide import load_consent
from toolkit.guide.study.consent import ConsentForm
from toolkit.guide.study.model import Study
from toolkit.store.home import Home
from toolkit.store.journal.interface import Store
from toolkit.store.keys.keyring import Keyring
from toolkit.store.lifecycle.rehearsal import REHEARSER, begin_rehearsal, open_rehearsal


def make_ready(
    folder: Path,
    study: Study,
    protocol: Path,
    people: Sequence[str],
    kind: Literal["interview", "forum"] = "interview",
) -> tuple[Home, Keyring]:
    """Make the store of a rehearsal, with a record of consent for everybody in it.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of the rehearsal, new or empty.

    Raises
    ------
    CaptureError
        The study has no strand of the kind (CAPTURE-042).
    StoreError
        The folder is in use, or the disk cannot be used.
    """
    strands = [each.strand for each in study.strands if each.kind == kind]
    if not strands:
        raise CaptureError.of("CAPTURE-042", place=f"study {study.study}", kind=kind)
    home, keyring = begin_rehearsal(folder, study.study)
    form = load_consent(protocol / study.consent)
    store, _ = open_rehearsal(folder, keyring)
    try:
        for person in people:
            _consent(store, form, strands[0], person)
    finally:
        store.close()
    return home, keyring


def _consent(store: Store, form: ConsentForm, strand: str, person: str) -> None:
    record_consent(
        store,
        form,
        strand,
        case=person,
        date=date.today().isoformat(),  # noqa: DTZ011 - the local day
        clauses={each.clause: True for each in form.clauses_for(strand)},
        user=REHEARSER,
        at=time.time_ns() // 1_000_000,
    )
