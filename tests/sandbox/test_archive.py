"""A mailbox whose archive is arithmetic is the same as one that holds every mail."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from loopdesk.sandbox.google.mail.shelf import Shelf, message_id
from loopdesk.sandbox.model import Mail, Mailbox, World
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.story.archive import Archive
from loopdesk.sandbox.story.cast import MIRA
from tests.sandbox.test_gmail import USER, draft_of, ids
from tests.sandbox.tiny import ANN, NOW, Client, Clock, mail, reply, sign_in

COUNT = 160
ARCHIVE = Archive(1, COUNT, NOW - timedelta(hours=1), timedelta(days=400))
OWN = [
    Mail(mail("Budget"), NOW - timedelta(days=9), frozenset({"INBOX", "UNREAD"})),
    Mail(mail("Plan"), NOW - timedelta(hours=3), frozenset({"INBOX", "STARRED"})),
]


def client(box: Mailbox) -> Client:
    return sign_in(Sandbox(Clock(), world=World([box]), limits="off"), box.address)


@pytest.fixture
def both() -> tuple[Client, Client]:
    """Return a mailbox with an archive, and one that holds the same mails."""
    laid = [*OWN, *(ARCHIVE[number] for number in range(COUNT))]
    whole = sorted(laid, key=lambda one: one.at)
    return client(Mailbox(ANN, "Ann", OWN, archive=ARCHIVE)), client(Mailbox(ANN, "Ann", whole))


def told(one: Client, path: str, **params: Any) -> Iterator[dict[str, Any]]:
    """Yield what all pages of a list name."""
    token = ""
    while True:
        more = {"pageToken": token} if token else {}
        page = one.get(f"{USER}/{path}", **params, **more)
        yield from page.get(path, [])
        if not (token := page.get("nextPageToken", "")):
            return


def named(one: Client, message: str) -> tuple[str, tuple[str, ...]]:
    """Return a message's own id and its labels: ids differ between the two mailboxes."""
    shown = one.get(f"{USER}/messages/{message}", format="metadata", metadataHeaders="Message-ID")
    return shown["payload"]["headers"][0]["value"], tuple(shown["labelIds"])


def seen(one: Client, **params: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [named(one, each["id"]) for each in told(one, "messages", **params)]


def threads(one: Client, **params: Any) -> list[list[str]]:
    found = (
        one.get(f"{USER}/threads/{t['id']}", format="minimal")
        for t in told(one, "threads", **params)
    )
    return [[named(one, message["id"])[0] for message in thread["messages"]] for thread in found]


@pytest.mark.parametrize(
    "params",
    [
        {"maxResults": 70},
        {"labelIds": "INBOX", "maxResults": 33},
        {"labelIds": ["INBOX", "UNREAD"]},
        {"labelIds": "SENT", "q": "newer_than:180d"},
        {"labelIds": "STARRED"},
        {"q": "is:starred"},
        {"q": "newer_than:90d -in:inbox -in:sent", "maxResults": 7},
        {"q": "older_than:200d in:inbox"},
        {"q": "in:drafts"},
    ],
)
def test_lists_name_the_same(both: tuple[Client, Client], params: dict[str, Any]) -> None:
    arithmetic, held = both
    assert seen(arithmetic, **params) == seen(held, **params)
    assert threads(arithmetic, **params) == threads(held, **params)


def test_numbers_are_the_same(both: tuple[Client, Client]) -> None:
    arithmetic, held = both
    assert arithmetic.get(f"{USER}/profile") == held.get(f"{USER}/profile")
    for label in ("INBOX", "SENT", "UNREAD", "STARRED"):
        assert arithmetic.get(f"{USER}/labels/{label}") == held.get(f"{USER}/labels/{label}")


def act(one: Client) -> None:
    """File, answer, delete and bin some mails of the archive, and let one arrive."""
    start = one.get(f"{USER}/profile")["historyId"]
    old = [each["id"] for each in told(one, "messages")][60:70]
    one.post(f"{USER}/messages/batchModify", {"ids": old[:3], "addLabelIds": ["STARRED"]})
    one.post(f"{USER}/messages/{old[0]}/modify", {"removeLabelIds": ["INBOX", "STARRED"]})
    one.post(f"{USER}/threads/{one.get(f'{USER}/messages/{old[4]}')['threadId']}/trash")
    shown = one.get(f"{USER}/messages/{old[6]}")
    headers = {h["name"]: h["value"] for h in shown["payload"]["headers"]}
    subject = headers["Subject"]
    answer = reply(subject if subject.startswith("Re:") else f"Re: {subject}", "Yes", "x").replace(
        b"<x@lumen.example>", headers["Message-ID"].encode()
    )
    draft = one.post(f"{USER}/drafts", draft_of(answer, shown["threadId"]))
    assert draft["message"]["threadId"] == shown["threadId"]
    one.post(f"{USER}/drafts/send", {"id": draft["id"]})
    store = one.sandbox.google.account(ANN).mail
    store.remove(store.message(old[8]), NOW)
    one.sandbox.deliver_mail(ANN, mail("News"))
    changed = one.get(f"{USER}/history", startHistoryId=start, maxResults=500)["history"]
    assert {m["id"] for record in changed for m in record["messages"]} >= {*old[:3], old[8]}
    assert one.send("GET", f"{USER}/messages/{old[8]}").status == 404


def test_what_is_done_to_an_archived_mail_is_kept(both: tuple[Client, Client]) -> None:
    arithmetic, held = both
    act(arithmetic)
    act(held)

    def comparable(one: Client, **params: Any) -> list[tuple[str, ...]]:
        # What was sent has an id of its own in each.
        return [labels for _, labels in seen(one, **params)]

    for params in ({}, {"labelIds": "STARRED"}, {"q": "in:trash"}, {"labelIds": "INBOX"}):
        assert comparable(arithmetic, **params) == comparable(held, **params), params
        mine, theirs = threads(arithmetic, **params), threads(held, **params)
        assert [*map(len, mine)] == [*map(len, theirs)], params
    assert arithmetic.get(f"{USER}/profile") == held.get(f"{USER}/profile")
    # Only what was touched is held.
    store = arithmetic.sandbox.google.account(ANN).mail
    assert len(store.messages.held) < 20
    assert len(store.messages) == len(list(store.messages))
    assert len(store.threads) == len(list(store.threads))


def test_an_id_tells_its_number_and_no_other_does() -> None:
    shelf = Shelf(ARCHIVE)
    assert [shelf.number(message_id(seq)) for seq in (1, 2, COUNT)] == [0, 1, COUNT - 1]
    for other in (message_id(COUNT + 1), message_id(0), "x", "", message_id(1).upper() + "0"):
        assert shelf.number(other) is None


def test_a_search_that_has_to_read_goes_on_page_by_page(both: tuple[Client, Client]) -> None:
    arithmetic, held = both
    q = f"from:{MIRA.address} -subject:nothing"
    assert seen(arithmetic, q=q, maxResults=20) == seen(held, q=q, maxResults=20)


def test_a_million_mails_take_no_room() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    large = Archive(1, 1_000_000, NOW - timedelta(hours=1), timedelta(days=3650))
    one = client(Mailbox(ANN, "Ann", OWN, archive=large))
    assert len(ids(one, labelIds="INBOX", maxResults=50)) == 50
    assert len(ids(one, labelIds="STARRED")) == 1
    assert one.get(f"{USER}/profile")["messagesTotal"] == 1_000_002
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kb < 50_000
