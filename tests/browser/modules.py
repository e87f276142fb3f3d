"""Modules of the call page in a real Chromium, without a server: served to it from the package."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from playwright.sync_api import Browser, Page, Route

ORIGIN = "http://page.localhost"


class Modules:
    """A browser's page in which functions of our modules can be called.

    Parameters
    ----------
    page : Page
        An empty page; nothing that it asks for leaves the machine.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        page.route("**/*", _from_the_package)
        page.goto(f"{ORIGIN}/")

    def call(self, module: str, script: str, value: Any = None) -> Any:
        """Run a function of JavaScript that takes a module and a value; both sides speak JSON."""
        told = self.page.evaluate(
            f"""async (text) => {{
                const module = await import('{ORIGIN}/{module}');
                return JSON.stringify((await ({script})(module, JSON.parse(text))) ?? null);
            }}""",
            json.dumps(value),
        )
        return json.loads(told)

    def each(self, module: str, script: str, values: list[Any]) -> list[Any]:
        """Run such a function on each of many values."""
        found: list[Any] = self.call(
            module, f"(module, all) => all.map((each) => ({script})(module, each) ?? null)", values
        )
        return found


def modules_in(browser: Browser) -> Modules:
    """Open an empty page for our modules."""
    return Modules(browser.new_page())


def _from_the_package(route: Route) -> None:
    name = route.request.url.removeprefix(f"{ORIGIN}/")
    if not name:
        route.fulfill(body="<!doctype html><title>modules</title>", content_type="text/html")
        return
    file = files("toolkit.capture").joinpath("page", name)
    route.fulfill(body=file.read_bytes(), content_type="text/javascript")
