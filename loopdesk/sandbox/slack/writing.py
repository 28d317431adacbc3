"""Messages written, changed and taken away."""

from __future__ import annotations

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack import shapes
from loopdesk.sandbox.slack.conversation import Message
from loopdesk.sandbox.slack.errors import SlackError
from loopdesk.sandbox.slack.method import Call
from loopdesk.sandbox.slack.oauth import APP_ID

_LONGEST = 40_000


def post(call: Call) -> Json:
    where = call.conversation("")
    text = call.text("text")
    if not text:
        raise SlackError("no_text")
    if call.user not in where.members:
        raise SlackError("not_in_channel")
    if where.is_archived:
        raise SlackError("is_archived")
    message = Message(where.free_stamp(call.now), call.user, text, call.text("thread_ts"))
    message.stamps = {"app_id": APP_ID}
    where.add(message)
    shown = shapes.message(call.workspace, where, message, call.base_url)
    return {"channel": where.id, "ts": message.ts, "message": shown}
