"""Translates a page's style for paper: what stays together, and how numbers are aligned.

pandoc hands attributes that begin with ``typst:`` on to Typst, and drops classes; so the classes
of our pages become such attributes.
"""

from __future__ import annotations

import re

# Rows up to which a table stays on one page; a longer one begins where some of it has room.
KEPT_TOGETHER = 25
_TABLE = re.compile(r'<div class="table-scroll"[^>]*>(.*?</table>)', re.DOTALL)
_PROSE = re.compile(r'<div class="prose">(.*?)</div>(\s*<div class="output">)?', re.DOTALL)
_SMALL = 'data-typst:text:size="8.5pt" data-typst:text:fill="luma(70)"'
_STICKY = 'data-typst:sticky="true"'
_ABOVE = 'data-typst:above="2em"'
_INSTEAD = (
    (re.compile(r'class="number[^"]*"'), 'style="text-align: right"'),
    (re.compile(r'<div class="rests-on">'), f"<div {_SMALL}>"),
    (re.compile(r'<span class="base">'), f'<span {_SMALL} data-typst:text:weight="400">'),
    (re.compile(r'<section id="([^"]*)">'), rf'<section id="\1" {_ABOVE}>'),
    (re.compile(r"<p>([^<]*)</p>\s*</blockquote>"), rf"<div {_SMALL}><p>\1</p></div></blockquote>"),
)


def for_paper(body: str) -> str:
    """Return HTML with what Typst has to know.

    Returns
    -------
    str
        Numbers stand on the right; what a table rests on is small and stays below it; a short table
        stays whole, and the words that lead to it stay above it.
    """
    for pattern, instead in _INSTEAD:
        body = pattern.sub(instead, body)
    return _TABLE.sub(_whole, _PROSE.sub(_led_to, body))


def placed(written: str) -> str:
    """Return what pandoc wrote for Typst with tables on the left, long ones where there is room.

    Parameters
    ----------
    written : str
        Text in Typst's language; ``#room`` is defined by the head that it follows.
    """
    left = written.replace("align(center)[#table(", "align(left)[#table(")
    return left.replace("#block[\n#figure(", "#room\n#block[\n#figure(")


def _led_to(prose: re.Match[str]) -> str:
    """Keep prose above the table or figure that it leads to; give a chapter room above it."""
    above = _ABOVE if "<h2" in prose[1] else ""
    sticky = _STICKY if prose[2] else ""
    return f"<div {above} {sticky}>{prose[1]}</div>{prose[2] or ''}"


def _whole(table: re.Match[str]) -> str:
    """Keep a short table on one page, and what it rests on below it; let a long one go on."""
    if table[1].count("<tr>") > KEPT_TOGETHER:
        return f"<div>{table[1]}"
    return f'<div {_STICKY} data-typst:breakable="false">{table[1]}'
