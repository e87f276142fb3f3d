"""Checks a study's folder: the protocol, its published figures, and the files that it names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from toolkit.errors import Finding
from toolkit.guide.study.claim_check import check_claims
from toolkit.guide.study.codebook import read_codebook
from toolkit.guide.study.consent import ConsentForm, read_consent
from toolkit.guide.study.design import Strand
from toolkit.guide.study.loading import read_study
from toolkit.guide.study.model import Study
from toolkit.guide.study.report import StudyReport
from toolkit.guide.study.rules import PROTOCOL_CLAUSES, cited_clauses
from toolkit.guide.topic.check import check_document, facts_beside
from toolkit.guide.topic.model import Guide, Span
from toolkit.guide.yaml.ledger import Confirmation, Ledger
from toolkit.guide.yaml.source import read_yaml


def check_study(path: str | Path) -> StudyReport:
    """Check a study: against itself, against its files, and against what its report prints.

    Parameters
    ----------
    path : str or Path
        The study's folder, or its ``study.yaml``.

    Returns
    -------
    StudyReport
        Every finding and every confirmation; never raises for what stands in a file.
    """
    study, ledger = read_study(path)
    ledgers = [ledger]
    if study is not None:
        check_claims(study, ledger)
        folder = Path(ledger.document.name).parent
        ledgers += _files(study, folder, ledger)
    return _report(study, ledgers)


def _report(study: Study | None, ledgers: list[Ledger]) -> StudyReport:
    findings = [each for ledger in ledgers for each in ledger.document.findings]
    confirmations = [each for ledger in ledgers for each in ledger.confirmations]

    def in_order(each: Finding | Confirmation) -> tuple[bool, str, int]:
        # The protocol first, then the files that it names.
        return each.file != ledgers[0].document.name, each.file, each.line

    return StudyReport(
        study=study.study if study else "",
        version=study.version if study else "",
        findings=tuple(sorted(findings, key=in_order)),
        confirmations=tuple(sorted(confirmations, key=in_order)),
    )


def _files(study: Study, folder: Path, ledger: Ledger) -> list[Ledger]:
    """Check every file that the protocol names; give their ledgers."""
    ledgers: list[Ledger] = []
    for i, strand in enumerate(study.strands):
        file = _named(strand.guide, ("strands", i, "guide"), folder, ledger)
        if file:
            ledgers += _guide(strand, file, ("strands", i, "guide"), ledger, study)
    file = _named(study.codebook, ("codebook",), folder, ledger)
    if file:
        codebook, document = read_codebook(file)
        ledgers.append(Ledger(document))
        if codebook is not None and not document.findings:
            shown = f"{len(codebook.codes)} codes in {len(codebook.themes)} themes, each id once"
            ledgers[-1].holds(("themes",), shown)
    file = _named(study.consent, ("consent",), folder, ledger)
    if file:
        form, document = read_consent(file)
        ledgers.append(Ledger(document))
        if form is not None:
            _consent(study, form, ledger, ledgers[-1])
    return ledgers


def _named(name: str, path: tuple[Any, ...], folder: Path, ledger: Ledger) -> Path | None:
    """Find a file that the protocol names; say so where it is not there."""
    if Path(name).name != name:
        ledger.say("STUDY-004", path, name=name)
        return None
    file = folder / name
    if not os.path.exists(file):  # unlike Path.exists, no error for a name of 300 signs
        present = sorted(each.name for each in folder.glob("*.yaml") if each.name != "study.yaml")
        ledger.say("STUDY-002", path, name=name, present=", ".join(present) or "none")
        return None
    return file


def _guide(
    strand: Strand, file: Path, path: tuple[Any, ...], ledger: Ledger, study: Study
) -> list[Ledger]:
    """Check that a guide is sound and fits its strand; its own faults are only counted."""
    document = read_yaml(file)
    guide = check_document(document, facts_beside(file))
    faults = [each for each in document.findings if each.severity == "error"]
    if guide is None or faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        ledger.say("STUDY-003", path, name=file.name, count=count, target=str(file))
        return []
    document.findings.clear()
    beside = Ledger(document)
    for at, clause in cited_clauses(document.data):
        if clause not in PROTOCOL_CLAUSES:
            beside.say("STUDY-014", at, id=clause)
    if guide.mode != strand.kind:
        beside.say("STUDY-040", ("mode",), mode=guide.mode, kind=strand.kind, name=file.name)
    _minutes(strand, guide, beside)
    _endings(study, guide, beside)
    return [beside]


def _endings(study: Study, guide: Guide, ledger: Ledger) -> None:
    """Everybody who comes to an ending is counted as something: in rates, flow and bases."""
    known = study.known_dispositions
    for i, each in enumerate(guide.endings):
        if each.disposition not in known:
            told = {"id": each.disposition, "known": ", ".join(known)}
            ledger.say("STUDY-043", ("endings", i, "disposition"), **told)


def _minutes(strand: Strand, guide: Guide, ledger: Ledger) -> None:
    """Check that guide and strand plan the same minutes, and that the sections add up to them."""
    planned, plan = guide.planned_minutes, strand.minutes
    ends = (planned.from_, planned.to) if isinstance(planned, Span) else (planned, planned)
    if planned is not None and ends != (plan.from_, plan.to):
        shown = f"{ends[0]:g}" if ends[0] == ends[1] else f"{ends[0]:g} to {ends[1]:g}"
        ledger.say("STUDY-041", ("planned_minutes",), guide_minutes=shown, minutes=str(plan))
    budgets = [each.minutes for each in guide.sections if each.minutes is not None]
    if not budgets:
        return
    total = f"the sections take {sum(budgets):g} minutes"
    problem = _misfit(strand, budgets)
    if problem:
        problem = f"{total}, {problem}"
        ledger.say("STUDY-042", ("sections",), problem=problem, name=strand.guide)
    else:
        ledger.holds(("sections",), f"{total}, planned are {plan}")


def _misfit(strand: Strand, budgets: list[float]) -> str:
    """Return how the minutes of sections do not fit the plan; empty if they do."""
    plan, schedule = strand.minutes, strand.schedule
    if not plan.from_ <= sum(budgets) <= plan.to:
        return f"the strand plans {plan}"
    if schedule and budgets.count(schedule.minutes_each) < schedule.questions:
        found = budgets.count(schedule.minutes_each)
        return (
            f"with {found} of {schedule.minutes_each} minutes,"
            f" where the schedule has {schedule.questions}"
        )
    return ""


def _consent(study: Study, form: ConsentForm, ledger: Ledger, own: Ledger) -> None:
    """Check that the form asks for everything that the protocol needs a yes for."""
    uses = [each.use for each in study.uses]
    strands = [each.strand for each in study.strands]
    for i, clause in enumerate(form.clauses):
        if clause.use is not None and clause.use not in uses:
            own.unknown(("clauses", i, "use"), "use", clause.use, uses)
        for k, strand in enumerate(clause.strands):
            if strand not in strands:
                own.unknown(("clauses", i, "strands", k), "strand", strand, strands)
        if clause.protocol not in PROTOCOL_CLAUSES:
            own.say("STUDY-014", ("clauses", i, "protocol"), id=clause.protocol)
    if _uses_covered(study, form, ledger):
        own.holds(("clauses",), f"every use has a clause: {', '.join(uses)} (clause P36)")
    _taking_part(study, form, ledger)


def _uses_covered(study: Study, form: ConsentForm, ledger: Ledger) -> bool:
    covered = True
    for i, use in enumerate(study.uses):
        lacking = [
            strand.strand
            for strand in study.strands
            if all(each.use != use.use for each in form.clauses_for(strand.strand))
        ]
        if lacking:
            covered = False
            everywhere = len(lacking) == len(study.strands)
            whose = "" if everywhere else f" of strand {', '.join(lacking)}"
            said = {"whose": f"the consent form{whose}", "form": study.consent}
            ledger.say("STUDY-032", ("uses", i), use=use.use, **said)
    return covered


def _taking_part(study: Study, form: ConsentForm, ledger: Ledger) -> None:
    for i, strand in enumerate(study.strands):
        own = form.clauses_for(strand.strand)
        asked = {(each.kind, each.answer) for each in own}
        where = {"strand": strand.strand, "form": study.consent}
        if strand.recording == "choice" and all(each.kind != "recording" for each in own):
            ledger.say("STUDY-033", ("strands", i), **where)
        if ("taking-part", "required") not in asked:
            ledger.say("STUDY-034", ("strands", i), **where)
