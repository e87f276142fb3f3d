"""What checking a guide says to a reader, and a guide prepared for showing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import Finding, UsageError
from toolkit.guide.show.page import guide_page
from toolkit.guide.show.text import path_line, show_guide
from toolkit.guide.topic.check import check_and_prove, facts_beside
from toolkit.guide.topic.loading import load_guide
from toolkit.guide.topic.model import Guide
from toolkit.guide.topic.paths import Proof
from toolkit.guide.yaml.source import read_yaml


@dataclass(frozen=True, slots=True)
class GuideReport:
    """The result of checking one guide.

    Attributes
    ----------
    file : str
        The file as it was named.
    guide : Guide or None
        The guide; None if it has errors.
    proof : Proof or None
        Its path coverage; None if it has errors.
    findings : tuple of Finding
        Faults and warnings, in the order of the file.
    """

    file: str
    guide: Guide | None
    proof: Proof | None
    findings: tuple[Finding, ...]

    @property
    def summary(self) -> str:
        """One line on a good guide, with its number of paths; empty for a faulty one."""
        if self.guide is None or self.proof is None:
            return ""
        return (
            f"{self.file}: {self.guide.guide} {self.guide.version} is good. {path_line(self.proof)}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values, for ``--json``."""
        said: dict[str, Any] = {"file": self.file, "good": self.guide is not None}
        if self.guide is not None and self.proof is not None:
            said |= {"guide": self.guide.guide, "version": self.guide.version}
            said |= {"hash": self.guide.hash, "paths": self.proof.paths}
            said |= {"complete": self.proof.complete, "endings": self.proof.endings}
        return said | {"findings": [each.to_json() for each in self.findings]}


def report_on(path: str | Path) -> GuideReport:
    """Check one guide and prove its paths.

    Parameters
    ----------
    path : str or Path
        A guide file; anything else gives findings.
    """
    document = read_yaml(path)
    guide, proof = check_and_prove(document, facts_beside(Path(path)))
    findings = tuple(sorted(document.findings, key=lambda each: each.line))
    if guide is None or any(each.severity == "error" for each in findings):
        return GuideReport(str(path), None, None, findings)
    return GuideReport(str(path), guide, proof, findings)


def as_text(path: str | Path, language: str = "") -> str:
    """Load a guide and render it for a terminal.

    Parameters
    ----------
    language : str
        One of its languages; empty for its first.

    Raises
    ------
    GuideError
        The guide has faults.
    UsageError
        The guide has no such language (USAGE-005).
    """
    guide = load_guide(path)
    return show_guide(guide, _language(guide, language))


def as_page(path: str | Path, language: str = "") -> str:
    """Load a guide and render it as a page; parameters and errors as in `as_text`."""
    guide = load_guide(path)
    return guide_page(guide, _language(guide, language), _facts(Path(path)))


def _language(guide: Guide, language: str) -> str:
    if language and language not in guide.languages:
        known = ", ".join(guide.languages)
        raise UsageError.of("USAGE-005", place="--language", language=language, languages=known)
    return language or guide.languages[0]


def _facts(path: Path) -> dict[str, str | dict[str, str]]:
    """Return the protocol's facts beside a guide, as far as they are plain wordings."""
    beside = path.parent / "study.yaml"
    data = read_yaml(beside).data if beside.is_file() else None
    facts = data.get("facts") if isinstance(data, dict) else None
    return {key: said for key, said in (facts or {}).items() if isinstance(said, str | dict)}
