"""Shared folders that the owner may add to their own files, and has not: a list without changes.

What lies in them shows once they are added: then the tree has it.

Source: dropbox.com/developers/documentation/http/documentation#sharing-list_mountable_folders,
.../http/documentation#sharing-mount_folder (2026-11)
"""

from __future__ import annotations

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Cursor, Page, Skipped, Stream
from loopdesk.core.errors import BadPayload, CursorExpired
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.core.seams import Clock, Steps
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.dropbox import READING, convert, wire
from loopdesk.providers.dropbox.calls import Calls
from loopdesk.providers.dropbox.convert import Me
from loopdesk.providers.dropbox.tree import STREAM as TREE
from loopdesk.providers.payload import decode_one

STREAM = Stream("mountable", poll_s=900, idle_poll_s=3600, feature=READING, rank=3, focus_s=300)

_PAGE = 300
_LIST = "sharing/list_mountable_folders"


class _Progress(msgspec.Struct, omit_defaults=True):
    """The cursor of the stream.

    Args:
        seen: how each folder was by its key, when it was listed before.
        named: those that this round has named so far; `link`: where it goes on.
        listing: nothing was known before; its last page sweeps.
    """

    seen: dict[str, str] = {}
    named: list[str] = []
    link: str = ""
    listing: bool = False


class Joining:
    def __init__(self, calls: Calls, clock: Clock, me: Me) -> None:
        self._calls, self._clock, self._me = calls, clock, me

    def pull(self, cursor: Cursor | None) -> Page:
        """Return what became another in the list; it has no cursor for changes."""
        at = load(cursor, _Progress) if cursor else _Progress(listing=True)
        if at.link:
            answer = self._calls.rpc(
                f"{_LIST}/continue", {"cursor": at.link}, allow=("invalid_cursor",)
            )
            if not answer.ok:
                raise CursorExpired
        else:
            answer = self._calls.rpc(_LIST, {"limit": _PAGE})
        listed, skipped = answer.read(wire.FolderList), list[Skipped]()
        items, entries = list[Item](), list[Entry]()
        now = self._clock.now()
        for number, raw in enumerate(listed.entries):
            try:
                folder = decode_one(raw, wire.SharedFolder)
                if folder.path_lower:
                    continue  # it is added, and could only be taken away again
                item, entry = convert.shared_folder(folder, self._me, now)
            except BadPayload as error:
                skipped.append(Skipped(f"folders[{number}]", error.where))
                continue
            at.named.append(item.key)
            state = f"{item.title} {item.version} {item.file and item.file.owner}"
            if at.seen.get(item.key) != state:
                at.seen[item.key] = state
                items.append(item)
                entries.append(entry)
        at.link = listed.cursor or ""
        gone = set[str]()
        if not at.link:
            gone = at.seen.keys() - {*at.named}
            at.seen = {key: state for key, state in at.seen.items() if key not in gone}
            at.named = []
        listing, at.listing = at.listing, at.listing and bool(at.link)
        return Page(
            items=tuple(items),
            entries=tuple(entries),
            gone=frozenset(map(ServiceKey, gone)),
            cursor=dump(at),
            more=bool(at.link),
            listing=listing,
            skipped=tuple(skipped),
        )

    def perform(self, action: Action, steps: Steps) -> Receipt:
        if action.name == "accept":
            self._calls.rpc("sharing/mount_folder", _named(action), allow=("already_mounted",))
        else:
            self._calls.rpc("sharing/unmount_folder", _named(action), allow=("unmounted",))
        return self._receipt(action)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        there = self._calls.get("sharing/get_folder_metadata", wire.SharedFolder, _named(action))
        done = bool(there.path_lower) == (action.name == "accept")
        return self._receipt(action) if done else None

    @staticmethod
    def _receipt(action: Action) -> Receipt:
        return Receipt({"folder": action.target.key}, (STREAM.key, TREE.key))


def _named(action: Action) -> dict[str, str]:
    return {"shared_folder_id": action.target.key.removeprefix(convert.NAMESPACE)}
