"""Outlook mail of one account: conversations kept current by what each folder tells of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from http import HTTPStatus
from urllib.parse import quote

import msgspec

from loopdesk.core.changes import Account, Chunk, Cursor, Page, Part, Skipped, Stream
from loopdesk.core.errors import ServiceDown
from loopdesk.core.items import ServiceKey
from loopdesk.core.seams import Clock
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.microsoft import wire
from loopdesk.providers.microsoft import wire_mail as mail
from loopdesk.providers.microsoft.calls import MOST_AT_ONCE, Calls
from loopdesk.providers.microsoft.mail_around import FOLDERS, PULLED, MailAround
from loopdesk.providers.microsoft.mail_read import Found, Reader
from loopdesk.providers.microsoft.query import outlook_query
from loopdesk.providers.pace import Pace
from loopdesk.providers.payload import decode, decode_one

_INBOX = PULLED[0]
_CHANGES = "id,conversationId,parentFolderId,isRead,isDraft,flag,categories"
_LISTED = 50
_BY_SIZE = f"odata.maxpagesize={_LISTED}"
# How far back the first listing goes: all of the inbox and of the drafts.
_DAYS = {"mail:inbox": 0, "mail:drafts": 0, "mail:sentitems": 180}
_USUAL_DAYS = 90
_REMEMBERED = 4_000
# A conversation that fails while everything else is answered is passed over after so long.
_GIVES_UP_S = 60.0
# The newest of the inbox come first; what teaches who matters then comes before the older ones.
_LATER_RANK = 5


class _Progress(msgspec.Struct, omit_defaults=True):
    """What the cursor says: how far a folder's listing or what changed in it is read.

    Args:
        link: where it goes on, as Microsoft gave it.
        paging: that is another page, not a later look.
        listing: a full listing is going on; its last page sweeps.
        pages: how many of its pages were asked for.
        seen: conversations that this listing has named already, as short digests.
        pending: conversations to read yet.
        left: messages that left the folder: whereto is to be asked.
        failing: since when a conversation fails, in seconds since 1970.
    """

    link: str = ""
    paging: bool = True
    listing: bool = False
    pages: int = 0
    seen: list[str] = []
    pending: list[str] = []
    left: list[str] = []
    failing: dict[str, float] = {}

    @property
    def more(self) -> bool:
        return bool(self.pending or self.left or self.paging)


class Mail:
    """Pulls, searches and fetches. What it keeps in memory can be asked for again."""

    def __init__(self, calls: Calls, pace: Pace, clock: Clock, account: Account) -> None:
        self._calls = calls
        self._pace = pace
        self._clock = clock
        self._around = MailAround(calls, clock, account)
        self._reader = Reader(calls, pace, self._around)
        self._next: dict[str, None] = {}

    @property
    def around(self) -> MailAround:
        return self._around

    def read_next(self, conversation: str) -> None:
        """Have a conversation read by the next pull, whatever the folders tell."""
        self._next[conversation] = None

    def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        """Return the next step of one folder: some conversations, or word of which ones to read.

        Raises:
            CursorExpired: Microsoft has forgotten what we know of it.
        """
        if stream.key == FOLDERS.key:
            return self._pull_folders(cursor)
        around = self._around.look()
        at = _Progress(listing=True) if cursor is None else load(cursor, _Progress)
        was_listing = at.listing
        if at.left:
            found = self._look_after(at)
        elif at.pending:
            found = self._read(at)
        else:
            found = self._changes(stream, at)
        page = _page(at, found, was_listing=was_listing)
        if stream.key == _INBOX.key and was_listing:
            newest_read = at.pages > 1 or not at.pending
            rank = _LATER_RANK if page.more and newest_read else _INBOX.rank
            around = replace(around, streams=self._around.streams(replace(_INBOX, rank=rank)))
        return replace(
            page,
            me=around.me,
            identities=around.identities,
            places=around.places,
            place_kinds=around.place_kinds,
            streams=around.streams,
        )

    def _pull_folders(self, cursor: Cursor | None) -> Page:
        if cursor is not None:
            self._pace.take(1)
            told = self._calls.get(cursor, wire.Values)
            if (page := self._around.follow(told)) is not None:
                streams = self._around.streams() if page.places else None
                return replace(page, streams=streams, cursor=Cursor(self._around.link))
        around = self._around.look(fresh=True)
        return replace(around, streams=self._around.streams(), cursor=Cursor(self._around.link))

    def _changes(self, stream: Stream, at: _Progress) -> Found:
        self._pace.take(1)
        if at.link:
            page = self._calls.get(at.link, wire.Values, prefer=(_BY_SIZE,))
        else:
            page = self._calls.get(
                f"/me/mailFolders/{quote(stream.key.removeprefix('mail:'))}/messages/delta",
                wire.Values,
                self._window(stream),
                prefer=(_BY_SIZE,),
            )
        found = Found()
        seen = set(at.seen)
        pending: dict[str, None] = {}
        left: dict[str, None] = {}
        for raw in page.value:
            told = decode_one(raw, mail.Ref)
            if told.removed is not None:
                left[told.id] = None
            elif told.conversationId and not (
                at.listing and (short := _short(told.conversationId)) in seen
            ):
                pending[told.conversationId] = None
                if at.listing:
                    seen.add(short)
                    at.seen.append(short)
        pending |= self._next
        self._next.clear()
        at.pages += at.listing
        at.pending, at.left = list(pending), [] if at.listing else list(left)
        at.seen = at.seen[-_REMEMBERED:]
        at.link, at.paging = page.next_link or page.delta_link, bool(page.next_link)
        return found

    def _window(self, stream: Stream) -> dict[str, str]:
        asked = {"$select": _CHANGES, "$orderby": "receivedDateTime desc"}
        if days := _DAYS.get(stream.key, _USUAL_DAYS):
            since = self._clock.now() - timedelta(days=days)
            asked["$filter"] = f"receivedDateTime ge {since:%Y-%m-%dT%H:%M:%SZ}"
        return asked

    def _look_after(self, at: _Progress) -> Found:
        """Ask where messages are that left the folder: moved, or gone.

        A move is told as no more than a loss by the folder that was left.
        """
        wanted = at.left[:MOST_AT_ONCE]
        self._pace.take(len(wanted))
        answers = self._calls.batch(
            [
                f"/me/messages/{quote(each)}?$select=id,conversationId,parentFolderId,isDraft"
                for each in wanted
            ]
        )
        if all(answer.too_fast for answer in answers):
            raise self._calls.budget_spent("/me/messages", answers)
        if all(answer.broken for answer in answers):
            raise ServiceDown(answers[0].status)
        found = Found()
        again: list[str] = []
        for key, answer in zip(wanted, answers, strict=True):
            known = self._reader.conversation_of(key)
            if answer.ok:
                known = decode(answer.body, mail.Ref).conversationId or known
            if answer.gone:
                found.gone_entries.add((ServiceKey(known), ServiceKey(key)))
            if answer.ok or answer.gone:
                if known and known not in at.pending:
                    at.pending.append(known)
            elif answer.too_fast or answer.broken:
                again.append(key)
            else:
                found.skipped.append(Skipped(f"messages/{key}", str(answer.status)))
        at.left = at.left[len(wanted) :] + again
        return found

    def _read(self, at: _Progress) -> Found:
        wanted = at.pending[:MOST_AT_ONCE]
        found = self._reader.read(wanted)
        now = self._clock.now().timestamp()
        for key in found.broken:
            if now - at.failing.setdefault(key, now) < _GIVES_UP_S:
                found.again.append(key)
            else:
                found.skipped.append(Skipped(f"conversations/{key}", "broken"))
        if found.again == wanted and found.broken:
            raise ServiceDown(HTTPStatus.SERVICE_UNAVAILABLE)  # not at once again
        at.pending = at.pending[len(wanted) :] + found.again
        at.failing = {key: since for key, since in at.failing.items() if key in at.pending}
        return found

    # --- what is asked for ------------------------------------------------------------------------

    def fetch(self, part: Part, offset: int) -> Chunk:
        """Return an attachment, or without `part.part` the mail's text in UTF-8, from `offset`."""
        entry = quote(part.entry)
        if part.part:
            path = f"/me/messages/{entry}/attachments/{quote(part.part)}/$value"
            data = self._calls.call("GET", path).content
        else:
            asked = {"$select": "body"}
            prefer = ('outlook.body-content-type="text"',)
            told = self._calls.get(f"/me/messages/{entry}", mail.Draft, asked, prefer)
            data = ((told.body or mail.Body()).content or "").encode("utf-8", "replace")
        return Chunk(data[offset:], len(data), last=True)

    def search(self, query: str, cursor: Cursor | None) -> Page:
        self._around.learn()
        asked = outlook_query(query)
        if asked is None:
            return Page()
        self._pace.take(1)
        if cursor:
            told = self._calls.get(cursor, wire.Values)
        else:
            params = {"$select": "id,conversationId", "$top": str(MOST_AT_ONCE)}
            told = self._calls.get("/me/messages", wire.Values, params | asked)
        refs = [decode_one(raw, mail.Ref).conversationId for raw in told.value]
        wanted = list(dict.fromkeys(filter(None, refs)))
        found = self._reader.read(wanted) if wanted else Found()
        following = Cursor(told.next_link) if told.next_link else None
        return Page(
            items=tuple(found.items),
            entries=tuple(found.entries),
            skipped=tuple(found.skipped),
            cursor=following,
            more=following is not None,
        )


def _page(at: _Progress, found: Found, *, was_listing: bool) -> Page:
    """Return a page whose cursor says what is left to do."""
    more = at.more
    if not more:
        at.listing, at.seen, at.pages = False, [], 0
    return Page(
        items=tuple(found.items),
        entries=tuple(found.entries),
        gone=frozenset(found.gone),
        gone_entries=frozenset(found.gone_entries),
        skipped=tuple(found.skipped),
        cursor=dump(at),
        more=more,
        listing=was_listing,
    )


def _short(key: str) -> str:
    return blake2b(key.encode(), digest_size=6).hexdigest()
