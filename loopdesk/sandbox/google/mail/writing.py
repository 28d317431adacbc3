"""Methods that write: drafts, and mails that leave."""

from __future__ import annotations

from dataclasses import dataclass

from loopdesk.sandbox import mime
from loopdesk.sandbox.google.errors import bad_request, not_found
from loopdesk.sandbox.google.mail import payload, post, reading, shapes
from loopdesk.sandbox.google.mail.shelf import Message
from loopdesk.sandbox.google.method import Call, field_of
from loopdesk.sandbox.google.sessions import too_large
from loopdesk.sandbox.model import Json, Mail
from loopdesk.sandbox.web import Response

UPLOAD_BYTES = 36_700_160
_MESSAGE_FIELDS = {
    "raw", "threadId", "id", "labelIds", "snippet", "historyId", "internalDate", "payload",
    "sizeEstimate", "classificationLabelValues",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Given:
    """What a request brings: the mail's bytes, the thread and the draft it names."""

    raw: bytes
    thread_id: str
    draft_id: str


def _given(call: Call, *, is_draft: bool) -> _Given:
    """Read the mail of a request: in its JSON, beside it, or alone.

    Args:
        is_draft: the JSON is a draft, which holds the message; else it is the message.
    """
    body: Json = {}
    uploaded: bytes | None = None
    if call.uploaded is not None:
        body, uploaded = call.uploaded
    elif "/upload/" not in call.request.path:
        body = call.body()
    elif (way := call.one("uploadType")) == "media":
        uploaded = call.request.body
    elif way == "multipart":
        body, uploaded = post.uploaded(call.request)
    else:
        raise bad_request("uploadType is media, multipart or resumable here.", "uploadType")
    message = field_of(body, "message", dict, {}) if is_draft else body
    known = {"id", "message"} if is_draft else _MESSAGE_FIELDS
    if unknown := (set(body) - known) | (set(message) - _MESSAGE_FIELDS):
        raise bad_request(f"Unknown name in the body: {min(unknown)}", reason="invalid")
    if uploaded is None:
        try:
            uploaded = payload.from_base64url(field_of(message, "raw", str, ""))
        except ValueError:
            raise bad_request("raw is not base64url.", reason="invalidArgument") from None
    if len(uploaded) > UPLOAD_BYTES:
        raise too_large()
    thread_id = field_of(message, "threadId", str, "")
    return _Given(uploaded, thread_id, field_of(body, "id", str, ""))


def _own_thread(call: Call, raw: bytes, named: str, before: str | None = None) -> str | None:
    """Return the thread a mail written here goes to; None starts one of its own.

    Args:
        named: what the request says, "" for nothing.
        before: where the draft stood so far.
    """
    store = shapes.store_of(call)
    if named in ("", before):
        return before
    if named not in store.threads:
        raise not_found()
    return named if store.fits_thread(mime.Head.of(raw), named) else None


def list_drafts(call: Call) -> Json:
    store = shapes.store_of(call)
    most = call.number("maxResults", 100, 500) or 100
    test = reading.wanted(call, store)
    start = call.number("pageToken", 0, len(store.drafts))
    newest = sorted(
        ((draft, store.messages[held]) for draft, held in store.drafts.items()),
        key=lambda pair: pair[1].place,
        reverse=True,
    )
    found = [(draft, message) for draft, message in newest if test.holds(message)]
    answer: Json = {"resultSizeEstimate": len(found)}
    if page := found[start : start + most]:
        answer["drafts"] = [{"id": draft, "message": shapes.short(m)} for draft, m in page]
    if len(found) > start + most:
        answer["nextPageToken"] = str(start + most)
    return answer


def _draft_message(call: Call, draft_id: str) -> Message:
    store = shapes.store_of(call)
    if draft_id not in store.drafts:
        raise not_found()
    return store.messages[store.drafts[draft_id]]


def get_draft(call: Call) -> Json:
    message = _draft_message(call, call.path["id"])
    return {
        "id": call.path["id"],
        "message": shapes.shown(call, message, call.choice("format", shapes.FORMATS)),
    }


def _kept(call: Call, given: _Given, before: str | None = None) -> Message:
    mail = Mail(given.raw, call.now, frozenset({"DRAFT"}))
    thread_id = _own_thread(call, given.raw, given.thread_id, before)
    return shapes.store_of(call).add(mail, thread_id, alone=True)


def create_draft(call: Call) -> Json:
    given = _given(call, is_draft=True)
    if not given.raw:
        raise bad_request("The draft has no message.", reason="invalidArgument")
    message = _kept(call, given)
    return {
        "id": shapes.store_of(call).draft_of(message),
        "message": shapes.changed(message),
    }


def update_draft(call: Call) -> Json:
    store = shapes.store_of(call)
    old = _draft_message(call, call.path["id"])
    given = _given(call, is_draft=True)
    message = _kept(call, given, old.thread_id)
    # The draft keeps its id, its message does not.
    del store.drafts[store.draft_of(message)]
    store.drafts[call.path["id"]] = message.id
    store.remove(old, call.now)
    return {"id": call.path["id"], "message": shapes.changed(message)}


def delete_draft(call: Call) -> Response:
    store = shapes.store_of(call)
    message = _draft_message(call, call.path["id"])
    del store.drafts[call.path["id"]]
    store.remove(message, call.now)
    return Response(204)


def send_draft(call: Call) -> Json:
    store = shapes.store_of(call)
    given = _given(call, is_draft=True)
    draft = _draft_message(call, given.draft_id)
    raw = given.raw or draft.raw
    thread_id = _own_thread(call, raw, given.thread_id, draft.thread_id)
    sent = post.send(call, raw, thread_id)
    del store.drafts[given.draft_id]
    store.remove(draft, call.now)
    return shapes.changed(sent)


def send_message(call: Call) -> Json:
    given = _given(call, is_draft=False)
    thread_id = _own_thread(call, given.raw, given.thread_id)
    return shapes.changed(post.send(call, given.raw, thread_id))
