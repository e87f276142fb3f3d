"""The parts of a study's report that come out of its records: claims, findings, appendices.

A claim of the summary leads to its finding (clause P19), and its words for a share ("most") come
from the declared scale, never from a writer's ear::

    report.summary(data)          # one claim for each theme, each with the way to its finding
    report.findings(data)         # each theme: how many, its codes, quotations that may be printed
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from toolkit.analysis.data.named_frame import nearest
from toolkit.analysis.data.study_data import Quoted, StudyData
from toolkit.analysis.present import seal
from toolkit.analysis.present.markup import escaped, markdown_escaped
from toolkit.analysis.present.results import Prose
from toolkit.analysis.present.table import NO_SUPPRESSION, Table
from toolkit.analysis.tables import themes
from toolkit.errors import AnalysisError
from toolkit.guide.topic.model import wording

# Words for a share, each with the largest share (0 to 1) that it is said of.
SCALE: Sequence[tuple[float, str]] = (
    (0.0, "none"),
    (0.24, "a few"),
    (0.44, "some"),
    (0.55, "about half"),
    (0.89, "most"),
    (0.999, "nearly all"),
    (1.0, "all"),
)
_FORCES = (
    "Hard: the software refuses what would break it. Soft: it warns, asks for a reason and records "
    "the deviation. Waived: the protocol says why it does not apply."
)
_OF_THE = ("none", "about half")


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of the report.

    Attributes
    ----------
    html : str
        As static HTML; all text is escaped.
    plain : str
        As plain text.
    """

    html: str
    plain: str

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> seal.Shown:
        return seal.sealed(self, {"text/html": self.html, "text/plain": self.plain})

    def __repr__(self) -> str:
        """Return the part as plain text."""
        return self.plain


def in_words(count: int, base: int, of: str = "") -> str:
    """Return a share in the words of the declared scale, with its count and base.

    Returns
    -------
    str
        ``most participants (23 of 32)``, ``about half of the participants (16 of 32)``.

    Raises
    ------
    AnalysisError
        There is nobody to speak of, or more than there are (ANALYSIS-031).
    """
    if not 0 <= count <= base or not base:
        raise AnalysisError.of("ANALYSIS-031", place="report", count=count, base=base)
    share = count / base
    word = next(word for most, word in SCALE if share <= most)
    joined = " of the " if of and word in _OF_THE else " "
    return f"{word}{joined}{of}".rstrip() + f" ({count} of {base})"


def scale(study: StudyData) -> Table:
    """Return the scale that words for a share follow."""
    limits = [0.0, *(most for most, _ in SCALE)]
    rows = [[word, _span(low, most)] for low, (most, word) in zip(limits, SCALE, strict=False)]
    data = pd.DataFrame(rows, columns=["Word", "Share of participants"])
    base = study.people()
    return Table(
        "What words for a share mean", data, base, "participants", "declared", NO_SUPPRESSION
    )


def summary(study: StudyData) -> Prose:
    """Return the claims of the executive summary, one for each theme, each leading to its finding.

    Returns
    -------
    Prose
        A list; nothing to claim is said as that.
    """
    counts, codes = (themes.people_by_strand(study, each)["All"] for each in ("theme", "code"))
    base = study.people()
    if not base:
        return Prose(
            "Nobody has taken part yet, so there is nothing to claim.", "Nothing to claim."
        )
    lines, plain = [], []
    for theme in study.codebook.themes:
        many = in_words(int(counts[theme.theme]), base, "participants")
        first = max(theme.codes, key=lambda each: int(codes[each.code]))
        often = f"; most often: {first.label.lower()} ({codes[first.code]})"
        told = many[0].upper() + many[1:], theme.label.lower(), often if codes[first.code] else ""
        plain.append("- {} spoke of {}{}.".format(*told))
        said, label, most = map(markdown_escaped, told)
        lines.append(f"- {said} spoke of [{label}](#{anchor(theme.theme)}){most}.")
    return Prose("\n".join(lines), "\n".join(plain))


