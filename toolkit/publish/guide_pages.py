"""The topic guides as pages of a run, in the frame that all its pages share."""

from __future__ import annotations

from toolkit.guide import Guide, wording
from toolkit.guide.page import guide_body, guide_style
from toolkit.guide.study import Study
from toolkit.publish.pages import Page, render_page
from toolkit.publish.sanitise import clean_html


def guide_place(guide: Guide) -> str:
    """Give the place of a guide's page in the folder of a run."""
    return f"guides/{guide.guide}.html"


def guide_page(guide: Guide, page: Page, study: Study) -> str:
    """Give one topic guide as a page.

    Parameters
    ----------
    guide : Guide
        The guide.
    page : Page
        Which page of the run it is.
    study : Study
        The protocol, whose facts are put into the wordings.

    Returns
    -------
    str
        A self-contained page: questions, probes, routing and the flow as a picture.
    """
    return render_page(
        "guide.html.j2",
        page,
        contents=_contents(guide),
        body=clean_html(guide_body(guide, facts=study.facts)),
        style=guide_style(),
    )


def _contents(guide: Guide) -> list[dict[str, str]]:
    """Give the sections of the page for its table of contents."""
    sections = [(each.section, wording(each.title)) for each in guide.sections]
    return [
        {"id": f"s-{name}", "text": text}
        for name, text in [*sections, ("endings", "Endings"), ("flow", "Flow")]
    ]
