"""How the page reads a date that somebody says, in Python: what its own code is held to."""

from __future__ import annotations

import re

from toolkit.guide.topic.answers import date_bounds

_SEASON_WORDS = {"spring": "21", "summer": "22", "autumn": "23", "winter": "24"}
_MONTH_WORDS = {
    word: f"{number:02d}"
    for number, words in enumerate(
        (
            *(("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr")),
            *(("may",), ("june", "jun"), ("july", "jul"), ("august", "aug")),
            *(("september", "sep", "sept"), ("october", "oct"), ("november", "nov")),
            ("december", "dec"),
        ),
        start=1,
    )
    for word in words
}


def read_date(said: str) -> str | None:
    """Turn what people say ("spring 2017", "March 2016", "5 March 2016") into EDTF.

    Parameters
    ----------
    said : str
        English words or EDTF.

    Returns
    -------
    str or None
        EDTF; None where it is neither.
    """
    said = " ".join(said.strip().lower().split())
    if date_bounds(said):
        return said
    words = said.replace(",", " ").split()
    if not words or not re.fullmatch("[0-9]{4}", words[-1]):
        return None
    year, before = words[-1], words[:-1]
    if not before:
        return None
    month = _SEASON_WORDS.get(before[-1]) or _MONTH_WORDS.get(before[-1])
    if month is None or len(before) > 2:
        return None
    if len(before) == 1:
        edtf = f"{year}-{month}"
    else:
        day = re.fullmatch("([0-9]{1,2})(?:st|nd|rd|th)?", before[0])
        edtf = f"{year}-{month}-{int(day[1]):02d}" if day else ""
    return edtf if date_bounds(edtf) else None
