"""The noun ``store``: make the home of a study's data, look at it, verify it, search it."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.shared.output import AS_JSON, FILE, dump, say_findings
from toolkit.cli.shared.secrets import SecretSource
from toolkit.cli.shared.server_options import Team, server_options
from toolkit.cli.shared.study_home import (
    DATA,
    HOMES,
    asked,
    find_data,
    keyring_of,
    passphrase_options,
)

if TYPE_CHECKING:
    from toolkit.store.home import Home
    from toolkit.store.keys.passphrase import Passphrase
    from toolkit.store.making import Made


@click.group()
def store() -> None:
    """Make the encrypted store for a study's data, unlock it, and check it.

    \b
    Example:
      toolkit store init topic_guides/my-study
    """


@store.command("init")
@click.argument("study", type=FILE)
@click.option("--data", type=FILE, help=f"Folder for the data [default: {HOMES}/STUDY].")
@click.option("--keys", type=FILE, help="Folder for the keyrings [default: keys/ in the data].")
@click.option(
    "--fictional", is_flag=True, help="Mark the study as fictional: all its data are invented."
)
@passphrase_options
@click.option(
    "--identity-passphrase-file", type=FILE, help="File with the passphrase of the identity store."
)
@click.option(
    "--recovery-file",
    type=FILE,
    help="Write the recovery keys to this file instead of showing them.",
)
@server_options
@AS_JSON
def store_init(
    study: Path,
    data: Path | None,
    keys: Path | None,
    fictional: bool,
    passphrase: SecretSource,
    identity_passphrase_file: Path | None,
    recovery_file: Path | None,
    team: Team,
    as_json: bool,
) -> None:
    """Make the encrypted store for a study (clauses P31, P32); STUDY is the study's folder.

    It asks for two passphrases of at least twelve characters, for the research data and for the
    identity store, and shows a recovery key for each, to print and lock away. Nobody can open the
    data without the passphrase or the recovery key.

    \b
    Example:
      toolkit store init topic_guides/my-study
    """
    from toolkit.errors import UsageError
    from toolkit.guide import load_study
    from toolkit.store import About
    from toolkit.store.making import make_home, refuse_in_use

    if recovery_file is None and not sys.stdout.isatty():
        raise UsageError.of("USAGE-008", place="--recovery-file")
    name = load_study(study).study
    place = data or Path(HOMES) / name
    refuse_in_use(place, keys)
    if recovery_file is not None and recovery_file.exists():
        raise UsageError.of("USAGE-026", place=f"--recovery-file {recovery_file.name}")
    given = passphrase.read() or _new_passphrase(name)
    apart = SecretSource("--identity-passphrase", identity_passphrase_file).read()
    made = make_home(
        place,
        About(name, fictional, time.strftime("%Y-%m-%d")),
        given,
        identity_passphrase=apart or _new_passphrase("its identity store"),
        keys=keys,
        server=team.server_of(name),
        service=team.service,
        hand_out=partial(_hand_out, recovery_file),
    )
    _say_made(made.home, as_json)


@store.command("info")
@DATA
@passphrase_options
@AS_JSON
def store_info(data: Path | None, passphrase: SecretSource, as_json: bool) -> None:
    """Show what a store holds: counts only, nothing that anybody said.

    \b
    Example:
      toolkit store info --data .studies/my-study
    """
    from toolkit.store.lifecycle.overview import overview_of

    home = find_data(data)
    told = overview_of(home, keyring_of(home, passphrase))
    if as_json:
        dump(told)
        return
    for name, value in told.items():
        click.echo(f"{name.replace('_', ' '):22} {value}")


@store.command("verify")
@DATA
@click.option(
    "--accept",
    metavar="ROLE",
    help="Your role account: the journal was set back on purpose; go on from here.",
)
@passphrase_options
@AS_JSON
def store_verify(
    data: Path | None, accept: str | None, passphrase: SecretSource, as_json: bool
) -> int:
    """Check the research store: pages, chain, proof, schema and contents, and who can read it.

    It reads from a read-only medium as well. With --accept a journal that lacks events seen here
    earlier is taken as it is, if nothing else is wrong; the journal keeps that you did so.

    \b
    Example:
      toolkit store verify --data .studies/my-study
    """
    from toolkit.store.lifecycle import overview

    home = find_data(data)
    keyring = keyring_of(home, passphrase)
    if accept is None:
        verified = overview.verify_home(home, keyring)
    else:
        verified = overview.accept(home, keyring, user=accept, at=int(time.time() * 1000))
    if as_json:
        dump({"events": verified.events, "findings": [f.to_json() for f in verified.findings]})
    else:
        say_findings(verified.findings)
        if not verified.findings:
            click.echo(f"{home.study}: good; {verified.events:,} events, each as it was written")
    return 1 if verified.findings else 0


@store.command("search")
@DATA
@passphrase_options
@AS_JSON
def store_search(data: Path | None, passphrase: SecretSource, as_json: bool) -> int:
    """Find where certain words were said; you type them when asked, so no shell keeps them.

    \b
    Example:
      toolkit store search --data .studies/my-study
    """
    from toolkit.store.sqlite.search_index import SearchIndex

    home = find_data(data)
    keyring = keyring_of(home, passphrase)
    words = click.prompt("Words", err=True) if sys.stdin.isatty() else sys.stdin.readline()
    journal = home.open_research(keyring)
    try:
        index = SearchIndex(home.research, journal, keyring)
        hits = index.search(words)
        index.close()
    finally:
        journal.close()
    if as_json:
        dump([asdict(each) for each in hits])
    else:
        for each in hits:
            click.echo(f"event {each.seq:<8} {each.case:8} {each.session:12} {each.node}")
        click.echo(f"{len(hits)} places" if hits else "Nobody said this.")
    return 0 if hits else 1


def _say_made(home: Home, as_json: bool) -> None:
    if as_json:
        dump({"study": home.study, "data": str(home.folder), "keys": str(home.keys)})
    else:
        click.echo(f"Made: {home.folder}, keys in {home.keys}")
        click.echo("Keep the keys folder out of every backup of the data; see docs/security.md.")


def _new_passphrase(study: str) -> Passphrase:
    """Ask twice for a passphrase that is to be set."""
    from toolkit.errors import StoreError, UsageError

    first = asked(f"New passphrase of {study}: ")
    if first is None:
        raise StoreError.of("STORE-060", place=f"study {study}")
    again = asked("Once more: ")
    if again is None or again.reveal() != first.reveal():
        raise UsageError.of("USAGE-009", place="passphrase")
    return first


def _hand_out(file: Path | None, made: Made) -> None:
    """Show the recovery keys to the person, and keep them nowhere else."""
    lines = [
        f"Recovery key of {made.home.study}, research:  {made.recovery}",
        f"Recovery key of {made.home.study}, identity:  {made.identity_recovery}",
    ]
    if file is None:
        click.echo("Print these lines, lock them away, and clear the screen:")
        click.echo("\n".join(lines))
        return
    file.touch(mode=0o600, exist_ok=False)
    file.write_text("\n".join(lines) + "\n", encoding="ascii")
