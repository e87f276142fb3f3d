import pytest

from toolkit.capture.session.course import course_of, round_of, seat_of
from toolkit.errors import CaptureError
from toolkit.guide import Guide
from toolkit.guide.topic.model import Group, Probe, Question, Script


@pytest.mark.parametrize(
    ("ref", "kind"),
    [
        ("hello", Script),
        ("helped", Question),
        ("helped.who", Probe),
        ("visits", Group),
        ("visit@3", Question),
        ("visit.kind@1", Probe),
        ("again@2", Script),
    ],
)
def test_every_ref_has_its_place(guides: dict[str, Guide], ref: str, kind: type) -> None:
    assert isinstance(course_of(guides["small"]).find(ref).item, kind)


@pytest.mark.parametrize(
    "ref",
    [
        *("", "nothing", "helped.nothing", "helped@1", "visit", "visit@0", "visit@4", "visit@01"),
        *("helped[K01]", "visit@1[A]", "helped ", "HELPED", "start", "done", "q3.protected[]"),
        *("helped\n", "visit@\u0661", "x" * 5000),
    ],
)
def test_a_ref_that_the_guide_does_not_have_is_refused(guides: dict[str, Guide], ref: str) -> None:
    with pytest.raises(CaptureError) as caught:
        course_of(guides["small"]).find(ref)
    assert [each.code for each in caught.value.findings] == ["CAPTURE-010"]
    assert len(str(caught.value)) < 500


def test_a_near_miss_is_answered_with_what_was_meant(guides: dict[str, Guide]) -> None:
    with pytest.raises(CaptureError, match=r"did you mean .helped[.]often."):
        course_of(guides["small"]).find("helped.oftn")


def test_seats_answer_only_where_each_participant_is_asked(guides: dict[str, Guide]) -> None:
    course = course_of(guides["parent-forum"])
    assert course.find("q3.protected[F1-A]").for_each
    with pytest.raises(CaptureError):
        course.find("q3[F1-A]")


def test_the_gate_of_a_question_is_every_confirmed_script_before_it(
    guides: dict[str, Guide],
) -> None:
    course = course_of(guides["small"])
    assert course.find("helped").gate == {"hello"}
    assert course.find("visit@2").gate == {"hello", "careful", "again@"}
    assert course.find("wish").gate == {"hello", "careful"}


def test_rounds_and_seats_are_read_off_a_ref() -> None:
    assert (round_of("visit.kind@2"), seat_of("visit.kind@2")) == ("@2", "")
    assert (round_of("q3.protected[F1-A]"), seat_of("q3.protected[F1-A]")) == ("", "F1-A")


def test_a_guide_is_compiled_once(guides: dict[str, Guide]) -> None:
    assert course_of(guides["small"]) is course_of(guides["small"])


def test_a_guide_of_another_version_is_a_course_of_its_own(
    guides: dict[str, Guide], newer: dict[str, Guide]
) -> None:
    assert course_of(guides["small"]).guide.version == "1.0"
    assert course_of(newer["small"]).guide.version == "9.9"
