"""Gmail of one account: threads kept current by the mailbox's history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import quote, urlencode

import msgspec

from loopdesk.content.invitation import meeting_uid, read_invitation
from loopdesk.content.mail import KEPT_HEADERS
from loopdesk.core.changes import Account, Chunk, Cursor, Page, Part, Skipped, Stream
from loopdesk.core.errors import (
    AnswerLost,
    BadPayload,
    CursorExpired,
    RateLimited,
    Rejected,
    ServiceDown,
)
from loopdesk.core.items import ASKS_HEADER, MEETING_HEADER, Entry, Item, ServiceKey
from loopdesk.core.people import Handle
from loopdesk.core.seams import Clock
from loopdesk.providers import mail_thread
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.google import convert_mail as convert
from loopdesk.providers.google import wire
from loopdesk.providers.google.calls import GMAIL, Calls
from loopdesk.providers.google.mail_around import Around
from loopdesk.providers.google.pace import HISTORY_UNITS, LIST_UNITS, THREAD_UNITS
from loopdesk.providers.google.query import gmail_query
from loopdesk.providers.pace import Pace

STREAM = Stream("mail", poll_s=30, idle_poll_s=180, feature="mail", rank=2)

_AT_ONCE = 20
"""Threads a page: one batch. Above 25 requests in a batch Gmail answers some with 429."""
_LISTED = 50
# Of the first only one page is read. Then the person's own drafts. What was sent teaches who
# matters, so it comes before the rest of the inbox. The last leaves out what the others have; a
# thread that is in two of them is remembered or costs twice.
_LISTINGS = (
    ("INBOX", ""),
    ("DRAFT", ""),
    ("SENT", "newer_than:180d"),
    ("INBOX", ""),
    ("", "newer_than:90d -in:inbox -in:sent -in:drafts"),
)
_REMEMBERED = 2_000
_NEWS_EVERY_S = 60.0
# A thread that fails while Gmail answers everything else is passed over after so long.
_GIVES_UP_S = 60.0
# So few that fail together may be at fault themselves; more of them are the service's trouble.
_ALONE = 3

_FULL = "format=full"
_HEADERS_ONLY = urlencode(
    {
        "format": "metadata",
        "metadataHeaders": ["From", "To", "Cc", "Bcc", "Date", "Subject", *sorted(KEPT_HEADERS)],
    },
    doseq=True,
)
# Mail that arrives there is none of the person's business.
_NOT_OURS = frozenset({"SPAM", "TRASH", "CHAT"})


class _Progress(msgspec.Struct, omit_defaults=True):
    """What the cursor says: how far the first listing and the history are read.

    Args:
        history: the id up to which the mailbox's history is known.
        history_page: where reading the history since then goes on.
        listing: which of `_LISTINGS` is read, None when all are.
        page: where that one goes on.
        open: a full listing is going on; its last page sweeps.
        seen: threads that this listing has named already, the first ones.
        pending: threads to read yet; true: with their bodies.
        failing: since when one of them fails, in seconds since 1970.
        looked_at: when the history was last read, in seconds since 1970.
    """

    history: str
    looked_at: float
    history_page: str = ""
    listing: int | None = None
    page: str = ""
    open: bool = False
    seen: list[str] = []
    pending: dict[str, bool] = {}
    failing: dict[str, float] = {}

    def page_with(
        self,
        items: Iterable[Item] = (),
        entries: Iterable[Entry] = (),
        gone: Iterable[ServiceKey] = (),
        gone_entries: Iterable[tuple[ServiceKey, ServiceKey]] = (),
        skipped: Iterable[Skipped] = (),
    ) -> Page:
        """Return a page whose cursor says what is left to do."""
        more = bool(self.pending or self.history_page or self.listing is not None)
        listing, self.open = self.open, self.open and more
        return Page(
            items=tuple(items),
            entries=tuple(entries),
            gone=frozenset(gone),
            gone_entries=frozenset(gone_entries),
            skipped=tuple(skipped),
            cursor=dump(self),
            more=more,
            listing=listing,
        )


class Mail:
    """Pulls, searches and fetches. What it keeps in memory can be asked for again."""

    def __init__(self, calls: Calls, pace: Pace, clock: Clock, account: Account) -> None:
        self._calls = calls
        self._pace = pace
        self._clock = clock
        self._account = account
        self._around = Around(calls, clock, account)

    # --- pulling ----------------------------------------------------------------------------------

    def pull(self, cursor: Cursor | None) -> Page:
        """Return the next step: some threads, or word of which ones to read.

        One step is one of three, so that a page is small and a lane can do something else between:
        read threads that are known to have changed, list, or ask the history. The history is asked
        during a long listing too, so that new mail does not wait for its end.

        Raises:
            CursorExpired: the history does not go back that far; it is kept for a week or less.
        """
        around = self._around.look()
        at = self._begin() if cursor is None else load(cursor, _Progress)
        news_due = self._clock.now().timestamp() - at.looked_at >= _NEWS_EVERY_S
        if at.pending:
            page = self._read(at)
        elif at.listing is not None and not at.history_page and not news_due:
            page = self._list(at, at.listing)
        else:
            page = self._changes(at)
        for item in page.items:
            self._around.has_met(item.places)
        return replace(
            page,
            me=around.me,
            identities=around.identities,
            places=around.places,
            place_kinds=around.place_kinds,
        )

    def _begin(self) -> _Progress:
        # Before the first listing: what changes meanwhile is in the history from here on.
        profile = self._calls.get(f"{GMAIL}/profile", wire.Profile)
        now = self._clock.now().timestamp()
        return _Progress(profile.historyId, now, listing=0, open=True)

    def _list(self, at: _Progress, number: int) -> Page:
        self._pace.take(LIST_UNITS)
        label, query = _LISTINGS[number]
        asked = {"maxResults": str(_LISTED)}
        asked |= {"labelIds": label} if label else {}
        asked |= {"q": query} if query else {}
        asked |= {"pageToken": at.page} if at.page else {}
        try:
            found = self._calls.get(f"{GMAIL}/threads", wire.ThreadList, asked)
        except Rejected as error:
            if at.page:  # a token of yesterday
                raise CursorExpired from error
            raise
        seen = set(at.seen)
        fresh = [each.id for each in found.threads if each.id not in seen]
        at.pending = dict.fromkeys(fresh, True)
        at.seen = (at.seen + fresh)[:_REMEMBERED]
        at.page = found.nextPageToken
        if not at.page or number == 0:
            at.page = ""
            at.listing = number + 1 if number + 1 < len(_LISTINGS) else None
            at.seen = at.seen if at.listing is not None else []
        return at.page_with()

    def _changes(self, at: _Progress) -> Page:
        self._pace.take(HISTORY_UNITS)
        asked = {"startHistoryId": at.history, "maxResults": "100"}
        asked |= {"pageToken": at.history_page} if at.history_page else {}
        reply = self._calls.call(
            "GET",
            f"{GMAIL}/history",
            params=asked,
            allow=(HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST),
        )
        if reply.status_code != HTTPStatus.OK:
            raise CursorExpired
        found = wire.decode(reply.content, wire.HistoryList)
        lost: list[tuple[ServiceKey, ServiceKey]] = []
        for record in found.history:
            for thread, whole in _touched(record):
                at.pending[thread] = whole or at.pending.get(thread, False)
            lost += [
                (ServiceKey(each.message.threadId), ServiceKey(each.message.id))
                for each in record.messagesDeleted
            ]
        at.history_page = found.nextPageToken
        if not at.history_page:
            # The mailbox's own id: that of a message expires sooner.
            at.history = found.historyId
            at.looked_at = self._clock.now().timestamp()
        return at.page_with(gone_entries=lost)

    def _read(self, at: _Progress) -> Page:
        wanted = list(at.pending)[:_AT_ONCE]
        self._pace.take(THREAD_UNITS * len(wanted))
        answers = self._calls.batch(
            "GET",
            [
                f"/threads/{quote(each)}?{_FULL if at.pending[each] else _HEADERS_ONLY}"
                for each in wanted
            ],
        )
        if any(answer.too_fast for answer in answers):
            self._pace.rest()
        if all(answer.too_fast for answer in answers):
            raise RateLimited
        now = self._clock.now().timestamp()
        if len(wanted) > _ALONE and all(answer.broken for answer in answers):
            raise ServiceDown(answers[0].status)
        known_to_fail = at.failing.keys() >= {*wanted}
        items: list[Item] = []
        entries: list[Entry] = []
        gone: list[ServiceKey] = []
        skipped: list[Skipped] = []
        for key, answer in zip(wanted, answers, strict=True):
            whole = at.pending.pop(key)
            where = f"threads/{key}"
            broken = answer.broken
            if answer.status == HTTPStatus.OK:
                try:
                    item, its_entries, its_skipped = self._thread(answer.body, where, full=whole)
                    items += item
                    entries += its_entries
                    skipped += its_skipped
                    continue
                except AnswerLost:
                    broken = True
            if answer.status == HTTPStatus.NOT_FOUND:
                gone.append(ServiceKey(key))
            elif answer.too_fast or (
                broken and now - at.failing.setdefault(key, now) < _GIVES_UP_S
            ):
                at.pending[key] = whole
            else:
                skipped.append(Skipped(where, str(answer.status)))
        if known_to_fail and not (items or gone or skipped):
            raise ServiceDown(answers[0].status)  # not at once again
        at.failing = {key: since for key, since in at.failing.items() if key in at.pending}
        return at.page_with(items, entries, gone, skipped=skipped)

    def _thread(
        self, body: bytes, where: str, *, full: bool
    ) -> tuple[list[Item], list[Entry], list[Skipped]]:
        """Return the thread with those of its mails that can be read.

        Raises:
            AnswerLost: the answer is not whole.
        """
        mails: list[mail_thread.Mail] = []
        skipped: list[Skipped] = []
        try:
            thread = wire.decode(body, wire.Thread)
        except BadPayload as error:
            return [], [], [Skipped(where, error.where)]
        for number, raw in enumerate(thread.messages):
            try:
                message = wire.decode_one(raw, wire.Message)
                if full:
                    self._fill_in(message)
                mails.append(self._mail(message, full=full))
            except BadPayload as error:
                skipped.append(Skipped(f"{where}/messages[{number}]", error.where))
        if not mails:
            return [], [], skipped or [Skipped(where, "no messages")]
        mails.sort(key=lambda mail: mail.entry.at)
        item = convert.item(thread, mails, self._around.me, self._account.address)
        return [item], [mail.entry for mail in mails], skipped

    def _mail(self, message: wire.Message, *, full: bool) -> mail_thread.Mail:
        mail = convert.mail(message, self._around.me, full=full)
        entry = replace(mail.entry, draft_key=self._around.draft_key(message))
        if full:
            entry = replace(entry, headers=(*entry.headers, *self._about(message, entry.author)))
        return replace(mail, entry=entry)

    def _about(self, message: wire.Message, author: Handle) -> Iterator[tuple[str, str]]:
        """Yield which meeting a mail is about, and whether its author asks to it."""
        part = convert.calendar(message.payload)
        if part is None:
            return
        body = part.body
        if body.attachmentId:
            try:
                body = self._attachment(message.id, body.attachmentId)
            except Rejected:  # gone since
                return
        calendar = convert.part_bytes(body.data)
        if uid := meeting_uid(calendar):
            yield MEETING_HEADER, uid
            asked = read_invitation(calendar)
            organizer = None if asked is None or asked.method != "REQUEST" else asked.organizer
            if organizer is not None and organizer.address == author.address:
                yield ASKS_HEADER, "1"

    def _fill_in(self, message: wire.Message) -> None:
        """Bring the texts that are so large that Gmail sent only their ids."""
        for part in convert.left_out(message.payload):
            # Gone since: the mail is shown without it until its history says more.
            with suppress(Rejected):
                part.body = self._attachment(message.id, part.body.attachmentId)

    # --- what is asked for ------------------------------------------------------------------------

    def fetch(self, part: Part, offset: int) -> Chunk:
        """Return an attachment, or without `part.part` the mail's text in UTF-8, from `offset`.

        The whole comes in one answer. Ids of attachments hold for one answer only, so the mail is
        asked for first, and once more where they did not hold as long as that.
        """
        if not part.part:
            message = self._message(part.entry)
            self._fill_in(message)
            text = convert.mail(message, self._around.me, full=True).entry.text or ""
            data = text.encode("utf-8", "replace")
        else:
            try:
                data = self._part(self._message(part.entry), part.part)
            except Rejected:
                data = self._part(self._message(part.entry), part.part)
        return Chunk(data[offset:], len(data), last=True)

    def _message(self, key: str) -> wire.Message:
        return self._calls.get(f"{GMAIL}/messages/{quote(key)}?{_FULL}", wire.Message)

    def _part(self, message: wire.Message, key: str) -> bytes:
        body = convert.find(message.payload, key)
        if body is None:
            raise Rejected("gone")
        if body.attachmentId:
            body = self._attachment(message.id, body.attachmentId)
        return convert.part_bytes(body.data)

    def _attachment(self, message: str, key: str) -> wire.Body:
        url = f"{GMAIL}/messages/{quote(message)}/attachments/{quote(key)}"
        return self._calls.get(url, wire.Body)

    def search(self, query: str, cursor: Cursor | None) -> Page:
        self._around.look()
        asked = gmail_query(query)
        if asked is None:
            return Page()
        params = {"q": asked, "maxResults": str(_AT_ONCE)}
        params |= {"pageToken": str(cursor)} if cursor else {}
        self._pace.take(LIST_UNITS)
        found = self._calls.get(f"{GMAIL}/threads", wire.ThreadList, params)
        at = _Progress("", 0.0, pending=dict.fromkeys([each.id for each in found.threads], True))
        page = self._read(at) if at.pending else Page()
        following = Cursor(found.nextPageToken) if found.nextPageToken else None
        return replace(page, cursor=following, more=following is not None, listing=False)


def _touched(record: wire.History) -> Iterable[tuple[str, bool]]:
    """Yield the threads that a record is about, and whether their bodies are wanted."""
    for change in record.messagesAdded:
        if not _NOT_OURS & {*change.message.labelIds}:
            yield change.message.threadId, True
    for change in record.labelsAdded:
        # What comes into the inbox may be older than anything here.
        yield change.message.threadId, "INBOX" in change.labelIds
    for change in (*record.labelsRemoved, *record.messagesDeleted):
        yield change.message.threadId, False
