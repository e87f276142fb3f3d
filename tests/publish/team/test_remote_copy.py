"""A copy of the outputs wherever fsspec writes: whole, and nothing left over from before."""

from __future__ import annotations

import fsspec
import pytest

from toolkit.errors import RunError
from toolkit.publish.run.run import Options, run_study
from toolkit.publish.team.remote_copy import copy_outputs
from toolkit.store.lifecycle.unlocked import unlock


def there(url):
    """Give place to content of all files below an address."""
    system, root = fsspec.core.url_to_fs(url)
    places = system.find(root)
    return {each.removeprefix(root).lstrip("/"): system.cat_file(each) for each in places}


def test_copy_holds_every_byte_that_the_run_published(study, data, notebooks, tmp_path):
    url = "memory://copies/study"
    report = run_study(
        study, data, unlock(data), notebooks=notebooks({"01-a": ["1"], "02-b": ["2"]}),
        outputs=tmp_path / "out", options=Options(copy_to=url),
    )  # fmt: skip
    own = {each.relative_to(report.folder).as_posix(): each.read_bytes() for each in report.files}
    assert there(url) == own
    assert "01-a.html" in own


@pytest.mark.parametrize("where", ["{folder}/copies", "file://{folder}/copies"])
def test_copy_goes_to_a_folder_as_well(tmp_path, where):
    url, files = where.format(folder=tmp_path), {"a/b.html": b"1", "run.json": b"{}"}
    copy_outputs(files, url)
    assert there(url) == files


def test_what_an_earlier_run_put_there_is_taken_away_and_nothing_else():
    url = "memory://copies/again"
    fsspec.filesystem("memory").pipe_file("/copies/again/theirs.txt", b"not of a run")
    copy_outputs({"a.html": b"1", "b.html": b"1", "run.json": b'{"outputs": {"a.html": ""}}'}, url)
    copy_outputs({"b.html": b"2", "run.json": b'{"outputs": {"b.html": ""}}'}, url)
    assert set(there(url)) == {"b.html", "run.json", "theirs.txt"}
    assert there(url)["b.html"] == b"2"


def test_copy_that_breaks_off_leaves_no_manifest_that_lists_what_is_not_there(monkeypatch):
    url, system = "memory://copies/broken", fsspec.filesystem("memory")
    copy_outputs({"a.html": b"1", "run.json": b'{"outputs": {"a.html": ""}}'}, url)

    def full(path, content):
        raise OSError("no space")

    monkeypatch.setattr(type(system), "pipe_file", lambda self, path, content: full(path, content))
    with pytest.raises(RunError, match=r"RUN-055 --copy-to: .*OSError"):
        copy_outputs({"a.html": b"2", "run.json": b'{"outputs": {"a.html": ""}}'}, url)
    assert "run.json" not in there(url)


@pytest.mark.parametrize("url", ["nowhere://x/y", "s3://bucket/y"])
def test_place_that_nothing_here_writes_to_is_refused(url):
    with pytest.raises(RunError, match="RUN-055"):
        copy_outputs({"run.json": b"{}"}, url)
