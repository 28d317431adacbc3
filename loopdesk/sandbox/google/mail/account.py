"""Methods about the account: its profile, its labels, who it may send as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopdesk.sandbox.google.errors import bad_request, not_found
from loopdesk.sandbox.google.mail import shapes
from loopdesk.sandbox.google.mail.store import Sought
from loopdesk.sandbox.google.method import Call, field_of
from loopdesk.sandbox.model import Json

if TYPE_CHECKING:
    from loopdesk.sandbox.google.service import Account


def get_profile(call: Call) -> Json:
    store = shapes.store_of(call)
    return {
        "emailAddress": call.account.address,
        "messagesTotal": len(store.messages),
        "threadsTotal": len(store.threads),
        "historyId": str(store.history_id),
    }


def list_labels(call: Call) -> Json:
    return {"labels": [shapes.label(label) for label in shapes.store_of(call).labels.values()]}


def get_label(call: Call) -> Json:
    store = shapes.store_of(call)
    label = store.labels.get(call.path["id"])
    if label is None:
        raise not_found()
    all_of_them = store.newest_first(sought=Sought(frozenset({label.id})))
    held = [message for message in all_of_them if label.id in message.labels]
    unread = [m for m in held if "UNREAD" in m.labels]
    return {
        **shapes.label(label),
        "messagesTotal": len(held),
        "messagesUnread": len(unread),
        "threadsTotal": len({m.thread_id for m in held}),
        "threadsUnread": len({m.thread_id for m in unread}),
    }


def create_label(call: Call) -> Json:
    body = call.body("name", "messageListVisibility", "labelListVisibility", "color")
    name = field_of(body, "name", str, "").strip()
    if not name:
        raise bad_request("A label needs a name.", reason="invalidArgument")
    return shapes.label(shapes.store_of(call).create_label(name))


def list_send_as(call: Call) -> Json:
    account = call.account
    verified = [_sender(account, *sender, "accepted") for sender in account.senders]
    waiting = [_sender(account, *sender, "pending") for sender in account.unverified]
    return {"sendAs": [*verified, *waiting]}


def _sender(account: Account, address: str, name: str, status: str) -> Json:
    first = address == account.address
    shown: Json = {
        "sendAsEmail": address,
        "displayName": name,
        "replyToAddress": "",
        "signature": account.signatures.get(address, ""),
        "isDefault": first,
        "treatAsAlias": True,
    }
    # The primary address has no verification of its own.
    return shown | ({"isPrimary": True} if first else {"verificationStatus": status})
