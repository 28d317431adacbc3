"""OneDrive's files as items, its folders as places. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from loopdesk.core.items import Entry, File, Item, Kind, Revision, ServiceKey, Share, Untrusted
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.providers.microsoft import wire_drive as wire
from loopdesk.providers.microsoft.convert_times import moment

NOT_IN_NAMES = re.compile(r'["*:<>?/\\|\x00-\x1f]')
PDF = "application/pdf"
# What Graph shows as a PDF, tables of plain text aside: those are read as they are.
# Source: learn.microsoft.com/graph/api/driveitem-get-content-format (2026-11)
_SHOWN = frozenset({
    "doc", "docx", "odp", "ods", "odt", "pot", "potm", "potx", "pps", "ppsx", "ppsxm", "ppt",
    "pptm", "pptx", "rtf", "xls", "xlsx",
})  # fmt: skip
_RECENT = timedelta(days=30)
_REVISIONS = 50
_ELSEWHERE = "drive:"
_ROLES = {"read": "reader", "view": "reader", "write": "writer", "edit": "writer"}
_ROLE_NAMES = {"reader": "read", "commenter": "read", "writer": "write"}


@dataclass(frozen=True, slots=True)
class Me:
    """The account's owner.

    Args:
        subject: of the account: the id of a person, and that of their directory.
    """

    name: str
    address: str
    subject: str

    @property
    def handle(self) -> Handle:
        return Handle(self.name, self.address.lower())

    def who(self, told: wire.Who | None) -> Handle:
        handle = told.handle if told else Handle("")
        return self.handle if self._is(handle) else handle

    def _is(self, handle: Handle) -> bool:
        if handle.address:
            return handle.address == self.address.lower()
        own = self.subject.partition(".")[0].replace("-", "").lower()
        told = handle.id.replace("-", "").lower()
        # A personal account is known to OneDrive by the end of its id alone.
        return bool(told) and (told == own or (len(told) <= 16 and own[-16:] == told.zfill(16)))


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a file beside itself, as far as it was asked for."""

    permissions: Sequence[wire.Permission] = ()
    versions: Sequence[wire.Version] = ()


# --- keys -----------------------------------------------------------------------------------------


def elsewhere(drive: str, item: str) -> ServiceKey:
    """Return the key of what lies in somebody else's drive."""
    return ServiceKey(f"{_ELSEWHERE}{drive}:{item}")


def path_of(key: str) -> str:
    """Return where a file is, below Graph's base."""
    if not key.startswith(_ELSEWHERE):
        return f"/me/drive/items/{quote(key, safe='!')}"
    drive, _, item = key.removeprefix(_ELSEWHERE).partition(":")
    return f"/drives/{quote(drive, safe='!')}/items/{quote(item, safe='!')}"


def is_own(key: str) -> bool:
    return not key.startswith(_ELSEWHERE)


# --- folders --------------------------------------------------------------------------------------


def place(folder: wire.DriveItem) -> Place:
    if folder.root is not None:
        return Place(folder.id, "folder", "OneDrive", role="owner", default=True)
    parent = (folder.parentReference.id or "") if folder.parentReference else ""
    return Place(folder.id, "folder", folder.name or "", parent=parent, role="writer")


# --- files ----------------------------------------------------------------------------------------


def newest_at(file: wire.DriveItem) -> datetime:
    """Return when it last became worth a look: it was changed, or came to the person.

    Raises:
        BadPayload: its times are none.
    """
    changed_at = moment(file.lastModifiedDateTime, "DriveItem.lastModifiedDateTime")
    shared_at = _shared_at(file)
    return max(changed_at, shared_at) if shared_at else changed_at


