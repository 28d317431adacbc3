"""What a person does to a file in Drive, its bytes aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec

from loopdesk.core.actions import LINK, Action, Receipt
from loopdesk.core.errors import AnswerLost, Rejected
from loopdesk.core.seams import Steps
from loopdesk.providers.google import wire_drive as wire
from loopdesk.providers.google.calls import DRIVE, Calls
from loopdesk.providers.google.drive_pull import STREAM
from loopdesk.providers.google.times import stamp
from loopdesk.providers.google.wire import decode, decode_one

ALL_DRIVES = {"supportsAllDrives": "true"}
_ANYONE = "anyone"
_EARLIER = timedelta(hours=1)
"""What was said before this cannot be what an action said: clocks differ by less."""
_PAGES = 10


class _Before(msgspec.Struct):
    """What the person had said in the same words before: ids of comments or answers."""

    ids: list[str]


class DriveActions:
    """Drive's changes are sets, or are looked for before they are made again."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def perform(self, action: Action, steps: Steps) -> Receipt:
        match action.name:
            case "comment":
                return self._say(action, steps)
            case "resolve" | "reopen":
                return self._settle(action)
            case "rename":
                self._patch(action, {"name": action.arguments.text})
            case "move":
                self._move(action)
            case "delete" | "restore":
                self._patch(action, {"trashed": action.name == "delete"})
            case "share":
                return self._share(action)
            case "unshare":
                self._unshare(action)
            case _:
                raise Rejected("notSupported")
        return _receipt(action)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        match action.name:
            case "comment":
                return self._find_said(action, steps)
            case "resolve" | "reopen":
                return _receipt(action) if self._is_settled(action) else None
            case "share":
                held = self._permissions(action)
                missing = [each for each in action.arguments.to if not _has(held, each, action)]
                return None if missing else _shared(action, held)
            case "unshare":
                held = self._permissions(action)
                return None if _meant(held, action.arguments.to) else _receipt(action)
        file = self._file(action)
        if file is None:
            return None
        done = {
            "rename": file.name == action.arguments.text,
            "move": file.parents == list(action.arguments.to[:1]),
            "delete": file.trashed,
            "restore": not file.trashed,
        }
        return _receipt(action) if done.get(action.name) else None

    # --- name, folder, bin ------------------------------------------------------------------------

    def _file(self, action: Action) -> wire.File | None:
        """Return the file as it is now, None where it is gone."""
        reply = self._calls.call(
            "GET",
            _url(action),
            params={"fields": "id,name,parents,trashed", **ALL_DRIVES},
            allow=(HTTPStatus.NOT_FOUND,),
        )
        if reply.status_code == HTTPStatus.NOT_FOUND:
            return None
        return decode(reply.content, wire.File)

    def _patch(self, action: Action, change: dict[str, object], **params: str) -> None:
        asked = {"fields": "id", **ALL_DRIVES, **params}
        self._calls.call("PATCH", _url(action), params=asked, json=change)

    def _move(self, action: Action) -> None:
        file = self._file(action)
        if file is None:
            raise Rejected("gone")
        folder = action.arguments.to[0]
        left = [each for each in file.parents if each != folder]
        if folder not in file.parents:
            self._patch(action, {}, addParents=folder, removeParents=",".join(left))

    # --- comments ---------------------------------------------------------------------------------

    def _say(self, action: Action, steps: Steps) -> Receipt:
        comment = self._answered(action)
        if steps.load() is None:
            # Without this, the same words said twice could not be told from one try made twice.
            steps.save(msgspec.json.encode(_Before(self._said(action, comment))))
        url = f"{_url(action)}/comments"
        if comment:
            url += f"/{quote(comment)}/replies"
        reply = self._calls.call(
            "POST", url, params={"fields": "id"}, json={"content": action.arguments.text}
        )
        return _receipt(action, {"entry": decode(reply.content, wire.Reply).id})

    def _find_said(self, action: Action, steps: Steps) -> Receipt | None:
        kept = steps.load()
        if kept is None:
            return None
        before = msgspec.json.decode(kept, type=_Before).ids
        said = self._said(action, self._answered(action))
        new = [each for each in said if each not in before]
        return _receipt(action, {"entry": new[0]}) if new else None

    def _answered(self, action: Action) -> str:
        """Return the id of the comment that is answered, "" for a new one.

        The person may have answered an answer; Drive has one level of them.
        """
        entry = action.arguments.entry
        if not entry or entry == action.target.key or self._comment(action, entry):
            return "" if entry == action.target.key else entry
        for comment in self._comments(action, f"comments({wire.COMMENT})"):
            if any(reply.id == entry for reply in comment.replies):
                return comment.id
        raise Rejected("gone")

    def _said(self, action: Action, comment: str) -> list[str]:
        """Return the ids of what the person has said in the action's words."""
        said: Iterable[wire.Comment | wire.Reply]
        if comment:
            found = self._comment(action, comment)
            if found is None:
                raise Rejected("gone")
            said = found.replies
        else:
            said = self._comments(
                action,
                "comments(id,content,deleted,author(me))",
                startModifiedTime=stamp(action.written_at - _EARLIER),
            )
        words = _words(action.arguments.text)
        return [
            each.id
            for each in said
            if each.author.me and not each.deleted and _words(each.content) == words
        ]

    def _comment(self, action: Action, key: str) -> wire.Comment | None:
        reply = self._calls.call(
            "GET",
            f"{_url(action)}/comments/{quote(key)}",
            params={"fields": wire.COMMENT},
            allow=(HTTPStatus.NOT_FOUND,),
        )
        if reply.status_code == HTTPStatus.NOT_FOUND:
            return None
        return decode(reply.content, wire.Comment)

    def _comments(self, action: Action, fields: str, **more: str) -> list[wire.Comment]:
        asked = {"fields": f"nextPageToken,{fields}", "pageSize": "100", **more}
        found: list[wire.Comment] = []
        for _ in range(_PAGES):
            page = self._calls.get(f"{_url(action)}/comments", wire.CommentList, asked)
            found += [decode_one(raw, wire.Comment) for raw in page.comments]
            if not page.nextPageToken:
                return found
            asked["pageToken"] = page.nextPageToken
        # What we look for may stand on a later page.
        raise AnswerLost

    def _is_settled(self, action: Action) -> bool:
        comment = self._comment(action, action.arguments.entry)
        if comment is None:
            raise Rejected("gone")
        return comment.resolved is (action.name == "resolve")

    def _settle(self, action: Action) -> Receipt:
        if not self._is_settled(action):
            said = {"content": action.arguments.text} if action.arguments.text else {}
            self._calls.call(
                "POST",
                f"{_url(action)}/comments/{quote(action.arguments.entry)}/replies",
                params={"fields": "id"},
                json={"action": action.name, **said},
            )
        return _receipt(action)

    # --- sharing ----------------------------------------------------------------------------------

    def _permissions(self, action: Action) -> list[wire.Permission]:
        asked = {"fields": wire.PERMISSIONS, "pageSize": "100", **ALL_DRIVES}
        found: list[wire.Permission] = []
        for _ in range(_PAGES):
            page = self._calls.get(f"{_url(action)}/permissions", wire.PermissionList, asked)
            found += page.permissions
            if not page.nextPageToken:
                return found
            asked["pageToken"] = page.nextPageToken
        raise AnswerLost

    def _share(self, action: Action) -> Receipt:
        """Give it to those who do not have it yet: each gets one mail, whatever befalls.

        Drive keeps the last of several changes made at once, so they are made one by one.
        """
        held = self._permissions(action)
        for wanted in action.arguments.to:
            if _has(held, wanted, action):
                continue
            known = next(iter(_meant(held, [wanted])), None)
            if known is None:
                held.append(self._give(action, wanted))
                continue
            self._calls.call(
                "PATCH",
                f"{_url(action)}/permissions/{quote(known.id)}",
                params={"fields": "id", **ALL_DRIVES},
                json={"role": _role(action)},
            )
        return _shared(action, held)

    def _give(self, action: Action, to: str) -> wire.Permission:
        given: dict[str, str] = {"role": _role(action), "type": _ANYONE}
        asked = {"fields": "id,type,role,emailAddress", **ALL_DRIVES}
        if to != LINK:
            given |= {"type": "user", "emailAddress": to}
            asked["sendNotificationEmail"] = "true"
            if action.arguments.text:
                asked["emailMessage"] = action.arguments.text
        reply = self._calls.call("POST", f"{_url(action)}/permissions", params=asked, json=given)
        return decode(reply.content, wire.Permission)

    def _unshare(self, action: Action) -> None:
        for permission in _meant(self._permissions(action), action.arguments.to):
            self._calls.call(
                "DELETE",
                f"{_url(action)}/permissions/{quote(permission.id)}",
                params=ALL_DRIVES,
                allow=(HTTPStatus.NOT_FOUND,),
            )


