"""Files that others gave to the owner one by one: a list without changes, compared each time.

What was saved into one's own folders, and what lies in shared ones, the tree has.

Source: dropbox.com/developers/documentation/http/documentation (2026-11)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec

from loopdesk.core.changes import Cursor, Page, Skipped, Stream
from loopdesk.core.errors import BadPayload, CursorExpired
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.core.seams import Clock
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.dropbox import READING, convert, wire
from loopdesk.providers.dropbox.calls import Calls
from loopdesk.providers.dropbox.convert import Around, Given, Me
from loopdesk.providers.dropbox.notes import Notes
from loopdesk.providers.payload import decode_one

STREAM = Stream("received", poll_s=900, idle_poll_s=3600, feature=READING, rank=3, focus_s=300)

_RECEIVED = timedelta(days=365)
_TOGETHER = 10
"""Files that are asked for in one step: the list says neither size nor version."""
_AGAIN_S = 6 * 3600.0
"""So often it is looked whether what came lately has another content now: no list tells."""
_ROUND = 5
_PAGE = 300
_WRITES = ("editor", "owner")


class _Progress(msgspec.Struct, omit_defaults=True):
    """The cursor of the stream.

    Args:
        seen: how each file was by its key, when it was listed before.
        named: those that this round has named so far; `link`: where it goes on.
        late: files that are still to be asked for, as they were listed.
        looked: when each of them was asked for last, in seconds since 1970, and its version then.
        listing: nothing was known before; its last page sweeps.
    """

    seen: dict[str, str] = {}
    named: list[str] = []
    link: str = ""
    late: list[wire.Received] = []
    looked: dict[str, tuple[float, str]] = {}
    listing: bool = False


class ReceivedFiles:
    def __init__(self, calls: Calls, notes: Notes, clock: Clock, me: Me) -> None:
        self._calls, self._notes = calls, notes
        self._clock, self._me = clock, me
        self._begins = True

    def pull(self, cursor: Cursor | None) -> Page:
        """Return what became another in the list of what others gave."""
        at = load(cursor, _Progress) if cursor else _Progress(listing=True)
        changed = {*self._notes.given}
        for key in changed:
            at.seen.pop(key, None)  # asked for again, whatever the list says
        page = self._ask_for(at) if at.late else self._list(at)
        self._notes.given -= changed
        more = bool(at.link or at.late)
        listing, at.listing = at.listing, at.listing and more
        return replace(page, cursor=dump(at), more=more, listing=listing)

    def _list(self, at: _Progress) -> Page:
        if at.link:
            answer = self._calls.rpc(
                "sharing/list_received_files/continue",
                {"cursor": at.link},
                allow=("invalid_cursor",),
            )
            if not answer.ok:
                raise CursorExpired
        else:
            # Who has not confirmed their address sees none; that keeps nothing else from them.
            asked = {"limit": _PAGE}
            answer = self._calls.rpc(
                "sharing/list_received_files", asked, allow=("email_unverified",)
            )
            if not answer.ok:
                return Page()
        listed, skipped = answer.read(wire.ReceivedList), list[Skipped]()
        again = 0
        for number, raw in enumerate(listed.entries):
            try:
                file = decode_one(raw, wire.Received)
                age = self._age(file)
            except BadPayload as error:
                skipped.append(Skipped(f"received[{number}]", error.where))
                continue
            if file.path_lower or age > _RECEIVED:
                continue
            at.named.append(file.id)
            state = _state(file)
            if at.seen.get(file.id) != state:
                at.seen[file.id] = state
                at.looked.pop(file.id, None)
                at.late.append(file)
            elif self._begins and _level(file) in _WRITES and age <= convert.RECENT:
                # It may have been written over here, and a crash came before that was pulled.
                at.late.append(file)
            elif again < _ROUND and age <= convert.RECENT and self._was_long_ago(file.id, at):
                again += 1
                at.late.append(file)
        at.link = listed.cursor or ""
        gone = set[str]()
        if not at.link:
            self._begins = False
            gone = at.seen.keys() - {*at.named}
            at.seen = {key: state for key, state in at.seen.items() if key not in gone}
            at.looked = {key: told for key, told in at.looked.items() if key not in gone}
            at.named = []
        return Page(gone=frozenset(map(ServiceKey, gone)), skipped=tuple(skipped))

    def _ask_for(self, at: _Progress) -> Page:
        some, at.late = at.late[:_TOGETHER], at.late[_TOGETHER:]
        items, entries, skipped = list[Item](), list[Entry](), list[Skipped]()
        gone = set[ServiceKey]()
        for one in some:
            answer = self._calls.rpc("files/get_metadata", {"path": one.id}, allow=("path",))
            if not answer.ok:
                gone.add(ServiceKey(one.id))
                continue
            file = answer.read(wire.Metadata)
            _, known = at.looked.get(one.id, (0.0, ""))
            at.looked[one.id] = self._clock.now().timestamp(), file.rev
            if file.rev == known:
                continue
            try:
                item, entry = self._item(file, one)
            except BadPayload as error:
                skipped.append(Skipped(f"received/{one.id}", error.where))
                continue
            items.append(item)
            entries.append(entry)
        return Page(
            items=tuple(items), entries=tuple(entries), gone=frozenset(gone), skipped=tuple(skipped)
        )

    def _item(self, file: wire.Metadata, one: wire.Received) -> tuple[Item, Entry]:
        owners: Sequence[str] = one.owner_display_names or ()
        level = _level(one)
        at = convert.moment(one.time_invited, "time_invited") if one.time_invited else None
        given = Given(at, owners, level, one.preview_url)
        return convert.item(file, self._me, self._clock.now(), Around(), given=given)

    def _was_long_ago(self, key: str, at: _Progress) -> bool:
        looked_at, _ = at.looked.get(key, (0.0, ""))
        return self._clock.now().timestamp() - looked_at >= _AGAIN_S

    def _age(self, file: wire.Received) -> timedelta:
        """Return how long ago a file was given; one without a time counts as given now.

        Raises:
            BadPayload: its time is none.
        """
        if not file.time_invited:
            return timedelta()
        return self._clock.now() - convert.moment(file.time_invited, "time_invited")


def _level(file: wire.Received) -> str:
    return file.access_type.tag if file.access_type else ""


def _state(file: wire.Received) -> str:
    return f"{file.name} {_level(file)} {file.time_invited}"
