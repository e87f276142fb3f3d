"""The outcome for each person who was drawn, in the standard classification.

Codes are those of the American Association for Public Opinion Research, Standard Definitions
(9th edition, 2016), as far down as they fit a list of named people who are telephoned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Group = Literal["interview", "partial", "refusal", "non-contact", "other", "unknown", "ineligible"]


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


_ALL = (
    Disposition("complete", "Interviewed", "1.1", "interview"),
    Disposition("partial", "Partly interviewed", "1.2", "partial"),
    Disposition("refused", "Refused", "2.11", "refusal"),
    Disposition("break-off", "Broken off", "2.12", "refusal"),
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
"""All dispositions, by id."""
