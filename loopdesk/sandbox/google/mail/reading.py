"""Methods that read messages, threads and the history."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from loopdesk.sandbox.google import scopes as known
from loopdesk.sandbox.google.errors import ApiError, bad_request
from loopdesk.sandbox.google.mail import payload, query, shapes
from loopdesk.sandbox.google.mail.shelf import Message
from loopdesk.sandbox.google.mail.store import HIDDEN, MailStore, Sought
from loopdesk.sandbox.google.method import Call
from loopdesk.sandbox.model import Json

_READ_AT_ONCE = 10_000
_KINDS = {
    "messageAdded": "messagesAdded",
    "messageDeleted": "messagesDeleted",
    "labelAdded": "labelsAdded",
    "labelRemoved": "labelsRemoved",
}


def wanted(call: Call, store: MailStore) -> query.Test:
    """Return the test that labelIds, q and includeSpamTrash make together."""
    labels = set(call.many("labelIds"))
    if unknown := labels - set(store.labels):
        raise bad_request(f"Invalid label: {min(unknown)}", "labelIds", "invalidArgument")
    q = call.one("q")
    if q and call.scopes.isdisjoint(known.READS_MAIL):
        raise ApiError(403, "forbidden", "Metadata scope does not support 'q' parameter")
    asked, reaches_hidden = query.compiled(q, store, call.now)
    with_hidden = reaches_hidden or bool(labels & HIDDEN) or call.flag("includeSpamTrash")
    named = query.Test(lambda message: True, sought=Sought(frozenset(labels)))
    return query.Test(
        lambda message: (
            labels <= message.labels
            and (with_hidden or message.labels.isdisjoint(HIDDEN))
            and asked.holds(message)
        ),
        cost=asked.cost,
        sought=query.both(named, asked),
    )


def _before(call: Call) -> tuple[int, int] | None:
    """Read a page token: the place in time where the page before ended."""
    token = call.one("pageToken")
    if not token:
        return None
    match = re.fullmatch(r"(\d+)-(\d+)", token)
    if match is None:
        raise bad_request("Invalid pageToken", "pageToken", "invalidArgument")
    return int(match[1]), int(match[2])


def _token(message: Message) -> str:
    return "{}-{}".format(*message.place)


def _page(
    newest: Iterable[tuple[Message, Sequence[Message]]], test: query.Test, most: int
) -> tuple[list[Message], Json]:
    """Return the messages of one page, and what its answer says of how many there are.

    Args:
        newest: each with those of which one has to be meant.
    """
    found: list[Message] = []
    numbers: Json = {}
    looked = None
    for count, (message, several) in enumerate(newest):
        # What has to be read takes its time: the page ends short, and its token goes on.
        if test.cost and looked is not None and count == _READ_AT_ONCE:
            numbers["nextPageToken"] = _token(looked)
            break
        if any(test.holds(each) for each in several):
            if len(found) == most:
                numbers["nextPageToken"] = _token(found[-1])
                break
            found.append(message)
        looked = message
    return found, {"resultSizeEstimate": len(found) + ("nextPageToken" in numbers), **numbers}


def list_messages(call: Call) -> Json:
    store = shapes.store_of(call)
    test = wanted(call, store)
    newest = ((each, (each,)) for each in store.newest_first(_before(call), test.sought))
    page, answer = _page(newest, test, call.number("maxResults", 100, 500) or 100)
    if page:
        answer["messages"] = [shapes.short(message) for message in page]
    return answer


def list_threads(call: Call) -> Json:
    store = shapes.store_of(call)
    test = wanted(call, store)
    # A thread stands where its newest message stands, though an older one may be what was wanted.
    newest = store.newest_of_threads(_before(call), test.sought)
    page, answer = _page(newest, test, call.number("maxResults", 100, 500) or 100)
    if page:
        answer["threads"] = [
            {
                "id": message.thread_id,
                "snippet": message.snippet,
                "historyId": _thread_history(store.threads[message.thread_id]),
            }
            for message in page
        ]
    return answer


def _thread_history(messages: Iterable[Message]) -> str:
    return str(max(message.history_id for message in messages))


def get_message(call: Call) -> Json:
    message = shapes.store_of(call).message(call.path["id"])
    form = call.choice("format", shapes.FORMATS).lower()
    if form in ("full", "raw") and call.scopes.isdisjoint(known.READS_MAIL):
        raise ApiError(403, "forbidden", f"Metadata scope doesn't allow format {form.upper()}")
    return shapes.shown(call, message, form)


def get_thread(call: Call) -> Json:
    messages = shapes.store_of(call).thread(call.path["id"])
    form = call.choice("format", shapes.FORMATS[:3])
    if form == "full" and call.scopes.isdisjoint(known.READS_MAIL):
        raise ApiError(403, "forbidden", "Metadata scope doesn't allow format FULL")
    return {
        "id": call.path["id"],
        "historyId": _thread_history(messages),
        "messages": [shapes.shown(call, message, form) for message in messages],
    }


def get_attachment(call: Call) -> Json:
    message = shapes.store_of(call).message(call.path["messageId"])
    data = payload.attachment(message.raw, call.path["id"])
    if data is None:
        raise bad_request("Invalid attachment token", reason="invalidArgument")
    return {"size": len(data), "data": payload.to_base64url(data)}


def list_history(call: Call) -> Json:
    store = shapes.store_of(call)
    start = call.one("pageToken") or call.one("startHistoryId")
    if not start.isdecimal():
        raise bad_request("startHistoryId is missing or no number.", "startHistoryId")
    kinds = {_KINDS.get(kind, "") for kind in call.many("historyTypes")}
    if "" in kinds:
        raise bad_request("Unknown history type.", "historyTypes", "invalidArgument")
    label = call.one("labelId")
    most = call.number("maxResults", 100, 500) or 100
    changes = store.changes_since(int(start), call.now)
    page = changes[:most]
    records = []
    for change in page:
        if (kinds and change.kind not in kinds) or (
            label and label not in {*change.labels, *change.moved}
        ):
            continue
        message: Json = {"id": change.message_id, "threadId": change.thread_id}
        entry: Json = {"message": message}
        if change.kind != "messagesDeleted":
            entry["message"] = message | {"labelIds": list(change.labels)}
        if change.moved:
            entry["labelIds"] = list(change.moved)
        records.append({"id": str(change.id), "messages": [message], change.kind: [entry]})
    answer: Json = {"historyId": str(store.history_id)}
    if records:
        answer["history"] = records
    if len(changes) > most:
        answer["nextPageToken"] = str(page[-1].id)
    return answer
