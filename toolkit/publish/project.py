"""The project around the working folder: where a study, its data and the notebooks are."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from toolkit.errors import RunError

GUIDES, STUDIES = "topic_guides", ".studies"


@dataclass(frozen=True, slots=True)
class Project:
    """Where the parts of one study are.

    Attributes
    ----------
    root : pathlib.Path
        The folder that has ``topic_guides`` in it.
    name : str
        Id of the study.
    """

    root: Path
    name: str

    @property
    def study(self) -> Path:
        """Folder of the study's files."""
        return self.root / GUIDES / self.name

    @property
    def data(self) -> Path:
        """Folder of its own data, or of its fictional sample where there are no others."""
        own = self.root / STUDIES / self.name
        return own if own.is_dir() else own.with_name(f"{self.name}-sample")

    @property
    def notebooks(self) -> Path:
        """Folder of the notebooks and of ``graph.toml``."""
        return self.root / "notebooks"

    @property
    def outputs(self) -> Path:
        """Folder below which a run writes."""
        return self.root / "outputs"


def find_project(study: str) -> Project:
    """Return the project in or above the working folder that has a study.

    Raises
    ------
    RunError
        There is none (RUN-018); a study with a similar id is named.
    """
    here = Path.cwd()
    known: list[str] = []
    for root in (here, *here.parents):
        found = Project(root, study)
        if study and found.study.is_dir():
            return found
        known += [each.parent.name for each in (root / GUIDES).glob("*/study.yaml")]
    near = get_close_matches(study, known, n=1)
    raise RunError.of("RUN-018", place=f"study {study}", hint=_hint(near))


def no_data(study: str) -> RunError:
    """Return the error that there are no data of a study here, or those of another (RUN-018)."""
    return RunError.of("RUN-018", place=f"study {study}", hint="")


def _hint(near: list[str]) -> str:
    return f"did you mean {near[0]}? Else " if near else ""
