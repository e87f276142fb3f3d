"""Consent as a record: which form, when, each clause, and nothing without it (P25)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import FieldworkError
from toolkit.fieldwork import consent_of, record_consent
from toolkit.guide import load_consent
from toolkit.store import About, MemoryStore

STRANDS = ("interview", "forum")


def answers(form, strand="interview", **changed):
    """Yes to every clause of a strand's form, but for those named: ``use_press=False``."""
    said = {each.clause: True for each in form.clauses_for(strand)}
    return said | {name.replace("_", "-"): value for name, value in changed.items()}


def sign(store, form, clauses, *, strand="interview", case="K01", date="2019-02-04", at=0):
    return record_consent(
        store, form, strand, case=case, date=date, clauses=clauses, user="researcher-1", at=at
    )


@given(data=st.data(), strand=st.sampled_from(STRANDS))
def test_a_record_comes_back_from_the_journal_as_it_was_given(form, data, strand):
    """P25, P07, P36."""
    clauses = {
        each.clause: each.answer == "required" or data.draw(st.booleans())
        for each in form.clauses_for(strand)
    }
    store = MemoryStore(About("parents-and-social-care", fictional=True, created="2019-02-01"))
    given_back = sign(store, form, clauses, strand=strand)
    assert consent_of(store.read(), "K01") == given_back
    assert (given_back.form, given_back.version) == (form.consent, form.version)
    assert (given_back.hash, given_back.date) == (form.hash, "2019-02-04")
    assert dict(given_back.clauses) == clauses
    assert given_back.recording is clauses["recording"]
    assert all(given_back.allows(name) is said for name, said in clauses.items())


def test_the_event_says_who_recorded_it_when_and_for_whom(store, form):
    """P25."""
    sign(store, form, answers(form), at=1549274400000)
    (event,) = store.read(session="fieldwork")
    assert (event.event, event.case, event.user) == ("consent", "K01", "researcher-1")
    assert event.start == 1549274400000
    json.dumps(event.new_value)


def test_recording_is_a_field_of_its_own_and_no_condition_of_taking_part(store, form):
    """P07."""
    quiet = sign(store, form, answers(form, recording=False))
    assert (quiet.recording, quiet.allows("take-part")) == (False, True)
    loud = sign(store, form, answers(form, use_report=False, use_press=False), case="K02")
    assert loud.recording


def test_each_use_is_consented_to_by_itself(store, form):
    """P36."""
    record = sign(store, form, answers(form, use_press=False))
    assert (record.allows("use-report"), record.allows("use-press")) == (True, False)


def test_a_clause_that_was_not_asked_is_a_no(store, form):
    """P25, P36."""
    assert not sign(store, form, answers(form)).allows("withdrawal-forum")


def test_the_latest_record_of_a_person_counts_and_the_earlier_stays_in_the_journal(store, form):
    """P25: people can change their mind later."""
    sign(store, form, answers(form, use_talks=True))
    sign(store, form, answers(form, use_talks=False), case="K02")
    sign(store, form, answers(form, use_talks=False, recording=False), date="2019-02-11")
    now = consent_of(store.read(), "K01")
    assert (now.date, now.recording, now.allows("use-talks")) == ("2019-02-11", False, False)
    assert len(list(store.read(case="K01"))) == 2


def test_without_a_record_there_is_no_consent(store, form):
    """P25."""
    sign(store, form, answers(form), case="K02")
    assert consent_of(store.read(), "K01") is None


@given(data=st.data(), strand=st.sampled_from(STRANDS))
def test_any_clause_left_unanswered_is_refused_and_nothing_recorded(form, data, strand):
    """P25."""
    clauses = answers(form, strand)
    missing = data.draw(st.sets(st.sampled_from([*clauses]), min_size=1))
    store = MemoryStore(About("parents-and-social-care", fictional=True, created="2019-02-01"))
    with pytest.raises(FieldworkError) as caught:
        sign(store, form, {k: v for k, v in clauses.items() if k not in missing}, strand=strand)
    found = caught.value.findings
    assert [each.code for each in found] == ["FIELD-020"] * len(missing)
    assert all(any(f"'{name}'" in each.found for each in found) for name in missing)
    assert not list(store.read())


@pytest.mark.parametrize("strand", STRANDS)
def test_any_required_clause_with_a_no_is_refused_and_nothing_recorded(
    store, form, refused, strand
):
    """P25: nobody takes part then."""
    required = [each for each in form.clauses_for(strand) if each.answer == "required"]
    assert {"P25", "P37", "P38"} <= {each.protocol for each in required}
    for each in required:
        clauses = {**answers(form, strand), each.clause: False}
        codes = refused(lambda said=clauses: sign(store, form, said, strand=strand))
        assert codes == ["FIELD-022"]
    assert not list(store.read())


@pytest.mark.parametrize("foreign", ["withdrawal-forum", "use-book", ""])
def test_a_clause_of_another_form_or_strand_is_refused(store, form, refused, foreign):
    """P25, P26, P27."""
    clauses = {**answers(form), foreign: True}
    assert refused(lambda: sign(store, form, clauses)) == ["FIELD-021"]
    assert not list(store.read())


@pytest.mark.parametrize("clause", ["take-part", "recording", "use-press"])
@pytest.mark.parametrize("word", ["no", "yes", 0, 1, None])
def test_a_word_or_a_number_is_no_answer(store, form, refused, clause, word):
    """P25: the word "no" would otherwise pass for agreement."""
    assert refused(lambda: sign(store, form, {**answers(form), clause: word})) == ["FIELD-020"]
    assert not list(store.read())


@pytest.mark.parametrize("date", ["", "yesterday", "4.2.2019", "2019-02-30", "20190204", "2019-02"])
def test_a_signature_has_a_date(store, form, refused, date):
    """P25."""
    assert refused(lambda: sign(store, form, answers(form), date=date)) == ["FIELD-023"]
    assert not list(store.read())


def test_every_fault_of_a_form_is_told_at_once(store, form, refused):
    """P25."""
    clauses = answers(form, keeping=False, use_book=True)
    del clauses["contact"]
    codes = refused(lambda: sign(store, form, clauses, date="soon"))
    assert codes == ["FIELD-022", "FIELD-020", "FIELD-021", "FIELD-023"]


def test_a_changed_form_has_another_hash(worked, form, tmp_path):
    """P25."""
    text = (worked / "consent.yaml").read_text(encoding="utf-8")
    for old, new in (("If I say no, you", "If I say no you"), ('"1.0"', '"1.1"')):
        assert text.count(old) == 1
        (tmp_path / "consent.yaml").write_text(text.replace(old, new), encoding="utf-8")
        assert load_consent(tmp_path / "consent.yaml").hash != form.hash


def test_nobody_can_change_a_record_afterwards(store, form):
    """P25."""
    record = sign(store, form, answers(form, use_press=False))
    with pytest.raises(TypeError):
        record.clauses["use-press"] = True
