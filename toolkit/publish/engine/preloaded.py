"""A process that has loaded what notebooks need, and becomes one notebook after another by forking.

Loading pandas and matplotlib takes longer than most notebooks, and so does reading a large journal;
here both are done once for a run. What it holds of the study stands in its memory only. It has one
thread only, since a fork takes along no other. It ends when the run closes its standard input.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from io import BufferedRWPair
from pathlib import Path
from typing import Any, NoReturn

from toolkit.publish.engine.light_imports import load_kernel, load_nbformat
from toolkit.publish.notebooks.study_access import fingerprints_ahead, open_ahead

# What the notebooks of a study import, and what runs cells; what is missing is passed over.
_MODULES = (
    "toolkit.publish.engine.in_process",
    "pandas",
    "matplotlib.pyplot",
)
_FOR_DATA = (
    "toolkit.analysis.tables.answers",
    "toolkit.analysis.figures",
    "toolkit.analysis.tables.overview",
    "toolkit.analysis.tables.quality",
    "toolkit.analysis.tables.recruitment",
    "toolkit.analysis.tables.report",
    "toolkit.analysis.tables.themes",
    "toolkit.analysis.wrap.figures",
    "toolkit.publish.notebooks.declared",
    "toolkit.publish.notebooks.notebook_study",
)


def serve(listener: socket.socket) -> None:
    """Load the modules, then fork for every connection, until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nobody waits for the children; without this they would stay as zombies.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # Looking for garbage while all that is made is kept takes a tenth of the time.
    gc.disable()
    _load(_MODULES)
    orders = os.fdopen(0, "rb", buffering=0)
    with selectors.DefaultSelector() as both:
        both.register(listener, selectors.EVENT_READ)
        both.register(orders, selectors.EVENT_READ)
        while True:
            # What it is to open comes before what is asked of it after that.
            if any(key.fileobj is orders for key, _ in both.select()):
                if not (order := orders.readline()):
                    break
                _open(json.loads(order))
                continue
            connection, _ = listener.accept()
            if os.fork() == 0:
                both.close()
                listener.close()
                _become(connection)
            connection.close()
    # The run is over, or was killed: no notebook goes on by itself.
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _load(modules: Sequence[str]) -> None:
    """Import what notebooks need."""
    load_nbformat()
    load_kernel()
    for name in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()


def _open(told: Mapping[str, str]) -> None:
    """Open the study that notebooks are about, and load what they read it with."""
    os.environ.update(told)
    _load(_FOR_DATA)
    open_ahead()
    gc.freeze()


def _become(connection: socket.socket) -> NoReturn:
    """Run the notebook or the kernel that was asked for, or report what is open, then end."""
    code = 1
    with contextlib.suppress(BaseException):
        gc.enable()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        stream = connection.makefile("rwb")
        _say(stream, {"pid": os.getpid()})
        asked = json.loads(stream.readline())
        _take_place(asked["environment"], asked["folder"])
        if "kernel" in asked:
            _be_kernel(asked["kernel"])
        elif "fingerprints" in asked:
            _say(stream, {"fingerprints": fingerprints_ahead(**asked["fingerprints"])})
        else:
            _be_cells(asked["notebook"], stream)
        code = 0
    os._exit(code)


def _take_place(environment: dict[str, str], folder: str) -> None:
    """Set the environment, the folder and the input of a fresh process."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[0] = ""
    sys.argv = ["ipykernel_launcher"]
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


def _be_kernel(words: list[str]) -> None:
    """Run an ipykernel with the arguments of its command line."""
    from ipykernel.kernelapp import IPKernelApp

    signal.signal(signal.SIGINT, signal.default_int_handler)
    IPKernelApp.launch_instance(argv=words)


def _be_cells(notebook: dict[str, Any], stream: BufferedRWPair) -> None:
    """Run the cells of a notebook and say what comes of each."""
    from nbformat import from_dict

    from toolkit.publish.engine.in_process import run_cells

    signal.signal(signal.SIGINT, signal.default_int_handler)
    settings = Path(os.environ["IPYTHONDIR"], "profile_default", "ipython_kernel_config.py")
    run_cells(from_dict(notebook), settings, lambda message: _say(stream, message))
    _say(stream, {"ended": True})


def _say(stream: BufferedRWPair, message: dict[str, Any]) -> None:
    """Send one message: a line of JSON."""
    stream.write(json.dumps(message).encode("ascii") + b"\n")
    stream.flush()


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
