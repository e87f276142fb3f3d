"""Settings of the documentation site; ``make docs`` builds it without a network."""

from __future__ import annotations

import click
from docutils import nodes
from sphinx.application import Sphinx

from toolkit import __version__

project = "Topic-guide toolkit"
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click"]
exclude_patterns = ["_build"]
default_role = "py:obj"
# Quotation marks and dashes stay as they are typed: commands and messages are copied from here.
smartquotes = False

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_google_docstring = False
# A list of fields: entries of their own would document each field of a dataclass twice.
napoleon_custom_sections = [("Attributes", "params_style")]

html_theme = "furo"
html_title = f"Topic-guide toolkit {__version__}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
# A page opened from a folder may not read others, and summaries are read out of them.
html_show_search_summary = False
# The blocks are shell sessions, guides and plans more often than Python.
highlight_language = "none"


def setup(app: Sphinx) -> None:
    """Mend three things in how the extensions show help texts, fields and properties."""
    app.connect("sphinx-click-process-description", _examples_as_commands)
    app.connect("autodoc-process-docstring", _sentences_of_properties, priority=400)
    app.connect("doctree-read", _dashes)


def _examples_as_commands(app: Sphinx, context: click.Context, lines: list[str]) -> None:
    """Turn click's block of an example, which sphinx-click shows as verse, into a literal block."""
    literal: list[str] = []
    for line in lines:
        literal += ["Example::", ""] if line == "| Example:" else [line.removeprefix("| ")]
    lines[:] = literal


def _sentences_of_properties(
    app: Sphinx, what: str, name: str, of: object, options: object, lines: list[str]
) -> None:
    """Keep napoleon from reading what stands before a colon as the type of a property."""
    if what in {"attribute", "data", "property"} and lines:
        lines[0] = lines[0].replace(": ", " – ", 1)


def _dashes(app: Sphinx, page: nodes.document) -> None:
    """Set a dash between a field and its description, where Sphinx relies on smart quotes."""
    for text in list(page.findall(nodes.Text)):
        if " -- " in text and not isinstance(text.parent, nodes.literal | nodes.literal_block):
            text.parent.replace(text, nodes.Text(text.replace(" -- ", " – ", 1)))
