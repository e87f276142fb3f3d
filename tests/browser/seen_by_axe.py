"""What axe finds on a page in light and in dark, from one loading of it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# All but colours is the same in both. Only what is wrong is wanted whole: to give every element
# that is right takes longer than to look at it.
RULES = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},
}


def faults(page: Page, *schemes: str) -> dict[str, str]:
    """Axe's report for each scheme in which it finds a fault; light and dark if none is named."""
    found = {}
    for scheme in schemes or RULES:
        page.emulate_media(color_scheme=scheme)
        results = Axe().run(page, options=RULES[scheme])
        assert results.response["passes"]
        if results.violations_count:
            found[scheme] = results.generate_report()
    return found
