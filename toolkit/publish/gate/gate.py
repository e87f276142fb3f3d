"""The gate before anything is published, closed by default (clauses P30 and P35).

Out go prose, and tables, figures and sentences that the toolkit made. What else a cell shows is
held back, and so is every output in which a name of the identity store stands, or words of a
participant that nobody signed off, or that cannot be read. What is held back, and why, is a list in
the outputs. A forced release is a record in the journal with the account that did it and the
reason; it holds for these bytes only, and the review pack lists it as a deviation.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from toolkit.errors import Finding, RunError
from toolkit.publish.gate.held import HELD_BACK, MADE, NAMES, UNREAD, WORDS, Held
from toolkit.publish.gate.names import Names, words_of
from toolkit.publish.gate.said import Said
from toolkit.publish.gate.text_extraction import Contents, contents_of
from toolkit.publish.notebooks.hashes import hash_of
from toolkit.publish.output_folder import MANIFEST, as_json
from toolkit.store import Event

_PLACES = ("text", "name", "metadata", "image", "archive")


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate looks for, and what it was told to let through.

    Attributes
    ----------
    names : Names or None
        What must not stand in any output; None where nobody opened the identity store: the list
        says then that names were not looked for.
    releases : mapping of str to Event
        From `releases_of`: hash of an output to the event that released it.
    said : Said or None
        What participants said and nobody signed off; None where the journal was not read.
    drawn : frozenset of str
        SHA-256 (hex) of pictures that the toolkit drew itself of what it had looked at.
    """

    names: Names | None = None
    releases: Mapping[str, Event] = field(default_factory=dict)
    said: Said | None = None
    drawn: frozenset[str] = frozenset()

    def held(
        self, place: str, digest: str, contents: Contents, *, made: bool = True
    ) -> Held | None:
        """Return why an output would be held back; None where it may go out.

        Parameters
        ----------
        place : str
            What it is called in the list.
        digest : str
            SHA-256 (hex) by which it can be released.
        contents : Contents
            What could be read of it.
        made : bool
            Whether it is prose, or made by the toolkit.
        """
        names, where = self._names_in(contents)
        runs = self.said.found_in(*(text for _, text in contents.texts)) if self.said else 0
        unread = tuple(dict.fromkeys(contents.unread))
        causes = {NAMES: names, WORDS: runs, UNREAD: len(unread), MADE: int(not made)}
        causes = {cause: count for cause, count in causes.items() if count}
        if not causes:
            return None
        pictures = tuple(dict.fromkeys(contents.pictures))
        found = Held(place, digest, causes, where, unread, pictures)
        release = self.releases.get(digest)
        if release is None:
            return found
        texts = tuple(text for _, text in contents.texts)
        return replace(found, released_by=release.user, reason=release.change_reason, texts=texts)

    def letting_out(self, cells: Iterable[Held]) -> Gate:
        """Return the gate for the pages of a notebook of which cells were released.

        Parameters
        ----------
        cells : iterable of Held
            Released outputs of its cells: what they say may stand on its pages.
        """
        known = list(cells)
        texts = [text for each in known for text in each.texts]
        pictures = (digest for each in known for digest in each.pictures)
        return replace(
            self,
            names=self.names.without(texts) if self.names else None,
            said=self.said.without(texts) if self.said else None,
            drawn=self.drawn.union(pictures),
        )

    def _names_in(self, contents: Contents) -> tuple[int, tuple[str, ...]]:
        """Return how many names stand in an output, and where."""
        found: dict[str, int] = {}
        for where, text in contents.texts if self.names else ():
            count = self.names.found_in(text) if self.names else 0
            if count:
                found[where] = max(count, found.get(where, 0))
        return max(found.values(), default=0), tuple(sorted(found))

    def finds_in(self, text: str) -> bool:
        """Return whether a name, or words that nobody signed off, stand in a text.

        Parameters
        ----------
        text : str
            Any text.
        """
        named = self.names is not None and self.names.found_in(text) > 0
        return named or (self.said is not None and self.said.found_in(text) > 0)

    @property
    def reviewed(self) -> Collection[str]:
        """Pictures that may go out: released by somebody, or drawn by the toolkit."""
        return self.drawn | self.releases.keys()


