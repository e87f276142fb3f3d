"""The page with COREQ's items."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.guide.study.declarations import statements
from toolkit.publish.review.checklist import as_parts, read_checklist
from toolkit.publish.review.facts import declared
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import Listing, Part, Section, Verdict, counted


class Coreq(Section):
    """The 32 items of COREQ in our own words, filled from records where there are any.

    What no record can show the protocol may declare, and it is marked as declared. Each filled
    item leads to its evidence; open items are open (Tong, Sainsbury and Craig 2007).
    """

    order, name, short = 90, "coreq", "COREQ"
    title = "COREQ, item by item"

    def content(self, records: Records) -> Iterator[Part]:
        """Yield the items by domain, and the competence that some of them rest on."""
        yield from as_parts(read_checklist("coreq", records))
        yield Part("Competence by role", (_competence(records),))
        yield Part("Declared in the protocol", (_declared(records),))


def _declared(records: Records) -> Listing:
    """Return what the protocol declares where nobody can record it, and what it leaves open."""
    facts = declared(records)
    rows = [
        (
            what.rstrip("."),
            Verdict("declared" if facts[f"declared_{name}"] else "open"),
            facts[f"declared_{name}"] or "Not declared.",
        )
        for name, what in statements().items()
    ]
    made = sum(bool(each) for each in facts.values())
    base = (
        f"{made} of {counted(len(rows), 'statement')} of study.yaml, under declarations. No record "
        "of the toolkit bears them out; they stand for what their authors say."
    )
    heads = ("What", "State", "In the protocol")
    return Listing("Declarations", heads, rows, base)


def _competence(records: Records) -> Listing:
    """Return what the protocol says of those who do the research."""
    rows = [
        (each.title, each.does, "; ".join(each.competence))
        for each in records.study.protocol.roles
        if each.competence
    ]
    others = [each.title for each in records.study.protocol.roles if not each.competence]
    base = f"{counted(len(rows), 'role')} of the protocol; functions, never people."
    if others:
        base += f" Of others it states no competence: {'; '.join(others)}."
    return Listing("Roles and competence", ("Role", "What it does", "Competence"), rows, base)
