"""The way to the evidence: a link that says which page it leads to."""

from __future__ import annotations

from toolkit.publish.review.section import Link, all_sections

# Parts of the page on COREQ that its own items, and those of SRQR, lead to.
_PARTS = {
    "coreq.html#competence-by-role": "Roles",
    "coreq.html#declared-in-the-protocol": "Declared",
}


def evidence(href: str) -> Link | str:
    """Return a link to the evidence, named after its page; plain words if there is none.

    Parameters
    ----------
    href : str
        Page of the pack with its part; may be empty.
    """
    page = href.partition("#")[0]
    names = {each.href: each.short for each in all_sections()} | _PARTS
    return Link(names.get(href) or names.get(page, "Overview"), href) if href else "none yet"
