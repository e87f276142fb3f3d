"""The page on consent and withdrawal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from toolkit.guide.topic.model import wording
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import Listing, Missing, Part, Piece, Section, counted


class Consent(Section):
    """What people agreed to, point by point of the form that they signed, and who left.

    Counts only. Consent is recorded before a session can begin; without it the toolkit refuses
    (clause P25).
    """

    order, name, short = 30, "consent", "Consent"
    title = "Consent and withdrawal"

    def content(self, records: Records) -> Iterator[Part]:
        """Yield forms, points and withdrawals."""
        yield Part("Forms in use", (_forms(records),))
        yield Part("Consent by point of the form", (_points(records),))
        yield Part("The form", (_form(records),))
        yield Part("Withdrawals", tuple(_gone(records)))


def _forms(records: Records) -> Piece:
    """Count consents by version of the form."""
    if not records.consents:
        return Missing("No consent is recorded.")
    counts = Counter((each.form, each.version, each.hash) for each in records.consents.values())
    rows = [
        (form, version, digest[:12], "yes" if digest == records.form.hash else "no", n)
        for (form, version, digest), n in sorted(counts.items())
    ]
    heads = ("Form", "Version", "Hash", "In use now", "Consents")
    return Listing(
        "Consents by version of the form",
        heads,
        rows,
        f"{counted(sum(counts.values()), 'consent')}.",
    )


def _points(records: Records) -> Piece:
    """Count yes and no by point; those who were not asked a point are not in its base."""
    if not records.consents:
        return Missing("No consent is recorded.")
    rows = []
    for point in records.form.clauses:
        given = [
            each.clauses[point.clause]
            for each in records.consents.values()
            if point.clause in each.clauses
        ]
        kind = "has to be yes" if point.answer == "required" else "free choice"
        rows.append(
            (
                named(point.clause),
                point.protocol or "",
                kind,
                len(given),
                sum(given),
                given.count(False),
            )
        )
    heads = ("Point", "Clause", "Kind", "Asked", "Yes", "No")
    took_part = records.consents.keys() & set(records.study.frames.participants["participant"])
    base = (
        f"{counted(len(records.consents), 'consent')} as they stand now; {len(took_part)} of these "
        "people took part, with others the call ended early. Counts are of the whole sample and "
        "crossed with no attribute."
    )
    return Listing("Answers by point of the form", heads, rows, base)


def _form(records: Records) -> Listing:
    """Return the wording of the form."""
    rows = [
        (
            named(each.clause),
            ", ".join(map(records.study.strand_title, each.strands)) or "all",
            wording(each.text),
        )
        for each in records.form.clauses
    ]
    base = f"Version {records.form.version}, hash {records.form.hash[:12]}."
    return Listing(wording(records.form.title), ("Point", "Asked in", "Wording"), rows, base)


def named(clause: str) -> str:
    """Return the id of a point of the form as words: ``Use social media``."""
    return clause.replace("-", " ").capitalize()


def _gone(records: Records) -> Iterator[Piece]:
    """Yield the rules of withdrawal, and how many withdrew at which moment."""
    rules = records.study.protocol.withdrawal
    rows = [
        (
            records.study.strand_title(each.strand),
            "yes" if each.before else "no",
            "yes" if each.during else "no",
            counted(each.weeks_after, "week") if each.weeks_after else "no",
        )
        for each in rules
    ]
    heads = ("Strand", "Before", "During", "After")
    yield Listing(
        "Until when people may withdraw",
        heads,
        rows,
        f"{counted(len(rows), 'rule')} (clauses P26, P27).",
    )
    told = [each.new_value or {} for each in records.of("withdrawal")]
    left = records.kinds.get("seat-withdrawn", 0)
    if not told and not left:
        yield "Nobody has asked to withdraw, as far as the journal says."
        return
    counts = Counter((str(each.get("strand")), str(each.get("moment"))) for each in told)
    gone = [
        (records.study.strand_title(strand), moment, n)
        for (strand, moment), n in sorted(counts.items())
    ]
    base = (
        f"{counted(len(told), 'withdrawal')} carried out; {counted(left, 'seat')} at forums left."
    )
    yield Listing("Withdrawals carried out", ("Strand", "Moment", "People"), gone, base)
