"""A mail on its way: what Gmail makes of it when it leaves, and where it arrives."""

from __future__ import annotations

import json
from email.utils import format_datetime, parseaddr

from loopdesk.sandbox import mime
from loopdesk.sandbox.google import multipart
from loopdesk.sandbox.google.errors import bad_request
from loopdesk.sandbox.google.mail.shelf import Message
from loopdesk.sandbox.google.method import Call
from loopdesk.sandbox.model import Json, Mail
from loopdesk.sandbox.web import Request

_RECIPIENTS = ("to", "cc", "bcc")


def send(call: Call, raw: bytes, thread_id: str | None) -> Message:
    """Put the mail among the sent ones and into the mailboxes of those who have one here.

    The Message-ID becomes one of the service's own, so nobody may count on finding the mail again
    by the one it was written with. A From that is none of the sender's becomes their address.
    """
    head = mime.Head.of(raw)
    recipients = head.addresses(*_RECIPIENTS)
    if not recipients:
        raise bad_request("Recipient address required", reason="invalidArgument")
    own = [address for address, _ in call.account.senders]
    sender = parseaddr(head.first("from"))[1].lower()
    changes: dict[str, str | None] = {"Message-ID": f"<CA{call.google.word(30)}@mail.gmail.com>"}
    if sender not in own:
        sender = call.account.address
        changes["From"] = sender
    if not head.first("date"):
        changes["Date"] = format_datetime(call.now)
    leaving = mime.rewritten(raw, changes)
    labels = {"SENT"}
    if not set(own).isdisjoint(recipients):
        # Mail to oneself is one message, sent and received.
        labels |= {"INBOX", "UNREAD"}
    sent = call.account.mail.add(Mail(leaving, call.now, frozenset(labels)), thread_id, alone=True)
    arriving = mime.rewritten(leaving, {"Bcc": None, "Authentication-Results": None})
    others = {call.google.accounts_by_sender.get(address) for address in recipients}
    for account in call.google.accounts:
        if account in others and account is not call.account:
            account.deliver(arriving, call.now)
    call.google.on_sent(leaving, call.account.address, call.now)
    return sent


def uploaded(request: Request) -> tuple[Json, bytes]:
    """Read an upload of two parts: JSON, then the mail."""
    parts = multipart.parts(request)
    if len(parts) != 2:
        raise bad_request("The upload is not of two parts.", reason="invalid")
    try:
        body = json.loads(parts[0][1])
    except ValueError:
        raise bad_request("The first part is no JSON.", reason="parseError") from None
    if not isinstance(body, dict):
        raise bad_request("The first part is no JSON object.", reason="parseError")
    return body, parts[1][1]
