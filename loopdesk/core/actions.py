"""Actions: what a person does to an item, and how a service declares what it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

from loopdesk.core.items import AccountId, ItemId, Kind

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
    """What the person gave with an action. Files are names of attached bytes (`own_blob`)."""

    text: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    at: datetime | None = None
    until: datetime | None = None
    entry: str = ""
    files: tuple[str, ...] = ()


NOTHING = Arguments()


@dataclass(frozen=True, slots=True)
class Target:
    """The service's own keys of what is acted on, complete by itself.

    Resolved once when the person acts, so that delivering needs nothing else, and means what the
    person saw then.

    Args:
        key: the item's service key.
        entries: service keys of the entries the person saw, oldest first.
        entry: the entry acted on (the mail answered).
        to, cc: recipients as resolved, "Name <address>" or an address.
        in_reply_to, references: Message-IDs with their angle brackets.
        place: the place acted in (a calendar's key).
        me: the owner's handle at this account: an address or a user id.
        version: the item's version that the person saw.
    """

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


@dataclass(frozen=True, slots=True)
class Receipt:
    """A service's answer that an action took effect.

    Args:
        facts: small and JSON-able: the service's ids of what was made or changed.
        streams: keys of the streams whose next pull shows the effect.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    streams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the outbox.

    Args:
        id: its idempotency key: 32 hex digits.
        settled_at: when it was sent, refused or undone.
        undo_wanted: taken back while its effect was unknown: the next look decides.
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
    seq: int = 0
    made: int = 0


def inverse_of(action: Action, new_id: ActionId, now: datetime) -> Action:
    """Return the action that takes a delivered one back."""
    if action.inverse is None:
        raise ValueError("an action without an inverse")
    return Action(
        id=new_id,
        account=action.account,
        item=action.item,
        name=action.inverse.name,
        arguments=action.inverse.arguments,
        target=action.target,
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
        inverse: name of the action that takes it back, None where there is none.
        needs: names of `Arguments` fields that must be given.
        here: kept on this computer; no service hears of it.
        answers: its target is an entry of a conversation, with recipients.
    """

    name: str
    kinds: frozenset[Kind]
    delay_s: float = 0.0
    inverse: str | None = None
    needs: tuple[str, ...] = ()
    here: bool = False
    answers: bool = False


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
    ActionSpec("done", _ANY, inverse="not-done", here=True),
    ActionSpec("not-done", _ANY, inverse="done", here=True),
)
"""Actions that every item takes and that never leave this computer."""
