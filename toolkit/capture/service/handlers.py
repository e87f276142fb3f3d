"""The routes of the capture service: all behind Jupyter's login, its XSRF token and our own door.

Nothing of what comes in is ever logged or said again: messages carry ids only.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections.abc import Callable
from hmac import compare_digest
from importlib.resources import files
from typing import Any, TypeVar

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from pydantic import ValidationError
from tornado import web

from toolkit.capture.service.calls.view import faults_of
from toolkit.capture.service.messages.contact import Trying
from toolkit.capture.service.messages.session import Edits
from toolkit.errors import Finding, StoreError, ToolkitError, finding

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes that a request may have; a page sends far less, and more is refused before it is read."""

T = TypeVar("T")

# The page runs its own files only, talks to its own server only, and is shown inside no other site.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


class _Door(JupyterHandler):
    """What every request has to show, on every route."""

    auth_resource = "toolkit"

    async def prepare(self) -> None:  # type: ignore[override]  # Jupyter's own gives an awaitable
        """Refuse other hosts, and everybody if the server has no login."""
        await super().prepare()
        if self._finished:
            return
        if not (self._service.allow_remote or self._is_this_machine()):
            raise web.HTTPError(403, "The capture service answers this machine only.")
        if self._service.host and self.request.host_name != self._service.host:
            raise web.HTTPError(403, "This server answers to its own host name only.")
        if not self.identity_provider.auth_enabled:
            raise web.HTTPError(403, "The capture service needs a server with a login.")

    def check_xsrf_cookie(self) -> None:
        """Require the XSRF token from everybody; Jupyter does not ask those with a token for it."""
        if self.request.method not in ("GET", "HEAD", "OPTIONS"):
            web.RequestHandler.check_xsrf_cookie(self)

    def log_exception(self, kind: Any, fault: Any, trace: Any) -> None:
        """Log that a request failed, without its content, traceback or address."""
        if not isinstance(fault, web.HTTPError) or fault.status_code >= 500:
            self.log.error("A request to the capture service failed: %s", kind.__name__)

    def write_error(self, status_code: int, **told: Any) -> None:
        """Answer with the status alone."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code} {self._reason}\n")

    def set_default_headers(self) -> None:
        """Keep everything out of caches, referrers and other sites' frames."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")

    @property
    def content_security_policy(self) -> str:
        """What a page of ours may do."""
        return _POLICY

    @property
    def _service(self) -> Any:
        return self.settings["toolkit_capture"]

    def _is_this_machine(self) -> bool:
        try:
            return ipaddress.ip_address(self.request.remote_ip or "").is_loopback
        except ValueError:
            return False


class CallPageHandler(_Door):
    """The call page."""

    page = "call.html"

    @web.authenticated
    @authorized
    def get(self, session: str) -> None:
        """Send the page; its address names the session, and the page asks for everything else."""
        assert self.xsrf_token  # asking for it sets the cookie that the page sends back
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(files("toolkit.capture").joinpath("page", self.page).read_bytes())


class PageFileHandler(_Door, web.StaticFileHandler):
    """The page's own files."""

    @web.authenticated
    @authorized
    async def get(self, path: str, include_body: bool = True) -> None:  # type: ignore[override]  # Jupyter's own is looser
        """Send a file of the page.

        Raises
        ------
        HTTPError
            404, no file has such a name.
        """
        if not path.isprintable():
            raise web.HTTPError(404)
        await web.StaticFileHandler.get(self, path, include_body)

    def set_extra_headers(self, path: str) -> None:
        """Make the browser ask for the file again, so that a new version shows at once."""
        self.set_header("Cache-Control", "no-cache")


@web.stream_request_body
class _Api(_Door, APIHandler):
    """Routes that speak JSON."""

    def initialize(self) -> None:
        """Read a body in pieces, so that one that is too long is never held in memory."""
        self._pieces: list[bytes] = []

    async def prepare(self) -> None:  # type: ignore[override]  # Jupyter's own gives an awaitable
        """Require the page's secret too: a cookie alone is not enough."""
        connection: Any = self.request.connection
        connection.set_max_body_size(LARGEST_BODY)
        await super().prepare()
        if self._finished:
            return
        key = self._service.page_key
        if key and not compare_digest(self.request.headers.get("X-Toolkit-Key", ""), key):
            raise web.HTTPError(403, "The page's own secret is missing.")

    def data_received(self, chunk: bytes) -> None:
        """Keep a piece of the body."""
        self._pieces.append(chunk)

    @property
    def _body(self) -> bytes:
        return b"".join(self._pieces)

    def _desk(self) -> Any:
        return self._service.desk()

    async def _answer(self, work: Callable[[], T]) -> T | None:
        """Run work in the service's thread; return its result, or send the findings."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._service.thread, work)
        except StoreError as fault:
            self._refuse(503, fault.findings)
        except ToolkitError as fault:
            self._refuse(409, fault.findings)
        return None

    def _refuse(self, status: int, findings: tuple[Finding, ...]) -> None:
        self.set_status(status)
        self._send({"faults": [each.model_dump() for each in faults_of(findings)]})

    def _send(self, value: Any) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(value, ensure_ascii=False, allow_nan=False))


class SessionHandler(_Api):
    """A session, for a window that opens."""

    @web.authenticated
    @authorized
    async def get(self, session: str) -> None:
        """Send everything that a window needs."""
        client = self.get_query_argument("client", "")
        found = await self._answer(lambda: self._desk().opened(session, client[:32]))
        if found is not None:
            self._send(found.model_dump(mode="json"))


class BeginHandler(_Api):
    """The beginning of a call."""

    @web.authenticated
    @authorized
    async def post(self, session: str) -> None:
        """Begin it; a call that has begun already goes on."""
        language = self.get_query_argument("language", "")

        def begin() -> Any:
            desk = self._desk()
            desk.begin(session, language)
            return desk.opened(session)

        found = await self._answer(begin)
        if found is not None:
            self._send(found.model_dump(mode="json"))


class EditsHandler(_Api):
    """Edits of a window."""

    @web.authenticated
    @authorized
    async def post(self, session: str) -> None:
        """Save the edits, and send which of them are safely on the disk."""
        try:
            sent = self._sent()
        except ValidationError:
            # What pydantic says may repeat what was typed.
            self._refuse(400, (finding("CAPTURE-043", place=f"session {session}"),))
            return
        receipt = await self._answer(lambda: self._desk().take(session, sent))
        if receipt is not None:
            self._send(receipt.model_dump(mode="json"))

    def _sent(self) -> Edits:
        return Edits.model_validate_json(self._body)


class AttemptHandler(_Api):
    """Attempts that did not become a call."""

    @web.authenticated
    @authorized
    async def post(self, session: str) -> None:
        """Record one; give what was tried by now."""
        try:
            tried = Trying.model_validate_json(self._body)
        except ValidationError:
            self._refuse(400, (finding("CAPTURE-043", place=f"session {session}"),))
            return
        told = await self._answer(lambda: self._service.desk().before.take(session, tried))
        if told is not None:
            self._send(told.model_dump(mode="json"))


class InventHandler(_Api):
    """Invented answers, in a rehearsal."""

    @web.authenticated
    @authorized
    async def post(self, session: str) -> None:
        """Send one answer for each ref that is asked for."""
        refs = self.get_query_argument("refs", "").split()[:200]
        told = await self._answer(lambda: self._desk().invent(session, refs))
        if told is not None:
            self._send(told)
