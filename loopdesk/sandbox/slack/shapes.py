"""How Slack writes people, conversations, messages and files."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack.conversation import NEVER, Conversation, Message
from loopdesk.sandbox.slack.typed import rich_text
from loopdesk.sandbox.slack.workspace import Workspace
from loopdesk.sandbox.workspaces import Member

if TYPE_CHECKING:
    from loopdesk.sandbox.slack.method import Call


def member(call: Call, one: Member) -> Json:
    workspace = call.workspace
    kept = workspace.profile(one.id, call.now)
    picture = f"https://avatars.slack-edge.com/{one.id}"
    profile: Json = {
        "title": one.title,
        "real_name": one.real_name,
        "real_name_normalized": one.real_name,
        "display_name": one.display_name,
        "display_name_normalized": one.display_name,
        "status_text": kept.text,
        "status_emoji": kept.emoji,
        "status_expiration": kept.until_s,
        "avatar_hash": one.id.lower(),
        "image_72": f"{picture}_72.png",
        "team": one.team or workspace.id,
    }
    if one.address and not one.team and "users:read.email" in call.scopes:
        profile["email"] = one.address
    shown: Json = {
        "id": one.id,
        "team_id": one.team or workspace.id,
        "name": one.name,
        "deleted": one.deleted or one.id in workspace.deactivated,
        "real_name": one.real_name,
        "tz": one.zone,
        "profile": profile,
        "is_bot": one.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }
    if one.team:
        shown["is_stranger"] = True
    else:
        shown |= {"is_admin": False, "is_owner": False, "is_restricted": one.is_guest}
    return shown


def conversation(call: Call, one: Conversation) -> Json:
    """Return it as `users.conversations` lists it: nothing about what was read."""
    about = one.about
    made_at = int(about.at.timestamp())
    shared: Json = {
        "is_shared": bool(about.partner),
        "is_ext_shared": bool(about.partner),
        "is_org_shared": False,
        "is_pending_ext_shared": False,
    }
    shown: Json = {
        "id": one.id,
        "created": made_at,
        "updated": made_at * 1000,
        "is_archived": one.is_archived,
        "context_team_id": one.team,
    }
    if one.form == "direct":
        partner = one.partner_of(call.user)
        known = call.workspace.people.get(partner)
        return {
            **shown,
            "is_im": True,
            "is_org_shared": False,
            "user": partner,
            "is_user_deleted": bool(known and known.deleted),
            "priority": 0,
        }
    return {
        **shown,
        **shared,
        "name": one.name,
        "name_normalized": one.name,
        "creator": one.members[0] if one.members else "",
        "is_channel": one.form == "channel",
        "is_group": one.form == "private",
        "is_im": False,
        "is_mpim": one.form == "group",
        "is_private": one.form != "channel",
        "is_general": one.name == "general",
        "unlinked": 0,
        "topic": {"value": about.topic, "creator": "", "last_set": 0},
        "purpose": {"value": about.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
    }


def reading(call: Call, one: Conversation) -> Json:
    """Return what `conversations.info` adds for a member; counts for direct messages only."""
    if call.user not in one.members:
        return {"is_member": False}
    read = one.read_by(call.user)
    shown: Json = {"last_read": read}
    if one.form in ("channel", "private", "group"):
        shown["is_member"] = True
    if one.form == "direct":
        unread = one.unread_by(call.user)
        shown["unread_count"] = len(unread)
        # Without what nobody said: joins and the like.
        shown["unread_count_display"] = sum(not m.subtype.endswith("_join") for m in unread)
        shown["is_open"] = True
    if newest := one.tops():
        last = one.get(newest[-1])
        if last is not None and one.form == "direct":
            shown["latest"] = message(call.workspace, one, last, call.base_url)
    return shown


def message(
    workspace: Workspace,
    where: Conversation,
    one: Message,
    base_url: str,
    *,
    metadata: bool = False,
) -> Json:
    """Return a message as the conversation's history shows it."""
    shown: Json = {"type": "message", "ts": one.ts}
    if one.subtype or one.broadcast:
        shown["subtype"] = one.subtype or "thread_broadcast"
    shown |= {"user": one.user, "text": one.text}
    author = workspace.people.get(one.user)
    shown["team"] = (author.team if author else "") or workspace.id
    if author is not None and author.team and where.about.partner:
        # Who is asked about them may not hear anything.
        shown["user_profile"] = {
            "name": author.name,
            "real_name": author.real_name,
            "first_name": author.real_name.partition(" ")[0],
            "display_name": author.display_name,
            "avatar_hash": author.id.lower(),
            "image_72": f"https://avatars.slack-edge.com/{author.id}_72.png",
            "team": author.team,
            "is_restricted": False,
            "is_ultra_restricted": False,
        }
    if author is not None and one.subtype == "bot_message":
        # A program that writes as nobody.
        del shown["user"]
        shown |= {"bot_id": f"B{author.id[1:]}", "username": author.real_name}
    if one.subtype == "tombstone":
        shown["hidden"] = True
    blocks = rich_text(one.text) if one.blocks is None else one.blocks
    if blocks:
        shown["blocks"] = [
            {"block_id": f"b{number}", **block} for number, block in enumerate(blocks)
        ]
    if one.attachments:
        shown["attachments"] = one.attachments
    if one.edited:
        shown["edited"] = {"user": one.edited[0], "ts": one.edited[1]}
    if one.reactions:
        shown["reactions"] = [
            {"name": name, "count": len(users), "users": list(users)}
            for name, users in one.reactions.items()
        ]
    if one.files:
        shown["files"] = [file(workspace, key, base_url) for key in one.files]
        shown["upload"] = True
    shown |= {name: value for name, value in one.stamps.items() if metadata or name != "metadata"}
    answers = where.thread(one.ts)
    if answers:
        authors = dict.fromkeys(known.user for ts in answers if (known := where.get(ts)))
        shown |= {
            "thread_ts": one.ts,
            "reply_count": len(answers),
            "reply_users_count": len(authors),
            "latest_reply": answers[-1],
            "reply_users": list(authors)[:5],
            "is_locked": False,
        }
    elif one.thread_ts:
        shown["thread_ts"] = one.thread_ts
        parent = where.get(one.thread_ts)
        if parent is not None:
            shown["parent_user_id"] = parent.user
    return shown


