"""Actions: what a person does to an item, and how a service declares what it takes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType

from loopdesk.core.errors import LoopDeskError
from loopdesk.core.items import AccountId, ItemId, Kind, ServiceKey, item_id

ActionId = NewType("ActionId", str)


class State(StrEnum):
    """Where an action stands. An item shows OK, SNOOZED, or the state of its newest open action."""

    OK = "ok"
    SNOOZED = "snoozed"
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the person gave with an action.

    Args:
        text: words, a name, a new title; notes or a description where `subject` is the title.
        html: the same words as the composer formatted them, "" where they are plain.
        to: addresses, people, a list, a folder, a label.
        at, until: moments; `on` and `until_on` (exclusive) instead where only days are meant.
        files: ids of attached bytes (`Blob`), copied in when the action was written.
        place: key of the calendar, list or folder in which something new goes.
        series: the whole series is meant, not one occurrence.
        repeats: RFC 5545 RRULE, without "RRULE:".
        call: with a link for a video call.
        role: what a share allows: "reader", "commenter" or "writer".
        reminders: minutes before a meeting; None: as they are, or as the calendar has them.
        sender: the address it leaves from, "" for the account's own choice.
        draft: id of the draft (`core.drafts`) that became this.
        cleared: names of fields that an edit makes empty; else "" leaves them as they are.
        mentions: who is named in `text` of a chat: ("@Ada Okafor", key of the place "direct" or
            "channel") for each that was picked from a list. Nothing typed by hand names anybody.
    """

    text: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    at: datetime | None = None
    until: datetime | None = None
    entry: str = ""
    files: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    html: str = ""
    on: date | None = None
    until_on: date | None = None
    place: str = ""
    location: str = ""
    series: bool = False
    repeats: str = ""
    call: bool = False
    role: str = ""
    reminders: tuple[int, ...] | None = None
    sender: str = ""
    draft: str = ""
    cleared: tuple[str, ...] = ()
    mentions: tuple[tuple[str, str], ...] = ()


NOTHING = Arguments()
LINK = "link"
"""Named in `Arguments.to` where a file is shared: whoever has its link."""


