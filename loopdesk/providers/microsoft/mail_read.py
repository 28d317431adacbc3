"""Conversations of a mailbox, read whole by batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import msgspec

from loopdesk.core.changes import Skipped
from loopdesk.core.errors import AnswerLost, BadPayload, ServiceDown
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.providers.mail_thread import Mail, thread
from loopdesk.providers.microsoft import convert_mail as convert
from loopdesk.providers.microsoft import wire
from loopdesk.providers.microsoft import wire_mail as mail
from loopdesk.providers.microsoft.calls import MOST_AT_ONCE, Calls, Inner
from loopdesk.providers.microsoft.convert_calendar import series_uid
from loopdesk.providers.microsoft.mail_around import MailAround
from loopdesk.providers.pace import Pace
from loopdesk.providers.payload import decode, decode_one

FIELDS = ",".join(
    (
        "id,conversationId,parentFolderId,internetMessageId,internetMessageHeaders,subject",
        "bodyPreview,body,sender,from,toRecipients,ccRecipients,bccRecipients,replyTo",
        "createdDateTime,receivedDateTime,sentDateTime,changeKey,isRead,isDraft,hasAttachments",
        "categories,flag,webLink",
    )
)
_ATTACHED = "id,name,contentType,size,isInline,microsoft.graph.fileAttachment/contentId"
_MEETING = "microsoft.graph.eventMessage/event($select=iCalUId)"
_LONGEST = 50
_REMEMBERED = 20_000
_SEEN_TOGETHER = 4
"""Pages of one conversation that are read; what is older stays at Outlook."""


@dataclass
class Found:
    """What reading some conversations brought.

    Args:
        again: those that should be tried again.
    """

    items: list[Item] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    gone: set[ServiceKey] = field(default_factory=set)
    gone_entries: set[tuple[ServiceKey, ServiceKey]] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


class Reader:
    def __init__(self, calls: Calls, pace: Pace, around: MailAround) -> None:
        self._calls, self._pace, self._around = calls, pace, around
        self._conversations: dict[str, str] = {}

    def conversation_of(self, message: str) -> str:
        """Return in which conversation a message was read here; "" where it was not."""
        return self._conversations.get(message, "")

    def read(self, conversations: Sequence[str]) -> Found:
        """Read these, one batch at most.

        Raises:
            RateLimited: Microsoft took none of them.
            ServiceDown: several, and not one of them could be read.
        """
        found = Found()
        answers = self._batch([_conversation(each) for each in conversations])
        if len(answers) > 1 and all(answer.broken for answer in answers):
            raise ServiceDown(answers[0].status)
        messages: dict[str, list[mail.Message]] = {}
        for key, answer in zip(conversations, answers, strict=True):
            if answer.too_fast:
                found.again.append(key)
            elif answer.broken:
                found.broken.append(key)
            elif not answer.ok:
                found.skipped.append(Skipped(f"conversations/{key}", str(answer.status)))
            else:
                try:
                    messages[key] = self._messages(key, answer, found)
                except AnswerLost:
                    found.broken.append(key)
        self._take(messages, found)
        return found

    def _messages(self, key: str, answer: Inner, found: Found) -> list[mail.Message]:
        page = decode(answer.body, wire.Values)
        told = page.value
        for _ in range(_SEEN_TOGETHER - 1):
            if not page.next_link:
                break
            page = self._calls.get(page.next_link, wire.Values)
            told += page.value
        messages: list[mail.Message] = []
        for number, raw in enumerate(told):
            try:
                messages.append(decode_one(raw, mail.Message))
            except BadPayload as error:
                where = f"conversations/{key}/messages[{number}]"
                found.skipped.append(Skipped(where, error.where))
        return messages

    def _take(self, conversations: dict[str, list[mail.Message]], found: Found) -> None:
        every = [message for messages in conversations.values() for message in messages]
        self._conversations |= {each.id: each.conversationId for each in every}
        while len(self._conversations) > _REMEMBERED:
            self._conversations.pop(next(iter(self._conversations)))
        attached = self._attachments([each.id for each in every if convert.wants_attachments(each)])
        uids = self._meetings([each.id for each in every if convert.is_invitation(each)])
        known = self._around.known
        for key, messages in conversations.items():
            mails: list[Mail] = []
            for message in messages:
                if message.isDraft and known.places.get(message.parentFolderId or "") == "TRASH":
                    # A draft that was thrown away was never said.
                    found.gone_entries.add((ServiceKey(key), ServiceKey(message.id)))
                    continue
                try:
                    mails.append(
                        convert.mail(
                            message, known, attached.get(message.id, ()), uids.get(message.id, "")
                        )
                    )
                except BadPayload as error:
                    found.skipped.append(Skipped(f"messages/{message.id}", error.where))
            if mails:
                mails.sort(key=lambda each: each.entry.at)
                found.items.append(thread(mails, known.me))
                found.entries += [each.entry for each in mails]
            else:
                found.gone.add(ServiceKey(key))

    def _attachments(self, messages: Sequence[str]) -> dict[str, list[mail.Attachment]]:
        paths = [f"/me/messages/{quote(each)}/attachments?$select={_ATTACHED}" for each in messages]
        return {
            key: [decode_one(raw, mail.Attachment) for raw in decode(body, wire.Values).value]
            for key, body in self._each(messages, paths)
        }

    def _meetings(self, messages: Sequence[str]) -> dict[str, str]:
        """Return the iCalendar UIDs of the meetings that these mails are about."""
        paths = [f"/me/messages/{quote(each)}?$select=id&$expand={_MEETING}" for each in messages]
        found = {
            key: decode(body, mail.Invitation).event for key, body in self._each(messages, paths)
        }
        return {
            key: series_uid(event.iCalUId or "")
            for key, event in found.items()
            if event is not None
        }

    def _each(
        self, messages: Sequence[str], paths: Sequence[str]
    ) -> Iterable[tuple[str, msgspec.Raw | bytes]]:
        """Yield what there is of each message's; what is gone since has nothing.

        Raises:
            RateLimited, ServiceDown: of one of them it is not known.
        """
        for first in range(0, len(paths), MOST_AT_ONCE):
            some = slice(first, first + MOST_AT_ONCE)
            for key, answer in zip(messages[some], self._batch(paths[some]), strict=True):
                if answer.too_fast:
                    raise self._calls.budget_spent(paths[0], [answer])
                if answer.broken:
                    raise ServiceDown(answer.status)
                if answer.ok:
                    yield key, answer.body

    def _batch(self, paths: Sequence[str]) -> list[Inner]:
        self._pace.take(len(paths))
        answers = self._calls.batch(paths)
        if any(answer.too_fast for answer in answers):
            self._pace.rest()
        if all(answer.too_fast for answer in answers):
            raise self._calls.budget_spent(paths[0], answers)
        return answers


def _conversation(key: str) -> str:
    wanted = quote(f"conversationId eq '{key.replace(chr(39), chr(39) * 2)}'")
    return f"/me/messages?$filter={wanted}&$select={FIELDS}&$top={_LONGEST}"
