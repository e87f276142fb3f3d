"""The page on what did not go to plan."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.analysis.tables import quality
from toolkit.publish.gate.releases import RELEASE
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import Listing, Missing, Part, Piece, Section, counted


class Deviations(Section):
    """What departed from the protocol, by clause, with the reason given at the time.

    A soft clause lets a session go on only with such a record. What the gate before publication
    withheld, and what was released all the same, stands here too.
    """

    order, name, short = 70, "deviations", "Deviations"
    title = "Deviations from the protocol"

    def content(self, records: Records) -> Iterator[Part]:
        """Yield every deviation, and what the gate did."""
        yield Part("All deviations", (quality.deviations(records.study),))
        yield Part("Outputs held back or released", tuple(_gate(records)))


def _gate(records: Records) -> Iterator[Piece]:
    """Yield what the gate withheld in the last run, and every forced release (clause P30)."""
    gate = (records.run or {}).get("gate")
    if not gate or not gate["names"]["looked_for"]:
        yield Missing(
            "Names of the identity store were not looked for in the last run: whoever may open it "
            "has to run the notebooks (clause P30)."
        )
    else:
        rows = [(each["place"], each["hash"][:12], each["why"]) for each in gate["held_back"]]
        number = counted(gate["names"]["identifiers"], "identifier")
        base = f"{number} were looked for in the last run."
        heads = ("Output", "Hash", "Why")
        nothing = f"Nothing was held back: no identifier stands in any output. {base}"
        yield Listing("Held back in the last run", heads, rows, base) if rows else nothing
    released = records.of(RELEASE)
    if released:
        rows = [(each.new_value["hash"][:12], each.user, each.change_reason) for each in released]
        base = f"{counted(len(rows), 'release')} on record, each a deviation from P30."
        yield Listing("Released all the same", ("Output", "Released by", "Reason"), rows, base)
