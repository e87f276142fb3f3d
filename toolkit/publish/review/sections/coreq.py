"""The page with COREQ's items."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.publish.review.checklist import as_parts, read_checklist
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import Listing, Part, Section


class Coreq(Section):
    """The 32 items of COREQ in our own words, filled from records where there are any.

    Each filled item leads to its evidence; open items are open (Tong, Sainsbury and Craig
    2007).
    """

    order, name, short = 90, "coreq", "COREQ"
    title = "COREQ, item by item"

    def content(self, records: Records) -> Iterator[Part]:
        """Give the items by domain, and the competence that some of them rest on."""
        yield from as_parts(read_checklist("coreq", records))
        yield Part("Competence by role", (_competence(records),))


def _competence(records: Records) -> Listing:
    """Give what the protocol says of those who do the research."""
    rows = [
        (each.title, each.does, "; ".join(each.competence) or "not stated")
        for each in records.study.protocol.roles
    ]
    base = f"{len(rows)} roles of the protocol; functions, never people."
    return Listing("Roles and competence", ("Role", "What it does", "Competence"), rows, base)
