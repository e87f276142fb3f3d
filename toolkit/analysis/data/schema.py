"""The tidy frames of a study: their columns, types and order, in one place.

Every frame has these columns whether or not it has rows, sorted by its keys, so that the same
store always gives the same frame. Text that may be missing is pandas' ``string``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

_MOMENT = "datetime64[ms], local time"

# frame -> column -> (type, what it says)
SCHEMA: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "sessions": {
        "session": ("string", "Id of the session."),
        "case": ("string", "Participant of an interview, or the forum."),
        "strand": ("string", "Strand of the study: interview, forum."),
        "guide": ("string", "Id of the topic guide."),
        "guide_version": ("string", "Its version."),
        "guide_hash": ("string", "Its hash, SHA-256 in hex."),
        "started": (_MOMENT, "When it began, in the study's local time."),
        "minutes": ("float64", "Length, pauses included, in minutes; missing while it lasts."),
        "pause_minutes": ("float64", "Pauses, in minutes."),
        "ending": ("string", "Ending of the guide that it came to."),
        "disposition": ("string", "What it counts as: complete, never-involved, ..."),
        "aapor": ("string", "AAPOR disposition code: 1.1."),
        "took_part": ("boolean", "Whether anybody took part; false for a call that only screened."),
        "recorded": ("boolean", "Whether it was recorded; missing where it was not asked."),
        "written_up": ("boolean", "Whether notes and themes were written afterwards (clause P13)."),
        "concerns": ("int64", "Safeguarding concerns raised and passed on (count)."),
        "user": ("string", "Who held it: role and number, never a name."),
    },
    "participants": {
        "participant": ("string", "Pseudonym."),
        "session": ("string", "Session they took part in."),
        "strand": ("string", "Strand of the study."),
        "role": ("string", "Mother, father, grandmother, ...: an attribute, never crossed small."),
    },
    "answers": {
        "session": ("string", "Id of the session."),
        "participant": ("string", "Pseudonym; in forums who answered for themselves, or missing."),
        "strand": ("string", "Strand of the study."),
        "guide": ("string", "Id of the topic guide."),
        "question": ("string", "Id of the question: q2."),
        "probe": ("string", "Id of the probe: asked; missing for the question itself."),
        "ref": ("string", "Question and probe: q2.asked."),
        "round": ("int64", "Round of a repeated group, from 1; 0 outside of one."),
        "type": ("string", "Type of the question: text, single, ..., tick."),
        "value": ("string", "What was answered; choices of a multiple parted by blanks."),
        "number": ("float64", "The value of scales and numbers, in the question's unit."),
        "missing": ("string", "dont-know, refused, not-asked or skipped, where there is no value."),
        "other": ("string", "Own words where 'other' was chosen."),
        "status": ("string", "counted, or parked: on a branch that is no longer open."),
        "words": ("int64", "Words of a text (count); 0 for other types."),
    },
    "coverage": {
        "guide": ("string", "Id of the topic guide."),
        "ref": ("string", "Question and probe: q2.asked."),
        "strand": ("string", "Strand of the study."),
        "open": ("int64", "Sessions (for each participant: people) for whom it was to be asked."),
    },
    "turns": {
        "session": ("string", "Id of the forum."),
        "question": ("string", "Question that was talked about."),
        "number": ("int64", "Number of the turn within the question, from 1."),
        "seat": ("string", "Pseudonym of who spoke."),
        "text": ("string", "What was said."),
        "words": ("int64", "Words (count)."),
        "minute": ("float64", "Minutes since the forum began."),
    },
    "reactions": {
        "session": ("string", "Id of the forum."),
        "question": ("string", "Question that was talked about."),
        "number": ("int64", "Number of the turn within the question."),
        "seat": ("string", "Pseudonym of who reacted."),
        "kind": ("string", "agree, disagree or nod."),
    },
    "attempts": {
        "participant": ("string", "Pseudonym."),
        "number": ("int64", "Number of the attempt, from 1."),
        "when": (_MOMENT, "When, in the study's local time."),
        "outcome": ("string", "What came of it."),
    },
    "recruitment": {
        "participant": ("string", "Pseudonym of somebody drawn or approached."),
        "outcome": ("string", "interviewed, or why not."),
        "disposition": ("string", "Final disposition."),
        "aapor": ("string", "AAPOR disposition code; 3.21 of whoever was never screened."),
        "eligible": ("boolean", "Whether they are eligible; missing where it is not known."),
        "approached": ("boolean", "Whether anybody invited them or tried to reach them."),
        "took_part": ("boolean", "Whether they took part."),
        "drawn": ("boolean", "Whether they were drawn; false for others who were approached."),
    },
    "timings": {
        "session": ("string", "Id of the session."),
        "guide": ("string", "Id of the topic guide."),
        "section": ("string", "Section of the guide."),
        "question": ("string", "Question or script."),
        "seconds": ("float64", "Time spent on it, pauses left out, in seconds."),
        "budget_seconds": ("float64", "Time budget of the section, in seconds; may be missing."),
    },
    "segments": {
        "source": ("string", "Id of the source: K01/q3."),
        "session": ("string", "Id of the session."),
        "participant": ("string", "Who said it."),
        "strand": ("string", "Strand of the study."),
        "question": ("string", "Question or probe."),
        "start": ("int64", "First code point, from 0."),
        "end": ("int64", "Code point after the last."),
        "code": ("string", "Code of the codebook."),
        "theme": ("string", "Theme of the code."),
        "coder": ("string", "Who coded it."),
    },
    "deviations": {
        "session": ("string", "Session; missing where it is the whole study's."),
        "clause": ("string", "Clause of the protocol: P12."),
        "what": ("string", "What was not as planned."),
        "reason": ("string", "The reason given; missing where none was asked for."),
    },
}

KEYS: Mapping[str, Sequence[str]] = {
    "sessions": ("session",),
    "participants": ("session", "participant"),
    "answers": ("session", "participant", "ref", "round"),
    "coverage": ("guide", "strand", "ref"),
    "turns": ("session", "question", "number"),
    "reactions": ("session", "question", "number", "seat", "kind"),
    "attempts": ("participant", "number"),
    "recruitment": ("participant",),
    "timings": ("session", "section", "question"),
    "segments": ("source", "start", "end", "code", "coder"),
    "deviations": ("clause", "session", "what"),
}


def as_frame(
    name: str, columns: Mapping[str, Sequence[Any]], timezone: str = "Europe/London"
) -> pd.DataFrame:
    """Return one of the tidy frames from its columns.

    Parameters
    ----------
    columns : mapping of str to sequence
        Columns of equal length in any order; one that is left out is missing throughout.
        Moments are milliseconds since 1970 UTC.
    timezone : str
        Local time of the study, for moments.

    Returns
    -------
    pandas.DataFrame
        Columns and types of `SCHEMA`, rows sorted by `KEYS`, index from 0.
    """
    length = len(next(iter(columns.values()), ()))
    series = {
        column: _column(columns.get(column, [None] * length), kind, timezone)
        for column, (kind, _) in SCHEMA[name].items()
    }
    frame = pd.DataFrame(series, columns=list(SCHEMA[name]))
    return frame.sort_values(list(KEYS[name]), kind="stable", ignore_index=True)


def _column(values: Sequence[Any], kind: str, timezone: str) -> pd.Series:
    """Return one column its type."""
    if kind == _MOMENT:
        known = [np.datetime64("NaT", "ns") if each is None else each for each in values]
        moments = pd.DatetimeIndex(np.array(known, dtype="datetime64[ms]"), tz="UTC")
        return pd.Series(moments.tz_convert(timezone))
    return pd.Series(list(values), dtype=kind)
