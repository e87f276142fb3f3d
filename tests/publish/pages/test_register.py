"""What can be searched for on the index page leads to what stands on the other pages."""

from __future__ import annotations

from toolkit.publish.gate.gate import Gate
from toolkit.publish.gate.names import names_of
from toolkit.publish.pages.register import Entry, register_of

PAGE = b"""<h2>not of the page</h2><main><h1>Answers &amp; more</h1>
<p class="said">said before any item</p>
<h2 id="part-1">What people <em>said</em></h2>
<div class="table-scroll" aria-label="Table 1: By role"></div>
<figcaption>Who took part <span>n = 3</span></figcaption></main>"""
GUIDE = b"""<main><h1>Interview</h1><h2>First</h2><h3>q1 </h3><p class="said">What
 happened?</p></main>"""


def test_headings_tables_figures_and_questions_are_found_with_their_places():
    found = register_of({"02-x.html": PAGE, "guides/one.html": GUIDE}, Gate())
    here, title = "02-x.html#part-1", "Answers & more"
    assert found == [
        Entry("said before any item", "02-x.html", title),
        Entry("What people said", here, title),
        Entry("Table 1: By role", here, title),
        Entry("Figure: Who took part n = 3", here, title),
        Entry("First", "guides/one.html", "Interview"),
        Entry("q1", "guides/one.html", "Interview"),
        Entry("q1: What happened?", "guides/one.html", "Interview"),
    ]


def test_reviewers_views_parts_of_a_fan_out_and_other_files_are_not_looked_into():
    places = ("02-x.code.html", "06-case.K01.html", "notebooks/02-x.ipynb", "run.json")
    assert register_of(dict.fromkeys(places, PAGE), Gate()) == []


def test_what_a_name_stands_in_is_left_out():
    found = register_of({"02-x.html": PAGE.replace(b"role", b"Hesper")}, Gate(names_of(["Hesper"])))
    assert "Hesper" not in str(found)
    assert len(found) == 3
