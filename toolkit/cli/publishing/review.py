"""The verb ``toolkit review``: the methodology-review pack."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.cli.shared.names import Gatekeeper, gate_options, names_given
from toolkit.cli.shared.output import AS_JSON, FILE, dump, say_findings, say_held_back
from toolkit.cli.shared.secrets import SecretSource
from toolkit.cli.shared.study_home import DATA, find_data, keyring_of, passphrase_options


@click.command()
@click.argument("folder", type=FILE)
@DATA
@click.option(
    "--outputs", type=FILE, default="outputs", show_default=True, help="Folder for the results."
)
@passphrase_options
@gate_options
@AS_JSON
def review(
    folder: Path,
    data: Path | None,
    outputs: Path,
    passphrase: SecretSource,
    as_json: bool,
    gate: Gatekeeper,
) -> int:
    """Make the methodology review pack: a folder and a zip file that open offline.

    \b
    Example:
      toolkit review topic_guides/parents-and-social-care \\
          --data .studies/parents-and-social-care-sample
    """
    from toolkit.publish.engine.light_imports import load_nbformat

    load_nbformat()
    from toolkit.publish.review.pack import make_pack

    home = find_data(data)
    keyring = keyring_of(home, passphrase)
    pack = make_pack(folder, home, keyring, outputs=outputs, names=names_given(home, folder, gate))
    if as_json:
        told = {"run": pack.run, "index": str(pack.index), "archive": str(pack.archive)}
        findings = [each.to_json() for each in pack.findings]
        dump({**told, "missing": pack.missing, "findings": findings})
        return int(any(each.severity == "error" for each in pack.findings))
    say_findings(pack.findings, err=True)
    click.echo(f"Pack {pack.run}: {pack.missing} things stand in it as openly missing.")
    click.echo(f"To send: {pack.archive}")
    click.echo(f"Open this page in a browser: {pack.index}")
    return say_held_back(pack.findings, pack.folder)
