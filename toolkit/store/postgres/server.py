"""Where a team's PostgreSQL server is, and how it is connected to: a local socket, or TLS."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from toolkit.errors import StoreError
from toolkit.store.keys.keyring import Keyring

if TYPE_CHECKING:
    import psycopg

FORM = "postgresql"
_SCHEMAS = {"research": "research", "identity": "identity", "identity-audit": "audit"}
_LONGEST = 40  # of a study's id in a name; PostgreSQL cuts names at 63 bytes
_SECONDS = 10
# The server's own words can carry values and names of machines: these stand for them.
_UNSAFE = {
    "does not support SSL": "the server offers no TLS",
    "match host name": "its certificate is for another name",
    "root certificate file": "the certificate of the authority cannot be read",
    "certificate verify failed": "its certificate is not signed by the authority",
    "SSL": "TLS could not be agreed on",
}


@dataclass(frozen=True, slots=True)
class Server:
    """The server that keeps a study's data, and its two databases.

    Attributes
    ----------
    host : str
        Name of the machine, or the folder of a local socket (it begins with ``/``).
    research, identity : str
        Names of the two databases; roles are called like them.
    port : int
        Its port.
    authority : str
        File with the certificate of the authority that signed the server's; empty for those that
        the system trusts.
    """

    host: str
    research: str
    identity: str
    port: int = 5432
    authority: str = ""

    @classmethod
    def of(cls, study: str, host: str, *, port: int = 5432, authority: str = "") -> Self:
        """Return the server of a study, its databases named after the study."""
        if len(study.encode()) > _LONGEST:
            study = f"{study[:24]}_{hashlib.sha256(study.encode()).hexdigest()[:8]}"
        return cls(host, f"{study}_research", f"{study}_identity", port, authority)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Read what `to_json` gave.

        Raises
        ------
        ValueError
            It is something else.
        """
        values = {name: told[name] for name in cls.__slots__}
        kinds = {name: int if name == "port" else str for name in values}
        fits = all(type(value) is kinds[name] for name, value in values.items())
        if not fits or told["form"] != FORM:
            raise ValueError("not a server")
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Return the server as plain JSON values."""
        return {"form": FORM, **asdict(self)}

    @property
    def audit(self) -> str:
        """Name of the role that writes down the openings of the identity store."""
        return f"{self.identity}_audit"

    def connect(
        self,
        database: str,
        *,
        user: str = "",
        password: str = "",
        schema: str = "",
        service: str = "",
    ) -> psycopg.Connection[Any]:
        """Return a connection; over a network under TLS only, with a certificate that fits.

        Parameters
        ----------
        user, password : str
            Role that connects; without them whatever the service, ``.pgpass`` or the socket say.
        service : str
            Name of a section of ``pg_service.conf``.

        Raises
        ------
        StoreError
            psycopg is not installed (STORE-075), the connection would not be safe (STORE-074), or
            there is none to be had (STORE-073).
        """
        given = {"user": user, "password": password, "service": service}
        options = f"-c search_path={schema}" if schema else ""
        library = postgres_library()
        try:
            connection: psycopg.Connection[Any] = library.connect(
                host=self.host,
                port=self.port,
                dbname=database,
                options=options,
                autocommit=True,
                connect_timeout=_SECONDS,
                application_name="toolkit",
                **self._safely(),
                **{name: value for name, value in given.items() if value},
            )
        except library.OperationalError as fault:
            raise self._told(fault) from None
        return connection

    def _safely(self) -> dict[str, str]:
        if self.host.startswith("/"):
            return {}
        authority = self.authority or "system"
        return {"sslmode": "verify-full", "sslrootcert": authority, "gssencmode": "disable"}

    def _told(self, fault: Exception) -> StoreError:
        said = str(fault)
        for sign, problem in _UNSAFE.items():
            if sign in said and not self.host.startswith("/"):
                return StoreError.of("STORE-074", place=f"server {self.host}", problem=problem)
        problem = "no connection could be made"
        if "authentication failed" in said:
            problem = "it does not take the password of the role"
        elif "does not exist" in said:
            problem = "the database or the role is not there"
        elif "permission denied" in said:
            problem = "the role may not use this database"
        return StoreError.of("STORE-073", place=f"server {self.host}", problem=problem)


@dataclass(frozen=True, slots=True)
class Part:
    """Where one store is on the server, and who may do what with it.

    Attributes
    ----------
    holds : str
        What the store holds.
    database, schema : str
        Where its tables are.
    owner : str
        Role that the tables belong to; nobody can log in as it.
    reader, writer : str
        Role that reads, and role that adds events; the same one but for the audit.
    """

    holds: str
    database: str
    schema: str
    owner: str
    reader: str
    writer: str


def part_of(server: Server, holds: str) -> Part:
    """Return where a store is on a server.

    Parameters
    ----------
    holds : str
        ``research``, ``identity`` or ``identity-audit``.
    """
    database = server.research if holds == "research" else server.identity
    writer = server.audit if holds == "identity-audit" else database
    return Part(holds, database, _SCHEMAS[holds], f"{database}_owner", database, writer)


def role_password(keyring: Keyring, holds: str, *, make: bool = False) -> str:
    """Return the password of a role: a random key that is kept only in the keyring.

    Parameters
    ----------
    make : bool
        Whether it is to be made where there is none.

    Raises
    ------
    StoreError
        The keyring has none (STORE-057).
    """
    name = f"{holds}/role"
    key = keyring.ensure(name) if make else keyring.key(name)
    if key is None:
        raise StoreError.of("STORE-057", place=f"key {name}")
    return key.reveal().hex()


def postgres_library() -> Any:
    """Return psycopg, which only teams have.

    Raises
    ------
    StoreError
        It is not installed (STORE-075).
    """
    try:
        import psycopg
    except ImportError:
        raise StoreError.of("STORE-075", place="psycopg") from None
    return psycopg
