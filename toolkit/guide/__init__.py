"""The protocol and its topic guides as files: reading, checking, routing.

A guide is a YAML file. `load_guide` reads it and stops at every fault at once, `compile_guide`
turns its routing into one JSON program, and `evaluate` follows that program for a set of answers.
Nothing here touches a disk beyond the guide's own files, or knows a widget.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.guide.answering import check_answers, validate_answer
    from toolkit.guide.answers import Answer
    from toolkit.guide.codebook import load_codebook
    from toolkit.guide.compiler import compile_guide
    from toolkit.guide.consent import load_consent
    from toolkit.guide.loading import check_guide, load_guide
    from toolkit.guide.model import Guide, wording
    from toolkit.guide.paths import prove
    from toolkit.guide.program import Route, evaluate
    from toolkit.guide.scaffold import new_study
    from toolkit.guide.study_check import check_study
    from toolkit.guide.study_loading import load_study

_FROM = {
    "Answer": "answers",
    "Guide": "model",
    "Route": "program",
    "check_answers": "answering",
    "check_guide": "loading",
    "check_study": "study_check",
    "compile_guide": "compiler",
    "evaluate": "program",
    "load_codebook": "codebook",
    "load_consent": "consent",
    "load_guide": "loading",
    "load_study": "study_loading",
    "new_study": "scaffold",
    "prove": "paths",
    "validate_answer": "answering",
    "wording": "model",
}

__all__ = [
    "Answer",
    "Guide",
    "Route",
    "check_answers",
    "check_guide",
    "check_study",
    "compile_guide",
    "evaluate",
    "load_codebook",
    "load_consent",
    "load_guide",
    "load_study",
    "new_study",
    "prove",
    "validate_answer",
    "wording",
]


def __getattr__(name: str) -> Any:
    """Import a public name only when it is used, so that ``import toolkit.guide`` stays cheap."""
    if name in _FROM:
        return getattr(import_module(f"toolkit.guide.{_FROM[name]}"), name)
    raise AttributeError(f"module 'toolkit.guide' has no attribute '{name}'")
