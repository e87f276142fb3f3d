"""Who counts as having taken part: decided here, once, for every frame and every base."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.capture.session.state import SessionState
from toolkit.fieldwork import Disposition


def took_part(state: SessionState, known: Mapping[str, Disposition]) -> tuple[str, ...]:
    """Return who took part in a session that is over and kept.

    This is the one place that decides who is in the population of the study: frames hold what
    these people said and did, and every base counts them.

    Parameters
    ----------
    state : SessionState
        What the session came to.
    known : mapping of str to Disposition
        The study's dispositions by id.

    Returns
    -------
    tuple of str
        Pseudonyms: the case of an interview; of a forum the seats that have not withdrawn. Nobody
        where the session ended at screening, or in a way that nothing is known of.
    """
    found = known.get(state.disposition)
    if found is None or not found.took_part:
        return ()
    if not state.seats:
        return (state.case,)
    return tuple(seat for seat in state.seats if seat not in state.withdrawn)
