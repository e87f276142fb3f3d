"""The report as page, PDF and document: whole, tagged, the same twice, true to its own rules."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile

import nbformat
import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.publish.paper.matterhorn import Element
from toolkit.errors import RunError
from toolkit.publish.gate.names import names_of
from toolkit.publish.paper.study_report import (
    NOTEBOOK,
    claims_without_findings,
    letters_printed_as_boxes,
    make_report,
    printed_body,
    shares_by_ear,
)
from toolkit.publish.paper.typeset import as_docx, as_pdf

TITLE = "Parents and social care"  # as the fixture `products` has it


@pytest.fixture(scope="session")
def notebook(sample_run):
    return nbformat.read(sample_run / "notebooks" / f"{NOTEBOOK}.ipynb", as_version=4)


@pytest.fixture(scope="session")
def pdf(products):
    return pypdf.PdfReader(io.BytesIO((products / "report.pdf").read_bytes()))


def test_there_are_a_page_a_pdf_and_a_document(products):
    made = sorted(each.name for each in products.iterdir())
    assert made == ["held-back.json", "index.html", "report.docx", "report.pdf", "run.json"]
    listed = json.loads((products / "run.json").read_bytes())["outputs"]
    assert sorted([*listed, "run.json"]) == made


def test_the_pdf_is_tagged_and_says_its_language_and_title(pdf):
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"].lower().startswith("en")
    assert pdf.metadata.title == f"{TITLE} (fictional sample)"
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_the_pdf_tags_its_tables_and_quotations(pdf):
    tree = pdf.trailer["/Root"]["/StructTreeRoot"]["/K"]
    kinds = [each.kind for top in tree for each in Element(top.get_object(), {}).walk()]
    assert kinds.count("Table") >= 10
    assert kinds.count("BlockQuote") >= 8


def test_the_pdf_is_for_readers_and_says_what_it_is_on_each_page(pdf):
    pages = [each.extract_text() for each in pdf.pages]
    assert not any("Goes in" in text for text in pages)
    assert all(f"{TITLE} (fictional sample)" in text for text in pages)


def test_a_claim_says_on_which_page_its_finding_stands(pdf):
    pages = [each.extract_text() for each in pdf.pages]
    summary = next(text for text in pages[1:] if "Executive summary" in text)
    told = re.findall(r"spoke of ([a-z\s]+), page (\d+)", summary)
    assert len(told) == 7
    for label, number in told:
        heading = " ".join(label.split()).capitalize()
        assert heading in " ".join(pages[int(number) - 1].split())


def test_the_page_for_readers_has_quotations_and_no_code_and_axe_finds_nothing(products, browser):
    page = browser.new_page()
    page.goto((products / "index.html").as_uri())
    assert page.locator("blockquote").count() >= 8
    assert page.locator("details").count() == 0
    assert "signed off by lead-1" in page.locator("blockquote").first.inner_text()
    found = Axe().run(page)
    page.close()
    assert found.violations_count == 0, found.generate_report()


def test_the_contents_give_the_page_on_which_a_chapter_stands(pdf):
    first = pdf.pages[0].extract_text()
    pages = [each.extract_text() for each in pdf.pages]
    for chapter in ("Executive summary", "Findings", "Recommendations", "Appendix: the protocol"):
        line = next(each for each in first.splitlines() if each.startswith(chapter))
        number = int(line.rstrip().split()[-1].lstrip("."))
        assert chapter in pages[number - 1], chapter


def test_a_pdf_has_no_date_and_no_code_in_it(pdf):
    assert pdf.metadata.creation_date is None
    assert "report.findings" not in "".join(each.extract_text() for each in pdf.pages)


def test_claims_lead_to_findings_in_the_pdf_too(pdf):
    links = [each.get_object() for page in pdf.pages for each in page.get("/Annots", [])]
    assert sum("/Dest" in each or "/A" in each for each in links) >= 7


def test_the_document_has_contents_headings_tables_and_our_styles(products):
    with zipfile.ZipFile(products / "report.docx") as archive:
        text = archive.read("word/document.xml").decode()
        styles = archive.read("word/styles.xml").decode()
        core = archive.read("docProps/core.xml").decode()
    assert "Executive summary" in text
    assert "<w:tbl>" in text
    assert "TOC \\o" in text
    assert styles.count('<w:color w:val="17506B"') >= 6
    assert f"{TITLE} (fictional sample)" in core


def test_a_figure_has_words_and_its_caption_on_the_same_page(products, pdf):
    tree = pdf.trailer["/Root"]["/StructTreeRoot"]["/K"]
    found = [each for top in tree for each in Element(top.get_object(), {}).walk()]
    told = [str(each.node["/Alt"]) for each in found if each.kind == "Figure"]
    assert [each.split(";")[0] for each in told] == ["On the list of people supported: 95"]
    page = next(
        each.extract_text() for each in pdf.pages if "Not drawn (n = 54)" in each.extract_text()
    )
    assert "From the list to the interview" in page
    with zipfile.ZipFile(products / "report.docx") as archive:
        assert any(each.endswith(".png") for each in archive.namelist())
        text = archive.read("word/document.xml").decode()
    assert 'descr="On the list of people supported: 95' in text
    assert "data:image" not in text


def test_the_same_notebook_gives_the_same_bytes(notebook):
    body = printed_body(notebook)
    assert as_pdf(body, TITLE) == as_pdf(body, TITLE)
    assert as_docx(body, TITLE) == as_docx(body, TITLE)


def test_a_name_in_the_report_stops_all_of_it(sample_run, tmp_path):
    shutil.copytree(sample_run, tmp_path / sample_run.name)
    with pytest.raises(RunError, match="RUN-041"):
        make_report(sample_run.name, TITLE, outputs=tmp_path, names=names_of(["Toolkit, Ann"]))
    assert not (tmp_path / f"{sample_run.name}-report").exists()


def test_without_a_run_there_is_no_report(tmp_path):
    with pytest.raises(RunError, match="RUN-044"):
        make_report("none", TITLE, outputs=tmp_path)


def test_the_sample_report_keeps_to_its_own_rules(notebook):
    assert list(claims_without_findings(printed_body(notebook))) == []
    assert list(shares_by_ear(notebook)) == []


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda body: body.replace('id="finding-response"', 'id="finding-other"'),
        lambda body: body.replace('href="#finding-response"', 'href="#part-1"'),
        lambda body: body.replace(">Executive summary<", ">Overview<"),
    ],
)
def test_a_claim_without_its_finding_is_told(notebook, spoilt):
    found = list(claims_without_findings(spoilt(printed_body(notebook))))
    assert [each.code for each in found] == ["RUN-045"]


@pytest.mark.parametrize("word", ["Most participants", "a few of the mothers", "Many parents"])
def test_a_word_for_a_share_that_was_typed_is_told(word):
    cells = [nbformat.v4.new_markdown_cell(f"{word} said so."), nbformat.v4.new_code_cell(word)]
    found = list(shares_by_ear(nbformat.v4.new_notebook(cells=cells)))
    assert [(each.code, each.place) for each in found] == [("RUN-046", "cell 1")]


def test_a_picture_without_words_fails_the_pdf():
    packed = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQ"
        "ABh6FO1AAAAABJRU5ErkJggg=="
    )
    image = f"data:image/png;base64,{packed}"
    with pytest.raises(RunError, match="RUN-048"):
        as_pdf(f'<h1>Title</h1><p><img src="{image}"></p>', "Title")


def test_letters_that_no_font_has_are_told_with_their_place(notebook):
    body = printed_body(notebook)
    assert list(letters_printed_as_boxes(body)) == []
    heading = re.findall(r"<h2[^>]*>.*?</h2>", body)[1]
    spoilt = body.replace(heading, heading.replace("</h2>", " 字</h2><p>ไทย, ŵŷ, ﬁ, العربية</p>"))
    found = list(letters_printed_as_boxes(spoilt))
    assert [re.search(r"U\+[0-9A-F]+", each.found)[0] for each in found] == [
        "U+0E17",
        "U+0E22",
        "U+0E44",
        "U+5B57",
    ]
    assert {each.severity for each in found} == {"warning"}
    assert all(each.place for each in found)
