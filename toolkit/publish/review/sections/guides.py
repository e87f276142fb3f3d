"""The page on topic guides as they were asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from toolkit.guide import compile_guide, prove
from toolkit.guide.show.text import path_line
from toolkit.guide.topic.difference import compare_guides
from toolkit.guide.topic.model import Guide, wording
from toolkit.publish.review.records import EARLIER, Records
from toolkit.publish.review.section import Link, Listing, Missing, Part, Piece, Section, counted


class Guides(Section):
    """Every version of every topic guide as it was asked, and which session used which.

    What changed from one version to the next is said as a participant would notice it. A
    version is told by the hash of its content, which each session has recorded when it began.
    """

    order, name, short = 10, "guides", "Guides"
    title = "Topic guides as asked"

    def content(self, records: Records) -> Iterator[Part]:
        """Yield versions, differences and sessions."""
        yield Part("Versions", (_versions(records),))
        for guide in records.inputs.guides:
            yield Part(f"What changed: {wording(guide.title)}", tuple(_changes(guide, records)))
        yield Part("Which session used which", tuple(_used(records)))


def guide_href(guide: Guide) -> str:
    """Return the page of one version of a guide."""
    return f"guides/{guide.guide}-{guide.hash[:8]}.html"


def _versions(records: Records) -> Listing:
    """List every version that there is a file of."""
    rows = [
        (
            Link(wording(each.title), guide_href(each)),
            each.version,
            each.hash[:12],
            path_line(prove(compile_guide(each))),
        )
        for each in records.guides
    ]
    heads = ("Guide", "Version", "Hash", "Followed to the end (clause P17)")
    base = f"{counted(len(rows), 'version')} of {counted(len(records.inputs.guides), 'guide')}."
    return Listing("Guides, each with its questions, probes and routing", heads, rows, base)


def _changes(guide: Guide, records: Records) -> Iterator[Piece]:
    """Yield the differences from each earlier version to the one after it."""
    line = [*(each for each in records.earlier if each.guide == guide.guide), guide]
    held = [each.hash for each in records.sessions if each.guide.guide == guide.guide]
    if len(line) == 1 and held and set(held) == {guide.hash}:
        yield (
            f"Nothing: {counted(len(held), 'session')} began with it, every one with version "
            f"{guide.version} as it stands here, by its hash."
        )
    elif len(line) == 1:
        yield Missing(
            f"Only version {guide.version} is kept, so there is nothing to compare it with. "
            f"Earlier files go into the folder {EARLIER}/ beside the guide."
        )
    for old, new in pairwise(line):
        found = compare_guides(old, new)
        rows = [
            (each.ref, each.what, "yes" if each.noticed else "no", each.comparable)
            for each in found.changes
        ]
        heads = ("Where", "What changed", "Noticed by participants", "Answers comparable")
        base = f"{counted(len(rows), 'change')}."
        yield Listing(f"From version {old.version} to {new.version}", heads, rows, base)


def _used(records: Records) -> Iterator[Piece]:
    """List sessions with the version that they were held with."""
    known = {each.hash: each for each in records.guides}
    counts = Counter(
        (wording(each.guide.title), each.version, each.hash) for each in records.sessions
    )
    rows = [
        (
            title,
            version,
            Link(digest[:12], guide_href(known[digest])) if digest in known else digest[:12],
            count,
        )
        for (title, version, digest), count in sorted(counts.items())
    ]
    lost = sorted({each.hash[:12] for each in records.sessions if each.hash not in known})
    if lost:
        yield Missing(f"No file is kept of the versions with these hashes: {', '.join(lost)}.")
    heads = ("Guide", "Version", "Hash", "Sessions")
    base = f"{counted(sum(counts.values()), 'session')} kept; which they are is in the journal."
    yield Listing("Sessions and the guide they were held with", heads, rows, base)
