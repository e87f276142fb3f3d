"""The documentation site: no warning, nothing loaded from outside, every page within reach."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
import pytest
from playwright.sync_api import Browser

from tests.conftest import Shared
from toolkit.cli import toolkit

ROOT = Path(__file__).parents[2]
# Elements that a browser fetches by themselves, with the attribute that names what.
LOADED = {
    "script": "src", "img": "src", "iframe": "src", "source": "src", "embed": "src",
    "audio": "src", "video": "src", "object": "data", "link": "href",
}  # fmt: skip
# Kinds of <link> that only say where another page is.
NOT_LOADED = {"author", "canonical", "index", "next", "prev", "search", "alternate", "copyright"}


class Page(HTMLParser):
    """What a page loads, where it leads, and which places it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.ids |= {said[name] for name in ("id", "name") if name in said}
        kinds = set(said.get("rel", "").split())
        if (place := said.get(LOADED.get(tag, ""))) and not kinds & NOT_LOADED:
            self.loads.append(place)
        self.loads += [each.split()[0] for each in said.get("srcset", "").split(",") if each]
        self.loads += re.findall(r"url\(([^)]+)\)", said.get("style", ""))
        if tag == "a" and "href" in said:
            self.links.append(said["href"])


@pytest.fixture(scope="module")
def site(shared: Shared) -> Path:
    """The site, built once for all workers, with what the build said in build.log."""

    def build(folder: Path) -> None:
        command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going"]
        command += ["-d", str(folder / "doctrees"), str(ROOT / "docs"), str(folder / "html")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        said = f"{done.returncode}\n{done.stdout}{done.stderr}"
        (folder / "build.log").write_text(said, encoding="utf-8")

    return shared("site", build)


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted((site / "html").rglob("*.html"))}


def target(page: Path, link: str) -> tuple[Path, str]:
    parts = urlsplit(link)
    path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    return path, unquote(parts.fragment)


def is_outside(place: str) -> bool:
    return bool(urlsplit(place.strip("'\" ")).netloc)


def test_the_site_builds_without_a_warning(site: Path) -> None:
    assert (site / "build.log").read_text(encoding="utf-8") == "0\n"


def test_no_page_names_anything_to_load_from_outside(site: Path, pages: dict[Path, Page]) -> None:
    loads = {path.name: [each for each in page.loads if is_outside(each)]
             for path, page in pages.items()}  # fmt: skip
    assert {name: found for name, found in loads.items() if found} == {}
    styles = {path.name: path.read_text(encoding="utf-8") for path in site.rglob("*.css")}
    reach = re.compile(r"""(?:url\(|@import)\s*["']?\s*(?:https?:)?//[^\s)]+""")
    assert styles
    assert {name: reach.findall(text) for name, text in styles.items() if reach.search(text)} == {}


def test_a_browser_asks_nobody_for_anything(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    for name in ("index.html", "search.html", "reference/commands/run.html"):
        page.goto((site / "html" / name).as_uri())
    page.goto(f"{(site / 'html' / 'search.html').as_uri()}?q=passphrase")
    page.wait_for_selector("#search-results li")
    page.close()
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert faults == []


def test_every_page_can_be_reached_from_the_index(site: Path, pages: dict[Path, Page]) -> None:
    start = (site / "html" / "index.html").resolve()
    known = {path.resolve(): page for path, page in pages.items()}
    seen, ahead = {start}, [start]
    while ahead:
        here = ahead.pop()
        near = {target(here, link)[0] for link in known[here].links if not is_outside(link)}
        new = (near & known.keys()) - seen
        seen |= new
        ahead += new
    # The search page stands behind the search field, which is a form and no link.
    lost = {path.name for path in known.keys() - seen} - {"search.html"}
    assert lost == set()


def test_every_link_within_the_site_leads_to_a_place_that_is_there(
    pages: dict[Path, Page],
) -> None:
    known = {path.resolve(): page for path, page in pages.items()}
    lost = defaultdict(set)
    for path, page in known.items():
        for link in page.links:
            if is_outside(link) or link.startswith("mailto:"):
                continue
            there, place = target(path, link)
            if not there.exists() or (place and there in known and place not in known[there].ids):
                lost[path.name].add(link)
    assert lost == {}


def commands(command: click.Command, name: str) -> list[tuple[str, click.Command]]:
    """A command and all that are below it, each by its full name."""
    found = [(name, command)]
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            inner = {
                each: command.get_command(context, each) for each in command.list_commands(context)
            }
        for verb, each in inner.items():
            found += commands(each, f"{name} {verb}")
    return found


def test_every_command_stands_in_the_reference_with_its_options(site: Path) -> None:
    every = [each for each in commands(toolkit, "toolkit") if each[0] != "toolkit"]
    assert len(every) > 40
    lacks = []
    for name, command in every:
        path = site / "html" / "reference" / "commands" / f"{name.split()[1]}.html"
        text = re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8"))
        options = [option for each in command.params for option in each.opts if option[:2] == "--"]
        lacks += [f"{name} {option}" for option in options if option not in text]
        lacks += [] if name in text else [name]
    assert lacks == []


def test_no_page_is_wider_than_a_laptop_or_a_phone(
    pages: dict[Path, Page], browser: Browser
) -> None:
    page = browser.new_page()
    wide = []
    for path in pages:
        page.goto(path.as_uri(), wait_until="domcontentloaded")
        for width, height in ((1280, 720), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(f"{path.name} at {width}")
    page.close()
    assert wide == []
