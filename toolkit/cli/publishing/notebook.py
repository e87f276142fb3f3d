"""``toolkit notebook new``: begin a notebook, or enter one that is there in graph.toml."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli.shared.output import FILE


@click.group()
def notebook() -> None:
    """Begin the notebooks of a study.

    \b
    Example:
      toolkit notebook new 06-my-question
    """


@notebook.command("new")
@click.argument("name")
@click.option(
    "--notebooks", type=FILE, default="notebooks", show_default=True, help="Their folder."
)
@click.option("--study", default="my-study", show_default=True, help="Id of the study.")
def new(name: str, notebooks: Path, study: str) -> None:
    """Write a notebook to begin with, and add it to graph.toml.

    \b
    Example:
      toolkit notebook new 06-my-question
    """
    from toolkit.publish.plan.skeleton import new_notebook

    for each in new_notebook(notebooks, name, study):
        click.echo(f"Wrote {each}")
    click.echo(f"Next: toolkit run topic_guides/{study} --only {name}")
