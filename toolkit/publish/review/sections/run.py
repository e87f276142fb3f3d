"""The page on the run of the notebooks and how to do it again."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.publish.notebooks.code import code_hash
from toolkit.publish.notebooks.inputs import environment
from toolkit.publish.review.records import Records
from toolkit.publish.review.section import (
    Link,
    Listing,
    Missing,
    Part,
    Piece,
    Section,
    Typed,
    Verdict,
    counted,
)
from toolkit.publish.review.stores import databases, keyrings_apart

MANIFEST_COPY = "run-of-the-notebooks.json"


class Run(Section):
    """What went into the last run of the notebooks, what came out, and how to repeat it.

    Inputs and outputs are told by their hashes. The same inputs give the same bytes.
    """

    order, name, short = 110, "run", "Run"
    title = "Run manifest and how to run it again"

    def content(self, records: Records) -> Iterator[Part]:
        """Yield inputs, notebooks, outputs, steps and versions."""
        yield Part("Inputs", (_inputs(records),))
        yield Part("The last run", tuple(_last(records)))
        yield Part("Where the data are kept", (_kept(records),))
        yield Part("How to run it again", (_again(records),))
        yield Part("Versions", (_versions(),))


def _inputs(records: Records) -> Listing:
    """Return what this pack was made from, by hash."""
    told = records.inputs.to_json()
    files = told["files"]
    assert isinstance(files, dict)
    rows = [(name, str(digest)[:16]) for name, digest in sorted(files.items())]
    journal = f"journal, {counted(records.inputs.events, 'record')}"
    rows.append((journal, records.inputs.snapshot[:16]))
    base = "SHA-256, of which the first 16 digits are shown; run.json has them whole."
    return Listing("The study's files and its data", ("Input", "Hash"), rows, base)


def _last(records: Records) -> Iterator[Piece]:
    """Yield what the last run was, and whether its data are those of this pack."""
    run = records.run
    if run is None:
        yield Missing("The notebooks were not run yet: toolkit run makes the analyses.")
        return
    snapshot = str(run["inputs"]["data"]["snapshot"])
    rows: list[tuple[str, str, Link | Verdict]] = [
        ("Run", str(run["run"]), Link(MANIFEST_COPY, MANIFEST_COPY)),
        ("Code", str(run["code"]["version"]), _same(run["code"]["hash"] == code_hash())),
        ("Data", snapshot[:16], _same(snapshot == records.inputs.snapshot)),
    ]
    base = "The manifest says all of it; code and data are set against those of this pack."
    yield Listing("Run of the notebooks", ("What", "Which", "In this pack"), rows, base)
    done = [(each["notebook"], each["state"], len(each["results"])) for each in run["notebooks"]]
    yield Listing(
        "Notebooks",
        ("Notebook", "State", "Figures recorded"),
        done,
        f"{counted(len(done), 'notebook')}.",
    )
    outputs = [(place, str(digest)[:16]) for place, digest in sorted(run["outputs"].items())]
    yield Listing("Outputs", ("Output", "Hash"), outputs, f"{counted(len(outputs), 'file')}.")


def _same(same: bool) -> Verdict:
    """Return whether something is as it was in the run."""
    return Verdict("same" if same else "differs")


def _kept(records: Records) -> Listing:
    """Yield in which stores the data are, as far as files can show it (clauses P31, P32)."""
    home = records.inputs.home
    holds = {
        "research": "What was said, under pseudonyms; this pack was made from it",
        "identity": "Who is who; nothing of it is in this pack",
    }
    found = databases(home).items()
    rows = [(name.capitalize(), holds[name], files, sealed) for name, (sealed, files) in found]
    apart = "of its own" if keyrings_apart(home) else "shared with the other"
    base = (
        f"Each store has a folder and a keyring {apart}; on a server there are no files to count."
    )
    heads = ("Store", "Holds", "Database files", "Of these encrypted")
    return Listing("Stores of the study", heads, rows, base)


def _again(records: Records) -> Listing:
    """Return the steps."""
    study = records.inputs.study.study
    data = "--data FOLDER"
    steps = [
        (
            "1",
            "Install the toolkit in the version of this page, from its lock file",
            Typed("make demo"),
        ),
        ("2", "Verify the journal", Typed(f"toolkit store verify {data}")),
        (
            "3",
            "Check protocol and published figures",
            Typed(f"toolkit study check topic_guides/{study}"),
        ),
        ("4", "Run the notebooks", Typed(f"toolkit run topic_guides/{study} {data}")),
        ("5", "Make this pack", Typed(f"toolkit review topic_guides/{study} {data}")),
        (
            "6",
            "Run all of it afresh elsewhere, and compare every byte",
            Typed(f"toolkit run topic_guides/{study} {data} --verify"),
        ),
    ]
    base = (
        "It takes the study's files, its data and their passphrase. Hashes are those of this page."
    )
    return Listing("Steps", ("Step", "What", "Command"), steps, base)


def _versions() -> Listing:
    """Return the versions of everything that shapes an output."""
    rows = sorted(environment().items())
    return Listing("Python and packages", ("Package", "Version"), rows, f"{len(rows)} packages.")
