"""Random guides that are well-formed, and random answers to them, for laws of this room.

Guides are drawn as the plain data that a file would hold. Items are laid out first and the
conditions, checks and routes put on afterwards, when it is known what stands before and behind.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from toolkit.guide import Answer, Guide
from toolkit.guide.topic.answers import MISSING

Data = dict[str, Any]
TYPES = ("text", "yes-no", "single", "multiple", "scale", "number", "date", "duration")
# Types of which all answers that a test can tell apart are soon listed.
FINITE = ("text", "yes-no", "single", "multiple", "scale", "number")
SIGNS = ("=", "!=", "<", "<=", ">", ">=")
DATES = ("2016", "2017", "2016-03", "2017-21", "2016-24", "2017-03-05", "2017-06-30", "2017-07-01")
DAYS = ("2016-03-01", "2017-03-05", "2017-06-30", "2018-01-01")
LENGTHS = ("P3W", "P2M", "PT45M", "P1Y", "P20D", "P0.5D", "PT12H")
SPANS = ("3 weeks", "2 months", "45 minutes", "1 year", "20 days", "0.5 days", "12 hours")


@dataclass(frozen=True)
class Shape:
    """What the drawn guides may contain."""

    types: tuple[str, ...] = TYPES
    most: int = 6
    repeats: bool = True
    pairs: bool = True
    rounds: int = 3


def build(data: Data) -> Guide:
    """The guide that a file with this data holds."""
    return Guide.model_validate(data)


def write(data: Data, path: Path) -> Path:
    """Write the data as a file; JSON is YAML."""
    path.write_text(json.dumps(data, indent=1), encoding="utf-8")
    return path


# Laying out ---------------------------------------------------------------------------------


def _values(draw: st.DrawFn, type_: str) -> Data:
    if type_ in ("single", "multiple"):
        ids = ["a", "b", "c"][: draw(st.integers(2, 3))]
        choices = [{"id": each, "label": f"Choice {each}"} for each in ids]
        if type_ == "multiple" and draw(st.booleans()):
            choices[-1]["exclusive"] = True
        return {"choices": choices, "other": draw(st.booleans())}
    if type_ == "scale":
        return {"from": 1, "to": draw(st.integers(2, 4)), "labels": {"1": "low"}}
    if type_ == "number":
        return {"min": 0, "max": 3, "decimals": 0} if draw(st.booleans()) else {"decimals": 0}
    if type_ == "date":
        limits = {"earliest": "2016", "latest": "2017-06"} if draw(st.booleans()) else {}
        return {"precision": draw(st.sampled_from(["exact", "approximate"])), **limits}
    return {}


def _asked(draw: st.DrawFn, shape: Shape, *, tick: bool) -> Data:
    types = (*shape.types, "tick") if tick else shape.types
    type_ = draw(st.sampled_from(types))
    item = {"text": "What was that like?", "type": type_, "required": draw(st.booleans())}
    return item | _values(draw, type_)


def _item(draw: st.DrawFn, shape: Shape, ids: Iterator[int], depth: int, inside: bool) -> Data:
    kinds = ["question"] * 5 + ["script"]
    kinds += ["group"] if depth else []
    kinds += ["repeat"] if depth and shape.repeats and not inside else []
    kind, number = draw(st.sampled_from(kinds)), next(ids)
    if kind == "script":
        return {"script": f"s{number}", "text": "Thank you.", "confirm": draw(st.booleans())}
    if kind == "question":
        probes = [
            {"probe": f"p{at}", **_asked(draw, shape, tick=True)}
            for at in range(draw(st.sampled_from([0, 0, 1, 2])))
        ]
        return {"question": f"q{number}", **_asked(draw, shape, tick=False), "probes": probes}
    inside = inside or kind == "repeat"
    count = draw(st.integers(1, 2))
    items = [_item(draw, shape, ids, depth - 1, inside) for _ in range(count)]
    group: Data = {"group": f"g{number}", "items": items}
    if kind == "repeat":
        least = draw(st.sampled_from([0, 0, 1]))
        group["repeat"] = {"min": least, "max": max(least, draw(st.integers(1, shape.rounds)))}
    return group


# Conditions ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """Something that stands before, which conditions may look at."""

    ref: str
    item: Data
    type: str
    group: str


def _test(draw: st.DrawFn, seen: Seen, others: list[Seen], pairs: bool) -> str:
    ref, type_, item = seen.ref, seen.type, seen.item
    sign = draw(st.sampled_from(SIGNS))
    if type_ == "group":
        return f"count({ref}) {sign} {draw(st.integers(0, 3))}"
    states = ["answered", "dont-know", "refused", "skipped", "not-asked"]
    states += ["ticked"] if type_ == "tick" else []
    turned = draw(st.sampled_from(["", "not "]))
    tests = [f"{ref} is {turned}{draw(st.sampled_from(states))}"]
    if type_ == "yes-no":
        tests += [f"{ref} = yes", f"{ref} != yes", f"{ref} in (yes, no)"]
    if type_ in ("single", "multiple"):
        chosen = draw(st.sampled_from([each["id"] for each in item["choices"]]))
        tests += [f"{ref} = {chosen}", f"{ref} != {chosen}", f"{ref} in ({chosen}, a)"]
        if type_ == "multiple":
            tests[1:] = [f"{ref} includes {chosen}", f"count({ref}) {sign} 2"]
    if type_ in ("scale", "number"):
        number = draw(st.integers(0, 4))
        tests += [f"{ref} {sign} {number}", f"{ref} in (1, {number})"]
    if type_ == "date":
        tests += [f"{ref} {sign} {draw(st.sampled_from(DATES))}"]
    if type_ == "duration":
        tests += [f"{ref} {sign} {draw(st.sampled_from(SPANS))}"]
    like = [each.ref for each in others if each.type == type_ and each is not seen]
    if pairs and like and type_ in ("number", "scale", "date", "duration"):
        tests += [f"{ref} {sign} {draw(st.sampled_from(like))}"]
    return draw(st.sampled_from(tests))


def _condition(draw: st.DrawFn, known: list[Seen], group: str, pairs: bool) -> str | None:
    near = [each for each in known if each.group in ("", group)][-6:]
    if not near or draw(st.integers(0, 2)) == 0:
        return None
    tests = [
        _test(draw, draw(st.sampled_from(near)), near, pairs)
        for _ in range(draw(st.sampled_from([1, 1, 2, 3])))
    ]
    joined = draw(st.sampled_from([" and ", " or "])).join(tests)
    return draw(st.sampled_from([joined, joined, f"not ({joined})"]))


def _put_on(draw: st.DrawFn, item: Data, group: str, known: list[Seen], later: Data) -> None:
    """Put conditions, checks and routes on an item and what is in it, in order."""
    shape: Shape = later["shape"]
    item["when"] = _condition(draw, known, group, shape.pairs)
    if "group" in item:
        repeated = "repeat" in item
        if repeated:
            known.append(Seen(item["group"], item, "group", ""))
        for inner in item["items"]:
            _put_on(draw, inner, item["group"] if repeated else group, known, later)
    elif "question" in item:
        known.append(Seen(item["question"], item, item["type"], group))
        for probe in item["probes"]:
            ref = f"{item['question']}.{probe['probe']}"
            probe["when"] = _condition(draw, known, group, shape.pairs)
            known.append(Seen(ref, probe, probe["type"], group))
        check = _condition(draw, known, group, shape.pairs)
        item["checks"] = [{"soft": check, "message": "Please ask again."}] if check else []
        ahead = later["ahead"].get(item["question"], [])
        if ahead and draw(st.booleans()):
            routes = [(_condition(draw, known, group, shape.pairs), draw(st.sampled_from(ahead)))]
            item["routes"] = [{"when": when, "to": to} for when, to in routes]


def _places(data: Data) -> list[str]:
    """Ids that routes can lead to, in order; what is in a repeated group is none."""
    found: list[str] = []

    def walk(items: list[Data]) -> None:
        for item in items:
            found.append(next(item[key] for key in ("question", "script", "group") if key in item))
            if "group" in item and "repeat" not in item:
                walk(item["items"])

    for section in data["sections"]:
        found.append(section["section"])
        walk(section["items"])
    return found


@st.composite
def guides(draw: st.DrawFn, shape: Shape | None = None) -> Data:
    """The data of a guide whose references are right; parts of it may be out of reach."""
    shape = shape or Shape()
    ids = iter(range(1, 100))
    sections = [
        {
            "section": f"part{number}",
            "title": f"Part {number}",
            "items": [
                _item(draw, shape, ids, 2, False)
                for _ in range(draw(st.integers(1, max(1, shape.most // 2))))
            ],
        }
        for number in range(draw(st.integers(1, 2)))
    ]
    endings: list[Data] = [
        {"ending": each, "disposition": each, "text": "Goodbye."} for each in ("done", "left")
    ]
    endings[0]["default"] = draw(st.sampled_from([True, True, True, False]))
    data: Data = {
        "guide": "drawn",
        "title": "Drawn",
        "version": "1.0",
        "source": "drawn at random",
        "languages": ["en"],
        "mode": "survey",
        "sections": sections,
        "endings": endings,
    }
    places = _places(data)
    ahead = {each: [*places[at + 1 :], "done", "left"] for at, each in enumerate(places)}
    known: list[Seen] = []
    for section in sections:
        section["when"] = _condition(draw, known, "", shape.pairs)
        for item in section["items"]:
            _put_on(draw, item, "", known, {"shape": shape, "ahead": ahead})
    return data


# Answers ------------------------------------------------------------------------------------


def refs(data: Data) -> Iterator[tuple[str, Data, int]]:
    """Every ref without its round, what it names, and the most rounds (0: asked once)."""

    def walk(items: list[Data], rounds: int) -> Iterator[tuple[str, Data, int]]:
        for item in items:
            if "group" in item:
                most = item["repeat"]["max"] if "repeat" in item else rounds
                if "repeat" in item:
                    yield item["group"], item, 0
                yield from walk(item["items"], most)
            elif "script" in item:
                yield item["script"], item, rounds
            else:
                yield item["question"], item, rounds
                for probe in item["probes"]:
                    yield f"{item['question']}.{probe['probe']}", probe, rounds

    for section in data["sections"]:
        yield from walk(section["items"], 0)


def _possible(item: Data, lot: Random) -> Sequence[Any]:
    """Values that an item of this kind can be answered with; of lists of choices a few."""
    if "script" in item:
        return (True,)
    if "group" in item:
        return range(item["repeat"]["max"] + 3)
    ids = [each["id"] for each in item.get("choices", ())] + ["other"] * item.get("other", False)
    if item["type"] == "multiple":
        alone = [each["id"] for each in item["choices"] if each.get("exclusive")]
        free = [each for each in ids if each not in alone]
        some = [lot.sample(free, lot.randint(1, len(free))) for _ in range(2)]
        return some + [[each] for each in alone]
    values: dict[str, Sequence[Any]] = {
        "text": ("words",),
        "yes-no": ("yes", "no"),
        "single": ids,
        "tick": (True,),
        "number": range(item.get("min", -2), item.get("max", 6) + 1),
        "scale": range(item.get("from", 0), item.get("to", 0) + 1),
        "date": DAYS if item.get("precision") == "exact" else DATES,
        "duration": LENGTHS,
    }
    return values[item["type"]]


def _given(item: Data) -> st.SearchStrategy[Any]:
    """The same values for Hypothesis."""
    if item.get("type") != "multiple":
        return st.sampled_from(_possible(item, Random(0)))
    ids = [each["id"] for each in item["choices"]] + ["other"] * item.get("other", False)
    alone = [each["id"] for each in item["choices"] if each.get("exclusive")]
    some = st.lists(
        st.sampled_from([each for each in ids if each not in alone]), min_size=1, unique=True
    )
    return some | st.sampled_from([[each] for each in alone]) if alone else some


def answer_to(item: Data) -> st.SearchStrategy[Answer]:
    """An answer that fits an item, or a reason for none."""
    given = _given(item).map(Answer)
    if "script" in item or "group" in item:
        return given
    return given | given | st.sampled_from([Answer(missing=each) for each in MISSING])


_OFTEN = st.integers(0, 3)


def answers(data: Data) -> st.SearchStrategy[dict[str, Answer]]:
    """Answers to some of a guide's questions, on open branches and closed ones."""
    # Made once for all answers to a guide: making a strategy takes longer than drawing from it.
    slots: list[tuple[str, st.SearchStrategy[Answer]]] = []
    for ref, item, rounds in refs(data):
        marks = [f"@{number}" for number in range(1, rounds + 2)] if rounds else [""]
        given = answer_to(item)
        slots += [(ref + mark, given) for mark in marks]
    return _some(slots)


@st.composite
def _some(draw: st.DrawFn, slots: list[tuple[str, st.SearchStrategy[Answer]]]) -> dict[str, Answer]:
    return {ref: draw(given) for ref, given in slots if draw(_OFTEN)}


def answers_by_lot(data: Data, lot: Random) -> dict[str, Answer]:
    """Answers as from `answers`, where thousands of them are needed and none will be shrunk."""
    found: dict[str, Answer] = {}
    for ref, item, rounds in refs(data):
        for mark in [f"@{number}" for number in range(1, rounds + 2)] if rounds else [""]:
            if lot.randrange(4):
                found[ref + mark] = _by_lot(item, lot)
    return found


def _by_lot(item: Data, lot: Random) -> Answer:
    if not {"script", "group"} & {*item} and not lot.randrange(3):
        return Answer(missing=lot.choice(MISSING))
    return Answer(lot.choice(_possible(item, lot)))


@st.composite
def answered_guides(draw: st.DrawFn, shape: Shape | None = None) -> tuple[Data, dict[str, Answer]]:
    """The data of a guide, with answers to it."""
    data = draw(guides(shape))
    return data, draw(answers(data))
