"""The call page below a cell against a plain ipywidgets form of the same guide, in the same Lab.

Keystroke to durable acknowledgement, first paint by number of questions, and memory after an hour's
typing. Both sides are measured in turn, in one browser; figures are printed, nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

# It is run as a program, and uses what the tests have: a Lab, a browser.
from forms import write_guide  # noqa: E402 - the path has to be there first
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402 - as above, all of it

from tests.browser.calls import context_of  # noqa: E402 - as above, all of it
from tests.browser.labs import LabDesk, NotebookPage, make_lab  # noqa: E402 - as above, all of it
from tests.conftest import NAMES, QUIET  # noqa: E402 - as above, all of it

STUDY = "parents-and-social-care"
HOUR = 8 * 3600  # keystrokes
OURS, PLAIN = 1, 3  # cells

# Run a cell, and give the milliseconds until what is looked for stands there and is painted.
PAINT = """async ({cell, selector, count}) => {
    const {content} = window.jupyterapp.shell.currentWidget;
    await window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs');
    content.activeCellIndex = cell;
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    const begun = performance.now();
    window.jupyterapp.commands.execute('notebook:run-cell');
    while (document.querySelectorAll(selector).length < count) {
        if (performance.now() - begun > 120000) throw new Error(`${selector} did not come`);
        await frame();
    }
    await frame();
    await frame();
    return performance.now() - begun;
}"""
# From the key to the word "saved" that stands for it, for each key.
WATCH = """({place, saving, saved}) => {
    window.acknowledged = [];
    let begun = 0, before = '', seen = false;
    const said = () => document.querySelector(place);
    document.addEventListener('keydown', () => {
        [begun, seen, before] = [performance.now(), !saving, said().textContent];
    }, true);
    new MutationObserver(() => {
        const state = said().dataset.state ?? said().textContent;
        if (saving && state === saving) seen = true;
        else if (begun && seen && (saved ? state === saved : state !== before)) {
            window.acknowledged.push(performance.now() - begun);
            begun = 0;
        }
    }).observe(document.body, {
        subtree: true, childList: true, characterData: true, attributes: true,
    });
}"""
# Somebody who types without a pause: one input event for each key.
TYPE = """async ({selector, keys}) => {
    const area = document.querySelector(selector);
    area.focus();
    for (let key = 0; key < keys; key += 1) {
        area.setRangeText('abcde '[key % 6], area.value.length, area.value.length, 'end');
        area.dispatchEvent(new Event('input', {bubbles: true}));
        await new Promise((resolve) => setTimeout(resolve, 0));
    }
    area.dispatchEvent(new Event('change', {bubbles: true}));
}"""


class Sides:
    """A Lab with a guide, and a notebook that shows it in both ways."""

    def __init__(self, browser: Browser, folder: Path, questions: int = 0) -> None:
        folder.mkdir()
        guide = ""
        if questions:
            write_guide(questions, folder / "guide.yaml")
            guide = (folder / "guide.yaml").read_text("utf-8")
            guide = guide.replace("guide: benchmark", "guide: telephone-interview")
        self.desk: LabDesk = make_lab(folder, people=2, guide=guide)
        here, out = str(Path(__file__).parent), str(folder / "plain.jsonl")
        imports = (
            "import sys; from pathlib import Path",
            "from toolkit.guide import load_guide",
            f"sys.path.insert(0, {here!r})",
            "from form import form",
            f"guide = load_guide(Path({str(self.guide)!r}))",
        )
        cells = [
            "from toolkit.capture.notebook import call_page",
            f"call_page({STUDY!r}, '', 'K01')",
            "\n".join(imports),
            f"form(guide, Path({out!r}))",
        ]
        place = self.desk.server.folder / "K01.ipynb"
        place.write_text(json.dumps(notebook(cells)), "utf-8")
        self.context = context_of(browser)
        self.call: NotebookPage = self.desk.open(self.context, "K01")
        self.page: Page = self.call.page
        if questions:
            self.page.get_by_role("button", name="Begin the call").click()
            self.page.locator(".bar").wait_for()
        else:
            self.call.begin()

    @property
    def guide(self) -> Path:
        return self.desk.server.place.protocol / "telephone-interview.yaml"

    def close(self) -> None:
        """End the browser's side and the server."""
        self.context.close()
        self.desk.server.kill()

    def show(self, cell: int, selector: str, count: int) -> float:
        """Milliseconds until a side is painted."""
        asked = {"cell": cell, "selector": selector, "count": count}
        return float(self.page.evaluate(PAINT, asked))

    def heap(self) -> float:
        """MiB of JavaScript that is in use after a collection."""
        devtools = self.context.new_cdp_session(self.page)
        for _ in range(2):
            devtools.send("HeapProfiler.collectGarbage")
        used: float = devtools.send("Runtime.getHeapUsage")["usedSize"]
        return used / 2**20


