"""Reading files: YAML 1.2 to the letter, with lines, and never an exception."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from toolkit.guide import check_guide
from toolkit.guide.yaml import source as yaml_source
from toolkit.guide.yaml.source import DEPTH_LIMIT, Document, parse_yaml, place_of, read_yaml
from toolkit.guide.yaml.text_file import SIZE_LIMIT

ODD = (
    *("", "~", "yes", "no", "null", "true", "012", "10:30", "1e3", "0x1f", "-", "a: b", "# no"),
    *("it's", '"', "a\nb", " a", "a ", "*x", "&y", "!z", "{", "[1]", "?", "@", "%", "|", ">", ","),
    *("More?", "a:b", "\N{LATIN SMALL LETTER E WITH ACUTE}", "\N{GRINNING FACE}", "\t", "---"),
)


def data_of(text: str) -> Any:
    document = parse_yaml(text, Document("guide.yaml"))
    assert document.findings == []
    return document.data


def codes_of(text: str) -> list[tuple[str, int]]:
    return [(f.code, f.line) for f in parse_yaml(text, Document("guide.yaml")).findings]


def built(text: str, *, quick: bool) -> tuple[Exception | None, Document]:
    document = Document("guide.yaml")
    fault = yaml_source._build(text, document, quick=quick)
    return fault, document


def all_lines(document: Document) -> list[dict[Any, int]]:
    """The lines of every mapping and list, from the top down."""
    found, waiting = [], [document.data]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict | list):
            found.append(document._lines[id(here)])
            waiting += here.values() if isinstance(here, dict) else here
    return found


# Laws ---------------------------------------------------------------------------------------

# ruamel.yaml writes a key such as "?0" bare in flow style and does not read it back as it was.
words = st.sampled_from(ODD) | st.text(
    st.characters(codec="utf-8", exclude_categories=["C"])
).filter(lambda word: not word.startswith("?"))
scalars = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | words
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(trees, st.sampled_from([True, False]))
def test_what_was_written_is_read_and_both_parsers_agree(tree: Any, flow: bool) -> None:
    writer, stream = YAML(typ="safe", pure=True), io.StringIO()
    writer.default_flow_style, writer.allow_unicode = flow, True
    writer.dump({"top": tree}, stream)
    (fault, one), (none, two) = (built(stream.getvalue(), quick=each) for each in (True, False))
    assert two.data == {"top": tree}
    assert none is None
    if fault is None:
        assert (one.data, all_lines(one), one.findings) == (two.data, all_lines(two), two.findings)


yaml_like = st.text(st.sampled_from("ab1:-?,[]{}#&*!|>'\"%@ \n\n  \\"), max_size=30)


@settings(max_examples=300)
@given(yaml_like)
@example("%YAML 1.2\n---\na: b")
@example("%TAG ! tag:x,2000:\n---\n!a b")
def test_where_both_parsers_read_a_text_they_read_the_same(text: str) -> None:
    (one_fault, one), (two_fault, two) = (built(text, quick=each) for each in (True, False))
    if one_fault is None and two_fault is None:
        assert bool(one.findings) is bool(two.findings)
        # What stands where something was refused is nobody's business.
        assert one.findings or repr(one.data) == repr(two.data)
        assert one.findings or all_lines(one) == all_lines(two)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch") / "guide.yaml"


@settings(max_examples=200)
@given(raw=st.binary(max_size=60) | yaml_like.map(str.encode) | st.text().map(lambda t: t.encode()))
@example(raw=b"\xef\xbb\xbf")
@example(raw=b'"\\ud800": 1\n"\\ud800": 2')
@example(raw=b"%YAML 9.9\n---\n[")
def test_no_file_whatever_raises(raw: bytes, scratch: Path) -> None:
    scratch.write_bytes(raw)
    read_yaml(scratch)
    for each in check_guide(scratch):
        assert str(each).encode("utf-8").decode().splitlines() == [str(each)]
        assert each.line >= 0


@settings(max_examples=200)
@given(said=trees, key=words, known=st.sampled_from(["sections", "guide", "endings", "title"]))
def test_no_content_whatever_raises(said: Any, key: str, known: str, scratch: Path) -> None:
    whole = {"guide": "a", "title": "b", "version": "1", "source": "c", "languages": ["en"]}
    tree = {**whole, "mode": "survey", "sections": [], "endings": [], known: said, key: said}
    with scratch.open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(tree, file)
    assert check_guide(scratch)


@given(st.lists(st.sampled_from("[{(-: a\n"), max_size=200).map("".join))
@example("[" * 5000)
@example("- " * 5000)
@example("{a: " * 5000)
@example("? " * 5000)
def test_depth_never_exhausts_anything(text: str) -> None:
    document = parse_yaml(text, Document("deep.yaml"))
    assert document.findings or depth(document.data) <= DEPTH_LIMIT


def depth(data: Any) -> int:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


# Words and numbers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("none", "none"),
        ("10:30", "10:30"),
        ("2017-03-05", "2017-03-05"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("012", 12),
        ("0o12", 10),
        ("0x1F", 31),
        ("-7", -7),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("True", True),
        ("FALSE", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("'12'", "12"),
        ('"true"', "true"),
        ("More? Yes", "More? Yes"),
        ("1.0.0", "1.0.0"),
        ("+", "+"),
        ("-", ["a"]),
    ],
)
def test_scalars_are_those_of_yaml_1_2(written: str, read: Any) -> None:
    text = f"key: {written}\n" if read != ["a"] else "key:\n  - a\n"
    value = data_of(text)["key"]
    assert (type(value), value) == (type(read), read)


def test_in_brackets_too_a_time_is_a_word_and_a_question_is_a_text() -> None:
    assert data_of("a: [10:30, More?, http://here/?q=1]") == {
        "a": ["10:30", "More?", "http://here/?q=1"]
    }


def test_a_number_that_no_machine_holds_is_no_integer() -> None:
    assert data_of(f"a: {'9' * 30}")["a"] == pytest.approx(1e30)


def test_an_old_line_end_begins_no_new_key() -> None:
    assert codes_of("a: b\x85c: d\n") == [("YAML-006", 1)]


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfguide: a\n")
    assert read_yaml(path).data == {"guide": "a"}


def test_two_escapes_may_make_one_sign_as_in_json() -> None:
    assert data_of(r'{"a": "\ud83d\ude00"}') == {"a": "\N{GRINNING FACE}"}


@pytest.mark.parametrize("escape", [r"\0", r"\e", r"\x07", r"\ud800", r"\udc00\ud800", r"\x85"])
def test_signs_that_nobody_sees_are_refused(escape: str) -> None:
    document = parse_yaml(f'a: b\nc: "x{escape}"\n', Document("a.yaml"))
    assert [(each.code, each.line) for each in document.findings] == [("YAML-013", 2)]
    assert document.data["c"].startswith("x\N{REPLACEMENT CHARACTER}")


# Lines and places ---------------------------------------------------------------------------

TEXT = """\
guide: g
sections:
  - section: one
    items:
      - question: q1
        choices:
          - {id: a, label: A}
          - {id: b,
             label: B}
      - {question: q2, probes: [{probe: p}]}
