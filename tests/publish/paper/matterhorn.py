"""What the Matterhorn protocol 1.1 lets a program decide of a PDF/UA-1 file, by pypdf alone.

``faults(pdf)`` gives one line a fault, each with the number of its failure condition. What only a
person can decide (does the alternative text say what the picture shows?) is not looked at.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from pypdf import PdfReader
from pypdf.generic import ArrayObject, BooleanObject, ContentStream, DictionaryObject

# A boolean of pypdf is always true by itself.
YES = BooleanObject(True)
HEADINGS = re.compile(r"/H([1-6])")
STANDARD = set(
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4"
    " H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code"
    " Link Annot Ruby RB RT RP Warichu WT WP Figure Formula Form".split()
)
# Which kinds may stand directly below which.
BELOW = {
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
    "L": {"LI", "L", "Caption"},
    "LI": {"Lbl", "LBody", "Div", "NonStruct"},
    "TOC": {"TOC", "TOCI", "Caption"},
}
PARENT = {"TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"}, "LI": {"L"}}
PAINTS = {b"Tj", b"TJ", b"'", b'"', b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s", b"Do"}
PAINTS |= {b"sh", b"EI", b"INLINE IMAGE"}


class Element:
    """One element of the tree of tags, with what is below it."""

    def __init__(self, node: DictionaryObject, roles: Mapping[str, str], above: str = "") -> None:
        self.node, self.above = node, above
        self.own = str(node.get("/S", ""))[1:]
        self.kind = roles.get(self.own, self.own)
        below = node.get("/K", [])
        self.below = list(below) if isinstance(below, ArrayObject) else [below]
        found = [each.get_object() for each in self.below if not isinstance(each, int)]
        kids = [each for each in found if isinstance(each, DictionaryObject) and "/S" in each]
        self.kids = [Element(each, roles, self.kind) for each in kids]
        self.objects = [each for each in found if each not in kids]

    def walk(self) -> Iterator[Element]:
        """Give this element and all below it, in reading order."""
        yield self
        for each in self.kids:
            yield from each.walk()

    def attribute(self, name: str) -> object:
        """Give an attribute of the element, from whichever of its owners has it."""
        told = self.node.get("/A", ArrayObject())
        owners = told if isinstance(told, ArrayObject) else [told]
        return next((o.get_object()[name] for o in owners if name in o.get_object()), None)


def faults(pdf: bytes) -> list[str]:
    """Give every fault of a PDF, each as ``number: what is wrong``."""
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    tree = root.get("/StructTreeRoot")
    if tree is None:
        return ["01-005: nothing is tagged"]
    roles = {str(k)[1:]: str(v)[1:] for k, v in tree.get("/RoleMap", {}).items()}
    top = tree["/K"]
    tops = top if isinstance(top, ArrayObject) else [top]
    elements = [one for each in tops for one in Element(each.get_object(), roles).walk()]
    found = [*_document(root, reader), *_roles(elements, roles), *_content(reader, tree)]
    for check in (_nesting, _headings, _tables, _figures, _lists, _empty, _notes):
        found += check(elements)
    return [*found, *_links(reader, elements), *_fonts(reader), *_bookmarks(reader, elements)]


def _document(root: DictionaryObject, reader: PdfReader) -> Iterator[str]:
    """Language, title, metadata, and what must not be there."""
    if not root.get("/Lang"):
        yield "11-006: the document has no language"
    marked = root.get("/MarkInfo", {})
    if marked.get("/Marked") != YES:
        yield "06: the document does not say that it is tagged"
    if marked.get("/Suspects") == YES:
        yield "01-007: tags are suspect"
    if root.get("/ViewerPreferences", {}).get("/DisplayDocTitle") != YES:
        yield "07-001: the title is not shown"
    metadata = root["/Metadata"].get_data() if "/Metadata" in root else b""
    if not metadata:
        yield "06-001: there are no metadata"
    elif not re.search(rb"pdfuaid:part(>|=\")1", metadata):
        yield "06-002: the metadata do not say PDF/UA-1"
    elif b"dc:title" not in metadata:
        yield "06-003: the metadata have no title"
    if reader.is_encrypted:
        yield "26: the document is encrypted"
    if "/XFA" in root.get("/AcroForm", {}):
        yield "25-001: the document holds an XFA form"


def _roles(elements: list[Element], roles: Mapping[str, str]) -> Iterator[str]:
    """Every kind is a standard one or leads to one, and no standard one to another."""
    for each in sorted({element.own for element in elements} - STANDARD):
        if roles.get(each) not in STANDARD:
            yield f"02-001: kind {each} leads to no standard one"
    for each in sorted(set(roles) & STANDARD):
        yield f"02-004: standard kind {each} is given another meaning"


def _content(reader: PdfReader, tree: DictionaryObject) -> Iterator[str]:
    """Everything painted is tagged or an artifact, and every tag's mark is in the tree."""
    parents = dict(_numbers(tree.get("/ParentTree", DictionaryObject())))
    for number, page in enumerate(reader.pages, 1):
        known = parents.get(page.get("/StructParents"), ArrayObject()).get_object()
        seen = set()
        for where in _painted(page.get_contents(), reader, seen):
            yield f"01-005: page {number} paints {where} that is neither tagged nor an artifact"
        for mark in sorted(seen):
            element = known[mark].get_object() if mark < len(known) else None
            if not isinstance(element, DictionaryObject) or "/S" not in element:
                yield f"01-005: mark {mark} of page {number} is not in the tree"
        if page.get("/Tabs") != "/S" and page.get("/Annots"):
            yield f"28-008: page {number} is not tabbed through in the order of its tags"


