"""The table of methods."""

from __future__ import annotations

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack import reading, writing
from loopdesk.sandbox.slack.method import Call, Method


def _who(call: Call) -> Json:
    member = call.workspace.people[call.user]
    return {
        "url": call.workspace.url,
        "team": call.workspace.about.name,
        "user": member.name,
        "team_id": call.workspace.id,
        "user_id": member.id,
        "is_enterprise_install": False,
    }


def _args(text: str) -> frozenset[str]:
    return frozenset(text.split())


METHODS = (
    Method("auth.test", _who, _args(""), tier=4),
    Method(
        "users.conversations",
        reading.listed,
        _args("cursor exclude_archived limit team_id types user"),
    ),
    Method(
        "conversations.info",
        reading.info,
        _args("channel include_locale include_num_members"),
    ),
    Method("conversations.members", reading.members, _args("channel cursor limit"), tier=4),
    Method(
        "conversations.history",
        reading.history,
        _args("channel cursor include_all_metadata inclusive latest limit oldest"),
    ),
    Method(
        "conversations.replies",
        reading.replies,
        _args("channel cursor include_all_metadata inclusive latest limit oldest ts"),
    ),
    Method(
        "chat.postMessage",
        writing.post,
        _args("channel text thread_ts reply_broadcast"),
        tier=4,
        scopes=("chat:write",),
    ),
)
BY_NAME = {method.name: method for method in METHODS}
