"""A notebook in the process that runs it: a real IPython kernel without sockets and threads.

The kernel is ipykernel's own, and nbclient's own client puts what it says into the notebook; only
the way between the two differs: a message is handed over, not sent. So what comes out is what
comes out of a kernel in a process of its own.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from collections.abc import Callable, Container
from io import TextIOBase
from logging import Logger, NullHandler, getLogger
from pathlib import Path
from queue import Empty
from types import SimpleNamespace
from typing import Any, cast

from ipykernel.eventloops import enable_gui
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from traitlets import Float, Type
from traitlets.config.loader import Config, PyFileConfigLoader

Message = dict[str, Any]
Tell = Callable[[Message], None]
_SHOWN = frozenset(
    ("stream", "display_data", "update_display_data", "execute_result", "error", "clear_output")
)
_OUTPUTS = _SHOWN | {"status", "execute_input", "comm_open", "comm_msg", "comm_close"}


class _HandedOver(Session):
    """Hands messages over instead of sending them."""

    said: deque[Message]
    before: Callable[[Message], None]

    def send(
        self,
        stream: object,
        msg_or_type: Message | str,
        content: Message | None = None,
        parent: Message | None = None,
        ident: object = None,
        buffers: list[Any] | None = None,
        track: bool = False,
        header: Message | None = None,
        metadata: Message | None = None,
    ) -> Message:
        """Add a message to the outputs."""
        message = msg_or_type
        if isinstance(message, str):
            message = self.msg(message, content, parent, header, metadata)
        # As it would come out at the other end.
        message = {**message, "content": self.unpack(self.pack(message["content"]))}
        message["buffers"] = [bytes(each) for each in buffers or ()]
        if message["msg_type"] in _SHOWN:
            self.before(message["parent_header"])
        self.said.append(message)
        return message


class _Written(TextIOBase):
    """Replaces sys.stdout and sys.stderr: outputs at once what is written."""

    encoding = "UTF-8"
    errors = "strict"

    def __init__(self, name: str, number: int, session: _HandedOver) -> None:
        self.name, self._number, self._session = name, number, session
        self._parent: Message = {}

    def set_parent(self, parent: Message) -> None:
        """Treat all output from now on as an answer to this request."""
        self._parent = parent

    def write(self, text: str) -> int:
        """Write a text to the output."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if text:
            self._session.send(None, "stream", {"name": self.name, "text": text}, self._parent)
        return len(text)

    def writable(self) -> bool:
        """Return True: it can be written to."""
        return True

    def fileno(self) -> int:
        """Return the number of the file below, for what writes past Python."""
        return self._number


class _Shell(ZMQInteractiveShell):
    """ipykernel's shell, which looks for its kernel where there is no application.

    ipykernel's own `enable_gui` asks the application for the kernel. It has to be overridden, since
    ``%matplotlib inline`` calls it and says nothing of a kernel.
    """

    def enable_gui(self, gui: str | None = None) -> None:
        """Start an event loop; parameters as in `ZMQInteractiveShell.enable_gui`."""
        enable_gui(gui, kernel=self.kernel)
        self.active_eventloop = gui


class _Kernel(IPythonKernel):
    """ipykernel's kernel, asked by a call."""

    shell_class = Type(_Shell)
    # Private part: after each cell a kernel sleeps half a millisecond, for what is still on its way
    # to a socket. It has no other name, and no message asks for less; a thousand cells are 0.5 s.
    _execute_sleep = Float(0.0)

    def start(self) -> None:
        """Skip this step: there is no socket to listen at."""


class _Client:
    """The kernel client that nbclient expects."""

    allow_stdin = False

    def __init__(self, kernel: _Kernel, session: _HandedOver) -> None:
        self._kernel, self.session = kernel, session
        self.shell_channel = _Channel(session, {"execute_reply"}, self._take)
        self.iopub_channel = _Channel(session, _OUTPUTS, self._take)
        session.before = _Below(session)

    async def execute(self, code: str, **asked: object) -> str:
        """Run a cell to its end; give the id of the request."""
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        # Nothing waits behind a cell that fails, so nothing has to be taken out of a queue.
        content |= asked | {"stop_on_error": False}
        request = self.session.msg("execute_request", content)
        kernel: Any = self._kernel
        kernel.set_parent([], request, channel="shell")
        await kernel.execute_request(None, [], request)
        self.session.before(request["header"])
        self.session.send(None, "status", {"execution_state": "idle"}, request)
        return str(request["header"]["msg_id"])

    async def is_alive(self) -> bool:
        """Return True: the kernel lives as long as this process."""
        return True

    def _take(self, message: Message) -> None:
        """Handle a message of a widget that nbclient stands in for."""
        handler = self._kernel.shell_handlers.get(message["msg_type"])
        if handler:
            handler(None, [], message)


