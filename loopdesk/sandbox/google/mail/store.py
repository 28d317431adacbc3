"""One mailbox: messages, threads, labels, drafts and the history of their changes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge

from loopdesk.sandbox import mime
from loopdesk.sandbox.google.errors import ApiError, bad_request, not_found
from loopdesk.sandbox.google.mail.shelf import (
    FIRST_HISTORY,
    Message,
    Messages,
    Shelf,
    Threads,
    draft_id,
    message_id,
)
from loopdesk.sandbox.model import Label, Mail, Mailbox

SYSTEM_LABELS = (
    "INBOX", "UNREAD", "STARRED", "IMPORTANT", "SENT", "DRAFT", "SPAM", "TRASH", "CHAT",
    "CATEGORY_PERSONAL", "CATEGORY_SOCIAL", "CATEGORY_PROMOTIONS", "CATEGORY_UPDATES",
    "CATEGORY_FORUMS",
)  # fmt: skip
HIDDEN = frozenset({"SPAM", "TRASH"})
_FIXED = frozenset({"SENT", "DRAFT", "CHAT"})
_HISTORY_LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sought:
    """What each message that is meant has in any case.

    Args:
        since_ms: it is not older than this.
    """

    labels: frozenset[str] = frozenset()
    since_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history.

    Args:
        kind: `messagesAdded`, `messagesDeleted`, `labelsAdded` or `labelsRemoved`.
        labels: what the message had after it.
        moved: the labels it is about.
    """

    id: int
    at: datetime
    kind: str
    message_id: str
    thread_id: str
    labels: tuple[str, ...]
    moved: tuple[str, ...] = ()


