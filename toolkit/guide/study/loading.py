"""From ``study.yaml`` to a checked protocol."""

from __future__ import annotations

import os
from pathlib import Path

from toolkit.errors import StudyError, finding
from toolkit.guide.study.model import Study
from toolkit.guide.study.rules import check_protocol
from toolkit.guide.yaml.ledger import Ledger
from toolkit.guide.yaml.source import Document, read_yaml
from toolkit.guide.yaml.validate import validate


def load_study(path: str | Path) -> Study:
    """Load a study protocol that is free of faults.

    Parameters
    ----------
    path : str or Path
        The study's folder, or its ``study.yaml``.

    Returns
    -------
    Study
        The protocol, frozen, with ids that all exist.

    Raises
    ------
    StudyError
        The protocol has faults; every one is a finding. Warnings do not raise.
    """
    study, ledger = read_study(path)
    errors = [each for each in ledger.document.findings if each.severity == "error"]
    if study is None or errors:
        raise StudyError(errors)
    return study


def read_study(path: str | Path) -> tuple[Study | None, Ledger]:
    """Read a protocol and check it against itself, without raising.

    Parameters
    ----------
    path : str or Path
        The study's folder, or its ``study.yaml``.

    Returns
    -------
    tuple of Study or None, Ledger
        None if its shape is wrong; the ledger has what was found and what holds.
    """
    path = Path(path)
    is_folder = os.path.isdir(path)  # unlike Path.is_dir, no error for a name of 300 signs
    file = path / "study.yaml" if is_folder else path
    if is_folder and not file.exists():
        document = Document(name=str(path))
        document.findings.append(
            finding("STUDY-001", file=str(path), place="folder", folder=path.name)
        )
        return None, Ledger(document)
    document = read_yaml(file)
    ledger = Ledger(document)
    study = validate(Study, document)
    if study is not None:
        check_protocol(study, ledger)
    return study, ledger
