"""Who has something, and what they may do with it: for files and for folders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from loopdesk.sandbox.dropbox.call import Call, variant
from loopdesk.sandbox.dropbox.errors import BadInput
from loopdesk.sandbox.dropbox_world import Level
from loopdesk.sandbox.model import Json

_LEVELS: dict[str, Level] = {"owner": "owner", "editor": "editor", "viewer": "viewer"}
_LEVELS["viewer_no_comment"] = "viewer"


def selected(call: Call, selector: Any) -> str | None:
    """Return the address of whom a `MemberSelector` means; None: of nobody."""
    tag, value = variant(selector, "member", ("email", "dropbox_id"))
    if tag == "email":
        address = str(value).lower()
        return address if "@" in address else None
    person = call.dropbox.by_id.get(str(value))
    return person.address if person else None


def level_of(call: Call, name: str, known: Sequence[str]) -> Level:
    """Return a level that is asked for; the first of the known ones unless something is."""
    tag, _ = call.tag(name, known[0], tuple(_LEVELS))
    if _LEVELS[tag] not in known:
        raise BadInput(f"{name}: '{tag}' cannot be given")
    return _LEVELS[tag]


def policy() -> Json:
    return {
        "acl_update_policy": {".tag": "editors"},
        "shared_link_policy": {".tag": "anyone"},
        "member_policy": {".tag": "anyone"},
        "resolved_member_policy": {".tag": "anyone"},
    }


def access(level: Level) -> Json:
    """Return a `MemberAccessLevelResult`."""
    return {"access_level": {".tag": level}}


def membership(call: Call, keys: Iterable[tuple[str, Level, bool]]) -> Json:
    """Return users and invitees.

    Args:
        keys: address, level, and whether it comes from a folder above.
    """
    users, invitees = [], []
    for address, level, is_inherited in keys:
        held: Json = {"access_type": {".tag": level}, "is_inherited": is_inherited}
        person = call.dropbox.people.get(address)
        if person is None:
            invitees.append({**held, "invitee": {".tag": "email", "email": address}})
            continue
        team = call.view.person.team
        user = {
            "account_id": person.id,
            "email": person.address,
            "display_name": person.name,
            "same_team": bool(team) and team == person.team,
        }
        users.append({**held, "user": user})
    return {"users": users, "groups": [], "invitees": invitees}


def permissions(asked: Sequence[str], level: Level, writes: Sequence[str]) -> list[Json]:
    """Say of each action whether it is allowed.

    Args:
        writes: those that a viewer may not do.
    """
    shown = []
    for action in asked:
        allowed = level != "viewer" or action not in writes
        allowed &= not (action == "unshare" and level != "owner")
        allowed &= not (action == "relinquish_membership" and level == "owner")
        one: Json = {"action": {".tag": action}, "allow": allowed}
        if not allowed:
            one["reason"] = {".tag": "user_not_allowed_by_owner"}
        shown.append(one)
    return shown


def well_known(call: Call, addresses: Iterable[str]) -> list[str]:
    """Return the names of those who have an account."""
    people = call.dropbox.people
    return [people[address].name for address in addresses if address in people]
