"""Mail that leaves Outlook, each once in effect."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import AnswerLost, LoopDeskError, Offline, RateLimited, Rejected
from loopdesk.core.seams import Clock, Steps
from loopdesk.providers.microsoft import wire_mail as mail
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.mail_around import MailAround
from loopdesk.providers.microsoft.mail_drafts import Drafts, Progress

ANSWERS = frozenset({"reply", "reply-all", "forward"})
STREAMS = ("mail:drafts", "mail:sentitems")
# A mail that was sent is seen as a draft for a while; one that still is after so long was not.
_SETTLES_S = 120.0
# Until then it is in no pull of what was sent, and the person would miss their own words there.
_LOOKS, _LOOK_S = 5, 1.0


class Sending:
    """A mail is sent by way of a draft, which keeps its id when it becomes a mail.

    Graph has no key that would keep a repeated request from sending twice, and has answered 504
    for mails that went out. So the draft's id is saved before it is sent, and it is never sent
    again before it is certain that it lies there unsent.
    """

    def __init__(
        self,
        calls: Calls,
        drafts: Drafts,
        around: MailAround,
        clock: Clock,
        mark_read: Callable[[Action], None],
    ) -> None:
        self._calls = calls
        self._drafts = drafts
        self._around = around
        self._clock = clock
        self._mark_read = mark_read

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        at = self._drafts.write(action, steps)
        if at is None:
            return None
        if action.name in ANSWERS:
            # Who answers has read. Before sending: after it nothing may fail any more.
            self._mark_read(action)
        at.tried_at = self._clock.now().timestamp()
        at.save(steps)
        try:
            self._calls.call("POST", f"/me/messages/{quote(at.draft)}/send", data=b"")
        except (Offline, RateLimited):
            at.tried_at = 0.0
            at.save(steps)
            raise
        except Rejected as error:
            # The person's words are kept here; they need not lie among their drafts as well.
            if at.made and error.reason != "gone":
                Progress().save(steps)  # another try makes another draft
                self._drafts.discard(at.draft)
            raise
        at.accepted = True
        at.save(steps)
        self._see_it_leave(at.draft)
        return _receipt(action, at)

    def _see_it_leave(self, draft: str) -> None:
        """Wait a little until a mail that was taken on lies among the sent ones."""
        for _ in range(_LOOKS):
            try:
                now = self._drafts.now(draft)
            except LoopDeskError:
                return  # it is sent, whatever ails the service now
            if now is None or not now.isDraft:
                return
            self._clock.wait(self._clock.wake(), _LOOK_S)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        at = self._drafts.find(action, steps)
        if at.accepted:
            return _receipt(action, at)
        # Its id is saved before it is sent, so without one we sent nothing. But what lies whole
        # among the drafts may have been sent from another device.
        if not at.tried_at and not self._drafts.is_whole(action, at):
            return None
        now = self._drafts.now(at.draft) or self._elsewhere(action, at)
        if now is not None and not now.isDraft:
            return _receipt(action, at)
        if not at.tried_at:
            return None
        leaving = now is not None and self._place(now) == "OUTBOX"
        if leaving or self._clock.now().timestamp() - at.tried_at < _SETTLES_S:
            raise AnswerLost  # not to be told yet: look again
        return None

    def _elsewhere(self, action: Action, at: Progress) -> mail.Draft | None:
        """Return the mail under another id, None where there is none to be seen."""
        found = [*self._drafts.marked(action), *self._drafts.named(at.message_id)]
        return next((each for each in found if not each.isDraft), None)

    def _place(self, message: mail.Draft | mail.Message) -> str:
        self._around.learn()
        return self._around.known.places.get(message.parentFolderId or "", "")


def _receipt(action: Action, at: Progress) -> Receipt:
    inbox = ("mail:inbox",) if action.name in ANSWERS else ()
    return Receipt(at.facts(action), (*STREAMS, *inbox))
