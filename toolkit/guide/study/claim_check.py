"""Recomputes every published claim from its figures.

Nothing in here knows any particular report: it computes with the figures, the plan and the
sampling rule that are in the study's own file. What is said of a claim is read by others than
those who hold the report, so a small group is never told again, neither its number nor what it is
(clause P30): the claim and the rule are named, and whoever may see the number looks it up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import combinations
from typing import Any

from toolkit.guide.study.claims import Draw, Mean, Population, Share, Sizes, Statements, Total
from toolkit.guide.study.model import Study
from toolkit.guide.yaml.ledger import Ledger
from toolkit.rounding import printed

Path = tuple[Any, ...]

_PEOPLE = "participants"


class _Figures:
    """The published numbers, exactly, and which of them may be repeated."""

    def __init__(self, study: Study) -> None:
        self.by_id = {each.figure: each for each in study.published.figures}
        self._small = small_figures(study)

    def __getitem__(self, name: str) -> Fraction:
        return Fraction(str(self.by_id[name].value))

    def __contains__(self, name: str) -> bool:
        return name in self.by_id

    def may_be_told(self, *names: str) -> bool:
        """Return whether these numbers are safe: none counts few people or reveals such a count."""
        return self._small.isdisjoint(names)


def check_claims(study: Study, ledger: Ledger) -> None:
    """Recompute every published claim.

    Parameters
    ----------
    ledger : Ledger
        Findings and confirmations are added to it, each at the line of its claim.
    """
    figures = _Figures(study)
    used: set[str] = set()
    for i, claim in enumerate(study.published.claims):
        path = ("published", "claims", i)
        used |= {name for _, name in _named(claim)}
        if _all_exist(claim, path, figures, study, ledger):
            _CHECKS[type(claim)](claim, path, figures, study, ledger)
    for i, figure in enumerate(study.published.figures):
        if figure.figure not in used:
            ledger.say("STUDY-024", ("published", "figures", i), figure=figure.figure)
    _small_cells(figures, study, ledger)


def small_figures(study: Study) -> frozenset[str]:
    """Return the published figures that must not be repeated: small ones and those that reveal one.

    Returns
    -------
    frozenset of str
        Ids of counts of participants below the smallest cell; of parts whose whole leaves fewer
        people than that; and of the next smallest parts of a total, until those not told make up
        the smallest cell together.
    """
    minimum, known = study.disclosure.minimum_cell, study.published.figures
    count = {each.figure: Fraction(str(each.value)) for each in known if each.unit == _PEOPLE}
    small = {name for name, number in count.items() if number < minimum}
    while True:
        found = small | set(_giving_away(study, count, small))
        if found == small:
            return frozenset(small)
        small = found


def _giving_away(study: Study, count: dict[str, Fraction], small: set[str]) -> Iterator[str]:
    """Yield the figures from which a small number of people would follow."""
    minimum = study.disclosure.minimum_cell
    for claim in study.published.claims:
        if isinstance(claim, Share) and {claim.part, claim.of} <= count.keys():
            left = count[claim.of] - count[claim.part]
            yield from [claim.part] if 0 < left < minimum else []
        if isinstance(claim, Total):
            parts = {each for each in claim.parts if each in count}
            hidden, told = parts & small, sorted(parts - small, key=lambda each: count[each])
            if hidden and told and sum(count[each] for each in hidden) < minimum:
                yield told[0]


def percent_fits(part: Fraction, whole: Fraction, printed: Fraction, decimals: int) -> bool:
    """Return whether a printed percentage is the share, rounded either way at a tie.

    Parameters
    ----------
    printed : Fraction
        The percentage as printed (0 to 100).
    """
    return abs(100 * part / whole - printed) <= Fraction(1, 2 * 10**decimals)


def _named(claim: Any) -> list[tuple[Path, str]]:
    """List the figures that a claim rests on, with the path of each inside the claim."""
    found: list[tuple[Path, str]] = []
    for key in claim.rests_on:
        value = getattr(claim, key)
        if isinstance(value, str):
            found.append(((key,), value))
        else:
            found += [((key, i), each) for i, each in enumerate(value or ())]
    return found


def _all_exist(claim: Any, path: Path, figures: _Figures, study: Study, ledger: Ledger) -> bool:
    """Return whether everything that a claim names is there, and say what is not."""
    good = True
    for tail, name in _named(claim):
        if name not in figures:
            ledger.unknown((*path, *tail), "figure", name, figures.by_id)
            good = False
    strands = [each.strand for each in study.strands]
    for tail, name in _strands_of(claim):
        if name not in strands:
            ledger.unknown((*path, *tail), "strand", name, strands)
            good = False
    return good


def _strands_of(claim: Any) -> list[tuple[Path, str]]:
    if isinstance(claim, Mean | Sizes):
        return [(("strand",), claim.strand)]
    if isinstance(claim, Statements):
        named = [(("places", i, "of"), each.of) for i, each in enumerate(claim.places)]
        return [(tail, name) for tail, name in named if name != "all"]
    return []


def _total(claim: Total, path: Path, figures: _Figures, study: Study, ledger: Ledger) -> None:
    parts, whole = [figures[each] for each in claim.parts], figures[claim.whole]
    total, told = sum(parts, Fraction(0)), figures.may_be_told(*claim.parts, claim.whole)
    sum_ = " + ".join(map(_number, parts)) if told else "the sum of the parts"
    if total == whole:
        ledger.holds(path, f"{sum_} = {_number(whole)}" if told else f"{sum_} is the total")
    else:
        numbers = f"{_number(total)}, printed as {_number(whole)}" if told else "not the total"
        ledger.say("STUDY-050", path, problem=f"{sum_} is {numbers}")


def _share(claim: Share, path: Path, figures: _Figures, study: Study, ledger: Ledger) -> None:
    part, whole = figures[claim.part], figures[claim.of]
    told = figures.may_be_told(claim.part, claim.of)
    counts = f"{_number(part)} of {_number(whole)}" if told else "the part of the whole"
    if whole == 0 or part > whole:
        ledger.say("STUDY-052", path, problem=f"{counts} is no share")
        return
    share = printed(float(100 * part / whole), f".{claim.decimals + 1}f")
    said = f"{counts} is {share}%" if told else "the share comes out"
    if claim.printed_percent is None:
        ledger.holds(path, f"{said}; no percentage is printed")
    elif percent_fits(part, whole, claim.printed_percent, claim.decimals):
        ledger.holds(path, f"{said}, printed as {claim.printed}" if told else f"{said} as printed")
    else:
        wrong = f"{said}, printed as" if told else "the share does not come out as"
        ledger.say("STUDY-051", (*path, "printed"), problem=f"{wrong} {claim.printed}")


def _mean(claim: Mean, path: Path, figures: _Figures, study: Study, ledger: Ledger) -> None:
    plan, mean = study.strand(claim.strand).minutes, figures[claim.minutes]
    shown = _number(mean)
    if not plan.from_ <= mean <= plan.to:
        ledger.say("STUDY-061", path, mean=shown, plan=str(plan))
    elif plan.from_ == plan.to:
        ledger.holds(path, f"mean of {shown} minutes = planned {plan}")
    elif mean == plan.from_:
        ledger.say("STUDY-060", path, mean=shown, end="minimum", beyond="shorter")
    elif mean == plan.to:
        ledger.say("STUDY-060", path, mean=shown, end="maximum", beyond="longer")
    else:
        ledger.holds(path, f"mean of {shown} minutes lies within the planned {plan}")


def _sizes(claim: Sizes, path: Path, figures: _Figures, study: Study, ledger: Ledger) -> None:
    strand = study.strand(claim.strand)
    sessions, people = figures[claim.sessions], figures[claim.people]
    least, most = (strand.size.from_, strand.size.to) if strand.size else (1, 1)
    plan = str(strand.size or "one")
    told = figures.may_be_told(claim.people, claim.sessions)
    count = _number(people) if told else "so many"
    of = f"{count} people in {_number(sessions)} sessions"
    if not sessions * least <= people <= sessions * most:
        ledger.say("STUDY-064", path, problem=f"{of} cannot be {plan} in each")
    else:
        bounds = f": {_number(sessions * least)} <= {count} <= {_number(sessions * most)}"
        ledger.holds(path, f"{of} of {plan}{bounds if told else ''}")
    if sessions != strand.sessions:
        ledger.say("STUDY-065", path, sessions=_number(sessions), planned=strand.sessions)


def _population(
    claim: Population, path: Path, figures: _Figures, study: Study, ledger: Ledger
) -> None:
    listed, described = study.eligibility.population, claim.described
    missing = [each for each in listed if each not in described]
    strange = [each for each in described if each not in listed]
    if not missing and not strange:
        ledger.holds(path, f"frame and sample are both of {_and(listed)}")
        return
    problem = f"the frame is of {_and(listed)}, the sample described as {_and(described)}"
    ledger.say("STUDY-062", (*path, "described"), problem=problem)


def _statements(
    claim: Statements, path: Path, figures: _Figures, study: Study, ledger: Ledger
) -> None:
    agreed = True
    for strand in study.strands:
        about = [
            (i, each) for i, each in enumerate(claim.places) if each.of in ("all", strand.strand)
        ]
        for (_, one), (i, other) in combinations(about, 2):
            if set(one.holds) != set(other.holds):
                agreed = False
                ledger.say(
                    "STUDY-059",
                    (*path, "places", i),
                    about=claim.about,
                    strand=strand.strand,
                    one=_and(one.holds),
                    one_source=one.source,
                    other=_and(other.holds),
                    other_source=other.source,
                )
    if agreed:
        ledger.holds(path, f"{len(claim.places)} places say the same on {claim.about}")


def _draw(claim: Draw, path: Path, figures: _Figures, study: Study, ledger: Ledger) -> None:
    rule = study.sampling
    if rule is None:
        ledger.unknown((*path, "kind"), "section", "sampling", ())
        return
    if figures[claim.frame] != rule.frame:
        printed = _number(figures[claim.frame])
        ledger.say("STUDY-056", (*path, "frame"), printed=printed, frame=rule.frame)
    starts = [rule.start] if rule.start else list(range(1, rule.interval + 1))
    drawn = {start: rule.drawn(start) for start in starts}
    sizes = _sizes_by_start(drawn)
    said = {"draw": str(rule), "sizes": sizes}
    if rule.start is None:
        ledger.say("STUDY-053", path, **said)
    possible = _possible(claim, figures, set(drawn.values()))
    took_part = figures[claim.took_part]
    told = figures.may_be_told(claim.took_part)
    yields = _yields(took_part, possible) if told else "a yield"
    if not possible:
        ledger.say("STUDY-055", path, what=_what(claim, figures), **said)
    elif claim.left_out is None:
        number = _number(took_part) if told else "the number of those who took part"
        ledger.say("STUDY-054", path, took_part=number, yields=yields)
    else:
        ledger.holds(path, f"{_what(claim, figures)} of {sizes}: {yields}")


def _possible(claim: Draw, figures: _Figures, sizes: set[int]) -> list[int]:
    """Return the sizes of a draw that go together with everything that is printed."""
    took_part = figures[claim.took_part]
    approached = figures[claim.approached] if claim.approached else None
    left_out = None
    if claim.left_out is not None:
        left_out = sum((figures[each] for each in claim.left_out), Fraction(0))
    return [
        size
        for size in sorted(sizes, reverse=True)
        if size >= took_part and approached in (None, size) and left_out in (None, size - took_part)
    ]


def _what(claim: Draw, figures: _Figures) -> str:
    left_out = claim.left_out
    if not figures.may_be_told(claim.took_part, *(left_out or ())):
        return "those who took part and those left out" if left_out else "those who took part"
    said = [f"{_number(figures[claim.took_part])} took part"]
    if claim.approached:
        said.append(f"{_number(figures[claim.approached])} approached")
    if left_out is not None:
        parts = [_number(figures[each]) for each in left_out]
        said.append(f"{' + '.join(parts) or 'none'} left out")
    return _and(said)


def _sizes_by_start(drawn: dict[int, int]) -> str:
    """Return for example ``28 (start 1) or 27 (start 2 or 3)``."""
    starts: dict[int, list[str]] = {}
    for start, size in drawn.items():
        starts.setdefault(size, []).append(str(start))
    return " or ".join(f"{size} (start {' or '.join(at)})" for size, at in starts.items())


def _yields(took_part: Fraction, sizes: list[int]) -> str:
    """Return for example ``a yield of 71.4% (of 28) or 74.1% (of 27)``."""
    shares = {size: float(100 * took_part / size) for size in sizes if size}
    said = [f"{printed(share, '.1f')}% (of {size})" for size, share in shares.items()]
    return f"a yield of {' or '.join(said)}" if said else "no yield"


def _small_cells(figures: _Figures, study: Study, ledger: Ledger) -> None:
    """Report every printed minority that is small enough to identify its members.

    Every total over participants is a breakdown that readers see, every share a group in it. A
    group that is most of its base marks nobody out. A figure is told once, at its first claim.
    """
    below = study.disclosure.identifying_below
    told: set[str] = set()
    for path, part, whole in _cells(study):
        if part in told or part not in figures or whole not in figures:
            continue
        figure, count, base = figures.by_id[part], figures[part], figures[whole]
        if figure.unit == _PEOPLE and 0 < count < below and 2 * count <= base:
            told.add(part)
            ledger.say("STUDY-063", path, below=below)


def _cells(study: Study) -> Iterable[tuple[Path, str, str]]:
    for i, claim in enumerate(study.published.claims):
        path = ("published", "claims", i)
        if isinstance(claim, Total):
            for k, part in enumerate(claim.parts):
                yield (*path, "parts", k), part, claim.whole
        elif isinstance(claim, Share):
            yield (*path, "part"), claim.part, claim.of


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value)}"


def _and(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


_CHECKS: dict[type, Callable[[Any, Path, _Figures, Study, Ledger], None]] = {
    Total: _total,
    Share: _share,
    Draw: _draw,
    Mean: _mean,
    Sizes: _sizes,
    Population: _population,
    Statements: _statements,
}
