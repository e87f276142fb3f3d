"""What a page needs of a session besides its steps: drafts, and two windows on one session."""

from __future__ import annotations

from typing import Any

from toolkit.capture.session.drafts import AFTERWARDS, change, split_field
from toolkit.capture.session.stepping import Stepping
from toolkit.errors import CaptureError
from toolkit.guide import Answer
from toolkit.guide.topic.model import Probe, Question
from toolkit.store.event import NewEvent

_OF_THE_WHOLE = frozenset({"write-up", "themes"})


class Entering(Stepping):
    """A session that keeps what is being typed before it is an answer."""

    def draft(self, field: str, text: str) -> int:
        """Keep what stands in a field of the page; the last one counts.

        Parameters
        ----------
        field : str
            ``q3#answer``, ``q2.who#other``, ``q3#note``, ``#note``, ``#write-up``, ``q3#edit``.
        text : str
            All that stands in it; only what changed is written.

        Returns
        -------
        int
            Number of the last event.

        Raises
        ------
        CaptureError
            There is no such field, a script before it has not been confirmed, or the phase of the
            session does not allow it.
        """
        ref, part = self._field(field)
        if part in AFTERWARDS and self._fold.phase in ("finished", "stopped"):
            self._after_the_end()
        else:
            self._may("note" if part == "note" else "draft")
        if ref and part in ("answer", "other"):
            self._through_the_gate(ref, self.course.find(ref).gate)
        what = change(self._fold.text_in(field), text)
        return self._write(self._event("draft", field, what))

    def keep_apart(self, field: str, said: dict[str, Any]) -> int:
        """Keep what a second window wrote to a field without knowing of the first one.

        Nothing is overwritten: both versions stay, and somebody chooses.

        Parameters
        ----------
        field : str
            The field.
        said : dict
            ``text`` that was typed, or the ``answer``.

        Returns
        -------
        int
            Number of the last event.

        Raises
        ------
        CaptureError
            There is no such field.
        """
        self._field(field)
        return self._write(self._event("conflict", field, said))

    def written_by_another(self, field: str, client: str, base: int) -> bool:
        """Return whether another window wrote to a field after an event that this one knows of.

        A version that was kept apart counts: it must not go unseen because somebody types on.

        Parameters
        ----------
        field : str
            The field.
        client : str
            Id of the window that asks.
        base : int
            Number of the last event that it knows of.
        """
        fold = self._fold
        marks = [each[field] for each in (fold.touched, fold.apart) if field in each]
        return any(seq > base and whose != client for seq, whose in marks)

    def news_for(self, client: str, base: int) -> tuple[str, ...]:
        """Return the fields that other windows wrote to; parameters as in `written_by_another`."""
        fields = self._fold.touched | self._fold.apart
        return tuple(each for each in fields if self.written_by_another(each, client, base))

    def written_by_others(self, client: str, base: int) -> bool:
        """Return whether anybody but a window wrote after an event, to any field or to none.

        Parameters
        ----------
        client, base : str, int
            As in `written_by_another`.
        """
        fold = self._fold
        marked = (seq for whose, seq in fold.writers.items() if whose != client)
        return max([0, *fold.unmarked[-1:], *marked]) > base

    def _field(self, field: str) -> tuple[str, str]:
        parts = split_field(field)
        # Notes may belong to no question; a write-up belongs to none, everything else to one.
        if parts is None or (parts[1] != "note" and bool(parts[0]) == (parts[1] in _OF_THE_WHOLE)):
            raise CaptureError.of("CAPTURE-040", place=self._place())
        if parts[0]:
            self.course.find(parts[0])
        return parts

    def _settled(self) -> list[NewEvent]:
        """Turn words that were typed and not handed in into answers and notes, at the end."""
        found: list[NewEvent] = []
        for field, text in self._fold.drafts.items():
            ref, _, part = field.partition("#")
            if not text.strip():
                continue
            if part == "note":
                found.append(self._event("note", ref, {"text": text}))
            elif part == "answer" and self._is_text(ref):
                before = self._fold.said.get(ref)
                old = before.to_json() if before is not None else None
                found.append(self._event("answer", ref, Answer(text).to_json(), old=old))
        return found

    def _is_text(self, ref: str) -> bool:
        item = self.course.find(ref).item
        return isinstance(item, Question | Probe) and item.type == "text"
