"""What an action writes, as Outlook takes it: the words, and the files that go with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from functools import partial
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
class Bytes:
    """What a file is made of. `read` returns bytes from an offset on."""

    size_bytes: int
    read: Callable[[int, int], bytes]


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes along.

    Args:
        about_bytes: how large it is; Outlook counts what lies there a little larger.
        cid: what the HTML calls it by, "" where it is not shown among the words.
        open: brings it, where it does not lie here.
    """

    name: str
    type: str
    about_bytes: int
    cid: str
    open: Callable[[], Bytes]


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

    def of(self, action: Action, kept: Collection[str] = ()) -> list[Enclosed]:
        """Return what goes along and is not in the draft already.

        Args:
            kept: the parts of `Target.carries` that are.
        """
        html = with_ids(action.arguments.html, action.arguments.files)
        return [*self._attached(action, html), *self._carried(action, html, kept)]

    def check(self, action: Action) -> None:
        """Refuse what is too large, before anything is made or brought.

        Raises:
            Rejected: it is.
        """
        files = [self._files.info(blob).size_bytes for blob in action.arguments.files]
        if sum(files) + sum(each.size_bytes for each in action.target.carries) > _LARGEST_BYTES:
            raise Rejected("too-large")

    def forget(self) -> None:
        """Let go of what was brought: all of it is in its draft."""
        self._last = None

    def _attached(self, action: Action, html: str) -> Iterator[Enclosed]:
        for blob in action.arguments.files:
            info = self._files.info(blob)
            cid = content_id(blob) if f"cid:{content_id(blob)}" in html else ""
            held = Bytes(info.size_bytes, partial(self._files.read, blob))
            yield Enclosed(info.name, info.type, info.size_bytes, cid, partial(_itself, held))

    def _carried(self, action: Action, html: str, kept: Collection[str]) -> Iterator[Enclosed]:
        for each in action.target.carries:
            if each.part in kept:
                continue
            item = ServiceKey(action.target.key)
            part = Part(Kind.MESSAGE, item, ServiceKey(each.entry), each.part)
            cid = each.cid if each.cid and f"cid:{each.cid}" in html else ""
            bring = partial(self._bring, part)
            yield Enclosed(each.name, each.type, each.size_bytes, cid, bring)

    def _bring(self, part: Part) -> Bytes:
        """Bring it once, though it leaves in several pieces."""
        if self._last is None or self._last[0] != part:
            self._last = (part, self._fetch(part))
        data = self._last[1]
        return Bytes(len(data), lambda offset, size: data[offset : offset + size])


def _itself(held: Bytes) -> Bytes:
    return held


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
