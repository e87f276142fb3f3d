"""The one gate that everything passes on its way into a page.

Whatever a notebook put out, an answer with markup in it included, is let through by allow list:
plain text marks, tables, lists, figures, static SVG. What is not on the list is shown as the
text that it is. Nothing that could run, load or restyle the page is on the list.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import nh3
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

_TAGS = frozenset(
    "a abbr article b blockquote br caption cite code col colgroup dd del details div dl dt em"
    " figcaption figure h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q s samp section small"
    " span strong sub summary sup table tbody td tfoot th thead time tr u ul var".split()
)
_ATTRIBUTES = {
    "*": set("class id title lang dir role aria-label aria-labelledby".split()),
    "a": {"href"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope", "abbr"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type"},
    "time": {"datetime"},
    "details": {"open"},
    "div": {"tabindex"},
    "figure": {"tabindex"},
}
_SCHEMES = {"https", "mailto"}
_TAG = re.compile(r"</?([A-Za-z][^\s/>]*)")
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_SHAPES = frozenset(
    "svg g defs path use rect circle ellipse line polyline polygon text tspan title desc clipPath"
    " linearGradient radialGradient stop marker mask pattern symbol".split()
)
_PAINT = frozenset(
    "class d x y x1 y1 x2 y2 dx dy cx cy r rx ry width height viewBox points transform fill stroke"
    " fill-opacity stroke-opacity stroke-width stroke-dasharray stroke-dashoffset stroke-linecap"
    " stroke-linejoin stroke-miterlimit fill-rule clip-rule clip-path opacity font-family"
    " font-size font-weight font-style text-anchor dominant-baseline preserveAspectRatio style id"
    " role aria-label aria-labelledby aria-describedby aria-hidden offset stop-color stop-opacity"
    " clipPathUnits gradientUnits gradientTransform patternUnits markerWidth markerHeight refX"
    " refY orient version lang".split()
)
_DOCTYPE = re.compile(r"<\?xml[^>]*\?>|<!DOCTYPE[^\[>]*>")
_DRAWING = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL | re.IGNORECASE)
# A part of this page, a page or file beside it, a page elsewhere, an address to write to.
_LINK = re.compile(r"(#|https://|mailto:)\S+|(\.\./)*[\w/-]+\.(html|json|ipynb)(#\S*)?")
_OUTSIDE = re.compile(
    r"url\(\s*(?!['\"]?#)|@import|expression\(|image-set|javascript:", re.IGNORECASE
)
_OWN_URL = re.compile(r"url\(\s*['\"]?#([^)'\"]*)['\"]?\s*\)")


def clean_html(fragment: str) -> str:
    """Return a fragment of HTML with nothing in it that is not on the allow list.

    Parameters
    ----------
    fragment : str
        HTML from a notebook: rendered prose or an output. Drawings in it are cleaned too.

    Returns
    -------
    str
        Well-formed HTML; a tag that is not allowed stands there as text.
    """
    drawings = _DRAWING.findall(fragment)
    rest = _DRAWING.split(fragment)
    marks = [f"toolkit-drawing-{number}-gnirward" for number in range(len(drawings))]
    joined = "".join(text + mark for text, mark in zip(rest, [*marks, ""], strict=True))
    cleaned = nh3.clean(
        _TAG.sub(_as_text, joined),
        tags={*_TAGS},
        attributes=_ATTRIBUTES,
        attribute_filter=_allowed,
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    for number, (mark, drawing) in enumerate(zip(marks, drawings, strict=True)):
        cleaned = cleaned.replace(mark, clean_svg(drawing, f"d{number}"), 1)
    return cleaned


def clean_svg(drawing: str, prefix: str, label: str = "") -> str:
    """Return a static drawing with nothing in it that is not on the allow list.

    Parameters
    ----------
    prefix : str
        Put before each identifier, so that two drawings on a page never share one.
    label : str
        Alternative text for a drawing that has none of its own.

    Returns
    -------
    str
        One ``<svg role="img">``; empty if the text is no SVG.
    """
    text = _DOCTYPE.sub("", drawing).strip()
    try:
        root = fromstring(text, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException):
        return ""
    if _local(root.tag) != "svg":
        return ""
    kept = _kept(root, prefix)
    kept.set("role", "img")
    kept.set("focusable", "false")
    if label:
        kept.set("aria-label", label)
    for size in ("width", "height"):
        kept.attrib.pop(size, None)
    kept.set("width", _width(root))
    ET.register_namespace("", _SVG)
    return ET.tostring(kept, encoding="unicode")


def _as_text(found: re.Match[str]) -> str:
    """Make the text of a tag that is not on the list; whatever is left of one is taken out."""
    return found[0] if found[1].lower() in _TAGS else f"&lt;{found[0][1:]}"


def _allowed(tag: str, name: str, value: str) -> str | None:
    """Return what an attribute may hold; None if a tag may not carry it."""
    if name == "tabindex":
        return value if value == "0" else None
    if name == "id" and value.startswith("page-"):
        return None
    if name == "href":
        return value if _LINK.fullmatch(value) else None
    return value


def _local(tag: object) -> str:
    """Return an element's name without its namespace; empty for one that is not SVG's."""
    text = str(tag)
    return text.removeprefix(f"{{{_SVG}}}") if text.startswith(f"{{{_SVG}}}") else ""


def _kept(element: ET.Element, prefix: str) -> ET.Element:
    """Copy an element with what is allowed of it."""
    copy = ET.Element(element.tag)
    for name, value in element.attrib.items():
        if name == _XLINK or name == "href":
            if value.startswith("#"):
                copy.set("href", f"#{prefix}-{value[1:]}")
        elif name in _PAINT and not _OUTSIDE.search(value):
            copy.set(name, _own(name, value, prefix))
    copy.text, copy.tail = element.text, element.tail
    for child in element:
        if _local(child.tag) in _SHAPES:
            copy.append(_kept(child, prefix))
    return copy


def _own(name: str, value: str, prefix: str) -> str:
    """Return an attribute's value with the identifiers in it prefixed."""
    if name == "id":
        return f"{prefix}-{value}"
    if name in ("aria-labelledby", "aria-describedby"):
        return " ".join(f"{prefix}-{each}" for each in value.split())
    return _OWN_URL.sub(rf"url(#{prefix}-\1)", value)


def _width(root: ET.Element) -> str:
    """Return the width that a drawing asks for; the page makes it narrower where it must."""
    asked = root.get("width", "")
    return asked if re.fullmatch(r"[0-9.]+(px|pt|em|mm|in|%)?", asked) else "100%"
