"""The report's PDF against what the Matterhorn protocol lets a program decide, and broken ones."""

from __future__ import annotations

import io

import pypdf
import pytest
import typst
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject

from tests.publish.paper.matterhorn import faults
from toolkit.publish.paper.typeset import as_pdf
from toolkit.publish.paper.typst_attributes import KEPT_TOGETHER

NAME = NameObject


@pytest.fixture(scope="module")
def small():
    """A small document that has one of everything, set as the report is."""
    source = """#set document(title: "Small")
#set text(lang: "en")
#outline()
= One
#link(<two>)[a finding]
- a point
#figure(table(columns: 2, table.header([A], [B]), [1], [2]), caption: [Counts])
#figure(image(bytes("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><path
  d='M0 0L9 9' stroke='black'/></svg>"), alt: "A line"), caption: [Line])
== Two <two>
#quote(block: true)[Somebody said so]
"""
    return typst.compile(source.encode(), format="pdf", pdf_standards=["ua-1"])


def test_report_has_no_fault_that_a_program_can_find(products):
    assert faults((products / "report.pdf").read_bytes()) == []


def test_small_document_has_no_fault(small):
    assert faults(small) == []


def spoilt(pdf, change):
    """Give a PDF to which something was done: ``change(root, kinds)``."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    objects = [each.get_object() for each in writer._objects if each is not None]
    nodes = [each for each in objects if isinstance(each, DictionaryObject) and "/S" in each]
    change(writer, {name: [e for e in nodes if e["/S"] == f"/{name}"] for name in KINDS})
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


KINDS = ("H1", "H2", "P", "TH", "TR", "Table", "Figure", "Link", "L", "LI", "LBody", "BlockQuote")


def without(*path):
    """Take something away from the catalogue."""

    def change(writer, _kinds):
        place = writer.root_object
        for each in path[:-1]:
            place = place[each].get_object()
        del place[path[-1]]

    return change


def without_in(kind, key):
    """Take something away from all elements of a kind."""

    def change(_writer, kinds):
        for each in kinds[kind]:
            each.pop(NAME(key), None)

    return change


def renamed(kind, other):
    """Give all elements of a kind another."""

    def change(_writer, kinds):
        for each in kinds[kind]:
            each[NAME("/S")] = NAME(f"/{other}")

    return change


def emptied(kind):
    """Leave the elements of a kind without anything below them."""

    def change(_writer, kinds):
        for each in kinds[kind]:
            each[NAME("/K")] = ArrayObject()

    return change


def painting_more(writer, _kinds):
    """Paint something that is neither tagged nor an artifact."""
    page = writer.pages[0]
    stream = DecodedStreamObject()
    stream.set_data(page.get_contents().get_data() + b"\n0 0 9 9 re f\n")
    page[NAME("/Contents")] = stream


def losing_a_mark(writer, _kinds):
    """Mark something that the tree does not know."""
    page = writer.pages[0]
    stream = DecodedStreamObject()
    stream.set_data(page.get_contents().get_data() + b"\n/P <</MCID 999>> BDC 0 0 9 9 re f EMC\n")
    page[NAME("/Contents")] = stream


def in_each_link(key):
    """Take something away from all links."""

    def change(writer, _kinds):
        for page in writer.pages:
            for each in page.get("/Annots", ()):
                each.get_object().pop(NAME(key), None)

    return change


def leading_nowhere(writer, _kinds):
    """Let links lead to a page that is not there."""
    for page in writer.pages:
        for each in page.get("/Annots", ()):
            note = each.get_object()
            note.pop(NAME("/A"), None)
            lost = writer._add_object(DictionaryObject())
            note[NAME("/Dest")] = ArrayObject([lost, NAME("/Fit")])


def without_letters(writer, _kinds):
    """Take away which letters the shapes of a font are."""
    for font in writer.pages[0]["/Resources"]["/Font"].values():
        font.get_object().pop(NAME("/ToUnicode"), None)


def without_tab_order(writer, _kinds):
    """Let the keyboard go through links in any order."""
    for page in writer.pages:
        page.pop(NAME("/Tabs"), None)


def with_a_longer_row(_writer, kinds):
    """Give one row of a table one cell more."""
    row = kinds["TR"][0]
    row[NAME("/K")] = ArrayObject([*row["/K"], row["/K"][0]])


def with_another_meaning(writer, _kinds):
    """Say that a standard kind means another."""
    roles = writer.root_object["/StructTreeRoot"].setdefault(NAME("/RoleMap"), DictionaryObject())
    roles[NAME("/P")] = NAME("/Span")


@pytest.mark.parametrize(
    ("change", "number"),
    [
        (without("/StructTreeRoot"), "01-005"),
        (painting_more, "01-005"),
        (losing_a_mark, "01-005"),
        (renamed("P", "Paragraph"), "02-001"),
        (with_another_meaning, "02-004"),
        (without("/MarkInfo"), "06"),
        (without("/Metadata"), "06-001"),
        (without("/ViewerPreferences"), "07-001"),
        (renamed("TR", "Div"), "09-004"),
        (without("/Lang"), "11-006"),
        (without_in("Figure", "/Alt"), "13-004"),
        (renamed("H1", "H2"), "14-002"),
        (renamed("H2", "H3"), "14-003"),
        (without_in("TH", "/A"), "15-003"),
        (renamed("TH", "TD"), "15-003"),
        (with_a_longer_row, "15-005"),
        (renamed("LBody", "Div"), "16"),
        (without_tab_order, "28-008"),
        (renamed("Link", "Span"), "28-011"),
        (in_each_link("/Contents"), "28-012"),
        (leading_nowhere, "link"),
        (without_letters, "31-027"),
        (without("/Outlines"), "bookmarks"),
        (renamed("Link", "Span"), "contents"),
        (emptied("BlockQuote"), "empty"),
    ],
)
def test_a_broken_document_is_told_by_the_number_of_its_fault(small, change, number):
    assert number in {each.partition(":")[0] for each in faults(spoilt(small, change))}


def table(rows):
    body = "".join(f"<tr><th>Row {n} of {rows}</th><td>1</td></tr>" for n in range(1, rows + 1))
    return (
        '<div class="output"><div class="table-scroll"><table><caption>Title</caption><thead><tr>'
        f"<th>Head</th><th>Number</th></tr></thead><tbody>{body}</tbody></table></div>"
        '<div class="rests-on"><p class="base">Base of the table.</p></div></div>'
    )


def pages(filling, rows, headings=0):
    """Set a table below some lines and headings, and give the text of the pages."""
    lines = "".join(f"<p>Line {n}.</p>" for n in range(filling)) + "<h3>Small</h3>" * headings
    prose = '<div class="prose"><p>This leads to it.</p></div>'
    pdf = as_pdf(f"<h2>Title</h2>{lines}{prose}{table(rows)}", "Title")
    return [each.extract_text() for each in pypdf.PdfReader(io.BytesIO(pdf)).pages][1:]


@pytest.mark.parametrize("filling", [22, 26, 28])
def test_a_short_table_stays_whole_with_what_leads_to_it_and_what_it_rests_on(filling):
    parts = ["This leads to it.", "Table\xa01", "Row 1 of 12", "Row 12 of 12", "Base of the table."]
    on = [{n for n, text in enumerate(pages(filling, 12)) if part in text} for part in parts]
    assert on == [on[0]] * len(parts)


# Where one row alone would just have had room.
@pytest.mark.parametrize(("filling", "headings"), [(30, 1), (29, 2)])
def test_a_long_table_begins_with_two_rows_at_least_below_its_caption(filling, headings):
    rows = KEPT_TOGETHER + 10
    first = next(text for text in pages(filling, rows, headings) if "Table\xa01" in text)
    assert f"Row 2 of {rows}" in first
    assert "This leads to it." in first


def test_numbers_stand_below_each_other_on_the_right_and_a_quotation_with_its_speaker():
    quoted = "".join(f"<p>Line {n}.</p>" for n in range(31))
    body = f"<h2>T</h2>{quoted}<blockquote><p>Words</p>\n<p>Speaker</p></blockquote>"
    texts = [each.extract_text() for each in pypdf.PdfReader(io.BytesIO(as_pdf(body, "T"))).pages]
    assert [("Words" in text) == ("Speaker" in text) for text in texts] == [True] * len(texts)
