"""The review pack as files: one folder, one zip, the same bytes for the same records."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import Finding
from toolkit.guide import wording
from toolkit.publish.gate.gate import gated
from toolkit.publish.gate.keeper import gate_of
from toolkit.publish.gate.names import Names
from toolkit.publish.notebooks.code import code_hash, code_version
from toolkit.publish.notebooks.hashes import hash_of, hash_of_json
from toolkit.publish.notebooks.inputs import environment
from toolkit.publish.output_folder import MANIFEST, as_json, write_outputs
from toolkit.publish.pages.frame import Link, Page, Site, render_page
from toolkit.publish.pages.guide_pages import guide_page
from toolkit.publish.pages.notebook_page import Body
from toolkit.publish.review.checklist import read_checklist
from toolkit.publish.review.clauses import judge
from toolkit.publish.review.records import Records, read_records
from toolkit.publish.review.section import Missing, Part, Piece, Section, all_sections
from toolkit.publish.review.sections.guides import guide_href
from toolkit.publish.review.sections.run import MANIFEST_COPY
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring

FORMAT = "toolkit-review/1"
# The oldest moment that a zip can hold: no clock gets into its bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Pack:
    """The pack that was made.

    Attributes
    ----------
    folder : pathlib.Path
        Where it was written.
    archive : pathlib.Path
        The zip of the same files, in that folder.
    run : str
        Id of the pack, which its inputs decide.
    missing : int
        Things that are in it as openly missing (count).
    findings : tuple of Finding
        Pages that the gate withheld, or that were released all the same.
    """

    folder: Path
    archive: Path
    run: str
    missing: int
    findings: tuple[Finding, ...] = ()

    @property
    def index(self) -> Path:
        """The page to open."""
        return self.folder / "index.html"


def make_pack(
    folder: Path, home: Home, keyring: Keyring, *, outputs: Path, names: Names | None = None
) -> Pack:
    """Make the methodology-review pack of a study.

    Parameters
    ----------
    outputs : pathlib.Path
        Folder below which runs are written; the pack goes to ``<study>-review`` in it.
    names : Names, optional
        What must not stand in the pack, from the identity store.

    Raises
    ------
    RunError, StudyError, GuideError, StoreError
        The study or its data cannot be read (nothing was written), or the folder cannot be
        written to (RUN-017).
    """
    records = read_records(folder, home, keyring, outputs)
    passed = gated(pack_files(records), gate_of(folder, home, keyring, names))
    name = f"{home.study}-review"
    archive = f"{name}.zip"
    zipped = zip_of(passed.files, name)
    manifest = json.loads(passed.files[MANIFEST])
    manifest["outputs"][archive] = hash_of(zipped)
    write_outputs(outputs / name, {**passed.files, archive: zipped, MANIFEST: as_json(manifest)})
    missing = len(_missing(_contents(records)))
    folder = outputs / name
    return Pack(folder, folder / archive, manifest["run"], missing, passed.findings)


def pack_files(records: Records) -> dict[str, bytes]:
    """Return all files of the pack.

    Returns
    -------
    dict of str to bytes
        Place in the pack to content; the same for the same records.
    """
    site, contents = _site(records), _contents(records)
    files = {"index.html": _index(site, records, contents).encode()}
    for section, parts in contents:
        page = Page(site, section.href, section.title)
        files[section.href] = _page(page, section, parts).encode()
    for guide in records.guides:
        page = Page(site, guide_href(guide), f"{wording(guide.title)}, version {guide.version}")
        files[page.href] = guide_page(guide, page, records.inputs.study).encode()
    if records.run is not None:
        files[MANIFEST_COPY] = as_json(
            {k: v for k, v in records.run.items() if k not in ("hash", "gate")}
        )
    files[MANIFEST] = as_json(
        {**_manifest(records, site), "outputs": {p: hash_of(c) for p, c in files.items()}}
    )
    return files


def zip_of(files: Mapping[str, bytes], name: str) -> bytes:
    """Return files as one zip without a clock, in order, not compressed.

    The same bytes everywhere.
    """
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for place in sorted(files):
            entry = zipfile.ZipInfo(f"{name}/{place}", _NO_TIME)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[place])
    return held.getvalue()


Contents = Sequence[tuple[Section, tuple[Part, ...]]]


def _contents(records: Records) -> Contents:
    """Return every page with its parts."""
    return [(section, tuple(section.content(records))) for section in all_sections()]


def _manifest(records: Records, site: Site) -> dict[str, object]:
    """Return what went in; the form is that of a run, so that a withdrawal finds the pack too."""
    return {
        "format": FORMAT,
        "run": site.run,
        "inputs": records.inputs.to_json(),
        "code": {"version": code_version(), "hash": code_hash()},
        "environment": environment(),
    }


def _site(records: Records) -> Site:
    """Return what all pages of the pack share."""
    everything = {
        "inputs": records.inputs.to_json(),
        "earlier": [each.hash for each in records.earlier],
        "run": records.run["hash"] if records.run else None,
        "code": code_hash(),
        "environment": environment(),
    }
    links = [Link(each.href, each.short) for each in all_sections()]
    return Site(
        title=records.inputs.study.title,
        fictional=records.inputs.fictional,
        run=hash_of_json(everything)[:12],
        code=code_version(),
        guides=[
            {"guide": each.guide, "version": each.version, "hash": each.hash}
            for each in records.inputs.guides
        ],
        links=[Link("index.html", "Overview"), *links],
    )


def _page(page: Page, section: Section, parts: Sequence[Part]) -> str:
    """Return one page of the pack."""
    body = Body()
    shown = [
        {
            "anchor": each.anchor,
            "title": each.title,
            "pieces": [_shown(p, body) for p in each.pieces],
        }
        for each in parts
    ]
    contents = [{"id": each.anchor, "text": each.title} for each in parts]
    return render_page("review.html.j2", page, lead=section.text, parts=shown, contents=contents)


def _shown(piece: Piece, body: Body) -> dict[str, str]:
    """Return one piece for the template; everything but plain text passes the gate for HTML."""
    if isinstance(piece, Missing):
        return {"kind": "missing", "text": piece.what}
    if isinstance(piece, str):
        return {"kind": "text", "text": piece}
    data = {"text/html": piece._repr_html_()}
    return {"kind": "html", "html": body.shown({"output_type": "display_data", "data": data})}


def _index(site: Site, records: Records, contents: Contents) -> str:
    """Return the page that opens the pack."""
    states = [each.ruling.state for each in judge(records)]
    lists = {name: read_checklist(name, records) for name in ("coreq", "srqr")}
    clauses = "conformance.html"
    numbers = [
        (
            f"{states.count('met')} of {len(states)}",
            "clauses of the protocol met on record",
            clauses,
        ),
        (str(states.count("not met")), "clauses not met", clauses),
        (str(states.count("no records yet")), "clauses without records yet", clauses),
        *(
            (
                f"{each.filled} of {len(each.items)}",
                f"items of {name.upper()} filled, {each.declared} by declarations",
                f"{name}.html",
            )
            for name, each in lists.items()
        ),
    ]
    missing = _missing(contents)
    entries = [
        {
            "href": section.href,
            "title": section.title,
            "text": section.text,
            "missing": sum(each["href"].startswith(section.href) for each in missing),
        }
        for section, _ in contents
    ]
    return render_page(
        "review_index.html.j2",
        Page(site, "index.html", site.title),
        contents=[
            {"id": "standing", "text": "How it stands"},
            {"id": "pages", "text": "The pages"},
            {"id": "missing", "text": "Openly missing"},
        ],
        question=records.inputs.study.question.text,
        numbers=[{"number": n, "label": label, "href": href} for n, label, href in numbers],
        entries=entries,
        missing=missing,
    )


def _missing(contents: Contents) -> list[dict[str, str]]:
    """List everything that the pack shows as missing."""
    return list(_each_missing(contents))


def _each_missing(contents: Contents) -> Iterator[dict[str, str]]:
    for section, parts in contents:
        for part in parts:
            for piece in part.pieces:
                if isinstance(piece, Missing):
                    href = f"{section.href}#{part.anchor}"
                    yield {"href": href, "part": part.title, "text": piece.what}
