"""What an action writes, as Outlook takes it: the words, and the files that go with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from loopdesk.content.compose import is_reachable
from loopdesk.content.unsubscribe import leaving_mail
from loopdesk.core.actions import Action
from loopdesk.core.changes import Part
from loopdesk.core.errors import Rejected
from loopdesk.core.items import Kind, ServiceKey
from loopdesk.core.seams import Files
from loopdesk.providers.pictures import content_id, with_ids

MARK = "String {00020329-0000-0000-C000-000000000046} Name LoopDeskKey"
"""The property of a message that says which action wrote it; only programs see it."""
_LARGEST_BYTES = 150 * 1024 * 1024
_UNREACHABLE = "unreachable"
_NOT_A_SENDER = "senderNotVerified"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes along.

    Args:
        cid: what the HTML calls it by, "" where it is not shown among the words.
        read: returns bytes from an offset on.
    """

    name: str
    type: str
    size_bytes: int
    cid: str
    read: Callable[[int, int], bytes]


def content(action: Action, me: frozenset[str]) -> dict[str, Any]:
    """Return the fields of the message that an action writes.

    Args:
        me: the owner's addresses.
    Raises:
        Rejected: an address is none, or the sender is none of the account's.
    """
    arguments, target = action.arguments, action.target
    to, cc, bcc = target.to or arguments.to, target.cc or arguments.cc, target.bcc or arguments.bcc
    subject = target.subject or arguments.subject
    text, html = arguments.text, with_ids(arguments.html, arguments.files)
    if action.name == "unsubscribe":
        leaving = leaving_mail(next(iter(target.to), ""))
        to, cc, bcc = leaving.to, (), ()
        subject, text, html = leaving.subject, leaving.text, ""
    if action.name == "draft":
        # One that is only half written is kept without it; sending will ask for it.
        to, cc, bcc = (tuple(filter(is_reachable, who)) for who in (to, cc, bcc))
    elif not all(map(is_reachable, (*to, *cc, *bcc))) or not (to or cc or bcc):
        raise Rejected(_UNREACHABLE)
    return {
        "subject": subject,
        "body": {"contentType": "html" if html else "text", "content": html or text},
        "toRecipients": _recipients(to),
        "ccRecipients": _recipients(cc),
        "bccRecipients": _recipients(bcc),
        "singleValueExtendedProperties": [{"id": MARK, "value": action.id}],
        **_sender(target.sender or arguments.sender, me),
    }


class Enclosures:
    """Args: fetch: brings an attachment of a mail that lies at Outlook."""

    def __init__(self, files: Files, fetch: Callable[[Part], bytes]) -> None:
        self._files, self._fetch = files, fetch
        self._last: tuple[Part, bytes] | None = None

    def of(self, action: Action, draft: str) -> list[Enclosed]:
        """Return what goes along; what the draft has already is left out.

        Raises:
            Rejected: it is too large, before anything was brought.
        """
        html = with_ids(action.arguments.html, action.arguments.files)
        found = [*self._attached(action, html), *self._carried(action, html, draft)]
        if sum(each.size_bytes for each in found) > _LARGEST_BYTES:
            raise Rejected("too-large")
        return found

    def _attached(self, action: Action, html: str) -> Iterator[Enclosed]:
        for blob in action.arguments.files:
            info = self._files.info(blob)
            cid = content_id(blob) if f"cid:{content_id(blob)}" in html else ""
            yield Enclosed(info.name, info.type, info.size_bytes, cid, self._reading(blob))

    def _carried(self, action: Action, html: str, draft: str) -> Iterator[Enclosed]:
        for each in action.target.carries:
            if each.entry == draft:
                continue
            item = ServiceKey(action.target.key)
            data = self._bring(Part(Kind.MESSAGE, item, ServiceKey(each.entry), each.part))
            cid = each.cid if each.cid and f"cid:{each.cid}" in html else ""
            yield Enclosed(each.name, each.type, len(data), cid, _slicing(data))

    def _bring(self, part: Part) -> bytes:
        """Bring it once, though it leaves in several pieces."""
        if self._last is None or self._last[0] != part:
            self._last = (part, self._fetch(part))
        return self._last[1]

    def _reading(self, blob: str) -> Callable[[int, int], bytes]:
        return lambda offset, size: self._files.read(blob, offset, size)


def _slicing(data: bytes) -> Callable[[int, int], bytes]:
    return lambda offset, size: data[offset : offset + size]


def _recipients(people: Sequence[str]) -> list[dict[str, dict[str, str]]]:
    return [_recipient(*parseaddr(each)) for each in people]


def _recipient(name: str, address: str) -> dict[str, dict[str, str]]:
    return {"emailAddress": {"address": address, **({"name": name} if name else {})}}


def _sender(wanted: str, me: frozenset[str]) -> dict[str, Any]:
    name, address = parseaddr(wanted)
    if not address:
        return {}
    if address.lower() not in me:
        raise Rejected(_NOT_A_SENDER)
    return {"from": _recipient(name, address)}
