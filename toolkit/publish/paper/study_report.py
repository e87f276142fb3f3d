"""The study's report from its notebook: one page, a PDF and a document, checked and the same twice.

The notebook ``05-report`` of a run is the report; here it becomes products. Before that it is
held to its own rules: every claim of the summary leads to a finding (clause P19), and a word for a
share ("most participants") comes from code and not from a writer's ear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from toolkit.analysis.present.markup import escaped
from toolkit.errors import Finding, RunError, finding
from toolkit.publish.gate.gate import Gate, gated
from toolkit.publish.gate.names import Names
from toolkit.publish.notebooks.code import code_hash, code_version
from toolkit.publish.notebooks.hashes import hash_of
from toolkit.publish.notebooks.inputs import environment
from toolkit.publish.output_folder import MANIFEST, as_json, write_outputs
from toolkit.publish.pages.frame import Link, Page, Site
from toolkit.publish.pages.notebook_page import Body, render_notebook, title_of
from toolkit.publish.paper.typeset import as_docx, as_pdf, letters_without_glyph, pictures_in
from toolkit.publish.review.records import last_run

NOTEBOOK = "05-report"
FORMAT = "toolkit-report/1"
_SUMMARY = re.compile(r"<h2[^>]*>Executive summary</h2>(.*?)<h2", re.DOTALL)
_CLAIM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_TO_FINDING = re.compile(r'href="#(finding-[a-z0-9-]+)"')
_SHARE = re.compile(
    r"\b(a few|few|some|several|many|most|half|nearly all|all)(?: of(?: the)?)?"
    r" (?:participants|parents|people|mothers|fathers|interviewees)\b",
    re.IGNORECASE,
)
# On paper base, source and rule of a table stand in one paragraph, as they do on a screen.
_FOOT = re.compile(r'</p>\s*<p class="(?:source|suppression|note)">')
# The title of a notebook, its question, and what goes in and comes out: of which readers of the
# report need the question.
_OPENING = re.compile(
    r"<h1[^>]*>.*?</h1>(\s*<p><strong>[^<]*</strong></p>)\s*<p><strong>For</strong>.*?</p>",
    re.DOTALL,
)
_HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_FOLDED = re.compile(r"<details\b.*?</details>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Products:
    """The report that was made.

    Attributes
    ----------
    folder : pathlib.Path
        Where ``index.html``, ``report.pdf`` and ``report.docx`` are.
    findings : tuple of Finding
        What the gate withheld, and letters that the PDF prints as boxes.
    """

    folder: Path
    findings: tuple[Finding, ...] = ()

    @property
    def index(self) -> Path:
        """The page to open."""
        return self.folder / "index.html"


def make_report(study: str, title: str, *, outputs: Path, names: Names | None = None) -> Products:
    """Make page, PDF and document from the last run of a study's notebooks.

    Parameters
    ----------
    outputs : pathlib.Path
        Folder below which runs are written; the report goes to ``<study>-report`` in it.
    names : Names, optional
        What must not stand in it, from the identity store.

    Raises
    ------
    RunError
        There is no run with a report (RUN-044), the report breaks its own rules (RUN-045,
        RUN-046), the extra is not installed (RUN-047), or a name stands in its text (RUN-041).
    """
    run = last_run(outputs / study)
    file = outputs / study / "notebooks" / f"{NOTEBOOK}.ipynb"
    if run is None or not file.is_file():
        raise RunError.of("RUN-044", place=f"study {study}")
    notebook = nbformat.read(file, as_version=nbformat.NO_CONVERT)
    body = printed_body(notebook)
    faults = [*claims_without_findings(body), *shares_by_ear(notebook)]
    if faults:
        raise RunError(faults)
    files = _files(notebook, body, _site(run, title))
    gate = Gate(names, drawn=pictures_in(files["report.docx"]))
    passed = gated({**files, MANIFEST: as_json(_manifest(run, files))}, gate)
    # Words of a PDF cannot be searched for names; they are those of the page, which can.
    if "index.html" not in passed.files:
        raise RunError(passed.findings)
    write_outputs(outputs / f"{study}-report", passed.files)
    unseen = tuple(letters_printed_as_boxes(body))
    return Products(outputs / f"{study}-report", (*passed.findings, *unseen))


def _site(run: Mapping[str, Any], title: str) -> Site:
    """Return what the page of the report says of its run."""
    inputs = run["inputs"]
    fictional = bool(inputs["fictional"])
    return Site(title, fictional, run["run"], code_version(), inputs["guides"], [_HOME])


def _files(notebook: NotebookNode, body: str, site: Site) -> dict[str, bytes]:
    """Return page, PDF and document."""
    heading = f"{site.title} (fictional sample)" if site.fictional else site.title
    page = Page(site, "index.html", title_of(notebook))
    # For readers: the code stands on the run's own page of the same notebook.
    shown = _FOLDED.sub("", render_notebook(notebook, page))
    opening = f"<h1>{escaped(heading)}: the report</h1>"
    printed = _OPENING.sub(r"\1", body)
    return {
        "index.html": _OPENING.sub(lambda found: opening + found[1], shown).encode(),
        "report.pdf": as_pdf(printed, heading),
        "report.docx": as_docx(printed, heading),
    }


def _manifest(run: Mapping[str, Any], files: Mapping[str, bytes]) -> dict[str, object]:
    """Return what went in; in the form of a run, so that a withdrawal finds the report too."""
    return {
        "format": FORMAT,
        "run": run["run"],
        "inputs": run["inputs"],
        "code": {"version": code_version(), "hash": code_hash()},
        "environment": environment(),
        "outputs": {place: hash_of(content) for place, content in files.items()},
    }


_HOME = Link("index.html", "The report")


def printed_body(notebook: NotebookNode) -> str:
    """Return the body of the report as HTML for paper: without code and without what is folded."""
    return _FOOT.sub(" ", _FOLDED.sub("", Body().html(notebook)))


def claims_without_findings(body: str) -> Iterator[Finding]:
    """Find claims of the summary that lead to no finding in the body (clause P19).

    Yields
    ------
    Finding
        RUN-045, one for each claim; its number, not its words.
    """
    summary = _SUMMARY.search(body)
    claims = _CLAIM.findall(summary[1]) if summary else []
    for number, claim in enumerate(claims, 1):
        link = _TO_FINDING.search(claim)
        if link is None or f'id="{link[1]}"' not in body:
            yield finding("RUN-045", place=f"claim {number}", file=f"{NOTEBOOK}.ipynb")
    if not claims and "nothing to claim" not in body:
        yield finding("RUN-045", place="summary", file=f"{NOTEBOOK}.ipynb")


def letters_printed_as_boxes(body: str) -> Iterator[Finding]:
    """Find letters that no font of the PDF has.

    Yields
    ------
    Finding
        RUN-062, a warning: one for each letter, with the heading below which it first stands.
    """
    for letter in sorted(letters_without_glyph(body)):
        before = unescape(body)[: unescape(body).find(letter)]
        headings = _HEADING.findall(before)
        place = _TAG.sub("", headings[-1]) if headings else "title"
        yield finding("RUN-062", place=place, file="report.pdf", letter=f"U+{ord(letter):04X}")


def shares_by_ear(notebook: NotebookNode) -> Iterator[Finding]:
    """Find words for a share of people that a writer typed.

    Yields
    ------
    Finding
        RUN-046, one for each cell.
    """
    for number, cell in enumerate(notebook.cells, 1):
        found = _SHARE.search(cell.source) if cell.cell_type == "markdown" else None
        if found:
            place = f"cell {number}"
            yield finding("RUN-046", place=place, file=f"{NOTEBOOK}.ipynb", word=found[1].lower())
