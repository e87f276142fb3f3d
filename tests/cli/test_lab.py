"""``toolkit lab`` starts a JupyterLab for a study, on this machine only, at its notebooks."""

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
from tests.cli.test_call import fetched

ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/lab/tree/(\S+/01-interview\.ipynb)\?token=(\w+)")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """Address, notebook and token of a Lab in a folder that has no notebooks yet."""
    folder = tmp_path_factory.mktemp("lab")
    place = make_place(folder)
    options = environment(folder)
    settings = Path(options["JUPYTER_CONFIG_DIR"])
    settings.mkdir()
    told = {"ServerApp": {"allow_root": True}}  # tests may run as anybody
    (settings / "jupyter_server_config.json").write_text(json.dumps(told), encoding="utf-8")
    words = ["lab", "--study", place.protocol, "--data", place.data, "--no-browser"]
    said = folder / "log"
    with said.open("wb") as out:
        started = subprocess.Popen(
            [sys.executable, "-m", "toolkit", *map(str, words)],
            stdout=out,
            stderr=out,
            env=options,
            cwd=folder,
            start_new_session=True,
        )
    found = None
    for _ in range(900):
        found = ADDRESS.search(said.read_text(encoding="utf-8"))
        if found:
            break
        time.sleep(0.1)
    assert found, said.read_text(encoding="utf-8")[-2000:]
    yield (found[1], found[2], found[3])
    # Its own group: the command and the server that it started, and nobody else.
    os.killpg(started.pid, signal.SIGKILL)
    started.wait(timeout=30)


def test_the_notebooks_are_there_and_the_pages_too(lab: tuple[str, str, str]) -> None:
    address, notebook, token = lab
    assert notebook == "notebooks/capture/01-interview.ipynb"
    for each in (notebook, notebook.replace("01-interview", "02-forum")):
        told = json.loads(fetched(f"{address}/api/contents/{each}?token={token}"))
        assert told["type"] == "notebook"
    for place in ("call/P07", "page/notebook.js"):
        assert b"page" in fetched(f"{address}/toolkit/{place}?token={token}")


def test_lab_asks_nobody_for_news_or_newer_versions(lab: tuple[str, str, str]) -> None:
    address, _, token = lab
    plugin = "@jupyterlab/apputils-extension:notification"
    told = json.loads(fetched(f"{address}/lab/api/settings/{plugin}?token={token}"))
    defaults = {name: each["default"] for name, each in told["schema"]["properties"].items()}
    assert (defaults["fetchNews"], defaults["checkForUpdates"]) == ("false", False)
    update = json.loads(fetched(f"{address}/lab/api/update?token={token}"))
    assert update == {"notification": None}


def test_nothing_is_given_to_whoever_is_not_signed_in(lab: tuple[str, str, str]) -> None:
    address, notebook, _ = lab
    for place in (f"api/contents/{notebook}", "toolkit/api/sessions/P07"):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{address}/{place}", timeout=60)