def notebook(cells: list[str]) -> dict[str, Any]:
    """A notebook of code cells."""
    made = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "outputs": [], "execution_count": None}
        | {"source": source}
        for n, source in enumerate(cells)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def paints(browser: Browser, folder: Path, counts: list[int], rounds: int) -> None:
    """First paint of 10, 50, 100, 500 questions (aim: 5 times faster at 100)."""
    print("\nFrom running the cell to the painted form, median ms")
    for count in counts:
        sides = Sides(browser, folder / f"paint-{count}", count)
        ours, plain = [], []
        for _ in range(rounds):
            ours.append(
                sides.show(OURS, ".toolkit-frame .stations li:has(.name:not(:empty))", count)
            )
            plain.append(sides.show(PLAIN, ".plain-field :is(textarea, input:last-child)", count))
        sides.close()
        one, two = statistics.median(ours), statistics.median(plain)
        print(
            f"  {count:4} questions: page {one:6.0f}, form {two:6.0f}; {two / one:.1f} times faster"
        )


def keystrokes(browser: Browser, folder: Path, keys: int) -> None:
    """From a key to its durable acknowledgement (aim: twice as fast, 95 of 100 below 250 ms)."""
    sides = Sides(browser, folder / "keys")
    print(f"\nFrom a key to its durable acknowledgement on the page, {keys} keys, ms")
    field, state = '[data-field="q8#answer"]', 'fieldset[data-ref="q8"] .tools .state'
    found = {}
    for name, cell, area, watched in (
        ("page", OURS, field, {"place": state, "saving": "saving", "saved": "saved"}),
        (
            "form",
            PLAIN,
            ".plain-field textarea",
            {"place": ".plain-saved", "saving": "", "saved": ""},
        ),
    ):
        sides.show(cell, ".bar" if cell == OURS else area, 1)
        if cell == OURS:
            sides.call.go("8")
        sides.page.locator(area).first.focus()
        sides.page.keyboard.type("warm")
        sides.page.wait_for_timeout(1000)
        sides.page.evaluate(WATCH, watched)
        for number in range(keys):
            sides.page.keyboard.press("abcde "[number % 6])
            sides.page.wait_for_function("n => window.acknowledged.length > n", arg=number)
        found[name] = sorted(sides.page.evaluate("window.acknowledged"))
        sides.page.reload()
        sides.call.run()
    sides.close()
    for name, times in found.items():
        p95 = times[int(len(times) * 0.95)]
        print(f"  {name}: median {statistics.median(times):.0f}, 95 of 100 below {p95:.0f}")
    ratio = statistics.median(found["form"]) / statistics.median(found["page"])
    print(f"  {ratio:.1f} times faster (median)")


def memory(browser: Browser, folder: Path, keys: int) -> None:
    """JavaScript in use before and after an hour's typing."""
    print(
        f"\nMiB of JavaScript in use in Lab, before and after {keys:,} keys (an hour at 8 a second)"
    )
    refs = [str(number) for number in (1, 3, 4, 5, 8, 9, 10)]
    for name, cell in (("page", OURS), ("form", PLAIN)):
        sides = Sides(browser, folder / f"memory-{name}")
        sides.show(cell, ".bar" if cell == OURS else ".plain-field textarea", 1)
        before = sides.heap()
        for at, ref in enumerate(refs):
            area = f".plain-field:nth-of-type({at + 1}) textarea"
            if cell == OURS:
                sides.call.go(ref)
                area = f'[data-field="q{ref}#answer"]'
            else:
                mark = "n => document.querySelectorAll('.plain-field textarea')[n].dataset.at = n"
                sides.page.evaluate(mark, at)
                area = f'.plain-field textarea[data-at="{at}"]'
            sides.page.evaluate(TYPE, {"selector": area, "keys": keys // len(refs)})
        sides.page.wait_for_timeout(3000)
        print(f"  {name}: {before:.0f} to {sides.heap():.0f}")
        sides.close()


def main() -> None:
    """Print every comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--counts", type=int, nargs="*", default=[10, 50, 100, 500])
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--hour", type=int, default=HOUR)
    asked = parser.parse_args()
    path = os.environ.get("TOOLKIT_BROWSER") or next(filter(None, map(shutil.which, NAMES)))
    print(f"The page in a notebook against a plain ipywidgets form; load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="tk-") as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        if asked.keys:
            keystrokes(browser, Path(name), asked.keys)
        if asked.counts:
            paints(browser, Path(name), asked.counts, asked.rounds)
        if asked.hour:
            memory(browser, Path(name), asked.hour)
        browser.close()


if __name__ == "__main__":
    main()
