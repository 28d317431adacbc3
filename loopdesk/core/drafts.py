"""Drafts: what the person is writing and has not sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from loopdesk.core.actions import Carried
from loopdesk.core.items import AccountId, ItemId
from loopdesk.core.seams import Blob


@dataclass(frozen=True, slots=True)
class Draft:
    """One letter in the making, kept here and at its service.

    Args:
        id: 32 hex digits, ours.
        name: the action it will be: compose, reply, reply-all, forward, comment.
        item: the thread it answers, None for a new one.
        entry: service key of the mail that it answers or forwards.
        to, cc, bcc: "Name <address>" or an address.
        html: the same words formatted, "" where they are plain.
        quote_text, quote_html: the mail it answers or forwards, as it will stand below the words.
        carries: attachments of the forwarded mail that go along.
        key, version: the service's id of its copy, and as which that was last seen.
    """

    id: str
    account: AccountId
    name: str
    item: ItemId | None = None
    entry: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    quote_text: str = ""
    quote_html: str = ""
    files: tuple[Blob, ...] = ()
    carries: tuple[Carried, ...] = ()
    key: str = ""
    version: str = ""
    changed_at: datetime | None = None
