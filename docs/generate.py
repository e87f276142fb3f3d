"""Write the pages of the documentation that come out of the code, so that they cannot lie.

Run ``make docs`` after a change to a model, a frame, a message, a command or a module's first line;
a test compares the pages.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from typing import Any

import click

from toolkit.analysis.data.schema import SCHEMA
from toolkit.cli import toolkit
from toolkit.errors import catalogue
from toolkit.guide.show.json_schema import FILES, schema_of
from toolkit.guide.yaml.validate import reachable
from toolkit.store import NewEvent

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "toolkit"
MADE = "<!-- Made by `make docs`; change the code, not this page. -->\n"
_WORD = {"string": "text", "integer": "whole number", "boolean": "true/false", "null": "nothing"}


def pages() -> dict[str, str]:
    """Return every generated page by its path below docs/."""
    made = {f"schema/{name}.schema.json": _json(schema_of(name)) for name in FILES}
    made |= {"data-dictionary.md": dictionary(), "messages.md": messages()}
    return made | api() | commands() | {"architecture.md": with_map()}


def api() -> dict[str, str]:
    """Return one page for each room with the public names that tests/public_api.toml pins."""
    pinned = tomllib.loads((ROOT / "tests" / "public_api.toml").read_text(encoding="utf-8"))
    rooms: dict[str, dict[str, list[str]]] = {}
    for module, names in pinned.items():
        room = ".".join(module.split(".")[:2])
        rooms.setdefault(room, {})[module] = names
    made = {}
    for room, modules in rooms.items():
        lines = [MADE, f"# {room}\n"]
        for module, names in modules.items():
            if module != room:
                lines.append(f"\n## {module}\n")
            members = f"   :members: {', '.join(names)}\n" if names else ""
            lines.append(f"```{{eval-rst}}\n.. automodule:: {module}\n{members}```\n")
        made[f"reference/api/{room}.md"] = "\n".join(lines)
    made["reference/api/index.md"] = _contents(
        "The Python interface",
        "What the package and its rooms offer to notebooks and to each other. Names that are not\n"
        "listed here can change at any time. There is a list of all names ({ref}`genindex`) and\n"
        "of all modules ({ref}`modindex`).",
        rooms,
    )
    return made


def commands() -> dict[str, str]:
    """Return one page for each noun of the command, with its verbs and options."""
    nouns = dict(sorted(toolkit.commands.items()))
    made = {
        f"reference/commands/{name}.md": "\n".join(
            [
                # sphinx-click writes the heading.
                MADE,
                "```{eval-rst}",
                f".. click:: {_place(command)}",
                f"   :prog: toolkit {name}",
                "   :nested: full",
                "```\n",
            ]
        )
        for name, command in nouns.items()
    }
    made["reference/commands/index.md"] = _contents(
        "Commands",
        "Every command has `--help` with an example. Exit codes: 0 all is well, 1 something was\n"
        "found or refused, 2 the command was used wrongly.",
        nouns,
    )
    return made


def _place(command: click.Command) -> str:
    """Return where sphinx-click finds a command: module and name."""
    assert command.callback is not None
    module = import_module(command.callback.__module__)
    return f"{module.__name__}:{next(n for n, v in vars(module).items() if v is command)}"


def _contents(title: str, text: str, pages: Iterable[str]) -> str:
    listed = "\n".join(pages)
    return f"{MADE}\n# {title}\n\n{text}\n\n```{{toctree}}\n:maxdepth: 2\n\n{listed}\n```\n"


def with_map() -> str:
    """Return architecture.md with the map of all modules as the code has it now."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    head, begin, rest = page.partition("<!-- map: made by `make docs` from first lines -->\n")
    _, end, tail = rest.partition("<!-- end of the map -->")
    lines = "\n".join(_map(PACKAGE, 0))
    return f"{head}{begin}\n{lines}\n\n{end}{tail}"


def _map(folder: Path, depth: int) -> Iterator[str]:
    """Yield one line for each module of a folder, then the rooms in it."""
    indent = "  " * depth
    for path in sorted(folder.iterdir()):
        if path.suffix in {".py", ".js"} and path.stem != "__init__":
            yield f"{indent}- `{path.name}`: {_first_line(path)}"
    for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
        if any(path.suffix in {".py", ".js"} for path in inner.rglob("*")):
            front = inner / "__init__.py"
            says = f": {_first_line(front)}" if front.exists() else ""
            yield f"{indent}- **`{inner.name}/`**{says}"
            yield from _map(inner, depth + 1)


