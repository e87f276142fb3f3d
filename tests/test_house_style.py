"""The house style where a machine can see it: size, documentation, order, cleanliness.

Each test gathers all offenders, so that one run says everything that is to be done.
"""

from __future__ import annotations

import ast
import graphlib
import io
import json
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted((ROOT / "toolkit").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

LINES_IN_A_FILE = 450
MODULES_IN_A_FOLDER = 16
LINES_IN_A_FUNCTION = 50
PUBLIC_NAMES_IN_A_MODULE = 10
# Modules that are allowed more public names, and why.
MANY_NAMES = {
    "toolkit/cli/__init__.py": "each of the command's nouns and verbs is one thin function",
    "toolkit/errors.py": "the whole exception tree is to be seen in one view",
    "toolkit/guide/topic/model.py": "the whole shape of a topic guide is to be read in one file",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=name_of(path))


def is_public(name: str) -> bool:
    return not name.startswith("_")


def public_names(module: ast.Module) -> list[str]:
    """Functions and classes that a module defines and that do not start with an underscore."""
    named = [each for each in module.body if isinstance(each, (*FUNCTION, ast.ClassDef))]
    return [each.name for each in named if is_public(each.name)]


def public_definitions(path: Path) -> Iterator[tuple[str, ast.ClassDef | Function, bool]]:
    """Public classes, functions and methods: place, node, is it a method."""
    for node in tree_of(path).body:
        if not isinstance(node, (*FUNCTION, ast.ClassDef)) or not is_public(node.name):
            continue
        yield f"{name_of(path)}:{node.lineno} {node.name}", node, False
        for inner in node.body if isinstance(node, ast.ClassDef) else []:
            if isinstance(inner, FUNCTION) and is_public(inner.name) and not overloaded(inner):
                yield f"{name_of(path)}:{inner.lineno} {node.name}.{inner.name}", inner, True


def overloaded(node: Function) -> bool:
    return any("overload" in ast.unparse(each) for each in node.decorator_list)


# Size ---------------------------------------------------------------------------------------


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    long = {
        name_of(p): n
        for p in CODE + TESTS
        if (n := len(p.read_text().splitlines())) > LINES_IN_A_FILE
    }
    assert long == {}


def test_no_folder_holds_more_than_can_be_seen_in_one_look() -> None:
    """Modules are counted without the folder's own ``__init__`` and the tests' ``conftest``."""
    every = [p for p in CODE + TESTS if p.stem not in {"__init__", "conftest"}]
    counted = Counter(name_of(path.parent) for path in every)
    assert {folder: n for folder, n in counted.items() if n > MODULES_IN_A_FOLDER} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}: {lines} lines"
        for path in CODE + TESTS
        for node in ast.walk(tree_of(path))
        if isinstance(node, FUNCTION)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > LINES_IN_A_FUNCTION
    ]
    assert long == []


def test_a_module_offers_few_names() -> None:
    many = {
        name_of(path): names
        for path in CODE
        if len(names := public_names(tree_of(path))) > PUBLIC_NAMES_IN_A_MODULE
    }
    assert {place: names for place, names in many.items() if place not in MANY_NAMES} == {}
    assert set(many) == set(MANY_NAMES), "an exception that is no longer needed is taken out"


# Documentation ------------------------------------------------------------------------------


def sections(docstring: str) -> dict[str, str]:
    """The numpydoc sections of a docstring: heading to body."""
    parts = re.split(r"^(\w[\w ]*)\n-{3,}\n?", docstring, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def documented(body: str) -> set[str]:
    """Names that a Parameters section explains: ``a, b : type`` or ``a, b`` at the margin."""
    heads = re.findall(r"^([*\w][^:\n]*?)(?:\s*:.*)?$", body, flags=re.MULTILINE)
    return {name.strip().lstrip("*") for head in heads for name in head.split(",")}


def parameters(node: Function) -> set[str]:
    spec = node.args
    every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg]
    names = {each.arg for each in every if each is not None}
    return {each for each in names if each not in {"self", "cls"} and is_public(each)}


def gives_something(node: Function) -> bool:
    told = ast.unparse(node.returns) if node.returns else "None"
    return told not in {"None", "NoReturn", "Never"}


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function but what stands in functions inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (*FUNCTION, ast.Lambda, ast.ClassDef)):
            yield child
            yield from own_nodes(child)


