"""One conversation as the stand-in keeps it: its messages, threads and read marks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from loopdesk.sandbox import workspaces
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.workspaces import Post, stamp

NEVER = "0000000000.000000"


@dataclass(slots=True, eq=False)
class Message:
    """One message.

    Args:
        thread_ts: of an answer: the parent's `ts`.
        blocks: None: what Slack's own programs would make of the text.
        stamps: fields that are kept as they are: `app_id`, `client_msg_id`, `metadata`.
    """

    ts: str
    user: str
    text: str
    thread_ts: str = ""
    subtype: str = ""
    broadcast: bool = False
    edited: tuple[str, str] | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    blocks: list[Json] | None = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    stamps: Json = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class File:
    """A file that lies at the workspace.

    Args:
        at: Unix seconds of when it came.
        shares: the messages that show it: conversation and `ts`.
    """

    upload: workspaces.Upload
    user: str
    at: int
    shares: list[tuple[str, str]] = field(default_factory=list)


class Conversation:
    """Attributes:
    about: what the story says of it.
    top: `ts` of what is shown in the conversation itself, oldest first.
    answers: those of each thread, oldest first.
    read: up to where each member has read.
    """

    def __init__(self, about: workspaces.Conversation, team: str, files: dict[str, File]) -> None:
        self.about = about
        self.team = team
        self.id, self.form, self.name = about.id, about.form, about.name
        self.members = list(about.members)
        self.is_archived = about.archived
        self._files = files
        self._read = {user: stamp(at) for user, at in about.read.items()}

    @property
    def is_loaded(self) -> bool:
        return "_messages" in self.__dict__

    @cached_property
    def _messages(self) -> dict[str, Message]:
        self.top: list[str] = []
        self.answers: dict[str, list[str]] = {}
        kept: dict[str, Message] = {}
        self.__dict__["_messages"] = kept
        for post in self.about.messages:
            self.lay(post)
        newest = self.top[-1] if self.top else NEVER
        self._read = dict.fromkeys(self.members, newest) | self._read
        # Nothing marks a thread as read: how far everybody had come at the start stays.
        self.threads_read = dict(self._read)
        return kept

    def lay(self, post: Post, thread: str = "", at: datetime | None = None) -> Message:
        """Put here what a story hands over.

        Args:
            at: when it happens, if not as written.
        """
        message = Message(
            self.free_stamp(at or post.at),
            post.by,
            post.text,
            thread,
            post.subtype,
            post.broadcast,
            (post.by, stamp(post.edited_at)) if post.edited_at else None,
            {name: list(users) for name, users in post.reactions.items()},
            [upload.id for upload in post.files],
            None if post.blocks is None else [dict(block) for block in post.blocks],
            [dict(one) for one in post.attachments],
        )
        for upload in post.files:
            shares = [(self.id, message.ts)]
            self._files[upload.id] = File(upload, post.by, int((at or post.at).timestamp()), shares)
        self.add(message)
        for answer in post.answers:
            self.lay(answer, message.ts)
        return message

    def free_stamp(self, at: datetime) -> str:
        """Return a `ts` of this moment that no message here has."""
        while (ts := stamp(at)) in self._messages:
            at += timedelta(microseconds=1)
        return ts

    def add(self, message: Message) -> None:
        self._messages[message.ts] = message
        if message.thread_ts:
            insort(self.answers.setdefault(message.thread_ts, []), message.ts)
        if not message.thread_ts or message.broadcast:
            insort(self.top, message.ts)

    def remove(self, message: Message) -> None:
        """Take a message away; of a parent that has answers a gravestone stays."""
        if message.ts in self.answers:
            message.subtype, message.user, message.text = "tombstone", "USLACKBOT", _DELETED
            message.blocks, message.files, message.attachments = [], [], []
            message.reactions, message.edited, message.stamps = {}, None, {}
            return
        del self._messages[message.ts]
        if message.thread_ts:
            siblings = self.answers[message.thread_ts]
            siblings.remove(message.ts)
            if not siblings:
                del self.answers[message.thread_ts]
                parent = self._messages.get(message.thread_ts)
                if parent and parent.subtype == "tombstone":
                    self.remove(parent)
        if message.ts in self.top:
            self.top.remove(message.ts)

    def get(self, ts: str) -> Message | None:
        return self._messages.get(ts)

    def message(self, ts: str) -> Message:
        """Return a message that is known to be here."""
        return self._messages[ts]

    def all(self) -> Iterator[Message]:
        yield from self._messages.values()

    def between(self, stamps: list[str], oldest: str, latest: str, inclusive: bool) -> list[str]:
        """Return those of `stamps` within the two, which may be ""."""
        first = bisect_left if inclusive else bisect_right
        last = bisect_right if inclusive else bisect_left
        start = first(stamps, oldest) if oldest else 0
        end = last(stamps, latest) if latest else len(stamps)
        return stamps[start:end]

    def tops(self) -> list[str]:
        _ = self._messages
        return self.top

    def thread(self, ts: str) -> list[str]:
        """Return the `ts` of the answers under a message."""
        _ = self._messages
        return self.answers.get(ts, [])

    def read_by(self, user: str) -> str:
        """Return up to where somebody has read."""
        _ = self._messages
        return self._read.get(user, NEVER)

    def mark(self, user: str, ts: str) -> None:
        self._read[user] = ts

    def unread_by(self, user: str) -> list[Message]:
        """Return what others said since this person read."""
        fresh = self.between(self.tops(), self.read_by(user), "", False)
        return [self._messages[ts] for ts in fresh if self._messages[ts].user != user]

    def is_visible_to(self, user: str) -> bool:
        return self.form == "channel" or user in self.members

    def partner_of(self, user: str) -> str:
        """Return the other one of a direct message; with oneself, oneself."""
        return next((one for one in self.members if one != user), user)


_DELETED = "This message was deleted."
