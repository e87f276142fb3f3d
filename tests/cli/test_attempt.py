"""``toolkit attempt`` and ``toolkit booking``: recorded as an interviewer types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.capture.conftest import SMALL
from tests.capture.service.conftest import make_place
from tests.cli.studies import Told


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder: Path = tmp_path_factory.mktemp("attempts")
    place = make_place(folder, SMALL)
    place.consent("K01", "K02", "K03")
    return Told(place)


def test_attempts_call_backs_and_appointments_are_recorded_and_listed(told: Told) -> None:
    """P28, P43: one story, since each command takes its time to start."""
    told.good("attempt", "add", "K01", "no-answer", "--at", "2019-02-01 10:00")
    back = ("call-back-requested", "--when", "2999-02-04 18:00")
    assert "Ring again at Mon 4 February 2999, 18:00" in told.good("attempt", "add", "K01", *back)
    made = ("appointment-made", "--when", "2999-02-05 11:00", "--json")
    found = json.loads(told.good("attempt", "add", "K01", *made))
    assert [each["outcome"] for each in found["attempts"]] == ["no-answer", back[0], made[0]]
    assert found["booked"]["start"] == "Tue 5 February 2999, 11:00"
    told.good("booking", "add", "K02", "2999-02-05 15:00", "--chosen-by", "researcher")
    third = told.refused("booking", "add", "K03", "2999-02-05 18:00")
    assert "FIELD-010 researcher-1 on 2999-02-05" in third
    listed = told.good("booking", "list").splitlines()
    assert [line.split()[-2] for line in listed] == ["K01", "K02"]
    shown = told.good("attempt", "list", "K01")
    assert "Appointment: Tue 5 February 2999, 11:00, with researcher-1" in shown


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("attempt", "add", "K03", "appointment-made"), "FIELD-040"),
        (("booking", "add", "K03", "2019-03-31 01:30"), "FIELD-038"),
        (("attempt", "add", "K77", "no-answer"), "FIELD-031"),
    ],
)
def test_what_cannot_be_is_said_in_the_catalogue_s_words(
    told: Told, words: tuple[str, ...], code: str
) -> None:
    assert code in told.refused(*words)
