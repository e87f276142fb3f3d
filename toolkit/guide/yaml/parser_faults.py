"""What a YAML parser complains of, in words that help somebody who does not know YAML well."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

# The parser's words (a pattern over context and problem) and ours.
_WORDS = (
    (r"quoted scalar.*end of stream", "a quote is opened and never closed"),
    (r"quoted scalar.*document separator", "a quote is opened and never closed"),
    (
        r"quoted scalar.*unknown escape",
        "a backslash in double quotes begins a special sign; write two of them",
    ),
    (
        r"flow (mapping|sequence).*(got|found)|flow node",
        "a bracket is opened and not closed, or a comma is missing in it",
    ),
    (r"'\\t' that cannot start", "a tab stands where spaces are needed"),
    (r"character '(.)' that cannot start", r"a value begins with \1; put it in quotes"),
    (
        r"mapping values are not allowed",
        "a colon where no key can be: put a text with ': ' in quotes, or indent as above",
    ),
    (r"sequence entries are not allowed", "a list begins in the middle of a line"),
    (r"could not find expected ':'", "a key has no colon after it"),
    (r"expected <block end>, but found '<scalar>'", "a text goes on after its closing quote"),
    (r"expected <block end>, but found '[]}]'", "a bracket is closed that was not opened"),
    (r"expected <block end>|<document start>", "the indentation does not fit the lines above"),
)
# Faults of which the line where they begin helps more than the one where they show.
_BEGUN = ("a quote", "a bracket is opened", "a key")


def fault_in_words(fault: Exception, text: str) -> tuple[int, str]:
    """Return the line of a parser's fault and what it is.

    Returns
    -------
    line : int
        Counted from 1. For a quote or bracket that is never closed the line that opens it.
    """
    if not isinstance(fault, MarkedYAMLError):
        at = getattr(fault, "position", 0)
        return text.count("\n", 0, at) + 1, "a control character or a broken sign"
    said = " ".join(f"{fault.context or ''} {fault.problem or ''}".split()) or "not YAML"
    words = " ".join(str(fault.problem or fault.context or "not YAML").split())
    for pattern, ours in _WORDS:
        match = re.search(pattern, said)
        if match:
            words = match.expand(ours)
            break
    begun = words.startswith(_BEGUN)
    mark = (fault.context_mark if begun else None) or fault.problem_mark or fault.context_mark
    return (mark.line + 1 if mark else 1), words
