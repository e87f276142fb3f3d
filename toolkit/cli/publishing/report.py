"""The verb ``toolkit report``: the study's report as page, PDF and document."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli.shared.names import Gatekeeper, gate_options, names_given
from toolkit.cli.shared.output import AS_JSON, FILE, dump, say_findings, say_held_back
from toolkit.cli.shared.study_home import DATA, find_data


@click.command()
@click.argument("folder", type=FILE)
@click.option(
    "--outputs", type=FILE, default="outputs", show_default=True, help="Outputs folder of the run."
)
@DATA
@gate_options
@AS_JSON
def report(folder: Path, outputs: Path, data: Path | None, gate: Gatekeeper, as_json: bool) -> int:
    """Make a page, a PDF and a Word document from the report of the last run.

    \b
    Example:
      toolkit report topic_guides/parents-and-social-care
    """
    from toolkit.publish.engine.light_imports import load_nbformat

    load_nbformat()
    from toolkit.guide import load_study
    from toolkit.publish.paper.study_report import make_report

    study = load_study(folder)
    names = names_given(find_data(data), folder, gate)
    made = make_report(study.study, study.title, outputs=outputs, names=names)
    if as_json:
        dump({"index": str(made.index), "findings": [each.to_json() for each in made.findings]})
        return int(any(each.severity == "error" for each in made.findings))
    say_findings(made.findings, err=True)
    click.echo(f"PDF and document: {made.folder}")
    click.echo(f"Open this page in a browser: {made.index}")
    return say_held_back(made.findings, made.folder)
