"""What an action is aimed at."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loopdesk.core.actions import NOTHING, ActionSpec, Target
from loopdesk.core.items import AccountId, Entry, Item, ItemId, Kind, ServiceKey, Untrusted
from loopdesk.core.people import Handle, Identity
from loopdesk.desk import targets
from loopdesk.store.items import Stored

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ANN, LIST = "ann@x.test", "list@x.test"
SPEC = ActionSpec("unsubscribe", frozenset({Kind.MESSAGE}))
IDENTITIES = (Identity(Handle("Ann", ANN), default=True), Identity(Handle("", LIST)))
CLICK = ("list-unsubscribe-post", "List-Unsubscribe=One-Click")


def mail(key: str, *headers: tuple[str, str], draft: bool = False) -> Entry:
    return Entry(
        ServiceKey(key), ServiceKey("t"), Handle("News", "news@n.test"), NOW,
        to=(Handle("", LIST),), headers=headers, draft=draft,
    )  # fmt: skip


def aimed(*entries: Entry, spec: ActionSpec = SPEC) -> Target:
    item = Item(ServiceKey("t"), Kind.MESSAGE, Untrusted("News"))
    stored = Stored(ItemId("i"), AccountId("a"), item, "", "{}", 0.0, NOW)
    return targets.target(stored, entries, [Handle("", ANN)], IDENTITIES, ANN, spec, NOTHING)


def test_a_list_is_left_by_what_its_newest_mail_offers() -> None:
    old = mail("1", ("list-unsubscribe", "<https://n.test/old>"), CLICK)
    new = mail("2", ("list-unsubscribe", "<mailto:out@n.test>, <https://n.test/new>"), CLICK)
    target = aimed(old, new, mail("3", draft=True))
    assert (target.url, target.to, target.key) == ("https://n.test/new", (), "t")


@pytest.mark.parametrize("post", [(), (("list-unsubscribe-post", "something"),)])
def test_without_a_click_a_mail_leaves_from_the_address_that_the_list_knows(
    post: tuple[tuple[str, str], ...],
) -> None:
    ways = ("list-unsubscribe", "<mailto:out@n.test?subject=x>, <https://n.test/new>")
    target = aimed(mail("1", ways, *post))
    assert (target.url, target.to) == ("", ("mailto:out@n.test?subject=x",))
    assert target.sender == LIST


def test_a_star_is_on_the_newest_mail_not_on_a_draft_that_becomes_another() -> None:
    star = ActionSpec("star", frozenset({Kind.MESSAGE}))
    written = (mail("1"), mail("2"), mail("3", draft=True))
    assert aimed(*written, spec=star).entry == "2"
    assert aimed(mail("3", draft=True), spec=star).entry == "3"
