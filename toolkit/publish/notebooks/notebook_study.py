"""How a notebook reaches its study: which data it is handed, and the footer that it ends with.

A notebook holds no path. In a run it is told by the run where the study and its data are, through
a file outside of everything that is published. Anywhere else (JupyterLab, stock papermill,
``jupyter nbconvert --execute``) it finds them in the project around it: ``topic_guides/<study>``
and ``.studies/<study>``, or the fictional sample in ``.studies/<study>-sample``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import RunError
from toolkit.publish.notebooks.code import code_version
from toolkit.publish.project import find_project, no_data
from toolkit.publish.notebooks.study_access import TOLD, opened, told

if TYPE_CHECKING:
    from toolkit.analysis.data.study_data import StudyData


@dataclass(frozen=True, slots=True)
class Footer:
    """What a notebook rests on; the last line of the notebook shows it.

    Attributes
    ----------
    run : str
        Id of the run; empty if the notebook is not part of one.
    guides : tuple of tuple
        Id, version and hash of each topic guide.
    code : str
        Version of the toolkit.
    fictional : bool
        True if the data are made up.
    """

    run: str
    guides: tuple[tuple[str, str, str], ...]
    code: str
    fictional: bool

    def __repr__(self) -> str:
        """Return the footer as plain text."""
        run = f"Run {self.run}" if self.run else "Not part of a run"
        guides = [f"{name} {version} ({digest[:12]})" for name, version, digest in self.guides]
        said = f"{run}. Topic guides: {', '.join(guides)}. Code: toolkit {self.code}."
        return f"Fictional sample data. {said}" if self.fictional else said

    def _repr_html_(self) -> str:
        return f'<p class="source">{escape(repr(self))}</p>'

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        from toolkit.analysis.present.seal import sealed

        html = Footer._repr_html_(self)
        return sealed(self, {"text/html": html, "text/plain": Footer.__repr__(self)})


def open_study(study: str) -> StudyData:
    """Open the study of a notebook, reading only.

    Parameters
    ----------
    study : str
        Id of the study, as in the notebook's parameters.

    Returns
    -------
    StudyData
        Protocol, guides and tidy frames. Where a run fans out over strands or cases, the frames
        hold the rows of one of them, and the guides are those that it was asked by.

    Raises
    ------
    RunError
        RUN-018, there is no such study here, or the run is about another one; RUN-023, the
        notebook reads what ``graph.toml`` does not name, which may show only when it is read;
        RUN-059, the same of counts that no single strand or case has; RUN-050, the data are others
        than those the run is about.
    StudyError, GuideError, StoreError
        The study or its data cannot be read.

    Examples
    --------
    >>> from toolkit import open_study
    >>> study = open_study("my-study")
    >>> study
    Study my-study (fictional): 2 strands, 36 participants. Rows of its frames: sessions 28, ...
    >>> study.answers.columns[:3].tolist()
    ['session', 'participant', 'strand']
    """
    from toolkit.analysis.wrap.study_in_view import remember
    from toolkit.publish.notebooks.declared import only_declared
    from toolkit.store.home import find_home

    given = told() or _found(study)
    if not given["data"]:
        raise RunError.of("RUN-023", place=f"study {study}", what="data")
    if not Path(given["data"]).is_dir() or find_home(Path(given["data"])).study != study:
        raise no_data(study)
    found = opened(given)
    shared = given["share"][2] if "share" in given else ()
    return remember(only_declared(found, given["reads"], shared) if "reads" in given else found)


def footer(data: StudyData) -> Footer:
    """Return the footer of a notebook: run id, guide versions and hashes, code version.

    Parameters
    ----------
    data : StudyData
        What `open_study` returned.

    Returns
    -------
    Footer
        Shows itself; to be put at the end of the last cell.

    Examples
    --------
    >>> from toolkit import footer, open_study
    >>> print(footer(open_study("my-study")))
    Fictional sample data. Not part of a run. Topic guides: interview 0.1 (...
    """
    given = told() or {}
    guides = tuple((each.guide, each.version, each.hash) for each in data.guides.values())
    code = given.get("code") or code_version()
    return Footer(given.get("run", ""), guides, code, data.fictional)


def hand_over(
    file: Path,
    *,
    study: Path,
    data: Path | None,
    keys: Path,
    run: str,
    code: str = "",
    **limits: object,
) -> dict[str, str]:
    """Write down for a notebook where the study is.

    Parameters
    ----------
    data : pathlib.Path or None
        Folder of its data; None for a notebook that reads none.
    keys : pathlib.Path
        Socket at which the run shares the keys of the research store; no key is written down.
    code : str
        Version of the code behind the notebook, as it shows it; else that of the whole toolkit.
    **limits
        What there is: ``reads``, what it may read, as in ``graph.toml``; everything where it is
        left out. ``snapshot``, digest of the data that the run is about; of other data it is given
        none. ``share``: ``strands`` or ``cases``, which one, and what it is handed of that one
        only. ``shared``, for the process that notebooks are forked from: what any of them is handed
        in shares.
    """
    given: dict[str, object] = {"study": str(study.resolve()), "run": run, "code": code}
    given["data"] = str(data.resolve()) if data else ""
    if data:
        given["keys"] = str(keys)
    given |= {name: value for name, value in limits.items() if value is not None}
    file.touch(mode=0o600)
    file.write_text(json.dumps(given), encoding="utf-8")
    return {TOLD: str(file)}


def _found(study: str) -> Mapping[str, Any]:
    """Find the study in the project around the working folder."""
    project = find_project(study)
    return {"study": str(project.study), "data": str(project.data)}
