"""An interviewer's private words after a call (clause P42); they are not data.

It is in the journal under the participant's key and is sealed once more, under a key that is
derived from it for one account. So whoever reads the journal, for an analysis, a search or the
audit trail, sees that something was written and not what; and a withdrawal destroys it too.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from toolkit.capture.session.drafts import change, changed
from toolkit.store.keys.passphrase import Secret
from toolkit.store.keys.wrapping import unwrap, wrap


class PrivateWords:
    """Words of one account about one session.

    Parameters
    ----------
    key : Secret
        256 bits, derived for this account from the key of the participant.
    session, user : str
        Id of the session, and the account: role and number.
    """

    def __init__(self, key: Secret, session: str, user: str) -> None:
        self._key = key
        self._context = ("private", session, user)
        self._opened = 0
        self._text = ""

    def text(self, sealed: Sequence[str]) -> str:
        """Return the words.

        Parameters
        ----------
        sealed : sequence of str
            What the account wrote, as the journal has it, in order; a longer list than last time,
            or the same.
        """
        for each in sealed[self._opened :]:
            found = unwrap(self._key, base64.b64decode(each), self._context)
            if found is not None:
                self._text = changed(self._text, json.loads(found.reveal()))
        self._opened = len(sealed)
        return self._text

    def seal(self, sealed: Sequence[str], text: str) -> str:
        """Return what goes into the journal so that the words become a text; only what changed."""
        what = json.dumps(change(self.text(sealed), text)).encode()
        return base64.b64encode(wrap(self._key, Secret(what), self._context)).decode("ascii")
