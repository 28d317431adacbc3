"""Messages that Slack posts at their time.

Source: docs.slack.dev/reference/methods/chat.scheduleMessage (2026-11)
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack import shapes, writing
from loopdesk.sandbox.slack.errors import SlackError
from loopdesk.sandbox.slack.method import Call
from loopdesk.sandbox.slack.workspace import Scheduled

_FARTHEST = timedelta(days=120)
_WINDOW_S = 300
_MOST_IN_WINDOW = 30
_FIXED_S = 60
"""It cannot be taken back so shortly before."""


def schedule(call: Call) -> Json:
    where = writing.writable(call)
    text = call.text("post_at")
    if not text.isdecimal():
        raise SlackError("invalid_time")
    post_at, now_s = int(text), int(call.now.timestamp())
    if post_at <= now_s:
        raise SlackError("time_in_past")
    if post_at - now_s > _FARTHEST.total_seconds():
        raise SlackError("time_too_far")
    kept = call.workspace.scheduled
    near = sum(
        one.channel == where.id and abs(one.post_at - post_at) < _WINDOW_S for one in kept.values()
    )
    if near >= _MOST_IN_WINDOW:
        raise SlackError("restricted_too_many")
    message = writing.drafted(call, where)
    id = f"Q{call.slack.word(10)}"
    args = {**call.args, "channel": where.id}
    kept[id] = Scheduled(id, where.id, call.user, post_at, now_s, args)
    call.slack.after(datetime.fromtimestamp(post_at, UTC), lambda: _post(call, id))
    shown = shapes.message(call.workspace, where, message, call.base_url)
    return {
        "channel": where.id,
        "scheduled_message_id": id,
        "post_at": post_at,
        "message": {**shown, "type": "delayed_message"},
    }


def _post(call: Call, id: str) -> None:
    due = call.workspace.scheduled.get(id)
    if due is None:
        return
    del call.workspace.scheduled[id]
    if call.structure("metadata"):
        # Slack takes such a message and never posts it.
        return
    call.args, call.now = due.args, call.slack.now()
    try:
        where = writing.writable(call)
        writing.said(call, where, writing.drafted(call, where))
    except SlackError:
        # The conversation is closed by now: nobody hears of it.
        return


def listed(call: Call) -> Json:
    channel = call.text("channel")
    oldest, latest = call.number("oldest", 0), call.number("latest", 0)
    mine = sorted(
        (
            one
            for one in call.workspace.scheduled.values()
            if one.user == call.user
            and channel in ("", one.channel)
            and one.post_at >= oldest
            and not 0 < latest < one.post_at
        ),
        key=lambda one: one.post_at,
    )
    start, limit = int(call.cursor("scheduled") or 0), call.limit(100, 100)
    shown = [
        {
            "id": one.id,
            "channel_id": one.channel,
            "post_at": one.post_at,
            "date_created": one.made_at,
            "text": str(one.args.get("text", "")),
        }
        for one in mine[start : start + limit]
    ]
    place = str(start + limit) if start + limit < len(mine) else ""
    return {"scheduled_messages": shown, **call.next_cursor("scheduled", place)}


def delete(call: Call) -> Json:
    where = call.conversation("")
    found = call.workspace.scheduled.get(call.needed("scheduled_message_id"))
    if (
        found is None
        or (found.channel, found.user) != (where.id, call.user)
        or found.post_at - call.now.timestamp() < _FIXED_S
    ):
        raise SlackError("invalid_scheduled_message_id")
    del call.workspace.scheduled[found.id]
    return {}
