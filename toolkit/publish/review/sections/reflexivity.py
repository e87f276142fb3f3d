"""The page with the reflexivity and decision log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from toolkit.publish.review.records import Records
from toolkit.publish.review.section import Listing, Missing, Part, Piece, Section


class Reflexivity(Section):
    """What researchers noted about their own part in what they found, dated (clause P45).

    The decisions that they took on the way stand here too.
    """

    order, name, short = 80, "reflexivity", "Reflexivity"
    title = "Reflexivity and decision log"

    def content(self, records: Records) -> Iterator[Part]:
        """Yield the log, or a note that there is none."""
        yield Part("The log", (_log(records),))


def _log(records: Records) -> Piece:
    entries = records.of("reflexivity")
    if not entries:
        return Missing(
            "The log has no entry: nothing on record says how the researchers saw their own part."
        )
    rows = [
        (
            f"{datetime.fromtimestamp(each.start / 1000, UTC):%Y-%m-%d}",
            each.user,
            str(each.new_value["text"]),
        )
        for each in entries
    ]
    return Listing("Entries", ("Day", "By", "Entry"), rows, f"{len(rows)} entries.")
