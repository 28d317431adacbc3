"""Bytes that go to OneDrive: new files, and new versions over old ones."""

from __future__ import annotations

import re
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import BadPayload, Conflict, Rejected
from loopdesk.core.seams import Blob, Steps
from loopdesk.providers.api import Links
from loopdesk.providers.microsoft import convert_drive as convert
from loopdesk.providers.microsoft import drive_session as session_of
from loopdesk.providers.microsoft import wire, wire_drive
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.drive_actions import receipt
from loopdesk.providers.microsoft.drive_around import versions
from loopdesk.providers.microsoft.drive_pull import STREAM
from loopdesk.providers.payload import decode

_ITEM = "id,name,size,eTag,cTag,createdBy,lastModifiedDateTime,parentReference,file"
_ROOT = "/me/drive/root"
_NO_PLACE = frozenset({"blocked", "gone"})
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBERS = 100
_CONFLICT = "@microsoft.graph.conflictBehavior"


class _Sending(msgspec.Struct, omit_defaults=True):
    """An upload as an action's steps keep it; each change is saved before what it stands for.

    Args:
        sent: how many files are through; `made`: keys of those that were made.
        over: key of the file that gets a new version, "" where files are made.
        was: what its content was called; `newest`: id of its newest version.
        folder: path, below Graph's base, of the folder that files are made in.
        name: of the file that is being made: nothing had that name before.
        copy: name of the copy that is made, since somebody else has changed the file.
        session: the address that was handed out: whoever has it may go on; `offset`: what is there.
        revision: of what was made last, "" where that is not known.
    """

    sent: int = 0
    made: list[str] = []
    over: str = ""
    was: str = ""
    newest: str = ""
    folder: str = ""
    name: str = ""
    copy: str = ""
    session: str = ""
    offset: int = 0
    revision: str = ""

    def restart(self) -> None:
        self.session, self.offset = "", 0


