"""Everybody's files: one store for all drives, since a shared file is there only once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from loopdesk.sandbox.microsoft.account import Account
from loopdesk.sandbox.microsoft.deltas import Feed
from loopdesk.sandbox.microsoft.drive import addresses, formats
from loopdesk.sandbox.microsoft.errors import ApiError
from loopdesk.sandbox.model import Document, Version, Who
from loopdesk.sandbox.offices import FOLDER

ROLES = ("", "read", "write", "owner")
_TAKEN = {"reader": "read", "commenter": "read", "writer": "write"}


def missing() -> ApiError:
    return ApiError(404, "itemNotFound", "The resource could not be found.")


@dataclass(slots=True)
class Permission:
    """What somebody was allowed, or whoever has a link.

    Args:
        who: None for a link.
        link: kind and scope of the link, ("view", "organization").
    """

    id: str
    role: str
    by: Who
    at: datetime
    who: Who | None = None
    link: tuple[str, str] | None = None
    needs_sign_in: bool = True


@dataclass
class Content:
    """What an item held from `at` on."""

    id: str
    by: Who
    at: datetime
    version: Version

    @cached_property
    def data(self) -> bytes:
        return self.version.content

    @cached_property
    def hash(self) -> str:
        return formats.quick_xor_hash(self.data)


@dataclass(slots=True)
class Drive:
    """Args: feed: what tells of changes in it."""

    id: str
    owner: Who
    root: str
    feed: Feed = field(default_factory=Feed)

    @property
    def is_business(self) -> bool:
        return addresses.is_business(self.id)


@dataclass(slots=True)
class Stored:
    """A file or a folder as it is now.

    Args:
        parent: id of the folder it lies in, "" for the top of its drive.
        changes, contents: how often it, and what is in it, has changed: the tags are made of them.
    """

    id: str
    drive: str
    parent: str
    name: str
    type: str
    created_by: Who
    created_at: datetime
    changed_by: Who
    changed_at: datetime
    description: str = ""
    versions: list[Content] = field(default_factory=list)
    permissions: dict[str, Permission] = field(default_factory=dict)
    changes: int = 1
    contents: int = 1

    @property
    def is_folder(self) -> bool:
        return self.type == FOLDER

    @property
    def is_root(self) -> bool:
        return not self.parent

    @property
    def data(self) -> bytes:
        return self.versions[-1].data if self.versions else b""

    @property
    def etag(self) -> str:
        return f'"{{{addresses.guid(self.id)}}},{self.changes}"'

    @property
    def ctag(self) -> str:
        return f'"c:{{{addresses.guid(self.id)}}},{self.contents}"'


class DriveStore:
    """Attributes:
    drives, items: by their ids, those of people without an account here too.
    """

    def __init__(self, accounts: Mapping[str, Account], now: datetime) -> None:
        self.drives: dict[str, Drive] = {}
        self.items: dict[str, Stored] = {}
        self._of: dict[str, str] = {}
        self._now = now
        for account in accounts.values():
            self._drive(Who(account.address, account.name), personal=account.is_personal)
        for account in accounts.values():
            for document in account.office.files:
                self._take(document, personal=account.is_personal)

    def _drive(self, owner: Who, *, personal: bool) -> Drive:
        """Return somebody's drive; who has none so far gets one."""
        if known := self._of.get(owner.address.lower()):
            return self.drives[known]
        key = addresses.drive_id(owner.address, personal=personal)
        root = addresses.item_id(key, "root")
        self._of[owner.address.lower()] = key
        self.drives[key] = Drive(key, owner, root)
        at = self._now
        self.items[root] = Stored(root, key, "", "root", FOLDER, owner, at, owner, at)
        return self.drives[key]

    def _take(self, document: Document, *, personal: bool) -> None:
        drive = self._drive(document.owner, personal=personal)
        key = addresses.item_id(drive.id, document.id)
        if key in self.items or document.trashed:
            return
        first, last = document.versions[0], document.versions[-1]
        parent = addresses.item_id(drive.id, document.folder) if document.folder else drive.root
        stored = Stored(
            *(key, drive.id, parent, document.name, document.type),
            *(first.by, first.at, last.by, last.at, document.description),
            changes=len(document.versions) + len(document.shared),
        )
        for version in document.versions:
            if not stored.is_folder:
                self.hold(stored, version)
        stored.contents = len(stored.versions) or 1
        for each in document.shared:
            link = None if each.who.address else ("view", "anonymous")
            given = Permission("", _TAKEN[each.role], each.by, each.at, None, link)
            if link is None:
                given.who = each.who
            given.id = permission_id(given)
            stored.permissions[given.id] = given
        self.items[key] = stored

    # --- finding ------------------------------------------------------------------------------

    def drive_of(self, address: str) -> Drive:
        return self.drives[self._of[address.lower()]]

    def owner(self, stored: Stored) -> Who:
        return self.drives[stored.drive].owner

    def chain(self, stored: Stored) -> Iterator[Stored]:
        """Yield an item and what it lies in, up to the top."""
        at: Stored | None = stored
        while at is not None:
            yield at
            at = self.items.get(at.parent)

    def children(self, stored: Stored) -> list[Stored]:
        return [each for each in self.items.values() if each.parent == stored.id]

    def named(self, folder: Stored, name: str) -> Stored | None:
        """Return what has this name in a folder; big and small letters are the same."""
        wanted = name.casefold()
        for each in self.children(folder):
            if each.name.casefold() == wanted:
                return each
        return None

    def at_path(self, start: Stored, path: str) -> Stored:
        """Return what lies at a path; raises ApiError(404)."""
        at: Stored | None = start
        for name in path.strip("/").split("/"):
            at = self.named(at, name) if at and name else at
        if at is None:
            raise missing()
        return at

    def path(self, stored: Stored) -> str:
        """Return an item's path in its drive, "" for the top."""
        names = [each.name for each in self.chain(stored) if not each.is_root]
        return "/".join(reversed(names))

    def ordered(self, drive: Drive) -> list[Stored]:
        """Return all of a drive, a folder before what is in it."""
        inside: dict[str, list[Stored]] = {}
        for each in self.items.values():
            if each.drive == drive.id:
                inside.setdefault(each.parent, []).append(each)
        found, wait = [], list(inside.get("", ()))
        while wait:
            at = wait.pop(0)
            found.append(at)
            wait += inside.get(at.id, ())
        return found

    def role(self, stored: Stored, address: str) -> str:
        """Return what somebody may do with an item, "" for nothing at all."""
        if self.owner(stored).address.lower() == address:
            return "owner"
        held = [
            each.role
            for level in self.chain(stored)
            for each in level.permissions.values()
            if each.who is not None and each.who.address.lower() == address
        ]
        return max(held, key=ROLES.index, default="")

    # --- changes ------------------------------------------------------------------------------

    def hold(self, stored: Stored, version: Version) -> Content:
        number = len(stored.versions) + 1
        content = Content(f"{number}.0", version.by, version.at, version)
        stored.versions.append(content)
        return content

    def add(self, stored: Stored) -> None:
        self.items[stored.id] = stored
        self._note(stored)

    def changed(self, stored: Stored, by: Who, now: datetime, *, content: bool = False) -> None:
        """Count a change of an item: of what is in it with `content`, else of what it is called,
        where it lies or who may see it."""
        stored.changes += 1
        stored.contents += content
        stored.changed_by, stored.changed_at = by, now
        self._note(stored)

    def shared(self, stored: Stored) -> None:
        """Note that other people may see an item now."""
        stored.changes += 1
        self._note(stored)

    def remove(self, stored: Stored) -> None:
        """Put an item into the bin, with what lies in it."""
        for each in self.children(stored):
            self.remove(each)
        del self.items[stored.id]
        self.drives[stored.drive].feed.note(stored.id, "deleted")

    def _note(self, stored: Stored) -> None:
        feed = self.drives[stored.drive].feed
        parent = self.items.get(stored.parent)
        if parent is not None:
            # A folder has changed when something in it has.
            parent.contents += 1
            feed.note(parent.id)
        feed.note(stored.id)


def permission_id(given: Permission) -> str:
    """Return the id of a permission: one for each person, one for each kind of link."""
    word = given.who.address.lower() if given.who else " ".join(given.link or ())
    return base64.urlsafe_b64encode(
        hashlib.blake2b(word.encode(), digest_size=12).digest()
    ).decode()
