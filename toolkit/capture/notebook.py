"""The call page and the forum page inside a notebook, by anywidget.

The widget syncs the id of its session and the number of the last saved event, and never an answer:
what is typed goes from the browser to the Jupyter server (`toolkit.capture.service`), so that a
kernel that dies takes nothing along, and a saved notebook holds nothing that anybody said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path

import anywidget
from traitlets import Int, Unicode

from toolkit.capture.service.kernel_environment import told_to_kernels
from toolkit.errors import Finding, ToolkitError, finding
from toolkit.store.home import find_home
from toolkit.store.lifecycle.unlocked import unlock

# Taken from the server where it can be had: the page is many files, and a widget is one text.
_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
_SHELL = files("toolkit.capture").joinpath("page", "notebook", "loader.js").read_text("utf-8")


class CallWidget(anywidget.AnyWidget):
    """The page of a telephone interview, below a cell."""

    _esm = f'const show = "call";\n{_SHELL}'
    session = Unicode("", help="Pseudonym of the participant.").tag(sync=True)
    number = Int(0, help="Number of the last event of the session that is saved.").tag(sync=True)

    @property
    def saved(self) -> str:
        """How far the session is saved, in words."""
        if self.number:
            return f"The journal of {self.session} is saved up to entry {self.number}."
        return f"Nothing has been written to the journal of {self.session} from this notebook yet."


class ForumWidget(CallWidget):
    """The page of a forum, below a cell."""

    _esm = f'const show = "forum";\n{_SHELL}'


@dataclass(frozen=True, slots=True)
class NotHere:
    """Why there is no page, in words; it is shown where the page would be.

    Attributes
    ----------
    findings : tuple of Finding
        What is in the way, and what to do.
    """

    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        return "\n".join(str(each) for each in self.findings)

    def _repr_html_(self) -> str:
        said = "".join(f"<li>{escape(str(each))}</li>" for each in self.findings)
        return f"<p>The page is not shown:</p><ul>{said}</ul>"

    @property
    def saved(self) -> str:
        """How far the session is saved, in words."""
        return "Nothing was written from this notebook."


def call_page(study: str, data: str, session: str) -> CallWidget | NotHere:
    """Return the page of a telephone interview, to be shown below a cell.

    Parameters
    ----------
    study : str
        Id of the study.
    data : str
        Folder of its data; empty for the one that this Jupyter was started for.
    session : str
        Pseudonym of the participant.

    Returns
    -------
    CallWidget or NotHere
        Where the page cannot be shown, why not; nothing is raised.

    Examples
    --------
    Outside of a Jupyter that captures, it shows why there is no page:

    >>> from toolkit import call_page
    >>> call_page("my-study", "", "P01").saved
    'Nothing was written from this notebook.'
    """
    faults = _in_the_way(study, data, session)
    return NotHere(faults) if faults else CallWidget(session=session)


def forum_page(study: str, data: str, session: str) -> ForumWidget | NotHere:
    """Return the page of a forum, to be shown below a cell.

    Parameters
    ----------
    study, data : str
        As in `call_page`.
    session : str
        Id of the forum.

    Returns
    -------
    ForumWidget or NotHere
        As in `call_page`.

    Examples
    --------
    Outside of a Jupyter that captures, it shows why there is no page:

    >>> from toolkit import forum_page
    >>> forum_page("my-study", "", "F1").saved
    'Nothing was written from this notebook.'
    """
    faults = _in_the_way(study, data, session)
    return NotHere(faults) if faults else ForumWidget(session=session)


def _in_the_way(study: str, data: str, session: str) -> tuple[Finding, ...]:
    """Return why the page cannot be shown in this notebook; nothing if it can."""
    if not _SESSION.fullmatch(session):
        # What stands there is not said again: somebody may have typed a name.
        return (finding("CAPTURE-070", place="parameter session"),)
    here = told_to_kernels()
    if here is None:
        return (finding("CAPTURE-071", place="notebook"),)
    try:
        home = find_home(here)
        if home.study != study or (data and Path(data).resolve() != here):
            return (finding("CAPTURE-072", place=f"study {study}", found=home.study),)
        unlock(home)
    except ToolkitError as fault:
        return fault.findings
    return ()
