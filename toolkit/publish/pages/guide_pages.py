"""The topic guides as pages of a run, in the frame that all its pages share."""

from __future__ import annotations

import re
from html import unescape

from toolkit.guide import Guide
from toolkit.guide.show.page import guide_body, guide_style
from toolkit.guide.study.model import Study
from toolkit.publish.pages.frame import Page, render_page
from toolkit.publish.pages.sanitise import clean_html

# The title of a section without what stands beside it in small print.
_SECTION = re.compile(
    r'<section\b[^>]*\bid="([^"]+)"[^>]*>\s*<h2[^>]*>(.*?)(?:<span|</h2>)', re.DOTALL
)
_MARK = re.compile(r"<[^>]+>")


def guide_place(guide: Guide) -> str:
    """Return the place of a guide's page in the folder of a run."""
    return f"guides/{guide.guide}.html"


def guide_page(guide: Guide, page: Page, study: Study) -> str:
    """Return one topic guide as a page.

    Returns
    -------
    str
        A self-contained page: questions, probes, routing and the flow as a picture.
    """
    body = clean_html(guide_body(guide, facts=study.facts))
    return render_page(
        "guide.html.j2", page, contents=_contents(body), body=body, style=guide_style()
    )


def _contents(body: str) -> list[dict[str, str]]:
    """Return the sections of the page for its table of contents."""
    return [
        {"id": name, "text": " ".join(unescape(_MARK.sub("", title)).split())}
        for name, title in _SECTION.findall(body)
    ]
