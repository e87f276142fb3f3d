"""What ran is kept until its data are others; only the person who runs can read it."""

from __future__ import annotations

import os
import stat
from dataclasses import replace

import pytest

from toolkit.publish.plan.cache import Cache
from toolkit.publish.plan.key import Key

KEY = Key(("a",), {}, {}, {"answers": "d1"}, {}, {}, {})
OTHER = replace(KEY, data={"answers": "d2"})
CELLS = [{"execution_count": 1, "outputs": [{"output_type": "stream", "text": "canary \ud800"}]}]


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def everything(folder):
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())


def test_what_was_kept_is_found_by_its_key_alone(cache):
    cache.keep("01-a", KEY, CELLS, 1.5)
    found = Cache(cache.folder).find("01-a", KEY)
    assert (found.cells, found.seconds) == (CELLS, 1.5)
    assert cache.find("01-a", replace(KEY, cells=("b",))) is None
    assert cache.find("02-b", KEY) is None


def test_last_key_of_a_notebook_is_known(cache):
    assert cache.last("01-a") is None
    cache.keep("01-a", KEY, CELLS, 1)
    assert Cache(cache.folder).last("01-a") == KEY


def test_only_the_person_who_runs_can_read_it(cache):
    cache.keep("01-a", KEY, CELLS, 1)
    modes = {stat.S_IMODE(each.stat().st_mode) for each in cache.folder.rglob("*")}
    assert modes == {0o700, 0o600}


def test_what_rests_on_other_data_is_thrown_away(cache):
    cache.keep("01-a", KEY, CELLS, 1)
    cache.forget(all_but={"01-a": KEY})
    assert cache.find("01-a", KEY)
    cache.forget(all_but={"01-a": OTHER})
    assert cache.find("01-a", KEY) is None
    assert b"canary" not in everything(cache.folder)


def test_what_rests_on_no_data_stays(cache):
    key = replace(KEY, data={})
    cache.keep("01-a", key, CELLS, 1)
    cache.forget(all_but={"01-a": OTHER})
    assert cache.find("01-a", key)


def test_notebook_that_is_gone_leaves_not_even_its_name(cache):
    cache.keep("05-case.K07", KEY, CELLS, 1)
    cache.keep("01-a", KEY, CELLS, 1)
    cache.forget(all_but={"01-a": KEY})
    assert b"K07" not in everything(cache.folder)
    assert not [each for each in cache.folder.rglob("*") if "K07" in each.name]


def test_only_the_last_few_of_a_notebook_are_kept(cache):
    keys = [replace(KEY, cells=(str(number),)) for number in range(12)]
    for number, key in enumerate(keys):
        cache.keep("01-a", key, CELLS, 1)
        os.utime(cache._entry("01-a", key), (number, number))
    cache.forget(all_but={"01-a": KEY})
    found = [number for number, key in enumerate(keys) if cache.find("01-a", key)]
    assert found == list(range(4, 12))


def test_write_that_was_cut_short_is_thrown_away(cache):
    cache.keep("01-a", KEY, CELLS, 1)
    (cache.folder / "01-a" / ".half.json.12").write_text("canary")
    cache.forget(all_but={"01-a": KEY})
    left = {each.name for each in (cache.folder / "01-a").iterdir()}
    assert left == {cache._entry("01-a", KEY).name, "last"}


@pytest.mark.parametrize("content", [b"", b"[1]", b'{"format": "other"}', b"\xff"])
def test_broken_entry_counts_as_missing(cache, content):
    cache.keep("01-a", KEY, CELLS, 1)
    cache._entry("01-a", KEY).write_bytes(content)
    (cache.folder / "01-a" / "last").write_bytes(content)
    assert cache.find("01-a", KEY) is None
    assert Cache(cache.folder).last("01-a") is None
    assert Cache(cache.folder).expected(["01-a"]) == {"01-a": 1.0}
