"""``toolkit trace``: where a published figure comes from."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli.saying import AS_JSON, FILE, dump


@click.command()
@click.argument("figure")
@click.argument("folder", type=FILE)
@click.option("--outputs", type=FILE, default="outputs", show_default=True, help="What was run.")
@AS_JSON
def trace(figure: str, folder: Path, outputs: Path, as_json: bool) -> None:
    """Say where a figure comes from: notebook, cells, functions, questions, guide versions.

    FIGURE is the name of a result, with the number of its notebook where several record it.

    \b
    Example:
      toolkit trace 02:helped topic_guides/parents-and-social-care
    """
    from toolkit.guide import load_study
    from toolkit.publish.trace import trace_figure

    found = trace_figure(figure, outputs / load_study(folder).study, folder)
    if as_json:
        dump([each.to_json() for each in found])
        return
    for each in found:
        for line in each.lines():
            click.echo(line)
