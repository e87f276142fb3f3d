"""Text on its way into static HTML or Markdown: escaped, and nothing invisible left invisible."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

# Characters that turn text around or hide in it. They are stored as they are and named here.
# The joiners U+200C and U+200D are part of Persian words and of emoji, and stay.
_UNSEEN = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u0000-\u0008\u000b-\u001f\u007f-\u009f]"
)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-!|<>~$&=:.@^\"'])")


def visible(text: str) -> str:
    """Return text in which characters that cannot be seen are named in brackets.

    Returns
    -------
    str
        Line breaks and tabs as spaces; ``[U+202E]`` for what turns the writing round or hides;
        a combining mark without a letter stands on a dotted circle.
    """
    plain = text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ").replace("\t", " ")
    plain = _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", plain)
    return f"\u25cc{plain}" if plain and unicodedata.combining(plain[0]) else plain


def escaped(value: object) -> str:
    """Return a value as text that is safe anywhere in HTML, attributes included."""
    return html.escape(visible(str(value)), quote=True)


def markdown_escaped(value: object) -> str:
    """Return a value as text that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", visible(str(value)))


def listed(parts: Iterable[object], last: str = "and") -> str:
    """Join words as a sentence does: ``a, b and c``.

    Parameters
    ----------
    last : str
        The word before the last part.
    """
    words = [str(part) for part in parts]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
