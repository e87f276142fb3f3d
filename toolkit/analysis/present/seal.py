"""The seal on what the toolkit shows in a notebook, by which the gate knows it from a look-alike.

The run gives each notebook a key of its own (`toolkit.publish.engine.seals`). It is taken out of
the environment when the toolkit shows something first, and stands in no variable that a cell
reaches by chance. Outside of a run there is no key, and nothing is sealed.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Mapping
from typing import Any

VARIABLE = "TOOLKIT_SEAL"
MARK = "toolkit"
Shown = tuple[dict[str, Any], dict[str, Any]]
_KEYS: dict[int, bytes] = {}


def sealed(shown: object, data: Mapping[str, Any]) -> Shown:
    """Return what an object shows and, in its metadata, the seal of the run.

    Parameters
    ----------
    shown : object
        What is shown. One of a class that somebody derived in a notebook is not sealed, since it
        shows what it likes.
    data : mapping of str to JSON value
        Kind of content to content, plain text included.

    Returns
    -------
    tuple of (dict, dict)
        As IPython takes it from ``_repr_mimebundle_``.
    """
    key, own = _key(), type(shown).__module__.startswith("toolkit.")
    if not key or not own:
        return dict(data), {}
    told = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return dict(data), {MARK: hmac.new(key, told.encode(), "sha256").hexdigest()}


def _key() -> bytes:
    """Return the key of this notebook; empty outside of a run."""
    # A notebook is a process that may have been forked: each has its own.
    here = os.getpid()
    if VARIABLE in os.environ:
        _KEYS[here] = bytes.fromhex(os.environ.pop(VARIABLE))
    return _KEYS.get(here, b"")
