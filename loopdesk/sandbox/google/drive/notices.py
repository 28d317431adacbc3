"""The mails by which Drive tells people of a share or a comment."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from html import escape
from typing import TYPE_CHECKING

from loopdesk.sandbox.google.drive import shapes
from loopdesk.sandbox.google.drive.store import Comment, Permission, Stored, people_in
from loopdesk.sandbox.model import Who

if TYPE_CHECKING:
    from loopdesk.sandbox.google.service import Google

SHARES = "drive-shares-dm-noreply@google.com"
COMMENTS = "comments-noreply@docs.google.com"
_MAY = {"reader": "view", "commenter": "comment on", "writer": "edit"}


def shared(google: Google, stored: Stored, given: Permission, message: str) -> None:
    """Tell somebody of a file that they were given."""
    by, link = given.by, f"{shapes.address(stored)}?usp=drive_link"
    words = (
        f"{by.name} ({by.address}) has invited you to {_MAY.get(given.role, 'edit')} the"
        f" following file:\n\n{stored.name}\n"
    )
    subject = f'{_kind(stored)} shared with you: "{stored.name}"'
    name = f"{by.name} (via Google Drive)"
    _send(google, SHARES, name, given.who, given.at, subject, words, message, link)


def commented(
    google: Google, by: Who, now: datetime, stored: Stored, comment: Comment, text: str
) -> None:
    """Tell those whom a comment concerns: who is named in it, who wrote in it before, the owner."""
    known = people_in([stored])
    wanted = {address: known.get(address, Who(address)) for address in shapes.mentioned(text)}
    for who in (comment.by, *(reply.by for reply in comment.replies)):
        wanted.setdefault(who.address, who)
    if stored.owner is not None:
        wanted.setdefault(stored.owner.address, stored.owner)
    wanted.pop(by.address, None)
    what = "replied to a comment on" if comment.replies else "added a comment to"
    link = f"{shapes.address(stored)}?disco={comment.id}"
    for who in wanted.values():
        words = f"{by.name} {what} the following document\n\n{stored.name}\n"
        name = f"{by.name} (Google Docs)"
        _send(google, COMMENTS, name, who, now, stored.name, words, text, link)


def _kind(stored: Stored) -> str:
    if not stored.is_googles:
        return "Item"
    return {"document": "Document", "spreadsheet": "Spreadsheet", "folder": "Folder"}.get(
        stored.type.rpartition(".")[2], "Item"
    )


def _send(
    google: Google,
    sender: str,
    name: str,
    to: Who,
    now: datetime,
    subject: str,
    words: str,
    said: str,
    link: str,
) -> None:
    account = google.accounts_by_sender.get(to.address)
    notice = {"at": now.isoformat(), "from": sender, "to": to.address, "subject": subject}
    google.drive_notices.append(notice)
    if account is None:
        return
    mail = EmailMessage()
    mail["From"] = formataddr((name, sender))
    mail["To"] = formataddr((to.name, to.address))
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{google.word(30)}@docs-share.google.com>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{words}\n{said}\n\nOpen: {link}\n")
    mail.add_alternative(
        f"<p>{escape(words)}</p><blockquote>{escape(said)}</blockquote>"
        f'<p><a href="{escape(link)}">Open</a></p>',
        subtype="html",
    )
    account.deliver(mail.as_bytes(), now)
