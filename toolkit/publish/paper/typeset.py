"""HTML on its way to paper: PDF by Typst, a document for word processors by pandoc.

Both programs come with the extra ``report`` and are run only here. The PDF is tagged, held to
PDF/UA-1 by Typst itself, and has contents with page numbers.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tempfile
import unicodedata
import zipfile
from collections.abc import Sequence
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

from toolkit.errors import RunError
from toolkit.publish.notebooks.hashes import hash_of
from toolkit.publish.paper.drawings import as_pictures, fonts, marked, put_back, text_of
from toolkit.publish.paper.typst_attributes import for_paper, placed

_EPOCH = "315619200"
# The title of a document is not among its headings.
_SHIFT = "--shift-heading-level-by=-1"
_STYLE = re.compile(rb'(<w:style [^>]*w:styleId="(?:Title|Heading[1-6])".*?</w:style>)', re.DOTALL)
_MARKUP = re.compile(r"<(style|script)\b.*?</\1>|<[^>]+>", re.DOTALL)
_GLYPH = re.compile(r'href="#(\w+)"')
_NOBODY_S = "\U0010fffd"  # of a private use plane: no font has it, and nobody writes it
_TEXT, _BOXES = "Libertinus Serif", "Last Resort High-Efficiency"
_INKED = frozenset("Ll Lm Lo Lt Lu Nd Nl No Pc Pd Pe Pf Pi Po Ps Sc Sk Sm So".split())
_COLOUR = re.compile(rb"<w:color [^>]*/>")


def as_pdf(body: str, title: str) -> bytes:
    """Return HTML as a tagged PDF (PDF/UA-1) with contents and page numbers.

    Parameters
    ----------
    body : str
        HTML with one heading of the first level, cleaned.

    Returns
    -------
    bytes
        The same for the same body: no date, no font of this machine.

    Raises
    ------
    RunError
        The extra ``report`` is not installed (RUN-047), or the PDF would break a rule of PDF/UA-1
        (RUN-048).
    """
    head = files("toolkit.publish").joinpath("templates", "report.typ").read_text(encoding="utf-8")
    without, drawn = marked(body)
    written = _pandoc(for_paper(without).encode(), ["--to=typst", "--wrap=none", _SHIFT]).decode()
    source = head.replace("{title}", text_of(title)) + put_back(placed(written), drawn)
    try:
        return bytes(_typst(source, format="pdf", pdf_standards=["ua-1"]))
    except RuntimeError:
        raise RunError.of("RUN-048", place="report.pdf") from None


def letters_without_glyph(body: str) -> frozenset[str]:
    """Return the letters of HTML that no font of the PDF has: each is printed as a box.

    Raises
    ------
    RunError
        The extra ``report`` is not installed (RUN-047).
    """
    seen = unicodedata.normalize("NFC", unescape(_MARKUP.sub(" ", body)))
    asked = sorted(
        each for each in set(seen) if each > "~" and unicodedata.category(each) in _INKED
    )
    if not asked:
        return frozenset()
    # Newer matplotlib brings a font with a box for every letter, which is then the last to be
    # asked; without it, all letters that have no shape are drawn as one that nobody writes.
    nothing, *drawn = _drawn([_NOBODY_S, *asked], _TEXT)
    boxes = _drawn(asked, _BOXES) if _BOXES in _fonts().families() else [nothing] * len(asked)
    pairs = zip(asked, drawn, boxes, strict=True)
    return frozenset(letter for letter, shapes, box in pairs if shapes & box)


def _drawn(letters: Sequence[str], font: str) -> list[frozenset[str]]:
    """Return which shapes each letter is drawn by; each stands on a page of its own."""
    pages = "\n#pagebreak()\n".join(f"#text[{each}]" for each in letters)
    setting = f'#set page(width: 5cm, height: 5cm)\n#set text(font: "{font}")\n'
    made = _typst(setting + pages, format="svg")
    return [
        frozenset(_GLYPH.findall(each.decode()))
        for each in ([made] if isinstance(made, bytes) else made)
    ]


def _typst(source: str, **more: Any) -> Any:
    """Compile a text in Typst's language, with our fonts and none of this machine's."""
    letters = _fonts()
    import typst

    return typst.compile(source.encode(), font_paths=letters, **more)


def _fonts() -> Any:
    """Return the fonts that we print with: Typst's own and matplotlib's, none of this machine's."""
    try:
        import typst
    except ImportError:
        raise RunError.of("RUN-047", place="report") from None
    return typst.Fonts(include_system_fonts=False, font_paths=fonts())


def as_docx(body: str, title: str) -> bytes:
    """Return HTML as a document for word processors, with contents and our own styles.

    Raises
    ------
    RunError
        The extra ``report`` is not installed (RUN-047).
    """
    with tempfile.TemporaryDirectory(prefix="tk-") as folder:
        reference, made = Path(folder, "reference.docx"), Path(folder, "report.docx")
        reference.write_bytes(reference_document())
        options = [
            "--to=docx",
            "--toc",
            "--toc-depth=2",
            _SHIFT,
            f"--reference-doc={reference}",
            f"--metadata=title:{title}",
            "--metadata=lang:en-GB",
            f"--output={made}",
        ]
        pictured, pictures = as_pictures(body, _as_png)
        for name, content in pictures.items():
            Path(folder, name).write_bytes(content)
        _pandoc(pictured.encode(), [*options, f"--resource-path={folder}"])
        return made.read_bytes()


def pictures_in(document: bytes) -> frozenset[str]:
    """Return the hashes of the pictures in a document that was made here.

    Parameters
    ----------
    document : bytes
        From `as_docx`.

    Returns
    -------
    frozenset of str
        SHA-256 (hex) of each: drawings of the page, whose words the gate has read.
    """
    with zipfile.ZipFile(io.BytesIO(document)) as made:
        names = [each for each in made.namelist() if each.startswith("word/media/")]
        return frozenset(hash_of(made.read(each)) for each in names)


def _as_png(source: str) -> bytes:
    """Draw a text in Typst's language as a picture for print."""
    return bytes(_typst(source, format="png", ppi=200))


def reference_document() -> bytes:
    """Return the document whose styles ours follow: pandoc's own, with our ink on its headings.

    Raises
    ------
    RunError
        The extra ``report`` is not installed (RUN-047).
    """
    own = _pandoc(b"", ["--print-default-data-file=reference.docx"])
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(own)) as old, zipfile.ZipFile(held, "w") as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "word/styles.xml":
                content = _STYLE.sub(_inked, content)
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return held.getvalue()


def _inked(style: re.Match[bytes]) -> bytes:
    """Return the style of a heading in the colour of our pages."""
    return _COLOUR.sub(b'<w:color w:val="17506B"/>', style[1])


def _pandoc(content: bytes, options: Sequence[str]) -> bytes:
    """Run pandoc on HTML, away from everything that this machine has set."""
    try:
        import pypandoc
    except ImportError:
        raise RunError.of("RUN-047", place="report") from None
    command = [pypandoc.get_pandoc_path(), "--from=html", "--sandbox", *options]
    if any(each.startswith("--reference-doc") for each in options):
        command.remove("--sandbox")
    environment = {**os.environ, "SOURCE_DATE_EPOCH": _EPOCH, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    done = subprocess.run(  # noqa: S603 - a program of the extra, with options of ours
        command, input=content, capture_output=True, check=False, env=environment
    )
    if done.returncode:
        raise RunError.of("RUN-048", place="report")
    return done.stdout
