"""The consent form as data: versioned, one clause at a time, with its hash (clause P25)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from toolkit.errors import StudyError
from toolkit.guide.study.parts import ClauseId, Part, Version, Words
from toolkit.guide.topic.model import Id, Wording
from toolkit.guide.yaml.ledger import Ledger
from toolkit.guide.yaml.source import Document, read_yaml
from toolkit.guide.yaml.validate import validate


class ConsentClause(Part):
    """One point of the form that a participant answers."""

    clause: Id = Field(description="Id; consent records name it.")
    kind: Literal["taking-part", "recording", "use", "contact"] = Field(
        description="What it is about; for 'use', the key `use` says which."
    )
    answer: Literal["required", "choice"] = Field(
        description="Required: without a yes nobody takes part. Choice: yes or no."
    )
    use: Id | None = Field(default=None, description="Use that it allows (clause P36).")
    strands: tuple[Id, ...] = Field(
        default=(), description="Strands whose form has it; none given means all."
    )
    protocol: ClauseId = Field(description="Clause of the protocol that it serves.")
    text: Wording = Field(description="What the form says.")

    def concerns(self, strand: str) -> bool:
        """Return whether the form of a strand has the clause."""
        return not self.strands or strand in self.strands


class ConsentForm(Part):
    """A consent form."""

    consent: Id = Field(description="Id of the form.")
    title: Wording = Field(description="Heading of the form.")
    version: Version = Field(description='Version in quotes: "1.0"; raise it at every change.')
    source: Words = Field(description="Where its points come from.")
    introduction: Wording = Field(description="What stands above the points.")
    clauses: tuple[ConsentClause, ...] = Field(min_length=1, description="Points, in order.")
    closing: Wording = Field(description="What stands above the signature.")

    @property
    def hash(self) -> str:
        """SHA-256 of the form's content (64 hex digits); goes into every consent record."""
        return self.fingerprint()

    def clauses_for(self, strand: str) -> tuple[ConsentClause, ...]:
        """Return the clauses of one strand's form, in order."""
        return tuple(each for each in self.clauses if each.concerns(strand))


def read_consent(path: str | Path) -> tuple[ConsentForm | None, Document]:
    """Read a consent form and collect every fault instead of raising.

    Returns
    -------
    tuple of ConsentForm or None, Document
        None if its shape is wrong; the document's ``findings`` say what.
    """
    document = read_yaml(path)
    form = validate(ConsentForm, document)
    if form is not None:
        ledger = Ledger(document)
        ledger.twice((each.clause, ("clauses", i)) for i, each in enumerate(form.clauses))
        _check_uses(form, ledger)
    return form, document


def load_consent(path: str | Path) -> ConsentForm:
    """Load a consent form.

    Parameters
    ----------
    path : str or Path
        ``consent.yaml``.

    Returns
    -------
    ConsentForm
        With its points in order; its ``hash`` goes into consent records.

    Raises
    ------
    StudyError
        With every fault of the file.
    """
    form, document = read_consent(path)
    if form is None or document.findings:
        raise StudyError(document.findings)
    return form


def _check_uses(form: ConsentForm, ledger: Ledger) -> None:
    for i, each in enumerate(form.clauses):
        at = ("clauses", i)
        if each.kind == "use" and each.use is None:
            ledger.say("STUDY-030", at, kind=each.kind, problem="does not say which use")
        if each.kind != "use" and each.use is not None:
            ledger.say("STUDY-030", (*at, "use"), kind=each.kind, problem="names a use")
        if each.kind in ("recording", "use") and each.answer == "required":
            ledger.say("STUDY-031", (*at, "answer"), kind=each.kind)
