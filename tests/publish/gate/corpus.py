"""The corpus of tries, read from its files and tried: what the gate misses, and what it holds back
that may go out. `figures` is the table of docs/security.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from nbformat import NotebookNode, v4

from tests.publish.gate.pdfs_made import made
from toolkit.guide.study.codebook import Codebook
from toolkit.publish.engine.environment import Workplace
from toolkit.publish.engine.execution import Task, execute
from toolkit.publish.gate.gate import Gate, pass_gate
from toolkit.publish.gate.names import names_of
from toolkit.publish.gate.notebook_cells import hold_cells
from toolkit.publish.gate.said import Said, said_in, wording_of
from toolkit.publish.notebooks.normalise import normalise

HERE = Path(__file__).parent
# A name of three letters that stands by chance among the bytes of a font.
BY_CHANCE = "Eve"


def read(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def is_held(content: bytes, gate: Gate, place: str = "a.txt") -> bool:
    return bool(pass_gate({place: content}, gate).held)


def wrong_names() -> tuple[list[str], list[str], int, int]:
    """Return ways that pass, texts held back for nothing, and how many of both were tried."""
    missed, false, ways, others = [], [], 0, 0
    for person in read("names.yaml"):
        gate = Gate(names_of(person["known"]))
        ways += len(person["ways"])
        told = "; ".join(person["known"])
        missed += [f"{told}: {w!r}" for w in person["ways"] if not is_held(str(w).encode(), gate)]
        excused = person.get("also", [])
        innocent = [each for each in person["others"] if each not in excused]
        others += len(innocent)
        false += [f"{told}: {w!r}" for w in innocent if is_held(str(w).encode(), gate)]
    return missed, false, ways, others


def wrong_files() -> tuple[list[str], list[str], int, int]:
    """Return the same of files."""
    told = read("files.yaml")
    gate = Gate(names_of([*told["known"], BY_CHANCE]))
    missed = []
    for each in told["names"]:
        (held,) = pass_gate({"a": made(each, told["says"])}, gate).held or (None,)
        if held is None or "names" not in held.causes:
            missed.append(each)
    for each, reason in told["unread"].items():
        (held,) = pass_gate({"a": made(each, "nobody")}, gate).held or (None,)
        if held is None or reason not in held.unread:
            missed.append(f"{each}: {reason}")
    false = [each for each in told["clean"] if is_held(made(each, BY_CHANCE), gate)]
    return missed, false, len(told["names"]) + len(told["unread"]), len(told["clean"])


def codebook_of(codes: list[dict[str, Any]]) -> Codebook:
    made_up = [
        {
            "code": f"code-{number}",
            "label": each["label"],
            "definition": each["definition"],
            "use": "Where it fits.",
            "avoid": "Where it does not.",
            "invented": each.get("invented", False),
            "examples": [{"words": each["example"], "invented": True}] if "example" in each else [],
        }
        for number, each in enumerate(codes)
    ]
    theme = {"theme": "t", "label": "Theme", "definition": "A theme.", "codes": made_up}
    about = {"codebook": "c", "title": "Codebook", "version": "1.0", "source": "ours"}
    return Codebook.model_validate({**about, "themes": [theme]})


def said_of_corpus() -> Said:
    told = read("words.yaml")
    wording = wording_of(told["wording"], codebook_of(told["codebook"]))
    return said_in(told["said"], wording, told["signed_off"])


def wrong_words() -> tuple[list[str], list[str], int, int]:
    """Return the same of what somebody said."""
    told, gate = read("words.yaml"), Gate(said=said_of_corpus())
    missed = [each for each in told["held"] if not is_held(each.encode(), gate)]
    false = [each for each in told["out"] if is_held(each.encode(), gate)]
    return missed, false, len(told["held"]), len(told["out"])


def run_outputs(folder: Path) -> dict[str, list[NotebookNode]]:
    """Run the cells of outputs.yaml in one notebook, and return what each showed."""
    told = read("outputs.yaml")
    cells = [*told["held"], *told["out"]]
    sources = [told["before"], *map(str, cells)]
    notebook = v4.new_notebook(cells=[v4.new_code_cell(each) for each in sources])
    workplace = Workplace(folder, folder / "fonts")
    workplace.prepare()
    task = Task("outputs", notebook, {}, workplace.environment({}), 120)
    try:
        executed = execute(task, workplace)
    finally:
        if workplace.preloaded is not None:
            workplace.preloaded.close()
    assert executed.fault is None, str(executed.fault)
    normalise(executed.notebook, fault=None, hidden={}, about={})
    kept, held = hold_cells(executed.notebook, "outputs", Gate(said=said_of_corpus()))
    places = {each.place for each in held}
    assert len(kept.cells) == len(sources)
    return {
        "held": [s for n, s in enumerate(sources[1:], 2) if _place(n) in places],
        "out": [s for n, s in enumerate(sources[1:], 2) if _place(n) not in places],
    }


def _place(number: int) -> str:
    return f"notebooks/outputs.ipynb, cell {number}"


def wrong_outputs(folder: Path) -> tuple[list[str], list[str], int, int]:
    """Return the same of what cells show."""
    told, came = read("outputs.yaml"), run_outputs(folder)
    missed = [str(each) for each in told["held"] if str(each) in came["out"]]
    false = [str(each) for each in told["out"] if str(each) in came["held"]]
    return missed, false, len(told["held"]), len(told["out"])


Wrong = tuple[list[str], list[str], int, int]
_ROWS = ("ways to write a name", "files of every kind", "ways to print what somebody said")


def table(outputs: Wrong) -> str:
    """Return the table of docs/security.md: what was tried, and both kinds of error."""
    rows = [*zip(_ROWS, (wrong_names(), wrong_files(), wrong_words()), strict=True)]
    rows.append(("cells with tables, pictures and look-alikes", outputs))
    lines = [
        "| tried | must not go out | went out | may go out | withheld |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {what} | {ways} | {len(missed)} | {others} | {len(false)} |"
        for what, (missed, false, ways, others) in rows
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="tk-") as folder:
        sys.stdout.write(table(wrong_outputs(Path(folder))) + "\n")
