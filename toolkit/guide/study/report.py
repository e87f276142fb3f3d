"""What comes out of checking a study: what does not add up, and what does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from toolkit.errors import Finding
from toolkit.guide.yaml.ledger import Confirmation


@dataclass(frozen=True, slots=True)
class StudyReport:
    """Everything that a check of a study found.

    Attributes
    ----------
    study, version : str
        Id and version of the protocol; empty if it cannot be read.
    findings : tuple of Finding
        What does not hold, by file and line.
    confirmations : tuple of Confirmation
        What was worked out again and holds, by file and line.
    """

    study: str
    version: str
    findings: tuple[Finding, ...]
    confirmations: tuple[Confirmation, ...]

    @property
    def exit_code(self) -> int:
        """0 where nothing was found, else 1."""
        return 1 if self.findings else 0

    @property
    def counts(self) -> dict[str, int]:
        """Number of errors, warnings, notes and confirmations."""
        by = Counter(each.severity for each in self.findings)
        names = {"errors": by["error"], "warnings": by["warning"], "notes": by["note"]}
        return names | {"confirmations": len(self.confirmations)}

    def lines(self) -> list[str]:
        """Return the report as lines of plain text: findings, what holds, and a summary."""
        told = [*map(str, self.findings), *map(str, self.confirmations)]
        return [*told, self.summary()]

    def summary(self) -> str:
        """Return one line with the counts."""
        name = f"{self.study} {self.version}".strip() or "the study"
        said = [_count(n, what[:-1]) for what, n in self.counts.items() if n]
        return f"{name}: {', '.join(said) or 'nothing to check'}"

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values, for ``--json``."""
        return {
            "study": self.study,
            "version": self.version,
            "counts": self.counts,
            "findings": [each.to_json() for each in self.findings],
            "confirmations": [each.to_json() for each in self.confirmations],
        }


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
