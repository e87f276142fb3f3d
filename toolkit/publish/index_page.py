"""The page that a reviewer opens first: what the study is, what was found, how it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.publish.inputs import Inputs, environment
from toolkit.publish.pages import Page, Site, render_page
from toolkit.publish.plan import Plan
from toolkit.publish.render import title_of
from toolkit.publish.report import NotebookReport

_CONTENTS = (
    ("data", "The data"),
    ("analyses", "Analyses"),
    ("instruments", "Guides and protocol"),
    ("checks", "Checks"),
    ("again", "How to run it again"),
)


def index_page(site: Site, plan: Plan, inputs: Inputs, reports: Sequence[NotebookReport]) -> str:
    """Give the index page of a run.

    Parameters
    ----------
    site : Site
        What all pages share.
    plan : Plan
        What was to be done.
    inputs : Inputs
        The study and its data.
    reports : sequence of NotebookReport
        What came of each notebook, in reading order; the first one describes the data.

    Returns
    -------
    str
        A self-contained page.
    """
    entries = [_entry(plan, each) for each in reports]
    return render_page(
        "index.html.j2",
        Page(site, "index.html", site.title),
        contents=[{"id": name, "text": text} for name, text in _CONTENTS],
        study=inputs.study,
        guides=inputs.guides,
        events=inputs.events,
        sessions=any(each.results.get("sessions") for each in reports),
        data=entries[0],
        analyses=entries,
        checks=_checks(inputs, reports),
        versions=environment(),
    )


def _entry(plan: Plan, report: NotebookReport) -> dict[str, object]:
    """Give what the page says of one notebook."""
    step = next(each for each in plan.graph.steps if each.notebook == report.notebook)
    return {
        "href": f"{report.notebook}.html" if report.executed is not None else "",
        "title": title_of(plan.sources[report.notebook]),
        "question": report.question,
        "state": report.state,
        "fault": report.fault,
        "numbers": [
            {"number": said, "label": each.label}
            for each in step.headlines
            if (said := each.said(report.results))
        ],
    }


def _checks(inputs: Inputs, reports: Sequence[NotebookReport]) -> list[Mapping[str, object]]:
    """Give what was checked on the way here, and whether it holds."""
    stopped = [each for each in reports if each.fault]
    total = len(reports)
    return [
        {
            "good": True,
            "text": f"The journal's chain is whole: {inputs.events:,} records, none changed,"
            " none missing between two others.",
        },
        {
            "good": True,
            "text": f"The protocol and the {len(inputs.guides)} topic guides are free of faults;"
            " every path through a guide ends.",
        },
        {
            "good": not stopped,
            "text": f"{total - len(stopped)} of {total} notebooks ran to their end and recorded"
            " the results that they declare, no more and no less.",
        },
        {
            "good": True,
            "text": "No page holds a script or asks for anything from elsewhere; a policy in each"
            " page forbids it.",
        },
    ]
