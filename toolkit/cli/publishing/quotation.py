"""The noun ``quotation``: sign words off for print (clause P35), and see what may be printed."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.shared.output import AS_JSON, FILE, dump
from toolkit.cli.shared.secrets import SecretSource
from toolkit.cli.shared.study_home import DATA, find_data, opened_store, passphrase_options

if TYPE_CHECKING:
    from toolkit.sources import Source
    from toolkit.store import Store

_USER = click.option(
    "--user", required=True, help="Who signs off: role and number, such as lead-1."
)


@click.group()
def quotation() -> None:
    """Sign off quotations for print, and see which may be printed.

    \b
    Example:
      toolkit quotation list topic_guides/parents-and-social-care
    """


@quotation.command("sign-off")
@click.argument("folder", type=FILE)
@click.argument("source")
@click.argument("start", type=int)
@click.argument("end", type=int)
@_USER
@click.option("--printed", type=FILE, help="File with the words as printed [default: ask].")
@DATA
@passphrase_options
def sign_off_words(
    folder: Path,
    source: str,
    start: int,
    end: int,
    user: str,
    printed: Path | None,
    data: Path | None,
    passphrase: SecretSource,
) -> None:
    """Sign off a participant's words: characters START to END of a text, counted from 0.

    In a terminal the words are shown, and you type them as they will be printed, with every detail
    that could identify somebody replaced [in square brackets]. They are never part of the command,
    because the shell keeps a history.

    \b
    Example:
      toolkit quotation sign-off topic_guides/parents-and-social-care K01/q3 0 52 --user lead-1
    """
    from toolkit.errors import AnalysisError
    from toolkit.sources.quotations import sign_off

    with opened_store(find_data(data), passphrase) as store:
        text = _texts(store, folder).get(source)
        if text is None or not 0 <= start < end <= len(text.text):
            raise AnalysisError.of("ANALYSIS-030", place=f"quotation from {source}")
        words = _printed(text.text[start:end], printed)
        sign_off(store, text, start, end, words, user=user, at=time.time_ns() // 1_000_000)
    click.echo(f"{source} {start} to {end} is signed off by {user}.")


@quotation.command("list")
@click.argument("folder", type=FILE)
@click.option(
    "--use", default="report", show_default=True, help="Where they will be printed: report, talks."
)
@DATA
@passphrase_options
@AS_JSON
def list_quotations(
    folder: Path,
    use: str,
    data: Path | None,
    passphrase: SecretSource,
    as_json: bool,
) -> None:
    """List the signed-off quotations: which may be printed, which are withheld, and why.

    \b
    Example:
      toolkit quotation list topic_guides/parents-and-social-care --use talks
    """
    from toolkit.analysis.frames import open_study
    from toolkit.analysis.tables.quotations import uses_of

    with opened_store(find_data(data), passphrase) as store:
        printed, held = uses_of(open_study(store, folder), store.read(), use)
    if as_json:
        told = [(each.source, each.start, each.end, "") for each in printed]
        told += [(each.source, each.start, each.end, each.why) for each in held]
        keys = ("source", "start", "end", "held_back")
        dump([dict(zip(keys, each, strict=True)) for each in told])
        return
    for each in printed:
        click.echo(f"{each.source} {each.start} to {each.end}, {each.user}: {each.printed}")
    for back in held:
        click.echo(f"{back.source} {back.start} to {back.end}: held back, {back.why}")
    click.echo(f"{len(printed)} may go into: {use}; {len(held)} held back.")


def _texts(store: Store, folder: Path) -> dict[str, Source]:
    """Return the texts of the study by id."""
    from toolkit.guide import load_guide, load_study
    from toolkit.sources.reading import read_sources

    names = dict.fromkeys(each.guide for each in load_study(folder).strands)
    guides = {guide.id: guide for guide in (load_guide(folder / each) for each in names)}
    return dict(read_sources(store, guides))


def _printed(said: str, file: Path | None) -> str:
    """Return the words as they will be printed, from a file or as they are typed."""
    from toolkit.errors import UsageError

    if file is not None:
        return file.read_text(encoding="utf-8").strip()
    if not sys.stdin.isatty():
        raise UsageError.of("USAGE-041", place="--printed")
    click.echo(f"As said:\n  {said}")
    return str(click.prompt("As printed", default=said))
