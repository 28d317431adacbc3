"""What Slack tells a program that listens, where the program may see the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack import shapes
from loopdesk.sandbox.slack.conversation import Conversation, Message
from loopdesk.sandbox.slack.workspace import Workspace

if TYPE_CHECKING:
    from loopdesk.sandbox.slack.service import Slack

_CHANNEL_TYPE = {"channel": "channel", "private": "group", "direct": "im", "group": "mpim"}


def written(slack: Slack, workspace: Workspace, where: Conversation, message: Message) -> None:
    shown = shapes.message(workspace, where, message, slack.files_url)
    _tell(slack, workspace, where, message.ts, shown)
    if message.thread_ts and (parent := where.get(message.thread_ts)):
        # Its counter has grown; of before that Slack says no more than that it was there.
        before = {"type": "message", "user": parent.user, "ts": parent.ts, "text": parent.text}
        changed(slack, workspace, where, parent, before)


def changed(
    slack: Slack, workspace: Workspace, where: Conversation, message: Message, before: Json
) -> None:
    """Tell of an edit, an unfurled link, a thread that grew: all come in this one form."""
    shown = shapes.message(workspace, where, message, slack.files_url)
    stamp = where.free_stamp(slack.now())
    event = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": shown,
        "previous_message": before,
        "ts": stamp,
    }
    _tell(slack, workspace, where, stamp, event)


def deleted(slack: Slack, workspace: Workspace, where: Conversation, before: Json) -> None:
    stamp = where.free_stamp(slack.now())
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": before["ts"],
        "previous_message": before,
        "ts": stamp,
    }
    _tell(slack, workspace, where, stamp, event)


def reacted(
    slack: Slack,
    workspace: Workspace,
    where: Conversation,
    message: Message,
    user: str,
    name: str,
    *,
    added: bool,
) -> None:
    event = {
        "type": "reaction_added" if added else "reaction_removed",
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": where.id, "ts": message.ts},
        "item_user": message.user,
        "event_ts": where.free_stamp(slack.now()),
    }
    slack.tell(workspace, where, event)


def opened(slack: Slack, workspace: Workspace, where: Conversation, user: str) -> None:
    if where.form == "direct":
        event = {"type": "im_created", "user": user, "channel": {"id": where.id, "is_im": True}}
        slack.tell(workspace, where, event)


def _tell(slack: Slack, workspace: Workspace, where: Conversation, stamp: str, event: Json) -> None:
    kind = {"channel": where.id, "channel_type": _CHANNEL_TYPE[where.form], "event_ts": stamp}
    slack.tell(workspace, where, {**event, **kind})
