"""The gate before anything is published: no name of the identity store leaves (clause P30).

What is withheld, and why, is a list in the outputs. A forced release is a record in the journal
with the account that did it and the reason; it holds for these bytes only, and the review pack
lists it as a deviation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import Finding, RunError, finding
from toolkit.fieldwork.consent import FIELDWORK
from toolkit.publish.gate.names import Names, words_of
from toolkit.publish.gate.text_extraction import texts_of
from toolkit.publish.notebooks.hashes import hash_of
from toolkit.publish.output_folder import MANIFEST, as_json
from toolkit.store import Event, NewEvent, Store
from toolkit.store.home import Home
from toolkit.store.keys.keyring import Keyring

HELD_BACK = "held-back.json"
RELEASE = "release"
"""Event of the study as a whole: an output was published although the gate holds it back."""
_ROLE_AND_NUMBER = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Held:
    """One output that the gate withholds, or would.

    Attributes
    ----------
    place : str
        Its place among the outputs; a number where the name itself gives somebody away.
    hash : str
        SHA-256 (hex) of its bytes.
    where : tuple of str
        Where in it something stands: ``text``, ``metadata``, ``name``, ``image``.
    count : int
        How many identifiers stand in it; which ones is never said.
    released_by, reason : str
        Who released it all the same, and why; empty if nobody has.
    """

    place: str
    hash: str
    where: tuple[str, ...]
    count: int
    released_by: str = ""
    reason: str = ""

    def finding(self) -> Finding:
        """Return it as a finding: RUN-041 where it is withheld, RUN-042 where it was released."""
        code = "RUN-042" if self.released_by else "RUN-041"
        return finding(
            code,
            place=self.place,
            count=self.count,
            where=", ".join(self.where),
            by=self.released_by,
        )

    def to_json(self) -> dict[str, object]:
        """Return it as JSON values."""
        return {
            "place": self.place,
            "hash": self.hash,
            "why": "names of the identity store (clause P30)",
            "where": list(self.where),
            "count": self.count,
            "released_by": self.released_by,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Passed:
    """What came through the gate.

    Attributes
    ----------
    files : mapping of str to bytes
        What may be published, and the list of what was withheld.
    held : tuple of Held
        What was withheld or released, by place.
    """

    files: Mapping[str, bytes]
    held: tuple[Held, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """One for each output that was withheld or released."""
        return tuple(each.finding() for each in self.held)


def pass_gate(
    files: Mapping[str, bytes], names: Names | None, releases: Mapping[str, Event] | None = None
) -> Passed:
    """Withhold every output that contains a name.

    Parameters
    ----------
    names : Names or None
        What must not stand in them; None if nobody opened the identity store: the list says
        then that names were not looked for.
    releases : mapping of str to Event, optional
        From `releases_of`: hash of an output to the event that released it.

    Returns
    -------
    Passed
        The files that may go out, and ``held-back.json``.
    """
    releases = releases or {}
    held = (
        tuple(_held(n, each, files[each], names, releases) for n, each in enumerate(files))
        if names
        else ()
    )
    kept = {each.hash for each in held if each is not None and not each.released_by}
    passed = {place: content for place, content in files.items() if hash_of(content) not in kept}
    found = tuple(each for each in held if each is not None)
    told = {
        "format": "toolkit-held-back/1",
        "names": {"looked_for": names is not None, "identifiers": names.count if names else 0},
        "held_back": [each.to_json() for each in found if not each.released_by],
        "released": [each.to_json() for each in found if each.released_by],
    }
    return Passed({**passed, HELD_BACK: as_json(told)}, found)


def gated(
    files: Mapping[str, bytes], names: Names | None, releases: Mapping[str, Event] | None = None
) -> Passed:
    """Withhold outputs of a pack or report, and let its manifest list what is left.

    Parameters
    ----------
    files : mapping of str to bytes
        Everything that is to be written, ``run.json`` included.

    Returns
    -------
    Passed
        The files to write; the manifest names ``held-back.json`` and nothing that is withheld.

    Raises
    ------
    RunError
        A name stands in the manifest itself (RUN-041): then nothing can be published.
    """
    passed = pass_gate({p: c for p, c in files.items() if p != MANIFEST}, names, releases)
    manifest = json.loads(files[MANIFEST])
    manifest["outputs"] = {place: hash_of(content) for place, content in passed.files.items()}
    own = {MANIFEST: as_json(manifest)}
    refuse_names(own, names)
    return Passed({**passed.files, **own}, passed.held)


def refuse_names(files: Mapping[str, bytes], names: Names | None) -> None:
    """Stop if a name is in the files that list what was published: these cannot be withheld.

    Parameters
    ----------
    names : Names or None
        What must not stand in them.

    Raises
    ------
    RunError
        A name stands in one (RUN-041).
    """
    looked = [_held(0, place, files[place], names, {}) for place in files] if names else []
    spoilt = [each.finding() for each in looked if each is not None]
    if spoilt:
        raise RunError(spoilt)


def record_release(store: Store, digest: str, *, user: str, reason: str, at: int) -> None:
    """Record that an output goes out although the gate holds it back: a deviation from P30.

    Parameters
    ----------
    digest : str
        SHA-256 (hex) of the output, from ``held-back.json``; other bytes need another release.
    at : int
        Now, in milliseconds since 1970-01-01 UTC.

    Raises
    ------
    RunError
        The hash is none, the user no role and number, or there is no reason (RUN-043).
    """
    good = re.fullmatch(r"[0-9a-f]{64}", digest) and _ROLE_AND_NUMBER.fullmatch(user)
    if not good or not reason.strip():
        raise RunError.of("RUN-043", place="release")
    told = {"hash": digest, "clause": "P30"}
    store.append(
        [
            NewEvent(
                RELEASE,
                session=FIELDWORK,
                user=user,
                start=at,
                new_value=told,
                change_reason=reason,
            )
        ]
    )


def releases_of(events: Iterable[Event]) -> dict[str, Event]:
    """Return the releases on record by the hash of what they released."""
    return {str(each.new_value["hash"]): each for each in events if each.event == RELEASE}


def releases_on_record(home: Home, keyring: Keyring, names: Names | None) -> dict[str, Event]:
    """Return the releases of a study; none where names are not looked for anyway."""
    if names is None:
        return {}
    store = home.open_research(keyring)
    try:
        return releases_of(store.read(session=FIELDWORK))
    finally:
        store.close()


def ordinary_words(folder: Path) -> frozenset[str]:
    """Return the words of a study's own files, which contain no names.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of the protocol, the guides, the codebook and the consent form.
    """
    files = sorted(folder.glob("*.yaml"))
    return frozenset(word for each in files for word in words_of(each.read_text(encoding="utf-8")))


def _held(
    number: int, place: str, content: bytes, names: Names, releases: Mapping[str, Event]
) -> Held | None:
    """Check one output; return None if no name is in it."""
    found: dict[str, int] = {}
    for where, text in texts_of(place, content):
        count = names.found_in(text)
        if count:
            found[where] = max(count, found.get(where, 0))
    if not found:
        return None
    digest = hash_of(content)
    named = f"output {number}" if "name" in found else place
    # The name of an archive's member may be a name too.
    told = {each if each in _PLACES else "archive" for each in found}
    release = releases.get(digest)
    by, why = (release.user, release.change_reason) if release else ("", "")
    return Held(named, digest, tuple(sorted(told)), max(found.values()), by, why)


_PLACES = ("text", "name", "metadata", "image")
