"""Methods that change labels: filing, marking, the bin."""

from __future__ import annotations

from loopdesk.sandbox.google.errors import bad_request
from loopdesk.sandbox.google.mail import shapes
from loopdesk.sandbox.google.method import Call, field_of
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response

# To add, to take away.
_Labels = tuple[set[str], set[str]]
_TRASH: _Labels = ({"TRASH"}, {"INBOX"})
_UNTRASH: _Labels = (set(), {"TRASH"})


def _asked(call: Call, body: Json) -> _Labels:
    store = shapes.store_of(call)
    return (
        store.check_labels(field_of(body, "addLabelIds", list, [])),
        store.check_labels(field_of(body, "removeLabelIds", list, [])),
    )


def _message(call: Call, labels: _Labels) -> Json:
    store = shapes.store_of(call)
    message = store.message(call.path["id"])
    store.relabel(message, *labels, call.now)
    return shapes.changed(message)


def _thread(call: Call, labels: _Labels) -> Json:
    store = shapes.store_of(call)
    messages = store.thread(call.path["id"])
    for message in messages:
        store.relabel(message, *labels, call.now)
    return {"id": call.path["id"], "messages": [shapes.changed(message) for message in messages]}


def modify_message(call: Call) -> Json:
    return _message(call, _asked(call, call.body("addLabelIds", "removeLabelIds")))


def modify_thread(call: Call) -> Json:
    return _thread(call, _asked(call, call.body("addLabelIds", "removeLabelIds")))


def modify_many(call: Call) -> Response:
    store = shapes.store_of(call)
    body = call.body("ids", "addLabelIds", "removeLabelIds")
    ids = field_of(body, "ids", list, [])
    if not 0 < len(ids) <= 1000:
        raise bad_request("ids holds 1 to 1000 message ids.", reason="invalidArgument")
    labels = _asked(call, body)
    # Ids that are gone by now are passed over.
    for message in [store.messages[i] for i in ids if i in store.messages]:
        store.relabel(message, *labels, call.now)
    return Response(204)


def trash_message(call: Call) -> Json:
    return _message(call, _TRASH)


def untrash_message(call: Call) -> Json:
    return _message(call, _UNTRASH)


def trash_thread(call: Call) -> Json:
    return _thread(call, _TRASH)


def untrash_thread(call: Call) -> Json:
    return _thread(call, _UNTRASH)
