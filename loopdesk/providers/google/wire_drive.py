"""The fields we read of Drive's answers, named as Google names them, and the masks that ask for
them: without a mask Drive answers hardly more than names."""

# ruff: noqa: N815

from __future__ import annotations

import msgspec


class User(msgspec.Struct, frozen=True):
    displayName: str = ""
    emailAddress: str = ""
    me: bool = False


class Capabilities(msgspec.Struct, frozen=True):
    canAddChildren: bool = False
    canComment: bool = False
    canEdit: bool = False
    canModifyContent: bool = False
    canMoveItemWithinDrive: bool = False
    canReadRevisions: bool = False
    canRename: bool = False
    canShare: bool = False
    canTrash: bool = False
    canUntrash: bool = False


class Permission(msgspec.Struct):
    id: str
    type: str = ""
    role: str = ""
    emailAddress: str = ""
    displayName: str = ""
    deleted: bool = False


class PermissionList(msgspec.Struct):
    permissions: list[Permission] = []
    nextPageToken: str = ""


class ShortcutDetails(msgspec.Struct):
    targetId: str = ""
    targetMimeType: str = ""


class File(msgspec.Struct):
    id: str
    name: str = ""
    mimeType: str = ""
    description: str = ""
    size: str = ""
    version: str = ""
    createdTime: str = ""
    modifiedTime: str = ""
    viewedByMeTime: str = ""
    sharedWithMeTime: str = ""
    sharingUser: User | None = None
    owners: list[User] = []
    lastModifyingUser: User | None = None
    parents: list[str] = []
    webViewLink: str = ""
    starred: bool = False
    trashed: bool = False
    shared: bool = False
    driveId: str = ""
    headRevisionId: str = ""
    md5Checksum: str = ""
    shortcutDetails: ShortcutDetails | None = None
    capabilities: Capabilities = Capabilities()
    permissions: list[Permission] = []


class FileList(msgspec.Struct):
    files: list[msgspec.Raw] = []
    nextPageToken: str = ""


class Change(msgspec.Struct):
    changeType: str = ""
    removed: bool = False
    fileId: str = ""
    file: msgspec.Raw = msgspec.Raw(b"")


class ChangeList(msgspec.Struct):
    changes: list[Change] = []
    nextPageToken: str = ""
    newStartPageToken: str = ""


class StartPageToken(msgspec.Struct):
    startPageToken: str


class SharedDrive(msgspec.Struct):
    id: str
    name: str = ""
    capabilities: Capabilities = Capabilities()


class DriveList(msgspec.Struct):
    drives: list[SharedDrive] = []


class Quoted(msgspec.Struct):
    value: str = ""


class Reply(msgspec.Struct):
    id: str
    author: User = User()
    content: str = ""
    action: str = ""
    createdTime: str = ""
    modifiedTime: str = ""
    deleted: bool = False
    mentionedEmailAddresses: list[str] = []


class Comment(msgspec.Struct):
    id: str
    author: User = User()
    content: str = ""
    createdTime: str = ""
    modifiedTime: str = ""
    resolved: bool = False
    deleted: bool = False
    quotedFileContent: Quoted | None = None
    mentionedEmailAddresses: list[str] = []
    replies: list[Reply] = []


class CommentList(msgspec.Struct):
    comments: list[msgspec.Raw] = []
    nextPageToken: str = ""


class Revision(msgspec.Struct):
    id: str
    modifiedTime: str = ""
    lastModifyingUser: User | None = None
    size: str = ""
    md5Checksum: str = ""


class RevisionList(msgspec.Struct):
    revisions: list[Revision] = []
    nextPageToken: str = ""


class About(msgspec.Struct):
    user: User = User()


class GeneratedIds(msgspec.Struct):
    ids: list[str]


_USER = "(displayName,emailAddress,me)"
_MAY = (
    "(canAddChildren,canComment,canEdit,canModifyContent,canMoveItemWithinDrive,canReadRevisions,"
    "canRename,canShare,canTrash,canUntrash)"
)
_PERMISSION = "id,type,role,emailAddress,displayName,deleted"
FILE = (
    "id,name,mimeType,description,size,version,createdTime,modifiedTime,viewedByMeTime,"
    f"sharedWithMeTime,sharingUser{_USER},owners{_USER},lastModifyingUser{_USER},parents,"
    "webViewLink,starred,trashed,shared,driveId,headRevisionId,md5Checksum,"
    f"shortcutDetails(targetId,targetMimeType),capabilities{_MAY},permissions({_PERMISSION})"
)
FILES = f"nextPageToken,files({FILE})"
FOLDERS = "nextPageToken,files(id,name,mimeType,parents,capabilities(canAddChildren))"
CHANGES = f"nextPageToken,newStartPageToken,changes(changeType,removed,fileId,file({FILE}))"
_AUTHOR = "author(displayName,me)"
REPLY = f"id,{_AUTHOR},content,action,createdTime,modifiedTime,deleted,mentionedEmailAddresses"
COMMENT = (
    f"id,{_AUTHOR},content,createdTime,modifiedTime,resolved,deleted,quotedFileContent(value),"
    f"mentionedEmailAddresses,replies({REPLY})"
)
COMMENTS = f"nextPageToken,comments({COMMENT})"
REVISIONS = f"nextPageToken,revisions(id,modifiedTime,lastModifyingUser{_USER},size,md5Checksum)"
PERMISSIONS = f"nextPageToken,permissions({_PERMISSION})"
DRIVES = "nextPageToken,drives(id,name,capabilities(canAddChildren))"
