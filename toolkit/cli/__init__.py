"""The command ``toolkit``: thin nouns and verbs; everything heavy is imported when it is needed.

Exit codes: 0 good, 1 findings, 2 wrong usage.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from toolkit import __version__
from toolkit.cli.data.audit import audit
from toolkit.cli.data.backup import backup, restore
from toolkit.cli.data.destroy import destroy
from toolkit.cli.data.identity import identity
from toolkit.cli.data.participant import participant
from toolkit.cli.data.store import store
from toolkit.cli.data.store_migrate import store_migrate
from toolkit.cli.data.unlock import add_to
from toolkit.cli.publishing.notebook import notebook
from toolkit.cli.publishing.progress import progress
from toolkit.cli.publishing.quotation import quotation
from toolkit.cli.publishing.release import release
from toolkit.cli.publishing.report import report
from toolkit.cli.publishing.review import review
from toolkit.cli.publishing.run import report_run, run
from toolkit.cli.publishing.trace import trace
from toolkit.cli.publishing.worker import worker
from toolkit.cli.shared.output import AS_JSON, FILE, dump, say_findings, write_text
from toolkit.cli.talks.attempt import attempt, booking
from toolkit.cli.talks.call import call
from toolkit.cli.talks.concern import concern, duty
from toolkit.cli.talks.forum import forum
from toolkit.cli.talks.lab import lab
from toolkit.cli.talks.recording import recording

if TYPE_CHECKING:
    from toolkit.errors import Finding

__all__ = ["main", "toolkit"]


def main() -> NoReturn:
    """Run the command; no traceback ever reaches a user."""
    from toolkit.errors import ToolkitError, UsageError

    try:
        code = toolkit(standalone_mode=False)
    except ToolkitError as fault:
        say_findings(fault.findings, err=True)
        sys.exit(2 if isinstance(fault, UsageError) else 1)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as fault:
        fault.show()
        sys.exit(2)
    except BrokenPipeError:
        # The reader (head, less) has seen enough; nothing more may be written to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as fault:
        if os.environ.get("TOOLKIT_TRACEBACK"):
            raise
        say_findings([_unexpected(fault)], err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _unexpected(fault: Exception) -> Finding:
    from toolkit.errors import finding

    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = "start"
    if trace is not None:
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    return finding("USAGE-002", place="toolkit", kind=type(fault).__name__, where=where)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96})
@click.version_option(__version__, prog_name="toolkit")
def toolkit() -> None:
    """Run a sensitive qualitative study, from its protocol to its published report.

    \b
    Example:
      toolkit demo
      toolkit guide check topic_guides/parents-and-social-care/*.yaml
    """


for _noun in (
    call,
    attempt,
    booking,
    concern,
    duty,
    forum,
    lab,
    recording,
    store,
    audit,
    identity,
    participant,
    backup,
    restore,
    run,
    trace,
    review,
    report,
    notebook,
    quotation,
    release,
    worker,
):
    toolkit.add_command(_noun)
add_to(store)
store.add_command(store_migrate)


@toolkit.group()
def guide() -> None:
    """Check, show and compare topic guides.

    \b
    Example:
      toolkit guide check telephone-interview.yaml
    """


@guide.command("check")
@click.argument("paths", nargs=-1, required=True, type=FILE)
@click.option("--strict", is_flag=True, help="End with 1 for warnings too, not only for faults.")
@AS_JSON
def guide_check(paths: tuple[Path, ...], strict: bool, as_json: bool) -> int:
    """Check guides: report every error at once, and prove that every path ends (clause P17).

    Ends with 1 where a guide has a fault; warnings alone end with 0.

    \b
    Example:
      toolkit guide check topic_guides/parents-and-social-care/parent-forum.yaml
    """
    from toolkit.guide.show.report import report_on

    reports = [report_on(path) for path in paths]
    if as_json:
        dump([each.to_json() for each in reports])
    else:
        for each in reports:
            say_findings(each.findings)
            if each.summary:
                click.echo(each.summary)
    counts = {"error", "warning"} if strict else {"error"}
    return 1 if any(said.severity in counts for each in reports for said in each.findings) else 0


@guide.command("show")
@click.argument("path", type=FILE)
@click.option("--language", default="", help="Language of the wordings, for example cy.")
@click.option(
    "--html",
    "page",
    type=FILE,
    help="Write a page with a diagram of the routes to this file instead.",
)
@AS_JSON
def guide_show(path: Path, language: str, page: Path | None, as_json: bool) -> None:
    """Show a guide in the terminal or as a page.

    \b
    Example:
      toolkit guide show telephone-interview.yaml --html guide.html
    """
    from toolkit.guide.show.report import as_page, as_text

    if as_json:
        from toolkit.guide import load_guide

        dump(load_guide(path).model_dump(mode="json", by_alias=True, exclude_defaults=True))
    elif page is not None:
        write_text(page, as_page(path, language))
        click.echo(f"Written: {page}")
    else:
        click.echo(as_text(path, language))


@guide.command("diff")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@AS_JSON
def guide_diff(old: Path, new: Path, as_json: bool) -> int:
    """Show what changes for participants between two versions, and which answers stay comparable.

    \b
    Example:
      toolkit guide diff old/parent-forum.yaml parent-forum.yaml
    """
    from toolkit.guide import load_guide
    from toolkit.guide.topic.difference import compare_guides, show_difference

    difference = compare_guides(load_guide(old), load_guide(new))
    if as_json:
        dump(difference.to_json())
    else:
        click.echo(show_difference(difference))
    return 1 if difference.changes else 0


@guide.command("schema")
@click.argument(
    "kind", default="guide", type=click.Choice(["guide", "study", "codebook", "consent"])
)
def guide_schema(kind: str) -> None:
    """Print the JSON Schema of a kind of file, for your editor.

    \b
    Example:
      toolkit guide schema study > study.schema.json
    """
    from toolkit.guide.show.json_schema import schema_of

    dump(schema_of(kind))


@toolkit.group()
def study() -> None:
    """Start a study, check its protocol, or destroy its data.

    \b
    Example:
      toolkit study check topic_guides/parents-and-social-care
    """


study.add_command(destroy)


@study.command("check")
@click.argument("folder", type=FILE)
@AS_JSON
def study_check(folder: Path, as_json: bool) -> int:
    """Check a protocol for contradictions, also with the figures that were published.

    \b
    Example:
      toolkit study check topic_guides/parents-and-social-care
    """
    from toolkit.guide import check_study

    report = check_study(folder)
    if as_json:
        dump(report.to_json())
    else:
        say_findings(report.findings)
        for each in report.confirmations:
            click.echo(str(each))
        click.echo(report.summary())
    return report.exit_code


@study.command("new")
@click.argument("folder", type=FILE)
@click.option("--title", help="Title of the study [default: from the folder's name].")
@AS_JSON
def study_new(folder: Path, title: str | None, as_json: bool) -> None:
    """Start a new study from an example that passes every check.

    \b
    Example:
      toolkit study new topic_guides/young-carers --title "Young carers and schools"
    """
    from toolkit.guide import new_study

    written = new_study(folder, title)
    if as_json:
        dump([str(each) for each in written])
        return
    for each in written:
        click.echo(f"Written: {each}")
    click.echo(f"Next: change these files, then run: toolkit study check {folder}")


@toolkit.command()
@AS_JSON
def demo(as_json: bool) -> int:
    """Check and load the fictional sample study, and run its notebooks.

    \b
    Example:
      toolkit demo
    """
    from toolkit import demo as job

    places = job.find_places(Path.cwd())
    say = (lambda line: None) if as_json else click.echo
    say("1. Checking the guides and the protocol")
    guides, protocol = job.check_all(places)
    for line in [*job.guide_lines(guides), *job.study_lines(protocol)]:
        say(f"   {line}")
    say("2. Loading the sample study (fictional: nobody said any of it)")
    home = job.load(places)
    say("3. Running the notebooks and rendering them")
    with progress(as_json) as tell:
        report = job.publish(places, home, tell=tell)
    report_run(report, as_json)
    return 0 if report.good else 1
