"""The routes of the forum page: behind the same door as those of a call."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from pydantic import ValidationError
from tornado import web

from toolkit.capture.service.handlers import (
    CallPageHandler,
    EditsHandler,
    InventHandler,
    SessionHandler,
)
from toolkit.capture.service.messages.forum import ForumEdits, Named
from toolkit.errors import finding


class ForumPageHandler(CallPageHandler):
    """The forum page."""

    page = "forum.html"


class ForumHandler(SessionHandler):
    """A forum, for a screen that opens."""

    def _desk(self) -> Any:
        return self._service.forum_desk()


class ForumBeginHandler(ForumHandler):
    """The beginning of a forum."""

    @web.authenticated
    @authorized
    async def post(self, session: str) -> None:
        """Begin it with the people that are named; one that has begun already goes on."""
        try:
            named = Named.model_validate_json(self._body)
        except ValidationError:
            # What pydantic says may repeat what was typed.
            self._refuse(400, (finding("CAPTURE-043", place=f"session {session}"),))
            return

        def begin() -> Any:
            desk = self._desk()
            desk.begin_forum(session, named)
            return desk.opened(session)

        found = await self._answer(begin)
        if found is not None:
            self._send(found.model_dump(mode="json"))


class ForumEditsHandler(EditsHandler):
    """Edits of a screen."""

    def _desk(self) -> Any:
        return self._service.forum_desk()

    def _sent(self) -> ForumEdits:
        return ForumEdits.model_validate_json(self._body)


class ForumInventHandler(InventHandler):
    """Invented turns, in a rehearsal."""

    def _desk(self) -> Any:
        return self._service.forum_desk()