class _Channel:
    """What was said of some kinds, in order."""

    def __init__(
        self, session: _HandedOver, kinds: Container[str], send: Callable[[Message], None]
    ) -> None:
        self._said, self._kinds, self.send = session.said, kinds, send

    async def get_msg(self, timeout: float | None = None) -> Message:
        """Return the next message; all were said before the cell was over."""
        for number, message in enumerate(self._said):
            if message["msg_type"] in self._kinds:
                del self._said[number]
                return message
        raise Empty


class _Below:
    """Says what was written past Python, before anything that was shown after it."""

    def __init__(self, session: _HandedOver) -> None:
        self._session, self._written = session, {"stdout": _Captured(1), "stderr": _Captured(2)}

    def __call__(self, parent: Message) -> None:
        """Send it as an answer to a request."""
        for name, each in self._written.items():
            if text := each.fresh():
                self._session.send(None, "stream", {"name": name, "text": text}, {"header": parent})


class _Captured:
    """What is written to a file number past Python, by C or by other programs."""

    def __init__(self, number: int) -> None:
        folder = os.environ.get("TMPDIR", "/")
        self._file = os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600)
        os.dup2(self._file, number)
        self._seen = 0

    def fresh(self) -> str:
        """Return what was written since it was asked last."""
        size = os.fstat(self._file).st_size
        content = os.pread(self._file, size - self._seen, self._seen)
        self._seen = size
        return content.decode("utf-8", errors="replace")


def run_cells(notebook: NotebookNode, settings: Path, tell: Tell) -> None:
    """Run the cells of a notebook in this process, which is used up by it.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Without outputs; it is filled.
    tell : callable
        Is told of each cell that is started (``started``), of each that is done with its number
        and outputs (``done``), and of the one that failed (``failed``).
    """
    asyncio.run(_run(notebook, settings, tell))


async def _run(notebook: NotebookNode, settings: Path, tell: Tell) -> None:
    session = _HandedOver()
    session.said = deque()
    config = PyFileConfigLoader(settings.name, str(settings.parent)).load_config()
    kernel = _kernel(session, config)
    # The state of widgets is needed while cells run; it is not written into the notebook.
    client = NotebookClient(notebook, coalesce_streams=True, store_widget_state=True)
    # nbclient makes its client from a kernel manager, which would start a process; `kc` is the
    # trait by which it takes one that is there.
    client.kc = cast(Any, _Client(kernel, session))
    told: dict[int, Message] = {}
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        tell({"started": number, "count": kernel.execution_count if cell.source.strip() else None})
        try:
            await client.async_execute_cell(cell, number)
        except CellExecutionError:
            _tell_cell(notebook, number, told, tell)
            tell({"failed": number})
            break
        _tell_cell(notebook, number, told, tell)
    for number in told:
        _tell_cell(notebook, number, told, tell)


def _tell_cell(notebook: NotebookNode, number: int, told: dict[int, Message], tell: Tell) -> None:
    """Report a finished cell, unless it was reported already."""
    cell = notebook.cells[number]
    message = {
        "done": number,
        "execution_count": cell.execution_count,
        "outputs": [_copied(each) for each in cell.outputs],
    }
    if told.get(number) != message:
        told[number] = message
        tell(message)


def _copied(value: Any) -> Any:
    """Return a copy in plain values that later changes do not reach."""
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value


def _silent() -> Logger:
    """Return a log that nothing is written to: what a kernel would log is data."""
    log = getLogger("toolkit.kernel")
    log.addHandler(NullHandler())
    log.propagate = False
    return log


def _kernel(session: _HandedOver, config: Config) -> _Kernel:
    """Return a kernel set up as ipykernel's application sets up one."""
    sys.stdout, sys.stderr = _Written("stdout", 1, session), _Written("stderr", 2, session)
    # ipykernel 7 asks in which thread its sockets are, to know whether Ctrl-C may be caught; there
    # are none. Where this is left out, it asks None for a parent thread, and the first cell fails.
    thread = SimpleNamespace(parent_thread=None)
    kernel = _Kernel.instance(
        session=session, config=config, log=_silent(), shell_channel_thread=thread
    )
    shell: Any = kernel.shell
    for line in config.InteractiveShellApp.exec_lines:
        shell.run_cell(line, store_history=False)
    session.said.clear()
    return kernel