def _first_line(path: Path) -> str:
    """Return the first sentence of a module's docstring, or of a script's first comment."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        said = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0]
    else:
        comment = takewhile(lambda line: line.startswith("// "), text.splitlines())
        said = " ".join(line.removeprefix("// ") for line in comment)
    return re.split(r"(?<=\.)\s+(?=[A-Z`])", " ".join(said.split()), maxsplit=1)[0]


def dictionary() -> str:
    """Return the data dictionary: files, events, frames."""
    lines = [
        MADE,
        "# Data dictionary\n",
        "The keys of a study's files, the events of the journal, and the columns of the frames",
        "that notebooks read. Types are those of YAML and JSON; in frames, those of pandas.\n",
    ]
    for name, model in FILES.items():
        lines.append(f"\n## {name} files\n")
        for each in reachable(model):
            lines += _model(each)
    lines += ["\n## The journal\n", *_event(), "\n## Frames\n"]
    for frame, columns in SCHEMA.items():
        lines += [f"\n### {frame}\n", "| column | type | meaning |", "|---|---|---|"]
        lines += [
            f"| `{name}` | {kind} | {_cell(says)} |" for name, (kind, says) in columns.items()
        ]
    return "\n".join(lines) + "\n"


def messages() -> str:
    """Return the catalogue of messages."""
    lines = [
        MADE,
        "# Messages\n",
        "Every message of the toolkit: what was found, which rule it breaks, what to do. Words in",
        "braces are filled in. No message repeats an answer, a name or a telephone number.\n",
    ]
    subject = ""
    for code, entry in sorted(catalogue().items()):
        if code.partition("-")[0] != subject:
            subject = code.partition("-")[0]
            lines += [f"\n## {subject}\n", "| code | what was found | rule | what to do | kind |"]
            lines.append("|---|---|---|---|---|")
        cells = " | ".join(_cell(entry[part]) for part in ("found", "rule", "do"))
        lines.append(f"| `{code}` | {cells} | {entry.get('severity', 'error')} |")
    return "\n".join(lines) + "\n"


def _model(model: Any) -> Iterator[str]:
    yield f"\n### {model.__name__}\n"
    yield " ".join((model.__doc__ or "").split("\n\n")[0].split()) + "\n"
    yield "| key | type | required | meaning |"
    yield "|---|---|---|---|"
    properties = model.model_json_schema(by_alias=True)
    here = properties.get("$defs", {}).get(model.__name__, properties)
    for name, field in model.model_fields.items():
        key = field.alias or name
        kind = _kind(here["properties"][key])
        needed = "yes" if field.is_required() else ""
        yield f"| `{key}` | {kind} | {needed} | {_cell(field.description or '')} |"


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for several in ("anyOf", "oneOf"):
        if several in schema:
            kinds = dict.fromkeys(_kind(each) for each in schema[several])
            return " or ".join(kind for kind in kinds if kind != "nothing")
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}" if "items" in schema else "list"
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties")
        return f"mapping to {_kind(inner)}" if isinstance(inner, dict) else "mapping"
    kind = str(schema.get("type", "anything"))
    return _WORD.get(kind, kind)


def _event() -> Iterator[str]:
    yield "One entry for each thing that was said or done. Columns are named as in ODK's audit log"
    yield "where it has them. `seq` (number) and `chain` (SHA-256 link to the event before) are"
    yield "added by the store.\n"
    yield "| column | type | meaning |"
    yield "|---|---|---|"
    for name, kind, said in _attributes(NewEvent.__doc__ or ""):
        yield f"| `{name}` | {kind} | {_cell(said).replace('``', '`')} |"


def _attributes(doc: str) -> Iterator[tuple[str, str, str]]:
    """Take apart the numpydoc section on attributes: a name line, then indented text."""
    lines = doc.split("Attributes\n")[1].splitlines()[1:]
    margin = len(lines[0]) - len(lines[0].lstrip())
    entries: list[tuple[str, str, str]] = []
    for line in lines:
        if line.strip() and not line[margin:].startswith(" "):
            name, _, kind = line.strip().partition(" : ")
            entries.append((name, kind, ""))
        elif line.strip():
            name, kind, said = entries[-1]
            entries[-1] = (name, kind, f"{said} {line.strip()}")
    yield from entries


def _cell(said: str) -> str:
    return " ".join(said.split()).replace("|", "\\|").replace("{{", "{").replace("}}", "}")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Write every page, or with --check say which ones are not up to date."""
    root = Path(__file__).parent
    stale = [
        name
        for name, text in pages().items()
        if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv:
        sys.exit(f"Not up to date, run make docs: {', '.join(stale)}" if stale else 0)
    for name in stale:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(pages()[name], encoding="utf-8")


if __name__ == "__main__":
    main()
