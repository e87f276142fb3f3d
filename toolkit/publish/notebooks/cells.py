"""The cells of a notebook around a run: parameters put in, outputs taken out and put back."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nbformat import NotebookNode

from toolkit.publish.notebooks.parameters import Value

PUT_IN = "injected-parameters"
_FAILED = "papermill-error-cell-tag"


def with_parameters(source: NotebookNode, values: Mapping[str, Value]) -> NotebookNode:
    """Return a copy of a notebook with a cell that sets parameters, where there are any.

    The cell is the one that papermill would put in, behind the cell of declarations.

    Parameters
    ----------
    values : mapping of str to value
        What to set, in order.
    """
    filled = copy.deepcopy(source)
    # What papermill writes into a notebook that failed, and takes out before it runs again.
    filled.cells = [each for each in filled.cells if _FAILED not in each.metadata.get("tags", [])]
    if values:
        lines = ["# Parameters", *(f"{name} = {_literal(each)}" for name, each in values.items())]
        cell = NotebookNode(
            cell_type="code",
            execution_count=None,
            id=PUT_IN,
            metadata=NotebookNode(tags=[PUT_IN]),
            outputs=[],
            source="\n".join(lines) + "\n",
        )
        filled.cells.insert(_place(filled), cell)
    return filled


def ran(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Return what ran: number and outputs of each code cell, in order."""
    return [
        {"execution_count": cell.execution_count, "outputs": cell.outputs}
        for cell in code_cells(notebook)
    ]


def put_back(notebook: NotebookNode, what_ran: Sequence[Mapping[str, Any]]) -> NotebookNode:
    """Insert earlier outputs into a notebook without outputs."""
    for cell, each in zip(code_cells(notebook), what_ran, strict=True):
        put_back_one(cell, each)
    return notebook


def put_back_one(cell: NotebookNode, what_ran: Mapping[str, Any]) -> None:
    """Insert earlier outputs into one cell; parameters as in `put_back`."""
    cell.execution_count = what_ran["execution_count"]
    cell.outputs = [_node(output) for output in what_ran["outputs"]]


def code_cells(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """Return the code cells of a notebook, in order."""
    return (cell for cell in notebook.cells if cell.cell_type == "code")


def _place(notebook: NotebookNode) -> int:
    """Return the position after the parameters cell; 0 if there is none."""
    for position, cell in enumerate(notebook.cells):
        if "parameters" in cell.metadata.get("tags", []):
            return position + 1
    return 0


def _literal(value: Value) -> str:
    """Return a value as Python source, as papermill writes it."""
    if isinstance(value, str):
        escaped = value.encode("unicode_escape").decode().replace('"', r"\"")
        return f'"{escaped}"'
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return str(value)


def _node(value: Any) -> Any:
    """Convert mappings into notebook nodes, at every level."""
    if isinstance(value, Mapping):
        return NotebookNode({key: _node(each) for key, each in value.items()})
    return [_node(each) for each in value] if isinstance(value, list) else value
