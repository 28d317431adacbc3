"""What a person does in Slack, and whether an earlier try of it got through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Conflict, NotPermitted, Rejected
from loopdesk.core.seams import Clock, Files, Steps
from loopdesk.providers.slack import emoji, mrkdwn, wire
from loopdesk.providers.slack.calls import Calls
from loopdesk.providers.slack.listing import CONVERSATION
from loopdesk.providers.slack.notes import Notes
from loopdesk.providers.slack.refusals import Unreadable
from loopdesk.providers.slack.rich import rich_text
from loopdesk.providers.slack.roster import Roster
from loopdesk.providers.slack.scheduled import STREAM as SCHEDULED
from loopdesk.providers.slack.scheduled import scheduled
from loopdesk.providers.slack.sending import LONGEST, Sending, is_scheduled
from loopdesk.providers.slack.upload import Uploads
from loopdesk.providers.slack.window import messages_of

_SAYS = frozenset({"reply", "send", "upload"})
_NEVER = "0000000000.000000"
_STATUS_LONGEST = 100
_UNREAD_BACK = 15


class Actions:
    def __init__(
        self,
        calls: Calls,
        roster: Roster,
        notes: Notes,
        files: Files,
        clock: Clock,
        scopes: frozenset[str],
    ) -> None:
        self._calls, self._roster, self._notes, self._scopes = calls, roster, notes, scopes
        self._sending = Sending(calls, roster, notes)
        self._uploads = Uploads(calls, self._sending, notes, files, clock)
        self._written: dict[tuple[str, str], str] = {}
        self._performs: dict[str, Callable[[Action], Receipt]] = {
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "unreact": self._react,
            "unread": self._unread,
            "status": self._status,
        }
        self._finds: dict[str, Callable[[Action], Receipt | None]] = {
            "edit": self._find_edit,
            "delete": self._find_delete,
            "react": self._find_reaction,
            "unreact": self._find_reaction,
            "unread": self._find_unread,
            "status": self._find_status,
        }

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        if action.name in _SAYS:
            if action.arguments.files:
                self._require("files:write")
                return self._uploads.perform(action, steps)
            self._require("chat:write")
            return self._sending.perform(action, steps)
        if action.name == "read":
            return self._read(action, steps)
        return self._performs[action.name](action)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        if action.name in _SAYS:
            if action.arguments.files:
                return self._uploads.find(action, steps)
            return self._sending.find(action, steps)
        if action.name == "read":
            return self._find_read(action, steps)
        return self._finds[action.name](action)

    def _require(self, scope: str) -> None:
        if scope not in self._scopes:
            raise NotPermitted(scope)

    # --- own messages -----------------------------------------------------------------------------

    def _edit(self, action: Action) -> Receipt:
        channel, ts = _where(action)
        if is_scheduled(ts):
            # Slack has no way to change it, and does not say into which thread it was to go.
            raise Rejected("scheduled")
        text = self._sending.text(action)
        if len(text) > LONGEST:
            raise Rejected("too-long")
        if action.target.version:
            self._check(action)
        # Without blocks Slack drops those of what was typed there; others than these it refuses.
        self._calls.write(
            "chat.update",
            wire.Posted,
            channel=channel,
            ts=ts,
            text=text,
            blocks=rich_text(text),
        )
        self._written[channel, ts] = mrkdwn.alike(text)
        return self._changed(action)

    def _check(self, action: Action) -> None:
        """Raises: Conflict: it was changed since the person saw it, and not by us."""
        now = self._message(action)
        if now is None:
            raise Rejected("gone")
        version = now.edited.ts if now.edited is not None else now.ts
        ours = self._written.get(_where(action)) == mrkdwn.alike(now.text)
        if version != action.target.version and not ours:
            raise Conflict

    def _find_edit(self, action: Action) -> Receipt | None:
        if is_scheduled(_where(action)[1]):
            return None
        now = self._message(action)
        if now is None or now.edited is None:
            return None
        same = mrkdwn.alike(now.text) == mrkdwn.alike(self._sending.text(action))
        return self._changed(action) if same else None

    def _delete(self, action: Action) -> Receipt:
        channel, ts = _where(action)
        if is_scheduled(ts):
            self._calls.write(
                "chat.deleteScheduledMessage",
                wire.Answer,
                channel=channel,
                scheduled_message_id=ts,
            )
            return self._changed(action)
        fine = ("message_not_found",)
        self._calls.write("chat.delete", wire.Answer, fine=fine, channel=channel, ts=ts)
        return self._changed(action)

    def _find_delete(self, action: Action) -> Receipt | None:
        channel, ts = _where(action)
        if is_scheduled(ts):
            pending, _ = scheduled(self._calls, channel)
            return None if any(one.id == ts for one in pending) else self._changed(action)
        now = self._message(action)
        gone = now is None or now.subtype == "tombstone"
        return self._changed(action) if gone else None

    # --- reactions --------------------------------------------------------------------------------

    def _react(self, action: Action) -> Receipt:
        channel, ts = _where(action)
        method, fine = (
            ("reactions.add", "already_reacted")
            if action.name == "react"
            else ("reactions.remove", "no_reaction")
        )
        self._calls.write(
            method,
            wire.Answer,
            fine=(fine,),
            channel=channel,
            timestamp=ts,
            name=emoji.name_of(action.arguments.text),
        )
        return self._changed(action)

    def _find_reaction(self, action: Action) -> Receipt | None:
        now = self._message(action)
        if now is None:
            return None
        meant = emoji.character(emoji.name_of(action.arguments.text))
        # One emoji has several names.
        given = any(
            self._roster.me in one.users and emoji.character(one.name) == meant
            for one in now.reactions
        )
        return self._changed(action) if given is (action.name == "react") else None

    # --- how far it was read ----------------------------------------------------------------------

    def _read(self, action: Action, steps: Steps) -> Receipt:
        before = self._last_read(action)
        steps.save(before.encode())
        # What was read further elsewhere stays read.
        if before < _newest(action):
            self._mark(action, _newest(action))
        return self._was_read(action, before)

    def _find_read(self, action: Action, steps: Steps) -> Receipt | None:
        now = self._last_read(action)
        before = steps.load()
        if now < _newest(action):
            return None
        return self._was_read(action, now if before is None else before.decode())

    def _was_read(self, action: Action, before: str) -> Receipt:
        """Return a receipt that names the first that was not read before: taking it back, all from
        there on is unread again."""
        fresh = [key for key in action.target.entries if key > before and not is_scheduled(key)]
        receipt = self._changed(action)
        return replace(receipt, facts={"message": min(fresh)}) if fresh else receipt

    def _unread(self, action: Action) -> Receipt:
        if self._find_unread(action) is None:
            self._mark(action, self._before(action))
        return self._changed(action)

    def _find_unread(self, action: Action) -> Receipt | None:
        is_unread = self._last_read(action) <= self._before(action)
        return self._changed(action) if is_unread else None

    def _mark(self, action: Action, ts: str) -> None:
        channel, _ = _where(action)
        self._calls.write("conversations.mark", wire.Answer, channel=channel, ts=ts)

    def _last_read(self, action: Action) -> str:
        channel, _ = _where(action)
        return self._calls.look(
            "conversations.info", wire.ConversationInfo, channel=channel
        ).read_up_to

    def _before(self, action: Action) -> str:
        """Return up to where it is read once a message, else the newest of others, is not."""
        seen = sorted(key for key in action.target.entries if not is_scheduled(key))
        meant = action.arguments.entry or self._newest_of_others(action, seen)
        return max((key for key in seen if key < meant), default=_NEVER)

    def _newest_of_others(self, action: Action, seen: list[str]) -> str:
        channel, _ = _where(action)
        found = self._calls.look(
            "conversations.history", wire.History, channel=channel, limit=_UNREAD_BACK
        )
        others = [
            one.ts
            for one in messages_of(found)[0]
            if one.user != self._roster.me and one.ts in seen
        ]
        return max(others, default=seen[-1] if seen else _NEVER)

    # --- status -----------------------------------------------------------------------------------

    def _status(self, action: Action) -> Receipt:
        self._calls.write("users.profile.set", wire.Answer, profile=_profile(action))
        return Receipt()

    def _find_status(self, action: Action) -> Receipt | None:
        me = self._calls.look("users.info", wire.UserInfo, user=self._roster.me).user
        wanted = _profile(action)
        # Words without a picture get one from Slack.
        pictures = (wanted["status_emoji"], ":speech_balloon:" if wanted["status_text"] else "")
        same = me is not None and (
            me.profile.status_emoji in pictures
            and mrkdwn.alike(me.profile.status_text) == mrkdwn.alike(wanted["status_text"])
            and me.profile.status_expiration == wanted["status_expiration"]
        )
        return Receipt() if same else None

    # --- common -----------------------------------------------------------------------------------

    def _message(self, action: Action) -> wire.Message | None:
        """Return the message acted on as it is now."""
        channel, ts = _where(action)
        root = action.target.key.partition("/")[2]
        bounds: dict[str, Any] = {"oldest": ts, "latest": ts, "inclusive": True}
        try:
            if root:
                found = self._calls.look(
                    "conversations.replies", wire.History, channel=channel, ts=root, **bounds
                )
            else:
                found = self._calls.look(
                    "conversations.history", wire.History, channel=channel, limit=1, **bounds
                )
        except Unreadable:
            return None
        return next((one for one in messages_of(found)[0] if one.ts == ts), None)

    def _changed(self, action: Action) -> Receipt:
        channel, ts = _where(action)
        if is_scheduled(ts):
            return Receipt(streams=(SCHEDULED.key,))
        root = action.target.key.partition("/")[2]
        if root:
            self._notes.answer(channel, root)
        else:
            self._notes.change(channel, ts)
        return Receipt(streams=(f"{CONVERSATION}{channel}",))


def _where(action: Action) -> tuple[str, str]:
    """Return the conversation, and the `ts` of the message that was named."""
    channel = action.target.key.partition("/")[0]
    return channel, action.arguments.entry or action.target.entry or _newest(action)


def _newest(action: Action) -> str:
    return max((key for key in action.target.entries if not is_scheduled(key)), default=_NEVER)


def _profile(action: Action) -> dict[str, Any]:
    """Return a status: an emoji in front is its picture."""
    words = action.arguments.text.strip()
    first, _, rest = words.partition(" ")
    name = emoji.name_of(first)
    pictured = bool(first) and (
        (first.startswith(":") and first.endswith(":") and len(first) > 2)
        or (not first.isascii() and name != first)
    )
    text = rest.strip() if pictured else words
    if len(text) > _STATUS_LONGEST:
        raise Rejected("too-long")
    return {
        "status_text": text,
        "status_emoji": f":{name}:" if pictured else "",
        "status_expiration": _seconds(action.arguments.until) if words else 0,
    }


def _seconds(at: datetime | None) -> int:
    return 0 if at is None else int(at.timestamp())
