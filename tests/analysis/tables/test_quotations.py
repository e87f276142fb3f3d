"""No quotation leaves without sign-off and consent, and nothing beside it points at anybody."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from toolkit.analysis.tables.quotations import beside, for_use
from toolkit.errors import AnalysisError
from toolkit.fieldwork import ConsentRecord
from toolkit.guide import load_consent
from toolkit.sources.quotations import read_quotations, sign_off
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
    signed = sign_off(store, source, 0, 20, "It was me, [I think]", user="lead-1", at=1)
    assert read_quotations(store.read()) == [signed]
    assert signed.printed == "It was me, [I think]"
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


@pytest.mark.parametrize(
    ("start", "end", "printed"),
    [
        (0, 20, "something nobody said"),
        (0, 20, "[something nobody said]"),
        (0, 20, "It was me"),
        (0, 20, "It was you, I think"),
        (0, 20, "me it was I think"),
        (0, 20, "It was me, I think. I asked my own mum"),
        (0, 20, "It was me, I think [so"),
        (1, 20, "t was me, I think"),
        (0, 17, "It was me, I thin"),
    ],
)
def test_words_that_the_participant_did_not_say_there_are_not_signed_off(
    store, source, start, end, printed
):
    """P35: what stands outside of brackets stands in the participant's own text."""
    with pytest.raises(AnalysisError, match="ANALYSIS-080"):
        sign_off(store, source, start, end, printed, user="lead-1", at=1)
    assert not list(store.read())


@pytest.mark.parametrize(
    "printed",
    [
        "It was me, I think.",
        "it was me - I think",
        "\u201cIt was me, I think\u201d",
        "It was [my husband], I think",
        "It was me [...]",
        "[...] me, I think",
        "It was me [sic], I think",
    ],
)
def test_words_may_be_replaced_and_left_out_in_brackets_only(store, source, printed):
    assert sign_off(store, source, 0, 20, printed, user="lead-1", at=1).printed == printed


def test_words_of_nobody_who_took_part_are_not_signed_off(store, source):
    nobody = replace(source, participant="")
    with pytest.raises(AnalysisError, match="ANALYSIS-080"):
        sign_off(store, nobody, 0, 20, "It was me, I think", user="lead-1", at=1)


def test_a_sign_off_on_record_is_held_against_its_source_too(store, source, sample, form):
    signed = sign_off(store, source, 0, 20, "It was me, I think", user="lead-1", at=1)
    for forged in (
        replace(signed, printed="something nobody said"),
        replace(signed, participant="K02"),
    ):
        consents = {**agreed(report=True), "K02": agreed(report=True)["K01"]}
        held = for_use(sample, [forged], "report", consents=consents, form=form)[1]
        assert [each.why for each in held] == [
            "its words are not those of the participant (clause P35)"
        ]


def test_a_quotation_goes_only_where_its_speaker_agreed_to(store, source, sample, form):
    signed = [sign_off(store, source, 0, 20, "It was me, I think.", user="lead-1", at=1)]
    consents = agreed(report=True, press=False)
    assert for_use(sample, signed, "report", consents=consents, form=form)[0] == signed
    for use in ("press", "talks", "a-film"):
        printed, held = for_use(sample, signed, use, consents=consents, form=form)
        assert printed == []
        assert [each.why for each in held] == ["no consent to this use (clause P36)"]
    assert for_use(sample, signed, "report", consents={}, form=form)[0] == []


def test_a_text_that_changed_has_to_be_signed_off_again(store, source, sample, form):
    signed = [sign_off(store, source, 0, 20, "It was me, I think.", user="lead-1", at=1)]
    other = {**sample.sources, source.id: replace(source, text="Something else was said, later")}
    changed = replace(sample, sources=other)
    held = for_use(changed, signed, "report", consents=agreed(report=True), form=form)[1]
    assert [each.why for each in held] == [
        "its text was changed after it was signed off (clause P35)"
    ]


def test_a_quotation_of_somebody_who_is_gone_is_held_back(store, source, sample, form):
    signed = [sign_off(store, source, 0, 20, "It was me, I think.", user="lead-1", at=1)]
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
