"""What is asked about files beside themselves: versions, who has them, and who people are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from loopdesk.core.errors import BadPayload, Rejected
from loopdesk.core.people import Handle
from loopdesk.core.seams import Clock
from loopdesk.providers.dropbox import wire
from loopdesk.providers.dropbox.calls import Calls
from loopdesk.providers.dropbox.convert import Around, Me, moment

_REVISIONS = 50
_FILES = 100
"""So many may be named in one question about who has them."""
_PEOPLE = 300
_PAGES = 10
_ASKS = "sharing.read"


class Surroundings:
    """Remembers people's names, which are asked for anew after a start."""

    def __init__(self, calls: Calls, clock: Clock, scopes: Sequence[str], me: Me) -> None:
        self._calls, self._clock = calls, clock
        self._may_ask = _ASKS in scopes
        owner = wire.User(me.id, me.address, me.name)
        self._alone = wire.Members([wire.Member(wire.Tag("owner"), owner)], [])
        self._people: dict[str, Handle] = {}

    def of(self, files: Sequence[wire.Metadata]) -> dict[str, Around]:
        """Return what is to be had about some files, by their keys.

        Dropbox has no batch for versions: each file costs one request. Links and people come
        together for all of them.
        """
        revisions = {file.id: self.revisions(file.id) for file in files}
        members = self._members_of(files)
        links = self.links() if self._may_ask and files else []
        people = self.people([*files, *(each for some in revisions.values() for each in some)])
        return {
            file.id: Around(
                revisions[file.id],
                members.get(file.id),
                [link for link in links if link.id == file.id],
                people,
            )
            for file in files
        }

    def sharing_of(self, keys: Sequence[str]) -> dict[str, Around]:
        """Return who has some files and nothing else, all asked for together.

        Those of which one may not ask are left out.
        """
        if not self._may_ask or not keys:
            return {}
        links = self.links()
        return {
            key: Around(members=members, links=[link for link in links if link.id == key])
            for key, members in self._asked(keys).items()
        }

    def revisions(self, key: str) -> list[wire.Metadata]:
        """Return the newest versions of a file, newest first."""
        asked = {"path": key, "mode": "id", "limit": _REVISIONS}
        answer = self._calls.rpc("files/list_revisions", asked, allow=("path",))
        return answer.read(wire.Revisions).entries if answer.ok else []

    def links(self) -> list[wire.Link]:
        """Return all links that the owner made, and whose time is not over."""
        found: list[wire.Link] = []
        asked: dict[str, str] = {}
        for _ in range(_PAGES):
            answer = self._calls.rpc("sharing/list_shared_links", asked, allow=("reset",))
            if not answer.ok:
                break
            page = answer.read(wire.Links)
            found += [each for each in page.links if not self.is_over(each)]
            if not page.has_more or not page.cursor:
                break
            asked = {"cursor": page.cursor}
        return found

    def is_over(self, link: wire.Link) -> bool:
        """Whether the time is over for which a link was made: it stays, and opens nothing."""
        return bool(link.expires) and moment(link.expires, "expires") <= self._clock.now()

    def links_of(self, key: str) -> list[wire.Link]:
        """Return the links to one file, those whose time is over, too."""
        asked = {"path": key, "direct_only": True}
        return self._calls.get("sharing/list_shared_links", wire.Links, asked).links

    def members(self, key: str) -> wire.Members:
        """Return all who have a file."""
        asked = {"file": key, "limit": 300}
        page = self._calls.get("sharing/list_file_members", wire.Members, asked)
        found = page
        while page.cursor:
            following = {"cursor": page.cursor}
            page = self._calls.get("sharing/list_file_members/continue", wire.Members, following)
            found = wire.Members([*found.users, *page.users], [*found.invitees, *page.invitees])
        return found

    def people(self, files: Iterable[wire.Metadata]) -> dict[str, Handle]:
        """Return who changed some files, by their ids."""
        if not self._may_ask:
            return {}
        ids = {
            each.sharing_info.modified_by
            for each in files
            if each.sharing_info and each.sharing_info.modified_by
        }
        missing = sorted(ids - self._people.keys())
        while missing:
            some = missing[:_PEOPLE]
            answer = self._calls.rpc(
                "users/get_account_batch", {"account_ids": some}, allow=("no_account",)
            )
            if answer.ok:
                for each in answer.read(list[wire.Account]):
                    handle = Handle(each.name.display_name, each.email.lower(), each.account_id)
                    self._people[each.account_id] = handle
                missing = missing[_PEOPLE:]
                continue
            # One who is no more spoils it for all.
            lost = answer.inner("no_account")
            if lost not in some:
                raise Rejected("no_account")
            missing.remove(lost)
            self._people[lost] = Handle("", id=lost)
        return self._people

    def _members_of(self, files: Sequence[wire.Metadata]) -> dict[str, wire.Members]:
        if not self._may_ask:
            return {}
        # Not every answer says whether a file was shared by itself.
        shared = [
            file.id
            for file in files
            if file.sharing_info or file.has_explicit_shared_members is not False
        ]
        found = {file.id: self._alone for file in files if file.id not in shared}
        return {**found, **self._asked(shared)}

    def _asked(self, keys: Sequence[str]) -> dict[str, wire.Members]:
        found: dict[str, wire.Members] = {}
        for start in range(0, len(keys), _FILES):
            answer = self._calls.rpc(
                "sharing/list_file_members/batch",
                {"files": keys[start : start + _FILES]},
                # Who has not confirmed their address sees nobody; their files they see.
                allow=("email_unverified",),
            )
            for each in answer.read(list[wire.MembersOf]) if answer.ok else ():
                # Beside its tag it has its members, or an error where one may not see them.
                if isinstance(each.result, dict) and "members" in each.result:
                    found[each.file] = _members(each.result["members"])
        return found


def _members(told: Any) -> wire.Members:
    try:
        return msgspec.convert(told, wire.Members)
    except msgspec.ValidationError as error:
        raise BadPayload("Members") from error
