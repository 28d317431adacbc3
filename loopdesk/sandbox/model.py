"""What a story, or the person's own files, hands to the services of the sandbox.

Three makers of it, each a pure function of its arguments:

- `story.world(seed: int, size: str, now: datetime) -> World`
- `own_mail.mailbox(path: Path, now: datetime) -> tuple[Mailbox, list[Skipped]]`
- `own_events.calendars(path: Path, address: str, now: datetime) -> tuple[list[Calendar],
  list[Skipped]]`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from loopdesk.sandbox.workspaces import Spoken, Workspace

if TYPE_CHECKING:
    from loopdesk.sandbox.asana_world import AsanaWorld, TaskDone
    from loopdesk.sandbox.dropbox_world import Boxes, Put
    from loopdesk.sandbox.offices import Office, Said
    from loopdesk.sandbox.trello_world import Done, TrelloWorld

Json = dict[str, Any]


@dataclass(slots=True)
class Mail:
    """One mail as it lies in one person's mailbox.

    Args:
        source: the RFC 822 bytes, or what makes them (the same ones each time). A mail that comes
            as a function and names its `thread` and `message_id` costs nothing until it is read.
        at: when it arrived or was sent; aware.
        labels: Gmail's label ids: INBOX, UNREAD, STARRED, IMPORTANT, SENT, DRAFT, SPAM, TRASH,
            CATEGORY_..., and ids of the mailbox's own `Label`s.
        thread: mails of one mailbox with the same word here are one thread. None: they are joined
            by References, In-Reply-To and subject, as Gmail would.
        message_id: as in the header, without angle brackets. None: it is read from the bytes.
    """

    source: bytes | Callable[[], bytes]
    at: datetime
    labels: frozenset[str]
    thread: str | None = None
    message_id: str | None = None

    @property
    def raw(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source()


class Archive(Protocol):
    """Mails that a rule makes by number, oldest first: only one that is asked for costs anything.

    Args:
        labels: all that any of them has.
        threads: how many there are.
    """

    @property
    def labels(self) -> frozenset[str]: ...
    @property
    def threads(self) -> int: ...
    def __len__(self) -> int: ...
    def __getitem__(self, number: int, /) -> Mail: ...
    def at(self, number: int) -> datetime: ...
    def labels_of(self, number: int) -> frozenset[str]: ...
    def thread(self, number: int) -> Sequence[int]:
        """Return the numbers of all mails of this one's thread, oldest first."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label of the person's own. Ids look like `Label_7`, names may hold `/`."""

    id: str
    name: str


@dataclass(slots=True)
class Calendar:
    """One calendar as one person sees it.

    Args:
        entry: a `calendarListEntry` of Google Calendar v3: at least id, summary, accessRole and
            timeZone; the person's own one has `primary: True` and their address as its id.
        events: `event` resources of the same API: at least id, status, summary, start, end.
            A series has `recurrence` (RRULE, EXDATE lines); an instance that differs is an event
            of its own with `recurringEventId`, `originalStartTime` and the id
            `<series>_<YYYYMMDDTHHMMSSZ>`. `attendees` name each address with its
            `responseStatus`; `organizer` has an email. What depends on the reader (`self`), kind,
            etag, htmlLink, created, updated and iCalUID may be left out. The same meeting has the
            same id in each person's calendar.
    """

    entry: Json
    events: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class TaskList:
    """One list of tasks.

    Args:
        tasks: `task` resources of Google Tasks v1 in the order they are shown in: at least id and
            title. Left out are kind, etag, position and links to themselves; `updated` is when the
            sandbox starts unless it is given. `recurs` marks one that the service makes anew; a
            link `mid:MESSAGE-ID` becomes the address of that mail in the person's mailbox.
    """

    id: str
    title: str
    tasks: Sequence[Json] = ()


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody as Drive knows them. Without an address: whoever has the link."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """What somebody was allowed.

    Args:
        role: "reader", "commenter" or "writer"; in a shared drive also "fileOrganizer" and
            "organizer".
    """

    who: Who
    role: str
    by: Who
    at: datetime


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment on a document, or an answer to one.

    Args:
        quote: the words of the document that it is about.
        id: "" for one that is made from its place.
    """

    by: Who
    at: datetime
    text: str
    quote: str = ""
    answers: tuple[Remark, ...] = ()
    resolved: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """What a document held from `at` on. `source`: its bytes, or what makes them."""

    by: Who
    at: datetime
    source: bytes | Callable[[], bytes] = b""

    @property
    def content(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source()


@dataclass(slots=True)
class Document:
    """One file, folder or shortcut in Drive.

    Args:
        id: what stands in its address.
        type: MIME type; the content of a document of Google's own kinds is its text in UTF-8 (a
            spreadsheet's as CSV).
        versions: oldest first, at least one.
        folder: id of the folder or shared drive it lies in, "" for the top of its owner's drive.
        drive: id of the shared drive it belongs to; it then has no owner.
        viewed: when each address last looked at it; `starred`: whose star it has.
    """

    id: str
    name: str
    type: str
    owner: Who
    versions: Sequence[Version]
    folder: str = ""
    drive: str = ""
    description: str = ""
    shared: Sequence[Shared] = ()
    remarks: Sequence[Remark] = ()
    viewed: Mapping[str, datetime] = field(default_factory=dict)
    starred: frozenset[str] = frozenset()
    trashed: bool = False
    shortcut_to: str = ""


@dataclass(frozen=True, slots=True)
class SharedDrive:
    id: str
    name: str
    at: datetime
    members: Sequence[Shared]


@dataclass(slots=True)
class Mailbox:
    """One person with an account: the mails oldest first, the calendars with the primary first.

    Args:
        files: documents that the person can see, whoever owns them; one that several people can
            see stands with any one of them.
        archive: further mails, of which none is in a thread with one of `mails`.
        aliases: further addresses the person may send from, with the name shown there.
        unverified: further ones that are not confirmed yet.
        signature: HTML that the primary send-as address has; `signatures`: those of aliases.
        tasks: the lists of tasks, the default one first.
    """

    address: str
    name: str
    mails: Sequence[Mail] = ()
    labels: Sequence[Label] = ()
    calendars: Sequence[Calendar] = ()
    aliases: Sequence[tuple[str, str]] = ()
    signature: str = ""
    unverified: Sequence[tuple[str, str]] = ()
    archive: Archive | None = None
    signatures: Mapping[str, str] = field(default_factory=dict)
    tasks: Sequence[TaskList] = ()
    files: Sequence[Document] = ()
    drives: Sequence[SharedDrive] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something of the person's own files that could not be taken, and why; no content."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a guest without an account says to an invitation.

    Args:
        guest: address in lower case.
        answer: a `responseStatus` of Google Calendar.
    """

    event: str
    guest: str
    answer: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing that happens as time passes: a mail arrives, or a meeting is put or changed.

    Args:
        after: since the sandbox started, or since what it answers.
        address: whose account it happens to.
        event: put into that person's primary calendar, in place of one with the same id.
        mail: its `at` is set to the moment it happens.
        reply: to a meeting in that person's primary calendar.
        remark: what somebody says about the document of that id; with the id of a comment there
            it is an answer to that.
        spoken: what somebody says in a conversation of Slack's.
        done: what somebody does at Trello.
        said: in the chat of that id in Teams, at the moment it happens.
        put: what somebody does to a file at Dropbox.
        task_done: what somebody does at Asana.
    """

    after: timedelta
    address: str
    mail: Mail | None = None
    event: Json | None = None
    reply: Reply | None = None
    remark: tuple[str, Remark] | None = None
    spoken: Spoken | None = None
    said: tuple[str, Said] | None = None
    done: Done | None = None
    put: Put | None = None
    task_done: TaskDone | None = None


def _nobody_comes(event: Json, guests: Sequence[str]) -> list[Beat]:
    return []


def _nobody_says(document: Json, remark: Remark, at: datetime) -> list[Beat]:
    return []


def _nobody_chats(message: Json, at: datetime) -> list[Beat]:
    return []


def _nobody_remarks(comment: Json, at: datetime) -> list[Beat]:
    return []


def _nobody_replies(comment: Json, at: datetime) -> list[Beat]:
    return []


def _nobody_hears(chat: str, words: str, sender: str, at: datetime) -> list[Beat]:
    return []


def _nobody_answers(sent: bytes, sender: str, at: datetime) -> list[Beat]:
    return []


@dataclass(slots=True)
class World:
    """All that the services hold at the start, and how it goes on.

    Args:
        accounts: who can sign in; the first is the demo's person.
        beats: what happens by itself (`--live` only).
        answer: asked at each mail that is sent, with its bytes, its sender's address and the time;
            returns what the people of the story do about it (`--live` only).
        skipped: what of the person's own files was left out.
        offices: who can sign in at Microsoft; the first is the demo's person.
        hear: asked when somebody writes into a chat of Teams, with the chat's id, the words, the
            sender's address and the time; returns what the others say (`--live` only).
        join: asked when guests are invited to a meeting, with their addresses; returns what they
            do about it (`--live` only).
        talk: asked when something is said about a document, with its id and owner's address, what
            was said (its id that of the comment) and the time; returns what they say to it
            (`--live` only).
        workspaces: of Slack.
        boxes: all of Dropbox.
        chat: asked at each message that a person writes at Slack, with the message (its `team`,
            `channel`, `members` and `form` beside Slack's own fields) and the time; returns what
            the others say to it (`--live` only).
        trello: people and boards there; its first person is the demo's.
        remark: asked at each comment that a person writes at Trello, with the action (and the
            `idMembers` of its card) and the time; returns what the others say to it (`--live`
            only).
        asana: everything there; its first person is the demo's.
        reply: asked at each comment that a person writes at Asana, with the comment's `task`,
            `by`, `text` and whom it concerns (`people`), and the time; returns what the others
            say to it (`--live` only).
    """

    accounts: Sequence[Mailbox]
    beats: Sequence[Beat] = ()
    answer: Callable[[bytes, str, datetime], list[Beat]] = _nobody_answers
    join: Callable[[Json, Sequence[str]], list[Beat]] = _nobody_comes
    talk: Callable[[Json, Remark, datetime], list[Beat]] = _nobody_says
    skipped: Sequence[Skipped] = ()
    offices: Sequence[Office] = ()
    hear: Callable[[str, str, str, datetime], list[Beat]] = _nobody_hears
    workspaces: Sequence[Workspace] = ()
    chat: Callable[[Json, datetime], list[Beat]] = _nobody_chats
    trello: TrelloWorld | None = None
    remark: Callable[[Json, datetime], list[Beat]] = _nobody_remarks
    boxes: Boxes | None = None
    asana: AsanaWorld | None = None
    reply: Callable[[Json, datetime], list[Beat]] = _nobody_replies
