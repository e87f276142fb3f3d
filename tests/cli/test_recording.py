"""``toolkit recording``: from the recorder's file to the store, and its name nowhere (P34)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.capture.conftest import SMALL
from tests.capture.service.conftest import make_place
from tests.capture.test_recordings import sound
from tests.cli.studies import Told, plain_bytes
from toolkit.capture import SystemClock, begin_session
from toolkit.capture.service.study import open_study
from toolkit.capture.session import ending, steps
from toolkit.guide import Answer

NAMED = "Hesper-Hampersail.wav"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """K01 agreed to be recorded, by form and by word; K02 did not sign for it."""
    place = make_place(tmp_path_factory.mktemp("recordings"), SMALL)
    place.consent("K01")
    place.consent("K02", recording=False)
    opened = open_study(place.protocol, place.data)
    for case in ("K01", "K02"):
        who = {"case": case, "user": "researcher-1", "clock": SystemClock()}
        call = begin_session(opened.store, opened.study, opened.guide, **who)
        steps.confirm(call, "hello")
        steps.answer(call, "agreed", Answer("yes"))
        ending.stop(call, keep=True)
    opened.store.close()
    return Told(place)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("recorder") / NAMED
    made.write_bytes(sound(0.5))
    return made


def test_a_recording_is_brought_in_listed_and_written_out_again(
    told: Told, file: Path, tmp_path: Path
) -> None:
    said = told.good("recording", "add", "K01", file, "--offset", "12.5")
    assert said.startswith("Encrypted and read back: K01-audio-1")
    assert "left as it is" in said
    assert file.read_bytes() == sound(0.5)
    (found,) = json.loads(told.good("recording", "list", "K01", "--json"))
    assert (found["format"], found["offset"], found["draft"]) == ("wav", 12.5, False)
    out = tmp_path / "listen.wav"
    told.good("recording", "export", "K01-audio-1", out)
    assert out.read_bytes() == file.read_bytes()
    assert out.stat().st_mode & 0o777 == 0o600
    assert "USAGE-024" in told.refused("recording", "export", "K01-audio-1", out)
    assert NAMED not in said + str(told.events())
    in_plain = plain_bytes(told.place.data)
    assert sound(0.5)[:100] not in in_plain
    assert NAMED.encode() not in in_plain


def test_without_consent_the_file_is_refused_and_left_alone(told: Told, file: Path) -> None:
    """P07."""
    said = told.refused("recording", "add", "K02", file)
    assert "CAPTURE-018" in said
    assert NAMED not in said
    assert file.read_bytes() == sound(0.5)
    assert told.good("recording", "list", "K02") == "There are no recordings.\n"


def test_a_draft_without_a_model_is_refused_in_plain_words(told: Told, tmp_path: Path) -> None:
    made = ("recording", "transcribe", "K01-audio-1", "--model", tmp_path)
    assert (
        "CAPTURE-064 --model: the folder does not hold a complete model; missing: model.bin"
        in told.refused(*made)
    )