endings: []
"""


@pytest.mark.parametrize(
    ("path", "line", "place"),
    [
        ((), 1, "file"),
        (("guide",), 1, "guide"),
        (("sections",), 2, "sections"),
        (("sections", 0), 3, "section one"),
        (("sections", 0, "section"), 3, "section one"),
        (("sections", 0, "items"), 4, "section one items"),
        (("sections", 0, "items", 0, "choices"), 6, "question q1 choices"),
        (("sections", 0, "items", 0, "choices", 0, "label"), 7, "question q1 choice a label"),
        (("sections", 0, "items", 0, "choices", 1, "label"), 9, "question q1 choice b label"),
        (("sections", 0, "items", 1, "probes", 0), 10, "question q2 probe p"),
        (("sections", 0, "items", 1, "probes", 0, "text"), 10, "question q2 probe p text"),
        (("sections", 7), 2, "sections 8"),
        (("title",), 1, "title"),
        (("endings", 0), 11, "endings 1"),
    ],
)
def test_everything_has_its_line_and_its_place_in_words(
    path: tuple[Any, ...], line: int, place: str
) -> None:
    document = parse_yaml(TEXT, Document("guide.yaml"))
    assert (document.line(path), place_of(document.data, path)) == (line, place)


def test_every_duplicate_key_is_told_and_the_first_value_stays() -> None:
    text = "a: 1\nb: {c: 1, c: 2}\na:\n  x: 1\n  x: 2\nd: 4\n'a': 5\n"
    document = parse_yaml(text, Document("a.yaml"))
    assert [(each.line, each.found) for each in document.findings] == [
        (2, "the key 'c' appears twice; first on line 2"),
        (3, "the key 'a' appears twice; first on line 1"),
        (5, "the key 'x' appears twice; first on line 4"),
        (7, "the key 'a' appears twice; first on line 1"),
    ]
    assert document.data == {"a": 1, "b": {"c": 1}, "d": 4}
    assert document.line(("d",)) == 6


def test_a_number_and_the_same_in_quotes_are_one_key() -> None:
    assert codes_of("{1: a, '1': b}") == [("YAML-007", 1)]


def test_what_stands_behind_a_second_document_is_not_read_and_the_first_is() -> None:
    document = parse_yaml("a: 1\n---\nb: 2\n", Document("a.yaml"))
    assert [(each.code, each.line) for each in document.findings] == [("YAML-012", 2)]
    assert document.data == {"a": 1}


def test_a_message_about_a_file_stays_on_one_line_of_bearable_length() -> None:
    key = "x" * 5000 + r"\n" + "y" * 5000
    document = parse_yaml(f'"{key}": 1\n"{key}": 2\n', Document("a.yaml"))
    (only,) = document.findings
    assert len(str(only)) < 800
    assert "\n" not in str(only)


@pytest.mark.parametrize("tag", ["!x a", "!!str a", "!<tag:x> a", "!!map {b: c}", "&n [1]", "&n"])
def test_anchors_and_tags_are_told_alike_by_both_parsers(tag: str) -> None:
    for quick in (True, False):
        _, document = built(f"a: 1\nb: {tag}\n", quick=quick)
        assert [(each.code, each.line) for each in document.findings] == [("YAML-008", 2)]
    name = tag.split(maxsplit=1)[0].removeprefix("!<").removesuffix(">")
    assert f"'{name}'" in document.findings[0].found


# Wrong files --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"PK\x03\x04abc", "YAML-005", "a zip archive or an office document"),
        (b"\x89PNG\r\n\x1a\n", "YAML-005", "a picture"),
        (b"\xff\xd8\xff\xe0", "YAML-005", "a picture"),
        (b"%PDF-1.7", "YAML-005", "a PDF"),
        (b"{\\rtf1\\ansi guide}", "YAML-005", "a word processor's document"),
        (b"<!DOCTYPE html>", "YAML-005", "a web page"),
        (b"guide: a\n\0", "YAML-005", "a NUL byte"),
        ("guide: a".encode("utf-16"), "YAML-004", "UTF-16"),
        ("guide: a\ntitle: caf\xe9".encode("latin-1"), "YAML-004", "byte 0xe9"),
        (b"", "YAML-011", "empty"),
        (b"# only a comment\n", "YAML-011", "empty"),
        (b"x" * (SIZE_LIMIT + 1), "YAML-003", "larger than 4,194,304 bytes"),
    ],
)
def test_what_is_no_yaml_file_is_told_by_what_it_is(
    tmp_path: Path, content: bytes, code: str, said: str
) -> None:
    path = tmp_path / "guide.yaml"
    path.write_bytes(content)
    (only,) = read_yaml(path).findings
    assert only.code == code
    assert said in only.found


def test_the_line_of_a_wrong_byte_is_told(tmp_path: Path) -> None:
    path = tmp_path / "guide.yaml"
    path.write_bytes(b"guide: a\ntitle: b\nsource: \xe9\n")
    assert read_yaml(path).findings[0].line == 3


def test_a_folder_is_answered_with_the_name_of_a_file_in_it(tmp_path: Path) -> None:
    (only,) = read_yaml(tmp_path).findings
    assert (only.code, only.line) == ("YAML-001", 0)
    assert str(tmp_path / "guide.yaml") in only.remedy


@pytest.mark.parametrize("name", ["none.yaml", "x" * 300, "a\0b", "guide.yaml/inside"])
def test_a_path_that_leads_nowhere_is_a_finding(tmp_path: Path, name: str) -> None:
    (tmp_path / "guide.yaml").touch()
    assert [each.code for each in read_yaml(tmp_path / name).findings] == ["YAML-002"]


def test_a_file_that_never_ends_is_not_read_to_its_end() -> None:
    assert [each.code for each in read_yaml("/dev/zero").findings] == ["YAML-003"]


# Broken YAML --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('a: 1\nb: "open\nc: 2\n', 2, "a quote is opened and never closed"),
        ("a: 1\nb: [x,\nc: 2\n", 2, "a bracket is opened and not closed"),
        ("a: 1\nb: {x: 1\n", 2, "a bracket is opened and not closed"),
        ("a:\n\tb: 1\n", 2, "a tab stands where spaces are needed"),
        ("a: who: knows\n", 1, "put a text with ': ' in quotes"),
        ("a: @home\n", 1, "a value begins with @; put it in quotes"),
        ("a: - b\n", 1, "a list begins in the middle of a line"),
        ("a:\n  b: 1\n c: 2\n", 3, "the indentation does not fit the lines above"),
        ("a: 'it's'\n", 1, "a text goes on after its closing quote"),
        ("a: [b]]\n", 1, "a bracket is closed that was not opened"),
        ('a: "\\d"\n', 1, "a backslash in double quotes begins a special sign"),
        ("a: 1\nb: \x07\n", 2, "a control character or a broken sign"),
        ("a: 1\nb\nc: 2\n", 2, "a key has no colon after it"),
        ("a: !<x\n", 1, "expected '>'"),
    ],
)
def test_broken_yaml_is_told_in_plain_words_with_its_line(text: str, line: int, said: str) -> None:
    (only,) = parse_yaml(text, Document("a.yaml")).findings
    assert (only.code, only.line) == ("YAML-006", line)
    assert said in only.found


def test_what_was_found_before_yaml_broke_is_told_as_well() -> None:
    assert codes_of("a: 1\na: 2\nb: [1\n") == [("YAML-007", 2), ("YAML-006", 3)]


def test_keys_are_plain_words() -> None:
    assert codes_of("a: 1\n[b]: 2\n") == [("YAML-010", 2)]


def test_without_the_quick_parser_the_result_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = parse_yaml(TEXT, Document("a.yaml"))
    monkeypatch.setattr(yaml_source, "CParser", None)
    slow = parse_yaml(TEXT, Document("a.yaml"))
    assert (slow.data, all_lines(slow)) == (quick.data, all_lines(quick))
