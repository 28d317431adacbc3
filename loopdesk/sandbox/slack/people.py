"""People, their profiles, and what belongs to the whole workspace."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack import shapes
from loopdesk.sandbox.slack.errors import SlackError, invalid
from loopdesk.sandbox.slack.method import Call
from loopdesk.sandbox.workspaces import Member

_LONGEST_STATUS = 100
_LONGEST_SNOOZE_MIN = 525_600


def who(call: Call) -> Json:
    member = call.workspace.people[call.user]
    return {
        "url": call.workspace.url,
        "team": call.workspace.about.name,
        "user": member.name,
        "team_id": call.workspace.id,
        "user_id": member.id,
        "is_enterprise_install": False,
    }


def listed(call: Call) -> Json:
    """Leave out people of other organisations: they turn up in conversations only."""
    ours = [one for one in call.workspace.people.values() if not one.team]
    start, limit = int(call.cursor("users") or 0), call.limit(1000, 1000)
    shown = [shapes.member(call, one) for one in islice(ours, start, start + limit)]
    place = str(start + limit) if start + limit < len(ours) else ""
    made_at = int(call.now.timestamp())
    return {"members": shown, "cache_ts": made_at, **call.next_cursor("users", place)}


def info(call: Call) -> Json:
    return {"user": shapes.member(call, _member(call, call.needed("user")))}


def _member(call: Call, id: str) -> Member:
    member = call.workspace.people.get(id)
    if member is None:
        raise SlackError("user_not_found")
    meets = any(call.user in where.members for where in call.workspace.of(id))
    if id in call.workspace.invisible or (member.team and not meets):
        raise SlackError("user_not_visible")
    return member


def groups(call: Call) -> Json:
    shown = []
    for group in call.workspace.about.groups:
        one: Json = {
            "id": group.id,
            "team_id": call.workspace.id,
            "is_usergroup": True,
            "name": group.name,
            "handle": group.handle,
            "description": "",
            "is_external": False,
            "user_count": len(group.members),
        }
        if call.flag("include_users"):
            one["users"] = list(group.members)
        shown.append(one)
    return {"usergroups": shown}


def team(call: Call) -> Json:
    about = call.workspace.about
    shown = {"id": about.id, "name": about.name, "domain": about.domain, "email_domain": ""}
    return {"team": {**shown, "url": call.workspace.url}}


def emoji(call: Call) -> Json:
    made_at = str(int(call.now.timestamp()))
    return {"emoji": dict(call.workspace.about.emoji), "cache_ts": made_at}


def profile(call: Call) -> Json:
    member = _member(call, call.text("user") or call.user)
    return {"profile": shapes.member(call, member)["profile"]}


def set_profile(call: Call) -> Json:
    if call.text("user") not in ("", call.user):
        raise SlackError("cannot_update_admin_user")
    given = call.structure("profile")
    if name := call.text("name"):
        given = {name: call.args.get("value", "")}
    if not isinstance(given, dict):
        raise invalid("missing required field: profile")
    kept = call.workspace.profile(call.user, call.now)
    text, emoji = str(given.get("status_text", kept.text)), given.get("status_emoji", kept.emoji)
    if len(text) > _LONGEST_STATUS:
        raise SlackError("too_long")
    until = given.get("status_expiration", kept.until_s)
    if not isinstance(until, int) and not str(until).isdecimal():
        raise SlackError("profile_status_set_failed_not_valid_expiration")
    if emoji and not (emoji.startswith(":") and emoji.endswith(":") and len(emoji) > 2):
        raise SlackError("profile_status_set_failed_not_valid_emoji")
    kept.text, kept.emoji, kept.until_s = text, str(emoji), int(until)
    if kept.text and not kept.emoji:
        kept.emoji = ":speech_balloon:"
    own = shapes.member(call, call.workspace.people[call.user])["profile"]
    return {"username": call.workspace.people[call.user].name, "profile": own}


def snooze(call: Call) -> Json:
    minutes = call.number("num_minutes", 0)
    if not 1 <= minutes <= _LONGEST_SNOOZE_MIN:
        raise SlackError("snooze_failed" if call.text("num_minutes") else "missing_duration")
    until = call.now + timedelta(minutes=minutes)
    call.workspace.snoozed_until[call.user] = until
    return {
        "snooze_enabled": True,
        "snooze_endtime": int(until.timestamp()),
        "snooze_remaining": minutes * 60,
        "snooze_is_indefinite": False,
    }
