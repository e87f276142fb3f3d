"""Calls inside a notebook: a real JupyterLab, started as ``toolkit lab`` starts it."""

from __future__ import annotations

import json
import sys
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import BrowserContext, Page

from tests.browser.calls import CallPage, Desk
from tests.capture.service.conftest import environment, make_place
from tests.capture.service.servers import TOKEN, Server, lighter
from toolkit.capture.service.launch import lab_server

NOTEBOOKS = Path(__file__).parents[2] / "notebooks" / "capture"
RUN = """async () => {
    const app = window.jupyterapp;
    await app.restored;
    const panel = app.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
    await app.commands.execute('notebook:run-all-cells');
}"""


class Lab(Server):
    """A JupyterLab with the notebooks of calls and forums."""

    def command(self) -> list[str]:
        """As ``toolkit lab`` has it, on a port and with a token that the tests know."""
        command = lab_server(
            self.folder / "any.ipynb",
            root=self.folder,
            study=self.place.protocol,
            data=self.place.data,
            user="researcher-1",
            browser=False,
        )
        settings = {
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "IdentityProvider.token": TOKEN,
            "LabApp.expose_app_in_browser": True,
            # A kernel that was killed is started again at once, however often.
            "AsyncIOLoopKernelRestarter.time_to_dead": 0.3,
            "AsyncIOLoopKernelRestarter.restart_limit": 1_000_000,
        }
        own = [f"--{name}={value}" for name, value in (settings | self.options).items()]
        # The tests come by the address, and not by the name that only this server has.
        command = [each for each in command if not each.startswith("--CaptureService.host=")]
        python, _, _, module, *rest = command
        assert python == sys.executable
        return [*lighter(module), *rest, "--allow-root", *own]

    def notebook(self, session: str, name: str = "01-interview") -> Path:
        """Put a notebook with its parameters there; give its place."""
        place = self.folder / f"{session}.ipynb"
        if not place.exists():
            text = (NOTEBOOKS / f"{name}.ipynb").read_text("utf-8")
            told = text.replace('session = \\"\\"', f'session = \\"{session}\\"')
            assert told != text
            place.write_text(told, "utf-8")
        return place

    def kernels(self) -> list[dict[str, str]]:
        """The kernels that run, as the server tells other clients of itself."""
        found: list[dict[str, str]] = self.ask("kernels")
        return found

    def kernel(self) -> int:
        """Process id of the only kernel; 0 while there is none."""
        assert self.process is not None
        found = [0]
        for each in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):
                if "ipykernel_launcher" in " ".join(each.cmdline()):
                    found.append(each.pid)
        assert len(found) < 3, found
        return found[-1]

    def restart_kernel(self) -> None:
        """Restart the only kernel, as another client of the server does."""
        (kernel,) = self.kernels()
        self.ask(f"kernels/{kernel['id']}/restart", "POST")

    def end_kernels(self) -> None:
        """End what notebooks that were closed have left running."""
        for session in self.ask("sessions"):
            self.ask(f"sessions/{session['id']}", "DELETE")

    def ask(self, what: str, method: str = "GET") -> Any:
        """Ask the server's own interface."""
        asked = urllib.request.Request(
            f"{self.address}/api/{what}",
            data=b"{}" if method == "POST" else None,
            headers={"Authorization": f"token {TOKEN}"},
            method=method,
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def _settle(self) -> None:
        self.folder.mkdir(exist_ok=True)
        Path(environment(self.folder)["JUPYTER_CONFIG_DIR"]).mkdir(exist_ok=True)


@dataclass
class NotebookPage(CallPage):
    """A call below a cell."""

    def run(self) -> None:
        """Run the notebook, and wait for the page."""
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.sessionContext", timeout=60_000
        )
        self.page.evaluate(RUN)
        self.page.locator(".toolkit-frame .before button, .toolkit-frame .bar").first.wait_for()

    def reload(self) -> None:
        """Load Lab anew and run the notebook again."""
        self.page.reload()
        self.run()


@dataclass
class LabDesk(Desk):
    """A Lab, and everybody who may be called."""

    server: Lab

    def open(self, context: BrowserContext, session: str) -> NotebookPage:
        """Open the notebook of a call and run it."""
        call = NotebookPage(self.fresh(context, self.server.notebook(session)), session)
        call.page.on("pageerror", lambda error: self.complain(call, error.stack or str(error)))
        call.run()
        return call

    def fresh(self, context: BrowserContext, notebook: Path) -> Page:
        """A new window of Lab that shows this notebook, and none that was open before."""
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        token = "" if context.cookies() else f"&token={TOKEN}"
        page.goto(f"{self.server.address}/lab/tree/{notebook.name}?reset{token}")
        return page

    @staticmethod
    def complain(call: CallPage, said: str) -> None:
        """Note what went wrong in our own files; Lab has troubles of its own when a server dies."""
        if "toolkit/page" in said:
            call.complaints.append(said)


def make_lab(folder: Path, people: int = 60, guide: str = "") -> LabDesk:
    """Make a study, consents and a Lab."""
    place = make_place(folder, guide, a_day=1000)
    place.consent(*(f"K{number:02d}" for number in range(1, people + 1)))
    lab = Lab(place, folder / "lab")
    lab.start()
    return LabDesk(lab)
