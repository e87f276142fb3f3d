"""Options of a command for a team's server: where it is and who administers it."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.shared.output import FILE
from toolkit.cli.shared.study_home import Command

if TYPE_CHECKING:
    from toolkit.store.postgres.server import Server

_NAMES = ("server", "port", "authority", "service")


def server_options(command: Command) -> Command:
    """Return a command the options that name a server; it gets them as one mapping ``team``."""

    @functools.wraps(command)
    def gathered(**given: Any) -> Any:
        team = {name: given.pop(name) for name in _NAMES}
        return command(**given, team=team)

    options = [
        click.option(
            "--server",
            help="Use a team's PostgreSQL server: its name, or the folder of its socket.",
        ),
        click.option(
            "--port", type=click.IntRange(1, 65535), default=5432, help="Port of the server."
        ),
        click.option(
            "--authority", type=FILE, help="Certificate of the authority that signed the server's."
        ),
        click.option(
            "--service", default="", help="Entry in pg_service.conf for the server's administrator."
        ),
    ]
    return functools.reduce(lambda made, option: option(made), reversed(options), gathered)


def server_of(study: str, team: dict[str, Any]) -> Server | None:
    """Return the server that the options name, or None."""
    from toolkit.store.postgres.server import Server

    if not team["server"]:
        return None
    authority: Path | None = team["authority"]
    path = str(authority.resolve()) if authority else ""
    return Server.of(study, team["server"], port=team["port"], authority=path)
