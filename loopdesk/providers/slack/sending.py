"""Messages sent once: Slack takes no idempotency key, so a lost answer is followed by a look.

Source: docs.slack.dev/reference/methods/chat.postMessage, chat.scheduleMessage (2026-11)
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import AnswerLost, CursorExpired, Offline, RateLimited, Rejected
from loopdesk.core.seams import Steps
from loopdesk.providers.slack import mrkdwn, wire
from loopdesk.providers.slack.calls import Calls
from loopdesk.providers.slack.listing import CONVERSATION, STREAM
from loopdesk.providers.slack.notes import Notes
from loopdesk.providers.slack.roster import Roster
from loopdesk.providers.slack.scheduled import STREAM as SCHEDULED
from loopdesk.providers.slack.scheduled import scheduled
from loopdesk.providers.slack.window import messages_of

LONGEST = 4000
"""Longer ones cannot be changed afterwards, and were split or doubled."""
_BEFORE = timedelta(seconds=30)
_LOOKED_THROUGH = 100
_SETTLES = timedelta(seconds=30)
"""So long it may take until a message that was posted is seen."""
_DUPLICATE = ("duplicate_message_not_found", "duplicate_channel_not_found")


class Sent(msgspec.Struct, omit_defaults=True):
    """What an action's steps keep of a message under way.

    Args:
        channel: where it goes; `root`: of the thread, "" for the conversation itself.
        since: `ts` before which it cannot have been posted, by Slack's clock.
        made: the conversation had to be opened for it.
        tried_at: when it was last about to be sent, by Slack's clock, in seconds since 1970.
        page: where the look for it goes on.
        message: its `ts`, or the id of what is scheduled, once Slack answered.
    """

    channel: str
    since: str
    root: str = ""
    made: bool = False
    tried_at: float = 0.0
    page: str = ""
    message: str = ""


class Sending:
    def __init__(self, calls: Calls, roster: Roster, notes: Notes) -> None:
        self._calls, self._roster, self._notes = calls, roster, notes
        self._own: set[str] = set()

    def perform(self, action: Action, steps: Steps) -> Receipt:
        text = self.text(action)
        if not text.strip():
            raise Rejected("no_text")
        if len(text) > LONGEST:
            raise Rejected("too-long")
        # Where it goes is kept from the first try on.
        sent = self.kept(steps) or self.aimed(action)
        tried_at = self._calls.now().timestamp()
        _keep(steps, msgspec.structs.replace(sent, tried_at=tried_at))
        try:
            if (at := action.arguments.at) is not None:
                message = self._schedule(at, sent, text)
            else:
                message = self._post(action, sent, text, steps)
        except (Offline, RateLimited):
            # Nothing was said; what an earlier try left unknown is to be looked for as before.
            _keep(steps, sent)
            raise
        return self._receipt(sent, message, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        sent = self.kept(steps)
        if sent is None:
            return None
        if sent.message:
            return self._receipt(sent, sent.message, steps)
        at = action.arguments.at
        found = None if at is None else self._scheduled(action, at, sent)
        if found is None and (at is None or at <= self._calls.now()):
            found = self._posted(action, sent, steps)
        if found is not None:
            return self._receipt(sent, found, steps)
        if self._calls.now().timestamp() - sent.tried_at < _SETTLES.total_seconds():
            raise AnswerLost  # not to be seen yet: look again
        return None

    def kept(self, steps: Steps) -> Sent | None:
        kept = steps.load()
        return None if kept is None else msgspec.json.decode(kept, type=Sent)

    def text(self, action: Action) -> str:
        """Return an action's words as Slack takes them."""
        return mrkdwn.write(action.arguments.text, dict(action.arguments.mentions))

    def aimed(self, action: Action) -> Sent:
        since = wire.stamp(self._calls.now() - _BEFORE)
        if action.target.key:
            channel, _, root = action.target.key.partition("/")
            if not root and action.arguments.entry:
                root = self._root(channel, action.arguments.entry)
            return Sent(channel, since, root)
        to = action.target.to or action.arguments.to
        people = [key for key in to if is_person(key)]
        if not people:
            return Sent(to[0], since, made=True)
        opened = self._calls.write(
            "conversations.open", wire.Opened, users=",".join(people)
        ).channel
        if opened is None:
            raise Rejected("gone")
        return Sent(opened.id, since, made=True)

    def _root(self, channel: str, entry: str) -> str:
        """Return what began the thread of a message: what is shown in a conversation may itself be
        an answer, and those are never answered."""
        found = self._calls.look(
            "conversations.replies", wire.History, channel=channel, ts=entry, limit=1
        )
        messages, _ = messages_of(found)
        return (messages[0].thread_ts or entry) if messages else entry

    def _post(self, action: Action, sent: Sent, text: str, steps: Steps) -> str:
        answer = self._calls.write(
            "chat.postMessage",
            wire.Posted,
            fine=_DUPLICATE,
            channel=sent.channel,
            text=text,
            thread_ts=sent.root,
            client_msg_id=mark_of(action),
            unfurl_links=True,
        )
        if answer.ok:
            return answer.ts
        # It says that this very message is there already.
        found = self._posted(action, sent, steps)
        if found is None:
            raise Rejected("duplicate")
        return found

    # --- looking for an earlier try ---------------------------------------------------------------

    def _posted(self, action: Action, sent: Sent, steps: Steps) -> str | None:
        """Return the `ts` of the message, None where all since the first try was looked through.

        What was looked through is noted: a quota may end in the midst of much that others say.
        """
        page = sent.page
        while True:
            try:
                found = self._calls.look(
                    "conversations.replies" if sent.root else "conversations.history",
                    wire.History,
                    channel=sent.channel,
                    ts=sent.root,
                    oldest=sent.since,
                    inclusive=True,
                    limit=_LOOKED_THROUGH,
                    cursor=page,
                )
            except CursorExpired:
                if not page:
                    raise
                page = ""
                continue
            for one in messages_of(found)[0]:
                if self._is_of(action, one):
                    return one.ts
            page = found.next_cursor
            if page or sent.page:
                sent = msgspec.structs.replace(sent, page=page)
                _keep(steps, sent)
            if not page:
                return None

    def _is_of(self, action: Action, message: wire.Message) -> bool:
        if message.user != self._roster.me or message.ts in self._own:
            return False
        if message.client_msg_id:
            # Another's mark says that another action sent the same words.
            return message.client_msg_id == mark_of(action)
        stamped = message.app_id == self._calls.secret.app
        return stamped and mrkdwn.alike(message.text) == mrkdwn.alike(self.text(action))

    # --- later ------------------------------------------------------------------------------------

    def _schedule(self, at: datetime, sent: Sent, text: str) -> str:
        # Never with metadata: Slack takes such a message and does not post it.
        answer = self._calls.write(
            "chat.scheduleMessage",
            wire.ScheduledOne,
            channel=sent.channel,
            text=text,
            post_at=int(at.timestamp()),
            thread_ts=sent.root,
        )
        return answer.scheduled_message_id

    def _scheduled(self, action: Action, at: datetime, sent: Sent) -> str | None:
        text = mrkdwn.alike(self.text(action))
        pending, _ = scheduled(self._calls, sent.channel)
        return next(
            (
                one.id
                for one in pending
                if one.post_at == int(at.timestamp())
                and mrkdwn.alike(one.text) == text
                and one.id not in self._own
            ),
            None,
        )

    # --- receipts ---------------------------------------------------------------------------------

    def _receipt(self, sent: Sent, message: str, steps: Steps) -> Receipt:
        if not sent.message:
            _keep(steps, msgspec.structs.replace(sent, message=message))
        facts = {"message": message, **({"key": sent.channel} if sent.made else {})}
        self._own.add(message)
        if is_scheduled(message):
            return Receipt(facts, (SCHEDULED.key,))
        if sent.root:
            self._notes.answer(sent.channel, sent.root)
        self._notes.change(sent.channel)
        own = f"{CONVERSATION}{sent.channel}"
        return Receipt(facts, (STREAM.key, own) if sent.made else (own,))


def _keep(steps: Steps, sent: Sent) -> None:
    steps.save(msgspec.json.encode(sent))


def mark_of(action: Action) -> str:
    """Return the id under which a message of this action is posted, at every try the same."""
    return str(uuid5(NAMESPACE_URL, action.id))


def is_person(key: str) -> bool:
    return key.startswith(("U", "W"))


def is_scheduled(entry: str) -> bool:
    """Say whether an entry is one that Slack has yet to post: those have no `ts`."""
    return not entry[:1].isdigit()
