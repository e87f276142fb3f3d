"""Running afresh and comparing byte by byte with what is there: ``toolkit run --verify``."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from toolkit.errors import Finding, RunError, finding
from toolkit.publish.gate.held import HELD_BACK
from toolkit.publish.notebooks.cells import PUT_IN
from toolkit.publish.output_folder import MANIFEST, SIDE_FILE
from toolkit.publish.run.run import Options, Tell, run_study
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring

# What two texts differ in, where both sides of the first difference look alike.
_CAUSES = (
    ("a time or date", re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d(:\d\d)?")),
    (
        "a random identifier",
        re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|(?=\d*[a-f])[0-9a-f]{12,}"),
    ),
    ("an address in memory", re.compile(r"0x[0-9a-f]+")),
    ("a path on this machine", re.compile(r"(/[\w.-]+){2,}|[A-Z]:\\")),
    ("a number", re.compile(r"-?\d+(\.\d+)?")),
)
_WORD = re.compile(r"[^\s\"'<>(),;=]*$"), re.compile(r"^[^\s\"'<>(),;=]*")


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of running everything again.

    Attributes
    ----------
    run : str
        Id of the run.
    compared : int
        Files that were compared (count).
    findings : tuple of Finding
        What differs, each file or cell; empty if every byte is the same.
    """

    run: str
    compared: int
    findings: tuple[Finding, ...]


def verify_run(
    study: Path,
    home: Home,
    keyring: Keyring,
    *,
    notebooks: Path,
    outputs: Path,
    options: Options | None = None,
    tell: Tell | None = None,
) -> Verification:
    """Run everything again in another place, and compare every byte.

    Parameters
    ----------
    study, home, keyring, notebooks, outputs, options, tell
        As in `run_study`; nothing is written into the outputs.

    Returns
    -------
    Verification
        With a finding for each file (RUN-025) and each cell (RUN-026) that differs, and RUN-024
        where what goes in is not the same any more. No finding holds what a cell shows.

    Raises
    ------
    RunError, StudyError, GuideError, StoreError
        As in `run_study`; RUN-027, there is nothing to compare with; RUN-057, only one of the two
        runs looked for names.
    """
    there = _comparable(outputs / home.study, options or Options())
    with tempfile.TemporaryDirectory(prefix="tk-") as folder:
        report = run_study(
            study,
            home,
            keyring,
            notebooks=notebooks,
            outputs=Path(folder),
            options=replace(options or Options(), only=(), force=True, since=None, copy_to=""),
            tell=tell,
        )
        before, now = _contents(there), _contents(report.folder)
    earlier = str(json.loads(before[MANIFEST]).get("run"))
    if earlier != report.run:
        found = [finding("RUN-024", place="run", before=earlier, now=report.run)]
    else:
        found = list(_differences(before, now))
    return Verification(report.run, len(before.keys() | now.keys()), tuple(found))


def _comparable(folder: Path, how: Options) -> Path:
    """Refuse to compare with no run at all, or where only one of the two looks for names."""
    if not (folder / MANIFEST).is_file():
        raise RunError.of("RUN-027", place="outputs folder")
    told = json.loads(_content(folder / HELD_BACK) or b"{}")
    if told.get("names", {}).get("looked_for", False) != (how.names is not None):
        raise RunError.of("RUN-057", place="--user")
    return folder


def _contents(folder: Path) -> dict[str, bytes]:
    """Return place to content of all that the manifest lists, and the manifest."""
    listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["outputs"]
    places = [each for each in (*listed, MANIFEST) if each != SIDE_FILE]
    return {each: _content(folder / each) for each in sorted(places)}


def _content(file: Path) -> bytes:
    """Return the content of a file; empty if it is gone."""
    return file.read_bytes() if file.is_file() else b""


def _differences(before: Mapping[str, bytes], now: Mapping[str, bytes]) -> Iterator[Finding]:
    """Yield what differs: notebooks cell by cell, other files as a whole."""
    for place in sorted(before.keys() | now.keys()):
        one, other = before.get(place, b""), now.get(place, b"")
        if one == other:
            continue
        cells = list(_cells(place, one, other)) if place.endswith(".ipynb") else []
        yield from cells
        if not cells:
            one_text, other_text = one.decode(errors="replace"), other.decode(errors="replace")
            at = _first(one_text, other_text)
            cause = _cause(one_text, other_text, at)
            yield finding("RUN-025", place=f"character {at + 1}", file=place, what=cause)


def _cells(place: str, one: bytes, other: bytes) -> Iterator[Finding]:
    """Yield which outputs of which cells differ, and in what."""
    try:
        # Counted as a reader of the committed notebook counts them.
        both = [
            [cell for cell in json.loads(each)["cells"] if cell.get("id") != PUT_IN]
            for each in (one, other)
        ]
    except (ValueError, KeyError):
        return
    for number, (left, right) in enumerate(zip_longest(*both, fillvalue={}), 1):
        outputs = zip_longest(left.get("outputs", []), right.get("outputs", []))
        for position, (shown, again) in enumerate(outputs, 1):
            if shown != again:
                yield finding(
                    "RUN-026",
                    place=f"cell {number}, output {position}",
                    file=place,
                    what=_of_output(shown, again),
                )


def _of_output(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> str:
    """Return in what two outputs differ, without their content."""
    if one is None or other is None:
        return "only one of the two runs has it"
    left, right = _forms(one), _forms(other)
    for form in sorted(left.keys() | right.keys()):
        text, again = left.get(form, ""), right.get(form, "")
        if text != again:
            at = _first(text, again)
            return f"its {form} differs from character {at + 1} on in {_cause(text, again, at)}"
    return "its order or its metadata differ"


def _forms(output: Mapping[str, Any]) -> dict[str, str]:
    """Return the forms of an output as texts."""
    data = output.get("data") or {str(output.get("name", "error")): output.get("text", "")}
    return {
        name: "".join(each) if isinstance(each, list) else str(each) for name, each in data.items()
    }


def _first(one: str, other: str) -> int:
    """Return the position of the first difference."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _cause(one: str, other: str, at: int) -> str:
    """Guess from the words around a difference what kind of thing differs."""
    words = []
    for text in (one, other):
        before, after = _WORD[0].search(text[:at][-200:]), _WORD[1].match(text[at : at + 200])
        words.append((before[0] if before else "") + (after[0] if after else ""))
    for cause, pattern in _CAUSES:
        if all(pattern.search(word) for word in words):
            return cause
    return "its text"
