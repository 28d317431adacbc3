"""Everybody's files: one store for all accounts, since a shared file is there only once."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache

from loopdesk.sandbox.model import Document, Mailbox, Remark, SharedDrive, Version, Who

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
GOOGLES = "application/vnd.google-apps."
ROLES = ("", "reader", "commenter", "writer", "fileOrganizer", "organizer", "owner")
_rank = {role: number for number, role in enumerate(ROLES)}.__getitem__
ANYONE = "anyoneWithLink"
_FIRST_SEQ = 9_000
_DEPTH = 50


@lru_cache(maxsize=4096)
def permission_id(address: str) -> str:
    """Return the id that a person has in every permission, of digits as Google's are."""
    if not address:
        return ANYONE
    digest = hashlib.blake2b(address.lower().encode(), digest_size=8).digest()
    return f"{int.from_bytes(digest) % 10**20:020}"


def root_of(address: str) -> str:
    return f"0A{hashlib.blake2b(address.encode(), digest_size=6).hexdigest()}Uk9PVA"


@dataclass(slots=True)
class Permission:
    who: Who
    role: str
    by: Who
    at: datetime

    @property
    def id(self) -> str:
        return permission_id(self.who.address)


@dataclass
class Revision:
    id: str
    by: Who
    at: datetime
    version: Version

    @cached_property
    def data(self) -> bytes:
        return self.version.content

    @cached_property
    def md5(self) -> str:
        return hashlib.md5(self.data, usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class Reply:
    id: str
    by: Who
    at: datetime
    modified_at: datetime
    text: str
    action: str = ""
    deleted: bool = False


@dataclass(slots=True)
class Comment:
    id: str
    by: Who
    at: datetime
    modified_at: datetime
    text: str
    quote: str = ""
    anchor: str = ""
    resolved: bool = False
    deleted: bool = False
    replies: list[Reply] = field(default_factory=list)


@dataclass(slots=True)
class Stored:
    """A file as it is now.

    Args:
        owner: None in a shared drive.
        version: counts its changes of every kind.
        changed_at, changed_by: the last change of content or name.
    """

    id: str
    name: str
    type: str
    owner: Who | None
    created_at: datetime
    changed_at: datetime
    changed_by: Who
    folder: str
    drive: str = ""
    description: str = ""
    version: int = 1
    permissions: dict[str, Permission] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    viewed: dict[str, datetime] = field(default_factory=dict)
    edited: dict[str, datetime] = field(default_factory=dict)
    starred: set[str] = field(default_factory=set)
    trashed: bool = False
    shortcut_to: str = ""
    is_root: bool = False

    @property
    def is_folder(self) -> bool:
        return self.type == FOLDER

    @property
    def is_googles(self) -> bool:
        return self.type.startswith(GOOGLES)

    @property
    def data(self) -> bytes:
        return self.revisions[-1].data

    def live(self) -> Iterator[Comment]:
        return (comment for comment in self.comments if not comment.deleted)


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the log. `seen_by`: the accounts that could see the file before or since."""

    seq: int
    at: datetime
    key: str
    seen_by: frozenset[str]


class DriveStore:
    """Attributes:
    seq: counts the changes.
    kept_from: changes before this are no longer known.
    generated: ids that were given out for files to be made.
    silent_comments: comments move neither a file's version nor the log. Google does not say
        whether they do.
    """

    def __init__(self, boxes: Sequence[Mailbox], now: datetime) -> None:
        self.files: dict[str, Stored] = {}
        self.drives: dict[str, SharedDrive] = {}
        self.log: list[Change] = []
        self.seq = _FIRST_SEQ
        self.kept_from = _FIRST_SEQ
        self.silent_comments = False
        self.generated: set[str] = set()
        self._given_out = 0
        self.accounts = {box.address.lower(): Who(box.address.lower(), box.name) for box in boxes}
        for who in self.accounts.values():
            root = Stored(root_of(who.address), "My Drive", FOLDER, who, now, now, who, "")
            root.is_root = True
            self.files[root.id] = root
        for box in boxes:
            for drive in box.drives:
                self._put_drive(drive)
            for document in box.files:
                if document.id not in self.files:
                    self.files[document.id] = self._stored(document)

    def _put_drive(self, drive: SharedDrive) -> None:
        nobody = Who("")
        self.drives[drive.id] = drive
        top = Stored(drive.id, drive.name, FOLDER, None, drive.at, drive.at, nobody, "", drive.id)
        top.is_root = True
        top.permissions = {
            permission_id(each.who.address): Permission(each.who, each.role, each.by, each.at)
            for each in drive.members
        }
        self.files[drive.id] = top

    def _stored(self, document: Document) -> Stored:
        first, last = document.versions[0], document.versions[-1]
        owner = None if document.drive else document.owner
        top = document.drive or root_of(document.owner.address)
        stored = Stored(
            document.id,
            document.name,
            document.type,
            owner,
            first.at,
            last.at,
            last.by,
            document.folder or top,
            document.drive,
            document.description,
            # As if each change so far had been counted.
            version=len(document.versions) + len(document.remarks) + len(document.shared),
            viewed=dict(document.viewed),
            starred=set(document.starred),
            trashed=document.trashed,
            shortcut_to=document.shortcut_to,
        )
        for version in document.versions:
            if not stored.is_folder:
                self.add_revision(stored, version)
        for each in document.shared:
            stored.permissions[permission_id(each.who.address)] = Permission(
                each.who, each.role, each.by, each.at
            )
        stored.comments = [
            self._comment(document.id, number, remark)
            for number, remark in enumerate(document.remarks)
        ]
        return stored

    def _comment(self, key: str, number: int, remark: Remark) -> Comment:
        replies = [
            Reply(_short(key, number, place), one.by, one.at, one.at, one.text)
            for place, one in enumerate(remark.answers)
        ]
        newest = max([remark.at, *(reply.at for reply in replies)])
        return Comment(
            remark.id or _short(key, number),
            remark.by,
            remark.at,
            newest,
            remark.text,
            remark.quote,
            resolved=remark.resolved,
            replies=replies,
        )

    def add_revision(self, stored: Stored, version: Version) -> Revision:
        key = f"0B{_short(stored.id, len(stored.revisions), version.at.isoformat())}"
        if stored.is_googles:
            key = str(len(stored.revisions) + 1)
        revision = Revision(key, version.by, version.at, version)
        stored.revisions.append(revision)
        stored.edited[version.by.address] = version.at
        return revision

    def new_id(self) -> str:
        self._given_out += 1
        return f"1{uuid.uuid5(uuid.NAMESPACE_OID, f'drive {self._given_out}').hex}"

    # --- who may what ---------------------------------------------------------------------------

    def chain(self, stored: Stored) -> Iterator[Stored]:
        """Yield the file and what it lies in, up to the top."""
        at: Stored | None = stored
        for _ in range(_DEPTH):
            if at is None:
                return
            yield at
            at = self.files.get(at.folder)

    def role(self, stored: Stored, address: str, *, by_link: bool = True) -> str:
        """Return what somebody may do with a file, "" for nothing at all."""
        if stored.owner is not None and stored.owner.address == address:
            return "owner"
        wanted = (permission_id(address), ANYONE) if by_link else (permission_id(address),)
        held = ""
        for each in self.chain(stored):
            for key in wanted:
                if (given := each.permissions.get(key)) and _rank(given.role) > _rank(held):
                    held = given.role
            # Who owns a folder may do the same as a writer with what others put into it.
            owns = each.owner is not None and each.owner.address == address
            if owns and _rank(held) < _rank("writer"):
                held = "writer"
        return held

    def is_trashed(self, stored: Stored) -> bool:
        return any(each.trashed for each in self.chain(stored))

    def seen_by(self, stored: Stored) -> frozenset[str]:
        return frozenset(
            address for address in self.accounts if self.role(stored, address, by_link=False)
        )

    def is_listed(self, stored: Stored, address: str, *, all_drives: bool = False) -> bool:
        """Say whether somebody's own listing names the file: what only has a link is not there
        before they looked at it."""
        touched = address in stored.viewed or address in stored.edited
        if stored.is_root or not self.role(stored, address, by_link=touched):
            return False
        return not stored.drive or all_drives or touched

    # --- changes --------------------------------------------------------------------------------

    def inside(self, stored: Stored) -> Iterator[Stored]:
        """Yield what lies in a folder, at any depth."""
        for each in list(self.files.values()):
            if each is not stored and any(up is stored for up in self.chain(each)):
                yield each

    def note(self, stored: Stored, now: datetime, before: frozenset[str] = frozenset()) -> None:
        """Write a change of a file into the log; of a folder that of all in it follows.

        Args:
            before: the accounts that could see it until now.
        """
        touched = [stored, *(self.inside(stored) if stored.is_folder else ())]
        for each in touched:
            each.version += 1
            self.seq += 1
            seen = self.seen_by(each) | before
            self.log.append(Change(self.seq, now, each.id, seen))

    def remove(self, stored: Stored, now: datetime) -> None:
        """Take a file away for good, with what lies in it."""
        for each in [*self.inside(stored), stored]:
            seen = self.seen_by(each)
            self.files.pop(each.id, None)
            self.seq += 1
            self.log.append(Change(self.seq, now, each.id, seen))

    def forget_changes(self) -> None:
        self.seq += 1
        self.kept_from = self.seq

    def named(self, address: str) -> Who:
        """Return somebody by address, with the name that is known of them."""
        if address in self.accounts:
            return self.accounts[address]
        for stored in self.files.values():
            for who in (stored.owner, *(each.who for each in stored.permissions.values())):
                if who is not None and who.address == address and who.name:
                    return who
        return Who(address, address.partition("@")[0])


def _short(*words: object) -> str:
    """Return an id of the kind that comments and revisions have."""
    text = "\0".join(map(str, words)).encode()
    return "AAAA" + hashlib.blake2b(text, digest_size=6).hexdigest()


def people_in(files: Iterable[Stored]) -> dict[str, Who]:
    """Return everybody whom these files name, by address."""
    found: dict[str, Who] = {}
    for stored in files:
        if stored.owner is not None:
            found[stored.owner.address] = stored.owner
        for each in stored.permissions.values():
            found.setdefault(each.who.address, each.who)
    return found
