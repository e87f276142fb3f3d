"""The page on how people were selected, and the outcome."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.analysis import figures
from toolkit.analysis.tables import recruitment
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import Listing, Missing, Part, Piece, Section, counted


class Sampling(Section):
    """From the list of people supported to the interview: who was left out, and why.

    The systematic draw is done again from its record, and everybody who was drawn is accounted
    for.
    """

    order, name, short = 20, "sampling", "Sampling"
    title = "Sampling and recruitment"

    def content(self, records: Records) -> Iterator[Part]:
        """Yield flow, exclusions, draw, outcomes, attempts, sample and adjustments."""
        study = records.study
        yield Part(
            "From the list to the interview", (recruitment.flow(study), figures.recruitment(study))
        )
        yield Part("Left out of the frame", (recruitment.exclusions(study),))
        yield Part("The draw done again", tuple(_draw(records)))
        yield Part(
            "What came of those drawn", (recruitment.outcomes(study), recruitment.rates(study))
        )
        yield Part("Contact attempts", (recruitment.attempts(study),))
        yield Part("Participants by role and strand", (recruitment.roles(study),))
        yield Part("Needs that were met", (_adjustments(records),))


def _draw(records: Records) -> Iterator[Piece]:
    """Yield the draw, and how somebody with the list can go further."""
    if records.study.sampling.draw is None:
        yield Missing("No draw is recorded.")
        return
    yield recruitment.draw_replay(records.study)
    yield (
        "The pack never sees the list of people. Whoever holds it can compare the hash of the "
        "frame, and with it the order in which people stood (in Python: toolkit.fieldwork.replay)."
    )


def _adjustments(records: Records) -> Piece:
    """Return how many adjustments were asked for and made, without saying what they were."""
    asked = [each.new_value for each in records.of("adjustment")]
    if not asked:
        return Missing("No adjustment is recorded (clause P22).")
    met = sum(each.get("met") is True for each in asked)
    rows = [("Asked for", len(asked)), ("Made", met), ("Not made", len(asked) - met)]
    count = counted(len(asked), "adjustment")
    base = f"{count}. What they were could point at a person and is not shown."
    return Listing(
        "Adjustments so that people could take part (clause P22)", ("What", "Count"), rows, base
    )
