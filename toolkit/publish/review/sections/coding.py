"""The page on coding: codebook, agreement, saturation."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.analysis import figures
from toolkit.analysis.tables import coders, themes
from toolkit.guide.study.codebook import Code
from toolkit.publish.review.facts import new_codes, saturation_of
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import Listing, Missing, Part, Piece, Section, counted, slug


class Coding(Section):
    """What codes mean, who spoke of what, and how far two coders agree.

    Where coders differ is listed, and after how many interviews hardly anything new was said.
    No words of participants are shown.
    """

    order, name, short = 60, "coding", "Coding"
    title = "Coding and agreement"

    def content(self, records: Records) -> Iterator[Part]:
        """Yield codebook, themes, agreement, disagreements, saturation and the matrix."""
        study = records.study
        yield Part("Codebook", (_codebook(records),))
        yield Part("History of the codebook", (_history(records),))
        yield Part("Themes and codes", (themes.by_strand(study), themes.frequencies(study)))
        yield Part("Codes that fall together", (figures.cooccurrence(study),))
        yield Part("Agreement of two coders", (coders.agreement(study),))
        yield Part("Where they differ", (coders.disagreements(study),))
        yield Part("Saturation", tuple(_saturation(records)))
        matrix = Missing(
            "No framework matrix is recorded: summaries by case and theme are not kept yet."
        )
        yield Part("Framework matrix", (matrix,))


def _codebook(records: Records) -> Listing:
    """Return every code with its definition."""
    rows = [
        (_labelled(code), theme.label, code.definition, code.use, code.avoid)
        for theme in records.study.codebook.themes
        for code in theme.codes
    ]
    book = records.study.codebook
    heads = ("Code", "Theme", "What it means", "When to use it", "When not")
    base = (
        f"{len(rows)} codes in {len(book.themes)} themes; "
        f"version {book.version}, hash {book.hash[:12]}. In brackets: the id of a code, where it "
        "is not its name."
    )
    return Listing(book.title, heads, rows, base)


def _labelled(code: Code) -> str:
    """Return the name of a code with the id by which other definitions speak of it."""
    return code.label if slug(code.label) == code.code else f"{code.label} ({code.code})"


def _history(records: Records) -> Piece:
    """Return which versions of the codebook there have been."""
    memos = records.kinds.get("memo", 0)
    return Missing(
        f"Only version {records.study.codebook.version} is kept; earlier ones have no record. "
        f"{counted(memos, 'memo')} of coders in the journal, not shown here."
    )


def _saturation(records: Records) -> Iterator[Piece]:
    """Yield new codes by interview, and what the rule makes of them."""
    found = saturation_of(records)
    if found is None:
        yield Missing("No interview is coded yet.")
        return
    new = new_codes(records)
    total = 0
    rows = []
    for number, (_, count) in enumerate(new, 1):
        total += count
        rows.append((str(number), count, total))
    yield (
        f"Base of 4 interviews, runs of 2, threshold of 5% of the {found.base_codes} codes of the "
        f"base (Guest, Namey and Chen 2020). Result: {found.in_words()}."
    )
    heads = ("Interview", "New codes", "Codes so far")
    yield Listing(
        "New codes by interview, in the order held",
        heads,
        rows,
        f"{counted(len(new), 'coded interview')}.",
    )
