"""The worked study's protocol, codebook and consent form, as data that others build on."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from toolkit.errors import StudyError
from toolkit.guide import check_study, load_codebook, load_consent, load_study
from toolkit.guide.study.codebook import Codebook
from toolkit.guide.study.consent import ConsentForm
from toolkit.guide.study.design import Pseudonyms, Rule
from toolkit.guide.study.model import Study
from toolkit.guide.study.parts import Period, Span
from toolkit.guide.yaml.source import read_yaml
from toolkit.guide.yaml.validate import reachable
from toolkit.store import deal_pseudonyms

ROOT = Path(__file__).parents[3]
WORKED = ROOT / "topic_guides" / "parents-and-social-care"
TEMPLATE = ROOT / "toolkit" / "guide" / "study" / "template"


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study(WORKED)


def test_the_plan_is_the_report_s(study: Study) -> None:
    """P12, P15, P18, P24, P43."""
    interview, forum = study.strand("interview"), study.strand("forum")
    assert (interview.sessions, str(interview.minutes), interview.by) == (
        20,
        "60 to 90",
        "telephone",
    )
    assert (forum.sessions, str(forum.size), str(forum.minutes)) == (2, "4 to 8", "90")
    assert study.sampling
    assert (study.sampling.frame, study.sampling.interval, study.sampling.start) == (82, 3, None)
    assert study.limits.interviews_per_researcher_per_day == 2
    assert study.disclosure.minimum_cell == 3


def test_withdrawal_ends_four_weeks_after_an_interview_and_with_a_forum(study: Study) -> None:
    """P26, P27."""
    assert study.withdrawal_of("interview").weeks_after == 4
    assert study.withdrawal_of("forum").weeks_after == 0
    with pytest.raises(KeyError):
        study.withdrawal_of("survey")


@pytest.mark.parametrize("prefix", ["P", "F", "R", "RF", "L", "k", "", "K1", "ABCD", "Ö"])
def test_no_pseudonym_looks_like_a_clause_a_forum_or_a_rehearsal(prefix: str) -> None:
    """P26 is a clause, F1 a forum, R01 and RF rehearsals, L03 on the list but not drawn."""
    with pytest.raises(ValidationError, match="one to three capital letters"):
        Pseudonyms(prefix=prefix)


@pytest.mark.parametrize("prefix", ["K", "T", "PT", "FAM"])
def test_a_study_says_what_its_pseudonyms_begin_with(prefix: str) -> None:
    assert Pseudonyms(prefix=prefix).prefix == prefix


def test_studies_that_say_nothing_of_it_deal_pseudonyms_that_no_clause_has() -> None:
    assert {load_study(each).pseudonyms.prefix for each in (WORKED, TEMPLATE)} == {"K"}
    assert deal_pseudonyms(3, seed=1)[0].startswith("K"), "the same in the store"


def test_published_figures_can_be_asked_for_by_id(study: Study) -> None:
    figures = {each: study.published.value(each) for each in ("helped", "everybody", "frame")}
    assert figures == {"helped": 4, "everybody": 32, "frame": 82}
    with pytest.raises(KeyError):
        study.published.value("nothing")


def test_the_protocol_is_frozen_and_its_hash_follows_the_content(study: Study) -> None:
    with pytest.raises(ValidationError):
        study.title = "Another"  # type: ignore[misc]  # mypy knows it too: that is the point
    assert study.hash == load_study(WORKED / "study.yaml").hash
    assert re.fullmatch(r"[0-9a-f]{64}", study.hash)
    assert study.model_copy(update={"title": "Another"}).hash != study.hash


def test_comments_and_layout_do_not_change_the_hash(tmp_path: Path, study: Study) -> None:
    text = (WORKED / "study.yaml").read_text(encoding="utf-8")
    plain = "\n\n".join(line for line in text.splitlines() if not line.startswith("#"))
    copy = tmp_path / "study.yaml"
    copy.write_text(plain.replace(">-\n\n", ">-\n"), encoding="utf-8")
    assert load_study(copy).sampling == study.sampling
    assert load_study(copy).clauses == study.clauses


def test_every_role_is_a_function_and_never_a_person(study: Study) -> None:
    """Titles begin with one capital; a name would have a second one, or a title of honour."""
    for role in study.roles:
        assert not re.search(r"\b(Dr|Mr|Mrs|Ms|Prof)\b", f"{role.title} {role.does}")
        assert not re.search(r"(?<!^)(?<![.!?] )\b[A-Z][a-z]+", role.title)


def test_no_fact_holds_a_number_that_somebody_could_ring(study: Study) -> None:
    for said in study.facts.values():
        assert not re.search(r"\d[\d ]{5,}", str(said))


@pytest.mark.parametrize("model", [Study, Codebook, ConsentForm])
def test_every_field_is_described_for_editors_and_the_data_dictionary(
    model: type[BaseModel],
) -> None:
    bare = [
        f"{each.__name__}.{name}"
        for each in reachable(model)
        for name, field in each.model_fields.items()
        if not (field.description or "").endswith((".", '".'))
    ]
    assert bare == []
    schema = json.dumps(model.model_json_schema())
    assert '"additionalProperties": false' in schema


@pytest.mark.parametrize("folder", [WORKED, TEMPLATE], ids=["worked", "template"])
@pytest.mark.parametrize(
    ("model", "name"), [(Study, "study"), (Codebook, "codebook"), (ConsentForm, "consent")]
)
def test_the_schema_accepts_what_the_toolkit_accepts(
    folder: Path, model: type[BaseModel], name: str
) -> None:
    schema = Draft202012Validator(model.model_json_schema())
    data = read_yaml(folder / f"{name}.yaml").data
    assert list(schema.iter_errors(data)) == []
    assert list(schema.iter_errors(data | {"version": "one"}))
    assert list(schema.iter_errors(data | {"unknown": 1}))


def test_loading_raises_with_every_fault_at_once(tmp_path: Path) -> None:
    text = (WORKED / "study.yaml").read_text(encoding="utf-8")
    text = text.replace("[researcher]", "[nobody]").replace("force: soft", "force: waived", 1)
    (tmp_path / "study.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as raised:
        load_study(tmp_path)
    assert [each.code for each in raised.value.findings] == ["STUDY-011", "STUDY-015"]


def test_warnings_on_published_figures_do_not_stop_a_study_from_loading(study: Study) -> None:
    assert check_study(WORKED).exit_code == 1
    assert study.published.claims


# Codebook and consent form ------------------------------------------------------------------

CODES = {
    "response": ["delay", "no-reply", "threshold", "passed-around"],
    "understanding": ["not-understood", "minimised", "explained"],
    "being-heard": [
        *("heard", "not-heard", "left-out", "informed", "not-informed"),
        *("records-wrong", "records-fair"),
    ],
    "blame": ["blamed", "generic-course"],
    "people": ["good-worker", "staff-turnover", "well-coordinated", "poorly-coordinated"],
    "effect": ["safer", "not-safer", "strain", "coped-alone", "trust-lost"],
    "change": ["earlier-help", "training", "one-lead", "partnership", "family-support"],
}


def test_the_codebook_has_its_codes_under_their_themes() -> None:
    codebook = load_codebook(WORKED / "codebook.yaml")
    found = {each.theme: [code.code for code in each.codes] for each in codebook.themes}
    assert found == CODES
    assert codebook.theme_of["left-out"] == "being-heard"
    assert list(codebook.codes) == [code for codes in CODES.values() for code in codes]


def test_a_definition_that_points_to_another_code_points_to_one_that_exists() -> None:
    codebook = load_codebook(WORKED / "codebook.yaml")
    for code in codebook.codes.values():
        pointed = re.findall(r"\(([a-z-]+)(?: or ([a-z-]+))?\)", code.avoid)
        assert {name for names in pointed for name in names if name} <= set(codebook.codes)


def test_the_form_of_each_strand_has_its_own_rule_of_withdrawal() -> None:
    """P26, P27."""
    form = load_consent(WORKED / "consent.yaml")
    interview = [each.clause for each in form.clauses_for("interview")]
    forum = [each.clause for each in form.clauses_for("forum")]
    assert "withdrawal-interview" in interview
    assert "withdrawal-forum" not in interview
    assert set(interview) ^ set(forum) == {"withdrawal-interview", "withdrawal-forum"}


def test_recording_and_every_use_are_a_choice_of_their_own() -> None:
    """P07, P36."""
    form = load_consent(WORKED / "consent.yaml")
    choices = {each.clause for each in form.clauses if each.answer == "choice"}
    asked = {each.clause for each in form.clauses if each.kind in ("recording", "use")}
    assert asked <= choices
    assert [each.use for each in form.clauses if each.use] == [
        *("report", "talks", "press", "social-media")
    ]


@pytest.mark.parametrize(("load", "name"), [(load_codebook, "codebook"), (load_consent, "consent")])
def test_a_file_with_faults_is_not_loaded(tmp_path: Path, load: Any, name: str) -> None:
    path = tmp_path / f"{name}.yaml"
    path.write_text("title: Only a title\n", encoding="utf-8")
    with pytest.raises(StudyError) as raised:
        load(path)
    assert {each.code for each in raised.value.findings} == {"FORMAT-002"}


# Rules and periods --------------------------------------------------------------------------


def rule(comparison: str, value: Any) -> Rule:
    common = {"rule": "it", "attribute": "column", "reason": "so"}
    return Rule.model_validate(common | {"comparison": comparison, "value": value})


@given(st.integers(-100, 100), st.integers(-100, 100))
def test_rules_compare_numbers_as_they_say(found: int, value: int) -> None:
    """P23."""
    assert rule("at-least", value).holds(found) == (found >= value)
    assert rule("at-most", value).holds(found) == (found <= value)
    assert rule("equals", value).holds(found) == (found == value)
    assert rule("one-of", [value, value + 1]).holds(found) == (found in (value, value + 1))


@pytest.mark.parametrize(
    ("comparison", "value", "found"),
    [
        ("at-least", 3, None),
        ("at-least", 3, "5"),
        ("at-least", 0, True),
        ("equals", 1, True),
        ("equals", True, 1),
        ("one-of", [0, 1], False),
        ("equals", "yes", None),
    ],
)
def test_a_value_of_another_kind_or_none_never_passes(
    comparison: str, value: Any, found: Any
) -> None:
    assert not rule(comparison, value).holds(found)


@pytest.mark.parametrize(("comparison", "value"), [("at-least", True), ("at-most", "5")])
def test_only_numbers_are_larger_or_smaller(comparison: str, value: Any) -> None:
    with pytest.raises(ValidationError, match="needs a number"):
        rule(comparison, value)


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        *((1, "single one"), (2, "second"), (3, "third"), (4, "fourth"), (5, "fifth")),
        *((6, "6th"), (10, "tenth"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st")),
        *((22, "22nd"), (23, "23rd"), (111, "111th"), (112, "112th"), (113, "113th")),
    ],
)
def test_a_sampling_rule_says_itself_in_words(study: Study, interval: int, said: str) -> None:
    assert study.sampling
    rule_of = study.sampling.model_copy(update={"interval": interval})
    assert str(rule_of) == f"every {said} of 82"


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.dates(date(1950, 1, 1), date(2150, 1, 1)))
def test_a_period_holds_its_days_and_never_runs_backwards(one: date, other: date) -> None:
    first, last = sorted((one, other))
    period = Period(**{"from": f"{first:%Y-%m}", "to": last.isoformat()})
    assert one in period
    assert other in period
    assert date(last.year, last.month, last.day) == period.last
    if first.year < last.year:
        with pytest.raises(ValidationError):
            Period(**{"from": str(last.year), "to": str(first.year)})


def test_a_span_says_itself_in_words() -> None:
    assert str(Span(**{"from": 60, "to": 90})) == "60 to 90"
    assert str(Span(**{"from": 90, "to": 90})) == "90"
    assert 60 in Span(**{"from": 60, "to": 90})
    assert 91 not in Span(**{"from": 60, "to": 90})
