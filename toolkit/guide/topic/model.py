"""The topic guide as it is written: frozen pydantic models, one for each thing in the file.

The models say what a file may contain; what it must mean together (routes that lead somewhere,
conditions on earlier questions, budgets that add up) is checked in `toolkit.guide.topic.check`.
Every field carries its description, which editors show and the data dictionary prints.
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StringConstraints,
    Tag,
)

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Wording = Annotated[
    str | dict[str, str],
    Field(
        description="What is said or shown: one text, or one for each language: {en: ..., cy: ...}."
    ),
]
Kind = Literal["text", "single", "multiple", "scale", "number", "date", "duration", "yes-no"]


class Part(BaseModel):
    """Base of everything in a study's files: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Choice(Part):
    """One answer to choose from."""

    id: Id = Field(description="What is stored and what conditions name.")
    label: Wording = Field(description="What is shown and read aloud.")
    exclusive: StrictBool = Field(
        default=False, description="In a multiple choice: cannot go together with another choice."
    )


class Check(Part):
    """Something that should hold; hard blocks completing the session, soft asks for a note."""

    hard: str | None = Field(default=None, description="Condition that must hold before the end.")
    soft: str | None = Field(default=None, description="Condition that should hold; else a note.")
    message: Wording = Field(description="What the interviewer is told when it does not hold.")

    @property
    def condition(self) -> str:
        """The condition, under either of the two keys."""
        return self.hard or self.soft or ""


class Jump(Part):
    """Where the talk goes next."""

    when: str | None = Field(
        default=None, description="Condition; without one the route is always taken."
    )
    to: Id = Field(description="A later question, group or section, or an ending.")


class Asked(Part):
    """What questions and probes have in common."""

    text: Wording = Field(description="The wording, as it is asked.")
    instruction: Wording | None = Field(
        default=None, description="For the interviewer; not read out."
    )
    when: str | None = Field(default=None, description="Asked only where this condition holds.")
    required: StrictBool = Field(
        default=False,
        description="The session cannot be completed before this has an answer, or is marked "
        "don't know, refused or not asked.",
    )
    clause: str | None = Field(
        default=None, pattern=r"^P\d\d$", description="Clause of the protocol that it serves."
    )
    choices: tuple[Choice, ...] | None = Field(
        default=None, description="single, multiple: the choices."
    )
    other: StrictBool | Wording = Field(
        default=False, description="single, multiple: adds 'other' with words of their own."
    )
    from_: StrictInt | None = Field(default=None, alias="from", description="scale: lowest value.")
    to: StrictInt | None = Field(default=None, description="scale: highest value.")
    labels: dict[int, Wording] | None = Field(default=None, description="scale: what values mean.")
    unit: str | None = Field(default=None, description="number: what is counted or measured.")
    min: StrictFloat | None = Field(
        default=None, description="number: lowest value allowed, in the unit."
    )
    max: StrictFloat | None = Field(
        default=None, description="number: highest value allowed, in the unit."
    )
    decimals: StrictInt | None = Field(
        default=None, ge=0, le=6, description="number: places after the point."
    )
    precision: Literal["exact", "approximate"] | None = Field(
        default=None, description="date: a day, or as near as people remember (spring 2017)."
    )
    earliest: str | int | None = Field(
        default=None, description="date: not before (EDTF, e.g. 2014-09)."
    )
    latest: str | int | None = Field(default=None, description="date: not after (EDTF).")
    each_participant: StrictBool = Field(
        default=False, description="In a forum: every participant answers for themselves."
    )
    checks: tuple[Check, ...] = Field(default=(), description="Hard and soft checks.")


class Probe(Asked):
    """A follow-up that can be ticked, skipped or answered, in any order."""

    probe: Id = Field(description="Id; conditions name it as question.probe.")
    type: Literal[Kind, "tick"] = Field(default="tick", description="Kind of answer.")


class Question(Asked):
    """One question with its probes and routes."""

    question: Id = Field(description="Id; conditions, answers and tables name it.")
    type: Kind = Field(default="text", description="Kind of answer.")
    probes: tuple[Probe, ...] = Field(default=(), description="Follow-ups.")
    routes: tuple[Jump, ...] = Field(
        default=(), description="Where to go next; the first whose condition holds. Else on."
    )


class Script(Part):
    """Something the interviewer says; may have to be confirmed."""

    script: Id = Field(description="Id.")
    text: Wording = Field(description="What is said.")
    instruction: Wording | None = Field(
        default=None, description="For the interviewer; not read out."
    )
    confirm: StrictBool = Field(
        default=False, description="Must be confirmed before the talk goes on."
    )
    when: str | None = Field(default=None, description="Said only where this condition holds.")
    clause: str | None = Field(
        default=None, pattern=r"^P\d\d$", description="Clause of the protocol that it serves."
    )


class Repeat(Part):
    """How often a group may be gone through."""

    max: StrictInt = Field(ge=1, le=50, description="Most times.")
    min: StrictInt = Field(default=0, ge=0, le=50, description="Fewest times.")
    label: Wording | None = Field(default=None, description="What one round is called: Placement.")