def item(
    file: wire.DriveItem, key: ServiceKey, me: Me, now: datetime, around: Around
) -> tuple[Item, Entry]:
    """Return a file, and its description as its one entry.

    Raises:
        BadPayload: its times are none.
    """
    shared = file.shared or wire.Shared()
    own = is_own(key)
    changer = me.who(file.lastModifiedBy)
    owner = me.who(shared.owner or file.createdBy)
    sharer = me.who(shared.sharedBy) if shared.sharedBy else None
    shared_at = _shared_at(file)
    at = newest_at(file)
    newest_by = sharer if sharer and shared_at == at else changer
    others = [each for each in (newest_by, changer, sharer, owner) if each and each.key]
    folder = (file.parentReference.id or "") if own and file.parentReference else ""
    created_at = file.createdDateTime or file.lastModifiedDateTime
    mine = owner.key == me.handle.key
    return (
        Item(
            key=key,
            kind=Kind.FILE,
            title=Untrusted(file.name or ""),
            people=tuple(dict.fromkeys(each for each in others if each.key != me.handle.key)),
            at=at,
            version=at.isoformat(),
            places=frozenset({folder} if folder else ()),
            unread=bool(newest_by.key) and newest_by.key != me.handle.key,
            in_pane=now - at <= _RECENT,
            actions=tuple(_actions(own, around.permissions, me)),
            url=file.webUrl or "",
            file=File(
                type=(file.file.mimeType or "") if file.file else "",
                size_bytes=file.size,
                folder=folder,
                owner=owner if owner.key else None,
                changed_by=changer if changer.key else None,
                shared_by=sharer if sharer and sharer.key else None,
                shared_at=shared_at,
                revision=revision(file),
                formats=_formats(file),
                shares=tuple(_shares(around.permissions, me)),
                revisions=tuple(_revisions(around.versions, me)),
            ),
        ),
        Entry(
            key=key,
            item=key,
            author=owner,
            at=moment(created_at, "DriveItem.createdDateTime"),
            text=Untrusted(file.description or ""),
            mine=mine,
            version=file.eTag or "",
        ),
    )


def _formats(file: wire.DriveItem) -> tuple[str, ...]:
    ending = (file.name or "").rpartition(".")[2].lower()
    return (PDF,) if file.file is not None and ending in _SHOWN else ()


def revision(file: wire.DriveItem) -> str:
    """Return what changes with the content; lists of what was shared have no more than a time."""
    return file.cTag or file.lastModifiedDateTime or ""


def _shared_at(file: wire.DriveItem) -> datetime | None:
    text = file.shared.sharedDateTime if file.shared else None
    return moment(text, "DriveItem.shared") if text else None


def _actions(own: bool, permissions: Sequence[wire.Permission], me: Me) -> Iterator[str]:
    """Yield what will work with one's own files, and with those that one may write."""
    if not own and not any(_lets_write(each, me) for each in permissions):
        return
    yield "rename"
    if own:
        yield "move"
    yield "share"
    if any(is_taken_back(each) for each in permissions):
        yield "unshare"
    yield "upload"
    if own:
        yield "delete"


def _lets_write(permission: wire.Permission, me: Me) -> bool:
    """Whether it lets the owner of the account write: themselves, a group, or who has a link."""
    if not {*(permission.roles or ())} & {"write", "owner"}:
        return False
    told = permission.grantedToV2
    return told is None or not told.handle.key or me.who(told) == me.handle


def is_taken_back(permission: wire.Permission) -> bool:
    """Whether a permission can be taken away here: one that a folder has, only there."""
    return permission.inheritedFrom is None and "owner" not in (permission.roles or ())


def is_open_link(permission: wire.Permission) -> bool:
    """Whether it is for whoever has its address; other links are for those they name."""
    return permission.link is not None and permission.link.scope != "users"


def role_of(permission: wire.Permission) -> str:
    roles = permission.roles or []
    if "owner" in roles:
        return "owner"
    told = (permission.link.type if permission.link else None) or next(iter(roles), "read")
    return "writer" if "write" in roles else _ROLES.get(told, "reader")


def role_name(role: str) -> str:
    """Return what OneDrive calls a role that a share gives."""
    return _ROLE_NAMES.get(role, "read")


def _shares(permissions: Sequence[wire.Permission], me: Me) -> Iterator[Share]:
    for each in permissions:
        if is_open_link(each):
            link = each.link.webUrl if each.link else None
            yield Share(each.id, Handle(""), role_of(each), link or "")
        elif each.link is not None:
            for one in each.grantedToIdentitiesV2 or ():
                yield Share(each.id, me.who(one), role_of(each))
        else:
            who = me.who(each.grantedToV2) if each.grantedToV2 else Handle("")
            yield Share(each.id, who if who == me.handle else each.handle, role_of(each))


def _revisions(versions: Sequence[wire.Version], me: Me) -> Iterator[Revision]:
    """Yield the newest ones, newest first."""
    timed = [(moment(each.lastModifiedDateTime, "Version"), each) for each in versions]
    timed.sort(key=lambda pair: pair[0], reverse=True)
    for at, each in timed[:_REVISIONS]:
        yield Revision(each.id, at, me.who(each.lastModifiedBy), each.size)
