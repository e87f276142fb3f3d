"""``toolkit call`` and ``toolkit forum`` start a server of their own, on this machine only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.capture.service.conftest import make_place
from tests.cli.serving import fetched, serving

ADDRESS = r"http://\w+\.localhost:\d+/toolkit/%s\?token=\w+"
PAGES = [
    ("call", "K07", b'"../page/call/standalone.js"'),
    ("forum", "F1", b'"../page/forum/standalone.js"'),
]


@pytest.mark.parametrize(("verb", "session", "script"), PAGES)
def test_a_page_is_served_at_the_address_that_is_printed(
    tmp_path: Path, verb: str, session: str, script: bytes
) -> None:
    place = make_place(tmp_path)
    place.consent("K07")
    words = [verb, session, "--study", place.protocol, "--data", place.data, "--no-browser"]
    with serving(tmp_path, words) as command:
        assert script in fetched(command.address(ADDRESS % f"{verb}/{session}")[0])
