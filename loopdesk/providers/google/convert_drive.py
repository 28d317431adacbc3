"""Drive's files as items, their comments as entries. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape

from loopdesk.core.items import (
    Entry,
    File,
    Item,
    Kind,
    Revision,
    ServiceKey,
    Share,
    Untrusted,
)
from loopdesk.core.people import Handle
from loopdesk.core.places import Place
from loopdesk.providers.google import wire_drive as wire
from loopdesk.providers.google.times import moment

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
_GOOGLES = "application/vnd.google-apps."
_OFFICE = "application/vnd.openxmlformats-officedocument."
_PDF = "application/pdf"
# What Google makes of its own documents, as far as it is of use without Google.
# Source: developers.google.com/workspace/drive/api/guides/ref-export-formats (2026-11)
_FORMATS = {
    f"{_GOOGLES}document": (_PDF, "text/plain", f"{_OFFICE}wordprocessingml.document"),
    f"{_GOOGLES}spreadsheet": (_PDF, "text/csv", f"{_OFFICE}spreadsheetml.sheet"),
    f"{_GOOGLES}presentation": (_PDF, "text/plain", f"{_OFFICE}presentationml.presentation"),
    f"{_GOOGLES}drawing": (_PDF, "image/png"),
}
_ROLES = {"organizer": "writer", "fileOrganizer": "writer", "publishedReader": "reader"}
_RECENT = timedelta(days=30)
_REVISIONS = 50
_MENTION = re.compile(r"(?<![\w.])[@+]([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")


@dataclass(frozen=True, slots=True)
class Discussion:
    """What is said about a file and what became of it, as far as it was asked for.

    Args:
        comments: those that are gone too.
        permissions: of a file in a shared drive; of others they come with the file.
    """

    comments: Sequence[wire.Comment] = ()
    revisions: Sequence[wire.Revision] = ()
    permissions: Sequence[wire.Permission] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A file with its entries, and the keys of those that are no more."""

    item: Item
    entries: tuple[Entry, ...]
    gone: frozenset[tuple[ServiceKey, ServiceKey]] = frozenset()


@dataclass(slots=True)
class _Known:
    """Who is who: comments name people without their addresses.

    Args:
        by_name: None where several have the same name.
    """

    me: Handle
    by_name: dict[str, Handle | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, handle: Handle) -> None:
        if handle.address and handle.name:
            other = self.by_name.setdefault(handle.name, handle)
            if other is not None and other.address != handle.address:
                self.by_name[handle.name] = None
            self.names[handle.address] = handle.name

    def who(self, user: wire.User) -> Handle:
        if user.me:
            return self.me
        if user.emailAddress:
            return Handle(user.displayName, user.emailAddress.lower())
        return self.by_name.get(user.displayName) or Handle(user.displayName)

    def handle(self, address: str) -> Handle:
        address = address.lower()
        return (
            self.me if address == self.me.address else Handle(self.names.get(address, ""), address)
        )

    def named(self, text: str) -> str:
        """Return a text that mentions people by name, where their addresses stood."""
        return _MENTION.sub(
            lambda match: f"@{name}" if (name := self.handle(match[1]).name) else match[0], text
        )


def told(file: wire.File, me: Handle, now: datetime, discussion: Discussion | None = None) -> Told:
    """Return a file as an item with entries.

    Args:
        me: the account's owner.
        discussion: None where it was not asked for.
    Raises:
        BadPayload: its times are none.
    """
    permissions = file.permissions or (discussion.permissions if discussion else ())
    known = _known(file, permissions, me)
    comments = discussion.comments if discussion else ()
    entries = [_description(file, known)]
    gone: set[tuple[ServiceKey, ServiceKey]] = set()
    for comment in comments:
        said, lost = _comment(file, comment, known)
        entries += said
        gone |= {(ServiceKey(file.id), ServiceKey(key)) for key in lost}
    said = sorted(entries[1:], key=lambda entry: entry.at)
    changed_at = moment(file.modifiedTime, "File.modifiedTime")
    shared_at = moment(file.sharedWithMeTime, "File") if file.sharedWithMeTime else None
    newest_at = max([changed_at, *([shared_at] if shared_at else []), *(each.at for each in said)])
    viewed_at = moment(file.viewedByMeTime, "File") if file.viewedByMeTime else None
    changer = known.who(file.lastModifyingUser) if file.lastModifyingUser else None
    sharer = known.who(file.sharingUser) if file.sharingUser else None
    owner = known.who(file.owners[0]) if file.owners else None
    actors = [
        *((each.at, each.author) for each in said),
        *([(changed_at, changer)] if changer else []),
        *([(shared_at, sharer)] if shared_at and sharer else []),
    ]
    others = [(when, who) for when, who in actors if who.key and who.key != me.key]
    people = [who for _, who in sorted(others, key=lambda pair: pair[0], reverse=True)]
    people += [owner] if owner and owner.key != me.key else []
    item = Item(
        key=ServiceKey(file.id),
        kind=Kind.FILE,
        title=Untrusted(file.name),
        snippet=said[-1].text or Untrusted("") if said else Untrusted(""),
        people=tuple(dict.fromkeys(people)),
        at=newest_at,
        # Not Google's own: that one moves with each look at the file too.
        version=newest_at.isoformat(),
        places=frozenset(file.parents),
        unread=any(viewed_at is None or when > viewed_at for when, _ in others),
        starred=file.starred,
        # What a shortcut points at has a row of its own.
        in_pane=not file.trashed and not file.shortcutDetails and now - newest_at <= _RECENT,
        actions=_actions(file, permissions, comments),
        url=file.webViewLink.partition("?usp=")[0],
        file=File(
            type=_type(file),
            size_bytes=None if file.mimeType.startswith(_GOOGLES) else _size(file.size),
            folder=file.parents[0] if file.parents else "",
            owner=owner,
            changed_by=changer,
            shared_by=sharer,
            shared_at=shared_at,
            viewed_at=viewed_at,
            revision=file.headRevisionId or file.modifiedTime,
            formats=_FORMATS.get(file.mimeType, ()),
            shares=tuple(_shares(permissions, file.webViewLink)),
            revisions=tuple(_revisions(discussion.revisions, known) if discussion else ()),
            shortcut_to=file.shortcutDetails.targetId if file.shortcutDetails else "",
            trashed=file.trashed,
        ),
    )
    return Told(item, tuple(entries), frozenset(gone))


