"""Steps that lay something over what was said: tags, notes that find their question, the language.

Most of them may be taken after the end as well: they belong to the write-up.
"""

from __future__ import annotations

from toolkit.capture.session.entering import Entering
from toolkit.capture.session.marks import shown_in
from toolkit.capture.session.private import PrivateWords
from toolkit.errors import CaptureError
from toolkit.guide.study.codebook import Codebook
from toolkit.guide.yaml.validate import nearest


class Marking(Entering):
    """A session on which marks can be laid.

    Attributes
    ----------
    codebook : Codebook or None
        Where live tags come from; without one there are none.
    private : PrivateWords or None
        What seals the words that whoever holds the session writes for themselves.
    """

    codebook: Codebook | None = None
    private: PrivateWords | None = None

    def assign(self, note: str, ref: str = "") -> int:
        """Return what a note belongs to; it can be said again, and taken back.

        Parameters
        ----------
        note : str
            Id of the note.
        ref : str
            A question, probe, script or group; empty for the session as a whole.

        Raises
        ------
        CaptureError
            There is no such note or ref, or nothing may be added any more.
        """
        self._may_still("assign")
        if ref:
            self.course.find(ref)
        before = {"note": note, "ref": self._note_ref(note)}
        return self._write(self._event("assign", ref, {"note": note}, old=before))

    def tag(self, code: str, ref: str = "", note: str = "") -> int:
        """Lay a live tag on what was asked, or on a note: a hunch, not a coding decision.

        Parameters
        ----------
        code : str
            Id of a code of the codebook.
        ref : str
            A question or probe; empty for a tag on a note.
        note : str
            Id of a note; empty for a tag on an answer.

        Raises
        ------
        CaptureError
            The codebook has no such code, it belongs to nothing, or there is no such note or ref.
        """
        self._may_still("tag")
        self._known_code(code)
        return self._write(self._event("tag", self._tagged(ref, note), _mark(code, note)))

    def untag(self, code: str, ref: str = "", note: str = "") -> int:
        """Take a live tag away; the journal keeps that it was there.

        Parameters
        ----------
        code, ref, note : str
            As in `tag`.

        Raises
        ------
        CaptureError
            There is no such note or ref, or nothing may be changed any more.
        """
        self._may_still("tag")
        return self._write(self._event("untag", self._tagged(ref, note), old=_mark(code, note)))

    def speak(self, language: str) -> int:
        """Go on in another language; answers stay as they are.

        Parameters
        ----------
        language : str
            One of the guide's languages.

        Raises
        ------
        CaptureError
            The guide does not speak it (CAPTURE-007), or the session is over.
        """
        self._may("language")
        known = self.course.guide.languages
        if language not in known:
            place = f"guide {self.course.guide.id}"
            raise CaptureError.of("CAPTURE-007", place=place, known=", ".join(known))
        before = {"language": self._fold.marks.language}
        return self._write(self._event("language", new={"language": language}, old=before))

    def take_back(self, ref: str) -> int:
        """Take an answer back, so that there is none; the journal keeps the one there was.

        Parameters
        ----------
        ref : str
            A question, probe or group.

        Raises
        ------
        CaptureError
            There is no such ref, or the session is paused or over.
        """
        self._may("answer")
        self.course.find(ref)
        before = self._fold.said.get(ref)
        old = before.to_json() if before is not None else None
        return self._write(self._event("answer", ref, old=old))

    def themes(self, text: str) -> int:
        """Write down the themes that emerge, after the session (P13); the last text counts.

        Parameters
        ----------
        text : str
            The words.

        Raises
        ------
        CaptureError
            The session is not over, or the text is empty.
        """
        self._after_the_end()
        return self._write(self._event("themes", new={"text": self._words(text, "write-up")}))

    def keep_private(self, text: str) -> int:
        """Keep what whoever held the session writes for themselves (P42); it is no data.

        Parameters
        ----------
        text : str
            All that is to stand there.

        Raises
        ------
        CaptureError
            The session is not over, or nothing seals such words here (CAPTURE-047).
        """
        self._after_the_end()
        if self.private is None:
            raise CaptureError.of("CAPTURE-047", place=self._place())
        sealed = self.private.seal(self._fold.marks.sealed.get(self._user, ()), text)
        return self._write(self._event("private", new={"sealed": sealed}))

    def private_text(self) -> str:
        """Return what whoever holds the session wrote for themselves; empty for nothing."""
        if self.private is None:
            return ""
        return self.private.text(self._fold.marks.sealed.get(self._user, ()))

    def _shown(self, ref: str) -> dict[str, str] | None:
        """Say in which language a station is shown, where the guide has several."""
        if len(self.course.guide.languages) == 1:
            return None
        return {"language": shown_in(self.course, ref, self._fold.marks.language)}

    def _may_still(self, kind: str) -> None:
        """Allow what may be done in the call, in a pause, and in the write-up."""
        if self._fold.phase in ("finished", "stopped"):
            self._after_the_end()
        else:
            self._may(kind)

    def _note_ref(self, note: str) -> str:
        for each in self._fold.notes:
            if each.id == note:
                return each.ref
        raise CaptureError.of("CAPTURE-045", place=self._place())

    def _tagged(self, ref: str, note: str) -> str:
        if bool(ref) == bool(note):
            raise CaptureError.of("CAPTURE-046", place=self._place())
        if note:
            self._note_ref(note)
        else:
            self.course.find(ref)
        return ref

    def _known_code(self, code: str) -> None:
        known = self.codebook.codes if self.codebook is not None else {}
        if code not in known:
            hint = nearest(code[:80], known) or "choose one of its codes"
            raise CaptureError.of("CAPTURE-044", place=self._place(), wanted=code[:80], hint=hint)


def _mark(code: str, note: str) -> dict[str, str]:
    return {"code": code, "note": note} if note else {"code": code}
