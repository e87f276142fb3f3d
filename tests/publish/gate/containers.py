"""Files of every kind that a name may stand in, for the corpus: ``made(kind, text)``."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from html import escape
from quopri import encodestring
from urllib.parse import quote

Make = Callable[[str], bytes]
MADE: dict[str, Make] = {}


def kind(name: str) -> Callable[[Make], Make]:
    def kept(make: Make) -> Make:
        MADE[name] = make
        return make

    return kept


def made(name: str, text: str) -> bytes:
    """Return a file of a kind with a text in it."""
    return MADE[name](text)


def halves(text: str) -> tuple[str, str]:
    return text[: len(text) // 2], text[len(text) // 2 :]


def plainly(name: str, form: str) -> None:
    MADE[name] = lambda text: form.format(
        text=text, one=halves(text)[0], two=halves(text)[1]
    ).encode()


for each, form in {
    "html": "<p>So {text} said.</p>",
    "html-broken": "<p>{one}<b>{two}</b></p>",
    "html-wbr": "<p>{one}<wbr>{two}</p>",
    "html-span": "<p><span>{one}</span><span>{two}</span></p>",
    "html-comment": "<!-- {text} -->",
    "html-comment-between": "<p>{one}<!-- x -->{two}</p>",
    "html-attribute": '<img alt="{text}">',
    "html-title-attribute": "<p title='{text}'>x</p>",
    "html-class": '<p class="{text}">x</p>',
    "html-data-attribute": '<p data-who="{text}">x</p>',
    "html-script": "<script>var a = '{text}';</script>",
    "html-style": "<style>/* {text} */</style>",
    "html-title": "<title>{text}</title>",
    "html-meta": '<meta name="author" content="{text}">',
    "html-hidden": '<p hidden style="display:none">{text}</p>',
    "html-template": "<template>{text}</template>",
    "svg-text": "<svg><text>{text}</text></svg>",
    "svg-tspan": "<svg><text>{one}<tspan>{two}</tspan></text></svg>",
    "svg-title": "<svg><title>{text}</title></svg>",
    "svg-desc": "<svg><desc>{text}</desc></svg>",
    "svg-metadata": "<svg><metadata><creator>{text}</creator></metadata></svg>",
    "svg-id": '<svg><g id="{text}"/></svg>',
    "svg-label": '<svg aria-label="{text}"/>',
    "svg-foreign": "<svg><foreignObject><p>{text}</p></foreignObject></svg>",
    "xml-cdata": "<a><![CDATA[{text}]]></a>",
    "css": ".a::before {{ content: '{text}' }}",
    "csv": "who,n\n{text},1\n",
    "tsv": "who\tn\n{text}\t1\n",
    "markdown": "# About\n\n*{one}*{two}\n",
    "latex": "\\author{{{text}}}",
    "yaml": "who: {text}\n",
    "json": '{{"who": "{text}"}}',
    "json-key": '{{"{text}": 1}}',
    "json-lines": '[["{one}", "{two}"]]',
    "vcard": "BEGIN:VCARD\nFN:{text}\nEND:VCARD\n",
}.items():
    plainly(each, form)


@kind("html-entities")
def _(text: str) -> bytes:
    return "".join(f"&#{ord(each)};" for each in text).encode()


@kind("html-hex-entities")
def _(text: str) -> bytes:
    return "".join(f"&#x{ord(each):X};" for each in text).encode()


@kind("html-twice-escaped")
def _(text: str) -> bytes:
    return escape("".join(f"&#{ord(each)};" for each in text)).encode()


@kind("percent")
def _(text: str) -> bytes:
    return f'<a href="a.html?who={quote(text)}">a</a>'.encode()


@kind("percent-every-letter")
def _(text: str) -> bytes:
    return "".join(f"%{each:02X}" for each in text.encode()).encode()


@kind("percent-twice")
def _(text: str) -> bytes:
    return quote("".join(f"%{each:02X}" for each in text.encode())).encode()


@kind("query")
def _(text: str) -> bytes:
    return f"https://example.org/?q={text.replace(' ', '+')}".encode()


@kind("json-escapes")
def _(text: str) -> bytes:
    return ('{"a": "' + "".join(f"\\u{ord(each):04x}" for each in text) + '"}').encode()


@kind("script-escapes")
def _(text: str) -> bytes:
    return ("<script>a='" + "".join(f"\\x{ord(each):02x}" for each in text) + "'</script>").encode()


@kind("css-escapes")
def _(text: str) -> bytes:
    return ("a::after{content:'" + "".join(f"\\{ord(each):x} " for each in text) + "'}").encode()


@kind("quoted-printable")
def _(text: str) -> bytes:
    return encodestring(text.encode(), quotetabs=True).replace(b"e", b"=65")


@kind("base64")
def _(text: str) -> bytes:
    return b"token: " + b64encode(text.encode()) + b" end"


@kind("hexadecimal")
def _(text: str) -> bytes:
    return f"id {text.encode().hex()} end".encode()


@kind("utf-16-le")
def _(text: str) -> bytes:
    return text.encode("utf-16")


@kind("utf-16-be")
def _(text: str) -> bytes:
    return b"\xfe\xff" + text.encode("utf-16-be")


@kind("utf-16-unmarked")
def _(text: str) -> bytes:
    return text.encode("utf-16-le")


@kind("utf-16-be-unmarked")
def _(text: str) -> bytes:
    return text.encode("utf-16-be")


@kind("utf-32")
def _(text: str) -> bytes:
    return text.encode("utf-32")


@kind("utf-8-marked")
def _(text: str) -> bytes:
    return text.encode("utf-8-sig")


@kind("latin-1")
def _(text: str) -> bytes:
    return f"né: {text}".encode("latin-1")


@kind("cp1250")
def _(text: str) -> bytes:
    return f"żółw {text}".encode("cp1250")


@kind("notebook-output")
def _(text: str) -> bytes:
    shown = {"output_type": "stream", "name": "stdout", "text": [f"{text}\n"]}
    return json.dumps({"cells": [{"source": ["a\n", "b"], "outputs": [shown]}]}).encode()


@kind("notebook-source-cut")
def _(text: str) -> bytes:
    one, two = text.split(" ")
    return json.dumps({"cells": [{"source": [f"x {one}\n", f"{two} y"]}]}).encode()


@kind("notebook-metadata")
def _(text: str) -> bytes:
    return json.dumps({"cells": [], "metadata": {"authors": [{"name": text}]}}).encode()


@kind("notebook-attachment")
def _(text: str) -> bytes:
    held = {"a.png": {"image/png": b64encode(made("png-text", text)).decode()}}
    return json.dumps({"cells": [{"source": [], "attachments": held}]}).encode()


@kind("data-address-picture")
def _(text: str) -> bytes:
    return (
        f'<img src="data:image/png;base64,{b64encode(made("png-text", text)).decode()}">'.encode()
    )


@kind("data-address-page")
def _(text: str) -> bytes:
    page = b64encode(f"<p>{text}</p>".encode()).decode()
    return f'<a href="data:text/html;base64,{page}">a</a>'.encode()


@kind("data-address-plain")
def _(text: str) -> bytes:
    return f'<a href="data:text/html,{quote(f"<p>{text}</p>")}">a</a>'.encode()
