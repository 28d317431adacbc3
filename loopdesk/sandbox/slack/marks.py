"""What a person puts on messages and conversations: reactions, the line of what they read."""

from __future__ import annotations

import re

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack import events, shapes
from loopdesk.sandbox.slack.conversation import Conversation, Message
from loopdesk.sandbox.slack.errors import SlackError
from loopdesk.sandbox.slack.method import Call
from loopdesk.sandbox.slack.scopes import FAMILY

_EMOJI = re.compile(r"[\w'+-]+(::skin-tone-[2-6])?")
_TS = re.compile(r"\d{10}\.\d{6}")
_MOST_EMOJI = 23
_MOST_PEOPLE = 8


def react(call: Call) -> Json:
    where, message, name = _item(call)
    users = message.reactions.get(name, [])
    if call.user in users:
        raise SlackError("already_reacted")
    if where.is_archived:
        raise SlackError("is_archived")
    if not users and len(message.reactions) >= _MOST_EMOJI:
        raise SlackError("too_many_emoji")
    message.reactions[name] = [*users, call.user]
    events.reacted(call.slack, call.workspace, where, message, call.user, name, added=True)
    return {}


def unreact(call: Call) -> Json:
    where, message, name = _item(call)
    users = message.reactions.get(name, [])
    if call.user not in users:
        raise SlackError("no_reaction")
    users.remove(call.user)
    if not users:
        del message.reactions[name]
    events.reacted(call.slack, call.workspace, where, message, call.user, name, added=False)
    return {}


def _item(call: Call) -> tuple[Conversation, Message, str]:
    name = call.needed("name")
    if not _EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    if not call.text("channel"):
        raise SlackError("no_item_specified")
    where = call.conversation("")
    message = where.get(call.needed("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    return where, message, name


def mark(call: Call) -> Json:
    """Move the line, forward or back."""
    where = call.conversation("write")
    ts = call.needed("ts")
    if not _TS.fullmatch(ts):
        raise SlackError("invalid_timestamp")
    if call.user not in where.members:
        raise SlackError("not_in_channel")
    where.mark(call.user, ts)
    return {}


def open_one(call: Call) -> Json:
    if call.text("channel"):
        where = call.conversation("write")
        return {"no_op": True, "already_open": True, "channel": {"id": where.id}}
    named = list(dict.fromkeys(filter(None, call.text("users").split(","))))
    if not named:
        raise SlackError("users_list_not_supplied")
    others = [one for one in named if one != call.user]
    call.need(f"{FAMILY['direct' if len(others) < 2 else 'group']}:write")
    if len(others) > _MOST_PEOPLE:
        raise SlackError("too_many_users")
    if any(one not in call.workspace.people for one in others):
        raise SlackError("user_not_found")
    known = call.slack.together(call.workspace, [call.user, *others])
    if known is None and call.flag("prevent_creation"):
        raise SlackError("channel_not_found")
    where = known or call.slack.begin(call.workspace, call.user, others, call.now)
    shown = shapes.conversation(call, where) if call.flag("return_im") else {"id": where.id}
    return {"no_op": known is not None, "already_open": known is not None, "channel": shown}


def star(call: Call) -> Json:
    """Answer as if it were saved; nobody sees it anywhere."""
    if channel := call.text("channel"):
        where = call.conversation("")
        if (ts := call.text("timestamp")) and where.get(ts) is None:
            raise SlackError("message_not_found")
        call.workspace.stars.append((call.user, channel, call.text("timestamp")))
    elif call.text("file") not in call.workspace.files:
        raise SlackError("file_not_found" if call.text("file") else "no_item_specified")
    return {}
