"""The verb ``store migrate``: bring a study's stores to the newest schema."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.shared.output import AS_JSON, FILE, dump
from toolkit.cli.shared.secrets import SecretSource
from toolkit.cli.shared.study_home import (
    DATA,
    asked,
    find_data,
    keyring_of,
    passphrase_options,
)

if TYPE_CHECKING:
    from toolkit.store.home import Home
    from toolkit.store.keys.keyring import Keyring
    from toolkit.store.keys.passphrase import Passphrase


@click.command("migrate")
@DATA
@passphrase_options
@click.option(
    "--identity-passphrase-file", type=FILE, help="File with the passphrase of the identity store."
)
@click.option(
    "--service", default="", help="Entry in pg_service.conf for a team server's administrator."
)
@AS_JSON
def store_migrate(
    data: Path | None,
    passphrase: SecretSource,
    identity_passphrase_file: Path | None,
    service: str,
    as_json: bool,
) -> None:
    """Upgrade a study's stores for this version: on a copy first, and completely or not at all.

    Make a backup first, and make sure that nobody else has the study open.

    \b
    Example:
      toolkit store migrate --data .studies/my-study
    """
    from toolkit.store.lifecycle.migrate_home import migrate_home
    from toolkit.store.lifecycle.unlocked import unlock

    home = find_data(data)
    given = passphrase.read()
    # A descriptor can be read once only, so what it gave serves both keyrings.
    research = unlock(home, given) if given else keyring_of(home, passphrase)
    apart = SecretSource("--identity-passphrase", identity_passphrase_file).read()
    done = migrate_home(home, research, _identity_keyring(home, apart or given), service=service)
    if as_json:
        dump([asdict(each) for each in done])
        return
    for each in done:
        new = each.before == each.after
        told = "is new enough" if new else f"brought from {each.before} to {each.after}"
        click.echo(f"{each.holds:16} {told}")


def _identity_keyring(home: Home, given: Passphrase | None) -> Keyring:
    """Return the identity keyring; it is never shared, so its passphrase is asked for."""
    from toolkit.errors import StoreError
    from toolkit.store.keys.keyring import Keyring
    from toolkit.store.keys.passphrase import SAMPLE

    public = SAMPLE if home.sample and home.fictional else None
    passphrase = given or public or asked(f"Passphrase of {home.study}, identities: ")
    if passphrase is None:
        raise StoreError.of("STORE-060", place=f"study {home.study}, identities")
    return Keyring.unlock(home.identity_keyring, passphrase)