def _known(file: wire.File, permissions: Iterable[wire.Permission], me: Handle) -> _Known:
    known = _Known(me)
    known.add(me)
    users = [*file.owners, file.lastModifyingUser, file.sharingUser]
    for user in users:
        if user is not None and not user.me:
            known.add(Handle(user.displayName, user.emailAddress.lower()))
    for each in permissions:
        known.add(Handle(each.displayName, each.emailAddress.lower()))
    return known


def _type(file: wire.File) -> str:
    if file.shortcutDetails and file.shortcutDetails.targetMimeType:
        return file.shortcutDetails.targetMimeType
    return file.mimeType


def _size(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None


def _actions(
    file: wire.File, permissions: Iterable[wire.Permission], comments: Iterable[wire.Comment]
) -> tuple[str, ...]:
    """Return what Google lets this person do with a file."""
    may = file.capabilities
    if file.trashed:
        return ("restore",) if may.canUntrash or may.canTrash else ()
    there = [each for each in comments if not each.deleted]
    # Those of a shared drive itself are not a file's to take away.
    own = () if file.driveId else permissions
    others = any(each.role != "owner" and not each.deleted for each in own)
    has_bytes = not file.mimeType.startswith(_GOOGLES)
    open_ones = any(not each.resolved for each in there)
    settled = any(each.resolved for each in there)
    allowed = {
        "comment": may.canComment,
        "resolve": may.canComment and open_ones,
        "reopen": may.canComment and settled,
        "share": may.canShare,
        "unshare": may.canShare and others,
        "rename": may.canRename,
        "move": may.canMoveItemWithinDrive,
        "upload": may.canEdit and may.canModifyContent and has_bytes,
        "delete": may.canTrash,
    }
    return tuple(name for name, is_allowed in allowed.items() if is_allowed)


def _shares(permissions: Iterable[wire.Permission], link: str) -> Iterable[Share]:
    for each in permissions:
        if not each.deleted:
            name = "" if each.type == "anyone" else each.displayName
            who = Handle(name, each.emailAddress.lower())
            url = link if each.type == "anyone" else ""
            yield Share(each.id, who, _ROLES.get(each.role, each.role), url)


def _revisions(revisions: Iterable[wire.Revision], known: _Known) -> Iterable[Revision]:
    """Yield the newest ones, newest first."""
    newest = sorted(revisions, key=lambda one: one.modifiedTime, reverse=True)[:_REVISIONS]
    for each in newest:
        by = known.who(each.lastModifyingUser) if each.lastModifyingUser else Handle("")
        yield Revision(each.id, moment(each.modifiedTime, "Revision"), by, _size(each.size))


def _description(file: wire.File, known: _Known) -> Entry:
    owner = known.who(file.owners[0]) if file.owners else Handle("")
    return Entry(
        key=ServiceKey(file.id),
        item=ServiceKey(file.id),
        author=owner,
        at=moment(file.createdTime or file.modifiedTime, "File.createdTime"),
        text=Untrusted(file.description),
        mine=owner.key == known.me.key,
        version=file.version,
    )


def _comment(
    file: wire.File, comment: wire.Comment, known: _Known
) -> tuple[list[Entry], list[str]]:
    """Return a comment with its answers as entries, and the keys of what was deleted."""
    if comment.deleted:
        return [], [comment.id, *(each.id for each in comment.replies)]
    quote = comment.quotedFileContent.value if comment.quotedFileContent else ""
    entries = [_said(file, comment, known, quote=unescape(quote), resolved=comment.resolved)]
    lost = []
    for reply in comment.replies:
        if reply.deleted:
            lost.append(reply.id)
        elif reply.content:  # one that only resolves says nothing
            entries.append(_said(file, reply, known, parent=comment.id))
    return entries, lost


def _said(
    file: wire.File,
    one: wire.Comment | wire.Reply,
    known: _Known,
    *,
    parent: str = "",
    quote: str = "",
    resolved: bool = False,
) -> Entry:
    return Entry(
        key=ServiceKey(one.id),
        item=ServiceKey(file.id),
        author=known.who(one.author),
        at=moment(one.createdTime, "Comment.createdTime"),
        text=Untrusted(known.named(one.content)),
        to=tuple(known.handle(address) for address in one.mentionedEmailAddresses),
        mine=one.author.me,
        version=one.modifiedTime,
        parent=parent,
        quote=Untrusted(quote),
        resolved=resolved,
    )


def folder(file: wire.File) -> Place:
    return Place(
        key=file.id,
        kind="folder",
        name=file.name,
        parent=file.parents[0] if file.parents else "",
        role="writer" if file.capabilities.canAddChildren else "reader",
    )


def shared_drive(drive: wire.SharedDrive) -> Place:
    role = "writer" if drive.capabilities.canAddChildren else "reader"
    return Place(key=drive.id, kind="folder", name=drive.name, role=role)


def root(file: wire.File) -> Place:
    return Place(key=file.id, kind="folder", name=file.name, role="owner", default=True)
