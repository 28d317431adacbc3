"""What Drive's part holds, in plain text, for tests and for the curious."""

from __future__ import annotations

import hashlib

from loopdesk.sandbox.google.drive import shapes
from loopdesk.sandbox.google.drive.store import Comment, DriveStore, Stored
from loopdesk.sandbox.model import Json

_LONGEST_TEXT = 100_000


def files(store: DriveStore) -> list[Json]:
    """Return every file once, whoever sees it."""
    return [_file(store, stored) for stored in store.files.values() if not stored.is_root]


def _file(store: DriveStore, stored: Stored) -> Json:
    return {
        "id": stored.id,
        "name": stored.name,
        "mimeType": stored.type,
        "owner": stored.owner.address if stored.owner else "",
        "driveId": stored.drive,
        "parents": [stored.folder],
        "trashed": store.is_trashed(stored),
        "starred": sorted(stored.starred),
        "version": stored.version,
        "modifiedTime": shapes.stamp(stored.changed_at),
        "permissions": [
            {"id": one.id, "address": one.who.address, "role": one.role}
            for one in shapes.all_permissions(store, stored)
        ],
        "comments": [_comment(one) for one in stored.comments],
        "revisions": [
            {
                "id": one.id,
                "by": one.by.address,
                "at": shapes.stamp(one.at),
                "size": len(one.data),
                "sha256": hashlib.sha256(one.data).hexdigest(),
            }
            for one in stored.revisions
        ],
        "text": _text(stored),
    }


def _comment(one: Comment) -> Json:
    return {
        "id": one.id,
        "by": one.by.address,
        "text": one.text,
        "quote": one.quote,
        "resolved": one.resolved,
        "deleted": one.deleted,
        "replies": [
            {
                "id": r.id,
                "by": r.by.address,
                "text": r.text,
                "action": r.action,
                "deleted": r.deleted,
            }
            for r in one.replies
        ],
    }


def _text(stored: Stored) -> str:
    readable = stored.is_googles or stored.type.startswith("text/")
    if not readable or not stored.revisions:
        return ""
    return stored.data[:_LONGEST_TEXT].decode("utf-8", "replace")
