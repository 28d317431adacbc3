"""Methods that read mails: lists, one, what changed in a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft import odata
from loopdesk.sandbox.microsoft.deltas import Removal
from loopdesk.sandbox.microsoft.errors import ApiError, bad_request
from loopdesk.sandbox.microsoft.mail import query, shapes
from loopdesk.sandbox.microsoft.mail.box import Folder, Message
from loopdesk.sandbox.microsoft.method import Call
from loopdesk.sandbox.microsoft.paging import beginning, paged
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.mail.area import MailArea

_MOST_FOUND = 1000
_MOST_FILTERED = 5000
_DELTA_FILTER = re.compile(r"receivedDateTime\s+(ge|gt)\s+\S+")
# An extended property's name is compared letter by letter, its value is not.
_CASE = frozenset({"id", "conversationId"})
_TIMES = {
    "receivedDateTime": lambda m: m.at,
    "sentDateTime": lambda m: m.letter.sent_at or m.at,
    "lastModifiedDateTime": lambda m: m.changed_at,
    "subject": lambda m: m.letter.subject.casefold(),
}


def list_messages(area: MailArea, call: Call) -> Json:
    box = area.box(call)
    folder = box.folder(call.path["folder"]) if "folder" in call.path else None
    rows: Sequence[Message] = box.newest_first(folder)
    search, order = call.one("$search"), call.one("$orderby")
    if search:
        if call.one("$filter") or order:
            raise bad_request("A search takes neither filter nor order.", "SearchWithFilter")
        test = query.compiled(search)
        # One more than is asked for says whether there is another page.
        enough = beginning(call) + call.number("$top", 10, _MOST_FOUND) + 1
        rows = list(islice((m for m in rows if test(m)), min(enough, _MOST_FOUND)))
    elif text := call.one("$filter"):
        condition = odata.compiled(text, _CASE)
        odata.check_order(order, condition)
        if thread := condition.equal.get("conversationId"):
            rows = [m for m in box.conversation(str(thread)) if folder in (None, m.folder)]
        view = shapes.View.of(call, box)
        rows = [m for m in rows if condition.holds(shapes.looked_at(view, m))]
    if order:
        rows = _ordered(rows, order)
    return paged(call, rows, lambda m: shown(area, call, m), usual=10, most=1000)


def _ordered(rows: Iterable[Message], order: str) -> list[Message]:
    name, _, way = order.split(",")[0].strip().partition(" ")
    key = _TIMES.get(name)
    if key is None:
        raise bad_request(f"The property '{name}' does not support an order.", "BadRequest")
    return sorted(rows, key=key, reverse=way.strip() == "desc")


def get_message(area: MailArea, call: Call) -> Json:
    return shown(area, call, area.message(call))


def get_raw(area: MailArea, call: Call) -> Response:
    return Response(200, {"Content-Type": "text/plain"}, area.message(call).raw)


def shown(area: MailArea, call: Call, message: Message) -> Json:
    """Return the message with what `$select` and `$expand` name."""
    view = shapes.View.of(call, area.box(call))
    found = view.message(message, call.listed("$select"))
    expand = call.one("$expand")
    if "attachments" in expand:
        found["attachments"] = [view.attachment(message, a) for a in message.letter.attachments]
    if "singleValueExtendedProperties" in expand:
        named = re.search(r"id eq '([^']*)'", expand)
        kept = [p for p in shapes.properties(message) if named and p["id"] == named[1]]
        if kept:
            found["singleValueExtendedProperties"] = kept
    meeting = message.meeting
    if "eventMessage/event" in expand and meeting is not None:
        event = call.service.event_of(call, meeting.uid)
        if event is not None:
            found["event"] = event
    return found


def delta(area: MailArea, call: Call) -> Json:
    """Return a folder's messages, then what changed among them."""
    box = area.box(call)
    folder = box.folder(call.path["folder"])
    _check_delta(call)
    filtered = call.one("$filter")
    condition = odata.compiled(filtered) if filtered else None
    only = call.one("changeType")
    view, fields = shapes.View.of(call, box), call.listed("$select")

    def fits(message: Message) -> bool:
        return condition is None or condition.holds(shapes.looked_at(view, message))

    def whole() -> list[str]:
        held = [m for m in box.newest_first(folder) if fits(m)]
        return [box.key_of(m) for m in (held[:_MOST_FILTERED] if condition else held)]

    def show(key: str) -> Json | None:
        message = box.get(key.partition(" ")[0])
        if message is None or message.folder is not folder:
            return {} if only and only != "deleted" else None
        if only == "deleted" or not fits(message):
            return {}
        return view.message(message, fields)

    def gone(key: str, reason: Removal) -> Json:
        if only and only != "deleted":
            return {}
        fixed, _, changing = key.partition(" ")
        return {
            "@odata.type": "#microsoft.graph.message",
            "id": fixed if call.immutable else changing,
            "@removed": {"reason": reason},
        }

    # An id that stays is told of only as leaving, even where it came back.
    return call.service.deltas.answer(
        call, folder.feed, whole, show, usual=10, gone=gone, returns=not call.immutable
    )


def _check_delta(call: Call) -> None:
    if call.one("$search"):
        raise bad_request("A search is not supported with change tracking.", "BadRequest")
    filtered = call.one("$filter")
    if filtered and not _DELTA_FILTER.fullmatch(filtered.strip()):
        raise bad_request("Only receivedDateTime ge or gt can be tracked.", "ErrorInvalidUrlQuery")
    order = call.one("$orderby")
    if order and order.strip() not in ("receivedDateTime desc", "receivedDateTime+desc"):
        raise bad_request("Only receivedDateTime desc can be tracked.", "ErrorInvalidUrlQuery")


def list_folders(area: MailArea, call: Call) -> Json:
    box = area.box(call)
    parent = box.folder(call.path["folder"]).id if "folder" in call.path else box.root
    hidden = call.one("includeHiddenFolders").lower() == "true"
    rows = [folder for folder in box.below(parent) if hidden or not folder.hidden]
    whole, unread = box.counts()
    return paged(call, rows, lambda one: shapes.folder(box, one, whole, unread), usual=10)


def get_folder(area: MailArea, call: Call) -> Json:
    box = area.box(call)
    if call.path["folder"].lower() == "msgfolderroot":
        top = Folder(box.root, "msgfolderroot", "Top of Information Store", box.root)
        return shapes.folder(box, top, {}, {})
    return shapes.folder(box, box.folder(call.path["folder"]), *box.counts())


def folder_delta(area: MailArea, call: Call) -> Json:
    box = area.box(call)
    whole, unread = box.counts()

    def show(key: str) -> Json | None:
        folder = box.folders.get(key)
        return None if folder is None else shapes.folder(box, folder, whole, unread)

    return call.service.deltas.answer(call, box.folder_feed, lambda: list(box.folders), show)


def translate(area: MailArea, call: Call) -> Json:
    """Return the ids of another kind for ids of this mailbox."""
    box, body = area.box(call), call.body()
    ids, target = body.get("inputIds"), body.get("targetIdType")
    if not isinstance(ids, list) or len(ids) > 1000 or not isinstance(target, str):
        raise bad_request("The ids cannot be read.")
    rows: list[Json] = []
    for one in ids:
        message = box.get(one)
        if message is None:
            error = ApiError(404)
            details = {"code": error.code, "message": error.message}
            rows.append({"sourceId": one, "targetId": None, "errorDetails": details})
        else:
            fixed = target == "restImmutableEntryId"
            rows.append({"sourceId": one, "targetId": box.id_of(message, immutable=fixed)})
    return {"value": rows}
