"""Messages written, changed and taken away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack import events, shapes
from loopdesk.sandbox.slack.conversation import Conversation, Message
from loopdesk.sandbox.slack.errors import SlackError
from loopdesk.sandbox.slack.method import Call
from loopdesk.sandbox.slack.mrkdwn import rewritten
from loopdesk.sandbox.slack.oauth import APP_ID, BOT_ID

_LONGEST = 40_000
_LONGEST_CHANGED = 4_000
_UNFURL = timedelta(seconds=1)
_BLOCKS = frozenset(
    {
        *("actions", "context", "divider", "file", "header", "image", "input", "markdown"),
        *("rich_text", "section", "table", "video"),
    }
)
ARGS = frozenset(
    {
        *("channel", "text", "blocks", "attachments", "thread_ts", "reply_broadcast", "metadata"),
        *("unfurl_links", "unfurl_media", "client_msg_id", "link_names", "parse", "mrkdwn"),
        *("as_user", "username", "icon_emoji", "icon_url", "markdown_text"),
    }
)


def post(call: Call) -> Json:
    where = writable(call)
    if call.slack.dedupes and (first := _same(where, call)):
        return _posted(call, where, first)
    message = drafted(call, where)
    call.slack.spend_post(where, call.now)
    said(call, where, message)
    return _posted(call, where, message)


def writable(call: Call) -> Conversation:
    """Return the conversation to write into; a person's id stands for the one with them."""
    name = call.text("channel")
    if name in call.workspace.people:
        where = call.slack.direct(call.workspace, call.user, name, call.now)
    else:
        where = call.conversation("")
    if where.is_archived:
        raise SlackError("is_archived")
    if call.user not in where.members:
        raise SlackError("not_in_channel")
    return where


def drafted(call: Call, where: Conversation) -> Message:
    """Return the message that the call asks for; it is not there yet."""
    if any(call.text(name) for name in ("username", "icon_emoji", "icon_url")):
        call.need("chat:write.customize")
    markdown = call.text("markdown_text")
    text, blocks = call.text("text") or markdown, _blocks(call)
    attachments = _list(call, "attachments")
    if not (text or blocks or attachments):
        raise SlackError("no_text")
    thread = call.text("thread_ts")
    if thread:
        parent = where.get(thread)
        if parent is None:
            raise SlackError("thread_not_found")
        if parent.thread_ts:
            raise SlackError("cannot_reply_to_message")
    stamps: Json = {
        "app_id": APP_ID,
        "bot_id": BOT_ID,
        "bot_profile": {
            "id": BOT_ID,
            "app_id": APP_ID,
            "name": "LoopDesk",
            "deleted": False,
            "team_id": where.team,
        },
    }
    if own := call.text("client_msg_id"):
        stamps["client_msg_id"] = own
    if metadata := call.structure("metadata"):
        if not isinstance(metadata, dict) or not {"event_type", "event_payload"} <= set(metadata):
            raise SlackError("invalid_metadata_format")
        stamps["metadata"] = metadata
    return Message(
        where.free_stamp(call.now),
        call.user,
        rewritten(text[:_LONGEST]),
        thread,
        broadcast=bool(thread) and call.flag("reply_broadcast"),
        blocks=blocks,
        attachments=attachments,
        stamps=stamps,
    )


def said(call: Call, where: Conversation, message: Message) -> None:
    """Put a message where it belongs, and let everybody know."""
    where.add(message)
    events.written(call.slack, call.workspace, where, message)
    call.slack.written(call.workspace, where, message, call.now)
    if call.flag("unfurl_links") and "<http" in message.text:
        call.slack.after(call.now + _UNFURL, lambda: _unfurl(call, where, message))


def _unfurl(call: Call, where: Conversation, message: Message) -> None:
    if where.get(message.ts) is not message:
        return
    before = shapes.message(call.workspace, where, message, call.base_url)
    link = message.text.partition("<http")[2].partition(">")[0].partition("|")[0]
    title = {"title": f"http{link}", "title_link": f"http{link}", "fallback": f"http{link}"}
    message.attachments = [*message.attachments, {"id": 1, "from_url": f"http{link}", **title}]
    events.changed(call.slack, call.workspace, where, message, before)


def update(call: Call) -> Json:
    where, message = _own(call, "cant_update_message")
    if where.is_archived:
        raise SlackError("is_inactive")
    window = call.slack.edit_window
    if window is not None and call.now - window > datetime.fromtimestamp(int(message.ts[:10]), UTC):
        raise SlackError("edit_window_closed")
    text, blocks = rewritten(call.text("text") or call.text("markdown_text")), _blocks(call)
    if not (text or blocks or message.files):
        raise SlackError("no_text")
    if len(text) > _LONGEST_CHANGED:
        raise SlackError("msg_too_long")
    was_typed = message.blocks is None or any(b["type"] == "rich_text" for b in message.blocks)
    if was_typed and any(block["type"] != "rich_text" for block in blocks):
        raise SlackError("block_mismatch")
    if (text, blocks) != (message.text, message.blocks):
        before = shapes.message(call.workspace, where, message, call.base_url)
        # Without blocks the old ones go: what was typed loses its formats.
        message.text, message.blocks = text, blocks
        message.edited = (call.user, where.free_stamp(call.now))
        events.changed(call.slack, call.workspace, where, message, before)
    shown = shapes.message(call.workspace, where, message, call.base_url)
    return {"channel": where.id, "ts": message.ts, "text": message.text, "message": shown}


def delete(call: Call) -> Json:
    where, message = _own(call, "cant_delete_message")
    if where.is_archived:
        raise SlackError("channel_not_found")
    before = shapes.message(call.workspace, where, message, call.base_url)
    where.remove(message)
    events.deleted(call.slack, call.workspace, where, before)
    return {"channel": where.id, "ts": message.ts}


def permalink(call: Call) -> Json:
    where, ts = call.conversation(""), call.needed("message_ts")
    message = where.get(ts)
    if message is None:
        raise SlackError("message_not_found")
    link = call.workspace.permalink(where.id, ts, message.thread_ts)
    return {"channel": where.id, "permalink": link}


def _own(call: Call, refused: str) -> tuple[Conversation, Message]:
    where = call.conversation("")
    message = where.get(call.needed("ts"))
    if message is None or message.subtype == "tombstone":
        raise SlackError("message_not_found")
    if message.user != call.user:
        raise SlackError(refused)
    return where, message


def _posted(call: Call, where: Conversation, message: Message) -> Json:
    shown = shapes.message(call.workspace, where, message, call.base_url)
    return {"channel": where.id, "ts": message.ts, "message": shown}


def _same(where: Conversation, call: Call) -> Message | None:
    own = call.text("client_msg_id")
    if not own:
        return None
    return next((one for one in where.all() if one.stamps.get("client_msg_id") == own), None)


def _list(call: Call, name: str) -> list[Json]:
    given: Any = call.structure(name) or []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise SlackError(f"invalid_{name}_format" if name == "blocks" else f"invalid_{name}")
    return given


def _blocks(call: Call) -> list[Json]:
    blocks = _list(call, "blocks")
    if any(block.get("type") not in _BLOCKS for block in blocks):
        raise SlackError("invalid_blocks")
    return blocks
