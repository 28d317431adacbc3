"""One conversation: its newest messages, and the threads in it that concern the owner.

Slack has no feed of changes. Mostly only what is newer than the newest known is asked for; the
newest page is read again when something came or is known to have changed, and every so often: that
is how edits, reactions and deletions are seen.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec

from loopdesk.core.changes import Cursor, Page
from loopdesk.core.items import Entry, ServiceKey
from loopdesk.core.seams import Clock
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.slack import convert, wire
from loopdesk.providers.slack.calls import Calls
from loopdesk.providers.slack.convert import UNREAD_FOR, Convert, Place, thread_key
from loopdesk.providers.slack.notes import Notes
from loopdesk.providers.slack.refusals import Unreadable
from loopdesk.providers.slack.roster import Roster
from loopdesk.providers.slack.threads import Known, Threads
from loopdesk.providers.slack.window import Window, messages_of

_WINDOW = 50
_OLDER = 200
_TAIL = 15
_CRIPPLED_PAGE = 15
_DEPTH = timedelta(days=30)
_FOLLOWED_FOR = timedelta(days=14)
_MARKED_WITHIN = timedelta(days=1)
_THREADS = 30
_CHECKED = 1
"""So many threads in which nothing was said are read again with the newest messages."""
_REFRESHED = 3


class At(msgspec.Struct, omit_defaults=True):
    """The cursor of a conversation.

    Args:
        newest: `ts` of the newest message.
        read: up to which the owner has read; `unread`: others wrote since.
        seen: digests of the messages of the window, by `ts`; `item` and `about` of the rest.
        threads: those that concern the owner, by the `ts` of what began them, the one that was
            looked at longest ago first.
        due: those of them that are to be read now; `thread_page`: how far the first is.
        page: where older messages go on; `until`: down to which.
        listing: what goes on is a listing.
        hidden: `ts` before which nobody is shown anything.
    """

    newest: str = ""
    read: str = ""
    unread: bool = False
    seen: dict[str, str] = {}
    item: str = ""
    about: str = ""
    threads: dict[str, Known] = {}
    due: list[str] = []
    thread_page: str = ""
    page: str = ""
    until: str = ""
    listing: bool = False
    hidden: str = ""


class Conversations:
    def __init__(
        self, calls: Calls, roster: Roster, converter: Convert, notes: Notes, clock: Clock
    ) -> None:
        self._calls, self._roster, self._convert = calls, roster, converter
        self._notes, self._clock = notes, clock
        self._threads = Threads(calls, roster, converter, clock)

    def pull(self, channel: str, cursor: Cursor | None) -> Page:
        """Return the next page of a conversation, the newest messages first."""
        at = load(cursor, At) if cursor else At(listing=True)
        try:
            if at.due:
                page, at = self._one_thread(channel, at)
            elif at.page:
                page, at = self._older(channel, at)
            else:
                page, at = self._newest(channel, at)
        except Unreadable:
            # Left, or deleted: the list of conversations says so next time.
            keys = {ServiceKey(channel), *(thread_key(channel, root) for root in at.threads)}
            return Page(gone=frozenset(keys), cursor=dump(At()))
        more = bool(at.due or at.page)
        listing = at.listing
        if not more:
            at = msgspec.structs.replace(at, listing=False)
        return replace(page, cursor=dump(at), more=more, listing=listing)

    def look(self, channel: str, root: str = "") -> Page:
        """Return the newest messages, or a thread, whatever was seen of them before."""
        if root:
            read = self._threads.read(channel, root, Known(), "")
            return Page(items=read.items, entries=read.entries, skipped=read.skipped)
        page, _ = self._look(channel, At(), frozenset(), frozenset())
        return page

    def pull_thread(self, key: str, cursor: Cursor | None) -> Page:
        """Return a thread that the owner only looks at."""
        channel, _, root = key.partition("/")
        at = load(cursor, At) if cursor else At(listing=True)
        known = at.threads.get(root, Known())
        try:
            read = self._threads.read(channel, root, known, at.thread_page)
        except Unreadable:
            return Page(gone=frozenset({ServiceKey(key)}), cursor=dump(At()))
        more = bool(read.page)
        following = At(
            threads={root: read.known}, thread_page=read.page, listing=at.listing and more
        )
        return Page(
            items=read.items,
            entries=read.entries,
            gone_entries=read.gone,
            skipped=read.skipped,
            cursor=dump(following),
            more=more,
            listing=at.listing,
        )

    # --- the newest messages ----------------------------------------------------------------------

    def _newest(self, channel: str, at: At) -> tuple[Page, At]:
        if at.newest and not self._notes.must_sweep(channel) and not self._has_news(channel, at):
            return Page(), at
        changed, threads = self._notes.changed(channel), self._notes.threads(channel)
        page, following = self._look(channel, at, changed, threads)
        self._notes.swept(channel, changed, threads)
        return page, following

    def _look(
        self, channel: str, at: At, changed: frozenset[str], threads: frozenset[str]
    ) -> tuple[Page, At]:
        """Compare the newest messages with what was seen of them.

        Args:
            changed: messages that are known to have changed.
            threads: what began those that are known to have gone on.
        """
        window = self._history(channel, limit=_WINDOW)
        about = self._roster.conversation(channel)
        read = at.read
        if self._may_have_moved(channel, at, window, changed):
            about = self._roster.refresh(channel)
            read = about.last_read or max((one.ts for one in window.messages), default="")
        seen = self._seen(window, read)
        lost = window.lacks(at.seen)
        told = convert.about_digest(about)
        following = msgspec.structs.replace(
            at,
            newest=max((at.newest, *(one.ts for one in window.messages))),
            read=read,
            unread=any(self._is_unread(one, read) for one in window.messages),
            seen=seen,
            about=told,
            hidden=window.oldest if window.hidden else at.hidden,
        )
        following = self._reaching_back(following, at, window)
        following = self._in_turn(self._with_threads(channel, following, window, threads))
        stale = [ts for ts, digest in seen.items() if at.seen.get(ts) != digest]
        page = Page(skipped=window.skipped)
        if stale or lost or read != at.read or told != at.about:
            page, following = self._shown(Place(about), window, following, {*stale}, lost)
        page = self._refreshed(Place(about), page, changed - {*seen, ""} - lost)
        if following.newest:
            self._roster.hear(channel, following.newest)
        return page, following

    def _may_have_moved(
        self, channel: str, at: At, window: Window, changed: frozenset[str]
    ) -> bool:
        """Say whether how far the owner has read may be another than what is known.

        It goes back where something is marked as unread, which shows in no message: the person did
        it here, or what was done before this process began is not known.
        """
        if not at.newest or changed or any(self._is_new(one, at.read) for one in window.messages):
            return True
        lately = wire.stamp(self._clock.now() - _MARKED_WITHIN)
        return not self._notes.knows(channel) and any(
            one.ts > lately and self._is_new(one, "") for one in window.messages
        )

    def _has_news(self, channel: str, at: At) -> bool:
        """Say whether there are newer messages, or some were read elsewhere."""
        found = self._calls.read(
            "conversations.history", wire.History, channel=channel, oldest=at.newest, limit=_TAIL
        )
        if messages_of(found)[0]:
            return True
        return at.unread and self._roster.refresh(channel).last_read not in ("", at.read)

    def _history(self, channel: str, *, limit: int, page: str = "") -> Window:
        found = self._calls.read(
            "conversations.history", wire.History, channel=channel, limit=limit, cursor=page
        )
        window = Window.of(found)
        if found.has_more and len(found.messages or ()) == _CRIPPLED_PAGE:
            # Asked for more, it gave what a registration gets that Slack lets read but little.
            self._calls.pace.crippled = True
        return window

    def _shown(
        self, place: Place, window: Window, at: At, stale: set[str], lost: set[str]
    ) -> tuple[Page, At]:
        """Return the item as it is now, and those of its messages that differ."""
        entries = [
            self._convert.entry(one, place, unread=self._is_unread(one, at.read))
            for one in reversed(window.messages)
            if convert.is_said(one)
        ]
        gone = frozenset((place.key, ServiceKey(ts)) for ts in lost)
        if not entries:
            none = frozenset({place.key}) if at.item else frozenset()
            following = msgspec.structs.replace(at, item="")
            return Page(gone=none, gone_entries=gone, skipped=window.skipped), following
        hidden = wire.moment(at.hidden) if at.hidden else None
        item = self._convert.item(place, entries, at.read, hidden_before=hidden)
        after = convert.item_digest(item)
        says = bool(stale or lost or after != at.item)
        page = Page(
            items=(item,) if says else (),
            entries=tuple(entry for entry in entries if entry.key in stale),
            gone_entries=gone,
            skipped=window.skipped,
        )
        return page, msgspec.structs.replace(at, item=after)

    def _refreshed(self, place: Place, page: Page, changed: set[str] | frozenset[str]) -> Page:
        """Add older messages that are known to have changed."""
        entries: list[Entry] = []
        gone: list[tuple[ServiceKey, ServiceKey]] = []
        for ts in sorted(changed)[-_REFRESHED:]:
            found = self._calls.read(
                "conversations.history",
                wire.History,
                channel=place.about.id,
                latest=ts,
                inclusive=True,
                limit=1,
            )
            there = [one for one in messages_of(found)[0] if one.ts == ts]
            entries += [self._convert.entry(one, place, unread=False) for one in there]
            if not there:
                gone.append((place.key, ServiceKey(ts)))
        return replace(
            page,
            entries=(*page.entries, *entries),
            gone_entries=page.gone_entries | frozenset(gone),
        )

    def _seen(self, window: Window, read: str) -> dict[str, str]:
        return {
            one.ts: convert.digest(one, unread=self._is_unread(one, read))
            for one in window.messages
            if convert.is_said(one)
        }

    def _is_new(self, message: wire.Message, read: str) -> bool:
        return message.user != self._roster.me and message.ts > read and convert.is_said(message)

    def _is_unread(self, message: wire.Message, read: str) -> bool:
        recently = self._clock.now() - UNREAD_FOR
        return self._is_new(message, read) and wire.moment(message.ts) > recently

    # --- older ones -------------------------------------------------------------------------------

    def _reaching_back(self, at: At, before: At, window: Window) -> At:
        """Say where older messages go on: of a listing for a while, else to those known."""
        until = before.newest or wire.stamp(self._clock.now() - _DEPTH)
        # A page whose messages are all unreadable says nothing of how far back it is.
        goes_on = window.next_page and window.oldest > until
        if not goes_on or self._calls.pace.crippled:
            return at
        return msgspec.structs.replace(at, page=window.next_page, until=until)

    def _older(self, channel: str, at: At) -> tuple[Page, At]:
        window = self._history(channel, limit=_OLDER, page=at.page)
        place = Place(self._roster.conversation(channel))
        entries = tuple(
            self._convert.entry(one, place, unread=self._is_unread(one, at.read))
            for one in reversed(window.messages)
            if convert.is_said(one) and one.ts > at.until
        )
        goes_on = window.next_page if window.oldest > at.until else ""
        hidden = window.oldest if window.hidden else at.hidden
        following = msgspec.structs.replace(at, page=goes_on, hidden=hidden)
        following = self._with_threads(channel, following, window, frozenset())
        return Page(entries=entries, skipped=window.skipped), following

    # --- threads ----------------------------------------------------------------------------------

    def _with_threads(self, channel: str, at: At, window: Window, noted: frozenset[str]) -> At:
        """Find the threads that concern the owner, and those of them that went on."""
        threads = dict(at.threads)
        due = dict.fromkeys(at.due)
        for one in window.messages:
            root = one.thread_ts or one.ts
            known = threads.get(root)
            if known is None and self._concerns(one):
                threads[root] = Known()
                due[root] = None
            elif known is not None and one.latest_reply > known.latest:
                due[root] = None
        for root in sorted(noted):
            threads.setdefault(root, Known())
            due[root] = None
        self._notes.followed |= {thread_key(channel, root) for root in threads}
        kept = sorted(threads, key=lambda root: threads[root].latest or root)[-_THREADS:]
        return msgspec.structs.replace(
            at,
            threads={root: known for root, known in threads.items() if root in kept},
            due=[root for root in due if root in kept],
        )

    def _in_turn(self, at: At) -> At:
        """Have a thread read again: what is edited there, or read elsewhere, shows nowhere else."""
        followed = wire.stamp(self._clock.now() - _FOLLOWED_FOR)
        threads, due = dict(at.threads), list(at.due)
        quiet = [
            root for root, known in threads.items() if known.latest > followed and root not in due
        ]
        for root in quiet[:_CHECKED]:
            threads[root] = threads.pop(root)  # the last in turn from now on
            due.append(root)
        return msgspec.structs.replace(at, threads=threads, due=due)

    def _concerns(self, message: wire.Message) -> bool:
        me = self._roster.me
        if message.thread_ts and not message.is_parent:
            return message.user == me
        if not message.reply_count:
            return False
        return (
            message.user == me
            or me in message.reply_users
            or message.subscribed
            or self._convert.names_me(message)
        )

    def _one_thread(self, channel: str, at: At) -> tuple[Page, At]:
        root, *rest = at.due
        try:
            read = self._threads.read(channel, root, at.threads.get(root, Known()), at.thread_page)
        except Unreadable:
            threads = {key: known for key, known in at.threads.items() if key != root}
            gone = frozenset({thread_key(channel, root)})
            following = msgspec.structs.replace(at, threads=threads, due=rest, thread_page="")
            return Page(gone=gone), following
        following = msgspec.structs.replace(
            at,
            threads={**at.threads, root: read.known},
            due=at.due if read.page else rest,
            thread_page=read.page,
        )
        if read.known.latest:
            self._roster.hear(channel, read.known.latest)
        page = Page(
            items=read.items, entries=read.entries, gone_entries=read.gone, skipped=read.skipped
        )
        return page, following
