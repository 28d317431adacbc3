"""The feed of changes.

Source: developers.google.com/workspace/drive/api/guides/manage-changes (2026-11)
"""

from __future__ import annotations

from loopdesk.sandbox.google.drive import shapes
from loopdesk.sandbox.google.drive.store import Change
from loopdesk.sandbox.google.errors import bad_request
from loopdesk.sandbox.google.method import Call
from loopdesk.sandbox.model import Json


def start_page_token(call: Call) -> Json:
    token = str(call.google.drive.seq + 1)
    return {"kind": "drive#startPageToken", "startPageToken": token}


def list_changes(call: Call) -> Json:
    store, me = call.google.drive, call.account.address
    most = call.number("pageSize", 100, 1000)
    token = call.one("pageToken")
    everywhere = call.flag("includeItemsFromAllDrives")
    if everywhere and not call.flag("supportsAllDrives"):
        raise bad_request("supportsAllDrives must be set.", "supportsAllDrives", "invalid")
    if not token.isdecimal() or not store.kept_from < int(token) <= store.seq + 1:
        raise bad_request("Invalid Value", "pageToken", "invalid")
    latest = {
        line.key: line
        for line in store.log
        if line.seq >= int(token)
        and me in line.seen_by
        and (everywhere or not _in_drive(call, line))
    }
    removed = call.flag("includeRemoved", default=True)
    lines = sorted(latest.values(), key=lambda line: line.seq)
    shown = [_change(call, line) for line in lines[:most]]
    answer: Json = {
        "kind": "drive#changeList",
        "changes": [each for each in shown if removed or not each["removed"]],
    }
    if len(lines) > most:
        return answer | {"nextPageToken": str(lines[most].seq)}
    return answer | {"newStartPageToken": str(store.seq + 1)}


def _in_drive(call: Call, line: Change) -> bool:
    stored = call.google.drive.files.get(line.key)
    return stored is not None and bool(stored.drive)


def _change(call: Call, line: Change) -> Json:
    store, me = call.google.drive, call.account.address
    shown: Json = {"kind": "drive#change", "removed": False, "time": shapes.stamp(line.at)}
    stored = store.files.get(line.key)
    role = store.role(stored, me, by_link=False) if stored else ""
    if line.key in store.drives:
        shown |= {"changeType": "drive", "type": "drive", "driveId": line.key}
        if role:
            return shown | {"drive": shapes.drive(store.drives[line.key], role)}
        return shown | {"removed": True}
    shown |= {"changeType": "file", "type": "file", "fileId": line.key}
    if stored is not None and role:
        return shown | {"file": shapes.file(store, stored, me)}
    return shown | {"removed": True}
