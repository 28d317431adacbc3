"""Whose account it is, and what is known of others."""

from __future__ import annotations

from loopdesk.sandbox.dropbox import shapes
from loopdesk.sandbox.dropbox.call import Call
from loopdesk.sandbox.dropbox.errors import refuse
from loopdesk.sandbox.dropbox.spaces import Space
from loopdesk.sandbox.dropbox_world import Person
from loopdesk.sandbox.model import Json

_POLICIES = {
    "sharing_policies": {
        "shared_folder_member_policy": {".tag": "anyone"},
        "shared_folder_join_policy": {".tag": "from_anyone"},
        "shared_link_create_policy": {".tag": "default_public"},
        "group_creation_policy": {".tag": "admins_only"},
        "shared_folder_link_restriction_policy": {".tag": "anyone"},
        "enforce_link_password_policy": {".tag": "optional"},
        "default_link_expiration_days_policy": {".tag": "none"},
        "shared_link_default_permissions_policy": {".tag": "default"},
    },
    "office_addin_policy": {".tag": "disabled"},
    "top_level_content_policy": {".tag": "everyone"},
}


def current(call: Call) -> Json:
    """Answer `users/get_current_account`."""
    person = call.view.person
    shown = {
        **shapes.account(person),
        "country": "NO",
        "locale": "en",
        "referral_link": "https://www.dropbox.com/referrals/standin",
        "is_paired": False,
        "account_type": {".tag": "business" if person.team else "basic"},
        "root_info": call.dropbox.root_info(person),
    }
    if person.team:
        id = f"dbtid:{person.team}"
        shown["team"] = {"id": id, "name": person.team, **_POLICIES}
        shown["team_member_id"] = member_id(person)
    return shown


def one(call: Call) -> Json:
    """Answer `users/get_account`."""
    person = call.dropbox.by_id.get(call.text("account_id"))
    if person is None:
        raise refuse("no_account")
    return _basic(call, person)


def several(call: Call) -> list[Json]:
    """Answer `users/get_account_batch`."""
    found = []
    for id in call.several("account_ids", 300):
        person = call.dropbox.by_id.get(str(id))
        if person is None:
            # One that nobody knows spoils all.
            raise refuse("no_account", no_account=str(id))
        found.append(_basic(call, person))
    return found


def usage(call: Call) -> Json:
    """Answer `users/get_space_usage`."""
    allocation = {".tag": "individual", "allocated": call.dropbox.room}
    return {"used": used(call.dropbox.home(call.view.person)), "allocation": allocation}


def used(space: Space) -> int:
    return sum(len(node.now.content) for node in space.nodes.values() if not node.is_folder)


def check(call: Call) -> Json:
    """Answer `check/user`."""
    return {"result": call.text("query", "")}


def member_id(person: Person) -> str:
    return f"dbmid:{person.id.removeprefix('dbid:')}"


def _basic(call: Call, person: Person) -> Json:
    own = call.view.person
    is_teammate = person.id == own.id or bool(own.team and own.team == person.team)
    shown = {**shapes.account(person), "is_teammate": is_teammate}
    if is_teammate and person.team:
        shown["team_member_id"] = member_id(person)
    return shown
