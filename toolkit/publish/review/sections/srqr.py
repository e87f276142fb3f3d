"""The page with SRQR's standards."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.publish.review.checklist import as_parts, read_checklist
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import Part, Section


class Srqr(Section):
    """The 21 standards of SRQR in our own words, filled from records where there are any.

    What the protocol declares is marked as declared. Each filled one leads to its evidence; open
    ones are open (O'Brien and others 2014).
    """

    order, name, short = 100, "srqr", "SRQR"
    title = "SRQR, standard by standard"

    def content(self, records: Records) -> Iterator[Part]:
        """Yield the standards by part."""
        yield from as_parts(read_checklist("srqr", records))
