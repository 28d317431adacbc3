"""Dropbox's files as items, its folders as places. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from loopdesk.core.errors import BadPayload
from loopdesk.core.items import (
    FOLDER,
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
from loopdesk.providers.dropbox import wire
from loopdesk.providers.dropbox.folders import ROOT, Folders
from loopdesk.providers.dropbox.links import page

RECENT = timedelta(days=30)
_OFFICE = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
PDF = "application/pdf"
# Dropbox names no types: they follow from the ending.
_TYPES = {
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "gif": "image/gif",
    "html": "text/html",
    "ics": "text/calendar",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "md": "text/markdown",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "odp": f"{_ODF}.presentation",
    "ods": f"{_ODF}.spreadsheet",
    "odt": f"{_ODF}.text",
    "paper": "application/vnd.dropbox.paper",
    "pdf": PDF,
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "rtf": "text/rtf",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "wav": "audio/wav",
    "xls": "application/vnd.ms-excel",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "zip": "application/zip",
}
HTML = "text/html"
# What `files/get_preview` makes of files, tables of plain text aside: those are read as they are.
_SHOWN = {
    PDF: ("ai", "doc", "docm", "docx", "eps", "odp", "odt", "pps", "ppsm", "ppsx", "ppt", "pptm",
          "pptx", "rtf"),
    HTML: ("ods", "xls", "xlsm", "xlsx"),
}  # fmt: skip
_EXPORTS = {"markdown": "md", "plain_text": "txt"}
_ROLES = {"owner": "owner", "editor": "writer", "viewer": "reader", "viewer_no_comment": "reader"}
NAMESPACE = "ns:"
"""What the key of a shared folder begins with: as Dropbox spells it where a path begins there."""
_EVERYBODY = frozenset({"public", "password", "team_and_password", "team", "team_only"})


@dataclass(frozen=True, slots=True)
class Me:
    """The account's owner. `id`: Dropbox's own of them."""

    name: str
    address: str
    id: str

    @property
    def handle(self) -> Handle:
        return Handle(self.name, self.address.lower(), self.id)


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a file beside itself, as far as it was asked for.

    Args:
        members: who has it, None where that was not asked for.
        links: addresses under which it can be seen.
        people: by their ids.
    """

    revisions: Sequence[wire.Metadata] = ()
    members: wire.Members | None = None
    links: Sequence[wire.Link] = ()
    people: Mapping[str, Handle] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """How a file came to the owner that does not lie in their own folders.

    Args:
        owners: names; Dropbox gives no more.
    """

    at: datetime | None
    owners: Sequence[str]
    level: str
    url: str


# --- times and names ------------------------------------------------------------------------------


def moment(text: str | None, where: str) -> datetime:
    """Return a moment as Dropbox writes it, in UTC.

    Raises:
        BadPayload: it is none.
    """
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError as error:
        raise BadPayload(where) from error
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def changed_at(file: wire.Metadata) -> datetime:
    """Return when its content changed; what a client claims beside that is not looked at."""
    return moment(file.server_modified, "FileMetadata.server_modified")


def type_of(name: str) -> str:
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def formats(file: wire.Metadata) -> tuple[str, ...]:
    """Return the types that Dropbox converts a file to, what is shown first."""
    if not file.is_downloadable:
        return tuple(exports(file))
    ending = file.name.rpartition(".")[2].lower()
    return tuple(kind for kind, endings in _SHOWN.items() if ending in endings)


def exports(file: wire.Metadata) -> dict[str, str]:
    """Return the types that a document without bytes is exported as, and Dropbox's words."""
    info = file.export_info
    if file.is_downloadable or info is None:
        return {}
    words = dict.fromkeys([*(info.export_options or ()), *filter(None, [info.export_as])])
    types = {type_of(f".{_EXPORTS.get(word, word)}"): word for word in words}
    # What is shown comes first.
    return {kind: types[kind] for kind in sorted(types, key=lambda kind: kind != PDF)}


# --- folders --------------------------------------------------------------------------------------


