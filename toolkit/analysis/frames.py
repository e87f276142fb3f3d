"""From the journal to tidy frames: one pass over the events, the same frames every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from toolkit.analysis.quotations import quoted
from toolkit.analysis.rows import FieldworkRows, SessionRows, segment_columns
from toolkit.analysis.schema import SCHEMA, as_frame
from toolkit.analysis.study_data import Frames, StudyData
from toolkit.coding import fitting, read_segments
from toolkit.guide import Guide, load_codebook, load_consent, load_guide, load_study
from toolkit.guide.codebook import Codebook
from toolkit.sources import Source, by_session, held_sessions
from toolkit.sources.reading import CODING, FIELDWORK, withdrawn_in
from toolkit.store import Event, Store


def open_study(store: Store, study_dir: str | Path) -> StudyData:
    """Open a study for analysis; nothing is written.

    Parameters
    ----------
    store : Store
        The journal.
    study_dir : str or Path
        Folder with ``study.yaml``, its guides and its codebook.

    Returns
    -------
    StudyData
        Protocol, guides, codebook, texts and frames. A study in which nothing has happened yet
        has frames without rows.

    Raises
    ------
    StudyError, GuideError
        The study's files have faults.
    SourceError
        A session was held with a guide that the study does not have (SOURCE-001).
    """
    folder = Path(study_dir)
    protocol = load_study(folder)
    codebook = load_codebook(folder / protocol.codebook)
    guides: dict[str, Guide] = {}
    strand_of: dict[str, str] = {}
    for strand in protocol.strands:
        guide = load_guide(folder / strand.guide)
        guides[guide.id], strand_of[guide.id] = guide, strand.strand
    sessions = by_session(store.read())
    fieldwork = FieldworkRows(sessions.get(FIELDWORK, ()), withdrawn_in(sessions))
    held = SessionRows(strand_of, fieldwork.attributes)
    for each in held_sessions(sessions, guides):
        held.take(each)
    sources = {source.id: source for source in sorted(held.sources, key=lambda each: each.id)}
    parts = (held, fieldwork, _coding(sessions), sources, codebook)
    study = StudyData(
        protocol=protocol,
        guides=guides,
        strand_of=strand_of,
        codebook=codebook,
        fictional=store.about.fictional,
        frames=_frames(*parts, protocol.limits.timezone),
        sources=sources,
        recruitment=fieldwork.recruitment(),
        form=load_consent(folder / protocol.consent),
    )
    return replace(study, quoted=quoted(study, sessions))


def _coding(sessions: Mapping[str, Iterable[Event]]) -> list[Event]:
    """Give the events of all coders."""
    return [
        event for name in sorted(sessions) if name.startswith(CODING) for event in sessions[name]
    ]


def _frames(
    held: SessionRows,
    fieldwork: FieldworkRows,
    coding: list[Event],
    sources: Mapping[str, Source],
    codebook: Codebook,
    timezone: str,
) -> Frames:
    """Put rows into frames."""
    segments = read_segments(coding)
    fit = fitting(segments, sources)
    stale = Counter(each.source for each in segments if each.source in sources)
    stale.subtract(each.source for each in fit)
    for source in sorted(source for source, count in stale.items() if count > 0):
        many = f"{stale[source]} segment{'s' if stale[source] > 1 else ''}"
        what = f"{many} on {source} left out: its text was changed after coding"
        held.deviations.append((sources[source].session, "P01", what, None))
    columns = {
        **held.columns(),
        **fieldwork.columns(held.dispositions),
        "segments": segment_columns(fit, sources, codebook, held.strands),
    }
    return Frames(**{name: as_frame(name, columns[name], timezone) for name in SCHEMA})
