"""Everything that a run publishes, as bytes, before any of it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nbformat import NotebookNode

from toolkit.guide import wording
from toolkit.publish.engine.outcome import NotebookReport
from toolkit.publish.gate.gate import Gate, Passed, pass_gate, refuse_spoilt
from toolkit.publish.gate.keeper import Keeper
from toolkit.publish.notebooks.code import code_hash, code_version
from toolkit.publish.notebooks.hashes import hash_of
from toolkit.publish.notebooks.inputs import Inputs, environment
from toolkit.publish.notebooks.normalise import as_text
from toolkit.publish.output_folder import MANIFEST, SIDE_FILE, as_json
from toolkit.publish.pages.frame import Link, Page, Site
from toolkit.publish.pages.guide_pages import guide_page, guide_place
from toolkit.publish.pages.index_page import index_page, place_of
from toolkit.publish.pages.notebook_page import render_views, title_of
from toolkit.publish.pages.register import register_of
from toolkit.publish.plan.plan import Plan
from toolkit.publish.provenance.crate import CRATE, crate

FORMAT = "toolkit-run/1"


def publication(
    plan: Plan,
    inputs: Inputs,
    reports: Sequence[NotebookReport],
    *,
    made: Iterable[Mapping[str, bytes]],
    side: Mapping[str, object],
    keeper: Keeper,
) -> Passed:
    """Return all files of a run that may be published.

    Parameters
    ----------
    reports : sequence of NotebookReport
        The outcome of each notebook, in reading order.
    made : iterable of mapping
        What `pages_of` gave for each report, in the same order, and `guide_pages`.
    keeper : Keeper
        The gate, and what it withheld of the notebooks.

    Returns
    -------
    Passed
        Place in the folder of the study to content, and what was withheld: neither the manifest
        nor the crate lists that.

    Raises
    ------
    RunError
        A name stands in the manifest or the crate (RUN-041): nothing can be published.
    """
    gate = keeper.gate
    passed = pass_gate(_pages(plan, inputs, reports, made, gate), gate, keeper.held, keeper.own)
    files = dict(passed.files)
    files[CRATE] = as_json(crate(plan, inputs, reports, files))
    files[MANIFEST] = as_json(_manifest(plan, inputs, reports, files))
    refuse_spoilt({CRATE: files[CRATE], MANIFEST: files[MANIFEST]}, gate)
    files[SIDE_FILE] = as_json(side)
    return Passed(files, passed.held)


def pages_of(plan: Plan, inputs: Inputs, report: NotebookReport) -> dict[str, bytes]:
    """Return both views and the notebook of one notebook, before the gate.

    Returns
    -------
    dict of str to bytes
        Place to content; empty if it was not run.
    """
    if report.executed is None:
        return {}
    notebook = report.executed
    notebook.metadata.toolkit = {"notebook": report.notebook, "run": plan.run}
    page = Page(_site(plan, inputs), f"{report.notebook}.html", _title(report, notebook))
    settings = plan.parts[report.notebook].settings
    views = render_views(notebook, page, settings=settings, fault=report.fault)
    return {
        f"notebooks/{report.notebook}.ipynb": as_text(notebook).encode(),
        **{place: html.encode() for place, html in views.items()},
    }


def guide_pages(plan: Plan, inputs: Inputs) -> dict[str, bytes]:
    """Return the pages of the guides, before the gate."""
    site, files = _site(plan, inputs), {}
    for guide in inputs.guides:
        page = Page(site, guide_place(guide), wording(guide.title))
        files[page.href] = guide_page(guide, page, inputs.study).encode()
    return files


def _pages(
    plan: Plan,
    inputs: Inputs,
    reports: Sequence[NotebookReport],
    made: Iterable[Mapping[str, bytes]],
    gate: Gate,
) -> dict[str, bytes]:
    """Return pages and notebooks, before the gate."""
    files: dict[str, bytes] = {}
    site = _site(plan, inputs)
    for each in made:
        files |= each
    register = register_of(files, gate)
    files["index.html"] = index_page(site, plan, inputs, reports, register).encode()
    return files


def _site(plan: Plan, inputs: Inputs) -> Site:
    """Return what all pages share."""
    # A notebook that fans out has one link however many parts it has: the index page lists them.
    links = {name: Link(place_of(part), title_of(part.source)) for name, part in plan.first.items()}
    return Site(
        title=inputs.study.title,
        fictional=inputs.fictional,
        run=plan.run,
        code=code_version(),
        guides=[
            {"guide": each.guide, "version": each.version, "hash": each.hash}
            for each in inputs.guides
        ],
        links=[Link("index.html", "Overview"), *links.values()],
    )


def _title(report: NotebookReport, notebook: NotebookNode) -> str:
    """Return the title of a page, with the strand or case that it is of."""
    item = report.notebook.partition(".")[2]
    return f"{title_of(notebook)} ({item})" if item else title_of(notebook)


def _manifest(
    plan: Plan,
    inputs: Inputs,
    reports: Sequence[NotebookReport],
    files: Mapping[str, bytes],
) -> dict[str, object]:
    """Return what went in and what came out; the same for the same inputs."""
    return {
        "format": FORMAT,
        "run": plan.run,
        "inputs": inputs.to_json(),
        "code": {"version": code_version(), "hash": code_hash()},
        "environment": environment(),
        "notebooks": [_entry(plan, each) for each in reports],
        "outputs": {place: hash_of(content) for place, content in files.items()},
    }


def _entry(plan: Plan, report: NotebookReport) -> dict[str, object]:
    """Return the manifest's entry of one notebook."""
    part = plan.parts[report.notebook]
    return {
        "notebook": report.notebook,
        "source": part.hash,
        "key": part.key.hash,
        "parameters": {str(each["name"]): each["value"] for each in part.settings},
        "reads": list(part.step.reads),
        "files": dict(part.key.files),
        "code": part.key.code_version,
        "packages": dict(part.key.packages),
        "state": report.state,
        "fault": str(report.fault) if report.fault else None,
        "results": dict(report.results),
        **({"share": part.share} if part.share else {}),
    }
