"""What a person does to mail at Gmail, each thing once in effect."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Part
from loopdesk.core.errors import Rejected
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.google import convert_mail as convert
from loopdesk.providers.google import wire
from loopdesk.providers.google.calls import GMAIL, Calls
from loopdesk.providers.google.mail import STREAM, Mail
from loopdesk.providers.google.mail_drafts import Drafts
from loopdesk.providers.google.mail_letter import Letters
from loopdesk.providers.google.mail_sending import ANSWERS, Sending
from loopdesk.providers.google.upload import Uploads
from loopdesk.providers.leaving import find_left, leave

_SENDS = ANSWERS | {"compose"}


class MailActions:
    """Changes of labels are set operations; what is written goes by way of a draft."""

    def __init__(self, calls: Calls, links: Links, mail: Mail) -> None:
        def fetch(part: Part) -> bytes:
            return mail.fetch(part, 0).data

        self._calls = calls
        self._http = links.http
        letters = Letters(calls, links.files, fetch)
        self._drafts = Drafts(calls, Uploads(calls, links.http), letters)
        self._sending = Sending(calls, self._drafts, links.clock, self._mark_read)

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        match action.name:
            case name if name in _SENDS:
                return self._sending.perform(action, steps)
            case "draft":
                at = self._drafts.write(action, steps)
                return None if at is None else _receipt(at.facts(action))
            case "delete":
                return _receipt({"draft": self._drafts.delete(action)})
            case "unsubscribe":
                if action.target.url:
                    return leave(self._http, action, steps)
                return self._sending.perform(action, steps)
        self._relabel(action, convert.relabel(action, self._named_labels(action, create=True)))
        return _receipt({"thread": action.target.key})

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        match action.name:
            case name if name in _SENDS:
                return self._sending.find(action, steps)
            case "draft":
                at = self._drafts.find(action, steps)
                return _receipt(at.facts(action)) if at.draft else None
            case "delete":
                draft = self._drafts.meant(action)
                gone = not draft or not self._drafts.is_there(draft)
                return _receipt({"draft": draft}) if gone else None
            case "unsubscribe":
                if not action.target.url:
                    return self._sending.find(action, steps)
                return find_left(action, steps)
        return self._find_relabelled(action)

    def _find_relabelled(self, action: Action) -> Receipt | None:
        named = self._named_labels(action, create=False)
        if len(named) < len(action.arguments.to):
            return None
        change = convert.relabel(action, named)
        ids = _ids(action, change)
        messages = self._messages(action.target.key)
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

    def _mark_read(self, action: Action) -> None:
        if action.target.key:
            self._relabel(action, convert.Relabel(remove=frozenset({"UNREAD"})))

    def _messages(self, thread: str) -> Sequence[wire.Message]:
        """Return a thread's messages without their content, none where it is gone."""
        reply = self._calls.call(
            "GET",
            f"{GMAIL}/threads/{quote(thread)}",
            params={"format": "minimal"},
            allow=(HTTPStatus.NOT_FOUND,),
        )
        if reply.status_code == HTTPStatus.NOT_FOUND:
            return ()
        found = wire.decode(reply.content, wire.Thread)
        return [wire.decode_one(raw, wire.Message) for raw in found.messages]


def _ids(action: Action, change: convert.Relabel) -> list[str]:
    seen = list(action.target.entries)
    if change.newest_only:
        return [action.target.entry] if action.target.entry else seen[-1:]
    return seen


def _label(wanted: str, labels: Sequence[wire.Label]) -> str:
    by_name = {label.name.casefold(): label.id for label in labels}
    known = {label.id for label in labels}
    return wanted if wanted in known else by_name.get(wanted.casefold(), "")


def _receipt(facts: dict[str, str]) -> Receipt:
    return Receipt(facts=facts, streams=(STREAM.key,))