def findings(study: StudyData) -> Shown:
    """Return the findings: each theme with its count, its codes, and what may be quoted.

    Returns
    -------
    Shown
        One part for each theme, under the id that claims lead to. Quotations are those that were
        signed off and agreed to for the report (clauses P35, P36); where there is none, it says so.
    """
    counts = {level: themes.people_by_strand(study, level)["All"] for level in ("theme", "code")}
    base = study.people()
    parts, plain = [], []
    for theme in study.codebook.themes:
        count = int(counts["theme"][theme.theme])
        said = f"{theme.definition} {count} of {base} participants spoke of it."
        rows = [[code.label, int(counts["code"][code.code])] for code in theme.codes]
        data = pd.DataFrame(rows, columns=["Code", "Participants"])
        title = f"{theme.label}: participants by code"
        table = Table(title, data, base, "participants", themes.SOURCE, themes.WHOLE)
        parts.append(
            f'<section id="{anchor(theme.theme)}">\n<h3>{escaped(theme.label)}</h3>\n'
            f"<p>{escaped(said)}</p>\n{table.to_html()}{_quoted(study, theme.theme)}</section>\n"
        )
        plain.append(f"{theme.label}\n{said}\n{table!r}")
    return Shown("".join(parts), "\n\n".join(plain))


def recommendations(study: StudyData, theme: str) -> Table:
    """Return what participants asked for, most often asked for first.

    Parameters
    ----------
    theme : str
        Theme of the codebook whose codes are wishes: ``change``.

    Raises
    ------
    AnalysisError
        The codebook has no such theme (ANALYSIS-032).
    """
    known = {each.theme: each for each in study.codebook.themes}
    if theme not in known:
        choices = nearest(theme, known)
        raise AnalysisError.of("ANALYSIS-032", place="report", theme=theme, choices=choices)
    counts, base = themes.people_by_strand(study, "code")["All"], study.people()
    codes = sorted(known[theme].codes, key=lambda each: (-int(counts[each.code]), each.code))
    rows = [[c.label, c.definition, in_words(int(counts[c.code]), base)] for c in codes if base]
    data = pd.DataFrame(rows, columns=["Wish", "What it means", "Asked for by"])
    title = "What participants asked for"
    return Table(title, data, base, "participants", themes.SOURCE, themes.WHOLE)


def protocol(study: StudyData) -> Table:
    """Return the clauses of the protocol, for the appendix."""
    rows = [[each.clause, each.title, each.force] for each in study.protocol.clauses]
    data = pd.DataFrame(rows, columns=["Clause", "What it asks for", "Force"])
    title = f"The protocol, version {study.protocol.version}"
    return Table(title, data, len(rows), "clauses", "study.yaml", NO_SUPPRESSION, (_FORCES,))


def questions(study: StudyData, guide: str) -> Table:
    """Return the questions of a topic guide, for the appendix.

    Raises
    ------
    AnalysisError
        There is no such guide (ANALYSIS-002).
    """
    held = study.guide(guide)
    refs = [ref for ref, item in held.index.items() if type(item).__name__ == "Question"]
    data = pd.DataFrame(
        [[ref, study.wording(guide, ref)] for ref in refs], columns=["Item", "Question"]
    )
    title = f"{wording(held.title, held.languages[0])}, version {held.version}"
    return Table(title, data, len(refs), "questions", f"{guide}.yaml", NO_SUPPRESSION)


def consent(study: StudyData) -> Table:
    """Return the points of the consent form, for the appendix."""
    points = study.form.clauses if study.form else ()
    kinds = {"required": "has to be yes", "choice": "free choice"}
    rows = [[each.clause, kinds[each.answer], wording(each.text)] for each in points]
    data = pd.DataFrame(rows, columns=["Point", "Answer", "Wording"])
    version = f", version {study.form.version}" if study.form else ""
    return Table(
        f"The consent form{version}", data, len(rows), "points", "consent.yaml", NO_SUPPRESSION
    )


def anchor(theme: str) -> str:
    """Return the id of a theme's finding, which claims lead to."""
    return f"finding-{theme}"


def _span(low: float, most: float) -> str:
    """Return the shares that a word is said of, from those of the word before it."""
    if most in (0, 1):
        return f"{100 * most:g}%"
    return f"over {100 * low:g}%, up to {100 * most:g}%"


def _quoted(study: StudyData, theme: str) -> str:
    """Return the quotations of a theme that may be printed in the report."""
    mine = [each for each in study.quoted if theme in each.themes]
    if not mine:
        return (
            '<p class="note">No quotation on this is signed off and agreed to for the report.</p>\n'
        )
    return "".join(
        f"<blockquote><p>{escaped(each.words)}</p>\n"
        f"<p>{escaped(_signature(each))}</p></blockquote>\n"
        for each in mine
    )


def _signature(quoted: Quoted) -> str:
    """Return the line below a quotation: shared attributes of its speaker, and the signer."""
    signed = f" (signed off by {quoted.signed_by})" if quoted.signed_by else ""
    return f"{quoted.beside}{signed}"
