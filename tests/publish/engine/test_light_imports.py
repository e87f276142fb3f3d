"""What is hidden while packages are loaded changes nothing that comes out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LIGHT = (
    "from toolkit.publish.engine.light_imports import load_nbconvert, load_nbformat, load_kernel\n"
)
LIGHT += "load_nbformat(); load_nbconvert(); load_kernel()\n"
WHOLE = "import debugpy, soupsieve, fqdn, isoduration, webcolors\nimport nbformat, nbconvert\n"
RENDERED = """
import hashlib, pathlib, nbformat
from toolkit.publish.pages.frame import Link, Page, Site
from toolkit.publish.pages.notebook_page import render_views
site = Site("A study", True, "run", "code", [], [Link("index.html", "Overview")])
for file in sorted(pathlib.Path("notebooks").glob("*.ipynb")):
    notebook = nbformat.read(file, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("1", id="out", outputs=[
        nbformat.v4.new_output("display_data", {"text/html": "<b onclick='x'>a</b><p>b"}),
        nbformat.v4.new_output("stream", name="stdout", text="plain"),
    ]))
    pages = render_views(notebook, Page(site, "a.html", "A"), settings=[], fault=None)
    print(file.name, *(hashlib.sha256(each.encode()).hexdigest() for each in pages.values()))
"""
REFUSED = """
import nbformat
good = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", id="a")])
def broken(change):
    made = nbformat.from_dict(nbformat.v4.to_notebook_json(good) if False else dict(good))
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", id="a")])
    change(made)
    try:
        nbformat.validate(made)
    except nbformat.ValidationError as fault:
        return str(fault)
    return "good"
print(broken(lambda it: None))
print(broken(lambda it: it.cells[0].pop("source")))
print(broken(lambda it: it.cells[0].update(outputs=[{"output_type": "stream"}])))
print(broken(lambda it: it.cells[0].update(cell_type="nothing")))
print(broken(lambda it: it.metadata.update(kernelspec={"name": 1})))
"""


@pytest.mark.parametrize("code", [RENDERED, REFUSED], ids=["pages", "what is refused"])
def test_the_same_comes_out_with_all_of_them_loaded(code: str) -> None:
    said = [
        subprocess.run(
            [sys.executable, "-c", before + code],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for before in (LIGHT, WHOLE)
    ]
    assert said[0] == said[1]
    assert said[0].count("\n") > 4
