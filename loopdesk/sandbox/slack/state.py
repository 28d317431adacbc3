"""What Slack's part holds, in plain text, for tests and for the curious."""

from __future__ import annotations

from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING

from loopdesk.sandbox.model import Json

if TYPE_CHECKING:
    from loopdesk.sandbox.slack.conversation import Conversation, Message
    from loopdesk.sandbox.slack.service import Slack
    from loopdesk.sandbox.slack.workspace import Workspace


def state(slack: Slack) -> Json:
    """Return it all; of conversations that nobody has asked for yet only what they are."""
    return {"workspaces": [_workspace(slack, each) for each in slack.workspaces.values()]}


def _workspace(slack: Slack, workspace: Workspace) -> Json:
    return {
        "id": workspace.id,
        "name": workspace.about.name,
        "people": [
            {
                "id": member.id,
                "name": member.real_name,
                "address": member.address,
                "granted": slack.oauth.is_granted(workspace.id, member.id),
                "status_text": profile.text,
                "status_emoji": profile.emoji,
                "status_expiration": profile.until_s,
            }
            for member in workspace.people.values()
            for profile in [workspace.profile(member.id, slack.now())]
        ],
        "conversations": [_conversation(one) for one in workspace.conversations.values()],
        "scheduled": [
            {
                "id": one.id,
                "channel": one.channel,
                "user": one.user,
                "post_at": one.post_at,
                "text": unescape(str(one.args.get("text", ""))),
                "thread_ts": str(one.args.get("thread_ts") or ""),
            }
            for one in workspace.scheduled.values()
        ],
        "files": [
            {
                "id": id,
                "name": held.upload.name,
                "title": held.upload.title,
                "user": held.user,
                "size": len(held.upload.content),
                "sha256": sha256(held.upload.content).hexdigest(),
                "shares": [{"channel": channel, "ts": ts} for channel, ts in held.shares],
            }
            for id, held in workspace.files.items()
        ],
        "stars": [
            {"user": user, "channel": channel, "ts": ts} for user, channel, ts in workspace.stars
        ],
        "snoozed_until": {user: at.isoformat() for user, at in workspace.snoozed_until.items()},
    }


def _conversation(where: Conversation) -> Json:
    shown: Json = {
        "id": where.id,
        "form": where.form,
        "name": where.name,
        "members": list(where.members),
        "archived": where.is_archived,
    }
    if not where.is_loaded:
        return shown
    reads = {user: where.read_by(user) for user in where.members}
    messages = sorted(where.all(), key=lambda one: one.ts)
    return {**shown, "read": reads, "messages": [_message(one) for one in messages]}


def _message(one: Message) -> Json:
    return {
        "ts": one.ts,
        "user": one.user,
        "text": unescape(one.text),
        "thread_ts": one.thread_ts,
        "subtype": one.subtype,
        "broadcast": one.broadcast,
        "edited": one.edited is not None,
        "reactions": {name: list(users) for name, users in one.reactions.items()},
        "files": list(one.files),
        "app_id": one.stamps.get("app_id", ""),
        "client_msg_id": one.stamps.get("client_msg_id", ""),
    }