def _item_kind(value: Any) -> str | None:
    """Name the model an item is meant for; the tags are not keys, so locations stay clear."""
    kinds = ("question", "script", "group")
    if isinstance(value, dict):
        return next((f"a {key}" for key in kinds if key in value), None)
    return next((f"a {key}" for key in kinds if hasattr(value, key)), None)


Item = Annotated[
    Annotated[Question, Tag("a question")]
    | Annotated[Script, Tag("a script")]
    | Annotated["Group", Tag("a group")],
    Discriminator(_item_kind),
]


class Group(Part):
    """Questions that belong together; may be gone through several times."""

    group: Id = Field(description="Id.")
    title: Wording | None = Field(default=None, description="Heading.")
    when: str | None = Field(default=None, description="Gone into only where this holds.")
    repeat: Repeat | None = Field(default=None, description="Gone through several times.")
    items: tuple[Item, ...] = Field(description="Questions, scripts and groups, in order.")


class Section(Part):
    """A part of the talk with a time budget."""

    section: Id = Field(description="Id.")
    title: Wording = Field(description="Heading.")
    minutes: StrictFloat | None = Field(
        default=None, ge=0, le=600, description="Time budget, in minutes."
    )
    when: str | None = Field(default=None, description="Gone into only where this holds.")
    items: tuple[Item, ...] = Field(description="Questions, scripts and groups, in order.")


class Ending(Part):
    """One courteous way in which a session ends."""

    ending: Id = Field(description="Id.")
    disposition: Id = Field(description="What the session counts as, e.g. complete.")
    text: Wording = Field(description="What is said in closing.")
    instruction: Wording | None = Field(
        default=None, description="For the interviewer; not read out."
    )
    default: StrictBool = Field(
        default=False, description="Where a path goes that runs off the last item."
    )
    clause: str | None = Field(
        default=None, pattern=r"^P\d\d$", description="Clause of the protocol that it serves."
    )


class Span(Part):
    """A planned length with room."""

    from_: StrictFloat = Field(alias="from", ge=1, le=600, description="Shortest, in minutes.")
    to: StrictFloat = Field(ge=1, le=600, description="Longest, in minutes.")


class Guide(Part):
    """A topic guide or questionnaire: sections of questions and scripts, and its endings."""

    guide: Id = Field(description="Id; sessions and tables name it.")
    title: Wording = Field(description="Title.")
    version: str = Field(
        pattern=r"^\d+(\.\d+){0,2}$",
        description='Version in quotes, e.g. "1.0"; raise it at every change.',
    )
    source: Wording = Field(description="Where the questions come from.")
    languages: tuple[
        Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")], ...
    ] = Field(description="Languages, e.g. [en, cy]; the first is the default.")
    mode: Literal["interview", "forum", "survey"] = Field(
        description="What kind of session it guides."
    )
    planned_minutes: Annotated[StrictFloat, Field(ge=1, le=600)] | Span | None = Field(
        default=None, description="Planned length in minutes: one number, or {from: 60, to: 90}."
    )
    sections: tuple[Section, ...] = Field(description="Sections, in order; at least one.")
    endings: tuple[Ending, ...] = Field(description="Ways in which a session ends; at least one.")

    @property
    def id(self) -> str:
        """The guide's id."""
        return self.guide

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) of the guide's content in canonical JSON; comments do not count."""
        said = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def index(self) -> dict[str, Question | Probe | Script | Group | Section | Ending]:
        """Everything with an id, by its ref: ``q2``, ``q2.asked``, ``role``, ``opening``."""
        found: dict[str, Question | Probe | Script | Group | Section | Ending] = {}
        for section in self.sections:
            found[section.section] = section
            for item in walk(section.items):
                found[item_id(item)] = item
                if isinstance(item, Question):
                    found |= {f"{item.question}.{probe.probe}": probe for probe in item.probes}
        return found | {ending.ending: ending for ending in self.endings}

    def question(self, ref: str) -> Question | Probe:
        """Return the question or probe that a ref names.

        Parameters
        ----------
        ref : str
            ``q2``, ``q2.asked``; a round (``@2``) or seat (``[F1-A]``) may follow.

        Raises
        ------
        KeyError
            No question or probe has this ref.
        """
        found = self.index.get(base_ref(ref))
        if isinstance(found, Question | Probe):
            return found
        raise KeyError(ref)


def item_id(item: Question | Script | Group) -> str:
    """Return the id of an item of a section, whatever it is."""
    if isinstance(item, Question):
        return item.question
    return item.script if isinstance(item, Script) else item.group


def walk(items: tuple[Any, ...]) -> list[Any]:
    """List items in order, each group followed by what is in it."""
    found: list[Any] = []
    for item in items:
        found.append(item)
        if isinstance(item, Group):
            found += walk(item.items)
    return found


def base_ref(ref: str) -> str:
    """Return a ref without round and seat: ``q1.who`` for ``q1.who@2[F1-A]``."""
    return ref.partition("[")[0].partition("@")[0]


def wording(said: str | dict[str, str] | None, language: str = "") -> str:
    """Return a wording in one language.

    Parameters
    ----------
    said : str, dict or None
        One text, or one for each language.
    language : str
        Wanted language; where it is missing the first one stands in.

    Returns
    -------
    str
        The text; empty if there is none.
    """
    if isinstance(said, dict):
        return said.get(language) or next(iter(said.values()), "")
    return said or ""
