"""Google Drive v3, as far as LoopDesk uses it: the table of its methods.

Source: the discovery document drive.v3; developers.google.com/workspace/drive/api (2026-11)
"""

from __future__ import annotations

from loopdesk.sandbox.google import scopes as known
from loopdesk.sandbox.google.drive import changes, commenting, reading, sharing, uploads, writing
from loopdesk.sandbox.google.method import Answer, Method

_SEES = frozenset({
    known.DRIVE, known.DRIVE_FILE, known.DRIVE_READONLY, known.DRIVE_METADATA_READONLY,
})  # fmt: skip
_READS = frozenset({known.DRIVE, known.DRIVE_FILE, known.DRIVE_READONLY})
_WRITES = frozenset({known.DRIVE, known.DRIVE_FILE})
_WHOLE = frozenset({known.DRIVE})
_DRIVES = frozenset({known.DRIVE, known.DRIVE_READONLY})
# What a method costs of the user's units in a minute.
# Source: developers.google.com/workspace/drive/api/guides/limits (2026-11)
UNITS_A_MINUTE = 325_000
DOWNLOAD = 200
"""Of bytes, whichever method brings them."""
_READ, _LIST, _WRITE, _OTHER = 5, 100, 50, 5
_PAGES = frozenset({"pageSize", "pageToken"})
_ALL_DRIVES = frozenset({"supportsAllDrives"})
_EVERYWHERE = _ALL_DRIVES | {"includeItemsFromAllDrives"}
_MOVES = frozenset({"addParents", "removeParents", "supportsAllDrives", "keepRevisionForever"})
_NEW = frozenset({"supportsAllDrives", "keepRevisionForever", "ignoreDefaultVisibility"})
_SHARES = frozenset({"sendNotificationEmail", "emailMessage", "supportsAllDrives"})
_COMMENTS = "files/{fileId}/comments"
_REPLIES = f"{_COMMENTS}/{{commentId}}/replies"
_FILE = "kind,id,name,mimeType"
_PERMISSION = "kind,id,type,role"
_REVISION = "kind,id,mimeType,modifiedTime"


def _method(
    name: str,
    verb: str,
    path: str,
    answer: Answer,
    scopes: frozenset[str],
    units: int,
    params: frozenset[str] = frozenset(),
    usual: str = "",
) -> Method:
    path = f"/drive/v3/{path}"
    return Method(f"drive.{name}", verb, path, answer, scopes, params, units, usual=usual)


def _upload(name: str, verb: str, path: str, params: frozenset[str]) -> list[Method]:
    """Return the method that takes bytes, at both of its addresses."""
    return [
        Method(
            f"drive.{name}",
            verb,
            f"{base}/drive/v3/{path}",
            uploads.upload,
            _WRITES,
            params | {"uploadType"},
            _WRITE,
            uploads.LARGEST,
            _FILE,
        )
        for base in ("/upload", "/resumable/upload")
    ]


