"""The capture service: an extension of the Jupyter server that takes what the call page sends.

It is on for whoever installs the package, and does nothing until it is told which study it is for.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "toolkit.capture.service"}]


def _load_jupyter_server_extension(server: Any) -> None:
    # Imported here: whoever only wants the desk needs no Jupyter server.
    from toolkit.capture.service.extension import load

    load(server)
