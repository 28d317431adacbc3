"""One mailbox: folders, messages, and what happened to them."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from loopdesk.sandbox import mime
from loopdesk.sandbox.microsoft.account import Account
from loopdesk.sandbox.microsoft.deltas import Feed, Removal
from loopdesk.sandbox.microsoft.errors import not_found
from loopdesk.sandbox.microsoft.mail import letter as letters
from loopdesk.sandbox.microsoft.mail import meetings
from loopdesk.sandbox.model import Json, Mail

ROOT = "msgfolderroot"
WELL_KNOWN = {
    "inbox": "Inbox",
    "drafts": "Drafts",
    "sentitems": "Sent Items",
    "deleteditems": "Deleted Items",
    "archive": "Archive",
    "junkemail": "Junk Email",
    "outbox": "Outbox",
    "conversationhistory": "Conversation History",
}
# What a word of `Mail.labels` says about where the mail lies.
_FOLDERS = {
    "INBOX": "inbox",
    "SENT": "sentitems",
    "DRAFT": "drafts",
    "SPAM": "junkemail",
    "TRASH": "deleteditems",
}
_OTHER = frozenset({"CATEGORY_PROMOTIONS", "CATEGORY_SOCIAL", "CATEGORY_UPDATES"})
_KNOWN = {"UNREAD", "STARRED", "IMPORTANT", "CATEGORY_PERSONAL", "CATEGORY_FORUMS", *_OTHER}
NOT_FLAGGED: Json = {"flagStatus": "notFlagged"}


@dataclass(eq=False, slots=True)
class Folder:
    """Args: word: its well-known name or the story's id; `feed`: what happened in it."""

    id: str
    word: str
    name: str
    parent: str
    hidden: bool = False
    feed: Feed = field(default_factory=Feed)


class Message:
    """A mail in the box. What it says is read when somebody asks.

    Attributes:
        moves: how often it was moved, which its changing id tells.
        leaves_at: when a sent one goes from the drafts to the sent ones.
        properties: its extended properties by id.
    """

    __slots__ = (
        "_is_written",
        "_letter",
        "_meeting",
        "_raw",
        "at",
        "categories",
        "changed_at",
        "conversation",
        "flag",
        "focused",
        "folder",
        "importance",
        "is_draft",
        "is_read",
        "leaves_at",
        "mail",
        "moves",
        "number",
        "properties",
        "version",
    )  # fmt: skip

    def __init__(self, number: int, mail: Mail, folder: Folder) -> None:
        self.number = number
        self.mail = mail
        self.at = mail.at
        self.changed_at = mail.at
        self.folder = folder
        self.moves = 0
        self.version = 1
        self.is_read = "UNREAD" not in mail.labels
        self.is_draft = "DRAFT" in mail.labels
        self.flag: Json = {"flagStatus": "flagged"} if "STARRED" in mail.labels else NOT_FLAGGED
        self.importance = "high" if "IMPORTANT" in mail.labels else ""
        self.focused = "other" if mail.labels & _OTHER else "focused"
        self.categories: list[str] = []
        self.conversation = ""
        self.properties: dict[str, str] = {}
        self.leaves_at: datetime | None = None
        self._raw: bytes | None = None
        self._is_written = False
        self._letter: letters.Letter | None = None
        self._meeting: meetings.Meeting | None = None

    @property
    def letter(self) -> letters.Letter:
        if self._letter is None:
            self._letter = letters.read(self.raw)
            # Kept with what was set before it was read.
            if self.importance:
                self._letter.importance = self.importance
        return self._letter

    @property
    def raw(self) -> bytes:
        """Return the bytes as they came, or as they are written from what was changed here."""
        if self._raw is not None:
            return self._raw
        if self._is_written and self._letter is not None:
            return self._letter.raw(self.at)
        return self.mail.raw

    @property
    def message_id(self) -> str:
        return self.mail.message_id or self.letter.message_id

    @property
    def meeting(self) -> meetings.Meeting | None:
        if self._meeting is None and self.letter.calendar:
            self._meeting = meetings.read(self.letter.calendar)
        return self._meeting

    def tell(self, meeting: meetings.Meeting) -> None:
        """Say about which meeting it is, where more is known than stands in it."""
        self._meeting = meeting

    def write(self, letter: letters.Letter) -> None:
        """Let it say this from now on."""
        self._letter, self._raw, self._is_written = letter, None, True
        self.mail = Mail(b"", self.at, self.mail.labels, message_id=letter.message_id)

    def seal(self, raw: bytes) -> None:
        """Keep the bytes that left."""
        self._raw = raw


