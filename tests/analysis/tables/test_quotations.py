"""No quotation leaves without sign-off and consent, and nothing beside it points at anybody."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from toolkit.analysis.tables.quotations import beside, for_use, read_quotations, sign_off
from toolkit.errors import AnalysisError
from toolkit.fieldwork import ConsentRecord
from toolkit.guide import load_consent
from toolkit.store import About, MemoryStore

FORM = "consent.yaml"


@pytest.fixture
def store():
    return MemoryStore(About("parents-and-social-care", fictional=True, created=""))


@pytest.fixture
def source(sample):
    return next(each for each in sample.sources.values() if each.participant == "K01")


@pytest.fixture
def form(every_type_folder):
    return load_consent(every_type_folder / FORM)


def agreed(**uses):
    given = {f"use-{name.replace('_', '-')}": said for name, said in uses.items()}
    return {"K01": ConsentRecord("K01", "f", "1", "h", "2019-01-01", MappingProxyType(given), True)}


def test_what_was_signed_off_is_read_back_in_the_words_to_be_printed(store, source):
    signed = sign_off(store, source, 0, 20, "I rang [the office]", user="lead-1", at=1)
    assert read_quotations(store.read()) == [signed]
    assert signed.printed == "I rang [the office]"
    assert signed.participant == "K01"
    assert source.text[:20] not in str(list(store.read()))


@pytest.mark.parametrize(
    ("start", "end", "printed", "user"),
    [(5, 5, "x", "l"), (-1, 4, "x", "l"), (0, 10**6, "x", "l"), (0, 4, " ", "l"), (0, 4, "x", "")],
)
def test_a_sign_off_without_words_bounds_or_person_is_refused(
    store, source, start, end, printed, user
):
    with pytest.raises(AnalysisError, match="ANALYSIS-030"):
        sign_off(store, source, start, end, printed, user=user, at=1)
    assert not list(store.read())


def test_a_quotation_goes_only_where_its_speaker_agreed_to(store, source, sample, form):
    signed = [sign_off(store, source, 0, 20, "I rang", user="lead-1", at=1)]
    consents = agreed(report=True, press=False)
    assert for_use(sample, signed, "report", consents=consents, form=form)[0] == signed
    for use in ("press", "talks", "a-film"):
        printed, held = for_use(sample, signed, use, consents=consents, form=form)
        assert printed == []
        assert [each.why for each in held] == ["no consent to this use (clause P36)"]
    assert for_use(sample, signed, "report", consents={}, form=form)[0] == []


def test_a_text_that_changed_has_to_be_signed_off_again(store, source, sample, form):
    signed = [sign_off(store, source, 0, 20, "I rang", user="lead-1", at=1)]
    other = {**sample.sources, source.id: replace(source, text="Something else was said, later")}
    changed = replace(sample, sources=other)
    held = for_use(changed, signed, "report", consents=agreed(report=True), form=form)[1]
    assert [each.why for each in held] == [
        "its text was changed after it was signed off (clause P35)"
    ]


def test_a_quotation_of_somebody_who_is_gone_is_held_back(store, source, sample, form):
    signed = [sign_off(store, source, 0, 20, "I rang", user="lead-1", at=1)]
    gone = replace(sample, sources={})
    printed, held = for_use(gone, signed, "report", consents=agreed(report=True), form=form)
    assert (printed, len(held)) == ([], 1)


def test_beside_a_quotation_stands_only_what_ten_people_share(sample):
    """P30: 1 father of 20 and 8 mothers of 12 are fewer than ten."""
    people = sample.frames.participants
    shown = {(row.role, row.strand): beside(sample, row.participant) for row in people.itertuples()}
    assert shown == {
        ("mother", "interview"): "Mother, telephone interviews",
        ("father", "interview"): "Participant, telephone interviews",
        ("mother", "forum"): "Participant, parent forums",
        ("father", "forum"): "Participant, parent forums",
        ("grandmother", "forum"): "Participant, parent forums",
    }


def test_who_is_not_in_the_study_is_a_participant_and_no_more(sample):
    assert beside(sample, "K99") == "Participant"
