"""A server of its own for calls and forums, with nothing that a page does not need.

Cookies are not kept apart by port: a browser sends those of one server at 127.0.0.1 to all others,
and Jupyter keeps one cookie secret for all servers of a user. So each server has a host name of
its own below ``localhost`` (RFC 6761; Chromium, Edge and Firefox resolve it by themselves), a
secret for each start, and cookies that end with the browser's session. The pages hold a second
secret, which came behind the ``#`` of the address and goes as a header: a cookie alone opens
nothing. There are no kernels, files, terminals or Lab, and no settings but those of the command
line.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import threading
import webbrowser
from html import escape
from pathlib import Path
from typing import Any

from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.manager import ContentsManager
from traitlets import Unicode
from traitlets.config import Config

from toolkit.capture.service.extension import SETTING
from toolkit.capture.service.handlers import LARGEST_BODY

_SESSION = {"expires_days": None, "samesite": "Strict"}
_PAGE = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={}">'


class OwnServer(ServerApp):
    """What the servers of calls and of a Lab have in common."""

    title = Unicode("", help="What is served, for whoever started it.").tag(config=True)
    private_folder = Unicode("", help="Where it keeps its own files; gone at the end.").tag(
        config=True
    )
    own_host = Unicode("", help="The only host name that it answers to.").tag(config=True)
    watch_parent = Unicode("", help="``stdin``: it ends when that is closed.").tag(config=True)

    def initialize(self, *args: Any, **more: Any) -> None:
        """Prepare everything; settings are only ours and those of the command line."""
        self.update_config(_settings())
        super().initialize(*args, **more)
        if self.watch_parent:
            threading.Thread(target=self._end_with_parent, daemon=True).start()

    def load_config_file(self, *_: Any, **__: Any) -> None:
        """Load nothing: an old ``token = ""`` of the user's is not for this server."""

    @property
    def address(self) -> str:
        """What to open, with everything that lets somebody in."""
        host = self.own_host or "127.0.0.1"
        base = f"http://{host}:{self.port}{self.default_url}"
        key = getattr(self.web_app.settings.get(SETTING), "page_key", "")
        return f"{base}?token={self.identity_provider.token}" + (f"#key={key}" if key else "")

    def start_app(self) -> None:
        """Start, say where in three lines, and open the browser."""
        wanted, self.open_browser = self.open_browser, False
        super().start_app()
        end = "Ctrl+C here ends it; what was typed is saved."
        sys.stdout.write(f"{self.title}\n{self.address}\n{end}\n")
        sys.stdout.flush()
        if wanted:
            webbrowser.open(self._door().as_uri())

    def _door(self) -> Path:
        """Write a page that leads in, for its owner only: no secret in the list of processes."""
        folder = Path(self.private_folder or self.runtime_dir)
        door = folder / "open.html"
        door.touch(mode=0o600)
        door.write_text(_PAGE.format(escape(self.address, quote=True)), encoding="utf-8")
        return door

    def _end_with_parent(self) -> None:
        """Wait until the process that started it has ended, then end everything."""
        while sys.stdin.buffer.read(1024):
            pass
        self.stop(from_signal=True)

    async def _cleanup(self) -> None:
        await super()._cleanup()
        if self.private_folder:
            shutil.rmtree(self.private_folder, ignore_errors=True)


class NoFiles(ContentsManager):
    """No files: a server of calls has none to show, and no route to any."""

    def get_extra_handlers(self) -> list[Any]:
        """Return no routes; Jupyter's own serve the working folder."""
        return []


class CaptureServer(OwnServer):
    """A server with the pages of calls and forums, and nothing else.

    Attributes
    ----------
    default_services : tuple of str
        Of Jupyter's own routes only those for signing in.
    """

    name = "toolkit-capture"
    default_services: tuple[str, ...] = ("auth", "security")  # type: ignore[assignment]  # a longer tuple there

    def initialize(self, *args: Any, **more: Any) -> None:
        """Prepare everything but files."""
        self.update_config(Config(ServerApp={"contents_manager_class": NoFiles}))
        super().initialize(*args, **more)

    def find_server_extensions(self) -> None:
        """Look for none: what is installed beside the toolkit is not for this server."""
        self.jpserver_extensions = {"toolkit.capture.service": True}


def _settings() -> Config:
    settings = Config()
    settings.ServerApp.answer_yes = True  # Ctrl+C ends it, as the third line says
    settings.ServerApp.cookie_secret = secrets.token_bytes(32)
    settings.ServerApp.log_level = "ERROR"
    settings.ServerApp.max_body_size = LARGEST_BODY
    settings.ServerApp.no_browser_open_file = True
    settings.ServerApp.tornado_settings = {"xsrf_cookie_kwargs": {"path": "/", **_SESSION}}
    settings.IdentityProvider.cookie_options = _SESSION
    settings.IdentityProvider.token = secrets.token_hex(24)
    return settings


def main() -> None:
    """Serve until Ctrl+C, a closed terminal, or the end of the command that started it."""
    os.umask(0o077)
    CaptureServer.launch_instance()


if __name__ == "__main__":
    main()
