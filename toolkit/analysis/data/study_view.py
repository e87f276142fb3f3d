"""What a study says of itself in a notebook: strands, people and frames, and nobody's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from textwrap import shorten
from typing import TYPE_CHECKING

from toolkit.analysis.data.schema import SCHEMA
from toolkit.analysis.present.markup import escaped, visible
from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.guide.study.model import Study

_MOST = 120


def in_a_line(protocol: Study, frames: object, fictional: bool) -> str:
    """Return a study in some lines: its id, strands, people, and the rows of each frame.

    Returns
    -------
    str
        Under 1,000 characters.
    """
    known = {name: frame for name, frame in _frames(frames).items() if frame is not None}
    strands = len(protocol.strands)
    said = [f"{strands} strand{'s' if strands != 1 else ''}", *_people(frames)]
    rows = ", ".join(f"{name} {len(frame)}" for name, frame in known.items())
    told = f" Rows of its frames: {rows}." if rows else ""
    name = _cut(protocol.study) + (" (fictional)" if fictional else "")
    return f"Study {name}: {', '.join(said)}.{told}"


def in_a_table(
    protocol: Study, frames: object, strand_of: Mapping[str, str], fictional: bool
) -> str:
    """Return a study as static HTML: strands, people, frames with their rows and columns.

    Parameters
    ----------
    protocol, frames, fictional
        As in `in_a_line`; of a frame that is not declared it is said that it is not handed.
    """
    told = "Fictional data. " if fictional else ""
    people = "".join(f"{each}. " for each in _people(frames))
    planned = (
        (each.strand, each.title, ", ".join(g for g, s in strand_of.items() if s == each.strand))
        for each in protocol.strands
    )
    strands = _table("Strands", ("Strand", "Title", "Topic guide"), planned)
    held = _table("Frames", ("Frame", "Rows", "Columns"), _frame_rows(frames))
    title, name = escaped(_cut(protocol.title)), escaped(protocol.study)
    head = (
        f"<p><strong>{title}</strong> ({name})</p>\n<p>{escaped(_cut(protocol.question.text))}</p>"
    )
    return f"{head}\n<p>{told}{people}</p>\n{strands}{held}"


def _people(frames: object) -> list[str]:
    """Return how many people there are; nothing if a notebook does not declare that."""
    people = _frames(frames)["participants"]
    if people is None:
        return []
    count = people["participant"].nunique()
    return [f"{count:,} participant{'s' if count != 1 else ''}"]


def _frames(frames: object) -> dict[str, pd.DataFrame | None]:
    """Return each frame; None if the notebook does not declare it."""
    found: dict[str, pd.DataFrame | None] = {}
    for name in SCHEMA:
        try:
            found[name] = getattr(frames, name)
        except ToolkitError:
            found[name] = None
    return found


def _frame_rows(frames: object) -> Iterator[tuple[str, str, str]]:
    for name, frame in _frames(frames).items():
        rows = "not declared in graph.toml" if frame is None else f"{len(frame):,}"
        yield name, rows, ", ".join(SCHEMA[name])


def _table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{escaped(each)}</th>' for each in heads)
    cells = ("".join(f"<td>{escaped(each)}</td>" for each in row) for row in rows)
    body = "".join(f"<tr>{each}</tr>\n" for each in cells)
    return (
        f"<table>\n<caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}</tbody>\n</table>\n"
    )


def _cut(text: str) -> str:
    return shorten(visible(text), _MOST, placeholder=" ...")
