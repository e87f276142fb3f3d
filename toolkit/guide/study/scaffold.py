"""Writes a new study: a consistent example, to be changed from top to bottom."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from importlib.resources import files
from pathlib import Path

from toolkit.errors import StudyError, UsageError

_TITLE = "New study title"
_ID = "new-study-id"
_NAMES = (
    "study.yaml",
    "interview.yaml",
    "forum.yaml",
    "codebook.yaml",
    "consent.yaml",
    "README.md",
)


def new_study(folder: str | Path, title: str | None = None) -> list[Path]:
    """Write a new study into a folder of its own.

    Parameters
    ----------
    folder : str or Path
        A folder that is empty or does not exist yet. Its name becomes the id of the study, in
        small letters, digits and hyphens.
    title : str, optional
        What readers see the study called, on one line; the folder's name where none is given.

    Returns
    -------
    list of Path
        The files written, ``study.yaml`` first. They pass `check_study` and `check_guide`.

    Raises
    ------
    UsageError
        The folder has something in it, is a file, or the title is not one line of words.
    StudyError
        The folder cannot be written; nothing is left behind.
    """
    folder = Path(folder)
    name = Path(os.path.abspath(folder)).name
    shown = _title(name if title is None else title, folder)
    try:
        _refuse_unless_empty(folder)
        return _write(folder, _filled(study_id(name), shown))
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "it is no path"
        raise StudyError.of(
            "STUDY-071", place="folder", file=_printable(str(folder)), reason=reason
        ) from None


def study_id(name: str) -> str:
    """Turn any name into an id: small letters, digits and hyphens.

    Parameters
    ----------
    name : str
        ``Été à Genève``.

    Returns
    -------
    str
        ``ete-a-geneve``; ``study`` where no letter is left, and in front of a digit.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not slug[:1].isalpha():
        slug = f"study-{slug}".rstrip("-")
    return slug[:64].rstrip("-")


def _title(title: str, folder: Path) -> str:
    title = title.strip()
    problem = ""
    if not title:
        problem = "empty"
    elif not title.isprintable():
        problem = "more than one line, or has signs in it that cannot be shown"
    elif len(title) > 200:
        problem = f"{len(title)} signs long; 200 are the most"
    if problem:
        raise UsageError.of(
            "STUDY-072", place="title", file=_printable(str(folder)), problem=problem
        )
    return title


def _refuse_unless_empty(folder: Path) -> None:
    place = _printable(str(folder))
    if folder.is_dir():
        if any(folder.iterdir()):
            suggestion = "name another folder; nothing was changed in this one"
            what = "the folder is not empty"
            raise UsageError.of(
                "STUDY-070", place="folder", file=place, what=what, suggestion=suggestion
            )
    elif folder.exists():
        suggestion = "name a folder"
        raise UsageError.of(
            "STUDY-070", place="path", file=place, what="this is a file", suggestion=suggestion
        )


def _filled(name: str, title: str) -> dict[str, str]:
    """Return the text of every file by its name."""
    # A JSON text is a YAML text in double quotes, whatever stands in it.
    quoted = json.dumps(title, ensure_ascii=False)
    templates = files("toolkit.guide.study").joinpath("template")
    texts = {}
    for each in _NAMES:
        text = templates.joinpath(each).read_text(encoding="utf-8").replace(_ID, name)
        is_yaml = each.endswith(".yaml")
        texts[each] = text.replace(
            f'"{_TITLE}"' if is_yaml else _TITLE, quoted if is_yaml else title
        )
    return texts


def _write(folder: Path, texts: dict[str, str]) -> list[Path]:
    """Write all files or none."""
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    try:
        for name, text in texts.items():
            written.append(folder / name)
            with written[-1].open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError:
        for path in written:
            path.unlink(missing_ok=True)
        if made:
            folder.rmdir()
        raise
    return written


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
