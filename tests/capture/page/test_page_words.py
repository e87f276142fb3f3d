"""The page's own words: each that is shown stands in each catalogue, with the same gaps."""

from __future__ import annotations

import re
from pathlib import Path

import toolkit

PAGE = Path(toolkit.__file__).parent / "capture" / "page"
TEXT = r'"((?:[^"\\]|\\.)*)"'
# Words that stand in lists and are translated where they are shown: those lists, by file.
LISTS = {
    "views/concern-panel.js": ("URGENCIES", "KINDS", "SHORT"),
    "views/question-view.js": ("REASONS", "STATES"),
    "views/outline.js": ("WORDS",),
    "keyboard/commands.js": ("COMMANDS", "TYPING"),
    "forum/forum-shortcuts.js": ("FORUM_COMMANDS", "SEAT_KEYS"),
    "call/contact-attempts.js": ("WHEN",),
    "forum/seat-map.js": ("SCREENS", "SAID"),
    "forum/before-forum.js": ("NAMED",),
    "forum/turns.js": ("VERBS",),
    "forum/forum-page.js": ("VERBS",),
}


def catalogue(name: str) -> dict[str, str]:
    text = (PAGE / name).read_text(encoding="utf-8")
    return dict(re.findall(rf"^  {TEXT}:\s+{TEXT},$", text, re.MULTILINE))


def welsh() -> dict[str, str]:
    return catalogue("words/welsh.js") | catalogue("words/welsh-keyboard.js")


def asked_for() -> set[str]:
    """Everything that is given to the function that translates, as far as it stands there."""
    found = set()
    for file in PAGE.rglob("*.js"):
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(rf"\bt\({TEXT}", text))
        for name in LISTS.get(file.relative_to(PAGE).as_posix(), ()):
            listed = re.search(rf"const {name} = [\[{{](.*?)\n?[\]}}];", text, re.DOTALL)
            assert listed, (file.name, name)
            found |= {each for each in re.findall(TEXT, listed[1]) if " " in each}
    return found


def test_every_word_of_the_page_stands_in_the_catalogue() -> None:
    missing = asked_for() - welsh().keys()
    # Names of keys are the same everywhere.
    keys = re.compile(r"(Alt|Ctrl|Shift|Tab|F\d|Esc|A … Z|\d … \d|↑).*")
    assert {each for each in missing if not keys.fullmatch(each)} == set()


def test_what_is_put_into_a_sentence_is_put_into_its_translation() -> None:
    for english, other in welsh().items():
        assert sorted(re.findall(r"\{\d\}", english)) == sorted(re.findall(r"\{\d\}", other))
        assert (english[:1] == " ", english[-1:] == " ") == (other[:1] == " ", other[-1:] == " ")


def test_the_catalogue_has_no_words_that_nobody_shows() -> None:
    said = "\n".join(
        file.read_text(encoding="utf-8")
        for file in PAGE.rglob("*.js")
        if not file.name.startswith("welsh")
    )
    # With whom a concern is, the server says.
    shown = {each for each in welsh() if f'"{each}"' in said or f"{each}: " in said}
    assert welsh().keys() - shown - {"officer", "deputy"} == set()
