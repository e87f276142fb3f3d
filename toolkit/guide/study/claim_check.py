"""Works every published claim out again from its figures and says what comes out.

Nothing in here knows any particular report: it computes with the figures, the plan and the
sampling rule that stand in the study's own file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import combinations
from typing import Any

from toolkit.guide.study.claims import Draw, Mean, Population, Share, Sizes, Statements, Total
from toolkit.guide.study.model import Study
from toolkit.guide.study.published import Figure
from toolkit.guide.yaml.ledger import Ledger

Path = tuple[Any, ...]


class _Figures:
    """The published numbers, exactly, and in the words of the report."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self.by_id = {each.figure: each for each in figures}

    def __getitem__(self, name: str) -> Fraction:
        return Fraction(str(self.by_id[name].value))

    def __contains__(self, name: str) -> bool:
        return name in self.by_id


def check_claims(study: Study, ledger: Ledger) -> None:
    """Work out every published claim again.

    Parameters
    ----------
    study : Study
        The protocol with its published figures.
    ledger : Ledger
        Findings and confirmations are added to it, each at the line of its claim.
    """
    figures = _Figures(study.published.figures)
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


def percent_fits(part: Fraction, whole: Fraction, printed: Fraction, decimals: int) -> bool:
    """Return whether a printed percentage is the share, rounded either way at a tie.

    Parameters
    ----------
    part, whole : Fraction
        Counts; the whole is above zero.
    printed : Fraction
        The percentage as printed (0 to 100).
    decimals : int
        Decimal places printed.
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
    parts = [figures[each] for each in claim.parts]
    sum_ = " + ".join(map(_number, parts))
    computed, printed = _number(sum(parts, Fraction(0))), _number(figures[claim.whole])
    if computed == printed:
        ledger.holds(path, f"{sum_} = {printed}")
    else:
        ledger.say("STUDY-050", path, sum=sum_, computed=computed, printed=printed)


def _share(claim: Share, path: Path, figures: _Figures, study: Study, ledger: Ledger) -> None:
    part, whole = figures[claim.part], figures[claim.of]
    counts = {"part": _number(part), "whole": _number(whole)}
    if whole == 0 or part > whole:
        ledger.say("STUDY-052", path, **counts)
        return
    share = f"{float(100 * part / whole):.{claim.decimals + 1}f}"
    said = f"{counts['part']} of {counts['whole']} is {share}%"
    printed = claim.printed_percent
    if printed is None:
        ledger.holds(path, f"{said}; no percentage is printed")
    elif percent_fits(part, whole, printed, claim.decimals):
        ledger.holds(path, f"{said}, printed as {claim.printed}")
    else:
        shown = str(claim.printed).removesuffix("%")
        ledger.say("STUDY-051", (*path, "printed"), computed=share, printed=shown, **counts)


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
    counts = {"people": _number(people), "sessions": _number(sessions)}
    if not sessions * least <= people <= sessions * most:
        ledger.say("STUDY-064", path, plan=plan, **counts)
    else:
        within = f"{counts['people']} people in {counts['sessions']} sessions of {plan}"
        ledger.holds(
            path,
            f"{within}: {_number(sessions * least)} <= {counts['people']}"
            f" <= {_number(sessions * most)}",
        )
    if sessions != strand.sessions:
        ledger.say("STUDY-065", path, sessions=counts["sessions"], planned=strand.sessions)


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
    if not possible:
        ledger.say("STUDY-055", path, what=_what(claim, figures), **said)
    elif claim.left_out is None:
        ledger.say(
            "STUDY-054", path, took_part=_number(took_part), yields=_yields(took_part, possible)
        )
    else:
        ledger.holds(path, f"{_what(claim, figures)} of {sizes}: {_yields(took_part, possible)}")


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
    said = [f"{_number(figures[claim.took_part])} took part"]
    if claim.approached:
        said.append(f"{_number(figures[claim.approached])} approached")
    if claim.left_out is not None:
        left_out = [_number(figures[each]) for each in claim.left_out]
        said.append(f"{' + '.join(left_out) or 'none'} left out")
    return _and(said)


def _sizes_by_start(drawn: dict[int, int]) -> str:
    """Say ``28 (start 1) or 27 (start 2 or 3)``."""
    starts: dict[int, list[str]] = {}
    for start, size in drawn.items():
        starts.setdefault(size, []).append(str(start))
    return " or ".join(f"{size} (start {' or '.join(at)})" for size, at in starts.items())


def _yields(took_part: Fraction, sizes: list[int]) -> str:
    """Say ``a yield of 71.4% (of 28) or 74.1% (of 27)``."""
    said = [f"{float(100 * took_part / size):.1f}% (of {size})" for size in sizes if size]
    return f"a yield of {' or '.join(said)}" if said else "no yield"


def _small_cells(figures: _Figures, study: Study, ledger: Ledger) -> None:
    """Say of every printed minority below the threshold that it may identify its members.

    Every total over participants is a breakdown that readers see, every share a group in it. A
    group that is most of its base marks nobody out. A figure is told once, at its first claim.
    """
    below = study.disclosure.identifying_below
    told: set[str] = set()
    for path, part, whole in _cells(study):
        if part in told or part not in figures or whole not in figures:
            continue
        figure, count, base = figures.by_id[part], figures[part], figures[whole]
        if figure.unit == "participants" and 0 < count < below and 2 * count <= base:
            told.add(part)
            ledger.say(
                "STUDY-063",
                path,
                part=_number(count),
                whole=_number(base),
                what=figure.what,
                below=below,
            )


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
