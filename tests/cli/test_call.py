"""``toolkit call`` starts a server of its own that shows the call, on this machine only."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.capture.service.conftest import environment, make_place

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/toolkit/call/P07\?token=\w+")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """What the command says while it runs."""
    place = make_place(tmp_path)
    place.consent("P07")
    options = environment(tmp_path)
    settings = Path(options["JUPYTER_CONFIG_DIR"])
    settings.mkdir()
    told = {"ServerApp": {"allow_root": True}}  # tests may run as anybody
    (settings / "jupyter_server_config.json").write_text(json.dumps(told), encoding="utf-8")
    words = ["call", "P07", "--study", place.protocol, "--data", place.data, "--no-browser"]
    said = tmp_path / "log"
    with said.open("wb") as out:
        started = subprocess.Popen(
            [sys.executable, "-m", "toolkit", *map(str, words)],
            stdout=out,
            stderr=out,
            env=options,
            start_new_session=True,
        )
    yield said
    # Its own group: the command and the server that it started, and nobody else.
    os.killpg(started.pid, signal.SIGKILL)
    started.wait(timeout=30)


def fetched(address: str) -> bytes:
    """What is served there; Jupyter says the address a moment before it listens."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError:
            raise  # it listens, and refuses
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("nobody listens there")


def test_a_call_is_served_at_the_address_that_is_printed(log: Path) -> None:
    for _ in range(600):
        found = ADDRESS.search(log.read_text(encoding="utf-8"))
        if found:
            break
        time.sleep(0.1)
    assert found, log.read_text(encoding="utf-8")[-2000:]
    assert b"standalone.js" in fetched(found[0])
