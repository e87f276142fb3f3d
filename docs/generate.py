"""Writes the pages of the documentation that come out of the code, so that they cannot lie.

Run ``make docs`` after a change to a model, a frame or a message; a test compares the pages.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from toolkit.analysis.data.schema import SCHEMA
from toolkit.errors import catalogue
from toolkit.guide.show.json_schema import FILES, schema_of
from toolkit.guide.yaml.validate import reachable
from toolkit.store import NewEvent

MADE = "<!-- Made by `make docs`; change the code, not this page. -->\n"
_WORD = {"string": "text", "integer": "whole number", "boolean": "true/false", "null": "nothing"}


def pages() -> dict[str, str]:
    """Give every generated page by its path below docs/."""
    made = {f"schema/{name}.schema.json": _json(schema_of(name)) for name in FILES}
    return made | {"data-dictionary.md": dictionary(), "messages.md": messages()}


def dictionary() -> str:
    """Give the data dictionary: files, events, frames."""
    lines = [
        MADE,
        "# Data dictionary\n",
        "What stands in a study's files, what the journal records, and what the analysis reads.",
        "Types are those of YAML and JSON; in frames those of pandas.\n",
    ]
    for name, model in FILES.items():
        lines.append(f"\n## {name} files\n")
        for each in reachable(model):
            lines += _model(each)
    lines += ["\n## The journal\n", *_event(), "\n## Frames\n"]
    for frame, columns in SCHEMA.items():
        lines += [f"\n### {frame}\n", "| column | type | what it says |", "|---|---|---|"]
        lines += [
            f"| `{name}` | {kind} | {_cell(says)} |" for name, (kind, says) in columns.items()
        ]
    return "\n".join(lines) + "\n"


def messages() -> str:
    """Give the catalogue of messages."""
    lines = [
        MADE,
        "# Messages\n",
        "Every message of the toolkit: what was found, which rule it breaks, what to do. Words in",
        "braces are filled in. A message never repeats an answer, a name or a phone number.\n",
        "| code | what was found | rule | what to do | |",
        "|---|---|---|---|---|",
    ]
    for code, entry in sorted(catalogue().items()):
        cells = " | ".join(_cell(entry[part]) for part in ("found", "rule", "do"))
        lines.append(f"| `{code}` | {cells} | {entry.get('severity', 'error')} |")
    return "\n".join(lines) + "\n"


def _model(model: Any) -> Iterator[str]:
    yield f"\n### {model.__name__}\n"
    yield " ".join((model.__doc__ or "").split("\n\n")[0].split()) + "\n"
    yield "| key | type | needed | what it says |"
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
    yield "One line for each thing that was said or done. Columns are named as in ODK's audit log"
    yield "where it has them. `seq` (number) and `chain` (SHA-256 link to the event before) are"
    yield "added by the store.\n"
    yield "| column | type | what it says |"
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
