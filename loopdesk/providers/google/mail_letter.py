"""The bytes of a mail that an action writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.utils import formataddr, parseaddr

from loopdesk.content.compose import Enclosure, compose, is_reachable, size_bytes
from loopdesk.content.html import html_to_text
from loopdesk.content.unsubscribe import leaving_mail
from loopdesk.core.actions import Action, ActionId
from loopdesk.core.changes import Part
from loopdesk.core.errors import Incomplete, Rejected
from loopdesk.core.items import Kind, ServiceKey
from loopdesk.core.seams import Files
from loopdesk.providers.google import wire
from loopdesk.providers.google.calls import GMAIL, Calls
from loopdesk.providers.pictures import content_id, with_ids

ACTION_HEADER = "X-LoopDesk-Action"
LARGEST_BYTES = 36_700_160
"""What Gmail takes. Source: the discovery document gmail.v1, `mediaUpload.maxSize` (2026-10)"""
TOO_LARGE = "tooLarge"
_NOT_A_SENDER = "senderNotVerified"
_UNREACHABLE = "unreachable"
_PIECE = 1024 * 1024


class Letters:
    """Writes an action's mail, with what is attached here and what goes along from other mails.

    The last one is kept: an upload in pieces asks for it once a piece. After a restart the same
    action gives the same bytes again.
    """

    def __init__(self, calls: Calls, files: Files, fetch: Callable[[Part], bytes]) -> None:
        """Args:
        fetch: brings an attachment of a mail that lies at Gmail.
        """
        self._calls = calls
        self._files = files
        self._fetch = fetch
        self._last: tuple[ActionId, bytes] | None = None

    def write(self, action: Action) -> bytes:
        """Return the mail.

        Raises:
            Rejected: it is too large (before anything was asked for), an address is none, or the
                sender is none of the account's.
        """
        if self._last is None or self._last[0] != action.id:
            if self._estimated_bytes(action) > LARGEST_BYTES:
                raise Rejected(TOO_LARGE)
            self._last = None  # before the next one is made: two may be 70 MB
            letter = self._compose(action)
            if len(letter) > LARGEST_BYTES:
                raise Rejected(TOO_LARGE)
            self._last = (action.id, letter)
        return self._last[1]

    def forget(self) -> None:
        self._last = None

    def _estimated_bytes(self, action: Action) -> int:
        arguments = action.arguments
        files = [self._files.info(blob).size_bytes for blob in arguments.files]
        carried = [each.size_bytes for each in action.target.carries]
        return size_bytes(arguments.text, arguments.html, [*files, *carried])

    def _compose(self, action: Action) -> bytes:
        arguments, target = action.arguments, action.target
        to, cc, bcc = (
            target.to or arguments.to,
            target.cc or arguments.cc,
            target.bcc or arguments.bcc,
        )
        subject = target.subject or arguments.subject
        text, html = arguments.text, with_ids(arguments.html, arguments.files)
        if action.name == "unsubscribe":
            leaving = leaving_mail(next(iter(target.to), ""))
            to, cc, bcc = leaving.to, (), ()
            subject, text, html = leaving.subject, leaving.text, ""
        if action.name == "draft":
            # One that is only half written is kept without it; sending will ask for it.
            to, cc, bcc = (tuple(filter(is_reachable, who)) for who in (to, cc, bcc))
        sender, answers_to = self._sender(target.sender or arguments.sender or target.me)
        try:
            return compose(
                sender=sender,
                to=to,
                cc=cc,
                bcc=bcc,
                subject=subject,
                text=text or html_to_text(html),
                html=html,
                enclosures=[*self._attached(action, html), *self._carried(action, html)],
                at=action.written_at,
                message_id=f"<{action.id}@{target.me.rpartition('@')[2]}>",
                in_reply_to=target.in_reply_to,
                references=target.references,
                headers={ACTION_HEADER: action.id, "Reply-To": answers_to},
            )
        except Incomplete as error:
            raise Rejected(_UNREACHABLE) from error

    def _sender(self, wanted: str) -> tuple[str, str]:
        """Return the sender with a name, and where answers go if not there."""
        known = self._calls.get(f"{GMAIL}/settings/sendAs", wire.SendAsList).sendAs
        name, address = parseaddr(wanted)
        own = next(
            (each for each in known if each.sendAsEmail.lower() == address.lower()),
            None,
        )
        if own is None or not own.verified:
            raise Rejected(_NOT_A_SENDER)
        # Gmail itself names an address without a name as it names the primary one.
        usual = next((each.displayName for each in known if each.isPrimary), "")
        return formataddr((name or own.displayName or usual, own.sendAsEmail)), own.replyToAddress

    def _attached(self, action: Action, html: str) -> Iterator[Enclosure]:
        for blob in action.arguments.files:
            info = self._files.info(blob)
            data = b"".join(
                self._files.read(blob, offset, _PIECE)
                for offset in range(0, info.size_bytes, _PIECE)
            )
            shown = f"cid:{content_id(blob)}" in html
            yield Enclosure(info.name, info.type, data, content_id(blob) if shown else "")

    def _carried(self, action: Action, html: str) -> Iterator[Enclosure]:
        item = ServiceKey(action.target.key)
        for each in action.target.carries:
            data = self._fetch(Part(Kind.MESSAGE, item, ServiceKey(each.entry), each.part))
            shown = each.cid and f"cid:{each.cid}" in html
            yield Enclosure(each.name, each.type, data, each.cid if shown else "")
