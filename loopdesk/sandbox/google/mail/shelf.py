"""A mailbox's messages as two tables, of which the archived part is arithmetic."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from loopdesk.sandbox import mime
from loopdesk.sandbox.google.mail import payload
from loopdesk.sandbox.model import Archive, Mail

FIRST_HISTORY = 880_000
_FIRST_ID = 0x19A0_0000_0000_0000
# Spreads ids that are drawn one after the other; odd, so that none comes twice.
_ID_STEP = 0x9E_3779_B1


class Message:
    """A mail in the box. Only what lists and threads need is held; the rest is read again.

    Args:
        load: brings the mail.
        seq: its number in the box, from 1 on.
    """

    __slots__ = (
        "_head", "_load", "_mail", "_snippet", "at_ms", "history_id", "id", "labels", "seq",
        "thread_id",
    )  # fmt: skip

    def __init__(
        self, seq: int, at: datetime, labels: frozenset[str], load: Callable[[], Mail]
    ) -> None:
        self.id = message_id(seq)
        self.thread_id = self.id
        self.at_ms = milliseconds(at)
        self.labels = labels
        self.seq = seq
        self.history_id = FIRST_HISTORY + seq
        self._load = load
        self._mail: Mail | None = None
        self._head: mime.Head | None = None
        self._snippet: str | None = None

    @property
    def mail(self) -> Mail:
        if self._mail is None:
            self._mail = self._load()
        return self._mail

    @property
    def raw(self) -> bytes:
        return self.mail.raw

    @property
    def head(self) -> mime.Head:
        if self._head is None:
            self._head = mime.Head.of(self.raw)
        return self._head

    @property
    def snippet(self) -> str:
        if self._snippet is None:
            self._snippet = payload.snippet(self.raw)
        return self._snippet

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in time among all."""
        return self.at_ms, self.seq


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def message_id(seq: int) -> str:
    return f"{_FIRST_ID + seq * _ID_STEP:016x}"


def draft_id(seq: int) -> str:
    return f"r-{seq * _ID_STEP}"


class Shelf:
    """The archived messages: made when they are asked for, so the same one may come twice.

    Whoever changes one keeps it (`MailStore`).
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.labels = archive.labels

    def __len__(self) -> int:
        return len(self._archive)

    @property
    def threads(self) -> int:
        return self._archive.threads

    def number(self, key: str) -> int | None:
        """Return the number of the message with this id, None where it is none of these."""
        try:
            seq = (int(key, 16) - _FIRST_ID) // _ID_STEP
        except ValueError:
            return None
        return seq - 1 if 0 < seq <= len(self) and message_id(seq) == key else None

    def message(self, number: int) -> Message:
        archive = self._archive
        message = Message(
            number + 1,
            archive.at(number),
            archive.labels_of(number),
            lambda: archive[number],
        )
        message.thread_id = message_id(archive.thread(number)[0] + 1)
        return message

    def thread(self, key: str) -> Sequence[int]:
        """Return the numbers of the thread with this id, oldest first; none where it is none."""
        number = self.number(key)
        held = () if number is None else self._archive.thread(number)
        return held if held and held[0] == number else ()

    def numbers_down(self, before: tuple[int, int] | None) -> Iterator[int]:
        """Yield the numbers of all that stand before this place in time, the newest first."""
        end = len(self)
        if before is not None:
            end = bisect_left(range(end), before, key=self._place)
        return iter(range(end - 1, -1, -1))

    def _place(self, number: int) -> tuple[int, int]:
        return milliseconds(self._archive.at(number)), number + 1


class Messages(Mapping[str, Message]):
    """All messages by their ids.

    Attributes:
        held: those that are kept: all that are not archived, and the archived ones that changed.
        gone: the numbers of archived ones that were deleted.
    """

    def __init__(self, shelf: Shelf | None) -> None:
        self._shelf = shelf
        self.held: dict[str, Message] = {}
        self.gone: set[int] = set()

    def __getitem__(self, key: str) -> Message:
        if (kept := self.held.get(key)) is not None:
            return kept
        number = self.archived(key)
        if self._shelf is None or number is None or number in self.gone:
            raise KeyError(key)
        return self._shelf.message(number)

    def __len__(self) -> int:
        untouched = 0 if self._shelf is None else len(self._shelf) - len(self.gone)
        return untouched + sum(self.archived(key) is None for key in self.held)

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self.held if self.archived(key) is None)
        for number in range(0 if self._shelf is None else len(self._shelf)):
            if number not in self.gone:
                yield message_id(number + 1)

    def archived(self, key: str) -> int | None:
        """Return the number of an archived message, None for another."""
        return None if self._shelf is None else self._shelf.number(key)


class Threads(Mapping[str, list[Message]]):
    """All threads by their ids, the messages of each oldest first.

    Attributes:
        joined: the messages of each that are not archived.
    """

    def __init__(self, shelf: Shelf | None, messages: Messages) -> None:
        self._shelf = shelf
        self._messages = messages
        self.joined: dict[str, list[Message]] = {}

    def __getitem__(self, key: str) -> list[Message]:
        found = [*self._archived(key), *self.joined.get(key, ())]
        if not found:
            raise KeyError(key)
        return sorted(found, key=lambda message: message.place)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and (key in self.joined or any(self._archived(key)))

    def __len__(self) -> int:
        own = sum(self._shelf is None or not self._shelf.thread(key) for key in self.joined)
        if self._shelf is None:
            return own
        emptied = {message_id(number + 1) for number in self._messages.gone}
        left = sum(bool(self._shelf.thread(key)) and key not in self for key in emptied)
        return own + self._shelf.threads - left

    def __iter__(self) -> Iterator[str]:
        yield from self.joined
        for number in range(0 if self._shelf is None else len(self._shelf)):
            key = message_id(number + 1)
            if key not in self.joined and key in self:
                yield key

    def _archived(self, key: str) -> Iterator[Message]:
        numbers = () if self._shelf is None else self._shelf.thread(key)
        for number in numbers:
            if number not in self._messages.gone:
                yield self._messages[message_id(number + 1)]
