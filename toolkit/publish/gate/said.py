"""What participants said and nobody signed off, found wherever six words of it stand (clause P35).

Every answer, note and turn of the journal, earlier versions included, is cut into runs of six
words, and of three where two of them are rare; the runs are kept as sorted hashes, so that ten
thousand texts are searched for in a page at once. Runs of the study's own wording and of quotations
that were signed off are taken out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import SourceError
from toolkit.publish.gate.spelling import common_words, plain_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from toolkit.guide import Guide
    from toolkit.guide.study.codebook import Codebook
    from toolkit.sources import Source
    from toolkit.store import Event

    Hashes = NDArray[np.uint64]

_LONG, _SHORT, _RARE = 6, 3, 2
# Odd numbers of 64 bits, one for each place in a run.
_FACTORS = (
    0x9E3779B97F4A7C15,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0x27D4EB2F165667C5,
    0x85EBCA77C2B2AE63,
    0xFF51AFD7ED558CCD,
)
# Where nothing is said by participants, or what is said is printed by a rule of its own.
_OTHER_SESSIONS = ("", "fieldwork", "quotations")
_OTHER_EVENTS = ("deviation", "signed-off", "segment")


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What people said and nobody signed off, ready to be looked for.

    Attributes
    ----------
    count : int
        Texts that are looked for (count).
    long, short : numpy.ndarray
        Sorted hashes of the runs of six words, and of three of which two are rare; uint64.
    """

    count: int
    long: Hashes
    short: Hashes

    def found_in(self, *texts: str) -> int:
        """Count the different runs of somebody's words that stand in a text, or in one of several.

        Parameters
        ----------
        *texts : str
            Any texts.
        """
        found: list[Hashes] = []
        for each in dict.fromkeys(texts):
            hashes = _hashes(plain_words(each))
            found += [_among(_runs(hashes, _LONG), self.long)]
            found += [_among(_runs(hashes, _SHORT), self.short)]
        return len(set().union(*(each.tolist() for each in found)))

    def without(self, texts: Iterable[str]) -> Said:
        """Return the same without the runs that stand in texts which were released.

        Parameters
        ----------
        texts : iterable of str
            What somebody let out by name.
        """
        import numpy as np

        hashes = [_hashes(plain_words(each)) for each in texts]
        out = [np.concatenate([_none(), *(_runs(h, n) for h in hashes)]) for n in (_LONG, _SHORT)]
        return Said(self.count, np.setdiff1d(self.long, out[0]), np.setdiff1d(self.short, out[1]))


def said_in(texts: Collection[str], wording: Wording, signed_off: Iterable[str] = ()) -> Said:
    """Make ready what is to be looked for.

    Parameters
    ----------
    texts : collection of str
        What people said: answers, notes, turns.
    wording : Wording
        The study's own wording.
    signed_off : iterable of str
        Quotations as they may be printed.

    Returns
    -------
    Said
        Runs that stand in the texts and neither in the study's own wording nor in a quotation.
    """
    import numpy as np

    words = [plain_words(each) for each in texts]
    common = common_words()[0]
    hashes = [_hashes(each) for each in words]
    long = [_runs(each, _LONG) for each in hashes]
    told = common | wording.words
    known = told | _not_from_a_source(wording, long, (words, hashes), told)
    short = _rare_runs(words, hashes, known)
    exempt = [_hashes(plain_words(each)) for each in (*wording.texts, *signed_off)]
    taken_out = [
        np.concatenate([_runs(h, n) for h in exempt] or [_none()]) for n in (_LONG, _SHORT)
    ]
    return Said(
        len(words),
        np.setdiff1d(np.concatenate([*long, _none()]), taken_out[0]),
        np.setdiff1d(short, taken_out[1]),
    )


@dataclass(frozen=True, slots=True)
class Wording:
    """The study's own wording, which may be printed anywhere.

    Attributes
    ----------
    texts : tuple of str
        Protocol, guides and consent form: written before anybody was asked.
    words : frozenset of str
        Their words.
    codebook : tuple of str
        Passages of the codebook that are not marked as invented: these were written by people who
        had read what participants said.
    """

    texts: tuple[str, ...]
    words: frozenset[str]
    codebook: tuple[str, ...] = ()


def wording_of(texts: Iterable[str], codebook: Codebook | None = None) -> Wording:
    """Return the study's own wording.

    Parameters
    ----------
    texts : iterable of str
        Protocol, guides and consent form.
    codebook : Codebook, optional
        The codebook. Passages that are marked as invented are wording like that of a guide.
    """
    own = tuple(texts)
    passages = list(_passages(codebook)) if codebook else []
    invented = [text for text, marked in passages if marked]
    words = frozenset(word for each in (*own, *invented) for word in plain_words(each))
    return Wording(own, words, tuple(text for text, marked in passages if not marked))


