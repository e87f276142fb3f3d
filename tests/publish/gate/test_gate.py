"""No name leaves: not in text, markup, metadata, file names, images or archives (P30)."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from base64 import b64encode

import pytest

from tests.publish.gate.pdfs_made import made
from toolkit.errors import RunError
from toolkit.publish.gate.gate import Gate, ordinary_words, pass_gate
from toolkit.publish.gate.held import HELD_BACK
from toolkit.publish.gate.keeper import gate_of
from toolkit.publish.gate.names import names_of
from toolkit.publish.gate.releases import record_release, releases_of
from toolkit.publish.notebooks.inputs import hash_of
from toolkit.store import About, MemoryStore
from toolkit.store.lifecycle.unlocked import unlock

NAMES = names_of(["Hampersail, Hesper"])
GATE = Gate(NAMES)


def png(kind=b"tEXt", said=b"Author\x00Hesper Hampersail"):
    chunk = struct.pack(">I", len(said)) + kind + said + struct.pack(">I", zlib.crc32(kind + said))
    return b"\x89PNG\r\n\x1a\n" + chunk


def zipped(name="a.txt", content=b"x"):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return held.getvalue()


def image(content=None):
    return b64encode(content or png()).decode()


WITH_A_NAME = {
    "text.html": b"<p>So Hesper said.</p>",
    "broken-by-marks.html": b"<p>So Hes<b>per</b> said.</p>",
    "entities.html": b"<p>&#72;esper</p>",
    "attribute.html": b'<img alt="Hesper">',
    "comment.html": b"<!-- Hesper -->",
    "address.html": b'<a href="a.html?who=Miss%20Hesper">a</a>',
    "metadata.json": b'{"metadata": {"Hesper": 1}}',
    "escaped.json": b'{"a": "\\u0048esper"}',
    "drawing.svg": b"<svg><metadata><creator>Hesper</creator></metadata></svg>",
    "drawn.svg": b"<svg><text>Hes<tspan>per</tspan></text></svg>",
    "image.png": png(),
    "packed.png": png(b"zTXt", b"Author\x00\x00" + zlib.compress(b"Hesper Hampersail")),
    "page.html": f'<img src="data:image/png;base64,{image()}">'.encode(),
    "notebook.ipynb": json.dumps(
        {"cells": [{"source": ["So Hes\n", "per Hampersail"], "data": {"image/png": image()}}]}
    ).encode(),
    "archive.zip": zipped(content=b"Hesper"),
    "member.zip": zipped("hesper_1.txt"),
    "letter.docx": zipped("docProps/core.xml", b"<creator>Hesper</creator>"),
    "report.pdf": made("pdf-author", "Hesper"),
    "report-2.pdf": made("pdf", "Hesper"),
    "figures/hesper-01.svg": b"<svg/>",
}


@pytest.mark.parametrize("place", WITH_A_NAME)
def test_an_output_with_a_name_is_held_back(place):
    passed = pass_gate({place: WITH_A_NAME[place], "clean.html": b"<p>So she said.</p>"}, GATE)
    assert set(passed.files) == {"clean.html", HELD_BACK}
    assert [each.code for each in passed.findings] == ["RUN-041"]


def test_what_was_held_back_is_a_list_that_says_no_name():
    passed = pass_gate(WITH_A_NAME, GATE)
    told = passed.files[HELD_BACK].decode()
    assert len(json.loads(told)["held_back"]) == len(WITH_A_NAME)
    assert "hesper" not in told.casefold()
    assert "hesper" not in " ".join(map(str, passed.findings)).casefold()
    assert json.loads(told)["names"] == {"looked_for": True, "identifiers": 1}


def test_where_nobody_opened_the_identity_store_the_list_says_so():
    told = json.loads(pass_gate(WITH_A_NAME, Gate()).files[HELD_BACK])
    assert told["names"] == {"looked_for": False, "identifiers": 0}


def test_the_outputs_of_the_sample_study_hold_no_name(sample_run, sample_names):
    files = {
        each.relative_to(sample_run).as_posix(): each.read_bytes()
        for each in sample_run.rglob("*")
        if each.is_file() and each.name != "run.side.json"
    }
    assert pass_gate(files, Gate(sample_names)).held == ()


EVERYDAY = [
    "Page, Rose", "Young, Mark", "Parent, Grace", "Hope, Will", "Short, May", "Long, Faith",
    "Case, Dawn", "Child, Robin", "Worker, Frank", "Base, Art", "Forum, Summer", "Day, Joy",
]  # fmt: skip


def test_everyday_names_and_an_address_of_the_study_s_own_domain_are_no_false_alarm(
    sample_run, sample_home, study, people
):
    """Seen: Page and Rose held back several files, and one address 15 of 25."""
    words = [each for name in EVERYDAY for each in name.split(", ")]
    known = [*people, *EVERYDAY, *words, "rose.page@parents-and-social-care.example.org"]
    domain = b'<a href="mailto:office@parents-and-social-care.example.org">Write to us</a>'
    files = {
        each.relative_to(sample_run).as_posix(): each.read_bytes().replace(b"</main>", domain)
        for each in sample_run.rglob("*")
        if each.is_file() and each.name != "run.side.json"
    }
    names = names_of(known, ordinary_words(study))
    gate = gate_of(study, sample_home, unlock(sample_home), names)
    assert pass_gate(files, gate).held == ()
    page = files["index.html"].replace(domain, b"<p>Rose Page came.</p>")
    assert pass_gate({"index.html": page}, gate).held


def test_a_name_of_the_sample_study_is_found_in_a_page_of_it(sample_run, sample_names, people):
    page = (sample_run / "index.html").read_bytes()
    for name in people:
        first = name.partition(", ")[2]
        spoilt = page.replace(b"</main>", f"<p>{first} was there</p></main>".encode())
        assert pass_gate({"index.html": spoilt}, Gate(sample_names)).held, "a name passed the gate"


@pytest.fixture
def store():
    return MemoryStore(About("study", fictional=True, created=""))


def test_a_forced_release_is_a_record_with_a_name_to_it(store):
    files = {"a.html": WITH_A_NAME["text.html"]}
    reason = "The word is the name of a street."
    record_release(store, hash_of(files["a.html"]), user="lead-1", reason=reason, at=1)
    passed = pass_gate(files, Gate(NAMES, releases_of(store.read())))
    assert "a.html" in passed.files
    (told,) = json.loads(passed.files[HELD_BACK])["released"]
    assert (told["released_by"], told["reason"]) == ("lead-1", reason)
    assert [(each.code, each.severity) for each in passed.findings] == [("RUN-042", "warning")]


def test_a_release_is_for_these_bytes_only(store):
    record_release(store, hash_of(b"Hesper"), user="lead-1", reason="A street.", at=1)
    held = pass_gate({"a.txt": b"Hesper and more"}, Gate(NAMES, releases_of(store.read())))
    assert "a.txt" not in held.files


@pytest.mark.parametrize(
    ("digest", "user", "reason"),
    [("x", "lead-1", "why"), ("a" * 64, "Hesper H.", "why"), ("a" * 64, "lead-1", "  ")],
)
def test_a_release_without_output_person_or_reason_is_refused(store, digest, user, reason):
    with pytest.raises(RunError, match="RUN-043"):
        record_release(store, digest, user=user, reason=reason, at=1)
    assert not list(store.read())


def test_ordinary_words_are_those_of_the_studys_files(study):
    words = ordinary_words(study)
    assert {"social", "care", "young"} & words
    assert "hesper" not in words
