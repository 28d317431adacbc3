"""Messages sent once: Slack takes no idempotency key, so a lost answer is followed by a look.

Source: docs.slack.dev/reference/methods/chat.postMessage, chat.scheduleMessage (2026-11)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Rejected
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
_PAGES = 5
_DUPLICATE = ("duplicate_message_not_found", "duplicate_channel_not_found")


class Sent(msgspec.Struct, omit_defaults=True):
    """What an action's steps keep of a message under way.

    Args:
        channel: where it goes; `root`: of the thread, "" for the conversation itself.
        since: `ts` before which it cannot have been posted, by Slack's clock.
        made: the conversation had to be opened for it.
        message: its `ts`, or the id of what is scheduled, once Slack answered.
    """

    channel: str
    since: str
    root: str = ""
    made: bool = False
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
        sent = self.begun(action, steps)
        if (at := action.arguments.at) is not None:
            return self._schedule(at, steps, sent, text)
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
        if not answer.ok:
            # It says that this very message is there already.
            found = self._posted(action, sent)
            if found is None:
                raise Rejected("duplicate")
            return self._receipt(sent, found, steps)
        return self._receipt(sent, answer.ts, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        sent = self.kept(steps)
        if sent is None:
            return None
        if sent.message:
            return self._receipt(sent, sent.message, steps)
        if (at := action.arguments.at) is not None:
            found = self._scheduled(action, at, sent)
            if found is not None or at > self._calls.now():
                return None if found is None else self._receipt(sent, found, steps)
        ts = self._posted(action, sent)
        return None if ts is None else self._receipt(sent, ts, steps)

    def kept(self, steps: Steps) -> Sent | None:
        kept = steps.load()
        return None if kept is None else msgspec.json.decode(kept, type=Sent)

    def begun(self, action: Action, steps: Steps) -> Sent:
        """Return where a message goes, kept from the first try on."""
        sent = self.kept(steps)
        if sent is None:
            sent = self.aimed(action)
            steps.save(msgspec.json.encode(sent))
        return sent

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

    # --- looking for an earlier try ---------------------------------------------------------------

    def _posted(self, action: Action, sent: Sent) -> str | None:
        """Return the `ts` of the message, if it was posted."""
        own, text = mark_of(action), mrkdwn.alike(self.text(action))
        for one in self._since(sent):
            if one.user != self._roster.me or one.ts in self._own:
                continue
            if one.client_msg_id == own:
                return one.ts
            # Another's mark says that another action sent the same words.
            stamped = one.app_id == self._calls.secret.app and not one.client_msg_id
            if stamped and mrkdwn.alike(one.text) == text:
                return one.ts
        return None

    def _since(self, sent: Sent) -> Iterator[wire.Message]:
        method = "conversations.replies" if sent.root else "conversations.history"
        page = ""
        for _ in range(_PAGES):
            found = self._calls.look(
                method,
                wire.History,
                channel=sent.channel,
                ts=sent.root,
                oldest=sent.since,
                inclusive=True,
                limit=_LOOKED_THROUGH,
                cursor=page,
            )
            yield from messages_of(found)[0]
            page = found.next_cursor
            if not page:
                return

    # --- later ------------------------------------------------------------------------------------

    def _schedule(self, at: datetime, steps: Steps, sent: Sent, text: str) -> Receipt:
        # Never with metadata: Slack takes such a message and does not post it.
        answer = self._calls.write(
            "chat.scheduleMessage",
            wire.ScheduledOne,
            channel=sent.channel,
            text=text,
            post_at=int(at.timestamp()),
            thread_ts=sent.root,
        )
        return self._receipt(sent, answer.scheduled_message_id, steps)

    def _scheduled(self, action: Action, at: datetime, sent: Sent) -> str | None:
        text = mrkdwn.alike(self.text(action))
        pending, _ = scheduled(self._calls, sent.channel)
        return next(
            (
                one.id
                for one in pending
                if one.post_at == int(at.timestamp()) and mrkdwn.alike(one.text) == text
            ),
            None,
        )

    # --- receipts ---------------------------------------------------------------------------------

    def _receipt(self, sent: Sent, message: str, steps: Steps) -> Receipt:
        if not sent.message:
            steps.save(msgspec.json.encode(msgspec.structs.replace(sent, message=message)))
        facts = {"message": message, **({"key": sent.channel} if sent.made else {})}
        if is_scheduled(message):
            return Receipt(facts, (SCHEDULED.key,))
        self._own.add(message)
        if sent.root:
            self._notes.answer(sent.channel, sent.root)
        self._notes.change(sent.channel)
        own = f"{CONVERSATION}{sent.channel}"
        return Receipt(facts, (STREAM.key, own) if sent.made else (own,))


def mark_of(action: Action) -> str:
    """Return the id under which a message of this action is posted, at every try the same."""
    return str(uuid5(NAMESPACE_URL, action.id))


def is_person(key: str) -> bool:
    return key.startswith(("U", "W"))


def is_scheduled(entry: str) -> bool:
    """Say whether an entry is one that Slack has yet to post: those have no `ts`."""
    return not entry[:1].isdigit()
