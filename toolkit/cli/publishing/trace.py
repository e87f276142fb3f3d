"""``toolkit trace``: where a published figure comes from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.shared.output import AS_JSON, FILE, dump
from toolkit.cli.shared.secrets import SecretSource
from toolkit.cli.shared.study_home import DATA, find_data, opened_store, passphrase_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.publish.provenance.cases import Behind
    from toolkit.publish.provenance.trace import Trace


@click.command()
@click.argument("figure")
@click.argument("folder", type=FILE)
@click.option(
    "--outputs", type=FILE, default="outputs", show_default=True, help="Outputs folder of the run."
)
@click.option(
    "--cases", is_flag=True, help="Show which cases too, by pseudonym; the study must be unlocked."
)
@DATA
@passphrase_options
@AS_JSON
def trace(
    figure: str,
    folder: Path,
    outputs: Path,
    cases: bool,
    data: Path | None,
    passphrase: SecretSource,
    as_json: bool,
) -> None:
    """Show where a figure comes from: notebook, cells, functions, questions, guide versions.

    FIGURE is the name of a result; if several notebooks record it, add a notebook's number.

    \b
    Example:
      toolkit trace 02:helped topic_guides/parents-and-social-care
    """
    from toolkit.guide import load_study
    from toolkit.publish.provenance.trace import trace_figure

    found = trace_figure(figure, outputs / load_study(folder).study, folder)
    behind = _cases(found, folder, data, passphrase) if cases else [[] for _ in found]
    if as_json:
        told = [each.to_json() for each in found]
        known = [{"cases": [one.to_json() for one in each]} for each in behind] if cases else []
        dump([{**one, **other} for one, other in zip(told, known or [{}] * len(told), strict=True)])
        return
    if cases:
        click.echo("For people of the study only: pseudonyms, and who answered.")
    for each, resting in zip(found, behind, strict=True):
        for line in (*each.lines(), *(one.line() for one in resting)):
            click.echo(line)


def _cases(
    found: Sequence[Trace], folder: Path, data: Path | None, passphrase: SecretSource
) -> list[list[Behind]]:
    """Open the study, and follow each figure to its cases."""
    from toolkit.publish.provenance.cases import cases_behind

    with opened_store(find_data(data), passphrase) as store:
        return cases_behind(found, store, folder)
