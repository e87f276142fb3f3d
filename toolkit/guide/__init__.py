"""The protocol and its topic guides as files: reading, checking, routing.

A guide is a YAML file. `load_guide` reads it and stops at every fault at once, `compile_guide`
turns its routing into one JSON program, and `evaluate` follows that program for a set of answers.
Nothing here touches a disk beyond the guide's own files, or knows a widget.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.guide.study.check import check_study
    from toolkit.guide.study.codebook import load_codebook
    from toolkit.guide.study.consent import load_consent
    from toolkit.guide.study.loading import load_study
    from toolkit.guide.study.scaffold import new_study
    from toolkit.guide.topic.answering import check_answers, validate_answer
    from toolkit.guide.topic.answers import Answer
    from toolkit.guide.topic.compiler import compile_guide
    from toolkit.guide.topic.loading import check_guide, load_guide
    from toolkit.guide.topic.model import Guide, wording
    from toolkit.guide.topic.paths import prove
    from toolkit.guide.topic.program import Route, evaluate

_FROM = {
    "Answer": "topic.answers",
    "Guide": "topic.model",
    "Route": "topic.program",
    "check_answers": "topic.answering",
    "check_guide": "topic.loading",
    "check_study": "study.check",
    "compile_guide": "topic.compiler",
    "evaluate": "topic.program",
    "load_codebook": "study.codebook",
    "load_consent": "study.consent",
    "load_guide": "topic.loading",
    "load_study": "study.loading",
    "new_study": "study.scaffold",
    "prove": "topic.paths",
    "validate_answer": "topic.answering",
    "wording": "topic.model",
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


def __dir__() -> list[str]:
    """List the public names, imported or not, so that Tab completes them."""
    return sorted(__all__)
