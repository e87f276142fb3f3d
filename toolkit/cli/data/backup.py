"""The commands ``backup`` and ``restore``; and how a command gets at both keyrings of a study."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.shared.output import AS_JSON, FILE, dump, say_findings
from toolkit.cli.shared.secrets import Command, SecretSource, secret_of, secret_options
from toolkit.cli.shared.study_home import DATA, HOMES, find_data, keyring_of
from toolkit.cli.shared.study_home import passphrase_options as research_options

if TYPE_CHECKING:
    from toolkit.store.home import Home
    from toolkit.store.keys.keyring import Keyring
    from toolkit.store.keys.passphrase import Passphrase

_IDENTITY = "--identity-passphrase"
_USER = click.option("--user", default="researcher-1", show_default=True, help="Your role account.")


def both_passphrases(command: Command) -> Command:
    """Add the options for the passphrases of both stores to a command."""
    apart = secret_options(_IDENTITY, "the passphrase of the identity store, if it differs,")
    return research_options(apart(command))


def both_keyrings(
    home: Home, passphrase: SecretSource, apart: SecretSource
) -> tuple[Keyring, Keyring]:
    """Return the unlocked research keyring and identity keyring of a study.

    Parameters
    ----------
    passphrase, apart : SecretSource
        Of the research store and of the identity store, from `both_passphrases`. The identity store
        is tried with the passphrase of the research store, where that was given, before its own is
        asked for.

    Raises
    ------
    UsageError
        The identity store has a passphrase of its own, and there is no terminal (USAGE-011).
    StoreError
        A passphrase is wrong, or the study was destroyed.
    """
    from toolkit.store.lifecycle.unlocked import unlock

    words = passphrase.read()
    # A descriptor can be read once only, so what it gave serves both keyrings.
    keyring = unlock(home, words) if words else keyring_of(home, passphrase)
    return keyring, _identity_keyring(home, words, apart)


def _identity_keyring(home: Home, words: Passphrase | None, apart: SecretSource) -> Keyring:
    from toolkit.errors import StoreError
    from toolkit.store.keys.keyring import Keyring
    from toolkit.store.keys.passphrase import SAMPLE

    known = words or (SAMPLE if home.sample and home.fictional else None)
    if known is not None and apart == SecretSource(_IDENTITY):
        try:
            return Keyring.unlock(home.identity_keyring, known)
        except StoreError as refused:
            if refused.findings[0].code != "STORE-040":
                raise
    question = f"Passphrase of the identity store of {home.study}: "
    return Keyring.unlock(home.identity_keyring, secret_of(apart, question))


@click.command()
@click.argument("folder", type=FILE, metavar="DIR")
@DATA
@_USER
@both_passphrases
@AS_JSON
def backup(
    folder: Path,
    data: Path | None,
    user: str,
    passphrase: SecretSource,
    identity_passphrase: SecretSource,
    as_json: bool,
) -> None:
    """Back up a study's data, encrypted and checked, into a new folder in DIR.

    Others can keep working meanwhile. Both passphrases are needed, because data that cannot be
    opened cannot be checked. The keys are never in a backup; keep a copy of them apart
    (docs/security.md).

    \b
    Example:
      toolkit backup /media/stick/backups
    """
    from toolkit.store.lifecycle.backup import back_up

    home = find_data(data)
    rings = both_keyrings(home, passphrase, identity_passphrase)
    made = back_up(home, folder, *rings, user=user, at=_now())
    size = sum(each.size for each in made.files.values())
    events = {name: head.seq for name, head in made.heads.items()}
    if as_json:
        told = {"study": made.study, "folder": str(made.folder), "created": made.created}
        dump({**told, "events": events, "bytes": size})
        return
    click.echo(f"Made and read back: {made.folder}")
    click.echo(f"{sum(events.values()):,} events, {size:,} bytes. The keys are not in it.")


@click.command()
@click.argument("folder", type=FILE, metavar="BACKUP")
@click.option("--data", type=FILE, help=f"Folder of the study's data; else {HOMES}/STUDY.")
@click.option(
    "--keys",
    type=FILE,
    help="Folder of the keyrings, if the data go to a new place [default: keys/ in it].",
)
@click.option("--replace", is_flag=True, help="Replace the data that are in place.")
@_USER
@both_passphrases
@AS_JSON
def restore(
    folder: Path,
    data: Path | None,
    keys: Path | None,
    replace: bool,
    user: str,
    passphrase: SecretSource,
    identity_passphrase: SecretSource,
    as_json: bool,
) -> None:
    """Put a backup in place, checked before and after; BACKUP is one dated folder.

    Data that are in place are moved aside. Nobody who has withdrawn comes back (clause P26).

    \b
    Example:
      toolkit restore /media/stick/backups/my-study-20190305T090000Z --replace
    """
    from toolkit.store.lifecycle.manifest import read_manifest
    from toolkit.store.lifecycle.restore import home_of
    from toolkit.store.lifecycle.restore import restore as put_back

    found = read_manifest(folder)
    home = home_of(found, data or Path(HOMES) / found.study, keys)
    rings = both_keyrings(home, passphrase, identity_passphrase)
    done = put_back(found, home, *rings, user=user, at=_now(), replace=replace)
    aside = str(done.aside) if done.aside else None
    if as_json:
        told = {"study": home.study, "data": str(home.folder), "backup": found.created}
        findings = [each.to_json() for each in done.findings]
        dump({**told, "aside": aside, "missing": dict(done.missing), "findings": findings})
        return
    say_findings(done.findings)
    click.echo(f"Restored as of {found.created}: {home.folder}")
    if aside:
        click.echo(f"What was in place before is in {aside}")


def _now() -> int:
    return int(time.time() * 1000)
