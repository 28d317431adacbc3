"""People, and what Trello told them."""

from __future__ import annotations

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.trello import listing, scopes, shapes
from loopdesk.sandbox.trello.comments import scopes_missing
from loopdesk.sandbox.trello.errors import invalid, not_found
from loopdesk.sandbox.trello.held import Notification
from loopdesk.sandbox.trello.method import Call


def get(call: Call) -> Json:
    member = call.me(call.path["id"])
    if member not in call.wall.people:
        raise not_found("model")
    # Without these even one's own mail address is kept back.
    is_self = member == call.user and {scopes.ACCOUNT, scopes.READ_MEMBER} <= call.scopes
    return shapes.member(call.wall, member, call.names("fields"), is_self=is_self)


def workspaces(call: Call) -> list[Json]:
    member = call.me(call.path["id"])
    fields = call.names("fields")
    return [
        shapes.workspace(call.wall, each.id, fields)
        for each in call.wall.workspaces.values()
        if member in each.members and call.user in each.members
    ]


def token(call: Call) -> Json:
    """Tell of a token of the sign-in of before."""
    if (found := call.trello.old_way.about(call.path["token"])) is None:
        raise not_found()
    return found


def end_token(call: Call) -> Json:
    """End the sign-in of a token of either kind."""
    call.trello.oauth.end_sign_in(call.path["token"])
    call.trello.old_way.end(call.path["token"])
    return {}


def notifications(call: Call) -> list[Json]:
    heard = call.wall.told(call.user)
    match call.text("read_filter", "all"):
        case "unread":
            heard = [one for one in heard if one.unread]
        case "read":
            heard = [one for one in heard if not one.unread]
        case "all":
            pass
        case _:
            raise invalid("read_filter")
    types = call.names("filter")
    heard = [one for one in heard if "all" in types or one.type in types]
    found = listing.sliced(call, heard, default=50, dates=False)
    return [_shown(call, one) for one in found]


def notification(call: Call) -> Json:
    return _shown(call, _own(call))


def mark(call: Call) -> Json:
    one = _own(call)
    _read(call, one, call.flag("value" if call.has("value") else "unread"))
    return _shown(call, one)


def mark_all(call: Call) -> Json:
    """Mark those that are named; if none is, all of them."""
    wanted = call.names("ids", "")
    for one in call.wall.told(call.user):
        if not wanted or one.id in wanted:
            _read(call, one, not call.flag("read", True))
    return {}


def mark_card(call: Call) -> Json:
    card = call.card()
    if scopes.ACCOUNT not in call.scopes:
        raise scopes_missing()
    for one in call.wall.told(call.user):
        if one.card == card.id:
            _read(call, one, False)
    return {}


def _read(call: Call, one: Notification, unread: bool) -> None:
    if one.unread == unread:
        return
    one.unread, one.read_at = unread, None if unread else call.now


def _own(call: Call) -> Notification:
    found = [one for one in call.wall.told(call.user) if one.id == call.path["id"]]
    if not found:
        raise not_found()
    return found[0]


def _shown(call: Call, one: Notification) -> Json:
    wanted = call.names("memberCreator_fields", ",".join(shapes.MEMBER))
    with_member = wanted if call.flag("memberCreator", True) else None
    return shapes.notification(call.wall, one, call.names("fields"), with_member=with_member)
