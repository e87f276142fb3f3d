"""From the journal to tidy frames: one pass over the events, the same frames every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from toolkit.analysis.data.recruitment_rows import FieldworkRows
from toolkit.analysis.data.rows import Columns, SessionRows, segment_columns
from toolkit.analysis.data.schema import SCHEMA, as_frame
from toolkit.analysis.data.study_data import Frames, StudyData
from toolkit.analysis.tables.quotations import quoted
from toolkit.coding import fitting, read_segments
from toolkit.guide import Guide, load_codebook, load_consent, load_guide, load_study
from toolkit.guide.study.codebook import Codebook
from toolkit.guide.study.model import Study
from toolkit.sources import Source, by_session, held_sessions
from toolkit.sources.reading import CODING, FIELDWORK, withdrawn_in
from toolkit.store import Event, Store


def open_study(
    store: Store, study_dir: str | Path, events: Iterable[Event] | None = None
) -> StudyData:
    """Open a study for analysis; nothing is written.

    Parameters
    ----------
    store : Store
        The journal.
    study_dir : str or Path
        Folder with ``study.yaml``, its guides and its codebook.
    events : iterable of Event, optional
        All that the journal gives, where it was read before.

    Returns
    -------
    StudyData
        Protocol, guides, codebook, texts; frames, without rows where nothing has happened yet.

    Raises
    ------
    StudyError, GuideError
        The study's files have faults.
    SourceError
        A session was held with a guide that the study does not have (SOURCE-001).
    """
    folder, protocol = Path(study_dir), load_study(Path(study_dir))
    codebook = load_codebook(folder / protocol.codebook)
    guides, strand_of = _guides(folder, protocol)
    sessions = by_session(store.read() if events is None else events)
    fieldwork = FieldworkRows(sessions.get(FIELDWORK, ()), withdrawn_in(sessions))
    held = SessionRows(strand_of, fieldwork.attributes, protocol.known_dispositions)
    for each in held_sessions(sessions, guides):
        held.take(each)
    sources = {each.id: each for each in sorted(held.sources, key=lambda each: each.id)}
    recruited = _recruited(protocol, guides, held, fieldwork)
    parts = (held, recruited, _coding(sessions), sources, codebook)
    study = StudyData(
        protocol=protocol,
        guides=guides,
        strand_of=strand_of,
        codebook=codebook,
        fictional=store.about.fictional,
        frames=_frames(*parts, protocol.limits.timezone),
        sources=sources,
        sampling=fieldwork.recruitment(),
        form=load_consent(folder / protocol.consent),
        open_in=held.open_in(),
    )
    return replace(study, quoted=quoted(study, sessions))


def _guides(folder: Path, protocol: Study) -> tuple[dict[str, Guide], dict[str, str]]:
    """Return the guides of a study by id, and the strand of each."""
    loaded = {each.strand: load_guide(folder / each.guide) for each in protocol.strands}
    guides = {guide.id: guide for guide in loaded.values()}
    return guides, {guide.id: strand for strand, guide in loaded.items()}


def _coding(sessions: Mapping[str, Iterable[Event]]) -> list[Event]:
    """Return the events of all coders."""
    return [
        event for name in sorted(sessions) if name.startswith(CODING) for event in sessions[name]
    ]


def _recruited(
    protocol: Study, guides: Mapping[str, Guide], held: SessionRows, fieldwork: FieldworkRows
) -> dict[str, Columns]:
    """Return the outcome of everybody who was drawn or approached."""
    known = protocol.known_dispositions
    ends = (known.get(each.disposition) for guide in guides.values() for each in guide.endings)
    screens = any(each is not None and each.counts_as == "ineligible" for each in ends)
    return fieldwork.columns(held.dispositions, known, screens=screens)


def _frames(
    held: SessionRows,
    recruited: dict[str, Columns],
    coding: list[Event],
    sources: Mapping[str, Source],
    codebook: Codebook,
    timezone: str,
) -> Frames:
    """Return the rows as frames."""
    segments = read_segments(coding)
    fit = fitting(segments, sources)
    stale = Counter(each.source for each in segments if each.source in sources)
    stale.subtract(each.source for each in fit)
    for source in sorted(source for source, count in stale.items() if count > 0):
        many = f"{stale[source]} segment{'s' if stale[source] > 1 else ''}"
        what = f"{many} of one text left out: it was changed after coding"
        held.deviations.append((sources[source].session, "P01", what, None))
    segmented = segment_columns(fit, sources, codebook, held.strands)
    columns = {**held.columns(), **recruited, "segments": segmented}
    return Frames(**{name: as_frame(name, columns[name], timezone) for name in SCHEMA})
