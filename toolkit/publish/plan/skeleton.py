"""A new notebook in the house style, and its entry in ``graph.toml``."""

from __future__ import annotations

import json
import re
from pathlib import Path

from toolkit.errors import RunError
from toolkit.publish.notebooks.graph import read_graph

_NAME = re.compile(r"[0-9]{2}-[a-z0-9]+(-[a-z0-9]+)*")
_TITLE = (
    "# {title}\n\n**{question}**\n\n**For** whoever reads it.  \n"
    "**Goes in**: what graph.toml says of this notebook.  \n**Comes out**: its answer."
)
_IMPORTS = "from toolkit import footer, open_study, record, say, table\n\ndata = open_study(study)"
_SAID = 'say("{{sessions}} sessions were held.", sessions=len(data.sessions))'
_CELLS = (
    ("markdown", "title", _TITLE),
    ("code", "parameters", 'study = "{study}"  # which study: the name of its folder'),
    (
        "markdown",
        "open",
        "Everything below is read from the journal, and nothing is written to it.",
    ),
    ("code", "imports", _IMPORTS),
    ("markdown", "counted-why", "How many sessions there are. Change this to your own question."),
    ("code", "counted", _SAID),
    ("code", "record", "display(record(sessions=len(data.sessions)), footer(data))"),
)
_QUESTION = "Which question does this notebook answer?"


def new_notebook(folder: Path, name: str, study: str = "my-study") -> list[Path]:
    """Write a notebook to begin with and enter it in ``graph.toml``, whose comments stay.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of the notebooks.
    name : str
        Two digits and words: ``06-my-question``. A notebook that is there already is only entered.
    study : str
        Id of the study that its parameter names.

    Returns
    -------
    list of pathlib.Path
        What was written.

    Raises
    ------
    RunError
        The name is none for a notebook (RUN-063), or the graph names it already (RUN-064).
    """
    if not _NAME.fullmatch(name):
        raise RunError.of("RUN-063", place=f"notebook {name}")
    graph = folder / "graph.toml"
    if any(each.notebook == name for each in read_graph(folder).steps):
        raise RunError.of("RUN-064", place=f"notebook {name}")
    file, written = folder / f"{name}.ipynb", [graph]
    if not file.exists():
        file.write_text(_skeleton(name, study), encoding="utf-8")
        written.insert(0, file)
    text = graph.read_text(encoding="utf-8").rstrip("\n")
    reads, records = '["sessions", "guides", "protocol"]', '["sessions"]'
    entry = f'[[notebook]]\nnotebook = "{name}"\nquestion = "{_QUESTION}"\n'
    entry += f"reads = {reads}\nrecords = {records}\n"
    graph.write_text(f"{text}\n\n{entry}", encoding="utf-8")
    return written


def _skeleton(name: str, study: str) -> str:
    """Return the file of a notebook without outputs, in normal form."""
    title = name[3:].replace("-", " ").capitalize()
    cells = []
    for kind, key, source in _CELLS:
        text = source.format(title=title, question=_QUESTION, study=study)
        cell: dict[str, object] = {
            "cell_type": kind,
            "id": key,
            "metadata": {},
            "source": text.splitlines(True),
        }
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        if key == "parameters":
            cell["metadata"] = {"tags": ["parameters"]}
        cells.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
