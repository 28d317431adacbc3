"""What a person does to a file in OneDrive, its bytes aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec

from loopdesk.core.actions import LINK, Action, Receipt
from loopdesk.core.changes import Stream
from loopdesk.core.errors import Rejected
from loopdesk.core.people import handle_of
from loopdesk.core.seams import Steps
from loopdesk.providers.microsoft import convert_drive as convert
from loopdesk.providers.microsoft import wire_drive as wire
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.drive_around import PERMISSIONS, permissions
from loopdesk.providers.microsoft.drive_pull import SHARED, STREAM, Files
from loopdesk.providers.payload import decode

_GONE = (HTTPStatus.NOT_FOUND,)
_PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The directory of all accounts that belong to no organisation."""


class DriveActions:
    """OneDrive's changes are sets, or are looked for before they are made again."""

    def __init__(self, calls: Calls, me: convert.Me, files: Files) -> None:
        self._calls = calls
        self._me = me
        self._files = files

    def perform(self, action: Action, steps: Steps) -> Receipt:
        path = convert.path_of(action.target.key)
        match action.name:
            case "rename":
                if convert.NOT_IN_NAMES.search(action.arguments.text):
                    raise Rejected("name-refused")
                self._calls.call("PATCH", path, json={"name": action.arguments.text})
            case "move":
                (folder,) = action.arguments.to[:1]
                body = {"parentReference": {"id": folder}}
                self._calls.call("PATCH", path, json=body)
            case "delete":
                self._calls.call("DELETE", path, allow=_GONE)
            case "share":
                self._files.share(action.target.key)
                return self._share(action)
            case "unshare":
                self._files.share(action.target.key)
                self._unshare(action)
            case _:
                raise Rejected("notSupported")
        return receipt(action)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        if action.name in ("share", "unshare"):
            held = permissions(self._calls, action.target.key)
            if action.name == "unshare":
                return None if _meant(held, action.arguments.to) else receipt(action)
            missing = [each for each in action.arguments.to if not self._has(held, each, action)]
            return None if missing else _shared(action, held)
        file = self._file(action.target.key)
        if file is None:
            return receipt(action) if action.name == "delete" else None
        parent = file.parentReference.id if file.parentReference else None
        done = {
            "rename": file.name == action.arguments.text,
            "move": [parent] == list(action.arguments.to[:1]),
        }
        return receipt(action) if done.get(action.name) else None

    def _file(self, key: str) -> wire.DriveItem | None:
        """Return the file as it is now, None where it is gone."""
        asked = {"$select": "id,name,parentReference"}
        reply = self._calls.call("GET", convert.path_of(key), params=asked, allow=_GONE)
        if reply.status_code != HTTPStatus.OK:
            return None
        return decode(reply.content, wire.DriveItem)

    # --- sharing ----------------------------------------------------------------------------------

    def _share(self, action: Action) -> Receipt:
        """Give it to those who do not have it yet: each gets one mail, whatever befalls.

        Each by themselves: an answer that is lost then leaves no doubt about the others.
        """
        held = permissions(self._calls, action.target.key)
        for wanted in action.arguments.to:
            if self._has(held, wanted, action):
                continue
            known = next(iter(_meant(held, [wanted])), None)
            if wanted == LINK:
                held.append(self._link(action))
            elif known is not None and known.link is None:
                self._calls.call(
                    "PATCH",
                    f"{_permissions(action)}/{quote(known.id, safe='')}",
                    json={"roles": [convert.role_name(action.arguments.role)]},
                )
            else:
                held += self._invite(action, wanted)
        return _shared(action, held)

    def _link(self, action: Action) -> wire.Permission:
        """Make a link; the same one again is no other."""
        personal = self._me.subject.endswith(_PERSONAL)
        body = {
            "type": "edit" if action.arguments.role == "writer" else "view",
            # Who works for an organisation shares with it, not with everybody.
            "scope": "anonymous" if personal else "organization",
        }
        path = f"{convert.path_of(action.target.key)}/createLink"
        return decode(self._calls.call("POST", path, json=body).content, wire.Permission)

    def _invite(self, action: Action, to: str) -> list[wire.Permission]:
        body: dict[str, Any] = {
            "recipients": [{"email": handle_of(to).address}],
            "roles": [convert.role_name(action.arguments.role)],
            "requireSignIn": True,
            "sendInvitation": True,
        }
        if action.arguments.text:
            body["message"] = action.arguments.text
        path = f"{convert.path_of(action.target.key)}/invite"
        reply = self._calls.call("POST", path, json=body)
        return decode(reply.content, _Permissions).value

    def _unshare(self, action: Action) -> None:
        for permission in _meant(permissions(self._calls, action.target.key), action.arguments.to):
            self._calls.call(
                "DELETE",
                f"{_permissions(action)}/{quote(permission.id, safe='')}",
                allow=_GONE,
            )

    def _has(self, held: Iterable[wire.Permission], wanted: str, action: Action) -> bool:
        """Say whether somebody has what an action gives; the owner has everything."""
        role = "writer" if action.arguments.role == "writer" else "reader"
        if any(convert.role_of(each) == role for each in _meant(held, [wanted])):
            return True
        address = handle_of(wanted).address
        return any(
            "owner" in (each.roles or ()) and each.handle.address == address for each in held
        )


class _Permissions(msgspec.Struct):
    value: list[wire.Permission] = []


def _meant(held: Iterable[wire.Permission], to: Sequence[str]) -> list[wire.Permission]:
    """Return the permissions that are named: by address, by their id, or as the link."""
    addresses = {handle_of(each).address for each in to if "@" in each}
    return [
        each
        for each in held
        if convert.is_taken_back(each)
        and (
            each.id in to
            or (LINK in to and convert.is_open_link(each))
            or (each.handle.address != "" and each.handle.address in addresses)
        )
    ]


def _permissions(action: Action) -> str:
    return convert.path_of(action.target.key) + PERMISSIONS


def _shared(action: Action, held: Iterable[wire.Permission]) -> Receipt:
    meant = _meant(held, action.arguments.to)
    more: dict[str, Any] = {"permissions": sorted(each.id for each in meant)}
    # Only by this address does it open for who was not named.
    urls = [each.link.webUrl for each in meant if each.link and each.link.webUrl]
    return receipt(
        action, more | ({"url": urls[-1]} if LINK in action.arguments.to and urls else {})
    )


def receipt(
    action: Action, more: dict[str, Any] | None = None, stream: Stream | None = None
) -> Receipt:
    """Return a receipt. `stream`: which shows the effect, if not that of the file."""
    usual = STREAM if convert.is_own(action.target.key) else SHARED
    facts = {"file": action.target.key, **(more or {})}
    return Receipt(facts=facts, streams=((stream or usual).key,))
