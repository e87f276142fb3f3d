"""The command ``study destroy``: the end of a study's data (clause P38)."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.data.backup import both_keyrings, both_passphrases
from toolkit.cli.shared.output import AS_JSON, FILE, dump
from toolkit.cli.shared.secrets import SecretSource
from toolkit.cli.shared.study_home import DATA, find_data

if TYPE_CHECKING:
    from toolkit.store.home import Home
    from toolkit.store.keys.keyring import Keyring


@click.command()
@DATA
@click.option("--confirm", metavar="STUDY", help="Id of the study [default: ask].")
@click.option("--user", required=True, help="Your role account, such as researcher-1.")
@click.option("--outputs", type=FILE, default="outputs", show_default=True, help="Made by runs.")
@click.option("--uncounted", is_flag=True, help="Go on without the passphrases, if they are lost.")
@both_passphrases
@AS_JSON
def destroy(
    data: Path | None,
    confirm: str | None,
    user: str,
    outputs: Path,
    uncounted: bool,
    passphrase: SecretSource,
    identity_passphrase: SecretSource,
    as_json: bool,
) -> None:
    """Destroy all keys and data of a study for good, backups included; a certificate remains.

    It also removes what runs kept below the outputs, what is left of rehearsals, and exported
    recordings. This cannot be undone (clause P38). If it is interrupted, run it again to finish.

    \b
    Example:
      toolkit study destroy --data .studies/my-study --user researcher-1
    """
    from toolkit.cli.shared.derived import derived_from
    from toolkit.errors import StoreError
    from toolkit.fieldwork.population import took_part
    from toolkit.store.lifecycle import unlock_process as keeper
    from toolkit.store.lifecycle.destruction import (
        CERTIFICATE,
        as_text,
        begun,
        certificate_of,
        destroy_study,
    )

    home = find_data(data)
    typed = confirm if confirm is not None else _typed(home)
    rings: tuple[Keyring | None, Keyring | None] = None, None
    # The keyrings are for counting, where that is still to be done and can be.
    if typed == home.study and not (uncounted or begun(home) or certificate_of(home)):
        rings = both_keyrings(home, passphrase, identity_passphrase)
    what: Any = {"derived": derived_from(home, rings[0], outputs), "took_part": took_part}
    at = int(time.time() * 1000)
    told = destroy_study(home, *rings, confirm=typed, user=user, at=at, **what)
    with suppress(StoreError):
        keeper.lock(home)
    if as_json:
        dump(told)
        return
    click.echo(as_text(told))
    click.echo(f"Print and sign it: {home.folder / CERTIFICATE}.txt")


def _typed(home: Home) -> str:
    """Ask for the id of the study; return an empty text if there is no terminal."""
    if not sys.stdin.isatty():
        return ""
    click.echo(f"This destroys all data of the study {home.study}, every backup of them included.")
    answer: str = click.prompt("Type the id of the study to go on")
    return answer
