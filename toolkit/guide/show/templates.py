"""The room's own page templates, with everything escaped that is put into them."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


@cache
def _environment() -> Environment:
    loader = PackageLoader("toolkit.guide.show", "pages")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )


def render(name: str, **values: object) -> Markup:
    """Fill one template.

    Parameters
    ----------
    name : str
        File name in ``toolkit/guide/show/pages``.
    **values
        What the template names; text is escaped unless it is marked as safe.
    """
    text = _environment().get_template(name).render(**values)
    # Autoescaping is on for every template, so what comes out is safe to put into another.
    return Markup(text)  # noqa: S704