def _painted(content: ContentStream | None, reader: PdfReader, seen: set[int]) -> Iterator[str]:
    """Give what is painted outside marks; collect the marks; artifacts must not hold tags."""
    inside: list[str] = []
    for operands, operator in (
        ContentStream(content, reader).operations if content is not None else ()
    ):
        if operator in (b"BDC", b"BMC"):
            mark = operands[1].get("/MCID") if operator == b"BDC" and len(operands) > 1 else None
            kind = "artifact" if operands[0] == "/Artifact" else "tag" if mark is not None else "?"
            if kind == "tag":
                seen.add(int(mark))
            if {kind, *inside} >= {"artifact", "tag"}:
                yield "a tag within an artifact, or the other way round,"
            inside.append(kind)
        elif operator == b"EMC":
            inside.pop()
        elif operator in PAINTS and not {"tag", "artifact"} & set(inside):
            yield operator.decode()


def _numbers(node: DictionaryObject) -> Iterator[tuple[int, object]]:
    """Give the entries of a number tree."""
    node = node.get_object()
    listed = list(node.get("/Nums", []))
    yield from zip(listed[::2], listed[1::2], strict=True)
    for each in node.get("/Kids", []):
        yield from _numbers(each)


def _nesting(elements: list[Element]) -> Iterator[str]:
    """Parts of tables, lists and contents stand where they belong."""
    for each in elements:
        for kid in each.kids:
            if each.kind in BELOW and kid.kind not in BELOW[each.kind]:
                yield f"09-004: {kid.kind} directly below {each.kind}"
        if each.kind in PARENT and each.above not in PARENT[each.kind]:
            yield f"09-004: {each.kind} below {each.above}"


def _headings(elements: list[Element]) -> Iterator[str]:
    """Headings begin with the first level and leave none out."""
    found = [HEADINGS.fullmatch(f"/{each.kind}") for each in elements]
    levels = [int(each[1]) for each in found if each]
    if levels and levels[0] != 1:
        yield "14-002: the first heading is not of the first level"
    for before, later in pairwise(levels):
        if later - before > 1:
            yield f"14-003: a heading of level {later} follows one of level {before}"


