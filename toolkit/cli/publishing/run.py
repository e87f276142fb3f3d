"""``toolkit run``: run the analysis notebooks and render what they say."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.publishing.progress import progress
from toolkit.cli.shared.names import Gatekeeper, gate_options, names_given
from toolkit.cli.shared.output import AS_JSON, FILE, dump, say_findings, say_held_back
from toolkit.cli.shared.secrets import SecretSource
from toolkit.cli.shared.study_home import DATA, find_data, keyring_of, passphrase_options

if TYPE_CHECKING:
    from toolkit.cli.publishing.watch import Watched
    from toolkit.publish.run.run import Options, RunReport
    from toolkit.publish.run.verify import Verification


@click.command()
@click.argument("folder", type=FILE)
@DATA
@click.option(
    "--notebooks",
    type=FILE,
    default="notebooks",
    show_default=True,
    help="Folder of the notebooks.",
)
@click.option(
    "--outputs", type=FILE, default="outputs", show_default=True, help="Folder for the results."
)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    help="Set a parameter: name=value; may be repeated.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="How many to run at a time.",
)
@click.option(
    "--only", multiple=True, help="Run only this notebook, by name or number; may be repeated."
)
@click.option("--force", is_flag=True, help="Run everything, even if nothing changed.")
@click.option(
    "--since",
    type=click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M")),
    help="Run again whatever ran last before this day or time (UTC).",
)
@click.option("--dry-run", is_flag=True, help="Only show what would run, and why.")
@click.option("--watch", is_flag=True, help="Keep running whenever an input changes, until Ctrl+C.")
@click.option(
    "--verify", is_flag=True, help="Run everything again in another place and compare every byte."
)
@click.option(
    "--engine",
    type=click.Choice(["fast", "fork", "compat"]),
    help="How cells are run [default: the fastest that works here].",
)
@click.option(
    "--scheduler", default="", help="Address of a Dask scheduler whose workers run the notebooks."
)
@click.option(
    "--copy-to", default="", help="Also copy the results to this address: s3://... (fsspec)."
)
@click.option(
    "--cell-seconds",
    type=click.IntRange(1),
    default=120,
    show_default=True,
    help="Longest time for one cell, in seconds.",
)
@passphrase_options
@gate_options
@AS_JSON
def run(**given: Any) -> int:
    """Run the analysis notebooks and make pages of them: same inputs, same bytes.

    Notebooks whose inputs did not change are not run again.

    \b
    Example:
      toolkit run topic_guides/parents-and-social-care \\
          --data .studies/parents-and-social-care-sample
    """
    return _run(_Asked(**given))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command was asked for: its argument and its options, as click read them."""

    folder: Path
    data: Path | None
    notebooks: Path
    outputs: Path
    parameters: tuple[str, ...]
    jobs: int
    only: tuple[str, ...]
    force: bool
    since: datetime | None
    dry_run: bool
    watch: bool
    verify: bool
    engine: str | None
    scheduler: str
    copy_to: str
    cell_seconds: int
    passphrase: SecretSource
    gate: Gatekeeper
    as_json: bool

    def options(self) -> Options:
        """Return how to run, apart from the names that the gate looks for.

        Raises
        ------
        UsageError
            A parameter has no name or no value (USAGE-001).
        """
        from toolkit.publish.run.run import Options

        return Options(
            parameters=_parameters(self.parameters),
            jobs=self.jobs,
            cell_seconds=self.cell_seconds,
            engine=f"toolkit-{self.engine}" if self.engine else "",
            only=self.only,
            force=self.force,
            since=self.since.replace(tzinfo=UTC) if self.since else None,
            scheduler=self.scheduler,
            copy_to=self.copy_to,
        )

    def refuse_beside_watch(self) -> None:
        """Refuse beside --watch what a person has to be there for, or what is over at once.

        Raises
        ------
        UsageError
            There is one (USAGE-040).
        """
        from toolkit.errors import UsageError

        beside = {
            "--user": self.gate.user,
            "--verify": self.verify,
            "--dry-run": self.dry_run,
            "--json": self.as_json,
        }
        for option, value in beside.items():
            if self.watch and value:
                raise UsageError.of("USAGE-040", place="--watch", beside=option)


