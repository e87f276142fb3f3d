"""The run as an RO-Crate: what made what, from which inputs, in the words of Process Run Crate.

Written by ourselves rather than by the library ``rocrate``: it is one file of plain JSON-LD, and
has to come out the same each time. For that reason it holds no time at which anything ran; times
stand in ``run.side.json``. https://w3id.org/ro/wfrun/process/0.5
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from toolkit.publish.engine.outcome import NotebookReport
from toolkit.publish.notebooks.code import code_hash, code_version
from toolkit.publish.notebooks.hashes import hash_of
from toolkit.publish.notebooks.inputs import Inputs
from toolkit.publish.pages.notebook_page import with_code
from toolkit.publish.plan.plan import Part, Plan

CRATE = "ro-crate-metadata.json"
_CRATE_VERSION = "https://w3id.org/ro/crate/1.1"
_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_TERMS = "https://w3id.org/ro/terms/workflow-run/context"
_SCHEMA = "http://schema.org/"
Entity = dict[str, Any]


def crate(
    plan: Plan,
    inputs: Inputs,
    reports: Sequence[NotebookReport],
    files: Mapping[str, bytes],
) -> Entity:
    """Return the metadata file of a crate.

    Returns
    -------
    dict
        JSON-LD; no path, host or time of this machine is in it.
    """
    actions = [_action(plan.parts[each.notebook], inputs, each, files) for each in reports]
    return {
        "@context": [f"{_CRATE_VERSION}/context", _TERMS],
        "@graph": [
            {
                "@id": CRATE,
                "@type": "CreativeWork",
                "conformsTo": {"@id": _CRATE_VERSION},
                "about": {"@id": "./"},
            },
            _root(plan, inputs, files, actions),
            {
                "@id": _PROFILE,
                "@type": "CreativeWork",
                "name": "Process Run Crate",
                "version": "0.5",
            },
            *(_file(place, content) for place, content in files.items()),
            *_inputs(inputs),
            *_programs(plan),
            *(each for part in plan.parts.values() for each in _settings(part)),
            *actions,
        ],
    }


def _root(
    plan: Plan, inputs: Inputs, files: Mapping[str, bytes], actions: Sequence[Entity]
) -> Entity:
    """Return the crate itself."""
    fictional = " All data are fictional." if inputs.fictional else ""
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": str(inputs.study.title),
        "description": f"Run {plan.run} of the analysis notebooks.{fictional}",
        "identifier": plan.run,
        # A crate needs a date; that of the store is the same each time.
        "datePublished": inputs.home.created,
        "license": "Not stated; the study decides who may use what is in here.",
        "conformsTo": {"@id": _PROFILE},
        "hasPart": [{"@id": place} for place in files],
        "mentions": [{"@id": each["@id"]} for each in actions],
    }


def _file(place: str, content: bytes) -> Entity:
    """Return one file of the crate."""
    kind = (
        "application/x-ipynb+json" if place.endswith(".ipynb") else mimetypes.guess_type(place)[0]
    )
    return {
        "@id": place,
        "@type": "File",
        "name": PurePosixPath(place).name,
        "encodingFormat": kind or "application/octet-stream",
        "contentSize": str(len(content)),
        "sha256": hash_of(content),
    }


def _inputs(inputs: Inputs) -> Iterator[Entity]:
    """Yield what went in and is not in the crate."""
    told: Any = inputs.to_json()
    versions = {each.guide: each.version for each in inputs.guides}
    for name, digest in told["files"].items():
        entity = {"@id": f"#file-{name}", "@type": "CreativeWork", "name": name, "sha256": digest}
        stem = PurePosixPath(name).stem
        yield entity | ({"version": versions[stem]} if stem in versions else {})
    yield {
        "@id": "#data",
        "@type": "Dataset",
        "name": "Journal of the study, which stays where it is",
        "description": f"{inputs.events} records",
        "sha256": inputs.snapshot,
    }


def _programs(plan: Plan) -> Iterator[Entity]:
    """Yield the toolkit and the notebooks as they are committed."""
    yield {
        "@id": "#toolkit",
        "@type": "SoftwareApplication",
        "name": "Topic-guide toolkit",
        "version": code_version(),
        "sha256": code_hash(),
    }
    for step in {part.step.notebook: part for part in plan.parts.values()}.values():
        packages = ", ".join(f"{name} {version}" for name, version in step.key.packages.items())
        yield {
            "@id": f"#notebook-{step.step.notebook}",
            "@type": "SoftwareSourceCode",
            "name": step.step.notebook,
            "description": step.step.question,
            "programmingLanguage": "Python",
            "softwareRequirements": packages,
            "isPartOf": {"@id": "#toolkit"},
            "sha256": step.hash,
        }


def _settings(part: Part) -> Iterator[Entity]:
    """Yield the parameters of one notebook."""
    for each in part.settings:
        yield {
            "@id": f"#{part.name}-{each['name']}",
            "@type": "PropertyValue",
            "name": each["name"],
            "value": each["value"],
            "description": each["meaning"],
        }


def _action(
    part: Part, inputs: Inputs, report: NotebookReport, files: Mapping[str, bytes]
) -> Entity:
    """Return the run of one notebook."""
    used = [f"#file-{name}" for name in part.key.files]
    used += ["#data"] if part.key.data else []
    used += [f"#{part.name}-{each['name']}" for each in part.settings]
    page = f"{part.name}.html"
    places = (page, with_code(page), f"notebooks/{part.name}.ipynb")
    made = [each for each in places if each in files]
    done = "Completed" if report.fault is None else "Failed"
    action: Entity = {
        "@id": f"#run-{part.name}",
        "@type": "CreateAction",
        "name": f"Run of {part.name}",
        "identifier": part.key.hash,
        "instrument": {"@id": f"#notebook-{part.step.notebook}"},
        "object": [{"@id": each} for each in used],
        "result": [{"@id": each} for each in made],
        "actionStatus": {"@id": f"{_SCHEMA}{done}ActionStatus"},
    }
    return action | ({"error": str(report.fault)} if report.fault else {})
