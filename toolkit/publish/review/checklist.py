"""Reporting checklists: items from ``review/checklists``, filled where there are records."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from string import Formatter
from typing import Any

from toolkit.analysis.present.table import shown
from toolkit.publish.review.evidence import evidence
from toolkit.publish.review.facts import Fact, facts_of
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import Listing, Part, Verdict


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a checklist with its present state.

    Attributes
    ----------
    item : str
        Its number.
    asks : str
        What it asks for, in our own words.
    filled : bool
        Whether records or declarations fill it.
    declared : bool
        Whether it is filled by what the protocol declares and no record bears out.
    said : str
        What the records say; else what is missing.
    href : str
        Page of the pack with the evidence; may be empty where it is open.
    """

    item: str
    asks: str
    filled: bool
    declared: bool
    said: str
    href: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist with its present state.

    Attributes
    ----------
    title, published : str
        Its title, and where it was published.
    parts : tuple of (str, tuple of Item)
        Its parts in order, each with its title.
    """

    title: str
    published: str
    parts: tuple[tuple[str, tuple[Item, ...]], ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in order."""
        return tuple(item for _, items in self.parts for item in items)

    @property
    def filled(self) -> int:
        """How many items records fill (count)."""
        return sum(each.filled for each in self.items)

    @property
    def declared(self) -> int:
        """How many items declarations of the protocol fill (count); they are among the filled."""
        return sum(each.declared for each in self.items)


def read_checklist(name: str, records: Records) -> Checklist:
    """Fill a checklist from records.

    Parameters
    ----------
    name : str
        ``coreq`` or ``srqr``.

    Returns
    -------
    Checklist
        An item whose words name a fact without records is open.
    """
    file = files("toolkit.publish.review").joinpath("checklists", f"{name}.toml")
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    facts = facts_of(records)
    parts = tuple(
        (str(part["title"]), tuple(_item(each, facts) for each in part["item"]))
        for part in told["part"]
    )
    return Checklist(told["title"], told["published"], parts)


def as_parts(checklist: Checklist) -> Iterator[Part]:
    """Yield a checklist as parts of a page."""
    for title, items in checklist.parts:
        rows = [
            (
                each.item,
                each.asks,
                Verdict("declared" if each.declared else "filled" if each.filled else "open"),
                each.said,
                evidence(each.href),
            )
            for each in items
        ]
        told = sum(each.declared for each in items)
        base = f"{sum(each.filled for each in items)} of {len(items)} items are filled" + (
            f", {told} of them by what the protocol declares." if told else " from records."
        )
        yield Part(
            title, (Listing(title, ("Item", "Asks", "State", "On record", "Evidence"), rows, base),)
        )


def named(words: str) -> list[str]:
    """Return the facts that the words of an item name."""
    return [name for _, name, _, _ in Formatter().parse(words) if name]


def _item(told: Mapping[str, Any], facts: Mapping[str, Fact]) -> Item:
    """Fill one item, or leave it open."""
    says, href = str(told.get("says", "")), str(told.get("href", ""))
    filled = bool(says) and all(facts[name] for name in named(says))
    values = {name: shown(facts[name], ".2f" if name == "kappa" else "") for name in named(says)}
    said = says.format(**values) if filled else str(told["open"])
    declared = filled and any(name.startswith("declared_") for name in named(says))
    return Item(str(told["item"]), str(told["asks"]), filled, declared, said, href)
