"""Options of a command for a team's server: where it is and who administers it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.shared.output import FILE
from toolkit.cli.shared.secrets import Command

if TYPE_CHECKING:
    from toolkit.store.postgres.server import Server


@dataclass(frozen=True, slots=True)
class Team:
    """A team's server, as a command was told of it.

    Attributes
    ----------
    server, port : str or None, int
        Name, or folder of a socket; no server where it is None.
    authority : pathlib.Path or None
        Certificate that vouches for the server's.
    service : str
        Its administrator, in pg_service.conf.
    """

    server: str | None
    port: int
    authority: Path | None
    service: str

    def server_of(self, study: str) -> Server | None:
        """Return the server of a study; None where the command was told of none.

        Parameters
        ----------
        study : str
            Id of the study.
        """
        from toolkit.store.postgres.server import Server

        if not self.server:
            return None
        path = str(self.authority.resolve()) if self.authority else ""
        return Server.of(study, self.server, port=self.port, authority=path)


def server_options(command: Command) -> Command:
    """Return a command the options that name a server; it takes them as one `Team`."""

    @functools.wraps(command)
    def gathered(
        server: str | None, port: int, authority: Path | None, service: str, **given: Any
    ) -> Any:
        return command(**given, team=Team(server, port, authority, service))

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
