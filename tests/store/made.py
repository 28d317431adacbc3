"""Values that the store's tests are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from loopdesk.core.actions import NOTHING, Action, ActionId, State, Target
from loopdesk.core.changes import ChangeSet, Cursor, Page, Stream
from loopdesk.core.items import AccountId, Entry, Item, ItemId, Kind, ServiceKey, Untrusted, item_id
from loopdesk.core.people import Handle
from loopdesk.store import items
from loopdesk.store.connection import InlineDatabase
from loopdesk.store.items import Verdict
from loopdesk.store.people import Dealings

KEY = bytes(range(32))
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ACCOUNT = AccountId("google-aaaaaaaa")
MAIL = Stream("mail", 30.0, 60.0, "mail")
ANN, BO, CY = (Handle(name, f"{name.lower()}@x.test") for name in ("Ann", "Bo", "Cy"))


def thread(number: int, title: str = "", *, at: datetime | None = None, **facts: object) -> Item:
    known: dict[str, object] = {
        "key": ServiceKey(f"t{number}"),
        "kind": Kind.MESSAGE,
        "title": Untrusted(title or f"Matter {number}"),
        "people": (BO,),
        "at": at or NOW - timedelta(minutes=number),
        "unread": True,
        "actions": ("archive", "reply"),
    }
    return Item(**(known | facts))  # type: ignore[arg-type]


def mail(item: Item, number: int = 0, text: str | None = "Hello", **facts: object) -> Entry:
    known: dict[str, object] = {
        "key": ServiceKey(f"{item.key}-{number}"),
        "item": item.key,
        "author": BO,
        "at": item.at,
        "text": None if text is None else Untrusted(text),
        "to": (ANN,),
    }
    return Entry(**(known | facts))  # type: ignore[arg-type]


def page(*held: Item, entries: Sequence[Entry] | None = None, **facts: object) -> Page:
    known: dict[str, object] = {
        "items": held,
        "entries": tuple(map(mail, held)) if entries is None else tuple(entries),
        "cursor": Cursor("1"),
    }
    return Page(**(known | facts))  # type: ignore[arg-type]


def judge(item: Item, entries: Sequence[Entry], dealings: Dealings) -> Verdict:
    return Verdict("{}", float(len(entries)), item.people[0].key if item.people else "")


def pull(database: InlineDatabase, brought: Page, stream: str = MAIL.key) -> ChangeSet:
    return database.cache.transact(lambda db: items.apply(db, ACCOUNT, stream, brought, judge))


def id_of(item: Item) -> ItemId:
    return item_id(ACCOUNT, item.kind, item.key)


def action(
    number: int, name: str = "archive", item: ItemId | None = None, **facts: object
) -> Action:
    known: dict[str, object] = {
        "id": ActionId(f"{number:032x}"),
        "account": ACCOUNT,
        "item": item,
        "name": name,
        "target": Target(key="t"),
        "written_at": NOW,
        "not_before_at": NOW,
        "state": State.WAITING,
        "arguments": NOTHING,
    }
    return Action(**(known | facts))  # type: ignore[arg-type]
