"""What a page needs of a session besides its steps: drafts, and two windows on one session."""

from __future__ import annotations

from typing import Any

from toolkit.capture.drafts import change, split_field
from toolkit.capture.stepping import Stepping
from toolkit.errors import CaptureError
from toolkit.guide import Answer
from toolkit.guide.model import Probe, Question
from toolkit.store.event import NewEvent


class Entering(Stepping):
    """A session that keeps what is being typed before it is an answer."""

    def draft(self, field: str, text: str) -> int:
        """Keep what stands in a field of the page; the last one counts.

        Parameters
        ----------
        field : str
            ``q3#answer``, ``q2.who#other``, ``q3#note``, ``#note``, ``#write-up``.
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
        self._may({"write-up": "write-up", "note": "note"}.get(part, "draft"))
        if ref and part != "note":
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
        """Say whether another window wrote to a field after an event that this one knows of.

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
        """Give the fields that other windows wrote to; parameters as in `written_by_another`."""
        fields = self._fold.touched | self._fold.apart
        return tuple(each for each in fields if self.written_by_another(each, client, base))

    def written_by_others(self, client: str, base: int) -> bool:
        """Say whether anybody but a window wrote after an event, to any field or to none.

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
        if parts is None or (not parts[0] and parts[1] in ("answer", "other")):
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
