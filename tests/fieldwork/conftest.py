"""The worked study's protocol and consent form, an empty store, and moments of local time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from toolkit.errors import FieldworkError
from toolkit.guide import load_consent, load_study
from toolkit.guide.study.consent import ConsentForm
from toolkit.guide.study.model import Study
from toolkit.store import About, MemoryStore

WORKED = Path(__file__).parents[2] / "topic_guides" / "parents-and-social-care"
Refused = Callable[[Callable[[], object]], list[str]]
Moment = Callable[[str], int]


@pytest.fixture(scope="session")
def worked() -> Path:
    """Folder of the worked study."""
    return WORKED


@pytest.fixture(scope="session")
def study() -> Study:
    return load_study(WORKED)


@pytest.fixture(scope="session")
def form() -> ConsentForm:
    return load_consent(WORKED / "consent.yaml")


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(About(study="parents-and-social-care", fictional=True, created="2019-02-01"))


@pytest.fixture(scope="session")
def local() -> Moment:
    """Give milliseconds since 1970-01-01 UTC of a time in London: ``2019-03-31 00:30``."""

    def moment(said: str) -> int:
        when = datetime.fromisoformat(said).replace(tzinfo=ZoneInfo("Europe/London"))
        return round(when.timestamp() * 1000)

    return moment


@pytest.fixture(scope="session")
def refused() -> Refused:
    """Do something that fieldwork has to refuse, and give the codes of what it says."""

    def codes(act: Callable[[], object]) -> list[str]:
        with pytest.raises(FieldworkError) as caught:
            act()
        return [each.code for each in caught.value.findings]

    return codes