def following(where: Conversation, one: Message, user: str) -> Json:
    """Return what `conversations.replies` says of the person's own view of the thread."""
    answers = where.thread(one.ts)
    authors = {known.user for ts in answers if (known := where.get(ts))} | {one.user}
    if user not in authors and f"<@{user}>" not in one.text:
        return {"subscribed": False}
    read = where.threads_read.get(user, NEVER)
    own = [ts for ts in answers if (known := where.get(ts)) and known.user == user]
    read = max([read, *own[-1:]])
    fresh = sum(ts > read for ts in answers)
    return {"subscribed": True, "last_read": read, "unread_count": fresh}


def file(workspace: Workspace, key: str, base_url: str, *, whole: bool = False) -> Json:
    """Return a file.

    Args:
        whole: as `files.info` has it; in a message one from another organisation is a stub.
    """
    held = workspace.files.get(key)
    if held is None:
        return {"id": key, "mode": "tombstone"}
    upload = held.upload
    author = workspace.people.get(held.user)
    common: Json = {"id": key, "created": held.at, "timestamp": held.at, "user": held.user}
    if author is not None and author.team and not whole:
        return {**common, "file_access": "check_file_info"}
    ending = upload.name.rpartition(".")[2].lower()
    size = 0 if upload.link else len(upload.content)
    place = f"{base_url}/files/files-pri/{workspace.id}-{key}"
    name = quote(upload.name)
    shown: Json = {
        **common,
        "name": upload.name,
        "title": upload.title or upload.name,
        "mimetype": upload.type,
        "filetype": ending,
        "pretty_type": ending.upper(),
        "user_team": author.team if author and author.team else workspace.id,
        "size": size,
        "mode": "external" if upload.link else "hosted",
        "is_external": bool(upload.link),
        "external_type": "unknown" if upload.link else "",
        "is_public": False,
        "public_url_shared": False,
        "url_private": upload.link or f"{place}/{name}",
        "permalink": f"{workspace.url}files/{held.user}/{key}/{name}",
        "file_access": "visible",
    }
    if not upload.link:
        shown["url_private_download"] = f"{place}/download/{name}"
    if whole:
        shares: dict[str, dict[str, list[Json]]] = {}
        for channel, ts in held.shares:
            kind = "public" if workspace.conversations[channel].form == "channel" else "private"
            shares.setdefault(kind, {}).setdefault(channel, []).append({"ts": ts})
        shown["shares"] = shares
        shown["channels"] = list(shares.get("public", {}))
        private = [workspace.conversations[one] for one in shares.get("private", {})]
        shown["groups"] = [one.id for one in private if one.form != "direct"]
        shown["ims"] = [one.id for one in private if one.form == "direct"]
    return shown
