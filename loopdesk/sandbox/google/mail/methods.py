"""Gmail v1, as far as LoopDesk uses it.

Source: the discovery document gmail.v1; developers.google.com/workspace/gmail/api (2026-11)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from loopdesk.sandbox.google import scopes as known
from loopdesk.sandbox.google.errors import ApiError, bad_request, not_found
from loopdesk.sandbox.google.mail import mime, post, query
from loopdesk.sandbox.google.mail.store import HIDDEN, SYSTEM_LABELS, MailStore, Message
from loopdesk.sandbox.google.method import Call, Method, field_of
from loopdesk.sandbox.model import Json, Label, Mail
from loopdesk.sandbox.web import Response

UPLOAD_BYTES = 36_700_160
_FORMATS = ("full", "metadata", "minimal", "raw")


def _store(call: Call) -> MailStore:
    if call.path["userId"] not in ("me", call.account.address):
        raise ApiError(403, "forbidden", "Delegation denied.")
    return call.account.mail


# -- how things look -------------------------------------------------------------------------


def _short(message: Message) -> Json:
    return {"id": message.id, "threadId": message.thread_id}


def _shown(call: Call, message: Message, form: str) -> Json:
    raw = message.raw
    shown = {
        **_short(message),
        "labelIds": sorted(message.labels),
        "snippet": message.snippet,
        "sizeEstimate": len(raw),
        "historyId": str(message.history_id),
        "internalDate": str(message.at_ms),
    }
    if form == "raw":
        # Unlike parts, the whole mail comes padded.
        coded = mime.to_base64url(raw)
        shown["raw"] = coded + "=" * (-len(coded) % 4)
    elif form == "full":
        shown["payload"] = mime.payload(raw, call.google.word(6))
    elif form == "metadata":
        wanted = {name.lower() for name in call.many("metadataHeaders")}
        headers = [
            {"name": name, "value": value}
            for name, value in mime.fields(raw)
            if not wanted or name.lower() in wanted
        ]
        shown["payload"] = {"mimeType": mime.content_type(raw), "headers": headers}
    return shown


def _changed(message: Message) -> Json:
    return {**_short(message), "labelIds": sorted(message.labels)}


def _label_shown(label: Label) -> Json:
    if label.id in SYSTEM_LABELS:
        return {"id": label.id, "name": label.name, "type": "system"}
    return {
        "id": label.id,
        "name": label.name,
        "type": "user",
        "messageListVisibility": "show",
        "labelListVisibility": "labelShow",
    }


# -- account and labels ----------------------------------------------------------------------


def _profile(call: Call) -> Json:
    store = _store(call)
    return {
        "emailAddress": call.account.address,
        "messagesTotal": len(store.messages),
        "threadsTotal": len(store.threads),
        "historyId": str(store.history_id),
    }


def _labels(call: Call) -> Json:
    return {"labels": [_label_shown(label) for label in _store(call).labels.values()]}


def _label(call: Call) -> Json:
    store = _store(call)
    label = store.labels.get(call.path["id"])
    if label is None:
        raise not_found()
    held = [m for m in store.messages.values() if label.id in m.labels]
    unread = [m for m in held if "UNREAD" in m.labels]
    return {
        **_label_shown(label),
        "messagesTotal": len(held),
        "messagesUnread": len(unread),
        "threadsTotal": len({m.thread_id for m in held}),
        "threadsUnread": len({m.thread_id for m in unread}),
    }


def _label_create(call: Call) -> Json:
    body = call.body("name", "messageListVisibility", "labelListVisibility", "color")
    name = field_of(body, "name", str, "").strip()
    if not name:
        raise bad_request("A label needs a name.", reason="invalidArgument")
    return _label_shown(_store(call).create_label(name))


def _send_as(call: Call) -> Json:
    return {"sendAs": [_sender(call, address, name) for address, name in call.account.senders]}


def _sender(call: Call, address: str, name: str) -> Json:
    first = address == call.account.address
    shown: Json = {
        "sendAsEmail": address,
        "displayName": name,
        "replyToAddress": "",
        "signature": call.account.signature if first else "",
        "isDefault": first,
        "treatAsAlias": True,
    }
    # The primary address has no verification of its own.
    return shown | ({"isPrimary": True} if first else {"verificationStatus": "accepted"})


# -- messages and threads --------------------------------------------------------------------


def _wanted(call: Call, store: MailStore) -> query.Test:
    """Return the test that labelIds, q and includeSpamTrash make together."""
    labels = set(call.many("labelIds"))
    if unknown := labels - set(store.labels):
        raise bad_request(f"Invalid label: {min(unknown)}", "labelIds", "invalidArgument")
    q = call.one("q")
    if q and call.scopes.isdisjoint(_READ):
        raise ApiError(403, "forbidden", "Metadata scope does not support 'q' parameter")
    asked, reaches_hidden = query.compiled(q, store, call.now)
    with_hidden = reaches_hidden or bool(labels & HIDDEN) or call.flag("includeSpamTrash")
    return query.Test(
        lambda message: (
            labels <= message.labels
            and (with_hidden or message.labels.isdisjoint(HIDDEN))
            and asked.holds(message)
        )
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


def _messages(call: Call) -> Json:
    store = _store(call)
    most = call.number("maxResults", 100, 500) or 100
    test = _wanted(call, store)
    found: list[Message] = []
    for message in store.newest_first(_before(call)):
        if test.holds(message):
            found.append(message)
            if len(found) > most:
                break
    answer: Json = {"resultSizeEstimate": len(found)}
    if found:
        answer["messages"] = [_short(message) for message in found[:most]]
    if len(found) > most:
        at_ms, seq = found[most - 1].place
        answer["nextPageToken"] = f"{at_ms}-{seq}"
    return answer


def _threads(call: Call) -> Json:
    store = _store(call)
    most = call.number("maxResults", 100, 500) or 100
    test = _wanted(call, store)
    before = _before(call)
    found: list[Message] = []  # the newest message of each thread
    seen: set[str] = set()
    # A thread stands where its newest message stands, though an older one may be what was wanted.
    for message in store.newest_first(before):
        thread = store.threads[message.thread_id]
        if message.thread_id in seen or thread[-1] is not message:
            continue
        seen.add(message.thread_id)
        if any(test.holds(each) for each in thread):
            found.append(message)
            if len(found) > most:
                break
    answer: Json = {"resultSizeEstimate": len(found)}
    if found:
        answer["threads"] = [
            {
                "id": message.thread_id,
                "snippet": message.snippet,
                "historyId": _thread_history(store.threads[message.thread_id]),
            }
            for message in found[:most]
        ]
    if len(found) > most:
        at_ms, seq = found[most - 1].place
        answer["nextPageToken"] = f"{at_ms}-{seq}"
    return answer


def _thread_history(messages: Iterable[Message]) -> str:
    return str(max(message.history_id for message in messages))


def _message(call: Call) -> Json:
    message = _store(call).message(call.path["id"])
    form = call.choice("format", _FORMATS).lower()
    if form in ("full", "raw") and call.scopes.isdisjoint(_READ):
        raise ApiError(403, "forbidden", f"Metadata scope doesn't allow format {form.upper()}")
    return _shown(call, message, form)


def _thread(call: Call) -> Json:
    messages = _store(call).thread(call.path["id"])
    form = call.choice("format", _FORMATS[:3])
    if form == "full" and call.scopes.isdisjoint(_READ):
        raise ApiError(403, "forbidden", "Metadata scope doesn't allow format FULL")
    return {
        "id": call.path["id"],
        "historyId": _thread_history(messages),
        "messages": [_shown(call, message, form) for message in messages],
    }


def _attachment(call: Call) -> Json:
    message = _store(call).message(call.path["messageId"])
    data = mime.attachment(message.raw, call.path["id"])
    if data is None:
        raise bad_request("Invalid attachment token", reason="invalidArgument")
    return {"size": len(data), "data": mime.to_base64url(data)}


def _history(call: Call) -> Json:
    store = _store(call)
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


_KINDS = {
    "messageAdded": "messagesAdded",
    "messageDeleted": "messagesDeleted",
    "labelAdded": "labelsAdded",
    "labelRemoved": "labelsRemoved",
}


def _modify(call: Call, messages: list[Message], body: Json) -> None:
    store = _store(call)
    add = store.check_labels(field_of(body, "addLabelIds", list, []))
    remove = store.check_labels(field_of(body, "removeLabelIds", list, []))
    for message in messages:
        store.relabel(message, add, remove, call.now)


def _message_modify(call: Call) -> Json:
    message = _store(call).message(call.path["id"])
    _modify(call, [message], call.body("addLabelIds", "removeLabelIds"))
    return _changed(message)


def _thread_modify(call: Call) -> Json:
    messages = _store(call).thread(call.path["id"])
    _modify(call, messages, call.body("addLabelIds", "removeLabelIds"))
    return _thread_changed(call, messages)


def _thread_changed(call: Call, messages: list[Message]) -> Json:
    return {"id": call.path["id"], "messages": [_changed(message) for message in messages]}


def _batch_modify(call: Call) -> Response:
    body = call.body("ids", "addLabelIds", "removeLabelIds")
    ids = field_of(body, "ids", list, [])
    if not 0 < len(ids) <= 1000:
        raise bad_request("ids holds 1 to 1000 message ids.", reason="invalidArgument")
    messages = _store(call).messages
    # Ids that are gone by now are passed over.
    _modify(call, [messages[i] for i in ids if i in messages], body)
    return Response(204)


def _trash(call: Call, messages: list[Message]) -> None:
    for message in messages:
        _store(call).relabel(message, {"TRASH"}, {"INBOX"}, call.now)


def _untrash(call: Call, messages: list[Message]) -> None:
    for message in messages:
        _store(call).relabel(message, set(), {"TRASH"}, call.now)


def _message_trash(call: Call) -> Json:
    message = _store(call).message(call.path["id"])
    _trash(call, [message])
    return _changed(message)


def _message_untrash(call: Call) -> Json:
    message = _store(call).message(call.path["id"])
    _untrash(call, [message])
    return _changed(message)


def _thread_trash(call: Call) -> Json:
    messages = _store(call).thread(call.path["id"])
    _trash(call, messages)
    return _thread_changed(call, messages)


def _thread_untrash(call: Call) -> Json:
    messages = _store(call).thread(call.path["id"])
    _untrash(call, messages)
    return _thread_changed(call, messages)


# -- drafts and sending ----------------------------------------------------------------------


def _given(call: Call, wrapped: bool) -> tuple[bytes, str, Json]:
    """Return the mail's bytes, the thread it names and the rest of the JSON that came with it.

    Args:
        wrapped: the JSON is a draft, which holds the message, not a message itself.
    """
    upload = call.request.path.startswith("/upload/")
    raw: bytes | None = None
    body: Json = {}
    if upload:
        way = call.one("uploadType")
        if way == "media":
            raw = call.request.body
        elif way == "multipart":
            body, raw = post.uploaded(call.request)
        else:
            raise bad_request("uploadType is media or multipart here.", "uploadType")
    else:
        body = call.body()
    message = field_of(body, "message", dict, {}) if wrapped else body
    if unknown := set(body if not wrapped else message) - _MESSAGE_FIELDS:
        raise bad_request(f"Unknown name in the message: {min(unknown)}", reason="invalid")
    if wrapped and (unknown := set(body) - {"id", "message"}):
        raise bad_request(f"Unknown name in the draft: {min(unknown)}", reason="invalid")
    if raw is None:
        try:
            raw = mime.from_base64url(field_of(message, "raw", str, ""))
        except ValueError:
            raise bad_request("raw is not base64url.", reason="invalidArgument") from None
    if len(raw) > UPLOAD_BYTES:
        raise ApiError(413, "uploadTooLarge", "The mail is larger than 35 MB.")
    return raw, field_of(message, "threadId", str, ""), body


_MESSAGE_FIELDS = {
    "raw", "threadId", "id", "labelIds", "snippet", "historyId", "internalDate", "payload",
    "sizeEstimate", "classificationLabelValues",
}  # fmt: skip


def _own_thread(store: MailStore, raw: bytes, thread_id: str) -> str | None:
    """Return the thread a mail written here goes to; None starts one of its own."""
    if thread_id and thread_id not in store.threads:
        raise not_found()
    if thread_id and store.fits_thread(mime.Head.of(raw), thread_id):
        return thread_id
    return None


def _drafts(call: Call) -> Json:
    store = _store(call)
    most = call.number("maxResults", 100, 500) or 100
    test = _wanted(call, store)
    start = call.number("pageToken", 0, len(store.drafts))
    newest = sorted(
        ((draft, store.messages[held]) for draft, held in store.drafts.items()),
        key=lambda pair: pair[1].place,
        reverse=True,
    )
    found = [(draft, message) for draft, message in newest if test.holds(message)]
    answer: Json = {"resultSizeEstimate": len(found)}
    if page := found[start : start + most]:
        answer["drafts"] = [{"id": draft, "message": _short(m)} for draft, m in page]
    if len(found) > start + most:
        answer["nextPageToken"] = str(start + most)
    return answer


def _draft_message(call: Call, draft_id: str) -> Message:
    store = _store(call)
    if draft_id not in store.drafts:
        raise not_found()
    return store.messages[store.drafts[draft_id]]


def _draft(call: Call) -> Json:
    message = _draft_message(call, call.path["id"])
    return {
        "id": call.path["id"],
        "message": _shown(call, message, call.choice("format", _FORMATS)),
    }


def _draft_create(call: Call) -> Json:
    store = _store(call)
    raw, thread_id, _ = _given(call, wrapped=True)
    if not raw:
        raise bad_request("The draft has no message.", reason="invalidArgument")
    mail = Mail(raw, call.now, frozenset({"DRAFT"}))
    message = store.add(mail, _own_thread(store, raw, thread_id), alone=True)
    return {"id": store.draft_of(message), "message": _changed(message)}


def _draft_update(call: Call) -> Json:
    store = _store(call)
    old = _draft_message(call, call.path["id"])
    raw, thread_id, _ = _given(call, wrapped=True)
    thread_id = thread_id if thread_id in store.threads else old.thread_id
    mail = Mail(raw, call.now, frozenset({"DRAFT"}))
    message = store.add(mail, _own_thread(store, raw, thread_id), alone=True)
    # The draft keeps its id, its message does not.
    del store.drafts[store.draft_of(message)]
    store.drafts[call.path["id"]] = message.id
    store.remove(old, call.now)
    return {"id": call.path["id"], "message": _changed(message)}


def _draft_delete(call: Call) -> Response:
    store = _store(call)
    message = _draft_message(call, call.path["id"])
    del store.drafts[call.path["id"]]
    store.remove(message, call.now)
    return Response(204)


def _draft_send(call: Call) -> Json:
    store = _store(call)
    raw, thread_id, body = _given(call, wrapped=True)
    draft_id = field_of(body, "id", str, "")
    draft = _draft_message(call, draft_id)
    raw = raw or draft.raw
    sent = post.send(call, raw, _own_thread(store, raw, thread_id or draft.thread_id))
    del store.drafts[draft_id]
    store.remove(draft, call.now)
    return _changed(sent)


def _send(call: Call) -> Json:
    store = _store(call)
    raw, thread_id, _ = _given(call, wrapped=False)
    return _changed(post.send(call, raw, _own_thread(store, raw, thread_id)))


# -- the table -------------------------------------------------------------------------------

_ALL = frozenset({known.MAIL_ALL, known.MAIL_MODIFY})
_READ = _ALL | {known.MAIL_READONLY}
_META = _READ | {known.MAIL_METADATA}
_DRAFTS = _ALL | {known.MAIL_COMPOSE}
_SENDS = _DRAFTS | {known.MAIL_SEND}
_LIST = frozenset({"labelIds", "q", "maxResults", "pageToken", "includeSpamTrash"})
_DETAIL = frozenset({"format", "metadataHeaders"})
_UPLOAD = frozenset({"uploadType"})


def _method(
    name: str,
    verb: str,
    path: str,
    answer: Any,
    scopes: frozenset[str],
    units: int,
    params: frozenset[str] = frozenset(),
    base: str = "/gmail/v1",
) -> Method:
    return Method(
        f"gmail.users.{name}",
        verb,
        f"{base}/users/{{userId}}/{path}",
        answer,
        scopes,
        params,
        units,
    )


def _uploadable(
    name: str, verb: str, path: str, answer: Any, scopes: frozenset[str], units: int
) -> list[Method]:
    upload = "/upload/gmail/v1"
    return [
        _method(name, verb, path, answer, scopes, units),
        _method(name, verb, path, answer, scopes, units, _UPLOAD, upload),
    ]


# Units: for projects made since May 2026 (messages.get 20, threads.get 40, messages.list 5,
# history.list 2, send 100); where the new table's figure is not known, the one before it.
# Source: developers.google.com/workspace/gmail/api/reference/quota (2026-11)
METHODS = [
    _method("getProfile", "GET", "profile", _profile, _META | {known.MAIL_COMPOSE}, 1),
    _method("labels.list", "GET", "labels", _labels, _META | {known.MAIL_LABELS}, 1),
    _method("labels.get", "GET", "labels/{id}", _label, _META | {known.MAIL_LABELS}, 1),
    _method("labels.create", "POST", "labels", _label_create, _ALL | {known.MAIL_LABELS}, 5),
    _method(
        "settings.sendAs.list",
        "GET",
        "settings/sendAs",
        _send_as,
        _READ | {known.MAIL_SETTINGS},
        1,
    ),
    _method("messages.list", "GET", "messages", _messages, _META, 5, _LIST),
    _method("messages.get", "GET", "messages/{id}", _message, _META, 20, _DETAIL),
    _method(
        "messages.attachments.get",
        "GET",
        "messages/{messageId}/attachments/{id}",
        _attachment,
        _READ,
        5,
    ),
    _method("threads.list", "GET", "threads", _threads, _META, 10, _LIST),
    _method("threads.get", "GET", "threads/{id}", _thread, _META, 40, _DETAIL),
    _method(
        "history.list",
        "GET",
        "history",
        _history,
        _META,
        2,
        frozenset({"startHistoryId", "maxResults", "pageToken", "labelId", "historyTypes"}),
    ),
    _method("messages.modify", "POST", "messages/{id}/modify", _message_modify, _ALL, 5),
    _method("messages.batchModify", "POST", "messages/batchModify", _batch_modify, _ALL, 50),
    _method("messages.trash", "POST", "messages/{id}/trash", _message_trash, _ALL, 5),
    _method("messages.untrash", "POST", "messages/{id}/untrash", _message_untrash, _ALL, 5),
    _method("threads.modify", "POST", "threads/{id}/modify", _thread_modify, _ALL, 10),
    _method("threads.trash", "POST", "threads/{id}/trash", _thread_trash, _ALL, 10),
    _method("threads.untrash", "POST", "threads/{id}/untrash", _thread_untrash, _ALL, 10),
    _method("drafts.list", "GET", "drafts", _drafts, _DRAFTS | _READ, 5, _LIST - {"labelIds"}),
    _method("drafts.get", "GET", "drafts/{id}", _draft, _DRAFTS | _READ, 20, frozenset({"format"})),
    *_uploadable("drafts.create", "POST", "drafts", _draft_create, _DRAFTS, 10),
    *_uploadable("drafts.update", "PUT", "drafts/{id}", _draft_update, _DRAFTS, 15),
    _method("drafts.delete", "DELETE", "drafts/{id}", _draft_delete, _DRAFTS, 10),
    *_uploadable("drafts.send", "POST", "drafts/send", _draft_send, _DRAFTS, 100),
    *_uploadable("messages.send", "POST", "messages/send", _send, _SENDS, 100),
]
