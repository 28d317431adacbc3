"""Gmail kept current."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk.core.changes import Part, Skipped
from loopdesk.core.errors import (
    RateLimited,
    Rejected,
    ServiceDown,
)
from loopdesk.core.items import Item, Kind, ServiceKey
from loopdesk.providers.google import PROVIDER
from loopdesk.sandbox.google.mail.shelf import Message
from loopdesk.sandbox.google.mail.store import MailStore
from loopdesk.sandbox.model import Mail
from tests.providers.bench import NOW, Bench, Mirror, bench
from tests.providers.google.mailbox import ANN, INBOX, letter, world


def titled(mirror: Mirror, title: str) -> Item:
    return next(item for item in mirror.items.values() if item.title == title)


def deliver(google: Bench, subject: str, text: str = "Hello\n", **more: str) -> None:
    google.clock.pass_by(minutes=1)
    mail = letter(subject, text, at=google.clock.now(), **more)  # type: ignore[arg-type]
    google.sandbox.deliver_mail(ANN, mail)


def messages_of(mailbox: MailStore, item: Item) -> list[Message]:
    return mailbox.threads[item.key]


# --- kept current ---------------------------------------------------------------------------------


def test_the_newest_of_the_inbox_come_first_then_what_was_sent(tmp_path: Path) -> None:
    mails = [
        Mail(letter(f"{box} {n}", at=NOW - timedelta(hours=n)), NOW - timedelta(hours=n), labels)
        for n in range(70)
        for box, labels in (("in", frozenset({"INBOX"})), ("sent", frozenset({"SENT"})))
    ]
    with bench(PROVIDER, world(mails), tmp_path, sockets=False, limits="off") as google:
        mirror = Mirror(google)
        mail = next(each for each in google.adapter.streams() if each.key == "mail")
        order: list[str] = []
        while (page := mirror.step(mail)).more:
            order += [item.title.split()[0] for item in page.items]
            google.clock.pass_by(seconds=30)
    assert set(order[:50]) == {"in"}
    assert set(order[50:120]) == {"sent"}
    assert set(order[120:]) == {"in"}


def test_new_mail_joins_its_thread(mirror: Mirror) -> None:
    deliver(mirror.bench, "Re: Question 7", "And now?", key="more", answers="question-7")
    before = titled(mirror, "Question 7")
    (page,) = [page for page in mirror.pull() if page.items]
    (item,) = page.items
    assert (item.key, item.title, item.unread) == (before.key, "Question 7", True)
    assert item.at == mirror.bench.clock.now()
    assert [entry.text for entry in mirror.of(item.key)] == ["Hello", "And now?"]
    assert item.snippet == "And now?"
    assert not any(page.items for page in mirror.pull())


def test_flags_changed_elsewhere_come_without_the_bodies(
    mirror: Mirror, mailbox: MailStore, google: Bench
) -> None:
    (message,) = messages_of(mailbox, titled(mirror, "Question 7"))
    mailbox.relabel(message, {"STARRED", "Label_7"}, {"UNREAD"}, google.clock.now())
    google.wire.passed.clear()
    mirror.pull()
    item = titled(mirror, "Question 7")
    assert (item.starred, item.unread) == (True, False)
    assert {"STARRED", "Label_7"} <= item.places
    assert "unlabel" in item.actions
    sent = "".join(str(request.body) for request, _, _ in google.wire.passed)
    assert "format=metadata" in sent
    assert "format=full" not in sent
    (entry,) = next(page.entries for page in reversed(mirror.pages) if page.entries)
    assert entry.text is None


def test_a_mail_that_came_and_was_starred_at_once_has_its_words(
    mirror: Mirror, mailbox: MailStore, google: Bench
) -> None:
    deliver(google, "Both at once")
    message = next(mailbox.newest_first())
    mailbox.relabel(message, {"STARRED"}, {"UNREAD"}, google.clock.now())
    mirror.pull()
    (entry,) = mirror.of(message.thread_id)
    assert (entry.text, entry.starred, entry.unread) == ("Hello", True, False)


def test_what_was_deleted_elsewhere_goes(mirror: Mirror, mailbox: MailStore, google: Bench) -> None:
    answered, alone = titled(mirror, "Question 0"), titled(mirror, "Question 9")
    mailbox.remove(messages_of(mailbox, answered)[1], google.clock.now())
    mailbox.remove(messages_of(mailbox, alone)[0], google.clock.now())
    mirror.pull()
    assert len(mirror.of(answered.key)) == 1
    assert alone.key not in mirror.held
    assert answered.key in mirror.held


def test_a_mail_that_came_and_went_between_two_pulls_is_no_trouble(
    mirror: Mirror, mailbox: MailStore, google: Bench
) -> None:
    held = set(mirror.held)
    deliver(google, "Gone again")
    newest = next(mailbox.newest_first())
    mailbox.remove(newest, google.clock.now())
    mirror.pull()
    assert mirror.held == held


def test_spam_that_arrives_is_not_read_but_what_leaves_spam_is(
    mirror: Mirror, mailbox: MailStore, google: Bench
) -> None:
    google.clock.pass_by(minutes=1)
    spam = Mail(letter("Prize", at=google.clock.now()), google.clock.now(), frozenset({"SPAM"}))
    message = mailbox.add(spam)
    mirror.pull()
    assert message.thread_id not in mirror.held
    mailbox.relabel(message, {"INBOX"}, {"SPAM"}, google.clock.now())
    mirror.pull()
    assert titled(mirror, "Prize").in_pane
    assert mirror.of(message.thread_id)[0].text == "Hello"


def test_many_changes_come_in_pages(mirror: Mirror, mailbox: MailStore, google: Bench) -> None:
    for message in list(mailbox.messages.values()):
        for _ in range(2):
            mailbox.relabel(message, {"STARRED"}, set(), google.clock.now())
            mailbox.relabel(message, set(), {"STARRED"}, google.clock.now())
        mailbox.relabel(message, {"STARRED"}, set(), google.clock.now())
    google.clock.pass_by(minutes=2)
    pages = [page for page in mirror.pull() if page.items]
    assert len(pages) > 3
    held = [item for key, item in mirror.items.items() if key in mirror.members["mail"]]
    assert all(item.starred for item in held)


def test_news_does_not_wait_for_the_end_of_a_long_listing(google: Bench) -> None:
    mirror = Mirror(google)
    mail = next(each for each in google.adapter.streams() if each.key == "mail")
    mirror.step(mail)
    deliver(google, "Urgent")
    google.clock.pass_by(minutes=2)
    pages = 0
    while "Urgent" not in {item.title for item in mirror.items.values()}:
        page = mirror.step(mail)
        assert page.more
        assert page.listing
        pages += 1
    assert pages < 5
    mirror.pull()
    assert titled(mirror, "Urgent").key in mirror.held


# --- what goes wrong ------------------------------------------------------------------------------


def test_one_broken_mail_is_skipped_and_named(google: Bench) -> None:
    google.wire.bend = lambda body: body.replace(b'"internalDate":"', b'"internalDate":"x', 1)
    mirror = Mirror(google)
    mirror.pull()
    skipped = [each for page in mirror.pages for each in page.skipped]
    batches = [page for page in mirror.pages if any(item.kind == "message" for item in page.items)]
    assert len(skipped) == len(batches)  # one in each answer
    assert all(each.where.startswith("threads/") for each in skipped)
    assert {each.reason for each in skipped} == {"Message.internalDate"}


def test_text_that_is_none_costs_its_mail_and_no_other(google: Bench) -> None:
    google.wire.bend = lambda body: body.replace(b'"snippet":"Hello', b'"snippet":"\xff', 1)
    mirror = Mirror(google)
    mirror.pull()
    skipped = [each for page in mirror.pages for each in page.skipped]
    assert {each.reason for each in skipped} == {"Message"}
    assert len(mirror.members["mail"]) > 50


def test_a_part_of_a_batch_that_fails_is_asked_for_again(google: Bench) -> None:
    google.sandbox.set_faults("429@/threads/*3,503@/threads/*3")
    mirror = Mirror(google)
    for _ in range(9):
        try:
            mirror.pull()
            break
        except RateLimited as error:
            google.clock.at = error.retry_at or google.clock.at + timedelta(seconds=5)
    assert len(mirror.members["mail"]) == 66
    assert not [each for page in mirror.pages for each in page.skipped]


def test_a_thread_that_always_fails_is_passed_over_after_a_minute_not_before(
    google: Bench, mailbox: MailStore
) -> None:
    bad = next(key for key, held in mailbox.threads.items() if "INBOX" in held[0].labels)
    google.sandbox.set_faults(f"500@/threads/{bad}")
    mirror = Mirror(google)
    waited = 0
    while True:
        try:
            mirror.pull()
            break
        except ServiceDown:
            # The rest is here meanwhile, and nothing is asked for again and again at once.
            assert len(mirror.members["mail"]) > 20
            google.clock.pass_by(seconds=20)
            google.restart()
            waited += 20
    assert waited == 60
    skipped = [each for page in mirror.pages for each in page.skipped]
    assert skipped == [Skipped(f"threads/{bad}", "500")]
    assert len(mirror.members["mail"]) == 65


def test_the_quota_is_kept_without_being_told(tmp_path: Path) -> None:
    mails = [
        Mail(letter(f"Mail {n}", at=NOW - timedelta(hours=n)), NOW - timedelta(hours=n), INBOX)
        for n in range(160)
    ]
    with bench(PROVIDER, world(mails), tmp_path, sockets=False) as google:
        mirror = Mirror(google)
        with pytest.raises(RateLimited) as caught:
            mirror.pull()
        assert len(mirror.members["mail"]) >= 100
        wait = caught.value.retry_at
        assert wait is not None
        assert NOW < wait <= NOW + timedelta(seconds=60)
        google.clock.at = wait
        mirror.pull()
        assert len(mirror.members["mail"]) == 160
        assert {line["status"] for line in google.sandbox.log()} <= {200, 303}


# --- bodies ---------------------------------------------------------------------------------------


def test_a_text_too_large_to_come_along_is_brought(google: Bench) -> None:
    deliver(google, "Minutes", "".join(f"Line {n}\n" for n in range(40_000)))
    mirror = Mirror(google)
    mirror.pull()
    (entry,) = mirror.of(titled(mirror, "Minutes").key)
    assert (entry.text or "").endswith("Line 39999")
    assert entry.attachments == ()
    part = Part(Kind.MESSAGE, entry.item, entry.key)
    assert google.adapter.fetch(part, 0).data == (entry.text or "").encode()


def test_a_part_that_is_not_there_is_refused(mirror: Mirror, google: Bench) -> None:
    entry = mirror.of(titled(mirror, "Question 4").key)[0]
    with pytest.raises(Rejected):
        google.adapter.fetch(Part(Kind.MESSAGE, entry.item, entry.key, "99"), 0)
    with pytest.raises(Rejected):
        google.adapter.fetch(Part(Kind.MESSAGE, entry.item, ServiceKey("0"), "1"), 0)


def test_labels_and_own_addresses_are_told(mirror: Mirror) -> None:
    places = {place.key: place for page in mirror.pages for place in page.places}
    me = {handle.address for page in mirror.pages for handle in page.me}
    assert (places["Label_7"].name, places["Label_7"].parent) == ("ACME", "Label_8")
    assert (places["INBOX"].kind, places["Label_7"].kind) == ("mailbox", "label")
    assert me == {ANN, "sales@lumen.example"}


def test_a_label_made_elsewhere_is_told_once_it_is_met(
    mirror: Mirror, mailbox: MailStore, google: Bench
) -> None:
    label = mailbox.create_label("Made elsewhere")
    (message,) = messages_of(mailbox, titled(mirror, "Question 7"))
    mailbox.relabel(message, {label.id}, set(), google.clock.now())
    mirror.pull()
    told = [place for page in mirror.pull() for place in page.places]
    assert "Made elsewhere" in {place.name for place in told}
