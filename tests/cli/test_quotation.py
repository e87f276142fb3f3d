"""Words are signed off by a person, never through an argument; a release has a name to it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import ROOT
from toolkit.cli.publishing.quotation import quotation
from toolkit.cli.publishing.release import release
from toolkit.demo import STUDY
from toolkit.errors import AnalysisError, RunError, UsageError
from toolkit.publish.gate.releases import releases_of
from toolkit.store.home import Home, find_home
from toolkit.store.lifecycle.unlocked import unlock

FOLDER = str(ROOT / "topic_guides" / STUDY)


@pytest.fixture(scope="module")
def home(sample_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the sample, to write to."""
    return find_home(shutil.copytree(sample_home.folder, tmp_path_factory.mktemp("own") / "data"))


def asked(home: Home, *words: str) -> Result:
    data = ["--data", str(home.folder)]
    return CliRunner().invoke(quotation, [*words, *data], standalone_mode=False)


def listed(home: Home, use: str = "report") -> list[dict[str, object]]:
    read = json.loads(asked(home, "list", FOLDER, "--use", use, "--json").output)
    return [each for each in read if not each["held_back"]]


def test_what_is_signed_off_is_listed_as_it_is_printed(home: Home, tmp_path: Path) -> None:
    before = listed(home)
    printed = tmp_path / "printed"
    printed.write_text("I was that [worried] I")
    words = ("sign-off", FOLDER, "K01/q3", "0", "20", "--user", "lead-1", "--printed", str(printed))
    assert "signed off by lead-1" in asked(home, *words).output
    assert len(listed(home)) == len(before) + 1
    assert "K01/q3 0 to 20, lead-1: I was that [worried] I" in asked(home, "list", FOLDER).output


def test_words_that_may_go_into_the_report_may_not_go_everywhere(home: Home) -> None:
    said = asked(home, "list", FOLDER, "--use", "press").output
    assert "held back, no consent to this use (clause P36)" in said
    assert len(listed(home, "press")) < len(listed(home))


def test_words_come_from_a_terminal_or_a_file(home: Home) -> None:
    came = asked(home, "sign-off", FOLDER, "K01/q3", "0", "20", "--user", "lead-1")
    assert isinstance(came.exception, UsageError)
    assert "USAGE-041" in str(came.exception)


@pytest.mark.parametrize("bounds", [("K01/q3", "5", "99999"), ("K01/none", "0", "5")])
def test_bounds_that_are_not_in_a_text_are_refused(home: Home, bounds: tuple[str, ...]) -> None:
    came = asked(home, "sign-off", FOLDER, *bounds, "--user", "lead-1")
    assert isinstance(came.exception, AnalysisError)


def test_a_release_is_recorded_with_who_and_why(home: Home) -> None:
    words = ["a" * 64, "--user", "lead-1", "--reason", "the name of a street", "--data"]
    came = CliRunner().invoke(release, [*words, str(home.folder)], standalone_mode=False)
    assert "Released by lead-1" in came.output
    store = home.open_research(unlock(home))
    (event,) = releases_of(store.read()).values()
    store.close()
    assert (event.user, event.change_reason) == ("lead-1", "the name of a street")


@pytest.mark.parametrize("words", [("b" * 63, "lead-1"), ("b" * 64, "Jane Doe")])
def test_a_release_without_output_or_role_is_refused(home: Home, words: tuple[str, str]) -> None:
    told = [words[0], "--user", words[1], "--reason", "x", "--data", str(home.folder)]
    came = CliRunner().invoke(release, told, standalone_mode=False)
    assert isinstance(came.exception, RunError)
