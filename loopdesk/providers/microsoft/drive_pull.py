"""What the files of one account are pulled by: the drive's delta, and the list of what was shared.

Graph has no list of recents any more: the delta names everything, and what changed lately is kept.

Source: learn.microsoft.com/graph/api/driveitem-delta, .../drive-sharedwithme (2026-11)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

import msgspec
import requests

from loopdesk.core.changes import Cursor, Page, Skipped, Stream
from loopdesk.core.errors import BadPayload, CursorExpired, NotPermitted, Rejected
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.core.places import Place
from loopdesk.core.seams import Clock
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.file_query import Asked
from loopdesk.providers.microsoft import convert_drive as convert
from loopdesk.providers.microsoft import wire
from loopdesk.providers.microsoft import wire_drive as wire_of
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.drive_around import PERMISSIONS, VERSIONS, around
from loopdesk.providers.payload import decode, decode_one

STREAM = Stream("drive", poll_s=180, idle_poll_s=900, feature="files", rank=3)
SHARED = Stream("shared-files", poll_s=900, idle_poll_s=3600, feature="files", rank=3)

_LATELY = timedelta(days=30)
"""Versions are asked for of files that changed, or came, within so long."""
_LISTED = timedelta(days=90)
_RECEIVED = timedelta(days=365)
# The delta of a drive has been seen to leave out what was renamed or deleted.
_ANEW = timedelta(days=7)
_PAGE = "100"
# What Graph answers when the list of shared files has come to its end.
_ENDED = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_ALL_FILES = "Files.ReadWrite.All"


class _Progress(msgspec.Struct, omit_defaults=True):
    """The cursor of the drive.

    Args:
        day: when its last whole listing began.
        link: where the delta goes on.
        listing: a whole one is going on; its last page sweeps.
    """

    day: date
    link: str = ""
    listing: bool = False


class _Received(msgspec.Struct, omit_defaults=True):
    """The cursor of what was shared: that list is whole each time.

    Args:
        seen: how each file was by its key, when it was listed before.
        named: those that this round has named so far; `link`: where it goes on.
        listing: nothing was known before; its last page sweeps.
    """

    seen: dict[str, str] = {}
    named: list[str] = []
    link: str = ""
    listing: bool = False


@dataclass(slots=True)
class _Found:
    """What one step brought."""

    items: list[Item] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    gone: set[ServiceKey] = field(default_factory=set)
    places: list[Place] = field(default_factory=list)
    gone_places: set[tuple[str, str]] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)


class Files:
    def __init__(self, calls: Calls, clock: Clock, me: convert.Me, scopes: Sequence[str]) -> None:
        self._calls = calls
        self._clock = clock
        self._me = me
        self._all = _ALL_FILES in scopes
        # Whom a file is shared with shows in no list. None: what was done before this process began
        # is not known.
        self._shared: set[str] | None = None
        self._again: frozenset[str] | None = None

    def share(self, key: str) -> None:
        """Note that it was changed who has a file."""
        if self._shared is not None:
            self._shared.add(key)

    def pull(self, cursor: Cursor | None) -> Page:
        """Return the next page of the drive's delta.

        Raises:
            CursorExpired: Graph forgot it, or a week has passed.
        """
        today = self._clock.now().date()
        at = load(cursor, _Progress) if cursor else _Progress(today, listing=True)
        if not at.listing and today - at.day >= _ANEW:
            raise CursorExpired
        begins = not at.link
        answer = decode(self._ask(at).content, wire.Values)
        found = _Found()
        rows = _decoded(answer.value, found)
        files: dict[ServiceKey, wire_of.DriveItem] = {}
        for row in rows:
            key = ServiceKey(row.id)
            if row.deleted is not None:
                found.gone.add(key)
                found.gone_places.add(("folder", key))
            elif row.folder is not None or row.root is not None:
                found.places.append(convert.place(row))
            elif row.file is not None and row.remoteItem is None:
                files[key] = row
        self._take(files, found, _LISTED)
        listing, at.listing = at.listing, at.listing and bool(answer.next_link)
        at.link = answer.next_link or answer.delta_link
        if not at.link:
            raise BadPayload("deltaLink")
        return Page(
            me=(self._me.handle,) if begins else (),
            items=tuple(found.items),
            entries=tuple(found.entries),
            gone=frozenset(found.gone),
            places=tuple(found.places),
            # A folder that nothing names again is no more.
            place_kinds=frozenset({"folder"}) if begins else frozenset(),
            gone_places=frozenset(found.gone_places),
            cursor=dump(at),
            more=bool(answer.next_link),
            listing=listing,
            skipped=tuple(found.skipped),
        )

    def _ask(self, at: _Progress) -> requests.Response:
        if not at.link:
            asked = {"$select": wire_of.ITEM, "$top": _PAGE}
            try:
                return self._calls.call("GET", "/me/drive/root/delta", params=asked)
            except Rejected as error:
                if error.reason != "gone":
                    raise
                raise NotPermitted(STREAM.feature) from error  # the account has no drive
        try:
            # 400 is what a damaged link gets.
            reply = self._calls.call("GET", at.link, allow=(HTTPStatus.BAD_REQUEST,))
        except CursorExpired as error:
            if error.fresh is None or at.listing:
                raise CursorExpired from error
            fresh = _Progress(self._clock.now().date(), error.fresh, listing=True)
            raise CursorExpired(dump(fresh)) from error
        if reply.status_code != HTTPStatus.OK:
            raise CursorExpired
        return reply

    def pull_shared(self, cursor: Cursor | None) -> Page:
        """Return what became another in the list of what others have shared."""
        at = load(cursor, _Received) if cursor else _Received(listing=True)
        path = at.link or "/me/drive/sharedWithMe?allowexternal=true"
        reply = self._calls.call("GET", path, allow=_ENDED)
        if reply.status_code != HTTPStatus.OK:
            if at.link:
                raise CursorExpired
            return Page(cursor=dump(at))
        answer = decode(reply.content, wire.Values)
        found = _Found()
        files: dict[ServiceKey, wire_of.DriveItem] = {}
        if not at.link:
            self._again = None if self._shared is None else frozenset(self._shared)
        for row in _decoded(answer.value, found):
            far = row.remoteItem
            if far is None or far.file is None or far.parentReference is None:
                continue
            key = convert.elsewhere(far.parentReference.driveId or "", far.id)
            at.named.append(key)
            state = _state(far)
            is_meant = self._is_recent(far) if self._again is None else key in self._again
            if is_meant or at.seen.get(key) != state:
                files[key] = far
                at.seen[key] = state
        self._take(files, found, _RECEIVED)
        at.link = answer.next_link
        if not answer.next_link:
            self._shared = (self._shared or set()) - (self._again or set())
            lost = at.seen.keys() - set(at.named)
            found.gone |= {ServiceKey(key) for key in lost}
            at.seen = {key: state for key, state in at.seen.items() if key not in lost}
            at.named = []
        listing, at.listing = at.listing, at.listing and bool(answer.next_link)
        return Page(
            items=tuple(found.items),
            entries=tuple(found.entries),
            gone=frozenset(found.gone),
            cursor=dump(at),
            more=bool(answer.next_link),
            listing=listing,
            skipped=tuple(found.skipped),
        )

    def _is_recent(self, file: wire_of.DriveItem) -> bool:
        try:
            return self._clock.now() - convert.newest_at(file) <= _LATELY
        except BadPayload:
            return False  # told where it is read

    def _take(
        self, files: dict[ServiceKey, wire_of.DriveItem], found: _Found, kept: timedelta
    ) -> None:
        """Take files that changed lately enough, with what is said about them."""
        now = self._clock.now()
        timed: list[tuple[datetime, ServiceKey]] = []
        for key, file in files.items():
            try:
                newest_at = convert.newest_at(file)
            except BadPayload as error:
                found.skipped.append(Skipped(f"files/{key}", error.where))
                continue
            if now - newest_at <= kept:
                timed.append((newest_at, key))
            else:
                found.gone.add(key)
        timed.sort(reverse=True)
        asked = [(key, self._asked(key, files[key], now - at)) for at, key in timed]
        told, skipped = around(self._calls, asked)
        found.skipped += skipped
        for _, key in timed:
            try:
                item, entry = convert.item(
                    files[key], key, self._me, now, told.get(key, convert.Around())
                )
            except BadPayload as error:
                found.skipped.append(Skipped(f"files/{key}", error.where))
                continue
            found.items.append(item)
            found.entries.append(entry)

    def _asked(self, key: str, file: wire_of.DriveItem, age: timedelta) -> Iterator[str]:
        own = convert.is_own(key)
        if own or self._all:
            # What says that it is shared speaks of itself alone, and not of the folders above it.
            if file.shared is not None or not own or age <= _LATELY:
                yield PERMISSIONS
            if age <= _LATELY:
                yield VERSIONS

    def search(self, asked: Asked, cursor: Cursor | None) -> Page:
        """Return what the drive holds of these words; how it found it, it does not say."""
        words = quote(asked.words.replace("'", "''"), safe="")
        begin = f"/me/drive/root/search(q='{words}')?$select={wire_of.ITEM}&$top={_PAGE}"
        answer = self._calls.get(cursor or begin, wire.Values)
        found = _Found()
        files = {
            ServiceKey(row.id): row
            for row in _decoded(answer.value, found)
            if row.file is not None
            and row.remoteItem is None
            and asked.holds(row.lastModifiedDateTime or "")
        }
        self._take(files, found, timedelta.max)
        return Page(
            items=tuple(found.items),
            entries=tuple(found.entries),
            cursor=Cursor(answer.next_link) if answer.next_link else None,
            more=bool(answer.next_link),
            skipped=tuple(found.skipped),
        )


def _decoded(values: Sequence[msgspec.Raw], found: _Found) -> list[wire_of.DriveItem]:
    """Return items; one that comes more than once is as it came last."""
    latest: dict[str, wire_of.DriveItem] = {}
    for number, raw in enumerate(values):
        try:
            row = decode_one(raw, wire_of.DriveItem)
        except BadPayload as error:
            found.skipped.append(Skipped(f"files[{number}]", error.where))
            continue
        latest.pop(row.id, None)
        latest[row.id] = row
    return list(latest.values())


def _state(file: wire_of.DriveItem) -> str:
    shared = file.shared.sharedDateTime if file.shared else None
    return f"{file.lastModifiedDateTime} {shared} {file.name}"
