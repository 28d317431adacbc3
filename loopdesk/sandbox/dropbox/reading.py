"""Looking at one file: what it is, what it was, what is in it."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass

from loopdesk.sandbox.dropbox import formats, shapes
from loopdesk.sandbox.dropbox.call import Call, variant
from loopdesk.sandbox.dropbox.errors import DropboxError, refuse
from loopdesk.sandbox.dropbox.spaces import Node, Revision, Space, content_hash
from loopdesk.sandbox.dropbox.view import Item, Malformed, checked, lookup
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_LARGEST_PICTURE = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """One version of a file that the person may read."""

    space: Space
    node: Node
    revision: Revision


def get_metadata(call: Call) -> Json:
    """Answer `files/get_metadata`."""
    path = checked(call.text("path"))
    if path.startswith("rev:"):
        found = _find(call, path, "path")
        return {".tag": "file", **_shown(call, found)}
    if call.flag("include_deleted") and (gone := _trashed(call, path)):
        prefix = call.view.mounts().get(gone[0].id)
        return shapes.deleted(gone[1].path, prefix or "")
    item = lookup(call.view, path, lambda *tags: refuse("path", *tags))
    return _metadata(call, item, members=call.flag("include_has_explicit_shared_members"))


def list_revisions(call: Call) -> Json:
    """Answer `files/list_revisions`."""
    path = checked(call.text("path"))
    mode, _ = call.tag("mode", "path", ("path", "id"))
    before = call.text("before_rev", "")
    limit = call.number("limit", 10, 1, 100)
    if before and mode == "id":
        raise refuse("before_rev_not_supported")
    if gone := _trashed(call, path):
        space, node = gone
    else:
        item = lookup(call.view, path, lambda *tags: refuse("path", *tags))
        space, node = item.space, item.node
    if node.is_folder:
        raise refuse("path", "not_file")
    kept = list(reversed(versions(node)))
    if before:
        numbers = [number for number, one in enumerate(kept) if one.rev == before]
        if not numbers:
            raise refuse("invalid_before_rev")
        kept = kept[numbers[0] + 1 :]
    entries = [_shown(call, Found(space, node, one)) for one in kept[:limit]]
    if call.flag("include_restorable_info"):
        for entry in entries:
            entry["is_restorable"] = True
    answer: Json = {"is_deleted": bool(gone), "entries": entries, "has_more": len(kept) > limit}
    if node.deleted_at is not None:
        answer["server_deleted"] = shapes.stamp(node.deleted_at)
    return answer


def versions(node: Node) -> list[Revision]:
    """Return what a file held, oldest first; a move made no version, though it has a rev."""
    last = {id(revision.version): revision for revision in node.revisions}
    return list(last.values())


def download(call: Call) -> Response:
    """Answer `files/download`, whole or in part."""
    found = _find(call, _path(call), "path")
    if found.node.export_as:
        raise refuse("unsupported_file")
    return content(call, found.revision.content, _shown(call, found), found.revision.rev)


def export(call: Call) -> Response:
    """Answer `files/export`."""
    found = _find(call, checked(call.text("path")), "path")
    if not found.node.export_as:
        raise refuse("non_exportable")
    form = call.text("export_format", "") or found.node.export_as[0]
    if form not in found.node.export_as:
        raise refuse("invalid_export_format")
    if call.dropbox.is_preparing(found.revision.rev):
        raise refuse("retry_error")
    data = formats.exported(found.node.name, found.revision.content, form)
    name = f"{found.node.name.rpartition('.')[0]}.{form}"
    about = {
        "export_metadata": {
            "name": name,
            "size": len(data),
            "export_hash": content_hash(data),
        },
        "file_metadata": _shown(call, found),
    }
    return content(call, data, about, found.revision.rev)


def preview(call: Call) -> Response:
    """Answer `files/get_preview`."""
    found = _find(call, _path(call), "path")
    shown = formats.preview(found.node.name, found.revision.content)
    if shown is None:
        raise refuse("unsupported_extension")
    if call.dropbox.is_preparing(found.revision.rev):
        raise refuse("in_progress")
    kind, data = shown
    return content(call, data, _shown(call, found), found.revision.rev, kind)


def thumbnail(call: Call) -> Response:
    """Answer `files/get_thumbnail_v2`."""
    tag, path = variant(call.args.get("resource"), "resource", ("path", "link"))
    if tag == "link":
        raise refuse("access_denied")
    found, data = _picture(call, checked(str(path)))
    about = {"file_metadata": _shown(call, found)}
    return content(call, data, about, found.revision.rev, formats.picture(found.node.name))


def thumbnail_batch(call: Call) -> Json:
    """Answer `files/get_thumbnail_batch`."""
    wanted = call.args.get("entries")
    if isinstance(wanted, list) and len(wanted) > 25:
        raise refuse("too_many_files")
    entries: list[Json] = []
    for one in call.several("entries", 25):
        try:
            path = checked(call.inner(one, "entries").text("path"))
            found, data = _picture(call, path)
        except DropboxError as error:
            if error.status != 409:
                raise
            entries.append({".tag": "failure", "failure": error.error})
            continue
        thumbnail = base64.b64encode(data).decode()
        shown = _shown(call, found)
        entries.append({".tag": "success", "metadata": shown, "thumbnail": thumbnail})
    return {"entries": entries}


def temporary_link(call: Call) -> Json:
    """Answer `files/get_temporary_link`."""
    found = _find(call, checked(call.text("path")), "path")
    if found.node.export_as:
        raise refuse("unsupported_file")
    link = f"https://dl.dropboxusercontent.com/apitl/1/{call.dropbox.draw(16).hex()}"
    return {"metadata": _shown(call, found), "link": link}


def content(
    call: Call, data: bytes, about: Json, rev: str, kind: str = "application/octet-stream"
) -> Response:
    """Return bytes, whole or the part that was asked for, with what they are in a header."""
    headers = {
        "Content-Type": kind,
        # A header is ASCII.
        "Dropbox-API-Result": json.dumps(about, separators=(",", ":")),
        "ETag": f'W/"{rev}"',
        "Accept-Ranges": "bytes",
    }
    if call.request.header("If-None-Match") == headers["ETag"]:
        return Response(304, {"ETag": headers["ETag"]})
    asked = _RANGE.fullmatch(call.request.header("Range"))
    if asked is None or asked.group(0) == "bytes=-":
        return Response(200, headers, data)
    first, last = asked.groups()
    start = int(first) if first else max(0, len(data) - int(last))
    end = min(int(last), len(data) - 1) if first and last else len(data) - 1
    if start > end:
        return Response(416, {"Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
    return Response(206, headers, data[start : end + 1])


def _path(call: Call) -> str:
    """Return which version is meant: the path, or the rev that goes before it."""
    rev = call.text("rev", "")
    return checked(f"rev:{rev}" if rev else call.text("path"))


def _find(call: Call, path: str, tag: str) -> Found:
    """Return the version of a file that a path names.

    Raises:
        DropboxError: there is none, or it is a folder.
    """
    if path.startswith("rev:"):
        known = call.dropbox.spaces.find_rev(path[4:])
        if known is None or not call.view.file_level(known[0], known[1]):
            raise refuse(tag, "not_found")
        return Found(*known)
    item = lookup(call.view, path, lambda *tags: refuse(tag, *tags))
    if item.node.is_folder:
        raise refuse(tag, "not_file")
    return Found(item.space, item.node, item.node.now)


def _trashed(call: Call, path: str) -> tuple[Space, Node] | None:
    """Return a deleted file where nothing has taken its place."""
    if path.startswith("id:"):
        found = call.dropbox.spaces.find(path)
        is_gone = found is not None and found[1].deleted_at is not None
        return found if found and is_gone and call.view.file_level(*found) else None
    try:
        spot = call.view.at(path)
    except (Malformed, LookupError):
        return None
    gone = spot.space.trash.get(spot.lower)
    return (spot.space, gone) if gone and spot.node is None else None


def _picture(call: Call, path: str) -> tuple[Found, bytes]:
    """Return a picture. The stand-in shows it as large as it is."""
    found = _find(call, path, "path")
    if not formats.picture(found.node.name):
        raise refuse("unsupported_extension")
    data = found.revision.content
    if len(data) > _LARGEST_PICTURE:
        raise refuse("unsupported_image")
    return found, data


def _shown(call: Call, found: Found) -> Json:
    return shapes.file(
        call.view,
        found.space,
        found.node,
        found.revision,
        call.view.mounts().get(found.space.id),
        call.dropbox.people,
    )


def _metadata(call: Call, item: Item, *, members: bool = False) -> Json:
    prefix = call.view.mounts().get(item.space.id)
    people = call.dropbox.people
    return shapes.metadata(call.view, item.space, item.node, prefix, people, members=members)
