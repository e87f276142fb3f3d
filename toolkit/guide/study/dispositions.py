"""The outcome of each person who was drawn, in the standard classification.

Codes are those of the American Association for Public Opinion Research, Standard Definitions
(9th edition, 2016), as far down as they fit a list of named people who are telephoned. A study may
add dispositions of its own in ``study.yaml``, and says what each counts as.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from toolkit.guide.study.parts import Part, Words
from toolkit.guide.topic.model import Id

Group = Literal["interview", "partial", "refusal", "non-contact", "other", "unknown", "ineligible"]
Class = Literal[
    "complete", "partial", "refused", "not-reached", "eligible", "unknown", "ineligible"
]


@dataclass(frozen=True, slots=True)
class Disposition:
    """One way in which an approach can end.

    Attributes
    ----------
    id : str
        What records name.
    label : str
        What tables show.
    aapor : str
        AAPOR code, e.g. ``2.11``.
    counts_as : str
        Group in the response rates: interview (I), partial (P), refusal and break-off (R),
        non-contact (NC), other (O), unknown (UH/UO), ineligible.
    """

    id: str
    label: str
    aapor: str
    counts_as: Group

    @property
    def took_part(self) -> bool:
        """Whether whoever ended so has taken part, and what they said is analysed.

        A session that was broken off is in the journal only where its participant wanted it kept.
        """
        return self.counts_as in ("interview", "partial") or self.id == BREAK_OFF

    @property
    def screened(self) -> bool:
        """Whether it is known of somebody who ended so whether they were eligible."""
        return self.took_part or self.counts_as == "ineligible"


BREAK_OFF = "break-off"
_ALL = (
    Disposition("complete", "Interviewed", "1.1", "interview"),
    Disposition("partial", "Partly interviewed", "1.2", "partial"),
    Disposition("refused", "Refused", "2.11", "refusal"),
    Disposition(BREAK_OFF, "Broken off", "2.12", "refusal"),
    Disposition("non-contact", "Not reached", "2.2", "non-contact"),
    # Somebody who was reached and had no time is not a non-contact (2.2): contact rates count them.
    Disposition("unavailable", "Unavailable in the fieldwork period", "2.3", "other"),
    # The standard has no code for taking back what was said; it is a refusal that came late.
    Disposition("withdrawn", "Withdrew", "2.11", "refusal"),
    Disposition("screening-unclear", "Screening remained unclear", "3.9", "unknown"),
    Disposition("never-involved", "Social care never involved", "4.7", "ineligible"),
    # Its own outcome, never lumped with the one above: somebody who asked for help and was not
    # answered has met the service, though not in the way that the study asks about.
    Disposition("asked-no-response", "Asked for help, no response", "4.9", "ineligible"),
)

DISPOSITIONS: Mapping[str, Disposition] = MappingProxyType({each.id: each for each in _ALL})
"""The dispositions that every study has, by id."""

_GROUPS: Mapping[Class, tuple[Group, str]] = {
    "complete": ("interview", "1.1"),
    "partial": ("partial", "1.2"),
    "refused": ("refusal", "2.11"),
    "not-reached": ("non-contact", "2.2"),
    "eligible": ("other", "2.3"),
    "unknown": ("unknown", "3.9"),
    "ineligible": ("ineligible", "4.9"),
}


class OwnDisposition(Part):
    """A disposition of a study's own: what an ending of its guides counts as."""

    disposition: Id = Field(description="Id that endings of the guides name.")
    label: Words = Field(description="What tables show.")
    counts_as: Class = Field(
        description="Complete and partial have taken part. Eligible: for another reason than a "
        "refusal not interviewed. Unknown: whether they are eligible is not known."
    )
    aapor: Words | None = Field(
        default=None, description='AAPOR code in quotes: "4.7"; that of the class where left out.'
    )


def dispositions(own: Iterable[OwnDisposition]) -> Mapping[str, Disposition]:
    """Return the dispositions of a study by id: those that every study has, and its own.

    Parameters
    ----------
    own : iterable of OwnDisposition
        What the study adds, or counts otherwise than others do.
    """
    found = dict(DISPOSITIONS)
    for each in own:
        group, code = _GROUPS[each.counts_as]
        found[each.disposition] = Disposition(
            each.disposition, each.label, each.aapor or code, group
        )
    return found
