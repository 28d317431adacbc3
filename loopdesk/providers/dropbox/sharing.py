"""Giving a file to people, by their address or by a link, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from loopdesk.core.actions import LINK, Action, Receipt
from loopdesk.core.errors import Rejected
from loopdesk.core.people import handle_of
from loopdesk.core.seams import Steps
from loopdesk.providers.dropbox import convert, wire
from loopdesk.providers.dropbox.actions import receipt
from loopdesk.providers.dropbox.around import Surroundings
from loopdesk.providers.dropbox.calls import Calls
from loopdesk.providers.dropbox.notes import Notes
from loopdesk.providers.dropbox.refusals import of_one

_EXISTS = "shared_link_already_exists"


@dataclass(frozen=True, slots=True)
class _Held:
    """Who has a file.

    Args:
        links: those under which more people see it than have it anyway.
    """

    members: Sequence[wire.Member]
    links: Sequence[wire.Link]

    def member(self, named: str) -> wire.Member | None:
        """Return somebody by their address or id."""
        address = handle_of(named).address
        for each in self.members:
            known = _address(each)
            if (address and known == address) or (each.user and each.user.account_id == named):
                return each
        return None


class Sharing:
    def __init__(self, calls: Calls, surroundings: Surroundings, notes: Notes) -> None:
        self._calls, self._surroundings, self._notes = calls, surroundings, notes

    def perform(self, action: Action, steps: Steps) -> Receipt:
        held = self._held(action.target.key)
        if action.name == "share":
            for wanted in action.arguments.to:
                if not _has(held, wanted, action):
                    self._give(action, held, wanted)
        else:
            for named in action.arguments.to:
                self._take(action, held, named)
        return self._receipt(action)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        held = self._held(action.target.key)
        if action.name == "share":
            done = all(_has(held, wanted, action) for wanted in action.arguments.to)
        else:
            done = not any(True for named in action.arguments.to for _ in _taken(held, named))
        return self._receipt(action) if done else None

    def _held(self, key: str) -> _Held:
        members = self._surroundings.members(key)
        links = [link for link in self._surroundings.links_of(key) if self._opens(link)]
        return _Held([*members.users, *members.invitees], links)

    def _opens(self, link: wire.Link) -> bool:
        return convert.is_open(link) and not self._surroundings.is_over(link)

    def _receipt(self, action: Action) -> Receipt:
        # No cursor tells that somebody else has it now.
        self._notes.changed[action.target.key] = None
        if action.name != "share" or LINK not in action.arguments.to:
            return receipt(action)
        links = self._surroundings.links_of(action.target.key)
        opens = next((link for link in links if self._opens(link)), None)
        return receipt(action, {"url": opens.url} if opens else {})

    # --- giving -----------------------------------------------------------------------------------

    def _give(self, action: Action, held: _Held, wanted: str) -> None:
        """Give it to one: an answer that is lost then leaves no doubt about the others."""
        if wanted == LINK:
            self._link(action)
            return
        about = {"file": action.target.key, "access_level": _level(action)}
        address = handle_of(wanted).address
        if "@" not in address:
            raise Rejected("unreachable")
        who = {".tag": "email", "email": address}
        if held.member(wanted) is not None:
            self._calls.rpc("sharing/update_file_member", {**about, "member": who})
            return
        asked = {**about, "members": [who], "quiet": False}
        if action.arguments.text:
            asked["custom_message"] = action.arguments.text
        outcomes = self._calls.get("sharing/add_file_member", list[wire.Outcome], asked)
        for each in outcomes:
            _look_at(each.result)

    def _link(self, action: Action) -> None:
        """Make a link, or open the one that is there and lets nobody in (any more).

        Whom it lets in in fact the rules of the team decide.
        """
        settings = {"audience": "public", "access": _level(action), "allow_download": True}
        answer = self._calls.rpc(
            "sharing/create_shared_link_with_settings",
            {"path": action.target.key, "settings": settings},
            allow=(_EXISTS,),
        )
        links = [] if answer.ok else self._surroundings.links_of(action.target.key)
        own = next((link for link in links if link.link_permissions.can_revoke), None)
        if own is not None and not any(map(self._opens, links)):
            asked = {"url": own.url, "settings": {"audience": "public"}}
            over = {"remove_expiration": True} if self._surroundings.is_over(own) else {}
            self._calls.rpc("sharing/modify_shared_link_settings", {**asked, **over})

    # --- taking back ------------------------------------------------------------------------------

    def _take(self, action: Action, held: _Held, named: str) -> None:
        for each in _taken(held, named):
            if isinstance(each, wire.Link):
                self._calls.rpc(
                    "sharing/revoke_shared_link",
                    {"url": each.url},
                    allow=("shared_link_not_found",),
                )
                continue
            who = {".tag": "email", "email": _address(each)}
            if each.user is not None:
                who = {".tag": "dropbox_id", "dropbox_id": each.user.account_id}
            asked = {"file": action.target.key, "member": who}
            _look_at(self._calls.get("sharing/remove_file_member_2", Any, asked))


def _has(held: _Held, wanted: str, action: Action) -> bool:
    """Say whether somebody has what an action gives; the owner has everything.

    What an existing link allows cannot be changed: it stays as it is.
    """
    if wanted == LINK:
        return bool(held.links)
    member = held.member(wanted)
    return member is not None and member.access_type.tag in ("owner", _level(action))


def _taken(held: _Held, named: str) -> Iterator[wire.Member | wire.Link]:
    """Yield what is meant, by address, by key, or as the link, and can be taken away here."""
    for link in held.links:
        if named in (LINK, link.url) and link.link_permissions.can_revoke:
            yield link
    member = held.member(named)
    if member is not None and not member.is_inherited and member.access_type.tag != "owner":
        yield member


def _address(member: wire.Member) -> str:
    if member.user is not None and member.user.email:
        return member.user.email.lower()
    return (member.invitee.email if member.invitee else "").lower()


def _level(action: Action) -> str:
    return "editor" if action.arguments.role == "writer" else "viewer"


def _look_at(result: Any) -> None:
    """Raise where an answer says that this one could not be."""
    if isinstance(result, dict) and result.get(".tag") == "member_error":
        raise of_one(result.get("member_error"))