class DriveUploads:
    """Nothing is written over that the person has not seen, and nothing is made twice: a name that
    is free is chosen before a file is made, and a version is known again by who, when and size."""

    def __init__(self, calls: Calls, links: Links, me: convert.Me) -> None:
        self._calls = calls
        self._http = links.http
        self._bytes = links.files
        self._clock = links.clock
        self._me = me

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        saved = steps.load()
        if saved is None:
            at = self._plan(action)
            self._save(steps, at, action)
        else:
            at = msgspec.json.decode(saved, type=_Sending)
        blob = self._bytes.info(action.arguments.files[at.sent])
        try:
            made = self._send(action, steps, at, blob)
        except Conflict:
            if not at.over:
                raise
            # While this waited, or while the pieces went, somebody else was faster.
            self._to_copy(at, self._needed(at.over))
            made = None
        except Rejected as error:
            if at.name and error.reason == session_of.NAME_TAKEN:
                free = self._free_name(at.folder, at.copy or blob.name)
                if free == at.name:
                    raise  # it looks free, and is not: so it would go on for ever
                at.name = free
            elif at.copy and at.folder != _ROOT and error.reason in _NO_PLACE:
                # Not everybody who may change a file may put another one beside it.
                at.folder = _ROOT
                at.name = self._free_name(at.folder, at.copy)
            else:
                raise
            at.restart()
            made = None
        return self._note(action, steps, at, made)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        """Look for what earlier tries did; what they left undone goes on where it stands."""
        saved = steps.load()
        if saved is None:
            return None
        at = msgspec.json.decode(saved, type=_Sending)
        blob = self._bytes.info(action.arguments.files[at.sent])
        if at.session:
            standing = session_of.ask(self._http, at.session)
            at.offset = standing.offset
            if not standing.over:
                self._save(steps, at, action)
                return None
            at.restart()
        return self._note(action, steps, at, self._there(at, blob))

    def _note(self, action: Action, steps: Steps, at: _Sending, made: str | None) -> Receipt | None:
        """Note how far it is. `made`: key of the file that has all its bytes now."""
        if made is not None:
            at.sent += 1
            at.made.append(made)
            at.restart()
            if at.sent == len(action.arguments.files):
                return self._receipt(action, at)
            following = self._bytes.info(action.arguments.files[at.sent])
            at.name = self._free_name(at.folder, following.name)
        self._save(steps, at, action)
        return None

    def _save(self, steps: Steps, at: _Sending, action: Action) -> None:
        sizes = [self._bytes.info(each).size_bytes for each in action.arguments.files]
        done = (sum(sizes[: at.sent]) + at.offset) / (sum(sizes) or 1)
        steps.save(msgspec.json.encode(at), done)

    # --- deciding ---------------------------------------------------------------------------------

    def _plan(self, action: Action) -> _Sending:
        if not action.target.key:
            place = action.arguments.place
            folder = convert.path_of(place) if place else _ROOT
            first = self._bytes.info(action.arguments.files[0])
            return _Sending(folder=folder, name=self._free_name(folder, first.name))
        file = self._needed(action.target.key)
        at = _Sending(over=action.target.key, was=file.cTag or file.eTag or "")
        seen = action.target.version
        if seen and seen not in (file.cTag, file.eTag, file.lastModifiedDateTime):
            self._to_copy(at, file)
        else:
            at.newest = next((each.id for each in versions(self._calls, at.over)), "")
        return at

    def _to_copy(self, at: _Sending, file: wire_drive.DriveItem) -> None:
        """Both are kept: what is there as it is, and what the person has beside it."""
        stem, suffix = _split(file.name or "")
        who = self._me.name or self._me.address.partition("@")[0]
        at.copy = f"{stem} (from {who}'s LoopDesk, {_day(self._clock.now())}){suffix}"
        parent = file.parentReference
        at.folder = _ROOT
        if parent and parent.id:
            own = convert.is_own(at.over)
            at.folder = convert.path_of(
                parent.id if own else convert.elsewhere(parent.driveId or "", parent.id)
            )
        at.over = ""
        at.name = self._free_name(at.folder, at.copy)
        at.restart()

    def _free_name(self, folder: str, name: str) -> str:
        """Return a name that nothing in a folder has.

        Raises:
            Rejected: very many have it, each with another number.
        """
        stem, suffix = _split(convert.NOT_IN_NAMES.sub("_", name).strip(" .") or "_")
        numbered = (f"{stem} ({number}){suffix}" for number in range(2, _NUMBERS))
        for wanted in (f"{stem}{suffix}", *numbered):
            if self._named(folder, wanted) is None:
                return wanted
        raise Rejected(session_of.NAME_TAKEN)

    # --- looking ----------------------------------------------------------------------------------

    def _needed(self, key: str) -> wire_drive.DriveItem:
        file = self._item(convert.path_of(key))
        if file is None:
            raise Rejected("gone")
        return file

    def _named(self, folder: str, name: str) -> wire_drive.DriveItem | None:
        try:
            return self._item(f"{folder}:/{quote(name, safe='')}")
        except Rejected as error:
            if error.reason in _NO_PLACE:
                return None  # told when the file is put there
            raise

    def _item(self, path: str) -> wire_drive.DriveItem | None:
        """Return an item as it is now, None where there is none."""
        reply = self._calls.call(
            "GET", path, params={"$select": _ITEM}, allow=(HTTPStatus.NOT_FOUND,)
        )
        if reply.status_code != HTTPStatus.OK:
            return None
        return decode(reply.content, wire_drive.DriveItem)

    def _there(self, at: _Sending, blob: Blob) -> str | None:
        """Return the key of the file if an earlier try got all its bytes through."""
        if not at.over:
            file = self._named(at.folder, at.name)
            if file is None:
                return None
            if file.size == blob.size_bytes and self._is_me(file.createdBy):
                return self._as_made(at, file)
            at.name = self._free_name(at.folder, at.copy or blob.name)
            return None
        file = self._needed(at.over)
        if (file.cTag or file.eTag) == at.was:
            return None
        for number, each in enumerate(versions(self._calls, at.over)):
            if each.id == at.newest:
                break
            if each.size == blob.size_bytes and self._is_me(each.lastModifiedBy):
                at.revision = "" if number else convert.revision(file)
                return at.over
        return None

    @staticmethod
    def _as_made(at: _Sending, made: wire_drive.DriveItem) -> str:
        """Note what came of it; return the key of the file."""
        at.revision = convert.revision(made)
        if at.over or at.folder.startswith("/me/"):
            return at.over or made.id
        drive = made.parentReference.driveId if made.parentReference else None
        return convert.elsewhere(drive or "", made.id)

    def _is_me(self, who: wire_drive.Who | None) -> bool:
        return self._me.who(who) == self._me.handle

    # --- sending ----------------------------------------------------------------------------------

    def _send(self, action: Action, steps: Steps, at: _Sending, blob: Blob) -> str | None:
        """Send one piece; return the key of the file where that was the last."""
        if not blob.size_bytes:
            return self._put_empty(at)
        if not at.session:
            at.session = self._begin(at)
            at.offset = 0
            self._save(steps, at, action)
        size = min(session_of.PIECE, blob.size_bytes - at.offset)
        piece = self._bytes.read(blob.id, at.offset, size)
        standing = session_of.push(self._http, at.session, piece, at.offset, blob.size_bytes)
        if standing.made is not None:
            return self._as_made(at, standing.made)
        at.offset = standing.offset
        if standing.over:
            at.restart()
        return None

    def _begin(self, at: _Sending) -> str:
        path, headers, about = self._aim(at)
        reply = self._calls.call(
            "POST", f"{path}/createUploadSession", json={"item": about}, headers=headers
        )
        address = decode(reply.content, wire.UploadSession).uploadUrl
        if not address:
            raise BadPayload("uploadUrl")
        return address

    def _put_empty(self, at: _Sending) -> str:
        """Put a file without bytes: an upload in pieces needs one at least."""
        path, headers, about = self._aim(at)
        reply = self._calls.call("PUT", f"{path}/content", params=about, data=b"", headers=headers)
        return self._as_made(at, decode(reply.content, wire_drive.DriveItem))

    @staticmethod
    def _aim(at: _Sending) -> tuple[str, dict[str, str], dict[str, str]]:
        """Return where bytes go, as what, and what holds where something is there."""
        if at.over:
            path = convert.path_of(at.over)
            return path, {"If-Match": at.was} if at.was else {}, {_CONFLICT: "replace"}
        return f"{at.folder}:/{quote(at.name, safe='')}:", {}, {_CONFLICT: "fail"}

    def _receipt(self, action: Action, at: _Sending) -> Receipt:
        facts: dict[str, Any] = {}
        if not action.target.key:
            facts = {"key": at.made[0], "files": at.made}
        elif at.revision:
            facts["version"] = at.revision
        if at.copy:
            facts |= {"copy": at.name, "conflict": True, "file": at.made[0]}
        return receipt(action, facts, STREAM if at.folder.startswith("/me/") else None)


def _split(name: str) -> tuple[str, str]:
    """Return a file's name, and its ending with the dot: not each dot begins one."""
    match = re.fullmatch(r"(.+)(\.\w{1,8})", name, re.DOTALL)
    return (match[1], match[2]) if match else (name, "")


def _day(at: datetime) -> str:
    # Not strftime: it speaks the language that the process was set to.
    return f"{at.day} {_MONTHS[at.month - 1]}"
