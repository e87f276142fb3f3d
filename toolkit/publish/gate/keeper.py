"""The gate of one run: opened when the first notebook has ended, and asked about each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from toolkit.publish.engine.outcome import NotebookReport, recorded
from toolkit.publish.gate.gate import Gate
from toolkit.publish.gate.held import Held
from toolkit.publish.gate.names import Names
from toolkit.publish.gate.notebook_cells import hold_cells
from toolkit.publish.gate.releases import releases_of
from toolkit.publish.gate.said import said_by_participants
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring


@dataclass
class Keeper:
    """Keeps the gate of one run.

    Attributes
    ----------
    study : pathlib.Path
        Folder of the study's files.
    home : Home
        Where its data are.
    keyring : Keyring
        The unlocked research keyring.
    names : Names or None
        What must not stand in any output, from the identity store; None: not looked for.
    held : list of Held
        What was held back of the notebooks so far, or released.
    own : dict of str to Gate
        Place to the gate of that file: pages of notebooks of which cells were released.
    """

    study: Path
    home: Home
    keyring: Keyring
    names: Names | None
    held: list[Held] = field(default_factory=list)
    own: dict[str, Gate] = field(default_factory=dict)

    @cached_property
    def gate(self) -> Gate:
        """What is looked for; the journal is read when it is asked first."""
        return gate_of(self.study, self.home, self.keyring, self.names)

    def look_at(self, report: NotebookReport) -> NotebookReport:
        """Return the report of a notebook without what must not go out.

        Parameters
        ----------
        report : NotebookReport
            The outcome of the notebook.
        """
        if report.executed is None:
            return report
        notebook, held = hold_cells(report.executed, report.notebook, self.gate)
        self.held += held
        released = [each for each in held if each.released_by]
        if released:
            name, gate = report.notebook, self.gate.letting_out(released)
            pages = (f"{name}.html", f"{name}.code.html", f"notebooks/{name}.ipynb")
            self.own |= dict.fromkeys(pages, gate)
        return replace(report, executed=notebook, results=recorded(notebook))


def gate_of(study: Path, home: Home, keyring: Keyring, names: Names | None) -> Gate:
    """Return the gate of a study as its journal stands.

    Parameters
    ----------
    study, home : pathlib.Path, Home
        Folder of the study's files, and where its data are.
    keyring : Keyring
        The unlocked research keyring.
    names : Names or None
        What must not stand in any output, from the identity store; None: not looked for.
    """
    store = home.open_research(keyring)
    try:
        events = list(store.read())
    finally:
        store.close()
    return Gate(names, releases_of(events), said_by_participants(study, events))
