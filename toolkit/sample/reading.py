"""The files of a sample study, read and checked for their shape, every fault with its line."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from toolkit.errors import Finding, SampleError, ToolkitError, finding
from toolkit.guide.yaml.source import Document, read_yaml
from toolkit.guide.yaml.validate import validate
from toolkit.sample.recruitment_files import RecruitmentFile
from toolkit.sample.session_files import CodingFile, ForumFile, InterviewFile

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class File(Generic[M]):
    """A file that was read.

    Attributes
    ----------
    content : BaseModel
        What it says.
    document : Document
        Where in the file it says it.
    """

    content: M
    document: Document


@dataclass(frozen=True)
class SampleFiles:
    """All files of a sample.

    Attributes
    ----------
    recruitment : File
        From the list to the interview.
    interviews, forums, codings : tuple of File
        In order of their names.
    """

    recruitment: File[RecruitmentFile]
    interviews: tuple[File[InterviewFile], ...]
    forums: tuple[File[ForumFile], ...]
    codings: tuple[File[CodingFile], ...]


class Faults:
    """Collects what is wrong, so that all of it can be said in one go.

    Attributes
    ----------
    found : list of Finding
        What is wrong so far.
    """

    def __init__(self) -> None:
        self.found: list[Finding] = []

    @contextmanager
    def at(self, document: Document, *path: Hashable) -> Iterator[None]:
        """Report a refusal inside the block as findings at a line of a file."""
        try:
            yield
        except ToolkitError as fault:
            line = document.line(path)
            self.found += [replace(f, file=document.name, line=line) for f in fault.findings]

    def stop(self) -> None:
        """Raise what was found.

        Raises
        ------
        SampleError
            Something was found; nothing happens otherwise.
        """
        if self.found:
            raise SampleError(self.found)


def read_sample(folder: str | Path) -> SampleFiles:
    """Read the files of a sample.

    Parameters
    ----------
    folder : str or Path
        ``sample/`` of a study.

    Raises
    ------
    SampleError
        Something is missing or has the wrong shape; every fault of every file is a finding.
    """
    folder = Path(folder)
    faults = Faults()
    for part in ("recruitment.yaml", "interviews", "forums", "coding"):
        if not (folder / part).exists():
            found = finding("SAMPLE-001", file=str(folder), place="folder", part=part)
            faults.found.append(found)
    recruitment = _read(RecruitmentFile, [folder / "recruitment.yaml"], faults)
    files = SampleFiles(
        recruitment=recruitment[0],
        interviews=_read(InterviewFile, _yaml(folder / "interviews"), faults),
        forums=_read(ForumFile, _yaml(folder / "forums"), faults),
        codings=_read(CodingFile, _yaml(folder / "coding"), faults),
    ) if recruitment else None  # fmt: skip
    faults.stop()
    assert files is not None
    return files


def _yaml(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def _read(model: type[M], paths: list[Path], faults: Faults) -> tuple[File[M], ...]:
    found: list[File[M]] = []
    for path in paths:
        document = read_yaml(path)
        content = validate(model, document)
        faults.found += [each for each in document.findings if each.severity == "error"]
        if content is not None:
            found.append(File(content, document))
    return tuple(found)
