"""A Python that lacks what Windows lacks: ``python without.py [-P] [-m module | -c code] ...``.

It takes modules and functions away from the toolkit and from every program that it starts. Three
libraries have parts of their own for Windows, which do not load here; only these still find them.
"""

from __future__ import annotations

import builtins
import os
import runpy
import socket
import sys
from typing import Any

MODULES = frozenset({"fcntl", "grp", "pwd", "resource", "termios", "tty"})
FUNCTIONS = ("fork", "forkpty", "killpg", "mkfifo", "setsid")
# filelock locks by msvcrt there; pexpect and ptyprocess are what IPython runs a shell with here.
WITH_PARTS_OF_THEIR_OWN = ("filelock", "pexpect", "ptyprocess")

_import = builtins.__import__


def refusing(name: str, space: Any = None, *given: Any, **more: Any) -> Any:
    """Import a module, unless it is not there."""
    asks = str((space or {}).get("__name__", ""))
    if name.partition(".")[0] in MODULES and not asks.startswith(WITH_PARTS_OF_THEIR_OWN):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return _import(name, space, *given, **more)


def take_away() -> None:
    """Leave this process without them."""
    builtins.__import__ = refusing
    pair, family = socket.socketpair, socket.AF_UNIX
    # Windows makes a pair of two ends of a port; asyncio cannot do without one.
    socket.socketpair = lambda *_, **__: pair(family)
    del socket.AF_UNIX
    for name in FUNCTIONS:
        delattr(os, name)


def main(words: list[str]) -> None:
    """Be the Python that was asked for."""
    sys.executable = os.environ["PYTHON_WITHOUT"]
    if words[0] == "-P":
        del words[0], sys.path[0]
    else:
        sys.path[0] = os.getcwd()
    if "server" in words[1]:
        # jupyter_server asks tornado for Unix sockets on any system that is not called Windows.
        import tornado.netutil  # noqa: F401
    take_away()
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = ["-c", *words[2:]]
        exec(compile(words[1], "<string>", "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    main(sys.argv[1:])
