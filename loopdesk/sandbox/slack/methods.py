"""The table of methods."""

from __future__ import annotations

from loopdesk.sandbox.slack import (
    access,
    files,
    later,
    marks,
    people,
    reading,
    search,
    writing,
)
from loopdesk.sandbox.slack.method import Method


def _args(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NOT_LATER = {"client_msg_id", "mrkdwn", "username", "icon_emoji", "icon_url"}
_SCHEDULED = (writing.ARGS | {"post_at"}) - _NOT_LATER
_WRITE = ("chat:write",)

METHODS = (
    Method("auth.test", people.who, _args(""), tier=4),
    Method("auth.revoke", access.revoke, _args("test")),
    Method(
        "users.conversations",
        reading.listed,
        _args("cursor exclude_archived limit team_id types user"),
    ),
    Method(
        "conversations.list",
        reading.everything,
        _args("cursor exclude_archived limit team_id types"),
        tier=2,
    ),
    Method("conversations.info", reading.info, _args("channel include_locale include_num_members")),
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
    Method("conversations.mark", marks.mark, _args("channel ts")),
    Method("conversations.open", marks.open_one, _args("channel prevent_creation return_im users")),
    Method("chat.postMessage", writing.post, writing.ARGS, tier=4, scopes=_WRITE),
    Method(
        "chat.update",
        writing.update,
        _args(
            "attachments as_user blocks channel file_ids link_names markdown_text metadata parse"
            " reply_broadcast text ts"
        ),
        scopes=_WRITE,
    ),
    Method("chat.delete", writing.delete, _args("as_user channel ts"), scopes=_WRITE),
    Method("chat.getPermalink", writing.permalink, _args("channel message_ts"), tier=4),
    Method("chat.scheduleMessage", later.schedule, _SCHEDULED, scopes=_WRITE),
    Method(
        "chat.scheduledMessages.list",
        later.listed,
        _args("channel cursor latest limit oldest team_id"),
        scopes=_WRITE,
    ),
    Method(
        "chat.deleteScheduledMessage",
        later.delete,
        _args("as_user channel scheduled_message_id"),
        scopes=_WRITE,
    ),
    Method(
        "reactions.add", marks.react, _args("channel name timestamp"), scopes=("reactions:write",)
    ),
    Method(
        "reactions.remove",
        marks.unreact,
        _args("channel file file_comment name timestamp"),
        tier=2,
        scopes=("reactions:write",),
    ),
    Method(
        "stars.add",
        marks.star,
        _args("channel file file_comment timestamp"),
        tier=2,
        scopes=("stars:write",),
    ),
    Method(
        "search.messages",
        search.messages,
        _args("count cursor highlight page query sort sort_dir team_id"),
        tier=2,
        scopes=("search:read",),
    ),
    Method(
        "users.list",
        people.listed,
        _args("cursor include_locale limit team_id"),
        tier=2,
        scopes=("users:read",),
    ),
    Method("users.info", people.info, _args("include_locale user"), tier=4, scopes=("users:read",)),
    Method(
        "users.profile.get",
        people.profile,
        _args("include_labels user"),
        tier=4,
        scopes=("users.profile:read", "users.profile:write"),
    ),
    Method(
        "users.profile.set",
        people.set_profile,
        _args("name profile user value"),
        scopes=("users.profile:write",),
    ),
    Method(
        "usergroups.list",
        people.groups,
        _args("include_count include_disabled include_users team_id"),
        tier=2,
        scopes=("usergroups:read",),
    ),
    Method("team.info", people.team, _args("domain team"), scopes=("team:read",)),
    Method("emoji.list", people.emoji, _args("include_categories"), tier=2, scopes=("emoji:read",)),
    Method("dnd.setSnooze", people.snooze, _args("num_minutes"), tier=2, scopes=("dnd:write",)),
    Method(
        "files.getUploadURLExternal",
        files.begin,
        _args("alt_text filename length snippet_type"),
        tier=4,
        scopes=("files:write",),
    ),
    Method(
        "files.completeUploadExternal",
        files.complete,
        _args("blocks channel_id channels files initial_comment thread_ts"),
        tier=4,
        scopes=("files:write",),
    ),
    Method(
        "files.info",
        files.info,
        _args("count cursor file limit page"),
        tier=4,
        scopes=("files:read",),
    ),
    Method(
        "files.list",
        files.listed,
        _args("channel count page show_files_hidden_by_limit team_id ts_from ts_to types user"),
        scopes=("files:read",),
    ),
)
BY_NAME = {method.name: method for method in METHODS}
