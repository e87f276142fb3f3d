"""A guide as a page to read: self-contained HTML, no script, with its flow as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from itertools import zip_longest

from markupsafe import Markup, escape

from toolkit.guide.show.flow import flow_svg, flow_words
from toolkit.guide.show.templates import render
from toolkit.guide.show.text import choices_of, kind_of, path_line, planned
from toolkit.guide.topic.compiler import compile_guide
from toolkit.guide.topic.model import Guide, Probe, Question, wording
from toolkit.guide.topic.paths import prove
from toolkit.guide.topic.wordings import fill

Facts = Mapping[str, str | dict[str, str]]


def guide_page(guide: Guide, language: str = "", facts: Facts | None = None) -> str:
    """Render a guide as one self-contained page.

    Parameters
    ----------
    language : str
        Language of the wordings; empty for the guide's first.
    facts : mapping of str to str or dict, optional
        Facts of the protocol, put into the wordings; without them their names are shown.

    Returns
    -------
    str
        HTML without script and without anything to load.
    """
    language = language or guide.languages[0]
    return render(
        "page.html.j2",
        language=language,
        title=wording(guide.title, language),
        guide=guide,
        body=guide_body(guide, language, facts),
    )


def guide_style() -> str:
    """Return the stylesheet of a guide's page, for pages that put `guide_body` elsewhere."""
    return files("toolkit.guide.show").joinpath("pages", "guide.css").read_text(encoding="utf-8")


def guide_body(guide: Guide, language: str = "", facts: Facts | None = None) -> Markup:
    """Render the part below the heading, for a page with other surroundings."""
    language = language or guide.languages[0]

    def words(said: str | dict[str, str] | None) -> Markup:
        return _words(said, language, facts or {})

    def labels_of(item: Question | Probe) -> list[Markup]:
        if item.type == "scale":
            return [Markup("{}: {}").format(k, words(v)) for k, v in (item.labels or {}).items()]
        return [words(label) for label in choices_of(item, language)]

    endings = {each.ending for each in guide.endings}
    return render(
        "guide.html.j2",
        guide=guide,
        planned=planned(guide),
        paths=path_line(prove(compile_guide(guide))),
        flow=flow_svg(guide, language),
        flow_words=flow_words(guide),
        words=words,
        labels_of=labels_of,
        kind=kind_of,
        anchor=lambda to: f"{'e' if to in endings else 'i'}-{to}",
    )


def _words(said: str | dict[str, str] | None, language: str, facts: Facts) -> Markup:
    """Return a wording as HTML; what is put in later is marked."""
    parts: list[Markup] = []

    def piece(ref: str, fallback: str) -> str:
        fact = facts.get(ref.removeprefix("protocol.")) if ref.startswith("protocol.") else None
        shown = f"{ref}, or: {fallback}" if fallback else ref
        mark = Markup('<span class="piece">[{}]</span>')
        parts.append(mark.format(shown) if fact is None else escape(wording(fact, language)))
        return "\x02"

    around = fill(" ".join(wording(said, language).split()), piece).split("\x02")
    put_in = zip_longest(around, parts, fillvalue="")
    return Markup("").join(escape(each) for pair in put_in for each in pair)
