"""Every notebook keeps the house style for notebooks (STYLE.md), rule by rule."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from pathlib import Path

import nbformat
import pytest

from toolkit.publish.notebooks.graph import read_graph
from toolkit.publish.notebooks.parameters import declared_parameters

FOLDER = Path(__file__).parents[2] / "notebooks"
FILES = sorted(FOLDER.glob("*.ipynb"))
BANNED = (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.For, ast.While, ast.ListComp, ast.DictComp)
IDEA_LINES = 10
# Links, clauses, code and headings may hold digits.
NAMED = re.compile(r"\[[^\]]*\]\([^)]*\)|P\d\d|`[^`]*`|^#.*$", re.MULTILINE)


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def file(request):
    return request.param


@pytest.fixture
def notebook(file):
    return nbformat.read(file, as_version=nbformat.NO_CONVERT)


def code_of(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def lines_of(source):
    """Count the lines that hold code."""
    return sum(1 for line in source.splitlines() if line.strip() and not line.startswith("#"))


def test_graph_names_exactly_the_notebooks_of_the_folder():
    assert [each.notebook for each in read_graph(FOLDER).steps] == [file.stem for file in FILES]


def test_name_is_a_number_and_words_and_the_index_links_it(file):
    assert re.fullmatch(r"[0-9]{2}-[a-z-]+", file.stem)
    index = nbformat.read(FILES[0], as_version=4)
    prose = "".join(cell.source for cell in index.cells if cell.cell_type == "markdown")
    assert file == FILES[0] or f"({file.name})" in prose


def test_first_cell_says_question_reader_what_goes_in_and_what_comes_out(notebook):
    first = notebook.cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert "?" in first.source
    for part in ("**For**", "**Goes in**", "**Comes out**"):
        assert part in first.source


def test_question_of_the_first_cell_is_that_of_the_graph(file, notebook):
    step = next(each for each in read_graph(FOLDER).steps if each.notebook == file.stem)
    assert step.question in notebook.cells[0].source


def test_one_parameters_cell_with_commented_literals(file, notebook):
    tagged = [c for c in code_of(notebook) if "parameters" in c.metadata.get("tags", [])]
    assert len(tagged) == 1
    assert tagged[0] is code_of(notebook)[0]
    assert declared_parameters(tagged[0].source, file.stem)


def test_imports_stand_in_one_cell_with_one_validating_call(notebook):
    second, *others = code_of(notebook)[1:]
    statements = ast.parse(second.source).body
    imports = [each for each in statements if isinstance(each, ast.Import | ast.ImportFrom)]
    (call,) = [each for each in statements if each not in imports]
    assert isinstance(call, ast.Assign)
    assert isinstance(call.value, ast.Call)
    assert all(each.module == "toolkit" for each in imports)
    assert not any("import " in cell.source for cell in others)


def test_no_definition_no_loop_no_path(notebook):
    for cell in code_of(notebook):
        tree = ast.walk(ast.parse(cell.source))
        assert not [each for each in tree if isinstance(each, BANNED)]
        assert not re.search(r"[\"'][^\"']*[/\\][^\"']*[\"']|\.\.|Path\(|open\(", cell.source)


def test_cell_is_one_idea_of_about_two_lines(notebook):
    lengths = [lines_of(cell.source) for cell in code_of(notebook)]
    assert max(lengths) <= IDEA_LINES
    assert sorted(lengths)[len(lengths) // 2] <= 2


def test_at_least_half_of_the_cells_are_prose(notebook):
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    assert len(prose) * 2 >= len(notebook.cells)
    assert all(len(cell.source.split()) >= 8 for cell in prose)


def test_prose_holds_no_figure_that_code_should_give(notebook):
    for cell in notebook.cells[1:]:
        if cell.cell_type == "markdown":
            plain = NAMED.sub("", cell.source)
            assert not re.search(r"\d", plain), plain


def test_last_code_cell_records_results(notebook):
    calls = [
        each
        for each in ast.walk(ast.parse(code_of(notebook)[-1].source))
        if isinstance(each, ast.Call)
    ]
    assert "record" in [each.func.id for each in calls if isinstance(each.func, ast.Name)]


def test_footer_ends_the_notebook(notebook):
    assert "footer(" in code_of(notebook)[-1].source
    assert notebook.cells[-1] is code_of(notebook)[-1]


def test_committed_without_outputs_in_normal_form(file, notebook):
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code_of(notebook))
    text = file.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


def test_ids_of_cells_are_stable_words(notebook):
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", each) for each in ids)


def test_comments_say_why_not_what(notebook):
    for cell in code_of(notebook)[1:]:
        tokens = tokenize.generate_tokens(io.StringIO(cell.source).readline)
        assert sum(token.type == tokenize.COMMENT for token in tokens) <= 1
