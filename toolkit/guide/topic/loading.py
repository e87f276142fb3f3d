"""From files to checked guides."""

from __future__ import annotations

from pathlib import Path

from toolkit.errors import Finding, GuideError
from toolkit.guide.topic.check import check_document, facts_beside
from toolkit.guide.topic.model import Guide
from toolkit.guide.yaml.source import read_yaml


def load_guide(path: str | Path) -> Guide:
    """Load one topic guide that is free of faults.

    Parameters
    ----------
    path : str or Path
        A guide file. Facts of the protocol come from a ``study.yaml`` beside it, if there is one.

    Returns
    -------
    Guide
        Checked, and proven to end on every path.

    Raises
    ------
    GuideError
        The guide has faults; every one is a finding. Warnings do not raise.

    Examples
    --------
    >>> from toolkit import load_guide
    >>> guide = load_guide("topic_guides/my-study/interview.yaml")
    >>> guide.title, len(guide.sections)
    ('Interview', 5)
    """
    document = read_yaml(path)
    guide = check_document(document, facts_beside(Path(path)))
    errors = [each for each in document.findings if each.severity == "error"]
    if guide is None or errors:
        raise GuideError(errors)
    return guide


def check_guide(path: str | Path) -> list[Finding]:
    """Check one topic guide.

    Parameters
    ----------
    path : str or Path
        A guide file.

    Returns
    -------
    list of Finding
        Every fault and warning, in the order of the file; empty for a good guide.

    Examples
    --------
    >>> from toolkit import check_guide
    >>> check_guide("topic_guides/my-study/interview.yaml")
    []
    """
    document = read_yaml(path)
    check_document(document, facts_beside(Path(path)))
    return sorted(document.findings, key=lambda each: each.line)