def errors_raised(node: Function) -> set[str]:
    """Classes that the function itself raises by name: ``raise X(...)``, ``raise X.of(...)``."""
    raised: set[str] = set()
    for each in own_nodes(node):
        if isinstance(each, ast.Raise) and isinstance(each.exc, ast.Call):
            called = ast.unparse(each.exc.func).removesuffix(".of").rpartition(".")[2]
            raised |= {called} if called[:1].isupper() else set()
    return raised


def lacking(node: Function) -> list[str]:
    """What the docstring of a public function leaves out."""
    docstring = ast.get_docstring(node) or ""
    told = sections(docstring)
    explained = documented(told.get("Parameters", ""))
    elsewhere = "as in `" in docstring.lower()
    missing = set() if elsewhere else parameters(node) - explained
    lacks = [f"parameter {each}" for each in sorted(missing)]
    if gives_something(node) and not told.keys() & {"Returns", "Yields"}:
        lacks.append("Returns")
    silent = {each for each in errors_raised(node) if each not in told.get("Raises", "")}
    return lacks + [f"Raises {each}" for each in sorted(silent)]


def room_fronts() -> set[str]:
    """Names that the rooms offer to others: what stands in ``__all__``."""
    names: set[str] = set()
    for path in CODE:
        for node in tree_of(path).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                names |= set(ast.literal_eval(node.value))
    return names


def is_command(node: Function) -> bool:
    """The docstring of a click command is its help text, and click documents its options."""
    return any(re.search(r"\.(command|group)\b", ast.unparse(d)) for d in node.decorator_list)


def owed(node: Function, *, is_method: bool, is_front: bool) -> list[str]:
    """What has to be said more than the first line, which says what a caller gets.

    A room's front documents everything (one line may do for a method of one parameter). Inside a
    room a parameter is explained where that adds a unit, a shape, a range or a source, and nobody
    is held to it: "The study." adds nothing. Errors are told everywhere.
    "as in `other`" stands for parameters that are documented there.
    """
    lacks = lacking(node)
    begun = sections(ast.get_docstring(node) or "").keys()
    needs = {"Raises"}
    if is_front and (len(parameters(node)) > int(is_method) or "Parameters" in begun):
        needs.add("parameter")
    if is_front and not is_method:
        needs.add("Returns")
    return [each for each in lacks if each.split()[0] in needs]


def test_every_module_class_function_and_method_says_what_it_is() -> None:
    silent = [name_of(path) for path in CODE if not ast.get_docstring(tree_of(path))]
    silent += [
        place
        for path in CODE
        for place, node, _ in public_definitions(path)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_public_functions_document_what_they_take_give_and_raise() -> None:
    fronts = room_fronts()
    lacks = {}
    for path in CODE:
        for place, node, is_method in public_definitions(path):
            if isinstance(node, FUNCTION) and not is_command(node):
                is_front = place.split()[-1].split(".")[0] in fronts
                if told := owed(node, is_method=is_method, is_front=is_front):
                    lacks[place] = told
    assert lacks == {}


def fields(node: ast.ClassDef) -> set[str]:
    """Fields of a record that carry no description of their own."""
    return {
        each.target.id
        for each in node.body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        if is_public(each.target.id) and "description=" not in ast.unparse(each)
        if "ClassVar" not in ast.unparse(each.annotation)
    }


def test_every_field_of_a_public_record_is_explained() -> None:
    lacks = {}
    for path in CODE:
        for place, node, _ in public_definitions(path):
            if isinstance(node, ast.ClassDef):
                told = sections(ast.get_docstring(node) or "")
                known = documented(told.get("Attributes", "") + "\n" + told.get("Parameters", ""))
                if missing := sorted(fields(node) - known):
                    lacks[place] = missing
    assert lacks == {}


# Names --------------------------------------------------------------------------------------


def test_names_are_the_field_s_words() -> None:
    never = re.compile(r"(?:^|_)(utils?|helpers?|managers?|respondents?|excerpts?|data2)(?:_|$)")
    found = [name_of(path) for path in CODE if never.search(path.stem.lower())]
    for path in CODE:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, (*FUNCTION, ast.ClassDef)):
                words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name).lower()
                if never.search(words):
                    found.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert found == []


