"""``toolkit lab`` starts a JupyterLab for a study, on this machine only, at its notebooks."""

from __future__ import annotations

import json
import urllib.error
from collections.abc import Iterator

import pytest

from tests.capture.service.conftest import make_place
from tests.cli.serving import fetched, serving

ADDRESS = r"(http://\w+\.localhost:\d+)/lab/tree/(\S+/01-interview\.ipynb)\?token=(\w+)"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """Address, notebook and token of a Lab in a folder that has no notebooks yet."""
    folder = tmp_path_factory.mktemp("lab")
    place = make_place(folder)
    words = ["lab", "--study", place.protocol, "--data", place.data, "--no-browser"]
    with serving(folder, words) as command:
        found = command.address(ADDRESS)
        yield (found[1], found[2], found[3])


def test_the_notebooks_are_there_and_the_pages_too(lab: tuple[str, str, str]) -> None:
    address, notebook, token = lab
    assert notebook == "notebooks/capture/01-interview.ipynb"
    for each in (notebook, notebook.replace("01-interview", "02-forum")):
        told = json.loads(fetched(f"{address}/api/contents/{each}?token={token}"))
        assert told["type"] == "notebook"
    for place in ("call/K07", "page/notebook/notebook-page.js"):
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
    for place in (f"api/contents/{notebook}", "toolkit/api/sessions/K07"):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            fetched(f"{address}/{place}")
