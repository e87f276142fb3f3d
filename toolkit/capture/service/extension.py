"""How the capture service joins a Jupyter server, and its settings."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Any

from jupyter_server.utils import url_path_join
from traitlets import Bool, Unicode
from traitlets.config import Configurable

from toolkit.capture.clock import SystemClock
from toolkit.capture.service.calls.sessions import Desk
from toolkit.capture.service.forums.handlers import (
    ForumBeginHandler,
    ForumEditsHandler,
    ForumHandler,
    ForumInventHandler,
    ForumPageHandler,
)
from toolkit.capture.service.forums.sessions import ForumDesk
from toolkit.capture.service.handlers import (
    AttemptHandler,
    BeginHandler,
    CallPageHandler,
    EditsHandler,
    InventHandler,
    PageFileHandler,
    SessionHandler,
)
from toolkit.capture.service.kernel_environment import tell_kernels
from toolkit.capture.service.study import open_study
from toolkit.errors import CaptureError

SETTING = "toolkit_capture"
"""Name under which handlers find the service."""
_SESSION = r"(?P<session>[A-Za-z0-9][A-Za-z0-9-]{0,63})"


class CaptureService(Configurable):
    """What the handlers of one Jupyter server share."""

    study = Unicode("", help="Folder of the study's protocol and guides.").tag(config=True)
    data = Unicode("", help="Folder of the study's data, unlocked.").tag(config=True)
    guide = Unicode("", help="Another guide than the protocol's, to rehearse it.").tag(config=True)
    user = Unicode("researcher-1", help="Who holds the calls: role and number.").tag(config=True)
    host = Unicode(
        "", help="The only host name that is answered; any of this machine if empty."
    ).tag(config=True)
    with_page_key = Bool(
        False, help="Ask each page for a second secret, which only the address it opened with had."
    ).tag(config=True)
    allow_remote = Bool(
        False, help="Answer other hosts than this machine too. Only behind a proxy that encrypts."
    ).tag(config=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.page_key = secrets.token_urlsafe(24) if self.with_page_key else ""
        # One thread: edits are taken one after the other, and never hold the server up.
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="capture")
        self._desk: Desk | None = None
        self._forum_desk: ForumDesk | None = None

    def desk(self) -> Desk:
        """Return the desk of the study, opened on first use.

        Raises
        ------
        CaptureError
            The service was not told which study it is for.
        StudyError, GuideError, StoreError
            As in `open_study`.
        """
        if self._desk is None:
            if not (self.study and self.data):
                raise CaptureError.of("CAPTURE-041", place="capture service")
            opened = open_study(Path(self.study), Path(self.data), guide=self.guide)
            self._desk = Desk(opened, self.user, SystemClock())
        return self._desk

    def forum_desk(self) -> ForumDesk:
        """Return the desk of the study's forums.

        Raises
        ------
        CaptureError
            As in `desk`.
        """
        if self._forum_desk is None:
            if not (self.study and self.data):
                raise CaptureError.of("CAPTURE-041", place="capture service")
            opened = open_study(Path(self.study), Path(self.data), "forum", self.guide)
            self._forum_desk = ForumDesk(opened, self.user, SystemClock())
        return self._forum_desk

    def close(self) -> None:
        """Finish what was begun and close the store."""
        self.thread.shutdown(wait=True)
        for desk in (self._desk, self._forum_desk):
            if desk is not None:
                desk.close()


def load(server: Any) -> None:
    """Add the service to a Jupyter server."""
    application = server.web_app
    service = CaptureService(parent=server)
    if service.data:
        tell_kernels(Path(service.data))
    application.settings[SETTING] = service
    base = application.settings["base_url"]
    page = {"path": str(files("toolkit.capture").joinpath("page"))}

    def at(*parts: str) -> str:
        return str(url_path_join(base, "toolkit", *parts))

    application.add_handlers(
        ".*$",
        [
            (at("call", _SESSION), CallPageHandler),
            (at("page", "(.*)"), PageFileHandler, page),
            (at("api", "sessions", _SESSION), SessionHandler),
            (at("api", "sessions", _SESSION, "begin"), BeginHandler),
            (at("api", "sessions", _SESSION, "edits"), EditsHandler),
            (at("api", "sessions", _SESSION, "attempts"), AttemptHandler),
            (at("api", "sessions", _SESSION, "invented"), InventHandler),
            (at("forum", _SESSION), ForumPageHandler),
            (at("api", "forums", _SESSION), ForumHandler),
            (at("api", "forums", _SESSION, "begin"), ForumBeginHandler),
            (at("api", "forums", _SESSION, "edits"), ForumEditsHandler),
            (at("api", "forums", _SESSION, "invented"), ForumInventHandler),
        ],
    )
