"""The whole job on the fictional sample study: check, load, run, render."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import StudyError, UsageError
from toolkit.guide import check_study, load_study
from toolkit.guide.show.report import GuideReport, report_on
from toolkit.guide.study.report import StudyReport

if TYPE_CHECKING:
    from toolkit.publish.engine.outcome import NotebookReport
    from toolkit.publish.gate.names import Names
    from toolkit.publish.run.run import RunReport
    from toolkit.store.home import Home

STUDY = "parents-and-social-care"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the demonstration finds and puts things.

    Attributes
    ----------
    study, notebooks : pathlib.Path
        The study's files; the notebooks.
    data : pathlib.Path
        Folder in which the fictional store is made.
    outputs : pathlib.Path
        Folder below which the pages are written.
    """

    study: Path
    notebooks: Path
    data: Path
    outputs: Path


def find_places(here: Path) -> Places:
    """Find the sample study: in a checkout, or among the files of the installed package.

    Parameters
    ----------
    here : pathlib.Path
        The folder in which the command was run; data and outputs are put there.

    Raises
    ------
    UsageError
        Neither place has the sample study (USAGE-004).
    """
    for root in (here, Path(__file__).parent / "_shipped"):
        if (root / "topic_guides" / STUDY).is_dir() and (root / "notebooks").is_dir():
            return Places(
                study=root / "topic_guides" / STUDY,
                notebooks=root / "notebooks",
                data=here / ".studies" / f"{STUDY}-sample",
                outputs=here / "outputs",
            )
    folder = f"topic_guides/{STUDY}"
    raise UsageError.of(
        "USAGE-004", place="demo", folder=folder, option="a copy of the toolkit's repository"
    )


def check_all(places: Places) -> tuple[list[GuideReport], StudyReport]:
    """Check the guides and the protocol of the sample study.

    Returns
    -------
    study : StudyReport
        What does not add up in the published figures is a warning; the job goes on.

    Raises
    ------
    StudyError, GuideError
        The protocol or a guide has an error: nothing may be loaded.
    """
    study = check_study(places.study)
    errors = [each for each in study.findings if each.severity == "error"]
    if errors:
        raise StudyError(errors)
    names = dict.fromkeys(strand.guide for strand in load_study(places.study).strands)
    guides = [report_on(places.study / name) for name in names]
    faults = [fault for each in guides if each.guide is None for fault in each.findings]
    if faults:
        raise StudyError(faults)
    return guides, study


def load(places: Places) -> Home:
    """Load the sample study into its fictional store, or use the one that is there already."""
    from toolkit.sample.demo import prepare_demo

    return prepare_demo(places.study, places.data)


def publish(
    places: Places, home: Home, tell: Callable[[NotebookReport], None] | None = None
) -> RunReport:
    """Run and render the notebooks on the sample study.

    No page with a name goes out (clause P30).
    """
    from toolkit.publish.engine.light_imports import load_nbformat

    load_nbformat()
    from toolkit.publish.run.run import Options, run_study
    from toolkit.store.lifecycle.unlocked import unlock

    return run_study(
        places.study,
        home,
        unlock(home),
        notebooks=places.notebooks,
        outputs=places.outputs,
        options=Options(
            names=names_of_sample(places.study, home), expect=getattr(tell, "expect", None)
        ),
        tell=tell,
    )


def names_of_sample(study: Path, home: Home) -> Names:
    """Return the made-up names of the sample, from its identity store that everybody can open."""
    from toolkit.publish.gate.gate import ordinary_words
    from toolkit.publish.gate.names import names_of
    from toolkit.store.keys.keyring import Keyring
    from toolkit.store.keys.passphrase import SAMPLE
    from toolkit.store.people.identity import open_identities

    store = open_identities(home, Keyring.unlock(home.identity_keyring, SAMPLE))
    try:
        at = time.time_ns() // 1_000_000
        opened = store.open(reason="pseudonymisation", user="demo-1", at=at)
        return names_of((each.text for each in opened.identifiers()), ordinary_words(study))
    finally:
        store.close()


def guide_lines(reports: Iterable[GuideReport]) -> Iterator[str]:
    """Return what the check of each guide found, one line each.

    Parameters
    ----------
    reports : iterable of GuideReport
        From `check_all`; none of them has errors.
    """
    for each in reports:
        if each.proof is not None:
            count = "1 path" if each.proof.paths == 1 else f"{each.proof.paths:,} paths"
            yield f"{Path(each.file).name}: good; {count}, every one comes to an ending"


def study_lines(report: StudyReport, most: int = 3) -> Iterator[str]:
    """Return briefly what the check of the protocol found.

    Parameters
    ----------
    most : int
        Findings that are shown (count); the rest is counted.
    """
    yield f"{report.summary()} on the report's own figures, worked out again:"
    for each in report.findings[:most]:
        yield f"  {each.place}: {each.found}"
    if len(report.findings) > most:
        yield f"  ... and {len(report.findings) - most} more: toolkit study check"
