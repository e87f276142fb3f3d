"""The sample study: loaded once to look at, and copied to break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.errors import SampleError
from toolkit.sample.load import load_sample
from toolkit.store import About, MemoryStore
from toolkit.store.people.identity import IdentityStore

STUDY = Path(__file__).parents[2] / "topic_guides" / "parents-and-social-care"
NAME = "parents-and-social-care"


def empty_store(holds: str = "research", *, fictional: bool = True) -> MemoryStore:
    return MemoryStore(About(NAME, fictional, "2019-01-21", holds))


def identity_store() -> IdentityStore:
    return IdentityStore(empty_store("identity"), empty_store("identity-audit"))


@pytest.fixture(scope="session")
def loaded() -> tuple[MemoryStore, IdentityStore]:
    """The sample study in memory; only to be read."""
    store, identity = empty_store(), identity_store()
    load_sample(STUDY, store, identity)
    return store, identity


Broken = Callable[..., SampleError]


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """Change one file of a copy of the study, load it, and give what it says."""

    def load(file: str, before: str, after: str) -> SampleError:
        copy = tmp_path / "study"
        shutil.copytree(STUDY, copy)
        path = copy / "sample" / file
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        with pytest.raises(SampleError) as caught:
            load_sample(copy, empty_store())
        return caught.value

    return load