def root(*, default: bool) -> Place:
    return Place(ROOT, "folder", "Dropbox", role="owner", default=default)


def folder(one: wire.Metadata, known: Folders, home: str) -> Place:
    """Return a folder. `home`: path of the owner's own in the space of their team."""
    sharing = one.sharing_info or wire.Sharing()
    closed = sharing.read_only or sharing.traverse_only or sharing.no_access
    return Place(
        one.id,
        "folder",
        one.name,
        parent=known.parent(one.lower),
        role="reader" if closed else "writer",
        default=bool(home) and one.lower == home,
    )


def shared_folder(one: wire.SharedFolder, me: Me, now: datetime) -> tuple[Item, Entry]:
    """Return a folder that the owner may add to their own files.

    Raises:
        BadPayload: it was given at no time.
    """
    at = moment(one.time_invited, "SharedFolderMetadata.time_invited")
    mine = one.access_type is not None and one.access_type.tag == "owner"
    names = one.owner_display_names or ()
    owner = me.handle if mine else Handle(names[0]) if names else None
    key = ServiceKey(f"{NAMESPACE}{one.shared_folder_id}")
    return (
        Item(
            key=key,
            kind=Kind.FILE,
            title=Untrusted(one.name),
            people=(),
            at=at,
            version=at.isoformat(),
            unread=not mine,
            in_pane=not mine and now - at <= RECENT,
            actions=("accept",),
            url=one.preview_url,
            file=File(
                type=FOLDER,
                owner=owner,
                shared_by=None if mine else owner,
                shared_at=None if mine else at,
            ),
        ),
        Entry(
            key=key,
            item=key,
            author=owner or Handle(""),
            at=at,
            text=Untrusted(""),
            mine=mine,
        ),
    )


# --- files ----------------------------------------------------------------------------------------


def item(
    file: wire.Metadata,
    me: Me,
    now: datetime,
    around: Around,
    *,
    folder: str = "",
    given: Given | None = None,
    trashed: bool = False,
) -> tuple[Item, Entry]:
    """Return a file, and what stands for its description, which Dropbox has not.

    Args:
        folder: key of the place that it lies in.
        given: it lies in nobody's folder that the owner sees.
        trashed: it was deleted, and can come back.
    Raises:
        BadPayload: its times are none.
    """
    modified_at = changed_at(file)
    key, sharing = ServiceKey(file.id), file.sharing_info
    changer = _changer(file, me, around) if given is None else None
    shared_at = given.at if given else None
    at = max(modified_at, shared_at) if shared_at else modified_at
    owner = _owner(file, me, around, given)
    newest_by = changer if given is None else owner
    others = [each for each in (newest_by, owner) if each and each.key]
    return (
        Item(
            key=key,
            kind=Kind.FILE,
            title=Untrusted(file.name),
            people=tuple(dict.fromkeys(each for each in others if each.id != me.id)),
            at=at,
            version=at.isoformat(),
            places=frozenset({folder} if folder else ()),
            unread=newest_by is not None and newest_by.id != me.id and not trashed,
            in_pane=now - at <= RECENT and not trashed,
            actions=tuple(_actions(file, around, given, trashed=trashed)),
            url=given.url if given else _url(file, around),
            file=File(
                type=type_of(file.name),
                size_bytes=file.size if file.is_downloadable else None,
                folder=folder,
                owner=owner,
                changed_by=changer,
                shared_by=owner if given else None,
                shared_at=shared_at,
                revision=file.rev,
                formats=formats(file),
                shares=tuple(_shares(around)),
                revisions=tuple(_revisions(file, me, around, shared=sharing is not None)),
                trashed=trashed,
            ),
        ),
        Entry(
            key=key,
            item=key,
            author=owner or Handle(""),
            at=modified_at,
            text=Untrusted(""),
            mine=owner is not None and owner.id == me.id,
            version=file.rev,
        ),
    )


def _url(file: wire.Metadata, around: Around) -> str:
    """Return the page of a file: where others were sent to, if they were."""
    shared = (link.url for link in around.links if is_open(link))
    return next(shared, file.preview_url or page(file.path_display or ""))


