"""The page on how the study keeps to its protocol."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.publish.review.clauses import Judged, judge
from toolkit.publish.review.evidence import evidence
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import Listing, Part, Section, Verdict

_FORCE = {
    "hard": ("Hard clauses", "The software refuses what would break these."),
    "soft": ("Soft clauses", "The software warns, asks for a reason and records the deviation."),
    "waived": ("Waived clauses", "The protocol waives these, and says why."),
}


class Conformance(Section):
    """Each clause of the protocol, the record that decides it, and its present state.

    A clause whose records are not there yet is neither met nor broken: it is open, and says
    so.
    """

    order, name, short = 40, "conformance", "Clauses"
    title = "Conformance with the protocol"

    def content(self, records: Records) -> Iterator[Part]:
        """Yield the clauses, hard ones first."""
        judged = judge(records)
        for force, (title, text) in _FORCE.items():
            mine = [each for each in judged if each.clause.force == force]
            if mine:
                yield Part(title, (text, _listing(title, mine)))


def tally(judged: tuple[Judged, ...] | list[Judged]) -> str:
    """Return how many clauses are met, not met and open."""
    states = [each.ruling.state for each in judged]
    return (
        f"{states.count('met')} of {len(states)} met, {states.count('not met')} not met, "
        f"{states.count('no records yet')} without records yet."
    )


def _listing(title: str, judged: list[Judged]) -> Listing:
    """Return clauses as a table."""
    rows = []
    for each in judged:
        ruling = each.ruling
        clause, what = each.clause.clause, each.clause.title
        link = evidence(ruling.href)
        rows.append((clause, what, Verdict(ruling.state), ruling.said, each.decided_by, link))
    heads = ("Clause", "What it asks for", "State", "On record", "Decided by", "Evidence")
    return Listing(title, heads, rows, tally(judged))
