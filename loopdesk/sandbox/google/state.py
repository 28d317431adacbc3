"""What Google's part holds, in plain text, for tests and for the curious."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from loopdesk.sandbox import mime
from loopdesk.sandbox.google.mail.shelf import Message
from loopdesk.sandbox.model import Json

if TYPE_CHECKING:
    from loopdesk.sandbox.google.service import Account


def messages(accounts: Sequence[Account]) -> list[Json]:
    """Return every mail once, oldest first, however many people hold it.

    The copy that is shown is the sender's where they have one; the others stand in `copies`. Of
    the archive of the large sizes only what was changed is shown, here and below.
    """
    shown: dict[str, list[Json]] = {}
    all_of_them = [
        (m, account) for account in accounts for m in account.mail.messages.held.values()
    ]
    all_of_them.sort(key=lambda pair: (pair[0].at_ms, "SENT" not in pair[0].labels))
    for message, account in all_of_them:
        key = message.head.message_id or f"{account.address} {message.id}"
        holder = {
            "account": account.address,
            "id": message.id,
            "threadId": message.thread_id,
            "labelIds": sorted(message.labels),
        }
        for mail in shown.setdefault(key, []):
            held_by = {mail["account"], *(copy["account"] for copy in mail["copies"])}
            if account.address not in held_by:
                mail["copies"].append(holder)
                break
        else:
            shown[key].append({**holder, **_content(message), "copies": []})
    return [mail for mails in shown.values() for mail in mails]


def _content(message: Message) -> Json:
    head = message.head
    headers: dict[str, str] = {}
    for name, value in mime.fields(message.raw):
        headers[name] = ", ".join(filter(None, [headers.get(name), mime.decoded(value)]))
    return {
        "at": datetime.fromtimestamp(message.at_ms / 1000, UTC).isoformat(),
        "from": head.first("from"),
        "to": head.addresses("to"),
        "cc": head.addresses("cc"),
        "bcc": head.addresses("bcc"),
        "subject": head.first("subject"),
        "text": mime.text(message.raw),
        "attachments": mime.filenames(message.raw),
        "files": mime.files(message.raw),
        "headers": headers,
    }


def threads(accounts: Sequence[Account]) -> list[Json]:
    return [
        {
            "account": account.address,
            "id": thread_id,
            "labelIds": sorted(set().union(*(message.labels for message in held))),
            "messages": [message.id for message in held],
        }
        for account in accounts
        for thread_id in dict.fromkeys(m.thread_id for m in account.mail.messages.held.values())
        for held in [account.mail.threads[thread_id]]
    ]


def drafts(accounts: Sequence[Account]) -> list[Json]:
    """Return every draft with what is written in it."""
    return [
        {
            "account": account.address,
            "id": draft_id,
            "message": message_id,
            "threadId": message.thread_id,
            **_content(message),
            "html": mime.html(message.raw),
        }
        for account in accounts
        for draft_id, message_id in account.mail.drafts.items()
        for message in [account.mail.message(message_id)]
    ]


def events(accounts: Sequence[Account]) -> list[Json]:
    """Return every event once, as it is kept: series whole, cancelled ones too.

    The copy that is shown is that of the first person who has it; the others stand in `copies`.
    """
    shown: dict[str, Json] = {}
    for account in accounts:
        for calendar in account.calendars:
            for stored in calendar.all():
                holder = {"account": account.address, "calendar": calendar.id}
                event = shown.setdefault(stored.id, {**holder, **stored.body, "copies": []})
                if event["account"] != account.address or event["calendar"] != calendar.id:
                    event["copies"].append({**holder, "status": stored.body.get("status")})
    return list(shown.values())


def tasks(accounts: Sequence[Account]) -> list[Json]:
    """Return every task, deleted ones too while they are remembered."""
    return [
        {
            "account": account.address,
            "list": holder.id,
            "listTitle": holder.title,
            "id": task.id,
            **task.body,
            "deleted": task.deleted,
        }
        for account in accounts
        for holder in account.tasks.lists
        for task in holder.tasks
    ]