class Box:
    def __init__(self, account: Account, number: int) -> None:
        self.account = account
        self._prefix = f"AAMkADRlMmQ{number:03d}MjQtYTk3Ni00ZTkzLWI1NGUtOGQ4OTM3"
        self.folder_feed = Feed()
        self.folders: dict[str, Folder] = {}
        self._by_word: dict[str, Folder] = {}
        self.root = self._coded(b"\0root")
        for word, name in WELL_KNOWN.items():
            self.add_folder(name, self.root, word)
        for each in account.office.folders:
            above = self._by_word.get(each.parent)
            self.add_folder(each.name, above.id if above else self.root, each.id)
        self.categories = {name: colour for name, colour in account.office.categories}
        self.messages: dict[int, Message] = {}
        self._newest: list[Message] = []  # empty: to be sorted anew
        self._conversations: dict[str, list[Message]] = {}
        self._threads: dict[str, str] = {}  # Message-ID -> conversation
        self._last = 0
        for mail in account.office.mails:
            self._put(mail)

    # -- finding -----------------------------------------------------------------------------

    def folder(self, key: str) -> Folder:
        """Return a folder by its id or its well-known name; raises ApiError(404)."""
        found = self.folders.get(key)
        if found is None and key.lower() in WELL_KNOWN:
            found = self._by_word[key.lower()]
        if found is None:
            raise not_found()
        return found

    def find(self, item_id: str) -> Message:
        """Return a message by either of its ids; raises ApiError(404)."""
        message = self.get(item_id)
        if message is None:
            raise not_found()
        return message

    def get(self, item_id: str) -> Message | None:
        for prefix, fixed in ((self._prefix, False), (self._immutable_prefix, True)):
            if item_id.startswith(prefix):
                try:
                    code = base64.urlsafe_b64decode(item_id.removeprefix(prefix)[:12])
                except (binascii.Error, ValueError):
                    return None
                message = self.messages.get(int.from_bytes(code[:6], "big"))
                moves = int.from_bytes(code[6:9], "big")
                right = message is not None and (fixed or message.moves == moves)
                return message if right else None
        return None

    def id_of(self, message: Message, *, immutable: bool) -> str:
        code = message.number.to_bytes(6, "big")
        if immutable:
            coded = base64.urlsafe_b64encode(code + bytes(3)).decode()
            return f"{self._immutable_prefix}{coded}AAA="
        return self._coded(code + message.moves.to_bytes(3, "big"))

    def key_of(self, message: Message) -> str:
        """Return what stands for it in feeds: the id that stays, and the one it has now."""
        fixed = self.id_of(message, immutable=True)
        return f"{fixed} {self.id_of(message, immutable=False)}"

    def newest_first(self, folder: Folder | None = None) -> list[Message]:
        if not self._newest:
            self._newest = sorted(self.messages.values(), key=_place, reverse=True)
        return [m for m in self._newest if folder is None or m.folder is folder]

    def conversation(self, key: str) -> list[Message]:
        """Return the messages of a conversation, the newest first."""
        return sorted(self._conversations.get(key, ()), key=_place, reverse=True)

    def counts(self) -> tuple[Counter[str], Counter[str]]:
        """Return how many messages each folder holds, and how many of them are unread."""
        whole = Counter(message.folder.id for message in self.messages.values())
        unread = Counter(m.folder.id for m in self.messages.values() if not m.is_read)
        return whole, unread

    def below(self, parent: str) -> Iterator[Folder]:
        return (folder for folder in self.folders.values() if folder.parent == parent)

    # -- changing ----------------------------------------------------------------------------

    def add(self, mail: Mail, conversation: str = "") -> Message:
        message = self._put(mail, conversation)
        self._tell(message.folder, message)
        return message

    def changed(self, message: Message, now: datetime) -> None:
        message.version += 1
        message.changed_at = now
        self._tell(message.folder, message)

    def move(self, message: Message, folder: Folder, now: datetime) -> None:
        if folder is message.folder:
            return
        self._tell(message.folder, message, "deleted")
        message.folder = folder
        message.moves += 1
        # What has left is as old as its leaving.
        self._newest.clear()
        self.changed(message, now)

    def remove(self, message: Message) -> None:
        del self.messages[message.number]
        self._conversations[message.conversation].remove(message)
        self._newest.clear()
        self._tell(message.folder, message, "deleted")

    def add_folder(self, name: str, parent: str, word: str = "") -> Folder:
        number = len(self.folders) + 1
        folder = Folder(self._coded(b"\0" + number.to_bytes(5, "big")), word, name, parent)
        self.folders[folder.id] = folder
        if word:
            self._by_word[word] = folder
        self.folder_feed.note(folder.id)
        return folder

    def remove_folder(self, folder: Folder) -> None:
        del self.folders[folder.id]
        self.folder_feed.note(folder.id, "deleted")
        for message in [m for m in self.messages.values() if m.folder is folder]:
            self.remove(message)

    def conversation_for(self, ids: Iterable[str]) -> str:
        """Return the conversation that one of these Message-IDs is in, "" where none is."""
        return next((self._threads[one] for one in ids if one in self._threads), "")

    def _put(self, mail: Mail, conversation: str = "") -> Message:
        self._last += 1
        words = mail.labels
        place = next((_FOLDERS[word] for word in words if word in _FOLDERS), "")
        place = place or next((word for word in words if word in self._by_word), "archive")
        message = Message(self._last, mail, self._by_word[place])
        given = words - _KNOWN - _FOLDERS.keys() - self._by_word.keys()
        message.categories = sorted(given)
        message.conversation = conversation or self._conversation(message)
        self._threads.setdefault(message.message_id, message.conversation)
        self.messages[message.number] = message
        self._conversations.setdefault(message.conversation, []).append(message)
        self._newest.clear()
        return message

    def _conversation(self, message: Message) -> str:
        mail = message.mail
        if mail.thread is not None:
            return self._conversation_id(mail.thread)
        head = mime.Head.of(mail.raw)
        known = self.conversation_for([*head.references, head.message_id])
        found = known or self._conversation_id(f"{head.message_id} {message.number}")
        for reference in head.references:
            # An answer may come before what it answers, which then joins it.
            self._threads.setdefault(reference, found)
        return found

    def _conversation_id(self, word: str) -> str:
        code = sha256(f"{self.account.address} {word}".encode()).digest()[:15]
        return f"AAQk{self._prefix[4:]}{base64.urlsafe_b64encode(code).decode()}="

    @property
    def _immutable_prefix(self) -> str:
        return f"AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg{self._prefix[8:14]}"

    def _coded(self, code: bytes) -> str:
        return f"{self._prefix}{base64.urlsafe_b64encode(code.ljust(9, bytes(1))).decode()}AAA="

    def _tell(self, folder: Folder, message: Message, removed: Removal | None = None) -> None:
        folder.feed.note(self.key_of(message), removed)
        if folder.id in self.folders:
            self.folder_feed.note(folder.id)


def _place(message: Message) -> tuple[datetime, int]:
    return message.at, message.number