def _meant(held: Iterable[wire.Permission], to: Sequence[str]) -> list[wire.Permission]:
    """Return the permissions that are named: by address, by their id, or as the link."""
    wanted = {each.lower() for each in to}
    return [
        each
        for each in held
        if each.role != "owner"
        and not each.deleted
        and (
            each.id.lower() in wanted
            or (each.type == _ANYONE and LINK in wanted)
            or (each.emailAddress != "" and each.emailAddress.lower() in wanted)
        )
    ]


def _has(held: Iterable[wire.Permission], wanted: str, action: Action) -> bool:
    """Say whether somebody has what an action gives; the owner has everything."""
    return any(each.role == _role(action) for each in _meant(held, [wanted])) or any(
        each.role == "owner" and each.emailAddress.lower() == wanted.lower() for each in held
    )


def _shared(action: Action, held: Iterable[wire.Permission]) -> Receipt:
    ids = sorted(each.id for each in _meant(held, action.arguments.to))
    return _receipt(action, {"permissions": ids})


def _role(action: Action) -> str:
    return action.arguments.role or "reader"


def _words(text: str) -> str:
    return " ".join(text.split())


def _url(action: Action) -> str:
    return f"{DRIVE}/files/{quote(action.target.key)}"


def _receipt(action: Action, more: dict[str, Any] | None = None) -> Receipt:
    return Receipt(facts={"file": action.target.key, **(more or {})}, streams=(STREAM.key,))
