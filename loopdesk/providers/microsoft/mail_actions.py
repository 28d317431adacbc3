"""What a person does to mail at Outlook, each thing once in effect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Part
from loopdesk.core.errors import Rejected
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.leaving import find_left, leave
from loopdesk.providers.microsoft.calls import Calls, Inner
from loopdesk.providers.microsoft.convert_mail import WELL_KNOWN
from loopdesk.providers.microsoft.filing import FIELDS, Change, Seen, State, left_to_do
from loopdesk.providers.microsoft.mail import Mail
from loopdesk.providers.microsoft.mail_around import FOLDERS, PULLED
from loopdesk.providers.microsoft.mail_attach import Attaching
from loopdesk.providers.microsoft.mail_drafts import Drafts, Progress
from loopdesk.providers.microsoft.mail_letter import Enclosures
from loopdesk.providers.microsoft.mail_sending import ANSWERS, Sending
from loopdesk.providers.payload import decode

_SENDS = ANSWERS | {"compose"}
_NAMES = {place: name for name, place in WELL_KNOWN.items()}
_STREAMS = {WELL_KNOWN[stream.key.removeprefix("mail:")]: stream.key for stream in PULLED}
_INBOX = PULLED[0].key


class MailActions:
    """Filing changes what is not yet as it should be; what is written goes by way of a draft."""

    def __init__(self, calls: Calls, links: Links, mail: Mail) -> None:
        def fetch(part: Part) -> bytes:
            return mail.fetch(part, 0).data

        self._calls = calls
        self._http = links.http
        self._mail = mail
        self._around = mail.around
        attaching = Attaching(calls, links.http)
        enclosures = Enclosures(links.files, fetch)
        self._drafts = Drafts(calls, attaching, enclosures, mail.around)
        self._sending = Sending(calls, self._drafts, mail.around, links.clock, self._mark_read)

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        match action.name:
            case name if name in _SENDS:
                return self._sending.perform(action, steps)
            case "draft":
                at = self._drafts.write(action, steps)
                return None if at is None else self._kept(action, at)
            case "delete":
                return _deleted(self._drafts.delete(action))
            case "unsubscribe":
                if action.target.url:
                    return leave(self._http, action, steps)
                return self._sending.perform(action, steps)
        return self._file(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        match action.name:
            case name if name in _SENDS:
                return self._sending.find(action, steps)
            case "draft":
                at = self._drafts.find(action, steps)
                whole = at.draft and self._drafts.is_whole(action, at)
                return self._kept(action, at) if whole else None
            case "delete":
                self._around.learn()
                draft = self._drafts.meant(action)
                return _deleted(draft) if self._drafts.is_thrown_away(draft) else None
            case "unsubscribe":
                if action.target.url:
                    return find_left(action, steps)
                return self._sending.find(action, steps)
        self._around.learn()
        messages = self._messages(action)
        if not messages or left_to_do(action, messages, self._named(action)):
            return None
        known = steps.load()
        streams = known.decode().split() if known else _streams(each.place for each in messages)
        return self._filed(action, messages, streams)

    def _kept(self, action: Action, at: Progress) -> Receipt:
        return Receipt(self._drafts.kept(action, at), ("mail:drafts",))

    def _file(self, action: Action, steps: Steps) -> Receipt:
        self._around.learn()
        messages = self._messages(action)
        if not messages:
            raise Rejected("gone")
        named = self._named(action)
        if made := self._make_folder(action, named):
            named = self._named(action)
        changes = left_to_do(action, messages, named)
        places = [*(each.place for each in messages), *(each.into for each in changes)]
        streams = [*_streams(places), *([FOLDERS.key] if made else [])]
        # Once they have moved, nobody knows where from.
        steps.save(" ".join(streams).encode())
        self._change(changes)
        return self._filed(action, messages, streams)

    def _filed(self, action: Action, messages: Sequence[Seen], streams: Sequence[str]) -> Receipt:
        if any(each.place not in _STREAMS for each in messages):
            self._mail.read_next(action.target.key)  # no folder that is read tells of it
        return Receipt({"thread": action.target.key}, tuple(streams))

    def _mark_read(self, action: Action) -> None:
        if action.target.entry:
            path = f"/me/messages/{quote(action.target.entry)}"
            self._calls.call("PATCH", path, json={"isRead": True}, allow=(HTTPStatus.NOT_FOUND,))

    def _messages(self, action: Action) -> list[Seen]:
        """Return the messages that the person saw and that are still there."""
        keys = list(action.target.entries) or [action.target.entry]
        paths = [f"/me/messages/{quote(key)}?$select={FIELDS}" for key in keys if key]
        known = self._around.known
        found: list[Seen] = []
        for answer in self._calls.every([("GET", path, None) for path in paths]):
            if not answer.ok:
                continue
            state = decode(answer.body, State)
            folder = state.parentFolderId or ""
            author = state.author.handle.address if state.author else ""
            place = known.places.get(folder, folder)
            found.append(Seen(state, place, bool(state.isDraft) or author in known.me))
        return found

    def _change(self, changes: Sequence[Change]) -> None:
        marks = [
            ("PATCH", f"/me/messages/{quote(each.id)}", each.fields)
            for each in changes
            if each.fields
        ]
        moves = [
            (
                "POST",
                f"/me/messages/{quote(each.id)}/move",
                {"destinationId": _NAMES.get(each.into, each.into)},
            )
            for each in changes
            if each.into
        ]
        marked, moved = list(self._answered(marks)), list(self._answered(moves))
        for method, path, answer in (*marked, *moved):
            if answer.status >= HTTPStatus.BAD_REQUEST and not answer.gone:
                raise self._calls.refused(method, path, answer)
        if moved and all(answer.gone for _, _, answer in moved):
            raise Rejected("gone")  # the folder, if not every message since they were read

    def _answered(
        self, requests: Sequence[tuple[str, str, Any]]
    ) -> Iterator[tuple[str, str, Inner]]:
        for (method, path, _), answer in zip(requests, self._calls.every(requests), strict=True):
            yield method, path, answer

    def _named(self, action: Action) -> list[str]:
        """Return the keys of the places that an action names, by key or by name."""
        if action.name in ("label", "unlabel"):
            return list(action.arguments.to)
        keys = self._folder_keys()
        by_name = {(each.displayName or "").casefold(): each.id for each in self._around.folders}
        spelt = self._around.known.places
        found = [
            each if each in keys else by_name.get(each.casefold(), each)
            for each in action.arguments.to
        ]
        return [spelt.get(each, each) for each in found]

    def _folder_keys(self) -> set[str]:
        return {each.id for each in self._around.folders} | {*_NAMES}

    def _make_folder(self, action: Action, named: Sequence[str]) -> bool:
        """Make the folder that a mail is to go to, where there is none of this name yet.

        Returns: whether the folders are others now.
        """
        if action.name != "move" or action.undoes or self._folder_keys().intersection(named):
            return False
        for name in named:
            # In conflict: it came since the folders were listed.
            self._calls.call(
                "POST", "/me/mailFolders", json={"displayName": name}, allow=(HTTPStatus.CONFLICT,)
            )
        self._around.renew()
        return True


def _streams(places: Iterable[str]) -> list[str]:
    """Return the streams that show what happens in these places."""
    return sorted({_STREAMS[each] for each in places if each in _STREAMS}) or [_INBOX]


def _deleted(draft: str) -> Receipt:
    return Receipt({"draft": draft}, ("mail:drafts",))