METHODS = [
    _method("about.get", "GET", "about", reading.about, _SEES, _READ),
    _method(
        "changes.getStartPageToken",
        "GET",
        "changes/startPageToken",
        changes.start_page_token,
        _SEES,
        _OTHER,
        _ALL_DRIVES,
    ),
    _method(
        "changes.list",
        "GET",
        "changes",
        changes.list_changes,
        _SEES,
        _LIST,
        _PAGES | _EVERYWHERE | {"includeRemoved", "spaces"},
        "kind,nextPageToken,newStartPageToken,changes(kind,type,changeType,time,removed,fileId,"
        f"driveId,file({_FILE}),drive(kind,id,name))",
    ),
    _method(
        "files.list",
        "GET",
        "files",
        reading.list_files,
        _SEES,
        _LIST,
        _PAGES | _EVERYWHERE | {"q", "orderBy", "corpora", "driveId", "spaces"},
        f"kind,nextPageToken,incompleteSearch,files({_FILE})",
    ),
    _method(
        "files.generateIds",
        "GET",
        "files/generateIds",
        writing.generate_ids,
        _WRITES,
        _OTHER,
        frozenset({"count", "space", "type"}),
    ),
    _method(
        "files.get",
        "GET",
        "files/{fileId}",
        reading.get_file,
        _SEES,
        _READ,
        _ALL_DRIVES | {"acknowledgeAbuse"},
        _FILE,
    ),
    _method(
        "files.export",
        "GET",
        "files/{fileId}/export",
        reading.export_file,
        _READS,
        DOWNLOAD,
        frozenset({"mimeType"}),
    ),
    _method("files.create", "POST", "files", writing.create_file, _WRITES, _WRITE, _NEW, _FILE),
    *_upload("files.create", "POST", "files", _NEW),
    _method(
        "files.copy",
        "POST",
        "files/{fileId}/copy",
        writing.copy_file,
        _WRITES,
        _WRITE,
        _NEW,
        _FILE,
    ),
    _method(
        "files.update",
        "PATCH",
        "files/{fileId}",
        writing.update_file,
        _WRITES,
        _WRITE,
        _MOVES,
        _FILE,
    ),
    *_upload("files.update", "PATCH", "files/{fileId}", _MOVES),
    _method(
        "files.delete",
        "DELETE",
        "files/{fileId}",
        writing.delete_file,
        _WRITES,
        _WRITE,
        _ALL_DRIVES,
    ),
    _method(
        "drives.list",
        "GET",
        "drives",
        reading.list_drives,
        _DRIVES,
        _LIST,
        _PAGES,
        "kind,nextPageToken,drives(kind,id,name)",
    ),
    _method(
        "drives.get",
        "GET",
        "drives/{driveId}",
        reading.get_drive,
        _DRIVES,
        _READ,
        frozenset(),
        "kind,id,name",
    ),
    _method(
        "comments.list",
        "GET",
        _COMMENTS,
        commenting.list_comments,
        _READS,
        _LIST,
        _PAGES | {"includeDeleted", "startModifiedTime"},
    ),
    _method(
        "comments.get",
        "GET",
        f"{_COMMENTS}/{{commentId}}",
        commenting.get_comment,
        _READS,
        _READ,
        frozenset({"includeDeleted"}),
    ),
    _method("comments.create", "POST", _COMMENTS, commenting.create_comment, _WRITES, _WRITE),
    _method(
        "comments.update",
        "PATCH",
        f"{_COMMENTS}/{{commentId}}",
        commenting.update_comment,
        _WRITES,
        _WRITE,
    ),
    _method(
        "comments.delete",
        "DELETE",
        f"{_COMMENTS}/{{commentId}}",
        commenting.delete_comment,
        _WRITES,
        _WRITE,
    ),
    _method(
        "replies.list",
        "GET",
        _REPLIES,
        commenting.list_replies,
        _READS,
        _LIST,
        _PAGES | {"includeDeleted"},
    ),
    _method(
        "replies.get",
        "GET",
        f"{_REPLIES}/{{replyId}}",
        commenting.get_reply,
        _READS,
        _READ,
        frozenset({"includeDeleted"}),
    ),
    _method("replies.create", "POST", _REPLIES, commenting.create_reply, _WRITES, _WRITE),
    _method(
        "replies.update",
        "PATCH",
        f"{_REPLIES}/{{replyId}}",
        commenting.update_reply,
        _WRITES,
        _WRITE,
    ),
    _method(
        "replies.delete",
        "DELETE",
        f"{_REPLIES}/{{replyId}}",
        commenting.delete_reply,
        _WRITES,
        _WRITE,
    ),
    _method(
        "permissions.list",
        "GET",
        "files/{fileId}/permissions",
        sharing.list_permissions,
        _SEES,
        _LIST,
        _PAGES | _ALL_DRIVES,
        f"kind,nextPageToken,permissions({_PERMISSION})",
    ),
    _method(
        "permissions.get",
        "GET",
        "files/{fileId}/permissions/{permissionId}",
        sharing.get_permission,
        _SEES,
        _READ,
        _ALL_DRIVES,
        _PERMISSION,
    ),
    _method(
        "permissions.create",
        "POST",
        "files/{fileId}/permissions",
        sharing.create_permission,
        _WRITES,
        _WRITE,
        _SHARES,
        _PERMISSION,
    ),
    _method(
        "permissions.update",
        "PATCH",
        "files/{fileId}/permissions/{permissionId}",
        sharing.update_permission,
        _WRITES,
        _WRITE,
        _ALL_DRIVES,
        _PERMISSION,
    ),
    _method(
        "permissions.delete",
        "DELETE",
        "files/{fileId}/permissions/{permissionId}",
        sharing.delete_permission,
        _WRITES,
        _WRITE,
        _ALL_DRIVES,
    ),
    _method(
        "revisions.list",
        "GET",
        "files/{fileId}/revisions",
        reading.list_revisions,
        _SEES,
        _LIST,
        _PAGES,
        f"kind,nextPageToken,revisions({_REVISION})",
    ),
    _method(
        "revisions.get",
        "GET",
        "files/{fileId}/revisions/{revisionId}",
        reading.get_revision,
        _SEES,
        _READ,
        frozenset({"acknowledgeAbuse"}),
        _REVISION,
    ),
]
