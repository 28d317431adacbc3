"""Teams' chats as one part of Graph; people with a personal account have none.

Source: learn.microsoft.com/graph/api/chat-list, chat-list-messages, chat-post-messages,
    chat-markchatreadforuser (2026-11)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from loopdesk.sandbox.microsoft import odata
from loopdesk.sandbox.microsoft.chats import shapes
from loopdesk.sandbox.microsoft.chats.store import ChatStore, Message, Talk, user_id
from loopdesk.sandbox.microsoft.errors import ApiError, bad_request
from loopdesk.sandbox.microsoft.method import Area, Call, Method
from loopdesk.sandbox.microsoft.paging import paged
from loopdesk.sandbox.microsoft.scopes import CHAT_LIST, CHAT_READ, CHAT_SEND, CHAT_WRITE
from loopdesk.sandbox.model import Beat, Json, Who
from loopdesk.sandbox.offices import Said
from loopdesk.sandbox.web import Response, json_response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.service import Microsoft

_MOST = 50
_ORDERS = {
    "lastModifiedDateTime desc": lambda m: m.changed_at,
    "createdDateTime desc": lambda m: m.said.at,
}


class ChatArea(Area):
    """Attributes:
    on_said: told of each message that is posted: its chat's id, its words, its sender's address,
        the time.
    """

    key = "chats"

    def __init__(self, service: Microsoft) -> None:
        self.service = service
        self.store = ChatStore([account.office for account in service.accounts])
        self.shapes = shapes.Shapes(service.by_address)
        self.on_said: Callable[[str, str, str, datetime], None] = lambda chat, words, address, at: (
            None
        )
        made: list[Method] = [Method("GET", "/me/chats", self._list, CHAT_LIST, "teams")]
        for place in ("/chats/{chat}", "/me/chats/{chat}"):
            made += [
                Method("GET", place, self._get, CHAT_LIST, "teams"),
                Method("GET", f"{place}/members", self._members, CHAT_LIST, "teams"),
                Method("GET", f"{place}/messages", self._messages, CHAT_READ, "teams"),
                Method("GET", f"{place}/messages/{{message}}", self._message, CHAT_READ, "teams"),
                Method("POST", f"{place}/messages", self._post, CHAT_SEND, "teams"),
                Method("POST", f"{place}/markChatReadForUser", self._read, CHAT_WRITE, "teams"),
                Method("POST", f"{place}/markChatUnreadForUser", self._unread, CHAT_WRITE, "teams"),
            ]
        self.methods = made

    # -- reading -------------------------------------------------------------------------------

    def _list(self, call: Call) -> Json:
        _check_kind(call)
        order = call.one("$orderby")
        if order and order != "lastMessagePreview/createdDateTime desc":
            raise bad_request("Chats have no such order.", "BadRequest")
        _check_size(call)
        return paged(
            call, self.store.of(call.account), lambda talk: self._shown(call, talk), usual=20
        )

    def _get(self, call: Call) -> Json:
        return self._shown(call, self._talk(call))

    def _members(self, call: Call) -> Json:
        talk = self._talk(call)
        rows = [self.shapes.member(talk, who) for who in talk.chat.members]
        return {"@odata.count": len(rows), "value": rows}

    def _messages(self, call: Call) -> Json:
        talk = self._talk(call)
        order = call.one("$orderby", "createdDateTime desc")
        key = _ORDERS.get(order)
        if key is None:
            raise bad_request("Messages have no such order.", "BadRequest")
        rows: list[Message] = sorted(talk.messages, key=key, reverse=True)
        if text := call.one("$filter"):
            condition = odata.compiled(text)
            if set(condition.names) != {order.partition(" ")[0]} or "$orderby" not in (
                call.request.params
            ):
                raise bad_request("A filter needs the order of the same property.", "BadRequest")
            rows = [m for m in rows if condition.holds(_looked_at(m))]
        _check_size(call)
        return paged(call, rows, lambda m: self._said(call, talk, m), usual=20, most=_MOST)

    def _message(self, call: Call) -> Json:
        talk = self._talk(call)
        for message in talk.messages:
            if message.id == call.path["message"]:
                return self._said(call, talk, message)
        raise _unknown()

    # -- writing -------------------------------------------------------------------------------

    def _post(self, call: Call) -> Response:
        talk, body = self._talk(call), call.body()
        given = body.get("body")
        content = given.get("content") if isinstance(given, dict) else None
        if not isinstance(content, str) or not (content.strip() or body.get("attachments")):
            raise bad_request("The message has no content.", "BadRequest")
        kind = str(given.get("contentType", "text")) if isinstance(given, dict) else "text"
        said = Said(
            Who(call.account.address, call.account.name),
            call.now,
            shapes.written(content, kind),
            mentions=tuple(self._mentioned(talk, each) for each in body.get("mentions") or ()),
            attachments=tuple(body.get("attachments") or ()),
        )
        message = self.store.add(talk, said)
        self.on_said(talk.chat.id, shapes.words(said.html), call.account.address, call.now)
        return json_response(self._said(call, talk, message), 201)

    def _read(self, call: Call) -> Response:
        talk = self._talk(call)
        _check_user(call)
        talk.read_at[call.account.address] = call.now
        return Response(204)

    def _unread(self, call: Call) -> Response:
        talk, body = self._talk(call), call.body()
        _check_user(call)
        since = body.get("lastMessageReadDateTime")
        try:
            talk.read_at[call.account.address] = datetime.fromisoformat(str(since))
        except ValueError:
            raise bad_request("lastMessageReadDateTime is no time.", "BadRequest") from None
        return Response(204)

    # -- what a call means ---------------------------------------------------------------------

    def _talk(self, call: Call) -> Talk:
        _check_kind(call)
        talk = self.store.talks.get(call.path["chat"])
        if talk is None or call.account.address not in talk.members:
            raise _unknown()
        return talk

    def _shown(self, call: Call, talk: Talk) -> Json:
        shown = self.shapes.chat(talk, call.account)
        expand = call.listed("$expand")
        if "members" in expand:
            shown["members"] = [self.shapes.member(talk, who) for who in talk.chat.members]
        if "lastMessagePreview" in expand:
            last = talk.last
            shown["lastMessagePreview"] = last and self.shapes.preview(last, named=_named(call))
        return shown

    def _said(self, call: Call, talk: Talk, message: Message) -> Json:
        return self.shapes.message(talk, message, named=_named(call))

    def _mentioned(self, talk: Talk, mention: Any) -> str:
        try:
            key = mention["mentioned"]["user"]["id"]
        except (KeyError, TypeError):
            raise bad_request("A mention names nobody.", "BadRequest") from None
        for address, who in talk.members.items():
            if user_id(who) == key:
                return address
        raise bad_request("Somebody mentioned is not in this chat.", "BadRequest")

    # -- the sandbox -----------------------------------------------------------------------------

    def happen(self, beat: Beat) -> None:
        if beat.said is not None:
            chat, said = beat.said
            if talk := self.store.talks.get(chat):
                now = self.service.now()
                self.store.add(talk, Said(said.by, now, said.html, mentions=said.mentions))

    def state(self) -> Json:
        return {
            "chats": [
                {
                    "id": talk.chat.id,
                    "form": talk.chat.form,
                    "topic": talk.chat.topic,
                    "members": list(talk.members),
                    "read_at": {address: at.isoformat() for address, at in talk.read_at.items()},
                    "messages": [
                        {
                            "id": message.id,
                            "by": message.said.by.address,
                            "at": message.said.at.isoformat(),
                            "text": shapes.words(message.said.html),
                            "html": message.said.html,
                            "mentions": list(message.said.mentions),
                            "deleted": message.said.deleted_at is not None,
                            "event": message.said.event is not None,
                        }
                        for message in talk.messages
                    ],
                }
                for talk in self.store.talks.values()
            ]
        }


def _looked_at(message: Message) -> Callable[[str], Any]:
    def get(name: str) -> Any:
        if name == "lastModifiedDateTime":
            return shapes.stamp(message.changed_at)
        return shapes.stamp(message.said.at) if name == "createdDateTime" else None

    return get


def _named(call: Call) -> bool:
    return bool(call.prefer("include-unknown-enum-members"))


def _check_kind(call: Call) -> None:
    if call.account.is_personal:
        raise ApiError(403, "Forbidden", "Personal accounts have no chats.")


def _check_size(call: Call) -> None:
    asked = call.one("$top", "20")
    if not asked.isdecimal() or not 0 < int(asked) <= _MOST:
        raise bad_request(f"The limit of '{_MOST}' for Top query has been exceeded.", "BadRequest")


def _check_user(call: Call) -> None:
    user = call.body().get("user")
    if not isinstance(user, dict) or user.get("id") != call.account.oid:
        raise ApiError(403, "Forbidden", "Only for oneself.")


def _unknown() -> ApiError:
    return ApiError(404, "NotFound", "The chat or message is not found.")
