"""The page that a reviewer opens first: what the study is, what was found, how it was made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from toolkit.guide import check_study
from toolkit.publish.engine.outcome import NotebookReport
from toolkit.publish.notebooks.inputs import Inputs, environment
from toolkit.publish.pages.frame import TEMPLATES, Page, Site, render_page
from toolkit.publish.pages.notebook_page import title_of, with_code
from toolkit.publish.pages.register import Entry
from toolkit.publish.plan.plan import Part, Plan

_CONTENTS = (
    ("data", "The data"),
    ("find", "Find"),
    ("analyses", "Analyses"),
    ("instruments", "Guides and protocol"),
    ("checks", "Checks"),
    ("again", "How to run it again"),
)


def index_page(
    site: Site,
    plan: Plan,
    inputs: Inputs,
    reports: Sequence[NotebookReport],
    register: Sequence[Entry] = (),
) -> str:
    """Return the index page of a run.

    Parameters
    ----------
    site : Site
        What all pages share.
    reports : sequence of NotebookReport
        The outcome of each notebook, in reading order; the first one describes the data.
    """
    entries = list(_entries(plan, reports))
    return render_page(
        "index.html.j2",
        Page(site, "index.html", site.title),
        contents=[{"id": i, "text": t} for i, t in _CONTENTS if register or i != "find"],
        study=inputs.study,
        guides=inputs.guides,
        events=inputs.events,
        sessions=any(each.results.get("sessions") for each in reports),
        data=entries[0],
        analyses=entries,
        checks=_checks(inputs, reports),
        versions=environment(),
        register=register,
        script=(TEMPLATES / "find.js").read_text(encoding="utf-8") if register else "",
    )


def place_of(part: Part) -> str:
    """Return the place to which links to a notebook lead.

    Parameters
    ----------
    part : Part
        The notebook, or any part of one that fans out, whose parts the index page lists.
    """
    return f"index.html#{part.step.notebook}" if part.step.over else f"{part.name}.html"


def _entries(plan: Plan, reports: Sequence[NotebookReport]) -> Iterator[dict[str, object]]:
    """Yield what the page says of each notebook, with the parts of those that fan out."""
    for name, found in groupby(reports, lambda each: plan.parts[each.notebook].step.notebook):
        group = list(found)
        over = plan.parts[group[0].notebook].step.over
        if over is None:
            yield _entry(plan, group[0]) | {"parts": (), "id": name}
            continue
        faulty = next((each for each in group if each.fault), group[0])
        parts = [_part(each) for each in group]
        yield _entry(plan, faulty) | {"href": "", "numbers": (), "parts": parts, "id": name}


def _part(report: NotebookReport) -> dict[str, str]:
    """Return what the page says of one part of a notebook that fans out."""
    return {
        "href": f"{report.notebook}.html" if report.executed is not None else "",
        "item": report.notebook.partition(".")[2],
        "state": report.state,
    }


def _entry(plan: Plan, report: NotebookReport) -> dict[str, object]:
    """Return what the page says of one notebook."""
    part, place = plan.parts[report.notebook], f"{report.notebook}.html"
    return {
        "href": place if report.executed is not None else "",
        "code": with_code(place) if report.executed is not None and not part.step.over else "",
        "title": title_of(part.source),
        "question": report.question,
        "state": report.state,
        "fault": report.fault,
        "numbers": [
            {"number": said, "label": each.label}
            for each in part.step.headlines
            if (said := each.said(report.results))
        ],
    }


def _checks(inputs: Inputs, reports: Sequence[NotebookReport]) -> list[dict[str, str]]:
    """Return what was checked on the way here, and whether it holds."""
    done, total = sum(each.fault is None for each in reports), len(reports)
    report = check_study(inputs.folder)
    found, good = len(report.findings), len(report.confirmations)
    return [
        _check(
            True,
            f"The journal's chain is whole: {inputs.events:,} records, none changed, none missing"
            " between two others.",
        ),
        _check(
            True,
            f"The protocol and the {len(inputs.guides)} topic guides are free of faults; every"
            " path through a guide ends.",
        ),
        _check(
            not found,
            f"The protocol and the published figures, worked out again: {good} statements hold,"
            f" {found} do not add up, cannot be told, or could identify somebody."
            " The command toolkit study check lists them.",
            but="to be read",
        ),
        _check(
            done == total,
            f"{done} of {total} notebooks ran to their end and recorded the results that they"
            " declare, no more and no less.",
        ),
        _check(
            True,
            "No page asks for anything from elsewhere, and none holds a script but this one, for"
            " its search; a policy in each page forbids it.",
        ),
    ]


def _check(good: bool, text: str, but: str = "does not hold") -> dict[str, str]:
    """Return one check with its verdict."""
    return {"verdict": "holds" if good else but, "kind": "good" if good else "bad", "text": text}
