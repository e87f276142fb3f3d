"""The shape of a guide: what its models take, refuse and say of themselves."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import BaseModel, ValidationError

from tests.guide.strategies import Data, build, guides, refs
from toolkit.guide.topic.model import Guide, base_ref, item_id, walk, wording
from toolkit.guide.yaml.validate import reachable

MODELS = reachable(Guide)


def guide_data(**changes: Any) -> Data:
    """The smallest guide there can be, with changes."""
    data: Data = {
        "guide": "small",
        "title": "Small",
        "version": "1.0",
        "source": "made up",
        "languages": ["en"],
        "mode": "interview",
        "sections": [
            {
                "section": "one",
                "title": "One",
                "items": [{"question": "q1", "text": "What was that like?"}],
            }
        ],
        "endings": [{"ending": "end", "disposition": "complete", "text": "Bye", "default": True}],
    }
    return data | changes


def with_item(**item: Any) -> Data:
    return guide_data(sections=[{"section": "one", "title": "One", "items": [item]}])


def test_the_smallest_guide_is_a_guide() -> None:
    guide = build(guide_data())
    assert (guide.id, guide.version, guide.languages) == ("small", "1.0", ("en",))
    assert guide.question("q1").type == "text"


@pytest.mark.parametrize("model", MODELS, ids=lambda each: each.__name__)
def test_every_field_says_what_it_is_for(model: type[BaseModel]) -> None:
    assert all(field.description for field in model.model_fields.values())


@pytest.mark.parametrize("model", MODELS, ids=lambda each: each.__name__)
def test_nothing_can_be_changed_and_no_key_is_passed_over(model: type[BaseModel]) -> None:
    assert (model.model_config["frozen"], model.model_config["extra"]) == (True, "forbid")


@pytest.mark.parametrize("id_", ["", "Q1", "1q", "q_1", "q 1", "-q", "q.a", "é", "q" * 65, 7, None])
def test_an_id_is_short_plain_and_begins_with_a_letter(id_: Any) -> None:
    with pytest.raises(ValidationError):
        build(guide_data(guide=id_))
    assert build(guide_data(guide="a-" + "0" * 62)).id == "a-" + "0" * 62


@pytest.mark.parametrize("version", ["1", "1.0", "2.10.3"])
def test_a_version_is_one_to_three_numbers(version: str) -> None:
    assert build(guide_data(version=version)).version == version
    for wrong in (1.0, "v1", "1.0.0.0", "1.", "", "1.0\n"):
        with pytest.raises(ValidationError):
            build(guide_data(version=wrong))


@pytest.mark.parametrize("value", ["yes", "true", 1, 0, None])
def test_true_is_true_and_yes_is_a_word(value: Any) -> None:
    with pytest.raises(ValidationError):
        build(with_item(question="q1", text="What?", required=value))


@pytest.mark.parametrize("value", [True, "5", 5.5, float("inf"), float("nan")])
def test_a_whole_number_is_a_whole_number(value: Any) -> None:
    with pytest.raises(ValidationError):
        build(with_item(question="q1", text="Rate it", type="scale", **{"from": value, "to": 9}))


@pytest.mark.parametrize("value", [True, "5", float("inf"), float("nan")])
def test_a_number_is_finite_and_no_text(value: Any) -> None:
    with pytest.raises(ValidationError):
        build(with_item(question="q1", text="How many?", type="number", min=value))


def test_only_the_written_name_of_a_key_is_known() -> None:
    with pytest.raises(ValidationError):
        build(with_item(question="q1", text="Rate it", type="scale", from_=1, to=5))


@pytest.mark.parametrize("item", [{"text": "x"}, {"question": "q1", "script": "s"}, "q1", [], None])
def test_an_item_is_a_question_a_script_or_a_group(item: Any) -> None:
    with pytest.raises(ValidationError):
        build(guide_data(sections=[{"section": "one", "title": "One", "items": [item]}]))


@pytest.mark.parametrize("planned", [0, -5, 601, "60", {"from": 60}, {"from": 0, "to": 9}, []])
def test_a_planned_length_is_minutes_or_a_span_of_them(planned: Any) -> None:
    with pytest.raises(ValidationError):
        build(guide_data(planned_minutes=planned))
    assert build(guide_data(planned_minutes=90)).planned_minutes == 90


# What a guide says of itself ----------------------------------------------------------------


@settings(max_examples=30)
@given(guides())
def test_everything_is_found_by_its_ref(data: Data) -> None:
    guide = build(data)
    for ref, item, _ in refs(data):
        found = guide.index[ref]
        assert getattr(found, "text", None) == item.get("text")
        if "group" not in item and "script" not in item:
            assert guide.question(ref) is guide.question(f"{ref}@2") is found
    for section in guide.sections:
        assert {item_id(each) for each in walk(section.items)} <= guide.index.keys()


@pytest.mark.parametrize("ref", ["q9", "q1.none", "one", "end", "", "@1", "[F1-A]"])
def test_what_is_no_question_is_not_found_as_one(ref: str) -> None:
    with pytest.raises(KeyError):
        build(guide_data()).question(ref)


def test_the_hash_is_that_of_the_content() -> None:
    plain = build(guide_data())
    spelled = build(guide_data(planned_minutes=None))
    other = build(guide_data(title="Small."))
    assert plain.hash == spelled.hash == build(guide_data()).hash != other.hash
    assert len(plain.hash) == 64


@settings(max_examples=30)
@given(guides())
def test_a_guide_is_read_back_from_its_own_json(data: Data) -> None:
    guide = build(data)
    again = Guide.model_validate(guide.model_dump(mode="json", by_alias=True))
    assert (again, again.hash) == (guide, guide.hash)


@pytest.mark.parametrize(
    ("ref", "base"),
    [
        ("q2", "q2"),
        ("q2.asked", "q2.asked"),
        ("q@2", "q"),
        ("q.p@12", "q.p"),
        ("q3.p[F1-A]", "q3.p"),
    ],
)
def test_round_and_seat_are_no_part_of_the_ref(ref: str, base: str) -> None:
    assert base_ref(ref) == base


@pytest.mark.parametrize(
    ("said", "language", "words"),
    [
        ("Hello", "cy", "Hello"),
        ({"en": "Hello", "cy": "Helo"}, "cy", "Helo"),
        ({"en": "Hello", "cy": "Helo"}, "fr", "Hello"),
        ({"en": "Hello"}, "", "Hello"),
        ({}, "en", ""),
        (None, "en", ""),
    ],
)
def test_a_wording_comes_in_the_language_asked_or_the_first(
    said: Any, language: str, words: str
) -> None:
    assert wording(said, language) == words
