"""The same notebook from the same run: what differs by chance is taken out.

Two papermill runs of one notebook differ in timestamps, durations, the id of the cell that is
put in, paths, addresses of objects, identifiers of widgets and how printed text was cut in
pieces. None of it says anything about the study. Timings go to a side file instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from toolkit.errors import Finding, RunError

_KEPT_TAGS = ("parameters", "injected-parameters")
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "name": "python", "pygments_lexer": "ipython3"},
}
_WIDGET = "application/vnd.jupyter.widget-view+json"
_LIVE_ONLY = "A control that works in a live notebook only."
_ADDRESS = re.compile(r"(?<= at )0x[0-9a-fA-F]{6,16}\b")
_CELL_FILE = re.compile(r"[^\s\"'<>]*ipykernel_[0-9]+[/\\][0-9]+\.py")


def read_notebook(file: Path) -> NotebookNode:
    """Read a notebook as it is committed.

    Returns
    -------
    nbformat.NotebookNode
        Without outputs, each cell with the id that it is committed with. Of metadata only tags
        are left: JupyterLab saves there how a notebook was last looked at, and by which kernel.

    Raises
    ------
    RunError
        RUN-006, it is no notebook of format 4.5.
    """
    try:
        read: NotebookNode = nbformat.read(file, as_version=nbformat.NO_CONVERT)
        nbformat.validate(read)
    except (OSError, ValueError, AttributeError, nbformat.ValidationError):
        raise _not_ours(file, "the file is not a valid notebook") from None
    if (read.nbformat, read.nbformat_minor) < (4, 5):
        raise _not_ours(file, "the notebook is in an older format")
    read.metadata = nbformat.from_dict(_METADATA)
    for cell in read.cells:
        tags = sorted(cell.metadata.get("tags", []))
        cell.metadata = NotebookNode({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return read


def normalise(
    notebook: NotebookNode, *, fault: Finding | None, hidden: Mapping[str, str], about: object
) -> NotebookNode:
    """Remove from an executed notebook what differs from run to run, and what must not be in it.

    Parameters
    ----------
    fault : Finding or None
        Why it stopped: stands in place of a traceback, which could show data.
    about : object
        Plain JSON values that the notebook keeps about the run, under ``toolkit``.
    """
    labels = sorted(hidden.items(), key=lambda item: -len(item[0]))
    for cell in notebook.cells:
        tags = [tag for tag in cell.metadata.get("tags", []) if tag in _KEPT_TAGS]
        cell.metadata = NotebookNode({"tags": tags} if tags else {})
        if "injected-parameters" in tags:
            cell.id = "injected-parameters"
        if cell.cell_type == "code":
            cell.outputs = [_output(each, fault, labels) for each in cell.outputs]
    notebook.metadata = nbformat.from_dict({**_METADATA, "toolkit": about})
    return notebook


def as_text(notebook: NotebookNode) -> str:
    """Return the text of a notebook's file: sorted keys, always the same line ends."""
    written: str = nbformat.writes(notebook, version=4)
    return written.rstrip("\n") + "\n"


def _output(
    output: NotebookNode, fault: Finding | None, labels: list[tuple[str, str]]
) -> NotebookNode:
    """Normalise one output."""
    if output.output_type == "error":
        said = str(fault) if fault else output.ename
        return NotebookNode(
            output_type="error",
            ename=output.ename,
            evalue=said,
            traceback=[f"{output.ename}: {said}"],
        )
    if output.output_type == "stream":
        output.text = _scrubbed(output.text, labels)
        return output
    if _WIDGET in output.data:
        output.data = NotebookNode({"text/plain": _LIVE_ONLY})
    for kind, value in output.data.items():
        if isinstance(value, str) and not kind.startswith("image/p"):
            output.data[kind] = _scrubbed(value, labels)
    return output


def _scrubbed(text: str, labels: list[tuple[str, str]]) -> str:
    """Replace addresses, files of a kernel and paths of this machine."""
    text = _CELL_FILE.sub("<cell>", text)
    for path, label in labels:
        text = text.replace(path, label)
    return _ADDRESS.sub("0x0", text)


def _not_ours(file: Path, what: str) -> RunError:
    """Build the error about a file that is no notebook of ours."""
    return RunError.of("RUN-006", place="notebook", file=file.name, what=what)
