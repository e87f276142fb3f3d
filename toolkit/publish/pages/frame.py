"""The frame that every page of a study shares: head, contents, banner, foot."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parents[1] / "templates"


@dataclass(frozen=True, slots=True)
class Link:
    """A link in the head of each page.

    Attributes
    ----------
    href : str
        Relative to the folder of the index page.
    label : str
        What it says.
    """

    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages of one run say.

    Attributes
    ----------
    title : str
        Title of the study.
    fictional : bool
        True puts the banner on every page.
    run : str
        Id of the run.
    code : str
        Version of the toolkit, with the start of its source's hash.
    guides : sequence of mapping
        The topic guides: ``guide``, ``version`` and ``hash`` of each.
    links : sequence of Link
        The pages, in reading order.
    """

    title: str
    fictional: bool
    run: str
    code: str
    guides: Sequence[Mapping[str, str]]
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a run.

    Attributes
    ----------
    site : Site
        What it shares with the others.
    href : str
        Its place, relative to the folder of the index page.
    title : str
        Its title, for the browser.
    entry : str
        The page that stands for it in the head of all pages, if that is different.
    """

    site: Site
    href: str
    title: str
    entry: str = ""

    @property
    def name(self) -> str:
        """Its file's name without the ending."""
        return Path(self.href).stem

    @property
    def up(self) -> str:
        """The way back to the folder of the index page."""
        return "../" * self.href.count("/")


def render_page(template: str, page: Page, **values: object) -> str:
    """Return the whole text of one self-contained page.

    Parameters
    ----------
    template : str
        Name of a template that extends ``page.html.j2``.
    **values
        What the template shows. Text is escaped; only a `body` that passed the gate is not.

    Returns
    -------
    str
        HTML with its style in it, asking for nothing from anywhere. No script runs in it but the
        one that is given as `script`.
    """
    values = {"contents": (), "script": "", **values}
    digest = hashlib.sha256(str(values["script"]).encode()).digest()
    values["script_hash"] = base64.b64encode(digest).decode("ascii")
    return _environment().get_template(template).render(page=page, **values).rstrip() + "\n"


@cache
def _environment() -> Environment:
    """Build the templates' environment, which escapes all text."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
    )
    environment.globals["stylesheet"] = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return environment
