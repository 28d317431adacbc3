"""Bytes that a person puts into Drive: a new version of a file, or a new file."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.changes import Account
from loopdesk.core.errors import Rejected
from loopdesk.core.seams import Blob, Clock, Files, Steps
from loopdesk.providers.api import Links
from loopdesk.providers.google import wire_drive as wire
from loopdesk.providers.google.calls import DRIVE, DRIVE_UPLOAD, Calls
from loopdesk.providers.google.drive_actions import ALL_DRIVES
from loopdesk.providers.google.drive_pull import STREAM
from loopdesk.providers.google.upload import PIECE, Standing, Upload, Uploads
from loopdesk.providers.google.wire import decode

_AT_ONCE = 5 * 1024 * 1024
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MADE = "id,name,headRevisionId"
_NO_PLACE = frozenset({"insufficientParentPermissions", "gone", "insufficientFilePermissions"})


class _Sending(msgspec.Struct, omit_defaults=True):
    """An upload as an action's steps keep it; each change is saved before what it stands for.

    Args:
        files: ids of the files to make, one for each that was given; of the file to go over.
        over: the file is there and gets a new version.
        sent: how many are through.
        was: the revision that the person saw; `md5`: of the bytes that go over it.
        copy: name of the copy that is made, since somebody else has changed the file.
        folder: where what is made goes, "" for the top.
        upload: one in pieces that is under way.
        revision: of what was sent last, "" where Google did not say.
    """

    files: list[str]
    over: bool = False
    sent: int = 0
    was: str = ""
    md5: str = ""
    copy: str = ""
    folder: str = ""
    upload: Upload | None = None
    revision: str = ""

    @classmethod
    def load(cls, steps: Steps) -> _Sending | None:
        kept = steps.load()
        return None if kept is None else msgspec.json.decode(kept, type=cls)

    def save(self, steps: Steps) -> None:
        steps.save(msgspec.json.encode(self), self.upload.done if self.upload else 0.0)

    @property
    def file(self) -> str:
        return self.files[self.sent]


class DriveUploads:
    """Nothing is written over that the person has not seen, and nothing is made twice: an id is
    taken before a file is made, and a version is known again by its checksum."""

    def __init__(self, calls: Calls, links: Links) -> None:
        self._calls = calls
        self._uploads = Uploads(calls, links.http)
        self._bytes: Files = links.files
        self._clock: Clock = links.clock
        self._account: Account = links.account

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        at = _Sending.load(steps)
        if at is None:
            at = self._plan(action)
            at.save(steps)
        blob = self._bytes.info(action.arguments.files[at.sent])
        if not self._send(action, steps, at, blob):
            return None
        at.sent, at.upload = at.sent + 1, None
        if at.sent == len(at.files):
            return self._receipt(action, at)
        at.save(steps)
        return None

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        """Look for what earlier tries did; what they left undone goes on where it stands."""
        at = _Sending.load(steps)
        if at is None:
            return None
        while self._is_there(at):
            at.sent, at.upload = at.sent + 1, None
            if at.sent == len(at.files):
                return self._receipt(action, at)
        if at.upload is not None:
            standing = self._uploads.ask(at.upload)
            at.upload = None if standing.lost else _moved(at.upload, standing)
        at.save(steps)
        return None

    # --- deciding ---------------------------------------------------------------------------------

    def _plan(self, action: Action) -> _Sending:
        given = action.arguments.files
        if not action.target.key:
            return _Sending(self._new_ids(len(given)), folder=action.arguments.place)
        file = self._file(action.target.key)
        if file is None:
            raise Rejected("gone")
        seen = action.target.version
        if seen and seen != file.headRevisionId:
            return self._copy(file)
        return _Sending([file.id], over=True, was=file.headRevisionId, md5=self._md5(given[0]))

    def _copy(self, file: wire.File) -> _Sending:
        """Both are kept: what is there as it is, and what the person has beside it."""
        stem, suffix = _split(file.name)
        about = self._calls.get(f"{DRIVE}/about", wire.About, {"fields": "user(displayName)"})
        who = about.user.displayName or self._account.address.partition("@")[0]
        now = self._clock.now()
        copy = f"{stem} (from {who}'s LoopDesk, {_day(now)}){suffix}"
        folder = file.parents[0] if file.parents else ""
        return _Sending(self._new_ids(1), copy=copy, folder=folder)

    def _new_ids(self, count: int) -> list[str]:
        asked = {"count": str(count), "space": "drive", "fields": "ids"}
        ids = self._calls.get(f"{DRIVE}/files/generateIds", wire.GeneratedIds, asked).ids
        if len(ids) != count:
            raise Rejected("generateIds")
        return ids

    def _md5(self, blob: str) -> str:
        # Drive's own checksum, which says whether a version is ours: nothing is kept safe by it.
        digest = hashlib.md5(usedforsecurity=False)
        size = self._bytes.info(blob).size_bytes
        for offset in range(0, size, PIECE):
            digest.update(self._bytes.read(blob, offset, min(PIECE, size - offset)))
        return digest.hexdigest()

    # --- looking ----------------------------------------------------------------------------------

    def _file(self, key: str) -> wire.File | None:
        reply = self._calls.call(
            "GET",
            f"{DRIVE}/files/{quote(key)}",
            params={"fields": "id,name,parents,headRevisionId", **ALL_DRIVES},
            allow=(HTTPStatus.NOT_FOUND,),
        )
        if reply.status_code == HTTPStatus.NOT_FOUND:
            return None
        return decode(reply.content, wire.File)

    def _is_there(self, at: _Sending) -> bool:
        file = self._file(at.file)
        if file is None:
            return False
        if not at.over:
            at.revision = file.headRevisionId
            return True
        if file.headRevisionId == at.was:
            return False
        asked = {"fields": wire.REVISIONS, "pageSize": "1000"}
        url = f"{DRIVE}/files/{quote(at.file)}/revisions"
        revisions = self._calls.get(url, wire.RevisionList, asked).revisions
        ids = [each.id for each in revisions]
        since = revisions[ids.index(at.was) + 1 :] if at.was in ids else revisions
        ours = [each.id for each in since if each.md5Checksum == at.md5]
        at.revision = ours[-1] if ours else ""
        return bool(ours)

    # --- sending ----------------------------------------------------------------------------------

    def _send(self, action: Action, steps: Steps, at: _Sending, blob: Blob) -> bool:
        """Send all or one piece; say whether the whole is there, and note as which revision."""
        if at.over and _is_last(at, blob):
            file = self._file(at.file)
            if file is None:
                raise Rejected("gone")
            if file.headRevisionId != at.was:
                # While this waited, or while the pieces went, somebody else was faster.
                self._copy(file).save(steps)
                return False
        method = "PATCH" if at.over else "POST"
        url = f"{DRIVE_UPLOAD}/files" + (f"/{quote(at.file)}" if at.over else "")
        about: dict[str, Any] = {}
        if not at.over:
            about = {"id": at.file, "name": at.copy or blob.name, "mimeType": _kind(blob)}
            about |= {"parents": [at.folder]} if at.folder else {}
        try:
            if blob.size_bytes <= _AT_ONCE:
                at.revision = self._at_once(action, method, url, about, blob)
                return True
            return self._piece(steps, at, blob, method, url, about)
        except Rejected as error:
            if at.over or not at.folder or not at.copy or error.reason not in _NO_PLACE:
                raise
        # Not everybody who may change a file may put another one beside it.
        at.folder, at.upload = "", None
        at.save(steps)
        return False

    def _at_once(
        self, action: Action, method: str, url: str, about: dict[str, Any], blob: Blob
    ) -> str:
        boundary = f"part{action.id}"
        head = (
            f"--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
            f"{json.dumps(about)}\r\n--{boundary}\r\nContent-Type: {_kind(blob)}\r\n\r\n"
        )
        data = self._bytes.read(blob.id, 0, blob.size_bytes)
        # 409: an earlier try made it.
        reply = self._calls.call(
            method,
            url,
            params={"uploadType": "multipart", "fields": _MADE, **ALL_DRIVES},
            data=head.encode() + data + f"\r\n--{boundary}--\r\n".encode(),
            headers={"Content-Type": f"multipart/related; boundary={boundary}"},
            allow=() if method == "PATCH" else (HTTPStatus.CONFLICT,),
        )
        if reply.status_code == HTTPStatus.CONFLICT:
            return ""
        return decode(reply.content, wire.File).headRevisionId

    def _piece(
        self, steps: Steps, at: _Sending, blob: Blob, method: str, url: str, about: dict[str, Any]
    ) -> bool:
        if at.upload is None:
            at.upload = self._uploads.begin(
                method,
                url,
                about=about,
                kind=_kind(blob),
                size_bytes=blob.size_bytes,
                params={"fields": _MADE, **ALL_DRIVES},
            )
            at.save(steps)
        size = min(PIECE, blob.size_bytes - at.upload.offset)
        standing = self._uploads.push(at.upload, self._bytes.read(blob.id, at.upload.offset, size))
        if standing.answer is not None:
            at.revision = decode(standing.answer, wire.File).headRevisionId
            return True
        at.upload = None if standing.lost else _moved(at.upload, standing)
        at.save(steps)
        return False

    def _receipt(self, action: Action, at: _Sending) -> Receipt:
        facts: dict[str, Any] = {"file": at.files[0]}
        if at.revision:
            facts["version"] = at.revision
        if not action.target.key:
            facts = {"key": at.files[0], "files": at.files}
        if at.copy:
            facts |= {"copy": at.copy, "conflict": True}
        return Receipt(facts=facts, streams=(STREAM.key,))


def _is_last(at: _Sending, blob: Blob) -> bool:
    """Whether with the next request the whole is there."""
    sent = at.upload.offset if at.upload else 0
    return blob.size_bytes <= max(_AT_ONCE, sent + PIECE)


def _kind(blob: Blob) -> str:
    return blob.type or "application/octet-stream"


def _moved(upload: Upload, standing: Standing) -> Upload:
    return msgspec.structs.replace(upload, offset=standing.offset)


def _split(name: str) -> tuple[str, str]:
    """Return a file's name, and its ending with the dot: not each dot begins one."""
    match = re.fullmatch(r"(.+)(\.\w{1,8})", name, re.DOTALL)
    return (match[1], match[2]) if match else (name, "")


def _day(at: datetime) -> str:
    # Not strftime: it speaks the language that the process was set to.
    return f"{at.day} {_MONTHS[at.month - 1]}"
