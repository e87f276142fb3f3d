"""``toolkit call`` and ``toolkit forum`` start a server of their own, on this machine only."""

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

ADDRESS = r"http://127\.0\.0\.1:\d+/toolkit/%s\?token=\w+"
PAGES = [
    ("call", "P07", b'"../page/standalone.js"'),
    ("forum", "F1", b'"../page/forum-standalone.js"'),
]


@pytest.fixture
def log(tmp_path: Path, verb: str, session: str) -> Iterator[Path]:
    """What the command says while it runs."""
    place = make_place(tmp_path)
    place.consent("P07")
    options = environment(tmp_path)
    settings = Path(options["JUPYTER_CONFIG_DIR"])
    settings.mkdir()
    told = {"ServerApp": {"allow_root": True}}  # tests may run as anybody
    (settings / "jupyter_server_config.json").write_text(json.dumps(told), encoding="utf-8")
    words = [verb, session, "--study", place.protocol, "--data", place.data, "--no-browser"]
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


@pytest.mark.parametrize(("verb", "session", "script"), PAGES)
def test_a_page_is_served_at_the_address_that_is_printed(
    log: Path, verb: str, session: str, script: bytes
) -> None:
    address = re.compile(ADDRESS % f"{verb}/{session}")
    for _ in range(600):
        found = address.search(log.read_text(encoding="utf-8"))
        if found:
            break
        time.sleep(0.1)
    assert found, log.read_text(encoding="utf-8")[-2000:]
    assert script in fetched(found[0])
