"""Teams chats of one account: asked for when the person looks, once a day by themselves."""

from __future__ import annotations

from datetime import UTC, timedelta
from hashlib import blake2b
from urllib.parse import quote

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Chunk, Cursor, Page, Part, Skipped, Stream
from loopdesk.core.errors import BadPayload, Rejected
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.core.seams import Steps
from loopdesk.providers.api import Links
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.microsoft import convert_chats as convert
from loopdesk.providers.microsoft import wire
from loopdesk.providers.microsoft import wire_chats as teams
from loopdesk.providers.microsoft.calls import CHATS, Calls
from loopdesk.providers.microsoft.chats_actions import ChatActions
from loopdesk.providers.payload import decode, decode_one

# Microsoft's terms: no polling more than once a day but when somebody asked for it.
# Source: learn.microsoft.com/graph/api/resources/teams-api-overview (2026-11)
_DAY_S = 86_400.0
_FRESH_S = 60.0
STREAM = Stream(
    "chats",
    poll_s=_DAY_S,
    idle_poll_s=_DAY_S,
    feature="chats",
    rank=4,
    budget=CHATS,
    look_s=_FRESH_S,
    focus_s=_FRESH_S,
)
_KNOWN_KINDS = "include-unknown-enum-members"
_LIST = (
    "/me/chats?$expand=members,lastMessagePreview&$top=50"
    "&$orderby=lastMessagePreview/createdDateTime%20desc"
)
_MESSAGES = 50
# Pages of what was said in one chat since it was asked last: that may be a day ago.
_PAGES = 4
# What changes while we ask is asked for twice rather than never.
_OVERLAP = timedelta(minutes=2)


class _Progress(msgspec.Struct, omit_defaults=True):
    """What the cursor says.

    Args:
        known: of each chat how it was, as a short digest, and since when to ask for its messages.
        link: the next page of the list of chats.
        named: those that this list has named already.
    """

    known: dict[str, tuple[str, str]] = {}
    link: str = ""
    named: list[str] = []


class Chats:
    def __init__(self, calls: Calls, links: Links) -> None:
        self._calls = calls
        self._clock = links.clock
        oid, _, tid = links.account.subject.partition(".")
        self._owner = convert.Owner(oid, tid)
        self._name = links.account.name
        self._address = links.account.address
        self._actions = ChatActions(calls, links.clock, self._owner)

    def streams(self) -> tuple[Stream, ...]:
        return (STREAM,)

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        """Return one page of the list of chats, with what is new in each of them."""
        at = _Progress() if cursor is None else load(cursor, _Progress)
        asked_at = self._clock.now()
        told = self._calls.get(at.link or _LIST, wire.Values)
        chats: list[teams.Chat] = []
        skipped: list[Skipped] = []
        for number, raw in enumerate(told.value):
            try:
                chats.append(decode_one(raw, teams.Chat))
            except BadPayload as error:
                skipped.append(Skipped(f"chats[{number}]", error.where))
        changed = [each for each in chats if at.known.get(each.id, ("", ""))[0] != _digest(each)]
        items: list[Item] = []
        entries: list[Entry] = []
        gone_entries: set[tuple[ServiceKey, ServiceKey]] = set()
        for chat, messages in zip(changed, self._messages(changed, at), strict=True):
            its_item, its_entries, lost = self._read(chat, messages, skipped)
            items += its_item
            entries += its_entries
            gone_entries |= lost
        since = (asked_at - _OVERLAP).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        at.known |= {each.id: (_digest(each), since) for each in changed}
        at.named += [each.id for each in chats]
        at.link = told.next_link
        gone: set[str] = set()
        if not at.link:
            gone = at.known.keys() - {*at.named}
            at.known = {key: how for key, how in at.known.items() if key not in gone}
            at.named = []
        return Page(
            items=tuple(items),
            entries=tuple(entries),
            gone=frozenset(map(ServiceKey, gone)),
            gone_entries=frozenset(gone_entries),
            me=(Handle(self._name, self._address, self._owner.oid),),
            places=tuple(self._places(changed)),
            cursor=dump(at),
            more=bool(at.link),
            skipped=tuple(skipped),
        )

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.perform(action, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        return self._actions.find(action, steps)

    def fetch(self, part: Part, offset: int) -> Chunk:
        # Files lie in somebody's drive: a link leads there.
        raise Rejected("gone")

    def search(self, query: str, cursor: Cursor | None) -> Page:
        return Page()

    def _places(self, chats: list[teams.Chat]) -> list[Place]:
        return [convert.place(each, self._owner) for each in chats]

    def _messages(self, chats: list[teams.Chat], at: _Progress) -> list[list[msgspec.Raw]]:
        """Return of each chat its messages since it was asked last, else its newest."""
        since = [
            # Where somebody only joined or left, what was said before is read again.
            at.known.get(each.id, ("", ""))[1] if convert.shows_message(each) else ""
            for each in chats
        ]
        paths = [_path(each.id, known) for each, known in zip(chats, since, strict=True)]
        answers = self._calls.read_all(paths, prefer=(_KNOWN_KINDS,))
        return [
            self._said(answer.body, _PAGES if known else 1) if answer.ok else []
            for answer, known in zip(answers, since, strict=True)
        ]

    def _said(self, first: bytes, pages: int) -> list[msgspec.Raw]:
        """Return the messages of a first page, and of those that follow."""
        page = decode(first, wire.Values)
        said = page.value
        for _ in range(pages - 1):
            if not page.next_link:
                break
            page = self._calls.get(page.next_link, wire.Values, prefer=(_KNOWN_KINDS,))
            said += page.value
        return said

    def _read(
        self, chat: teams.Chat, messages: list[msgspec.Raw], skipped: list[Skipped]
    ) -> tuple[list[Item], list[Entry], set[tuple[ServiceKey, ServiceKey]]]:
        people = convert.people(chat)
        found: list[Entry] = []
        lost: set[tuple[ServiceKey, ServiceKey]] = set()
        for number, raw in enumerate(messages):
            try:
                message = decode_one(raw, teams.ChatMessage)
                entry = convert.entry(message, chat.id, people, self._owner)
            except BadPayload as error:
                where = f"chats/{chat.id}/messages[{number}]"
                skipped.append(Skipped(where, error.where))
                continue
            if entry is not None:
                found.append(entry)
            elif message.deletedDateTime:
                lost.add((ServiceKey(chat.id), ServiceKey(message.id)))
        found.sort(key=lambda each: each.at)
        item = convert.item(chat, found, self._owner)
        return [item] if item is not None else [], found, lost


def _path(chat: str, since: str = "") -> str:
    """Return where the newest messages of a chat are, newest first."""
    asked = f"$top={_MESSAGES}&$orderby=lastModifiedDateTime%20desc"
    if since:
        asked += f"&$filter=lastModifiedDateTime%20gt%20{since}"
    return f"/chats/{quote(chat)}/messages?{asked}"


def _digest(chat: teams.Chat) -> str:
    """Return what differs once something happened in a chat."""
    newest = chat.lastMessagePreview or teams.Preview()
    told = (
        chat.topic,
        chat.lastUpdatedDateTime,
        chat.viewpoint and chat.viewpoint.lastMessageReadDateTime,
        newest.id,
        newest.createdDateTime,
        newest.isDeleted,
    )
    return blake2b(repr(told).encode(), digest_size=6).hexdigest()
