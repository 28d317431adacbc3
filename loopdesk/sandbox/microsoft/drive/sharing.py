"""Who may see an item: links, people, and the mails that tell them.

Source: learn.microsoft.com/graph/api/driveitem-createlink, driveitem-invite,
    driveitem-list-permissions, permission-delete (2026-11)
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft.drive import shapes
from loopdesk.sandbox.microsoft.drive.store import Permission, Stored, missing, permission_id
from loopdesk.sandbox.microsoft.drive.writing import who
from loopdesk.sandbox.microsoft.errors import ApiError, bad_request
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.microsoft.paging import paged
from loopdesk.sandbox.model import Json, Who
from loopdesk.sandbox.web import Response, json_response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.drive.area import DriveArea

SENDER = "no-reply@sharepointonline.com"
_ROLES = {"view": "read", "edit": "write", "embed": "read"}
_LONGEST_MESSAGE = 2000


def list_permissions(area: DriveArea, call: Call) -> Json:
    stored = area.item(call)
    shown = [shapes.owner_permission(area.store, stored)]
    shown += [
        shapes.permission(area.store, stored, each, None if at is stored else at)
        for at, each in _all(area, stored)
    ]
    return paged(call, shown, lambda each: each, usual=200)


def get_permission(area: DriveArea, call: Call) -> Json:
    stored = area.item(call)
    at, given = _find(area, stored, call.path["permission"])
    return shapes.permission(area.store, stored, given, None if at is stored else at)


def update_permission(area: DriveArea, call: Call) -> Json:
    stored = area.writable(call)
    at, given = _find(area, stored, call.path["permission"])
    _check_own(stored, at)
    given.role = _role(call.body())
    area.store.shared(stored)
    return shapes.permission(area.store, stored, given)


def delete_permission(area: DriveArea, call: Call) -> Response:
    """Take back what somebody was allowed; what a folder gives is taken back there."""
    stored = area.writable(call)
    at, given = _find(area, stored, call.path["permission"])
    _check_own(stored, at)
    del stored.permissions[given.id]
    area.store.shared(stored)
    return Response(HTTPStatus.NO_CONTENT)


def create_link(area: DriveArea, call: Call) -> Response:
    """Make a link, or return the one of this kind that there is."""
    stored, body = area.writable(call), call.body()
    kind = str(body.get("type") or "view")
    usual = "anonymous" if call.account.is_personal else "organization"
    scope = str(body.get("scope") or usual)
    if kind not in _ROLES or (kind == "embed" and not call.account.is_personal):
        raise bad_request("There is no link of this type.", "invalidRequest")
    if scope not in ("anonymous", "organization", "users"):
        raise bad_request("There is no such scope.", "invalidRequest")
    if scope == "organization" and call.account.is_personal:
        raise bad_request("A personal account has no organisation.", "invalidRequest")
    if scope == "anonymous" and area.forbids_anonymous:
        raise ApiError(403, "accessDenied", "Links for anybody are switched off.")
    given = Permission("", _ROLES[kind], who(call.account), call.now, link=(kind, scope))
    given.id = permission_id(given)
    known = stored.permissions.get(given.id)
    if known is None:
        stored.permissions[given.id] = given
        area.store.shared(stored)
    status = HTTPStatus.OK if known else HTTPStatus.CREATED
    return json_response(shapes.permission(area.store, stored, known or given), status)


def invite(area: DriveArea, call: Call) -> Json:
    stored, body = area.writable(call), call.body()
    recipients, message = body.get("recipients"), str(body.get("message") or "")
    role = _role(body)
    if not isinstance(recipients, list) or not recipients:
        raise bad_request("Nobody is invited.", "invalidRequest")
    if len(message) > _LONGEST_MESSAGE:
        raise bad_request("The message is too long.", "invalidRequest")
    if stored.is_root and call.account.is_personal:
        raise bad_request("The top of a personal drive is not shared.", "invalidRequest")
    found = []
    for each in recipients:
        address = str(each.get("email") or "").lower() if isinstance(each, dict) else ""
        if "@" not in address:
            raise bad_request("A recipient has no address.", "invalidRequest")
        by, person = who(call.account), Who(address, area.name_of(address))
        given = Permission("", role, by, call.now, person)
        given.needs_sign_in = bool(body.get("requireSignIn", True))
        given.id = permission_id(given)
        stored.permissions[given.id] = given
        found.append(given)
        if body.get("sendInvitation", False):
            _tell(area, call, stored, given, message)
    area.store.shared(stored)
    return {"value": [shapes.permission(area.store, stored, each) for each in found]}


def _all(area: DriveArea, stored: Stored) -> Iterator[tuple[Stored, Permission]]:
    """Yield each permission with the item that it was given for."""
    for at in area.store.chain(stored):
        yield from ((at, each) for each in at.permissions.values())


def _find(area: DriveArea, stored: Stored, key: str) -> tuple[Stored, Permission]:
    for at, each in _all(area, stored):
        if each.id == key:
            return at, each
    if key == shapes.owner_permission(area.store, stored)["id"]:
        raise bad_request("What the owner may do is not changed so.", "invalidRequest")
    raise missing()


def _check_own(stored: Stored, at: Stored) -> None:
    if at is not stored:
        raise ApiError(403, "accessDenied", "This was given for the folder it lies in.")


def _role(body: Json) -> str:
    roles = body.get("roles")
    if roles not in (["read"], ["write"]):
        raise bad_request("roles is read or write.", "invalidRequest")
    return str(roles[0])


def _tell(area: DriveArea, call: Call, stored: Stored, given: Permission, message: str) -> None:
    to, by = given.who or Who(""), given.by
    link = shapes.item(area.store, stored)["webUrl"]
    subject = f'{by.name} shared "{stored.name}" with you'
    area.notices.append(
        {
            "at": call.now.isoformat(),
            "from": by.address,
            "to": to.address,
            "subject": subject,
            "message": message,
        }
    )
    mail = EmailMessage()
    mail["From"] = formataddr((by.name, SENDER))
    mail["Reply-To"] = formataddr((by.name, by.address))
    mail["To"] = formataddr((to.name, to.address))
    mail["Subject"] = subject
    mail["Date"] = format_datetime(call.now)
    mail["Message-ID"] = f"<Share-{area.service.word(36)}@odspnotify>"
    mail["Auto-Submitted"] = "auto-generated"
    words = f"{by.name} invited you to {'edit' if given.role == 'write' else 'view'} a file"
    mail.set_content(f"{words}\n\n{message}\n\n{stored.name}\n{link}\n")
    mail.add_alternative(
        f"<p>{escape(words)}</p><blockquote>{escape(message)}</blockquote>"
        f'<p><a href="{escape(link)}">{escape(stored.name)}</a></p>',
        subtype="html",
    )
    area.service.write_to(to.address, mail.as_bytes())
