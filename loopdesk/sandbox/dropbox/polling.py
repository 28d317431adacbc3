"""The long poll: a call that is answered when something changes, or after a while."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from loopdesk.sandbox.dropbox.call import body
from loopdesk.sandbox.dropbox.errors import BadInput, DropboxError, json_answer
from loopdesk.sandbox.dropbox.listing import changes
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Request, Response

if TYPE_CHECKING:
    from loopdesk.sandbox.dropbox.service import Dropbox

_TIMEOUT_S = 30
_JITTER_S = 90


class Poll:
    """Attributes:
    longest_s: no call waits longer, whatever it asks for; None: as long as it asks for.
    backoff_s: for how long a program is told to stay away after a call in vain; 0: not at all.
    """

    def __init__(self, dropbox: Dropbox) -> None:
        self.longest_s: float | None = None
        self.backoff_s = 0
        self._dropbox = dropbox

    def answer(self, request: Request) -> Response:
        """Answer `files/list_folder/longpoll`; it needs no token.

        Without a connection that could wait it says at once how things are.
        """
        args = body(request, frozenset({"cursor", "timeout"}))
        cursor, timeout_s = args.get("cursor"), args.get("timeout", _TIMEOUT_S)
        if not isinstance(cursor, str) or not cursor:
            raise BadInput("missing required field 'cursor'")
        if not isinstance(timeout_s, int) or not 30 <= timeout_s <= 480:
            raise BadInput("timeout: it is between 30 and 480")
        if self._dropbox.listings.opened(cursor).media:
            raise BadInput("cursor: those with include_media_info cannot be waited with")
        if self._has_changed(cursor):
            return json_answer({"changes": True})
        if not request.may_wait:
            return json_answer(self._nothing())
        wait_s = timeout_s + self._dropbox.draw(1)[0] * _JITTER_S / 255
        if self.longest_s is not None:
            wait_s = min(wait_s, self.longest_s)
        until = self._dropbox.now() + timedelta(seconds=wait_s)

        def over() -> Response | None:
            try:
                if self._has_changed(cursor):
                    return json_answer({"changes": True})
            except DropboxError as error:
                return error.response()
            return json_answer(self._nothing()) if self._dropbox.now() >= until else None

        response = json_answer(self._nothing())
        response.over = over
        return response

    def _has_changed(self, text: str) -> bool:
        cursor = self._dropbox.listings.opened(text)
        person = self._dropbox.by_id[cursor.account]
        return bool(changes(self._dropbox.view(person, cursor.root), cursor)[1])

    def _nothing(self) -> Json:
        return {"changes": False} | ({"backoff": self.backoff_s} if self.backoff_s else {})
