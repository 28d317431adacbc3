"""Mail that leaves, each once in effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from itertools import chain
from urllib.parse import quote

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import AnswerLost, Rejected
from loopdesk.core.seams import Clock, Steps
from loopdesk.providers.google import wire
from loopdesk.providers.google.calls import GMAIL, Calls
from loopdesk.providers.google.mail import STREAM
from loopdesk.providers.google.mail_drafts import Drafts, Progress
from loopdesk.providers.google.mail_letter import ACTION_HEADER

ANSWERS = frozenset({"reply", "reply-all", "forward"})
_NEWEST = 20
_GONE = "gone"
# A mail that was sent may take this long until lists show it.
_SETTLES_S = 60.0


class Sending:
    """A mail is sent by way of a draft.

    Gmail has no key that would keep a repeated request from sending twice, and may replace our
    Message-ID. But a draft can be sent only once: its id is saved before it is, and a header of
    ours tells the mail that came of it.
    """

    def __init__(
        self, calls: Calls, drafts: Drafts, clock: Clock, mark_read: Callable[[Action], None]
    ) -> None:
        self._calls = calls
        self._drafts = drafts
        self._clock = clock
        self._mark_read = mark_read

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        at = self._drafts.write(action, steps)
        if at is None:
            return None
        at.tried_at = self._clock.now().timestamp()
        at.save(steps)
        try:
            if action.name in ANSWERS:
                # Who answers has read. Before sending: after it nothing may fail any more.
                self._mark_read(action)
            reply = self._calls.call("POST", f"{GMAIL}/drafts/send", json={"id": at.draft})
        except Rejected as error:
            # The person's words are kept here; they need not lie among their drafts as well.
            if at.made and error.reason != _GONE:
                Progress().save(steps)  # another try makes another draft
                self._drafts.discard(at.draft)
            raise
        return _receipt(action, wire.decode(reply.content, wire.Ref))

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        at = self._drafts.find(action, steps)
        if at.draft and self._drafts.is_there(at.draft):
            return None
        # Its id is saved before we send it. But another device may have sent what lies there.
        if (sent := self._sent(action, at)) is not None:
            return _receipt(action, sent)
        if self._clock.now().timestamp() - at.tried_at < _SETTLES_S:
            raise AnswerLost  # not to be seen yet: look again
        return None

    def _sent(self, action: Action, at: Progress) -> wire.Message | None:
        """Return the mail that an action sent, None where there is none to be seen."""
        in_thread = self._in_thread(at.thread) if at.thread else ()
        for message in chain(in_thread, self._newest_sent()):
            ours = message.payload.header(ACTION_HEADER.lower()) == action.id
            if ours and "DRAFT" not in message.labelIds:
                return message
        return None

    def _newest_sent(self) -> Iterator[wire.Message]:
        asked = {"labelIds": "SENT", "maxResults": str(_NEWEST)}
        found = self._calls.get(f"{GMAIL}/messages", wire.MessageList, asked)
        yield from self._drafts.actions_of([each.id for each in found.messages])

    def _in_thread(self, thread: str) -> Iterator[wire.Message]:
        reply = self._calls.call(
            "GET",
            f"{GMAIL}/threads/{quote(thread)}",
            params={"format": "metadata", "metadataHeaders": ACTION_HEADER},
            allow=(HTTPStatus.NOT_FOUND,),
        )
        if reply.status_code == HTTPStatus.NOT_FOUND:
            return
        for raw in wire.decode(reply.content, wire.Thread).messages:
            yield wire.decode_one(raw, wire.Message)


def _receipt(action: Action, sent: wire.Ref | wire.Message) -> Receipt:
    """Return the receipt; `key` where the mail is a thread of its own."""
    made = {"key": sent.threadId} if sent.threadId != action.target.key else {}
    return Receipt({"message": sent.id, "thread": sent.threadId, **made}, (STREAM.key,))
