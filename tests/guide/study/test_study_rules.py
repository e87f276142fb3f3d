"""A protocol is checked against itself: laws on dates, minutes, withdrawal and clauses."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.guide import load_study
from toolkit.guide.study.model import Study
from toolkit.guide.study.rules import PROTOCOL_CLAUSES, check_protocol, cited_clauses
from toolkit.guide.yaml.ledger import Ledger
from toolkit.guide.yaml.source import Document

WORKED = load_study(Path(__file__).parents[3] / "topic_guides" / "parents-and-social-care")
DATA: dict[str, Any] = WORKED.model_dump(mode="json", by_alias=True, exclude_none=True)
DATA["windows"]["report"] = "2019-11"  # with the month, the worked protocol has no fault of its own


def changed(**parts: Any) -> Study:
    """The worked protocol with some of its top-level parts replaced."""
    return Study.model_validate(DATA | parts)


def checked(study: Study) -> tuple[list[str], list[str]]:
    """Codes of what is found, and what is confirmed."""
    ledger = Ledger(Document(name="study.yaml", data=DATA))
    check_protocol(study, ledger)
    codes = [each.code for each in ledger.document.findings]
    return codes, [each.shown for each in ledger.confirmations]


def dated(report: str, years: int, destroy_by: str) -> Study:
    retention = DATA["retention"] | {"years_after_publication": years, "destroy_by": destroy_by}
    return changed(windows=DATA["windows"] | {"report": report}, retention=retention)


days = st.dates(date(2019, 6, 1), date(2060, 12, 31))


def later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@given(days, st.integers(1, 12))
def test_a_right_date_of_destruction_never_yields_a_finding(day: date, years: int) -> None:
    """P38: whatever the day, and on 29 February too."""
    end = later(day, years)
    exact = dated(day.isoformat(), years, end.isoformat())
    by_month = dated(f"{day:%Y-%m}", years, f"{end:%Y-%m}")
    by_year = dated(f"{day:%Y}", years, f"{end:%Y}")
    for study in (exact, by_month, by_year):
        codes, shown = checked(study)
        assert codes == []
        assert f"is {study.retention.destroy_by} (clause P38)" in " ".join(shown)


@given(days, st.integers(1, 12), st.integers(1, 11))
def test_a_date_of_destruction_in_the_wrong_month_is_found(
    day: date, years: int, months: int
) -> None:
    end = later(day, years)
    month = end.month + months
    wrong = f"{end.year + (month > 12)}-{(month - 1) % 12 + 1:02d}"
    assert checked(dated(f"{day:%Y-%m}", years, wrong))[0] == ["STUDY-058"]


@pytest.mark.parametrize(
    ("report", "code"),
    [
        *(("2019", "STUDY-057"), ("2019-23", "STUDY-057"), ("2019-11", None)),
        *(("2019-11-05", None), ("2019-10", "STUDY-058"), ("2019-22", "STUDY-058")),
    ],
)
def test_november_2020_fits_only_a_report_of_november_2019(report: str, code: str | None) -> None:
    assert checked(dated(report, 1, "2020-11"))[0] == ([code] if code else [])


def test_a_study_without_a_date_of_destruction_promises_the_years_alone() -> None:
    retention = {key: each for key, each in DATA["retention"].items() if key != "destroy_by"}
    codes, shown = checked(changed(retention=retention))
    assert codes == []
    assert not [each for each in shown if "(clause P38)" in each]


ONLY_IF = (
    "one year after a report in 2019, destroyed by 2020-11: this works only if the report came out"
)
NOT = "2 years after a report in 2017 is January 2019 to December 2019, not"


@pytest.mark.parametrize(
    ("report", "years", "said"),
    [
        ("2019", 1, f"{ONLY_IF} in November 2019"),
        ("2017", 2, f"{NOT} 2020-11"),
        ("2018-12", 2, "2 years after a report in 2018-12 is December 2020, not 2020-11"),
    ],
)
def test_the_message_on_retention_says_the_sum(report: str, years: int, said: str) -> None:
    ledger = Ledger(Document(name="study.yaml"))
    check_protocol(dated(report, years, "2020-11"), ledger)
    assert said in [each.found for each in ledger.document.findings]


@pytest.mark.parametrize(
    ("report", "after"), [("2019-04-30", False), ("2019-05-01", True), ("2019", True)]
)
def test_the_report_comes_after_the_last_day_of_fieldwork(report: str, after: bool) -> None:
    codes, shown = checked(dated(report, 1, "2030"))
    assert ("STUDY-017" in codes) != after
    assert any(each.startswith("support 2016-04 to 2018-03, then") for each in shown) == after


@given(st.integers(1, 10), st.integers(1, 30), st.integers(0, 60), st.integers(-3, 3))
def test_a_schedule_is_confirmed_exactly_where_its_minutes_add_up(
    questions: int, each: int, opening: int, off: int
) -> None:
    """P18: 5 x 15 + 15 = 90, and every other such sum."""
    total = questions * each + opening
    schedule = {"questions": questions, "minutes_each": each, "opening_minutes": opening}
    plan = {"schedule": schedule, "minutes": max(0, total + off)}
    codes, shown = checked(changed(strands=[DATA["strands"][0], DATA["strands"][1] | plan]))
    assert codes == ([] if max(0, total + off) == total else ["STUDY-016"])
    assert (f"{questions} x {each} + {opening} = {total} minutes (clause P18)" in shown) == (
        codes == []
    )


@given(st.integers(1, 200), st.integers(1, 5))
@example(89, 1)
@example(90, 1)
def test_interviews_fit_into_the_fieldwork_up_to_the_last_one(sessions: int, limit: int) -> None:
    """P43: February to April 2019 has 89 days."""
    limits = DATA["limits"] | {"interviews_per_researcher_per_day": limit}
    interview = DATA["strands"][0] | {"sessions": sessions}
    parts = {"strands": [interview, DATA["strands"][1]], "sampling": None}
    parts |= {"second_listening": None}
    codes, _ = checked(changed(limits=limits, **parts))
    assert codes == (["STUDY-021"] if sessions > 89 * limit else [])


@pytest.mark.parametrize(
    ("said", "good"),
    [
        *(("four weeks", True), ("4 weeks", True), (4, True), ({"en": "Four weeks"}, True)),
        *(("fourteen weeks", False), ("40 days", False), ("a month", False)),
    ],
)
def test_what_is_read_out_on_withdrawal_is_what_the_protocol_grants(said: Any, good: bool) -> None:
    """P26."""
    codes, _ = checked(changed(facts=DATA["facts"] | {"withdrawal_weeks": said}))
    assert codes == ([] if good else ["STUDY-022"])


def test_a_study_need_not_say_in_its_guides_until_when_people_may_withdraw() -> None:
    codes, shown = checked(changed(facts={}))
    assert codes == []
    assert not [each for each in shown if "(clause P26)" in each]


@pytest.mark.parametrize(("again", "code"), [(20, None), (21, "STUDY-020")])
def test_no_more_sessions_are_listened_to_again_than_there_are(
    again: int, code: str | None
) -> None:
    """P14."""
    second = DATA["second_listening"] | {"sessions": {"from": 4, "to": again}}
    assert checked(changed(second_listening=second))[0] == ([code] if code else [])


@pytest.mark.parametrize(("start", "least"), [(None, 27), (1, 28), (3, 27)])
def test_the_draw_is_large_enough_whatever_the_start(start: int | None, least: int) -> None:
    """P24: every third of 82, for 20 interviews; every fourth would do, every fifth would not."""
    codes, shown = checked(changed(sampling=DATA["sampling"] | {"start": start}))
    assert codes == []
    assert f"every third of 82: {least} or more, for 20 sessions (clause P24)" in shown
    assert checked(changed(sampling=DATA["sampling"] | {"interval": 4}))[0] == []
    assert checked(changed(sampling=DATA["sampling"] | {"interval": 5}))[0] == ["STUDY-025"]


@given(st.sets(st.sampled_from(PROTOCOL_CLAUSES), min_size=1))
def test_every_clause_that_is_left_out_is_named(left_out: set[str]) -> None:
    kept = [each for each in DATA["clauses"] if each["clause"] not in left_out]
    ledger = Ledger(Document(name="study.yaml"))
    check_protocol(changed(clauses=kept), ledger)
    assert [each.code for each in ledger.document.findings] == ["STUDY-013"]
    assert ledger.document.findings[0].found.endswith(": " + ", ".join(sorted(left_out)))


def test_a_waived_clause_says_why_and_no_other_does() -> None:
    first, *rest = DATA["clauses"]
    waived = {"force": "waived", "why": "There is no such thing here"}
    assert checked(changed(clauses=[first | waived, *rest]))[0] == []
    assert checked(changed(clauses=[first | {"why": "Just so"}, *rest]))[0] == ["STUDY-015"]


def test_an_interview_has_no_size() -> None:
    """P15."""
    sized = DATA["strands"][0] | {"size": {"from": 1, "to": 2}}
    assert checked(changed(strands=[sized, DATA["strands"][1]]))[0] == ["STUDY-018"]


def test_clauses_are_found_wherever_a_file_cites_them() -> None:
    data = {"a": [{"clause": "P01"}, {"clauses": ["P02", "P03"]}], "protocol": "P04", "b": {"c": 5}}
    assert dict(cited_clauses(data)) == {
        ("a", 0, "clause"): "P01",
        ("a", 1, "clauses", 0): "P02",
        ("a", 1, "clauses", 1): "P03",
        ("protocol",): "P04",
    }
