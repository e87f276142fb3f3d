"""Plain English where a machine can hear it: first words of docstrings, worn phrases, names.

The style behind it: a docstring that has to be read twice is a defect, and so is a message. Each
list holds what was found and mended once, so that it does not come back.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = sorted((ROOT / "toolkit").rglob("*.py"))
PAGES = sorted((ROOT / "toolkit").rglob("*.js"))
MESSAGES = sorted((ROOT / "toolkit" / "messages").glob("*.toml"))
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

# numpydoc: "Return ...", "Write ...", "Raise ...".
FIRST_WORDS = {"give", "gives", "let", "lets", "say", "says", "tell", "tells"}
FIRST_WORDS |= {"take", "takes", "bring", "brings", "go", "goes", "do", "does", "be"}

PHRASES = {
    r"stands? against": "blocks, prevents",
    r"is another\b(?! \w)|are others\b(?! \w)": "changed, is different",
    r"what holds a name|hold(s|ing)? back": "withhold outputs that contain a participant's name",
    r"has to offer": "interface that ... implements",
    r"let(s|ting)? go of": "close, release",
    r"let(s)? no program": "lock the study",
    r"(what|where it) came of": "outcome, result",
    r"as (things|it) stands?\b": "now, at present",
    r"stands? twice": "is used twice",
    r"is no (?:day|role|file|whole|edit|role account)\b": "is not a ...",
    r"which it comes after": "upstream notebook",
}
NAMES = {"crew", "post", "station", "stations", "press", "looking", "told", "beforehand"}
NAMES |= {"room", "eachseat", "utils", "helpers", "manager", "misc", "common"}


def docstrings() -> Iterator[tuple[str, str, bool]]:
    """Every docstring of the package: its place, its text, is it a function's."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, DOCUMENTED) and (text := ast.get_docstring(node)):
                place = f"{path.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 1)}"
                yield place, text, isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def texts() -> Iterator[tuple[str, str]]:
    """Docstrings and messages, each on one line, with their places."""
    for place, text, _ in docstrings():
        yield place, " ".join(text.split())
    for path in MESSAGES:
        for code, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            yield code, "; ".join(entry.values())


def test_a_docstring_begins_as_numpydoc_asks() -> None:
    found = {
        place: text.splitlines()[0]
        for place, text, of_function in docstrings()
        if of_function and re.split(r"\W", text, maxsplit=1)[0].lower() in FIRST_WORDS
    }
    assert found == {}


def test_no_worn_phrase_comes_back() -> None:
    found = [
        f"{place}: {text[max(0, hit.start() - 30) : hit.end() + 30]!r}; write: {better}"
        for place, text in texts()
        for phrase, better in PHRASES.items()
        for hit in re.finditer(rf"\b{phrase}", text, flags=re.IGNORECASE)
    ]
    assert found == []


def test_modules_have_names_that_need_no_explaining() -> None:
    named = [path for path in CODE + PAGES if path.stem.lower().strip("_") in NAMES]
    assert [path.relative_to(ROOT).as_posix() for path in named] == []
