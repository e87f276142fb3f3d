"""The page on the run of the notebooks and how to do it again."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.publish.inputs import environment
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import Listing, Missing, Part, Piece, Section, State, Verdict

MANIFEST_COPY = "run-of-the-notebooks.json"


class Run(Section):
    """What went into the last run of the notebooks, what came out, and how to repeat it.

    Inputs and outputs are told by their hashes. The same inputs give the same bytes.
    """

    order, name, short = 110, "run", "Run"
    title = "Run manifest and how to run it again"

    def content(self, records: Records) -> Iterator[Part]:
        """Give inputs, notebooks, outputs, steps and versions."""
        yield Part("Inputs", (_inputs(records),))
        yield Part("The last run", tuple(_last(records)))
        yield Part("How to run it again", (_again(records),))
        yield Part("Versions", (_versions(),))


def _inputs(records: Records) -> Listing:
    """Give what this pack was made from, by hash."""
    told = records.inputs.to_json()
    files = told["files"]
    assert isinstance(files, dict)
    rows = [(name, str(digest)[:16]) for name, digest in sorted(files.items())]
    rows.append((f"journal, {records.inputs.events} records", records.inputs.snapshot[:16]))
    base = "SHA-256, of which the first 16 digits are shown; run.json has them whole."
    return Listing("The study's files and its data", ("Input", "Hash"), rows, base)


def _last(records: Records) -> Iterator[Piece]:
    """Say what the last run was, and whether its data are those of this pack."""
    run = records.run
    if run is None:
        yield Missing("The notebooks were not run yet: toolkit run makes the analyses.")
        return
    snapshot, code = str(run["inputs"]["data"]["snapshot"]), str(run["code"]["version"])
    same: State = "same" if snapshot == records.inputs.snapshot else "differs"
    rows: list[tuple[str, str, str | Verdict]] = [
        ("Run", str(run["run"]), ""),
        ("Code", code, ""),
        ("Data", snapshot[:16], Verdict(same)),
    ]
    yield Listing(
        "Run of the notebooks", ("What", "Which", "As in this pack"), rows, f"From {MANIFEST_COPY}."
    )
    done = [(each["notebook"], each["state"], len(each["results"])) for each in run["notebooks"]]
    yield Listing(
        "Notebooks", ("Notebook", "State", "Figures recorded"), done, f"{len(done)} notebooks."
    )
    outputs = [(place, str(digest)[:16]) for place, digest in sorted(run["outputs"].items())]
    yield Listing("Outputs", ("Output", "Hash"), outputs, f"{len(outputs)} files.")


def _again(records: Records) -> Listing:
    """Give the steps."""
    study = records.inputs.study.study
    data = "--data FOLDER"
    steps = [
        ("1", "Install the toolkit in the version of this page, from its lock file", "make demo"),
        ("2", "Verify the journal", f"toolkit store verify {data}"),
        ("3", "Check protocol and published figures", f"toolkit study check topic_guides/{study}"),
        ("4", "Run the notebooks", f"toolkit run topic_guides/{study} {data}"),
        ("5", "Make this pack", f"toolkit review topic_guides/{study} {data}"),
        ("6", "Compare the hashes in run.json with those of this page", ""),
    ]
    base = "It takes the study's files, its data and their passphrase."
    return Listing("Steps", ("Step", "What", "Command"), steps, base)


def _versions() -> Listing:
    """Give the versions of everything that shapes an output."""
    rows = sorted(environment().items())
    return Listing("Python and packages", ("Package", "Version"), rows, f"{len(rows)} packages.")
