"""Published claims are worked out again: laws that hold for any study's figures."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from toolkit.guide import load_study
from toolkit.guide.study.claim_check import check_claims, percent_fits, small_figures
from toolkit.guide.study.design import Sampling
from toolkit.guide.study.model import Study
from toolkit.guide.study.published import Published
from toolkit.guide.yaml.ledger import Ledger
from toolkit.guide.yaml.source import Document

WORKED = load_study(Path(__file__).parents[3] / "topic_guides" / "parents-and-social-care")
counts = st.integers(0, 5000)


def checked(
    figures: dict[str, float], claim: dict[str, Any], unit: str = "people", **parts: Any
) -> Ledger:
    """Check one claim over figures, with parts of the worked protocol replaced."""
    study = study_with(figures, claim, unit, **parts)
    ledger = Ledger(Document(name="study.yaml"))
    check_claims(study, ledger)
    return ledger


def study_with(
    figures: dict[str, float], claim: dict[str, Any], unit: str = "participants", **parts: Any
) -> Study:
    """The worked protocol with these figures and this one claim."""
    common = {"claim": "it", "says": "so", "source": "Chapter 1"}
    published = Published.model_validate(
        {
            "figures": [
                {"figure": name, "value": value, "unit": unit, "what": name, "source": "Chapter 1"}
                for name, value in figures.items()
            ],
            "claims": [common | claim],
        }
    )
    return WORKED.model_copy(update={"published": published, **parts})


def codes(ledger: Ledger) -> list[str]:
    return [each.code for each in ledger.document.findings]


# Totals -------------------------------------------------------------------------------------


@given(st.lists(counts, min_size=2, max_size=8))
def test_parts_that_make_up_their_total_are_confirmed(parts: list[int]) -> None:
    figures = {f"f{i}": n for i, n in enumerate(parts)}
    claim = {"kind": "total", "parts": list(figures), "whole": "all"}
    ledger = checked(figures | {"all": sum(parts)}, claim)
    assert codes(ledger) == []
    assert [each.shown for each in ledger.confirmations] == [
        f"{' + '.join(map(str, parts))} = {sum(parts)}"
    ]


@given(st.lists(counts, min_size=2, max_size=8), st.integers(1, 50))
def test_a_total_that_is_off_by_anything_is_found(parts: list[int], off: int) -> None:
    figures = {f"f{i}": n for i, n in enumerate(parts)}
    claim = {"kind": "total", "parts": list(figures), "whole": "all"}
    assert codes(checked(figures | {"all": sum(parts) + off}, claim)) == ["STUDY-050"]


def test_decimal_figures_add_up_exactly() -> None:
    claim = {"kind": "total", "parts": ["a", "b"], "whole": "all"}
    assert codes(checked({"a": 0.1, "b": 0.2, "all": 0.3}, claim)) == []


def test_numbers_are_shown_in_full() -> None:
    claim = {"kind": "total", "parts": ["a", "b"], "whole": "all"}
    ledger = checked({"a": 1_234_567, "b": 0.5, "all": 1_234_568}, claim)
    assert ledger.document.findings[0].found.startswith("1234567 + 0.5 is ")


# Shares -------------------------------------------------------------------------------------


def percent(part: int, whole: int, decimals: int, rounding: str) -> Decimal:
    share = Decimal(100 * part) / Decimal(whole)
    return share.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)


shares = st.integers(1, 3000).flatmap(
    lambda whole: st.tuples(st.integers(0, whole), st.just(whole))
)


@given(shares, st.integers(0, 3), st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]))
def test_a_correct_percentage_never_yields_a_finding(
    share: tuple[int, int], decimals: int, rounding: str
) -> None:
    part, whole = share
    printed = f"{percent(part, whole, decimals, rounding)}%"
    claim = {"kind": "share", "part": "part", "of": "whole", "printed": printed}
    assert codes(checked({"part": part, "whole": whole}, claim)) == []


@given(shares, st.integers(0, 3), st.sampled_from([-1, 1]))
def test_a_percentage_off_by_one_in_the_last_place_is_found(
    share: tuple[int, int], decimals: int, off: int
) -> None:
    part, whole = share
    step = Decimal(1).scaleb(-decimals)
    printed = percent(part, whole, decimals, ROUND_HALF_UP) + off * step
    at_a_tie = (200 * part * 10**decimals) % whole == 0
    assume(printed >= 0 and not at_a_tie)
    claim = {"kind": "share", "part": "part", "of": "whole", "printed": f"{printed}%"}
    assert codes(checked({"part": part, "whole": whole}, claim)) == ["STUDY-051"]


def test_the_report_s_99_percent_is_found_and_97_would_have_been_right() -> None:
    figures = {"part": 31.0, "whole": 32.0}
    claim = {"kind": "share", "part": "part", "of": "whole", "printed": "99%"}
    found = checked(figures, claim).document.findings
    assert [each.found for each in found] == ["31 of 32 is 96.9%, printed as 99%"]
    assert codes(checked(figures, claim | {"printed": "97%"})) == []


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (3, 0), (5, 4)])
def test_a_share_of_nothing_or_of_less_is_no_share(part: int, whole: int) -> None:
    claim = {"kind": "share", "part": "part", "of": "whole", "printed": "50%"}
    assert codes(checked({"part": part, "whole": whole}, claim)) == ["STUDY-052"]


def test_both_ways_of_rounding_a_tie_are_accepted() -> None:
    one, eight = Fraction(1), Fraction(8)
    assert percent_fits(one, eight, Fraction("12.5"), 1)
    assert percent_fits(one, eight, Fraction(12), 0)
    assert percent_fits(one, eight, Fraction(13), 0)
    assert not percent_fits(one, eight, Fraction(14), 0)


# Draws --------------------------------------------------------------------------------------


def rule(frame: int, interval: int, start: int | None) -> Sampling:
    assert WORKED.sampling
    return WORKED.sampling.model_copy(update={"frame": frame, "interval": interval, "start": start})


draws = st.tuples(st.integers(1, 500), st.integers(1, 20)).flatmap(
    lambda each: st.tuples(st.just(each[0]), st.just(each[1]), st.integers(1, each[1]))
)


@given(draws)
def test_a_draw_is_as_large_as_counting_it_out_says(draw: tuple[int, int, int]) -> None:
    frame, interval, start = draw
    assert rule(frame, interval, start).drawn(start) == len(range(start, frame + 1, interval))


@given(draws, st.data())
def test_a_draw_reported_in_full_is_confirmed(
    draw: tuple[int, int, int], data: st.DataObject
) -> None:
    sampling = rule(*draw)
    size = sampling.drawn(draw[2])
    took_part = data.draw(st.integers(0, size))
    figures = {"frame": draw[0], "in": took_part, "out": size - took_part, "asked": size}
    claim = {"kind": "draw", "frame": "frame", "took_part": "in"}
    full = claim | {"approached": "asked", "left_out": ["out"]}
    assert codes(checked(figures, full, sampling=sampling)) == []
    wrong = figures | {"asked": size + 1}
    assert codes(checked(wrong, full, sampling=sampling)) == ["STUDY-055"]


def test_a_draw_without_start_and_refusals_says_both_yields() -> None:
    """P24: 82, every third, 20 took part."""
    claim = {"kind": "draw", "frame": "frame", "took_part": "in"}
    ledger = checked({"frame": 82, "in": 20}, claim)
    start, yields = (each.found for each in ledger.document.findings)
    assert start.endswith("every third of 82 is 28 (start 1) or 27 (start 2 or 3)")
    assert yields.endswith("20 is a yield of 71.4% (of 28) or 74.1% (of 27)")


def test_refusals_tell_which_start_it_must_have_been() -> None:
    claim = {"kind": "draw", "frame": "frame", "took_part": "in", "left_out": ["out"]}
    ledger = checked({"frame": 82, "in": 20, "out": 8}, claim)
    assert codes(ledger) == ["STUDY-053"]
    assert ledger.confirmations[0].shown.endswith("a yield of 71.4% (of 28)")


def test_nobody_takes_part_who_was_not_drawn() -> None:
    claim = {"kind": "draw", "frame": "frame", "took_part": "in"}
    assert codes(checked({"frame": 82, "in": 29}, claim)) == ["STUDY-053", "STUDY-055"]


def test_a_printed_frame_that_is_not_the_sampling_rule_s_is_found() -> None:
    claim = {"kind": "draw", "frame": "frame", "took_part": "in"}
    assert "STUDY-056" in codes(checked({"frame": 83, "in": 20}, claim))


# Means, sizes, populations, statements ------------------------------------------------------


@pytest.mark.parametrize(
    ("mean", "code"),
    [(59, "STUDY-061"), (60, "STUDY-060"), (60.5, None), (90, "STUDY-060"), (91, "STUDY-061")],
)
def test_a_mean_is_held_against_the_plan(mean: float, code: str | None) -> None:
    """P12: interviews of 60 to 90 minutes."""
    claim = {"kind": "mean", "strand": "interview", "minutes": "mean"}
    assert codes(checked({"mean": mean}, claim, unit="minutes")) == ([code] if code else [])


@given(st.integers(1, 4), st.integers(0, 40))
def test_people_in_sessions_fit_exactly_where_some_sharing_out_fits(
    sessions: int, people: int
) -> None:
    """P15: 4 to 8 in each forum."""
    possible = {sum(each) for each in combinations_with_replacement(range(4, 9), sessions)}
    claim = {"kind": "sizes", "strand": "forum", "sessions": "held", "people": "people"}
    ledger = checked({"held": sessions, "people": people}, claim)
    assert ("STUDY-064" not in codes(ledger)) == (people in possible)
    assert ("STUDY-065" not in codes(ledger)) == (sessions == 2)
    assert all("of 4 to 8" in each.shown for each in ledger.confirmations)


@pytest.mark.parametrize("described", [["parents"], ["parents", "carers", "grandparents", "aunts"]])
def test_a_sample_described_by_other_kinds_of_people_than_the_frame_is_found(
    described: list[str],
) -> None:
    assert codes(checked({}, {"kind": "population", "described": described})) == ["STUDY-062"]
    same = {"kind": "population", "described": ["carers", "grandparents", "parents"]}
    assert codes(checked({}, same)) == []


def statements(*places: tuple[str, list[str]]) -> dict[str, Any]:
    said = [
        {"of": of, "holds": holds, "source": f"Page {i}"} for i, (of, holds) in enumerate(places)
    ]
    return {"kind": "statements", "about": "recording", "places": said}


def test_two_places_that_differ_on_one_strand_are_found_by_strand() -> None:
    claim = statements(("all", ["sound", "notes"]), ("forum", ["notes"]))
    found = checked({}, claim).document.findings
    assert [each.code for each in found] == ["STUDY-059"]
    assert "strand forum" in found[0].found


def test_places_that_speak_of_different_strands_or_say_the_same_agree() -> None:
    assert codes(checked({}, statements(("interview", ["sound"]), ("forum", ["notes"])))) == []
    same = statements(("all", ["sound", "notes"]), ("forum", ["notes", "sound"]))
    ledger = checked({}, same)
    assert codes(ledger) == []
    assert len(ledger.confirmations) == 1


# Cells --------------------------------------------------------------------------------------


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_small_minority_is_told_and_nothing_else(one: int, other: int) -> None:
    """P30: under ten of the participants, and not most of them."""
    claim = {"kind": "total", "parts": ["one", "other"], "whole": "all"}
    figures = {"one": one, "other": other, "all": one + other}
    small = [n for n in (one, other) if 0 < n < 10 and 2 * n <= one + other]
    assert codes(checked(figures, claim, unit="participants")) == ["STUDY-063"] * len(small)
    assert codes(checked(figures, claim, unit="people")) == []


@given(st.lists(st.integers(1, 12), min_size=2, max_size=6))
def test_parts_of_few_people_are_not_told_and_cannot_be_taken_off_the_total(
    parts: list[int],
) -> None:
    """P30: what is not told of a total makes up the smallest cell at least, or is everything."""
    figures = {f"f{i}": n for i, n in enumerate(parts)} | {"all": sum(parts)}
    claim = {"kind": "total", "parts": list(figures)[:-1], "whole": "all"}
    ledger = checked(figures, claim, unit="participants")
    untold = [figures[name] for name in small_figures(study_with(figures, claim))]
    smallest = WORKED.disclosure.minimum_cell
    assert all(n >= smallest for n in parts) == (not untold)
    assert not untold or sum(untold) >= smallest or len(untold) >= len(parts)
    assert all(n in untold for n in parts if n < smallest)
    (line,) = [each.shown for each in ledger.confirmations]
    assert ("+" in line) == (not untold)


@pytest.mark.parametrize(("part", "told"), [(2, False), (3, True), (17, True), (18, False)])
def test_a_share_that_leaves_few_people_is_not_told(part: int, told: bool) -> None:
    """P30: 18 of 20 says as much as 2 of 20."""
    claim = {"kind": "share", "part": "part", "of": "all", "printed": "55%"}
    ledger = checked({"part": part, "all": 20}, claim, unit="participants")
    (found,) = [each.found for each in ledger.document.findings if each.code == "STUDY-051"]
    assert (f"{part} of 20" in found) == told


def test_a_figure_that_is_not_told_in_one_claim_is_not_told_in_another() -> None:
    """8 of 12 and 3 of 12 would give the 1 away that their total hides."""
    names = {"one": 8, "two": 3, "three": 1, "all": 12}
    study = study_with(names, {"kind": "total", "parts": ["one", "two", "three"], "whole": "all"})
    assert small_figures(study) == {"two", "three"}


# What claims rest on ------------------------------------------------------------------------


def test_a_figure_or_strand_that_does_not_exist_is_found_and_not_computed_with() -> None:
    claim = {"kind": "mean", "strand": "interviews", "minutes": "mena"}
    found = checked({"mean": 60}, claim, unit="minutes").document.findings
    assert [each.code for each in found] == ["STUDY-011", "STUDY-011", "STUDY-024"]
    assert found[0].remedy == "did you mean 'mean'?"


def test_a_figure_that_no_claim_uses_is_found() -> None:
    claim = {"kind": "population", "described": ["parents", "carers", "grandparents"]}
    assert codes(checked({"loose": 7}, claim)) == ["STUDY-024"]
