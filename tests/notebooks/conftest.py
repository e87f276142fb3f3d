"""Where the worked study and its notebooks are."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.demo import STUDY

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def worked_study():
    return ROOT / "topic_guides" / STUDY


@pytest.fixture(scope="session")
def notebooks_folder():
    return ROOT / "notebooks"
