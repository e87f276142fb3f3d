"""Segments: a code on a stretch of a source, by code point offsets."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import CodingError
from toolkit.sources import Source


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """One code on one stretch of one source, by one coder.

    Attributes
    ----------
    source : str
        Id of the source, such as ``K01/q3``.
    start, end : int
        Offsets in Unicode code points from 0; the end is exclusive.
    code : str
        Id of a code of the codebook.
    coder : str
        Pseudonym of the coder.
    """

    source: str
    start: int
    end: int
    code: str
    coder: str


def locate(source: Source, quote: str) -> tuple[int, int]:
    """Return the offsets of a quotation that occurs exactly once in a source.

    Parameters
    ----------
    source : Source
        The text to look in.
    quote : str
        The exact words.

    Returns
    -------
    tuple of int
        Start and exclusive end, in code points.

    Raises
    ------
    CodingError
        The words do not occur (CODING-002) or occur more than once (CODING-003). The message
        names the source and the length of the quotation, never the words.
    """
    start = source.text.find(quote) if quote else -1
    if start < 0:
        raise CodingError.of("CODING-002", place=f"source {source.id}", length=len(quote))
    times = 1
    again = source.text.find(quote, start + 1)
    while again >= 0:
        times, again = times + 1, source.text.find(quote, again + 1)
    if times > 1:
        raise CodingError.of(
            "CODING-003", place=f"source {source.id}", length=len(quote), times=times
        )
    return start, start + len(quote)


def check_bounds(source: Source, start: int, end: int) -> None:
    """Refuse offsets that do not lie within a source.

    Parameters
    ----------
    start, end : int
        Offsets in code points, the end exclusive.

    Raises
    ------
    CodingError
        CODING-004: empty, reversed or outside the text.
    """
    if not 0 <= start < end <= len(source.text):
        raise CodingError.of(
            "CODING-004",
            place=f"source {source.id}",
            start=start,
            end=end,
            length=len(source.text),
        )
