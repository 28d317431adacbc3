"""Rows: what the desk shows of an item, open actions already folded over it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from loopdesk.core.actions import ActionId, Failure, State
from loopdesk.core.items import (
    AccountId,
    Attachment,
    Chat,
    Clean,
    File,
    ItemId,
    Kind,
    Link,
    Meeting,
    Nature,
    Reaction,
    Task,
    Unreached,
)
from loopdesk.core.people import Handle
from loopdesk.core.places import Place


class Section(StrEnum):
    NOW = "now"
    TODAY = "today"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Reason:
    """One signal that moved an item up or down.

    Args:
        text: in words, as of the moment it was asked for.
        weight: its share of the score; the weights of all reasons add up to it.
    """

    signal: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Marks:
    """What the person did to an item on this computer."""

    seen_at: datetime | None = None
    snoozed_until: datetime | None = None
    returned: bool = False
    pinned: bool = False
    muted: bool = False
    saved: bool = False
    done: bool = False
    liking: int = 0
    offline: bool = False


NO_WORDS = Clean("")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the pane. All text is clean.

    Args:
        state: OK, SNOOZED, or that of the newest open action.
        pending: that action's id, and when it leaves, while there is one.
        done: how much of a long transfer is through, from 0 to 1.
        failure: why it was refused, where it was.
        reasons: strongest first.
        tag: words of the strongest reason that lifts the row, "" where none does.
        seen: opened here since its newest entry; new = unread and not seen.
        in_pane: False once an action took it out.
        echo: a mail that only announces what is here: it has no row of its own among the others.
        mine_last: the newest entry is the person's own.
        base: what the pane goes on by below the candidates.
        place: name of the list or the folder that holds it, of a task or a file; of a chat that
            is a thread, of the conversation that it is in.
        chat: its topic is clean.
    """

    id: ItemId
    account: AccountId
    service: str
    kind: Kind
    title: Clean
    snippet: Clean
    people: tuple[Handle, ...]
    at: datetime | None
    on: date | None
    unread: bool
    starred: bool
    seen: bool
    section: Section
    reasons: tuple[Reason, ...]
    tag: str
    state: State
    actions: tuple[str, ...]
    places: frozenset[str] = frozenset()
    in_pane: bool = True
    echo: bool = False
    mine_last: bool = False
    url: str = ""
    meeting: Meeting | None = None
    task: Task | None = None
    file: File | None = None
    chat: Chat | None = None
    marks: Marks = Marks()
    pending: ActionId | None = None
    pending_name: str = ""
    leaves_at: datetime | None = None
    done: float = 0.0
    failure: Failure | None = None
    score: float = 0.0
    base: float = 0.0
    place: Clean = NO_WORDS

    @property
    def new(self) -> bool:
        return self.unread and not self.seen


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry as the reader shows it.

    Args:
        own: the words that are new in it.
        quoted: what it quotes, folded at first; "" where it quotes nothing.
        pending: how an open action stands: the one that wrote it, or that changes it.
        rich: it came as HTML that says more than its words: `Desk.rich` has it, cleaned.
        unreached: whom a bounce names; their reasons are clean.
        parent, resolved, quote: of a comment, as `Entry` has them.
        missing: its words are not on this computer.
        here: the parts among its attachments that are; the errand "fetch" brings the others.
        reactions, mentions, edited_at, answers, leaves_at: of a message, as `Entry` has them.
        thread: id of the item that holds the answers to it; while that is not here the errand
            "look" brings it by `thread_key`, the service's.
        links: their titles and addresses are clean.
        html: of a message, a task's notes or a comment on it, its words with their formats,
            cleaned; "" where `own` says all.
    """

    id: str
    author: Handle
    to: tuple[Handle, ...]
    cc: tuple[Handle, ...]
    at: datetime
    own: Clean
    quoted: Clean
    unread: bool
    mine: bool
    attachments: tuple[Attachment, ...] = ()
    missing: bool = False
    pending: State | None = None
    rich: bool = False
    nature: Nature = Nature.PLAIN
    unreached: tuple[Unreached, ...] = ()
    parent: str = ""
    resolved: bool = False
    quote: Clean = NO_WORDS
    here: frozenset[str] = frozenset()
    reactions: tuple[Reaction, ...] = ()
    mentions: bool = False
    edited_at: datetime | None = None
    thread: str = ""
    thread_key: str = ""
    answers: int = 0
    leaves_at: datetime | None = None
    links: tuple[Link, ...] = ()
    html: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """An item opened: its row and its entries, oldest first.

    Args:
        places: names of its labels, its list, its calendar or its folder.
        steps: a task's own tasks, in their order; lines that are no tasks are in `Task.steps`.
        drafts: what was begun and not sent yet, as the service keeps it.
        echoes: mail threads that only announced it, newest first.
        loop: items of other services or kinds that belong with it, nearest in time first.
        checked_at: when the stream that holds it was last pulled whole.
        around: of a task, the labels and the people that there are where it lies; their names are
            clean.
    """

    row: Row
    entries: tuple[Shown, ...]
    account_name: str
    places: tuple[str, ...] = ()
    steps: tuple[Row, ...] = ()
    drafts: tuple[Shown, ...] = ()
    echoes: tuple[Row, ...] = ()
    loop: tuple[Row, ...] = ()
    checked_at: datetime | None = None
    around: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Pane:
    """What `top` and `search` answer.

    Args:
        rows: in order, section by section.
        counts: how much each section holds in all.
        pulling: a first pull is still going on.
        not_searched: names of accounts and kinds that a search could not reach, with why.
        more: there are rows below the last one.
    """

    rows: tuple[Row, ...]
    counts: dict[Section, int] = field(default_factory=dict)
    pulling: bool = False
    not_searched: tuple[str, ...] = ()
    more: bool = False