def comments(path: Path) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def test_a_gate_is_passed_by_only_with_a_reason_and_nothing_is_left_to_do() -> None:
    bypass = re.compile(r"#\s*(?:type: ignore\[[\w, -]+\]|noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*)(.*)")
    found = []
    for path in CODE + TESTS:
        said = dict(comments(path))
        for line, text in said.items():
            told = bypass.search(text)
            # The reason stands behind it, or in a comment on the line above.
            reason = (told.group(1) if told else "") + said.get(line - 1, "")
            unexplained = told and len(reason.strip(" #-:.")) < 10
            loose = not told and re.search(r"type:\s*ignore|noqa|TODO|FIXME|XXX", text)
            if unexplained or loose:
                found.append(f"{name_of(path)}:{line} {text}")
    assert found == []


def test_no_test_is_skipped() -> None:
    skipping = re.compile(r"(?:mark|pytest|unittest)\.(?:skip|skipif|xfail|importorskip)\b")
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in TESTS
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and skipping.search(ast.unparse(node))
    ]
    assert found == []


# Imports ------------------------------------------------------------------------------------


def test_no_module_imports_itself_by_a_detour_not_even_lazily() -> None:
    graph = grimp.build_graph("toolkit", cache_dir=None)
    order = {each: graph.find_modules_directly_imported_by(each) for each in graph.modules}
    graphlib.TopologicalSorter(order).prepare()


def imported_by(statement: str) -> set[str]:
    """Top-level modules that a statement brings in, in a new interpreter."""
    show = "import atexit, sys; had = set(sys.modules)\n"
    show += "atexit.register(lambda: print('brought', *(set(sys.modules) - had)))\n"
    done = subprocess.run(
        [sys.executable, "-c", show + statement],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_importing_the_package_brings_in_nothing_else() -> None:
    assert imported_by("import toolkit") <= {"toolkit", "__future__"}


@pytest.mark.parametrize("words", [["--help"], ["guide", "--help"], ["run", "--help"]])
def test_asking_the_command_for_help_brings_in_no_library_but_click(words: list[str]) -> None:
    asked = f"from toolkit.cli import main; sys.argv = {['toolkit', *words]!r}; main()"
    heavy = {"pandas", "numpy", "matplotlib", "papermill", "nbconvert", "pydantic", "ruamel"}
    brought = imported_by(asked)
    assert heavy & brought == set()
    assert "click" in brought


@pytest.mark.parametrize("room", ["guide", "store", "fieldwork", "capture", "sources"])
def test_the_rooms_of_fieldwork_do_without_the_libraries_of_analysis(room: str) -> None:
    heavy = {"pandas", "matplotlib", "papermill", "nbconvert", "IPython"}
    assert heavy & imported_by(f"import toolkit.{room}") == set()


# What is in the repository ------------------------------------------------------------------


def tracked() -> list[Path]:
    """Files in git; in an unpacked source distribution, files outside of hidden folders."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z"], capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout
        return [ROOT / each for each in listed.split("\0") if each and (ROOT / each).is_file()]
    every = (each for each in ROOT.rglob("*") if each.is_file())
    return [each for each in every if not any(part[0] == "." for part in each.parts[-3:])]


def test_no_tracked_file_names_a_machine_s_path_or_a_package_index() -> None:
    # Written in pieces, so that this file does not find itself.
    paths = [
        "/ro" + "ot/",
        "/wo" + "rk/",
        "/ho" + r"me/\w",
        "/Us" + r"ers/\w",
        "/t" + r"mp/(?!ipykernel)\w",
    ]
    hosts = ["pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.(?:org|com)", "deb" + "ian.org"]
    never = re.compile("|".join(paths + hosts))
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{name_of(path)}: {each.group()}" for each in never.finditer(text)]
    assert found == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda each: each.stem)
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [each for each in notebook["cells"] if each["cell_type"] == "code"]
    assert [each["outputs"] for each in code] == [[]] * len(code)
    assert [each["execution_count"] for each in code] == [None] * len(code)
    assert "widgets" not in notebook["metadata"]


def test_there_are_notebooks_to_look_at() -> None:
    assert len(NOTEBOOKS) >= 5
