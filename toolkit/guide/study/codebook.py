"""The codebook as data: themes, and under them codes with their definitions."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from toolkit.errors import StudyError
from toolkit.guide.study.parts import Part, Version, Words, shaped
from toolkit.guide.topic.model import Id
from toolkit.guide.yaml.ledger import Ledger
from toolkit.guide.yaml.source import Document, read_yaml
from toolkit.guide.yaml.validate import validate

_INVENTED = "True where the wording is the authors' own, although somebody may have said it alike."
_shape, _check = shaped(r"\S+ [0-9]+-[0-9]+", "a text and its characters such as K01/q3 0-52")
QuotationId = Annotated[str, _shape, _check]


class Example(Part):
    """Words that show what a code is about: of a participant, or made up."""

    words: Words = Field(description="The words, as they are printed.")
    quotation: QuotationId | None = Field(
        default=None,
        description="The quotation that was signed off: text and characters, as K01/q3 0-52.",
    )
    invented: bool = Field(default=False, description="True where nobody said it.")


class Code(Part):
    """One code: what it means, when it is used and when it is not."""

    code: Id = Field(description="Id; segments and tables name it.")
    label: Words = Field(description="What readers see it called.")
    definition: Words = Field(description="What it means, in a sentence or two.")
    use: Words = Field(description="When to use it.")
    avoid: Words = Field(description="When not to use it, and what to use instead.")
    in_vivo: QuotationId | None = Field(
        default=None,
        description="Where the label is a participant's words: the quotation that was signed off.",
    )
    examples: tuple[Example, ...] = Field(default=(), description="Words that show what it is.")
    invented: bool = Field(default=False, description=_INVENTED)
    parent: Id | None = Field(
        default=None, description="A code of the same theme that this one is a finer part of."
    )


class Theme(Part):
    """Codes that belong together."""

    theme: Id = Field(description="Id; tables name it.")
    label: Words = Field(description="What readers see it called.")
    definition: Words = Field(description="What its codes have in common.")
    invented: bool = Field(default=False, description=_INVENTED)
    codes: tuple[Code, ...] = Field(min_length=1, description="Its codes, in order.")


class Codebook(Part):
    """A codebook: a tree of themes and codes."""

    codebook: Id = Field(description="Id of the codebook.")
    title: Words = Field(description="Title.")
    version: Version = Field(description='Version in quotes: "1.0"; raise it at every change.')
    source: Words = Field(description="Where themes and codes come from.")
    themes: tuple[Theme, ...] = Field(min_length=1, description="Themes, in order.")

    @property
    def hash(self) -> str:
        """SHA-256 of the codebook's content (64 hex digits)."""
        return self.fingerprint()

    @cached_property
    def codes(self) -> dict[str, Code]:
        """Every code by its id, in the codebook's order."""
        return {code.code: code for theme in self.themes for code in theme.codes}

    @cached_property
    def theme_of(self) -> dict[str, str]:
        """Id of the theme of every code."""
        return {code.code: theme.theme for theme in self.themes for code in theme.codes}


def read_codebook(path: str | Path) -> tuple[Codebook | None, Document]:
    """Read a codebook and collect every fault instead of raising.

    Returns
    -------
    tuple of Codebook or None, Document
        None if its shape is wrong; the document's ``findings`` say what.
    """
    document = read_yaml(path)
    codebook = validate(Codebook, document)
    if codebook is not None:
        _check_ids(codebook, Ledger(document))
        _check_parents(codebook, Ledger(document))
        _check_examples(codebook, Ledger(document))
    return codebook, document


def load_codebook(path: str | Path) -> Codebook:
    """Load a codebook.

    Parameters
    ----------
    path : str or Path
        ``codebook.yaml``.

    Returns
    -------
    Codebook
        With ids that are unique and parents that exist.

    Raises
    ------
    StudyError
        With every fault of the file.
    """
    codebook, document = read_codebook(path)
    if codebook is None or document.findings:
        raise StudyError(document.findings)
    return codebook


def _check_ids(codebook: Codebook, ledger: Ledger) -> None:
    """Check that themes and codes share no id, so that a table never mixes them up."""
    places: list[tuple[str, tuple[Any, ...]]] = []
    for number, theme in enumerate(codebook.themes):
        at: tuple[Any, ...] = ("themes", number)
        places.append((theme.theme, at))
        places += [(code.code, (*at, "codes", i)) for i, code in enumerate(theme.codes)]
    ledger.twice(places)


def _check_parents(codebook: Codebook, ledger: Ledger) -> None:
    for number, theme in enumerate(codebook.themes):
        parents = {code.code: code.parent for code in theme.codes}
        for i, code in enumerate(theme.codes):
            path = ("themes", number, "codes", i, "parent")
            if code.parent is None:
                continue
            if code.parent not in parents:
                ledger.unknown(path, "code of this theme", code.parent, parents)
            elif _runs_in_a_circle(code.code, parents):
                ledger.say("STUDY-012", path, id=code.code)


def _check_examples(codebook: Codebook, ledger: Ledger) -> None:
    """Ask of each example whose words it is: a quotation by its id, or marked as invented."""
    for number, theme in enumerate(codebook.themes):
        for i, code in enumerate(theme.codes):
            for n, each in enumerate(code.examples):
                if (each.quotation is None) != each.invented:
                    path = ("themes", number, "codes", i, "examples", n)
                    ledger.say("STUDY-080", path, id=code.code)


def _runs_in_a_circle(code: str, parents: dict[str, str | None]) -> bool:
    seen: set[str] = set()
    here: str | None = code
    while here is not None and here not in seen:
        seen.add(here)
        here = parents.get(here)
    return here is not None