@dataclass(frozen=True, slots=True)
class Passed:
    """What came through the gate.

    Attributes
    ----------
    files : mapping of str to bytes
        What may be published, and the list of what was held back.
    held : tuple of Held
        What was held back or released, by place.
    """

    files: Mapping[str, bytes]
    held: tuple[Held, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """One for each output that was held back or released."""
        return tuple(each.finding() for each in self.held)


def pass_gate(
    files: Mapping[str, bytes],
    gate: Gate,
    cells: Iterable[Held] = (),
    own: Mapping[str, Gate] | None = None,
) -> Passed:
    """Withhold every output that must not go out.

    Parameters
    ----------
    files : mapping of str to bytes
        Place to content, before any of it is written.
    gate : Gate
        What is looked for.
    cells : iterable of Held
        What was held back of notebooks before they were rendered.
    own : mapping of str to Gate, optional
        Place to the gate of that file, if it is different.

    Returns
    -------
    Passed
        The files that may go out, and ``held-back.json``.
    """
    gates = own or {}
    looked = [
        _looked_at(n, place, files[place], gates.get(place, gate)) for n, place in enumerate(files)
    ]
    found = (*cells, *(each for each in looked if each is not None))
    kept = {each.hash for each in looked if each is not None and not each.released_by}
    passed = {place: content for place, content in files.items() if hash_of(content) not in kept}
    told = {
        "format": "toolkit-held-back/2",
        "names": {
            "looked_for": gate.names is not None,
            "identifiers": gate.names.count if gate.names else 0,
        },
        "words": {
            "looked_for": gate.said is not None,
            "texts": gate.said.count if gate.said else 0,
        },
        "held_back": [each.to_json() for each in found if not each.released_by],
        "released": [each.to_json() for each in found if each.released_by],
    }
    return Passed({**passed, HELD_BACK: as_json(told)}, found)


def gated(files: Mapping[str, bytes], gate: Gate) -> Passed:
    """Withhold outputs of a pack or report, and let its manifest list what is left.

    Parameters
    ----------
    files : mapping of str to bytes
        Everything that is to be written, ``run.json`` included.
    gate : Gate
        What is looked for.

    Returns
    -------
    Passed
        The files to write; the manifest names ``held-back.json`` and nothing that is held back.

    Raises
    ------
    RunError
        A name stands in the manifest itself (RUN-041), or words of a participant (RUN-081): then
        nothing can be published.
    """
    passed = pass_gate({p: c for p, c in files.items() if p != MANIFEST}, gate)
    manifest = json.loads(files[MANIFEST])
    manifest["outputs"] = {place: hash_of(content) for place, content in passed.files.items()}
    own = {MANIFEST: as_json(manifest)}
    refuse_spoilt(own, gate)
    return Passed({**passed.files, **own}, passed.held)


def refuse_spoilt(files: Mapping[str, bytes], gate: Gate) -> None:
    """Stop where a name stands in what says what was published, which cannot be held back.

    Parameters
    ----------
    files : mapping of str to bytes
        Manifest and crate.
    gate : Gate
        What is looked for.

    Raises
    ------
    RunError
        A name stands in one (RUN-041), or words that nobody signed off (RUN-081).
    """
    strict = replace(gate, releases={})
    looked = [_looked_at(0, place, files[place], strict) for place in files]
    spoilt = [each.finding() for each in looked if each is not None]
    if spoilt:
        raise RunError(spoilt)


def ordinary_words(folder: Path) -> frozenset[str]:
    """Return the words of a study's own files, in which no name stands.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of the protocol, the guides, the codebook and the consent form.
    """
    files = sorted(folder.glob("*.yaml"))
    return frozenset(word for each in files for word in words_of(each.read_text(encoding="utf-8")))


def _looked_at(number: int, place: str, content: bytes, gate: Gate) -> Held | None:
    """Look at one file; None where nothing stands in it."""
    held = gate.held(place, hash_of(content), contents_of(place, content, gate.reviewed))
    if held is not None and "name" in held.where:
        return replace(held, place=f"output {number}")
    return held
