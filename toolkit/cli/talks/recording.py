"""The noun ``recording``: bring one in, list them, make a draft transcript (clause P07)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.shared.output import AS_JSON, FILE, dump
from toolkit.cli.shared.protocol import USER, Chosen, study_options

if TYPE_CHECKING:
    from toolkit.capture.recordings.recordings import Recording
    from toolkit.guide import Guide
    from toolkit.store.journal.interface import Store

_LEFT = """\
The file itself was left as it is: anybody who gets at this disk can listen to it.
Keep it only as long as you need it. Then delete it here and on the recorder, and empty the bin;
a disk that moves its blocks about may keep it still (docs/security.md)."""


@click.group()
def recording() -> None:
    """Keep recordings, encrypted, and make draft transcripts of them.

    \b
    Example:
      toolkit recording add K07 /media/recorder/0001.wav
    """


@recording.command("add")
@click.argument("session")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--offset",
    type=float,
    default=0.0,
    show_default=True,
    help="Seconds from the start of the session to the start of the recording.",
)
@study_options
@USER
@AS_JSON
def recording_add(
    session: str, file: Path, offset: float, user: str, chosen: Chosen, as_json: bool
) -> None:
    """Put a recording of a call or forum into the store, encrypted and checked.

    It is refused unless the participant agreed, on the form and in the call (clause P07). The file
    is left where it is, and its name is not kept (clause P34).

    \b
    Example:
      toolkit recording add K07 /media/recorder/0001.wav --offset 12.5
    """
    from toolkit.capture.recordings.recordings import add_recording

    with _opened(chosen, session) as (store, guide), file.open("rb") as stream:
        found = add_recording(store, guide, session, stream, offset=offset, user=user, at=_now())
    if as_json:
        dump(_told(found))
        return
    click.echo(f"Encrypted and read back: {found.name}, {found.size:,} bytes.")
    click.echo(_LEFT)


@recording.command("list")
@click.argument("session", required=False)
@study_options
@AS_JSON
def recording_list(session: str | None, chosen: Chosen, as_json: bool) -> None:
    """List the recordings and draft transcripts of one session or of all.

    \b
    Example:
      toolkit recording list K07
    """
    from toolkit.capture.recordings.recordings import recordings_in

    with _opened(chosen, session or "") as (store, _):
        found = recordings_in(store.read(session=session) if session else store.read())
    if as_json:
        dump([_told(each) for each in found])
        return
    for each in found:
        what = f"draft of {each.of}, nobody has checked it" if each.draft else each.format
        click.echo(f"{each.name:22} {each.size:>12,} bytes  from {each.offset:g} s  {what}")
    if not found:
        click.echo("There are no recordings.")


@recording.command("export")
@click.argument("name")
@click.argument("file", type=FILE)
@study_options
@USER
def recording_export(name: str, file: Path, user: str, chosen: Chosen) -> None:
    """Write a recording or a draft, decrypted, into a new file to listen to or check (clause P13).

    The journal keeps where it is: when its participant withdraws, or the study is destroyed, it is
    removed, if it is there still.

    \b
    Example:
      toolkit recording export K07-audio-1 /media/safe/K07.wav
    """
    from toolkit.errors import UsageError
    from toolkit.fieldwork.exports import note_export

    with _opened(chosen, "") as (store, _):
        pieces = store.attachment(name)
        first = next(pieces)
        note_export(store, name, file, user=user, at=_now())
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(first)
                for each in pieces:
                    out.write(each)
        except OSError as fault:
            reason = (fault.strerror or type(fault).__name__).lower()
            raise UsageError.of("USAGE-024", place="export", reason=reason) from None
    click.echo("Written in plain, for you alone. Delete it as soon as you are done.")


@recording.command("transcribe")
@click.argument("name")
@click.option(
    "--model", type=FILE, required=True, help="Folder of the model; nothing is downloaded."
)
@click.option(
    "--language", default="", help="Language spoken, for example en [default: the session's]."
)
@study_options
@USER
@AS_JSON
def recording_transcribe(
    name: str, model: Path, language: str, user: str, chosen: Chosen, as_json: bool
) -> None:
    """Make a draft transcript on this machine; it is kept encrypted and marked as a draft.

    This needs the extra 'transcribe' and a Whisper model in CTranslate2 format.

    \b
    Example:
      toolkit recording transcribe K07-audio-1 --model /opt/models/whisper-small
    """
    from toolkit.capture.recordings.transcription import transcribe

    with _opened(chosen, "") as (store, guide):
        found = transcribe(store, guide, name, model, user=user, at=_now(), language=language)
    if as_json:
        dump(_told(found))
        return
    click.echo(f"A draft: {found.name}. Listen to {name} while you correct it.")


@contextmanager
def _opened(chosen: Chosen, session: str) -> Iterator[tuple[Store, Guide]]:
    """Open the store, with the guide of the strand that a session belongs to by its mode."""
    from toolkit.guide import load_guide

    with chosen.opened() as (store, study):
        first = next(iter(store.read(session=session)), None) if session else None
        guides = [load_guide(chosen.files() / each.guide) for each in study.strands]
        fits = (each for each in guides if first is not None and each.hash == first.guide_hash)
        yield store, next(fits, guides[0])


def _told(found: Recording) -> dict[str, Any]:
    return {
        "name": found.name,
        "session": found.session,
        "bytes": found.size,
        "sha256": found.sha256,
        "format": found.format,
        "offset": found.offset,
        "of": found.of,
        "draft": found.draft,
    }


def _now() -> int:
    return time.time_ns() // 1_000_000
