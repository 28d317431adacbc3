"""Conversations, their messages and threads, as programs read them."""

from __future__ import annotations

from datetime import timedelta

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack import shapes
from loopdesk.sandbox.slack.conversation import Conversation
from loopdesk.sandbox.slack.errors import SlackError
from loopdesk.sandbox.slack.method import Call
from loopdesk.sandbox.slack.scopes import FAMILY
from loopdesk.sandbox.workspaces import stamp

_TYPES = {
    "public_channel": "channel",
    "private_channel": "private",
    "im": "direct",
    "mpim": "group",
}
_FREE_DAYS = timedelta(days=90)
_CRIPPLED_PAGE = 15


def listed(call: Call) -> Json:
    """Answer `users.conversations`. What is left out is left out of its page: pages are shorter
    than was asked for, some empty."""
    return _listed(call, call.workspace.of(call.text("user", call.user)))


def everything(call: Call) -> Json:
    """Answer `conversations.list`: public channels that the person is not in, too."""
    return _listed(call, list(call.workspace.conversations.values()))


def _listed(call: Call, everything: list[Conversation]) -> Json:
    types = [one.strip() for one in call.text("types", "public_channel").split(",")]
    if any(one not in _TYPES for one in types):
        raise SlackError("invalid_types")
    forms = [_TYPES[one] for one in types]
    for form in forms:
        call.need(f"{FAMILY[form]}:read")
    limit = call.limit(100, 999)
    start = int(call.cursor("conversations") or 0)
    page = everything[start : start + limit]
    without_archived = call.flag("exclude_archived")
    shown = [
        shapes.conversation(call, one)
        for one in page
        if one.form in forms
        and one.is_visible_to(call.user)
        and not (without_archived and one.is_archived)
    ]
    place = str(start + limit) if start + limit < len(everything) else ""
    return {"channels": shown, **call.next_cursor("conversations", place)}


def info(call: Call) -> Json:
    one = call.conversation("read")
    shown = {**shapes.conversation(call, one), **shapes.reading(call, one)}
    if call.flag("include_num_members"):
        shown["num_members"] = len(one.members)
    return {"channel": shown}


def members(call: Call) -> Json:
    one = call.conversation("read")
    listing = f"members {one.id}"
    start, limit = int(call.cursor(listing) or 0), call.limit(100, 1000)
    place = str(start + limit) if start + limit < len(one.members) else ""
    return {"members": one.members[start : start + limit], **call.next_cursor(listing, place)}


def history(call: Call) -> Json:
    """Newest first, without what was answered in threads."""
    where = call.conversation("history")
    listing = f"history {where.id}"
    limit = call.limit(100, 999)
    if call.slack.is_crippled:
        limit = min(limit, _CRIPPLED_PAGE)
    found = _within(call, where, where.tops())
    hidden = _hidden(call, found)
    found = found[len(hidden) :]
    if before := call.cursor(listing):
        found = [ts for ts in found if ts < before]
    page = found[-limit:][::-1]
    has_more = len(found) > len(page)
    answer: Json = {
        "messages": [_shown(call, where, ts) for ts in page],
        "has_more": has_more,
        "pin_count": 0,
    }
    if hidden and not has_more:
        answer["is_limited"] = True
    place = page[-1] if has_more else ""
    return {**answer, **(call.next_cursor(listing, place) if place else {})}


def replies(call: Call) -> Json:
    """The parent on every page, then the answers, oldest first."""
    where = call.conversation("history")
    asked = where.get(call.needed("ts"))
    if asked is None:
        raise SlackError("thread_not_found")
    parent = where.get(asked.thread_ts) if asked.thread_ts else asked
    if parent is None:
        raise SlackError("thread_not_found")
    listing = f"replies {where.id} {parent.ts}"
    limit = call.limit(1000, 1000)
    if call.slack.is_crippled:
        limit = min(limit, _CRIPPLED_PAGE)
    found = _within(call, where, where.thread(parent.ts))
    if after := call.cursor(listing):
        found = [ts for ts in found if ts > after]
    page = found[:limit]
    has_more = len(found) > len(page)
    first = {**_shown(call, where, parent.ts), **shapes.following(where, parent, call.user)}
    answer: Json = {
        "messages": [first, *(_shown(call, where, ts) for ts in page)],
        "has_more": has_more,
    }
    return {**answer, **(call.next_cursor(listing, page[-1]) if has_more else {})}


def _within(call: Call, where: Conversation, stamps: list[str]) -> list[str]:
    oldest, latest = call.text("oldest"), call.text("latest")
    for name, value in (("oldest", oldest), ("latest", latest)):
        if value and not value.replace(".", "", 1).isdecimal():
            raise SlackError(f"invalid_ts_{name}")
    return where.between(stamps, _ts(oldest), _ts(latest), call.flag("inclusive"))


def _hidden(call: Call, found: list[str]) -> list[str]:
    """Return those that a free plan does not show any more."""
    if not call.workspace.about.is_free:
        return []
    edge = stamp(call.now - _FREE_DAYS)
    return [ts for ts in found if ts < edge]


def _ts(text: str) -> str:
    """Return a bound as a `ts`: programs send whole seconds, too, and 0."""
    if not text or text == "0":
        return ""
    whole, _, rest = text.partition(".")
    return f"{whole:0>10}.{rest:0<6}"[:17]


def _shown(call: Call, where: Conversation, ts: str) -> Json:
    metadata = call.flag("include_all_metadata")
    return shapes.message(
        call.workspace, where, where.message(ts), call.base_url, metadata=metadata
    )