class MailStore:
    def __init__(self, mailbox: Mailbox) -> None:
        self.labels = {name: Label(name, name) for name in SYSTEM_LABELS}
        self.labels |= {label.id: label for label in mailbox.labels}
        self._shelf = Shelf(mailbox.archive) if mailbox.archive is not None else None
        self.messages = Messages(self._shelf)
        self.threads = Threads(self._shelf, self.messages)
        self.drafts: dict[str, str] = {}
        self._order: list[tuple[int, int, str]] = []  # of those not archived: at_ms, seq, id
        self._changes: list[Change] = []
        self._seq = 0 if self._shelf is None else len(self._shelf)
        self._thread_of: dict[str, str] = {}  # Message-ID -> thread
        self._subject_of: dict[str, str] = {}  # thread -> base subject
        words: dict[str, str] = {}
        for mail in mailbox.mails:
            message = self._put(mail, words.get(mail.thread or ""))
            if mail.thread:
                words[mail.thread] = message.thread_id
        self._order = sorted((*m.place, m.id) for m in self.messages.held.values())
        self.history_id = FIRST_HISTORY + self._seq
        self._kept_from = self.history_id

    # -- reading ---------------------------------------------------------------------------

    def message(self, message_id: str) -> Message:
        """Raises ApiError(404) where there is none."""
        if found := self.messages.get(message_id):
            return found
        raise not_found()

    def thread_of(self, message_id: str) -> str:
        """Return the thread that holds the mail of this Message-ID, "" where none does."""
        return self._thread_of.get(message_id, "")

    def thread(self, thread_id: str) -> list[Message]:
        """Return the thread's messages, oldest first; raises ApiError(404)."""
        if found := self.threads.get(thread_id):
            return found
        raise not_found()

    def newest_first(
        self, before: tuple[int, int] | None = None, sought: Sought | None = None
    ) -> Iterator[Message]:
        """Yield messages from this place in time on.

        Args:
            sought: of those that cannot be meant, some are passed over.
        """
        own = self._own_newest_first(before)
        if self._shelf is None:
            return own
        if sought is not None and not sought.labels <= self._shelf.labels:
            kept = [m for m in self.messages.held.values() if before is None or m.place < before]
            return iter(sorted(kept, key=_place, reverse=True))
        since_ms = 0.0 if sought is None else sought.since_ms
        archived = self._archived_newest_first(self._shelf, before, since_ms)
        return merge(own, archived, key=_place, reverse=True)

    def newest_of_threads(
        self, before: tuple[int, int] | None, sought: Sought
    ) -> Iterator[tuple[Message, list[Message]]]:
        """Yield each thread with its newest message, by which it stands in time."""
        if self._shelf is not None and not sought.labels <= self._shelf.labels:
            keys = {message.thread_id for message in self.messages.held.values()}
            threads = sorted((self.threads[key] for key in keys), key=_last_place, reverse=True)
            for thread in threads:
                if before is None or thread[-1].place < before:
                    yield thread[-1], thread
            return
        for message in self.newest_first(before, sought):
            thread = self.threads[message.thread_id]
            if thread[-1].id == message.id:
                yield message, thread

    def _own_newest_first(self, before: tuple[int, int] | None) -> Iterator[Message]:
        end = len(self._order) if before is None else bisect_left(self._order, (*before, ""))
        for place in range(end - 1, -1, -1):
            yield self.messages[self._order[place][2]]

    def _archived_newest_first(
        self, shelf: Shelf, before: tuple[int, int] | None, since_ms: float
    ) -> Iterator[Message]:
        for number in shelf.numbers_down(before):
            if number in self.messages.gone:
                continue
            message = self.messages[message_id(number + 1)]
            if message.at_ms < since_ms:
                return
            yield message

    def changes_since(self, history_id: int, now: datetime) -> list[Change]:
        """Return the history after `history_id`.

        Raises:
            ApiError: 404, as that is longer ago than the history reaches.
        """
        while self._changes and self._changes[0].at < now - _HISTORY_LIFE:
            self._kept_from = self._changes.pop(0).id
        if not self._kept_from <= history_id <= self.history_id:
            raise not_found()
        start = bisect_right(self._changes, history_id, key=lambda change: change.id)
        return self._changes[start:]

    def forget_history(self) -> None:
        self._changes.clear()
        # The id as it is now is too old as well: only one read from here on will do.
        self.history_id += 1
        self._kept_from = self.history_id

    # -- changing --------------------------------------------------------------------------

    def add(self, mail: Mail, thread_id: str | None = None, *, alone: bool = False) -> Message:
        """Take in a mail.

        Args:
            thread_id: None: it finds its thread by its headers.
            alone: unless `thread_id` says otherwise it starts a thread, whatever its headers say.
        """
        message = self._put(mail, thread_id, alone)
        insort(self._order, (*message.place, message.id))
        self._log("messagesAdded", message, mail.at)
        return message

    def remove(self, message: Message, now: datetime) -> None:
        number = self.messages.archived(message.id)
        self.messages.held.pop(message.id, None)
        if number is not None:
            self.messages.gone.add(number)
        else:
            del self._order[bisect_left(self._order, (*message.place, message.id))]
            joined = self.threads.joined[message.thread_id]
            joined.remove(message)
            if not joined:
                del self.threads.joined[message.thread_id]
        self._log("messagesDeleted", message, now)

    def relabel(self, message: Message, add: set[str], remove: set[str], now: datetime) -> None:
        # An archived one is kept from its first change on.
        message = self.messages.held.setdefault(message.id, message)
        if gone := (remove - add) & message.labels:
            message.labels -= frozenset(gone)
            self._log("labelsRemoved", message, now, gone)
        if new := add - message.labels:
            message.labels |= frozenset(new)
            self._log("labelsAdded", message, now, new)

    def check_labels(self, labels: Iterable[str]) -> set[str]:
        """Return the ids as a set; raises ApiError(400) for one that cannot be given."""
        wanted = set(labels)
        if len(wanted) > 100:
            raise bad_request("Too many label ids.")
        for label in sorted(wanted):
            if label not in self.labels or label in _FIXED:
                raise bad_request(f"Invalid label: {label}", reason="invalidArgument")
        return wanted

    def create_label(self, name: str) -> Label:
        if any(label.name.casefold() == name.casefold() for label in self.labels.values()):
            raise ApiError(409, "aborted", "Label name exists or conflicts")
        numbers = [int(i[6:]) for i in self.labels if i.startswith("Label_") and i[6:].isdecimal()]
        label = Label(f"Label_{max(numbers, default=0) + 1}", name)
        self.labels[label.id] = label
        return label

    def draft_of(self, message: Message) -> str:
        return next(draft for draft, held in self.drafts.items() if held == message.id)

    def fits_thread(self, head: mime.Head, thread_id: str) -> bool:
        """Say whether a mail written here may be put into the thread it names: its references
        and its subject must both lead there.

        Source: developers.google.com/workspace/gmail/api/guides/threads (2026-11)
        """
        known = {self._thread_of.get(reference) for reference in head.references}
        own = {each.mail.message_id for each in self.threads[thread_id]}
        if not own.isdisjoint(head.references):
            known.add(thread_id)
        same = mime.base_subject(head.first("subject")) == self._subject(thread_id)
        return same and thread_id in known

    def _put(self, mail: Mail, thread_id: str | None, alone: bool = False) -> Message:
        self._seq += 1
        message = Message(self._seq, mail.at, mail.labels, lambda: mail)
        by_headers = mail.thread is None and not alone
        if by_headers and thread_id is None:
            thread_id = self._thread_for(message.head)
        message.thread_id = thread_id or message.id
        self.messages.held[message.id] = message
        self.threads.joined.setdefault(message.thread_id, []).append(message)
        if key := mail.message_id or message.head.message_id:
            self._thread_of.setdefault(key, message.thread_id)
        if by_headers:
            # An answer may come before what it answers, which then joins it.
            for reference in message.head.references:
                self._thread_of.setdefault(reference, message.thread_id)
        if "DRAFT" in mail.labels:
            self.drafts[draft_id(self._seq)] = message.id
        return message

    def _thread_for(self, head: mime.Head) -> str | None:
        subject = mime.base_subject(head.first("subject"))
        for reference in [*head.references, head.message_id]:
            thread_id = self._thread_of.get(reference)
            if thread_id and thread_id in self.threads and self._subject(thread_id) == subject:
                return thread_id
        return None

    def _subject(self, thread_id: str) -> str:
        if thread_id not in self._subject_of:
            head = self.threads[thread_id][0].head
            self._subject_of[thread_id] = mime.base_subject(head.first("subject"))
        return self._subject_of[thread_id]

    def _log(self, kind: str, message: Message, now: datetime, moved: Iterable[str] = ()) -> None:
        self.history_id += 1
        message.history_id = self.history_id
        self._changes.append(
            Change(
                self.history_id,
                now,
                kind,
                message.id,
                message.thread_id,
                tuple(sorted(message.labels)),
                tuple(sorted(moved)),
            )
        )


def _place(message: Message) -> tuple[int, int]:
    return message.place


def _last_place(thread: list[Message]) -> tuple[int, int]:
    return thread[-1].place