def _run(asked: _Asked) -> int:
    from toolkit.publish.engine.light_imports import load_nbformat

    load_nbformat()
    from toolkit.cli.publishing.watch import Watched
    from toolkit.publish.engine.unchanged import look_at
    from toolkit.publish.run.run import run_study, what_would_run
    from toolkit.publish.run.verify import verify_run

    options = asked.options()
    _there(asked.notebooks, "--notebooks")
    home = find_data(asked.data)
    before = look_at([asked.folder, home.folder, asked.notebooks])
    asked.refuse_beside_watch()
    keyring = keyring_of(home, asked.passphrase)
    options = replace(options, names=names_given(home, asked.folder, asked.gate))
    places = {"notebooks": asked.notebooks, "outputs": asked.outputs}
    if asked.dry_run:
        _say_reasons(
            what_would_run(asked.folder, home, keyring, **places, options=options), asked.as_json
        )
        return 0
    if asked.verify:
        with progress(asked.as_json) as tell:
            options = replace(options, expect=tell.expect)
            came = verify_run(asked.folder, home, keyring, **places, options=options, tell=tell)
        return _say_verified(came, asked.as_json)

    def once() -> RunReport:
        with progress(asked.as_json) as tell:
            how = replace(options, expect=tell.expect)
            report = run_study(asked.folder, home, keyring, **places, options=how, tell=tell)
        report_run(report, asked.as_json)
        return report

    if asked.watch:
        return _watch(once, Watched(asked.folder, asked.notebooks, home, keyring))
    report = once()
    # What is said for machines has results in it, and no copy of these is kept.
    unusual = report.findings or options.force or options.since or options.copy_to
    if not (unusual or asked.as_json):
        _remember(report, before)
    return 0 if report.good else 1


def _watch(once: Callable[[], RunReport], watched: Watched) -> int:
    """Run whenever something changed, until Ctrl-C."""
    from toolkit.cli.publishing.watch import whenever_changed
    from toolkit.errors import ToolkitError
    from toolkit.publish.engine.unchanged import look_at

    code = look_at([])
    try:
        for _ in whenever_changed(watched.look):
            if look_at([]) != code:
                click.echo("The toolkit itself was changed: start the command again.")
                return 1
            try:
                once()
            except ToolkitError as fault:
                # A file that is being written may be half: the next change is waited for.
                say_findings(fault.findings, err=True)
            click.echo("Waiting for a change; Ctrl-C ends it.")
    except KeyboardInterrupt:
        click.echo("No longer waiting. What was done is kept.")
    return 0


def report_run(report: RunReport, as_json: bool) -> None:
    """Print how a run ended."""
    if as_json:
        dump(_told(report))
        return
    say_findings(report.findings, err=True)
    done = sum(each.state == "done" for each in report.notebooks)
    said = f"{done} of {len(report.notebooks)} notebooks done in {report.seconds:.1f} s"
    click.echo(f"{said}; run {report.run}.")
    click.echo(f"Open this page in a browser: {report.index}")
    say_held_back(report.held, report.folder)


def _told(report: RunReport) -> dict[str, Any]:
    return {
        "run": report.run,
        "index": str(report.index),
        "notebooks": {
            each.notebook: {"state": each.state, "results": dict(each.results)}
            for each in report.notebooks
        },
        "findings": [each.to_json() for each in report.findings],
    }


def _remember(report: RunReport, before: Mapping[str, Any]) -> None:
    """Note what to say when the same is asked and nothing was touched."""
    from toolkit.publish.engine.unchanged import remember

    words = sys.argv[1:]
    if words[:1] == ["run"]:
        count = len(report.notebooks)
        said = f"{count} of {count} notebooks are as they were; run {report.run}.\n"
        said += f"Open this page in a browser: {report.index}\n"
        remember(words, before, report.files, said)


def _say_verified(came: Verification, as_json: bool) -> int:
    if as_json:
        findings = [each.to_json() for each in came.findings]
        dump({"run": came.run, "compared": came.compared, "findings": findings})
    else:
        say_findings(came.findings, err=True)
        if not came.findings:
            click.echo(f"Run {came.run} again: {came.compared} files, every byte the same.")
    return 1 if came.findings else 0


def _say_reasons(reasons: Mapping[str, str], as_json: bool) -> None:
    if as_json:
        dump(dict(reasons))
        return
    for name, reason in reasons.items():
        click.echo(f"would run {name}: {reason}")
    click.echo(f"{len(reasons)} would run." if reasons else "Nothing would run.")


def _there(folder: Path, option: str) -> Path:
    from toolkit.errors import UsageError

    if not folder.is_dir():
        raise UsageError.of("USAGE-004", place=option, folder=str(folder), option=option)
    return folder


def _parameters(given: tuple[str, ...]) -> dict[str, object]:
    from toolkit.errors import UsageError

    pairs: dict[str, object] = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign or not name.strip():
            raise UsageError.of("USAGE-001", place="-p", given=name)
        pairs[name.strip()] = value
    return pairs
