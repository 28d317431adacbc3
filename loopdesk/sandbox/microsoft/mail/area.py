"""Outlook's mail as one part of Graph."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft.account import Account
from loopdesk.sandbox.microsoft.mail import answering, attaching, reading, settings, writing
from loopdesk.sandbox.microsoft.mail import state as states
from loopdesk.sandbox.microsoft.mail.arrival import arrived
from loopdesk.sandbox.microsoft.mail.box import Box, Message
from loopdesk.sandbox.microsoft.mail.meetings import Meeting
from loopdesk.sandbox.microsoft.method import Area, Call, Method
from loopdesk.sandbox.microsoft.scopes import (
    MAIL_READ,
    MAIL_SEND,
    MAIL_WRITE,
    SETTINGS_READ,
    SETTINGS_WRITE,
)
from loopdesk.sandbox.model import Beat, Json, Mail
from loopdesk.sandbox.web import Response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.service import Microsoft

_Answer = Callable[["MailArea", Call], Json | Response]


class MailArea(Area):
    """Attributes:
    boxes: everybody's mailbox by address.
    stays: so long a sent mail stays among the drafts.
    """

    key = "mail"

    def __init__(self, service: Microsoft) -> None:
        self.service = service
        self.stays = timedelta(seconds=2)
        self.boxes = {
            account.address: Box(account, number) for number, account in enumerate(service.accounts)
        }
        self._leaving: dict[str, list[Message]] = {address: [] for address in self.boxes}
        self.methods = [*self._reading(), *self._writing(), *self._settings()]

    def _method(
        self, verb: str, path: str, answer: _Answer, scopes: frozenset[str] = MAIL_READ
    ) -> Method:
        return Method(verb, path, partial(answer, self), scopes)

    def _reading(self) -> list[Method]:
        folder = "/me/mailFolders/{folder}"
        return [
            self._method("GET", "/me/mailFolders", reading.list_folders),
            self._method("GET", "/me/mailFolders/delta", reading.folder_delta),
            self._method("GET", "/me/mailFolders/delta()", reading.folder_delta),
            self._method("GET", folder, reading.get_folder),
            self._method("GET", f"{folder}/childFolders", reading.list_folders),
            self._method("GET", f"{folder}/messages/delta", reading.delta),
            self._method("GET", f"{folder}/messages/delta()", reading.delta),
            *(
                self._method("GET", f"{place}{below}", answer)
                for place in ("/me/messages", f"{folder}/messages")
                for below, answer in (
                    ("", reading.list_messages),
                    ("/{message}", reading.get_message),
                    ("/{message}/$value", reading.get_raw),
                    ("/{message}/attachments", attaching.list_attachments),
                    ("/{message}/attachments/{attachment}", attaching.get_attachment),
                    ("/{message}/attachments/{attachment}/$value", attaching.get_bytes),
                )
            ),
            self._method("POST", "/me/translateExchangeIds", reading.translate),
        ]

    def _writing(self) -> list[Method]:
        one = "/me/messages/{message}"
        folder = "/me/mailFolders/{folder}"
        made: list[tuple[str, str, _Answer]] = [
            ("POST", "/me/messages", writing.create),
            ("POST", f"{folder}/messages", writing.create),
            ("PATCH", one, writing.update),
            ("DELETE", one, writing.delete),
            ("POST", f"{one}/move", writing.move),
            ("POST", f"{one}/copy", writing.copy),
            ("POST", f"{one}/createReply", partial(answering.answer, kind="reply")),
            ("POST", f"{one}/createReplyAll", partial(answering.answer, kind="all")),
            ("POST", f"{one}/createForward", partial(answering.answer, kind="forward")),
            ("POST", f"{one}/attachments", attaching.add),
            ("POST", f"{one}/attachments/createUploadSession", attaching.create_session),
            ("DELETE", f"{one}/attachments/{{attachment}}", attaching.delete),
            ("POST", "/me/mailFolders", writing.create_folder),
            ("POST", f"{folder}/childFolders", writing.create_folder),
            ("PATCH", folder, writing.update_folder),
            ("DELETE", folder, writing.delete_folder),
        ]
        return [
            *(self._method(verb, path, answer, MAIL_WRITE) for verb, path, answer in made),
            self._method("POST", f"{one}/send", writing.send, MAIL_SEND),
        ]

    def _settings(self) -> list[Method]:
        colours = "/me/outlook/masterCategories"
        return [
            self._method("GET", "/me/mailboxSettings", settings.get_settings, SETTINGS_READ),
            self._method("GET", colours, settings.list_categories, SETTINGS_READ),
            self._method("POST", colours, settings.create_category, SETTINGS_WRITE),
            self._method(
                "DELETE", colours + "/{category}", settings.delete_category, SETTINGS_WRITE
            ),
        ]

    # -- where a call leads --------------------------------------------------------------------

    def box(self, call: Call) -> Box:
        self.settle(call.account.address, call.now)
        return self.boxes[call.account.address]

    def message(self, call: Call) -> Message:
        """Return the message that a call names; raises ApiError(404)."""
        return self.box(call).find(call.path["message"])

    def leaving(self, call: Call) -> list[Message]:
        return self._leaving[call.account.address]

    def new_id(self, call: Call) -> str:
        """Return a Message-ID."""
        domain = call.account.address.rpartition("@")[2]
        return f"{self.service.word(32).upper()}@{domain.replace('.', '-')}.prod.outlook.example"

    # -- what comes and goes -------------------------------------------------------------------

    def settle(self, address: str, now: datetime) -> None:
        """Bring what has left to the sent ones."""
        box, waiting = self.boxes[address], self._leaving[address]
        for message in [one for one in waiting if one.leaves_at and one.leaves_at <= now]:
            waiting.remove(message)
            message.is_draft, message.is_read = False, True
            message.at = message.leaves_at or now
            box.move(message, box.folder("sentitems"), now)

    def deliver(
        self,
        account: Account,
        raw: bytes,
        now: datetime,
        labels: frozenset[str] = frozenset(),
        meeting: Meeting | None = None,
    ) -> None:
        """Put a mail that arrives now into the inbox, or where `labels` say."""
        place = frozenset() if labels & {"SPAM", "TRASH"} else frozenset({"INBOX"})
        mail = Mail(arrived(raw), now, labels | place | {"UNREAD"})
        message = self.boxes[account.address].add(mail)
        if meeting is not None:
            message.tell(meeting)

    def happen(self, beat: Beat) -> None:
        if beat.mail is not None:
            account = self.service.account(beat.address)
            self.service.deliver(account, beat.mail.raw, labels=beat.mail.labels)

    def state(self) -> Json:
        return states.state(self.boxes)
