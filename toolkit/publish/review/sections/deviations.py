"""The page on what did not go to plan."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.analysis import quality
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import Part, Section


class Deviations(Section):
    """What departed from the protocol, by clause, with the reason given at the time.

    A soft clause lets a session go on only with such a record.
    """

    order, name, short = 70, "deviations", "Deviations"
    title = "Deviations from the protocol"

    def content(self, records: Records) -> Iterator[Part]:
        """Give every deviation."""
        yield Part("All deviations", (quality.deviations(records.study),))
