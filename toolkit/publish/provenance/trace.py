"""Where a published figure comes from: which notebook, cells, functions, questions and versions.

Read from what a run left and from the guides, without running anything. The cells are followed
backwards from the place where the figure is recorded, statement by statement, through the names
that lead there.
"""

from __future__ import annotations

import ast
import importlib.util
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import toolkit
from toolkit.errors import RunError
from toolkit.guide import Guide, load_guide, load_study, wording
from toolkit.guide.topic.model import Probe, Question
from toolkit.publish.notebooks.front_door import FrontDoor, bound_by
from toolkit.publish.output_folder import MANIFEST


@dataclass(frozen=True, slots=True)
class Trace:
    """Where one figure of one notebook comes from.

    Attributes
    ----------
    figure : str
        Name of the result.
    value : JSON value
        What was published.
    notebook : str
        The notebook that recorded it.
    run, code : str
        Id of the run; start of the hash of the toolkit's source behind the notebook.
    cells : tuple of (int, str)
        Number and source of each statement that leads to it, in order.
    functions : tuple of str
        Functions of the toolkit that are called there, as
        ``toolkit/analysis/tables/answers.py:40 numbers``.
    questions : tuple of str
        Questions named there: guide, ref and wording; empty if it rests on all.
    guides : tuple of str
        Id, version and hash of each topic guide of the run.
    reads : tuple of str
        What the notebook reads.
    records : int
        Records in the journal (count).
    snapshot : str
        Digest of the journal.
    share : tuple of (str, str, sequence of str) or None
        Where the notebook fans out: ``strands`` or ``cases``, which one, and what it was handed of
        that one only.
    """

    figure: str
    value: Any
    notebook: str
    run: str
    code: str
    cells: tuple[tuple[int, str], ...]
    functions: tuple[str, ...]
    questions: tuple[str, ...]
    guides: tuple[str, ...]
    reads: tuple[str, ...]
    records: int
    snapshot: str
    share: tuple[str, str, Sequence[str]] | None = None

    def to_json(self) -> dict[str, object]:
        """Return it as plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}

    def lines(self) -> Iterator[str]:
        """Return it, one line for each thing."""
        yield f"{self.figure} = {json.dumps(self.value, ensure_ascii=False)}"
        yield f"  notebook   {self.notebook}; run {self.run}; code {self.code}"
        for number, source in self.cells:
            yield f"  cell {number:<5} {' '.join(source.split())}"
        for each in self.functions:
            yield f"  computed   {each}"
        for each in self.questions:
            yield f"  question   {each}"
        for each in self.guides:
            yield f"  guide      {each}"
        yield f"  reads      {', '.join(self.reads) or 'nothing'}"
        yield f"  data       {self.records:,} records, digest {self.snapshot[:16]}"


def trace_figure(figure: str, outputs: Path, study: Path) -> list[Trace]:
    """Return where a figure comes from, once for each notebook that recorded it.

    Parameters
    ----------
    figure : str
        Name of a result: ``helped``, or with the notebook's name or number: ``02:helped``.

    Returns
    -------
    list of Trace
        At least one.

    Raises
    ------
    RunError
        RUN-028, there is no run; RUN-029, no notebook recorded such a figure.
    StudyError, GuideError
        The study's files have faults.
    """
    try:
        manifest = json.loads((outputs / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise RunError.of("RUN-028", place="outputs folder") from None
    where, _, name = figure.rpartition(":")
    entries = [
        each
        for each in manifest["notebooks"]
        if name in each["results"] and where in ("", each["notebook"], each["notebook"][:2])
    ]
    if not entries:
        known = sorted({one for each in manifest["notebooks"] for one in each["results"]})
        near = get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}? " if near else ""
        raise RunError.of("RUN-029", place=f"figure {name}", hint=hint, known=", ".join(known))
    protocol = load_study(study)
    names = dict.fromkeys(each.guide for each in protocol.strands)
    guides = [load_guide(study / each) for each in names]
    return [_trace(name, each, manifest, outputs, guides) for each in entries]


def _trace(
    figure: str,
    entry: Mapping[str, Any],
    manifest: Mapping[str, Any],
    outputs: Path,
    guides: Sequence[Guide],
) -> Trace:
    """Follow a figure through one notebook."""
    file = outputs / "notebooks" / f"{entry['notebook']}.ipynb"
    statements = list(_statements(json.loads(file.read_text(encoding="utf-8"))))
    leading = _leading_to(figure, [each for _, each in statements])
    used = [(number, each) for number, each in statements if each in leading]
    inputs = manifest["inputs"]
    return Trace(
        figure=figure,
        value=entry["results"][figure],
        notebook=entry["notebook"],
        run=manifest["run"],
        code=entry["code"],
        cells=tuple((number, ast.unparse(each)) for number, each in used),
        functions=tuple(_functions([each for _, each in used], [each for _, each in statements])),
        questions=tuple(_questions([each for _, each in used], guides)),
        guides=tuple(
            f"{each['guide']} {each['version']} ({each['hash'][:12]})" for each in inputs["guides"]
        ),
        reads=tuple(entry["reads"]),
        records=inputs["data"]["events"],
        snapshot=inputs["data"]["snapshot"],
        share=entry.get("share"),
    )


def _statements(notebook: Mapping[str, Any]) -> Iterator[tuple[int, ast.stmt]]:
    """Yield the statements of all code cells, with the number of the cell."""
    number = 0
    for cell in notebook["cells"]:
        number += cell["id"] != "injected-parameters"
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            try:
                yield from ((number, each) for each in ast.parse(source).body)
            except SyntaxError:
                continue


def _leading_to(figure: str, statements: Sequence[ast.stmt]) -> set[ast.stmt]:
    """Return the statements through which a figure comes to be recorded."""
    own = [each for each in statements if _names_figure(each, figure)]
    found = set(own or [each for each in statements if "record" in _called(each)])
    wanted = {name for each in found for name in _read(each, figure)}
    for each in reversed(statements):
        made = _made(each) & wanted
        if made and not isinstance(each, ast.Import | ast.ImportFrom):
            found.add(each)
            wanted |= _read(each, figure)
    return found


def _names_figure(statement: ast.stmt, figure: str) -> bool:
    """Return whether a statement sets the figure by its name: ``numbers["x"] = ...``, ``x=...``."""
    stored = (
        node.slice
        for node in ast.walk(statement)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    )
    if any(isinstance(each, ast.Constant) and each.value == figure for each in stored):
        return True
    given = {node.arg for node in ast.walk(statement) if isinstance(node, ast.keyword)}
    return figure in given and "record" in _called(statement)


def _called(statement: ast.AST) -> set[str]:
    """Return the last names of what is called."""
    calls = (each.func for each in ast.walk(statement) if isinstance(each, ast.Call))
    return {ast.unparse(each).rpartition(".")[2] for each in calls}


def _made(statement: ast.stmt) -> set[str]:
    """Return the names that a statement sets."""
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _read(statement: ast.stmt, figure: str) -> set[str]:
    """Return the names that a statement reads to set the figure."""
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Tuple):
        # a["x"], a["y"] = one, two: only the value that belongs to the figure.
        targets, value = statement.targets[0].elts, statement.value
        if isinstance(value, ast.Tuple) and len(value.elts) == len(targets):
            pairs = zip(targets, value.elts, strict=True)
            own = [one for target, one in pairs if repr(figure) in ast.unparse(target)]
            if own:
                return _loaded(own[0])
    return _loaded(statement)


def _loaded(tree: ast.AST) -> set[str]:
    """Return the names that are read."""
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def _functions(used: Iterable[ast.stmt], every: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield file, line and name of each function of the toolkit that is called."""
    bound = {name: whole for each in every for name, whole, _ in bound_by(each, "toolkit")}
    door = FrontDoor(Path(toolkit.__file__).parent)
    said = set()
    for statement in used:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                first, *parts = ast.unparse(node.func.value).split(".")
                *_, module = door.behind(".".join([bound.get(first, first), *parts]))
                place = _definition(module, node.func.attr)
                if place and place not in said:
                    said.add(place)
                    yield place


def _definition(module: str, function: str) -> str:
    """Find a function in the source of a module; empty if it is not there."""
    spec = importlib.util.find_spec(module) if module.startswith("toolkit.") else None
    if spec is None or not spec.origin:
        return ""
    file = Path(spec.origin)
    place = "/".join([*module.split(".")[:-1], file.name])
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return f"{place}:{node.lineno} {function}"
    return ""


def _questions(used: Iterable[ast.stmt], guides: Sequence[Guide]) -> Iterator[str]:
    """Yield the questions that are named in statements, with their wording."""
    texts = [
        node.value
        for statement in used
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    for guide in guides:
        for ref in dict.fromkeys(texts):
            found = guide.index.get(ref)
            if isinstance(found, Question | Probe):
                yield f"{guide.guide} {ref}: {wording(found.text)}"
