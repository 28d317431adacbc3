"""What changed: pages that come from a service, change sets that go to the window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from loopdesk.core.items import Entry, Item, ItemId, Kind, ServiceKey
from loopdesk.core.people import Handle, Identity
from loopdesk.core.places import Place

Cursor = NewType("Cursor", str)


@dataclass(frozen=True, slots=True)
class Stream:
    """One pullable feed of one account.

    Args:
        key: unique within the account, e.g. "mail" or "events:ann@x.test".
        poll_s: how often to pull while the window is in use.
        idle_poll_s: how often otherwise.
        feature: the feature whose grant it needs.
        rank: smaller is pulled sooner.
        place_kind, place: kind and key of the place whose content it is, where the person may
            choose: then it is pulled only while that place is chosen.
        chosen: whether it is, as long as the person says nothing here.
        budget: the quota that it draws on, where that is not the whole account's: when it is
            spent, streams of the same budget wait and others do not.
        look_s: how old it may be when the person opens something in it: what is older is pulled
            at once. None: `poll_s` alone decides.
        focus_s: likewise, when the person comes back to the window.
    """

    key: str
    poll_s: float
    idle_poll_s: float
    feature: str
    rank: int = 0
    place_kind: str = ""
    place: str = ""
    chosen: bool = True
    budget: str = ""
    look_s: float | None = None
    focus_s: float | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that could not be read: where it stood, and why, without content."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """One step of a pull.

    Args:
        items: upserts; an item's upsert never replaces its entries.
        gone: keys that left this stream.
        gone_entries: (item key, entry key) pairs that no longer exist; the first is "" where the
            service does not say which item it was, which then goes with its last entry.
        me: handles that turned out to be the owner's.
        identities: None: as before; else all addresses that the owner may send from.
        place_kinds: kinds of place that `places` names in full: others of them are no more.
        gone_places: (kind, key) pairs of single places that are no more.
        streams: None: as before; else all streams that this stream's feature has now, those that
            are not chosen too.
        cursor: where the next pull goes on; stored in the transaction of the rows.
        more: there is another page to be had at once.
        notice: what the person should know of the account, though it is current: "few-reads" (its
            registration may read so little that much comes late) or "unpaid" (what the owner only
            follows is found for paid plans alone).
        listing: this page belongs to a full listing: what the listing did not name by its last
            page (`more` false) leaves the stream.
    """

    items: tuple[Item, ...] = ()
    entries: tuple[Entry, ...] = ()
    gone: frozenset[ServiceKey] = frozenset()
    gone_entries: frozenset[tuple[ServiceKey, ServiceKey]] = frozenset()
    me: tuple[Handle, ...] = ()
    identities: tuple[Identity, ...] | None = None
    places: tuple[Place, ...] = ()
    place_kinds: frozenset[str] = frozenset()
    gone_places: frozenset[tuple[str, str]] = frozenset()
    streams: tuple[Stream, ...] | None = None
    cursor: Cursor | None = None
    more: bool = False
    listing: bool = False
    skipped: tuple[Skipped, ...] = ()
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What `Adapter.fetch` brings: an attachment of an entry, a body, a file.

    Args:
        entry: of a file: its own key.
        part: as `Attachment.part` has it; of a file "" for its bytes, or one of its `formats`.
    """

    kind: Kind
    item: ServiceKey
    entry: ServiceKey
    part: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some bytes of a part. `size_bytes` is the whole, None where the service does not say."""

    data: bytes
    size_bytes: int | None
    last: bool


@dataclass(frozen=True, slots=True)
class Busy:
    """When somebody has no time. `spans` None: the account may not see it."""

    address: str
    spans: tuple[tuple[datetime, datetime], ...] | None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Ids that differ now in the cache. Goes over the pipe: never content.

    Args:
        same: came again as they were: what was laid over them until then may be over.
    """

    upserted: tuple[ItemId, ...] = ()
    removed: tuple[ItemId, ...] = ()
    same: tuple[ItemId, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.upserted or self.removed or self.same)

    @property
    def number(self) -> int:
        """Return how many differ."""
        return len(self.upserted) + len(self.removed)


class AccountState(StrEnum):
    CURRENT = "current"
    PULLING = "pulling"
    WAITING = "waiting"
    OFFLINE = "offline"
    SIGN_IN = "sign-in"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Account:
    """One sign-in at one service, as the person sees it.

    Args:
        subject: the service's own id of its user: who signs in again must have the same.
        scopes: what was granted in fact.
        features: the features that these scopes allow.
        expires_at: ISO time when a time-limited grant ends, "" where it does not.
        trouble: why it is not current, as `LoopDeskError.told` has it; where it is, a
            `Page.notice`, or "".
    """

    id: str
    service: str
    name: str
    address: str
    subject: str
    scopes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    state: AccountState = AccountState.CURRENT
    last_checked_at: str = ""
    expires_at: str = ""
    trouble: str = ""
