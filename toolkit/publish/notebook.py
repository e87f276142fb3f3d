"""What a notebook imports to reach the study: which data, and what it ends with.

A notebook holds no path. In a run it is told by the run where the study and its data are, through
a file outside of everything that is published; in JupyterLab it finds them in the project around
it: ``topic_guides/<study>`` and ``.studies/<study>``, or the fictional sample in
``.studies/<study>-sample``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import RunError
from toolkit.publish.code import code_version

if TYPE_CHECKING:
    from toolkit.analysis.study_data import StudyData

_TOLD = "TOOLKIT_TOLD"


@dataclass(frozen=True, slots=True)
class Footer:
    """What a notebook rests on; the last line of the notebook shows it.

    Attributes
    ----------
    run : str
        Id of the run; empty where the notebook is not part of one.
    guides : tuple of tuple
        Id, version and hash of each topic guide.
    code : str
        Version of the toolkit.
    fictional : bool
        True where the data are made up.
    """

    run: str
    guides: tuple[tuple[str, str, str], ...]
    code: str
    fictional: bool

    def __repr__(self) -> str:
        """Give the footer as plain text."""
        run = f"Run {self.run}" if self.run else "Not part of a run"
        guides = [f"{name} {version} ({digest[:12]})" for name, version, digest in self.guides]
        said = f"{run}. Topic guides: {', '.join(guides)}. Code: toolkit {self.code}."
        return f"Fictional sample data. {said}" if self.fictional else said

    def _repr_html_(self) -> str:
        return f'<p class="source">{escape(repr(self))}</p>'


def study_data(study: str) -> StudyData:
    """Open the study of a notebook, reading only.

    Parameters
    ----------
    study : str
        Id of the study, as in the notebook's parameters.

    Returns
    -------
    StudyData
        Protocol, guides and tidy frames.

    Raises
    ------
    RunError
        RUN-018, there is no such study here, or the run is about another one.
    StudyError, GuideError, StoreError
        The study or its data cannot be read.
    """
    from toolkit.analysis.frames import open_study
    from toolkit.store.home import find_home
    from toolkit.store.unlocked import unlock

    told = _told() or _found(study)
    if not Path(told["data"]).is_dir():
        raise RunError.of("RUN-018", place=f"study {study}")
    home = find_home(Path(told["data"]))
    if home.study != study:
        raise RunError.of("RUN-018", place=f"study {study}")
    at = Path(told["keys"]) if "keys" in told else None
    store = home.open_research(unlock(home, at=at))
    try:
        return open_study(store, Path(told["study"]))
    finally:
        store.close()


def footer(data: StudyData) -> Footer:
    """Give the footer of a notebook: run id, guide versions and hashes, code version.

    Parameters
    ----------
    data : StudyData
        What `study_data` gave.
    """
    guides = tuple((each.guide, each.version, each.hash) for each in data.guides.values())
    return Footer((_told() or {}).get("run", ""), guides, code_version(), data.fictional)


def hand_over(file: Path, *, study: Path, data: Path, keys: Path, run: str) -> dict[str, str]:
    """Write down for a notebook where the study is.

    Parameters
    ----------
    file : pathlib.Path
        A file in the temporary folder of the run.
    study, data : pathlib.Path
        Folder of the study's files; folder of its data.
    keys : pathlib.Path
        Socket at which the run shares the keys of the research store; no key is written down.
    run : str
        Id of the run.

    Returns
    -------
    dict of str to str
        What to put into the environment of the notebook's kernel.
    """
    told = {"study": str(study.resolve()), "data": str(data.resolve()), "run": run}
    told["keys"] = str(keys)
    file.touch(mode=0o600)
    file.write_text(json.dumps(told), encoding="utf-8")
    return {_TOLD: str(file)}


def _told() -> Mapping[str, str] | None:
    """Give what the run told this notebook; None outside of a run."""
    file = os.environ.get(_TOLD)
    return json.loads(Path(file).read_text(encoding="utf-8")) if file else None


def _found(study: str) -> Mapping[str, str]:
    """Find the study in the project around the working folder."""
    here = Path.cwd()
    for root in (here, *here.parents):
        folder = root / "topic_guides" / study
        if folder.is_dir():
            own, sample = (root / ".studies" / name for name in _names(study))
            return {"study": str(folder), "data": str(own if own.is_dir() else sample)}
    raise RunError.of("RUN-018", place=f"study {study}")


def _names(study: str) -> tuple[str, str]:
    """Give the folders of a study's own data and of its sample."""
    return study, f"{study}-sample"