def _tables(elements: list[Element]) -> Iterator[str]:
    """Every table has heads, and each says of what it is the head; rows are of one length."""
    for table in (each for each in elements if each.kind == "Table"):
        heads = [each for each in table.walk() if each.kind == "TH"]
        if not heads:
            yield "15-003: a table has no head"
        for each in heads:
            if not (each.attribute("/Scope") or each.attribute("/Headers")):
                yield "15-003: a head of a table does not say of what"
        rows = [each for each in table.walk() if each.kind == "TR"]
        widths = {sum(int(k.attribute("/ColSpan") or 1) for k in row.kids) for row in rows}
        if len(widths) > 1:
            yield "15-005: rows of a table are of different length"


def _figures(elements: list[Element]) -> Iterator[str]:
    """Every figure and formula has words that stand for it."""
    for each in elements:
        if each.kind in ("Figure", "Formula"):
            if not (each.node.get("/Alt") or each.node.get("/ActualText")):
                yield f"13-004: a {each.kind.lower()} has no words that stand for it"
            if not each.attribute("/BBox") and each.kind == "Figure":
                yield "13: a figure does not say where it is"


def _lists(elements: list[Element]) -> Iterator[str]:
    """Every point of a list has a body, and every line of the contents a link."""
    for each in elements:
        if each.kind == "LI" and "LBody" not in {one.kind for one in each.walk()}:
            yield "16: a point of a list has no body"
        if each.kind == "TOCI" and "Link" not in {one.kind for one in each.walk()}:
            yield "contents: a line leads nowhere"


def _empty(elements: list[Element]) -> Iterator[str]:
    """No tag is without anything below it, cells of tables apart."""
    for each in elements:
        if each.kind not in ("TD", "TH") and not each.kids and not each.below:
            yield f"empty: {each.kind} holds nothing"


def _notes(elements: list[Element]) -> Iterator[str]:
    """Every note has an id of its own."""
    ids = [each.node.get("/ID") for each in elements if each.kind == "Note"]
    if None in ids or len(set(ids)) < len(ids):
        yield "19-003: a note has no id of its own"


def _links(reader: PdfReader, elements: list[Element]) -> Iterator[str]:
    """Every link is tagged as one, says what it is, and leads somewhere that is there."""
    tagged = {
        each.raw_get("/Obj").idnum
        for element in elements
        if element.kind == "Link"
        for each in element.objects
        if isinstance(each, DictionaryObject) and "/Obj" in each
    }
    pages = {page.indirect_reference.idnum for page in reader.pages}
    names = set(reader.named_destinations)
    for number, page in enumerate(reader.pages, 1):
        for each in page.get("/Annots", ()):
            note = each.get_object()
            if note.get("/Subtype") != "/Link":
                continue
            if each.idnum not in tagged:
                yield f"28-011: a link on page {number} is not tagged as one"
            if not note.get("/Contents"):
                yield f"28-012: a link on page {number} does not say what it is"
            target = note.get("/Dest", note.get("/A", DictionaryObject()).get("/D"))
            target = target.get_object() if target is not None else None
            there = target[0].idnum in pages if isinstance(target, ArrayObject) else target in names
            if target is not None and not there:
                yield f"link: one on page {number} leads nowhere"


def _fonts(reader: PdfReader) -> Iterator[str]:
    """Every font is in the file, and says which letters its shapes are."""
    for page in reader.pages:
        for name, font in page["/Resources"].get("/Font", DictionaryObject()).items():
            told = font.get_object()
            if "/ToUnicode" not in told:
                yield f"31-027: font {name} does not say which letters it shows"
            inner = told.get("/DescendantFonts", [told])[0].get_object()
            descriptor = inner.get("/FontDescriptor", DictionaryObject())
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor):
                yield f"31-009: font {name} is not in the file"


def _bookmarks(reader: PdfReader, elements: list[Element]) -> Iterator[str]:
    """A document with headings has bookmarks."""
    if any(HEADINGS.fullmatch(f"/{each.kind}") for each in elements) and not reader.outline:
        yield "bookmarks: there are headings and no bookmarks"
