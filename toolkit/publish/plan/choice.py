"""Which notebooks of a run have to run, and why; which are as they were; which are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches

from toolkit.errors import RunError
from toolkit.publish.plan.cache import Cache, Kept
from toolkit.publish.plan.plan import Part, Plan


@dataclass(frozen=True, slots=True)
class Choice:
    """What is done with each notebook of a run.

    Attributes
    ----------
    reasons : mapping of str to str
        Those that run, and why.
    kept : mapping of str to Kept
        Those that are as they were, and what they left.
    left_out : tuple of str
        Those that would have to run and were not asked for.
    """

    reasons: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, Kept] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def choose(
    plan: Plan,
    cache: Cache,
    *,
    only: Sequence[str] = (),
    force: bool = False,
    since: datetime | None = None,
) -> Choice:
    """Decide what has to run.

    Parameters
    ----------
    only : sequence of str
        Names or numbers of notebooks; those that they wait for are run too where they have to be.
    force : bool
        Run what was asked for though nothing changed.
    since : datetime, optional
        Run what ran last before then though nothing changed.

    Raises
    ------
    RunError
        RUN-021, there is no such notebook; RUN-065, graph.toml does not know it.
    """
    wanted = _wanted(plan, only)
    needed = _with_earlier(plan, wanted)
    reasons: dict[str, str] = {}
    kept: dict[str, Kept] = {}
    left_out: list[str] = []
    for name, part in plan.parts.items():
        found = cache.find(name, part.key)
        reason = _reason(part, found, cache, force=force and name in wanted, since=since)
        if found is not None and (not reason or name not in needed):
            kept[name] = found
        elif name in needed:
            reasons[name] = reason
        else:
            left_out.append(name)
    return Choice(reasons, kept, tuple(left_out))


def _wanted(plan: Plan, only: Sequence[str]) -> set[str]:
    """Return the names of the parts that were asked for; all where nothing was."""
    found = set(plan.parts) if not only else set()
    for asked in only:
        matching = {
            name
            for name, part in plan.parts.items()
            if asked in (name, part.step.notebook, part.step.notebook[:2])
        }
        if not matching:
            file = plan.graph.folder / f"{asked.removesuffix('.ipynb')}.ipynb"
            if file.is_file():
                raise RunError.of("RUN-065", place=f"notebook {file.stem}", name=file.stem)
            near = get_close_matches(asked, plan.parts, n=1, cutoff=0.3)
            hint = f"did you mean {near[0]}? " if near else ""
            known = ", ".join(plan.parts)
            raise RunError.of("RUN-021", place=f"notebook {asked}", hint=hint, known=known)
        found |= matching
    return found


def _with_earlier(plan: Plan, names: Iterable[str]) -> set[str]:
    """Return parts, and all that they come after."""
    todo, found = list(names), set[str]()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += plan.parts[name].after
    return found


def _reason(
    part: Part, found: Kept | None, cache: Cache, *, force: bool, since: datetime | None
) -> str:
    """Return why a part has to run; empty if it is as it was."""
    if force:
        return "it was asked for with --force"
    if found is None:
        before = cache.last(part.name)
        if before is None:
            return "it has not run to its end yet"
        return "; ".join(part.key.differences(before)) or "what it left is not kept any more"
    if since is not None and found.ended < since.timestamp():
        ended = datetime.fromtimestamp(found.ended, UTC)
        return f"it ran last on {ended:%Y-%m-%d at %H:%M} UTC"
    return ""