def _changer(file: wire.Metadata, me: Me, around: Around) -> Handle | None:
    """Return who put the content there; what is not shared only its owner can have changed."""
    if file.sharing_info is None:
        return me.handle
    by = file.sharing_info.modified_by
    if by == me.id:
        return me.handle
    # Nobody is named where their account is no more.
    return around.people.get(by) if by else None


def _owner(file: wire.Metadata, me: Me, around: Around, given: Given | None) -> Handle | None:
    for each in around.members.users if around.members else ():
        if each.access_type.tag == "owner" and each.user is not None:
            return me.handle if each.user.account_id == me.id else _user(each.user)
    if given is not None:
        return Handle(given.owners[0]) if given.owners else None
    return me.handle if file.sharing_info is None else None


def _user(user: wire.User) -> Handle:
    return Handle(user.display_name, user.email.lower(), user.account_id)


def _actions(
    file: wire.Metadata, around: Around, given: Given | None, *, trashed: bool
) -> Iterator[str]:
    """Yield what Dropbox will let the owner do with a file."""
    if trashed:
        yield "restore"
        return
    if given is not None:
        if given.level in ("editor", "owner") and file.is_downloadable:
            yield "upload"
        return
    lock = file.file_lock_info
    is_locked = lock is not None and lock.is_lockholder is False
    if file.sharing_info is not None and file.sharing_info.read_only:
        return
    yield "share"
    if any(share.role != "owner" for share in _shares(around, taken_back=True)):
        yield "unshare"
    if is_locked:
        return
    yield "rename"
    yield "move"
    if file.is_downloadable:
        yield "upload"
    yield "delete"
    if len(distinct(around.revisions)) > 1:
        yield "restore"


def _shares(around: Around, *, taken_back: bool = False) -> Iterator[Share]:
    """Yield who has a file.

    Args:
        taken_back: only what can be taken away here: what a folder gives, only there.
    """
    for link in around.links:
        if is_open(link) and (link.link_permissions.can_revoke or not taken_back):
            level = link.link_permissions.link_access_level
            writes = level is not None and level.tag == "editor"
            yield Share(link.url, Handle(""), "writer" if writes else "reader", link.url)
    if around.members is None:
        return
    for each in (*around.members.users, *around.members.invitees):
        role = _ROLES.get(each.access_type.tag)
        if role is None or (taken_back and each.is_inherited):
            continue
        if each.user is not None:
            yield Share(each.user.account_id, _user(each.user), role)
        elif each.invitee is not None and each.invitee.email:
            yield Share(each.invitee.email, Handle("", each.invitee.email.lower()), role)


def sharing(around: Around) -> str:
    """Return a short mark of whom a file was given to, "" where to nobody."""
    given = sorted(f"{one.key} {one.role}" for one in _shares(around) if one.role != "owner")
    return blake2b("\n".join(given).encode(), digest_size=6).hexdigest() if given else ""


def is_open(link: wire.Link) -> bool:
    """Whether a link gives more people the file than have it anyway."""
    permissions = link.link_permissions
    seen_by = permissions.effective_audience or permissions.resolved_visibility
    return seen_by is None or seen_by.tag in _EVERYBODY


def distinct(revisions: Sequence[wire.Metadata]) -> list[wire.Metadata]:
    """Return versions whose content differs: a move makes one, too.

    Args:
        revisions: newest first.
    """
    newer = (None, *(each.content_hash for each in revisions))
    pairs = zip(revisions, newer, strict=False)
    return [each for each, hash in pairs if hash is None or each.content_hash != hash]


def _revisions(file: wire.Metadata, me: Me, around: Around, *, shared: bool) -> Iterator[Revision]:
    for each in distinct(around.revisions):
        by = _changer(each, me, around) if each.sharing_info or not shared else None
        yield Revision(
            each.rev, moment(each.server_modified, "Revision"), by or Handle(""), each.size
        )
