"""What a person does to mail, at Gmail, each thing once in effect."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from email.utils import formataddr
from http import HTTPStatus
from urllib.parse import quote

import msgspec

from loopdesk.core.actions import Action, ActionId, Receipt
from loopdesk.core.errors import AnswerLost, Rejected
from loopdesk.core.seams import Clock, Steps
from loopdesk.providers.google import convert_mail as convert
from loopdesk.providers.google import wire
from loopdesk.providers.google.calls import GMAIL, Calls
from loopdesk.providers.google.mail import STREAM

ANSWERS = frozenset({"reply", "reply-all"})
_NEWEST = 20
# A mail that was sent may take this long until lists show it.
_SETTLES_S = 60.0
_ONLY_ACTION = f"format=metadata&metadataHeaders={convert.ACTION_HEADER}"


class _Sending(msgspec.Struct):
    """What a later try must know of an earlier one.

    Args:
        draft: the id of the draft that it made.
        tried_at: when that was last about to be sent, in seconds since 1970; 0: never.
    """

    draft: str
    tried_at: float = 0.0

    @classmethod
    def load(cls, steps: Steps) -> _Sending | None:
        saved = steps.load()
        return None if saved is None else msgspec.json.decode(saved, type=cls)

    def save(self, steps: Steps) -> None:
        steps.save(msgspec.json.encode(self))


class MailActions:
    """Changes of labels are set operations. A mail is sent by way of a draft.

    Gmail has no key that would keep a repeated request from sending twice, and may replace our
    Message-ID. But a draft can be sent only once: its id is saved before it is, and a header of
    ours tells the mail that came of it.
    """

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock

    def perform(self, action: Action, steps: Steps) -> Receipt:
        if action.name in ANSWERS:
            return self._send(action, steps)
        self._relabel(action, convert.relabel(action, self._named_labels(action, create=True)))
        return _receipt({"thread": action.target.key})

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        if action.name in ANSWERS:
            return self._find_sent(action, steps)
        named = self._named_labels(action, create=False)
        if len(named) < len(action.arguments.to):
            return None
        change = convert.relabel(action, named)
        ids = _ids(action, change)
        messages = self._messages(action.target.key, "format=minimal")
        meant = [each for each in messages if each.id in ids or not ids]
        if not meant or not all(change.holds(each.labelIds) for each in meant):
            return None
        return _receipt({"thread": action.target.key})

    # --- labels -----------------------------------------------------------------------------------

    def _relabel(self, action: Action, change: convert.Relabel) -> None:
        body = {"addLabelIds": sorted(change.add), "removeLabelIds": sorted(change.remove)}
        if ids := _ids(action, change):
            # By message: a mail that came since the person looked is not theirs to file away.
            self._calls.call("POST", f"{GMAIL}/messages/batchModify", json={"ids": ids, **body})
        else:
            url = f"{GMAIL}/threads/{quote(action.target.key)}/modify"
            self._calls.call("POST", url, json=body)

    def _named_labels(self, action: Action, *, create: bool) -> frozenset[str]:
        """Return the ids of the labels that an action names, by id or by name."""
        if not action.arguments.to:
            return frozenset()
        labels = self._labels()
        found = {each: _label(each, labels) for each in action.arguments.to}
        if create and action.name != "unlabel":
            found = {each: key or self._new_label(each) for each, key in found.items()}
        return frozenset(key for key in found.values() if key)

    def _labels(self) -> Sequence[wire.Label]:
        return self._calls.get(f"{GMAIL}/labels", wire.Labels).labels

    def _new_label(self, name: str) -> str:
        label = {
            "name": name,
            "labelListVisibility": "labelShow",
            "messageListVisibility": "show",
        }
        reply = self._calls.call(
            "POST", f"{GMAIL}/labels", json=label, allow=(HTTPStatus.CONFLICT,)
        )
        if reply.status_code == HTTPStatus.CONFLICT:  # made since we asked
            if key := _label(name, self._labels()):
                return key
            raise Rejected("duplicate")
        return wire.decode(reply.content, wire.Label).id

    # --- sending ----------------------------------------------------------------------------------

    def _send(self, action: Action, steps: Steps) -> Receipt:
        known = _Sending.load(steps)
        draft = known.draft if known else self._new_draft(action)
        _Sending(draft, self._clock.now().timestamp()).save(steps)
        # Who answers has read. Before sending: after it nothing may fail any more.
        self._relabel(action, convert.Relabel(remove=frozenset({"UNREAD"})))
        try:
            reply = self._calls.call("POST", f"{GMAIL}/drafts/send", json={"id": draft})
        except Rejected:
            # The person's words are kept here; they need not lie among their drafts as well.
            self._discard(draft)
            raise
        sent = wire.decode(reply.content, wire.Ref)
        return _receipt({"message": sent.id, "thread": sent.threadId})

    def _new_draft(self, action: Action) -> str:
        mail = convert.letter(action, self._sender(action.target.me), self._clock.now())
        raw = base64.urlsafe_b64encode(mail).decode()
        message = {"raw": raw, "threadId": action.target.key}
        reply = self._calls.call("POST", f"{GMAIL}/drafts", json={"message": message})
        return wire.decode(reply.content, wire.Draft).id

    def _sender(self, address: str) -> str:
        """Return an address with the name that the person gave it at Gmail."""
        senders = self._calls.get(f"{GMAIL}/settings/sendAs", wire.SendAsList).sendAs
        names = {each.sendAsEmail.lower(): each.displayName for each in senders}
        return formataddr((names.get(address.lower(), ""), address))

    def _discard(self, draft: str) -> None:
        self._calls.call("DELETE", f"{GMAIL}/drafts/{quote(draft)}", allow=(HTTPStatus.NOT_FOUND,))

    def _find_sent(self, action: Action, steps: Steps) -> Receipt | None:
        """Look for what an earlier try did; a draft of its that was not noted is noted now."""
        known = _Sending.load(steps)
        if known is None:
            # Its id is saved before it is sent, so nothing was sent.
            if draft := self._unsaved_draft(action.id):
                _Sending(draft).save(steps)
            return None
        reply = self._calls.call(
            "GET",
            f"{GMAIL}/drafts/{quote(known.draft)}",
            params={"format": "minimal"},
            allow=(HTTPStatus.NOT_FOUND,),
        )
        if reply.status_code == HTTPStatus.OK:
            return None
        if sent := self._sent(action):
            return _receipt({"message": sent, "thread": action.target.key})
        if self._clock.now().timestamp() - known.tried_at < _SETTLES_S:
            raise AnswerLost  # not to be seen yet: look again
        return None

    def _sent(self, action: Action) -> str:
        """Return the id of the mail that an action sent, "" where there is none."""
        in_thread = self._messages(action.target.key, _ONLY_ACTION)
        for message in (*in_thread, *self._newest_sent()):
            ours = message.payload.header(convert.ACTION_HEADER.lower()) == action.id
            if ours and "DRAFT" not in message.labelIds:
                return message.id
        return ""

    def _newest_sent(self) -> Iterator[wire.Message]:
        asked = {"labelIds": "SENT", "maxResults": str(_NEWEST)}
        found = self._calls.get(f"{GMAIL}/messages", wire.MessageList, asked)
        return self._metadata([each.id for each in found.messages])

    def _unsaved_draft(self, action: ActionId) -> str:
        asked = {"maxResults": str(_NEWEST)}
        drafts = self._calls.get(f"{GMAIL}/drafts", wire.DraftList, asked).drafts
        by_message = {each.message.id: each.id for each in drafts}
        for message in self._metadata(list(by_message)):
            if message.payload.header(convert.ACTION_HEADER.lower()) == action:
                return by_message[message.id]
        return ""

    def _metadata(self, ids: Sequence[str]) -> Iterator[wire.Message]:
        paths = [f"/messages/{quote(each)}?{_ONLY_ACTION}" for each in ids]
        for answer in self._calls.batch("GET", paths) if paths else ():
            if answer.status == HTTPStatus.OK:
                yield wire.decode(answer.body, wire.Message)
            elif answer.status != HTTPStatus.NOT_FOUND:
                # One that we did not see may be the one we look for.
                raise AnswerLost

    def _messages(self, thread: str, form: str) -> Sequence[wire.Message]:
        """Return a thread's messages, none where it is gone."""
        reply = self._calls.call(
            "GET", f"{GMAIL}/threads/{quote(thread)}?{form}", allow=(HTTPStatus.NOT_FOUND,)
        )
        if reply.status_code == HTTPStatus.NOT_FOUND:
            return ()
        found = wire.decode(reply.content, wire.Thread)
        return [wire.decode_one(raw, wire.Message) for raw in found.messages]


def _ids(action: Action, change: convert.Relabel) -> list[str]:
    seen = list(action.target.entries)
    return seen[-1:] if change.newest_only else seen


def _label(wanted: str, labels: Sequence[wire.Label]) -> str:
    by_name = {label.name.casefold(): label.id for label in labels}
    known = {label.id for label in labels}
    return wanted if wanted in known else by_name.get(wanted.casefold(), "")


def _receipt(facts: dict[str, str]) -> Receipt:
    return Receipt(facts=facts, streams=(STREAM.key,))