@dataclass(frozen=True, slots=True)
class Carried:
    """An attachment of a mail that is forwarded with it: the adapter fetches and adds it."""

    entry: str
    part: str
    name: str
    type: str
    size_bytes: int
    cid: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """The service's own keys of what is acted on, complete by itself.

    Resolved once when the person acts, so that delivering needs nothing else, and means what the
    person saw then.

    Args:
        kind: of the item acted on, or made.
        key: the item's service key; "" while it is only being made.
        entries: service keys of the entries the person saw, oldest first.
        entry: the entry acted on (the mail answered).
        to, cc: recipients as resolved, "Name <address>" or an address.
        in_reply_to, references: Message-IDs with their angle brackets.
        place: the place acted in (a calendar's key).
        me: the owner's handle at this account: an address or a user id.
        sender: "Name <address>" of the identity it leaves from.
        version: the item's version that the person saw; of a file, its `revision`.
        series: key of the meeting's series.
        draft, draft_version: the service's draft that this replaces or sends, and as which it
            was last seen.
        carries: attachments that go along although they are not here.
        url: an address that came with the item (one-click unsubscribe).
        sheds: names of labels and people that do not go along to where a task is moved.
    """

    kind: Kind = Kind.MESSAGE
    key: str = ""
    entries: tuple[str, ...] = ()
    entry: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    place: str = ""
    me: str = ""
    version: str = ""
    bcc: tuple[str, ...] = ()
    sender: str = ""
    series: str = ""
    draft: str = ""
    draft_version: str = ""
    carries: tuple[Carried, ...] = ()
    url: str = ""
    sheds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inverse:
    """The action that takes another back, computed when the first is made."""

    name: str
    arguments: Arguments = NOTHING


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an action waits or was refused, as facts: never a service's sentence."""

    code: str
    reason: str = ""
    remedy: str = "decide"

    @classmethod
    def of(cls, error: LoopDeskError) -> Failure:
        """Return an error as the facts that are kept of it."""
        return cls(error.code, error.why, error.remedy)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A service's answer that an action took effect.

    Args:
        facts: small and JSON-able: the service's ids of what was made or changed; `key` is that of
            an item that was made, `message` that of an entry; `version` is how whoever takes it
            back saw the item, `place` what they take it out of again.
        moved_to: the key that the item has from now on, where the action changed it.
        streams: keys of the streams whose next pull shows the effect.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    streams: tuple[str, ...] = ()
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the outbox.

    Args:
        id: its idempotency key: 32 hex digits.
        settled_at: when it was sent, refused or undone.
        undo_wanted: taken back while its effect was unknown: the next look decides.
        done: how much of a long transfer is through, from 0 to 1.
        seq: counts changes of the outbox; `made` is the `seq` it was written with.
    """

    id: ActionId
    account: AccountId
    item: ItemId | None
    name: str
    arguments: Arguments
    target: Target
    written_at: datetime
    not_before_at: datetime
    state: State = State.WAITING
    inverse: Inverse | None = None
    intent_at: datetime | None = None
    settled_at: datetime | None = None
    tries: int = 0
    error: Failure | None = None
    receipt: dict[str, Any] | None = None
    undoes: ActionId | None = None
    undo_wanted: bool = False
    done: float = 0.0
    seq: int = 0
    made: int = 0


def inverse_of(action: Action, new_id: ActionId, now: datetime) -> Action:
    """Return the action that takes a delivered one back."""
    if action.inverse is None:
        raise ValueError("an action without an inverse")
    name, given, made = action.inverse.name, action.inverse.arguments, action.receipt or {}
    target = replace(action.target, key=action.target.key or str(made.get("key", "")))
    if name in ("delete", "unread") and "message" in made:
        given = replace(given, entry=str(made["message"]))
    if "version" in made:
        target = replace(target, version=str(made["version"]))
    if "place" in made:
        target = replace(target, place=str(made["place"]))
    if target.kind is Kind.MESSAGE and name == "edit":
        target = replace(target, version="")  # it is no more as the person saw it then
    return Action(
        id=new_id,
        account=action.account,
        item=action.item,
        name=name,
        arguments=given,
        target=target,
        written_at=now,
        not_before_at=now,
        undoes=action.id,
    )


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """How a service (or LoopDesk itself) declares one action.

    Args:
        kinds: the kinds of item that may take it; an item's own `actions` narrows this.
        delay_s: how long it waits before it is sent, so that it can be taken back.
        said_s: how long instead, where the item is a conversation; None: as long.
        inverse: name of the action that takes it back, None where there is none.
        needs: names of `Arguments` fields that must be given.
        here: kept on this computer; no service hears of it.
        answers: its target is an entry of a conversation, with recipients.
        makes: it makes an item of this kind and is given to an account; `kinds` is then empty.
        account: it is given to an account and makes nothing; `kinds` is then empty, too.
        sheds: on another board a task has none of its labels, and only those people who are there.
    """

    name: str
    kinds: frozenset[Kind]
    delay_s: float = 0.0
    inverse: str | None = None
    needs: tuple[str, ...] = ()
    here: bool = False
    answers: bool = False
    makes: Kind | None = None
    account: bool = False
    said_s: float | None = None
    sheds: bool = False

    def waits_s(self, *, said: bool) -> float:
        """Return how long it waits; `said`: the item is a conversation."""
        return self.said_s if said and self.said_s is not None else self.delay_s


def made_id(action: ActionId) -> ItemId:
    """Return the id of the item that an action makes, known before its service gave it a key."""
    return item_id(AccountId(""), Kind.MESSAGE, ServiceKey(action))


_ANY = frozenset(Kind)
HERE: tuple[ActionSpec, ...] = (
    ActionSpec("snooze", _ANY, inverse="unsnooze", needs=("at",), here=True),
    ActionSpec("unsnooze", _ANY, here=True),
    ActionSpec("pin", _ANY, inverse="unpin", here=True),
    ActionSpec("unpin", _ANY, inverse="pin", here=True),
    ActionSpec("mute", _ANY, inverse="unmute", here=True),
    ActionSpec("unmute", _ANY, inverse="mute", here=True),
    ActionSpec("save", _ANY, inverse="unsave", here=True),
    ActionSpec("unsave", _ANY, inverse="save", here=True),
    ActionSpec("more", _ANY, inverse="less", here=True),
    ActionSpec("less", _ANY, inverse="more", here=True),
    # Only noted: the window, or whoever gave the command, opens the address.
    ActionSpec("join", frozenset({Kind.MEETING}), here=True),
    ActionSpec("download", frozenset({Kind.FILE}), inverse="undownload", here=True),
    ActionSpec("undownload", frozenset({Kind.FILE}), inverse="download", here=True),
    ActionSpec("done", _ANY, inverse="not-done", here=True),
    ActionSpec("not-done", _ANY, inverse="done", here=True),
)
"""Actions that every item takes and that never leave this computer."""