def _passages(codebook: Codebook) -> Iterator[tuple[str, bool]]:
    """Yield the passages of a codebook, and whether each is marked as invented."""
    yield from ((codebook.title, True), (codebook.source, True))
    for theme in codebook.themes:
        yield from ((text, theme.invented) for text in (theme.label, theme.definition))
        for code in theme.codes:
            texts = (code.label, code.definition, code.use, code.avoid)
            yield from ((text, code.invented) for text in texts)
            yield from ((each.words, each.invented) for each in code.examples)


def _not_from_a_source(
    wording: Wording,
    long: list[Hashes],
    texts: tuple[list[list[str]], list[Hashes]],
    told: frozenset[str],
) -> frozenset[str]:
    """Return the words of the codebook, without passages in which a source stands."""
    import numpy as np

    among = np.unique(np.concatenate([*long, _none()]))
    rare = np.unique(_rare_runs(*texts, told))
    # A label in vivo is often two words.
    pairs = np.unique(_rare_runs(*texts, told, _RARE))
    own: set[str] = set()
    for passage in wording.codebook:
        words = plain_words(passage)
        hashes = _hashes(words)
        lengths = ((_LONG, among), (_SHORT, rare), (_RARE, pairs))
        runs = (_among(_runs(hashes, length), found) for length, found in lengths)
        if not any(map(len, runs)):
            own.update(words)
    return frozenset(own)


def texts_said(events: Iterable[Event]) -> list[str]:
    """Return everything that was said or noted in calls and forums, and in memos.

    Parameters
    ----------
    events : iterable of Event
        Events of the journal. Earlier versions of an answer are in it, and what was taken back.
    """
    found: dict[str, None] = {}
    for each in events:
        if each.session not in _OTHER_SESSIONS and each.event not in _OTHER_EVENTS:
            found |= dict.fromkeys(_strings(each.new_value))
    return [each for each in found if " " in each or not each.isascii()]


def said_by_participants(folder: Path, events: Iterable[Event]) -> Said:
    """Make ready what participants of a study said and nobody signed off for the report.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of the study's files.
    events : iterable of Event
        Events of the journal.
    """
    from toolkit.guide import load_codebook, load_consent, load_guide, load_study
    from toolkit.sources import by_session, held_sessions
    from toolkit.sources.quotations import printable

    known = list(events)
    protocol = load_study(folder)
    names = dict.fromkeys(each.guide for each in protocol.strands)
    guides: Mapping[str, Guide] = {g.id: g for g in (load_guide(folder / n) for n in names)}
    sources: dict[str, Source] = {}
    # Without its guide a session cannot be read; then no quotation of it is let out.
    with suppress(SourceError):
        for each in held_sessions(by_session(known), guides):
            sources |= {source.id: source for source in each.sources()}
    form = load_consent(folder / protocol.consent)
    signed, _ = printable(known, sources, form, "report")
    own = [folder / "study.yaml", folder / protocol.consent, *(folder / each for each in names)]
    wording = wording_of(
        (each.read_text(encoding="utf-8") for each in own),
        load_codebook(folder / protocol.codebook),
    )
    return said_in(texts_said(known), wording, (each.printed for each in signed))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def _hashes(words: list[str]) -> Hashes:
    import numpy as np

    hashes: Hashes = np.fromiter(map(hash, words), np.int64, len(words)).view(np.uint64)
    return hashes


def _runs(hashes: Hashes, length: int) -> Hashes:
    """Return a hash for each run of so many words."""
    import numpy as np

    count = len(hashes) - length + 1
    if count <= 0:
        return _none()
    runs = np.zeros(count, dtype=np.uint64)
    for at in range(length):
        runs += hashes[at : at + count] * np.uint64(_FACTORS[at])
    return runs


def _rare_runs(
    words: list[list[str]], hashes: list[Hashes], known: frozenset[str], length: int = _SHORT
) -> Hashes:
    """Return the runs of so many words of which two are not known; figures are."""
    import numpy as np

    found = [_none()]
    for each, hashed in zip(words, hashes, strict=True):
        if len(each) >= length:
            rare = np.fromiter((w not in known and not w.isdigit() for w in each), bool, len(each))
            count = len(each) - length + 1
            many = sum(rare[at : at + count].astype(np.int8) for at in range(length))
            found.append(_runs(hashed, length)[many >= _RARE])
    return np.concatenate(found)


def _among(runs: Hashes, wanted: Hashes) -> Hashes:
    """Return the runs that are among those wanted, which are sorted."""
    import numpy as np

    if not len(runs) or not len(wanted):
        return _none()
    at = np.minimum(np.searchsorted(wanted, runs), len(wanted) - 1)
    found: Hashes = runs[wanted[at] == runs]
    return found


def _none() -> Hashes:
    import numpy as np

    return np.empty(0, dtype=np.uint64)
