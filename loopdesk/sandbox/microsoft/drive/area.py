"""OneDrive as one part of Graph."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft.drive import reading, shapes, sharing, uploads, writing
from loopdesk.sandbox.microsoft.drive.store import Drive, DriveStore, Stored, missing
from loopdesk.sandbox.microsoft.errors import ApiError
from loopdesk.sandbox.microsoft.method import Area, Call, Method
from loopdesk.sandbox.microsoft.scopes import (
    FILES_READ,
    FILES_READ_ALL,
    FILES_WRITE,
    FILES_WRITE_ALL,
)
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.office_text import words
from loopdesk.sandbox.web import Response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.service import Microsoft

_Answer = Callable[["DriveArea", Call], Json | Response]
_LONGEST_TEXT = 100_000
# How an item is named; a path ends with a colon where something follows.
_OWN = (
    *("/me/drive/root:/{path...}", "/me/drive/items/{item}:/{path...}"),
    *("/me/drive/root", "/me/drive/items/{item}"),
)
_OTHERS = (
    *("/drives/{drive}/root:/{path...}", "/drives/{drive}/items/{item}:/{path...}"),
    *("/drives/{drive}/root", "/drives/{drive}/items/{item}"),
)
_READS: tuple[tuple[str, str, _Answer], ...] = (
    ("GET", "/children", reading.children),
    ("GET", "/content", reading.content),
    ("GET", "/permissions", sharing.list_permissions),
    ("GET", "/permissions/{permission}", sharing.get_permission),
    ("GET", "/versions", reading.list_versions),
    ("GET", "/versions/{version}", reading.get_version),
    ("GET", "/versions/{version}/content", reading.content),
    ("GET", "", reading.get_item),
)
_WRITES: tuple[tuple[str, str, _Answer], ...] = (
    ("POST", "/children", writing.make_folder),
    ("PUT", "/content", writing.put_content),
    ("POST", "/createUploadSession", uploads.begin),
    ("POST", "/createLink", sharing.create_link),
    ("POST", "/invite", sharing.invite),
    ("PATCH", "/permissions/{permission}", sharing.update_permission),
    ("DELETE", "/permissions/{permission}", sharing.delete_permission),
    ("POST", "/versions/{version}/restoreVersion", writing.restore_version),
    ("PATCH", "", writing.update),
    ("DELETE", "", writing.delete),
)


class DriveArea(Area):
    """Attributes:
    locked: ids of items that somebody has open elsewhere.
    full: addresses of those whose drive takes no more bytes.
    forbids_anonymous: no organisation lets its people make links for anybody.
    notices: the mails by which people were told of what was shared with them.
    """

    key = "drive"

    def __init__(self, service: Microsoft) -> None:
        self.service = service
        self.store = DriveStore(service.by_address, service.now())
        self.locked: set[str] = set()
        self.full: set[str] = set()
        self.forbids_anonymous = False
        self.notices: list[Json] = []
        self.methods = [*self._drives(), *self._items()]

    def _drives(self) -> Iterator[Method]:
        for verb, path, answer in (
            ("GET", "/me/drive", reading.get_drive),
            ("GET", "/me/drives", reading.list_drives),
            ("GET", "/me/drive/root/delta", reading.delta),
            ("GET", "/me/drive/root/delta()", reading.delta),
            ("GET", "/me/drive/sharedWithMe", reading.shared_with_me),
            ("GET", "/me/drive/sharedWithMe()", reading.shared_with_me),
            ("GET", "/me/drive/recent", reading.recent),
            ("GET", "/me/drive/recent()", reading.recent),
            ("GET", "/me/drive/search(q='{q}')", reading.search),
            ("GET", "/me/drive/root/search(q='{q}')", reading.search),
            ("GET", "/drives/{drive}", reading.get_drive),
            ("GET", "/drives/{drive}/root/delta", reading.delta),
        ):
            yield Method(verb, path, partial(answer, self), FILES_READ, "drive")

    def _items(self) -> Iterator[Method]:
        for place in (*_OWN, *_OTHERS):
            colon = ":" if place.endswith("{path...}") else ""
            for methods, scopes in ((_READS, FILES_READ), (_WRITES, FILES_WRITE)):
                for verb, below, answer in methods:
                    path = place + colon + below if below else place
                    yield Method(verb, path, partial(answer, self), scopes, "drive")

    # -- where a call leads --------------------------------------------------------------------

    def drive(self, call: Call) -> Drive:
        """Return the drive that a call names, else the person's own.

        Raises:
            ApiError: 403 for another's without the permission for all files, 404.
        """
        own = self.store.drive_of(call.account.address)
        key = call.path.get("drive", own.id)
        if key == own.id:
            return own
        needed = FILES_READ_ALL if call.request.method == "GET" else FILES_WRITE_ALL
        if not needed & call.scopes:
            raise ApiError(403, "accessDenied", "The caller may not do this with others' files.")
        if key not in self.store.drives:
            raise missing()
        return self.store.drives[key]

    def start(self, call: Call) -> Stored:
        """Return the item that a call names before its path; raises ApiError."""
        drive = self.drive(call)
        key = call.path.get("item", "root")
        stored = self.store.items.get(drive.root if key == "root" else key)
        if stored is None or stored.drive != drive.id:
            raise missing()
        return stored

    def item(self, call: Call) -> Stored:
        """Return the item that a call is about; raises ApiError(404), also where it is hidden."""
        stored = self.start(call)
        if "path" in call.path:
            stored = self.store.at_path(stored, call.path["path"])
        if not self.store.role(stored, call.account.address):
            raise missing()
        return stored

    def writable(self, call: Call) -> Stored:
        """Return the item that a call wants to change; raises ApiError."""
        stored = self.item(call)
        self.check_writable(call, stored)
        return stored

    def check_writable(self, call: Call, stored: Stored) -> None:
        if self.store.role(stored, call.account.address) not in ("write", "owner"):
            raise ApiError(403, "accessDenied", "The caller may not change this.")
        if stored.id in self.locked:
            raise ApiError(423, "resourceLocked", "The file is open elsewhere.")

    def match(self, call: Call, stored: Stored) -> None:
        self.check_seen(stored, call.request.header("If-Match"))

    def check_seen(self, stored: Stored, seen: str) -> None:
        """Raises ApiError(412) where the caller has seen another version."""
        if seen not in ("", "*", stored.etag, stored.ctag):
            raise ApiError(412, "resourceModified", "The item was changed meanwhile.")

    def check_space(self, account_address: str) -> None:
        if account_address in self.full:
            raise ApiError(507, "quotaLimitReached", "The drive is full.")

    def name_of(self, address: str) -> str:
        """Return the name of somebody, "" where nobody here knows it."""
        account = self.service.by_address.get(address)
        return account.name if account else ""

    # -- what it holds -------------------------------------------------------------------------

    def state(self) -> Json:
        return {
            "files": [
                self._shown(stored) for stored in self.store.items.values() if not stored.is_root
            ],
            "drive_notices": self.notices,
        }

    def _shown(self, stored: Stored) -> Json:
        return {
            "id": stored.id,
            "drive": stored.drive,
            "owner": self.store.owner(stored).address,
            "name": stored.name,
            "path": self.store.path(stored),
            "type": stored.type,
            "eTag": stored.etag,
            "lastModifiedDateTime": shapes.stamp(stored.changed_at),
            "permissions": [
                {
                    "id": each.id,
                    "address": each.who.address if each.who else "",
                    "link": list(each.link or ()),
                    "role": each.role,
                }
                for each in stored.permissions.values()
            ],
            "versions": [
                {
                    "id": each.id,
                    "by": each.by.address,
                    "at": shapes.stamp(each.at),
                    "size": len(each.data),
                    "sha256": hashlib.sha256(each.data).hexdigest(),
                }
                for each in stored.versions
            ],
            "text": words(stored.name, stored.data)[:_LONGEST_TEXT],
        }
