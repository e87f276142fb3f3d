"""How a command finds the protocol of the study whose data it opens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.shared.output import FILE

if TYPE_CHECKING:
    from toolkit.guide.study.model import Study
    from toolkit.store.home import Home

GUIDES = Path("topic_guides")
"""Folder of the studies' files, below the working folder."""

STUDY = click.option(
    "--study", "folder", type=FILE, help=f"Folder with the study's files [default: in {GUIDES}]."
)
USER = click.option(
    "--user", default="researcher-1", show_default=True, help="Your role and number."
)


def protocol_folder(folder: Path | None, home: Home) -> Path:
    """Return the folder of the files of the study whose data are opened.

    Parameters
    ----------
    folder : pathlib.Path or None
        The folder that was named, or None for the one that has the study's name.

    Raises
    ------
    UsageError
        There is no such folder (USAGE-004).
    """
    from toolkit.errors import UsageError

    wanted = folder or GUIDES / home.study
    if not wanted.is_dir():
        place, option = "--study", "--study"
        raise UsageError.of("USAGE-004", place=place, folder=str(wanted), option=option)
    return wanted


def protocol_of(folder: Path | None, home: Home) -> Study:
    """Return the protocol of the study whose data are opened; parameters as in `protocol_folder`.

    Raises
    ------
    UsageError
        There is no such folder (USAGE-004), or it is of another study (USAGE-017).
    """
    from toolkit.errors import UsageError
    from toolkit.guide import load_study

    study = load_study(protocol_folder(folder, home))
    if study.study != home.study:
        raise UsageError.of("USAGE-017", place="--study", found=study.study)
    return study
