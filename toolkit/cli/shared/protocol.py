"""How a command finds the protocol of the study whose data it opens."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.shared.output import FILE
from toolkit.cli.shared.secrets import Command, SecretSource
from toolkit.cli.shared.study_home import (
    DATA,
    find_data,
    keyring_of,
    open_to_write,
    passphrase_options,
)

if TYPE_CHECKING:
    from toolkit.guide.study.model import Study
    from toolkit.store import Store
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


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which study a command was told to open, and where its passphrase is.

    Attributes
    ----------
    data, folder : pathlib.Path or None
        Folder of its data, and of its files; the only ones there are, where left out.
    passphrase : SecretSource
        Of its research store.
    """

    data: Path | None
    folder: Path | None
    passphrase: SecretSource

    @contextmanager
    def opened(self) -> Iterator[tuple[Store, Study]]:
        """Open the research store and the protocol for the time of a command.

        Yields
        ------
        tuple of Store and Study
            The store is closed afterwards.
        """
        home = find_data(self.data)
        study = protocol_of(self.folder, home)
        with closing(open_to_write(home, keyring_of(home, self.passphrase))) as store:
            yield store, study

    def files(self) -> Path:
        """Return the folder of the study's files."""
        return protocol_folder(self.folder, find_data(self.data))


def study_options(command: Command) -> Command:
    """Return a command the options that say which study it opens; it takes them as ``chosen``."""

    @functools.wraps(command)
    def gathered(
        data: Path | None, folder: Path | None, passphrase: SecretSource, **given: Any
    ) -> Any:
        return command(**given, chosen=Chosen(data, folder, passphrase))

    return DATA(STUDY(passphrase_options(gathered)))
