"""Mails that only announce what is here are folded into it; what belongs together is shown so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk import app
from loopdesk.core.changes import Account, Cursor, Page, Stream
from loopdesk.core.items import (
    AccountId,
    Chat,
    Entry,
    File,
    Form,
    Item,
    ItemId,
    Kind,
    Link,
    Meeting,
    ServiceKey,
    Task,
    Untrusted,
    item_id,
)
from loopdesk.core.people import Handle
from loopdesk.core.seams import Connection
from loopdesk.desk.listing import View
from loopdesk.store import accounts, items, leaving, refs, streams
from tests.sync.mailbox import ACCOUNT, ANN, BO, START, Profile

OTHER = AccountId("fake-bbbbbbbb")
DOC = "https://docs.google.com/document/d/{}/edit"
NOTICE = Handle("Docs", "comments-noreply@docs.google.com")
PASSES = ("authentication-results", "mx.google.com; dkim=pass header.i=@google.com")


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    profile = Profile(tmp_path / "profile")
    profile.work(seconds=20)
    profile.database.own.transact(
        lambda db: accounts.put(db, Account(OTHER, "fake", "Ann", "ann@y.test", "2"))
    )
    profile.database.cache.transact(
        lambda db: streams.put(db, OTHER, [Stream("mail", 30.0, 60.0, "mail")])
    )
    yield profile
    profile.close()


def _apply(
    profile: Profile,
    *held: Item,
    entries: Sequence[Entry] = (),
    account: AccountId = ACCOUNT,
    **facts: object,
) -> set[ItemId]:
    page = Page(items=held, entries=tuple(entries), cursor=Cursor("0"), **facts)  # type: ignore[arg-type]
    changes = profile.database.cache.transact(
        lambda db: items.apply(db, account, "mail", page, app.ranker(), None, profile.refer)
    )
    return set(changes.upserted)


def _file(key: str = "document-one", at: int = 0) -> Item:
    return Item(
        ServiceKey(key),
        Kind.FILE,
        Untrusted(f"File {key}"),
        people=(BO,),
        at=START - timedelta(minutes=at),
        url=DOC.format(key),
        file=File("text/plain"),
    )


def _thread(key: str) -> Item:
    return Item(
        ServiceKey(key),
        Kind.MESSAGE,
        Untrusted(f"Mail {key}"),
        people=(NOTICE,),
        at=START,
        unread=True,
        places=frozenset({"INBOX"}),
        actions=("archive", "restore"),
    )


def _notice(thread: Item, about: str = "document-one", number: int = 0, **facts: object) -> Entry:
    entry = Entry(
        ServiceKey(f"{thread.key}-{number}"),
        thread.key,
        NOTICE,
        START + timedelta(minutes=number),
        Untrusted(f"Somebody commented: {DOC.format(about)}"),
        headers=(PASSES,),
    )
    return replace(entry, **facts)  # type: ignore[arg-type]


def _id(item: Item, account: AccountId = ACCOUNT) -> ItemId:
    return item_id(account, item.kind, item.key)


def _shown(profile: Profile) -> set[str]:
    return {str(row.title) for row in profile.desk.top().rows if not row.title.startswith("Matter")}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_whichever_comes_first_the_mail_is_folded(profile: Profile, order: Sequence[int]) -> None:
    mail, file = _thread("n"), _file()
    own = Entry(file.key, file.key, BO, START, Untrusted(""))
    pages = [((mail,), (_notice(mail),)), ((file,), (own,))]
    changed: set[ItemId] = set()
    for which in order:
        held, entries = pages[which]
        changed = _apply(profile, *held, entries=entries)
    assert _shown(profile) == {"File document-one"}
    assert _id(mail) in changed  # the window hears that it went
    assert [row.id for row in profile.desk.echoes(_id(file))] == [_id(mail)]
    body = profile.desk.body(_id(file))
    assert [(row.id, row.at) for row in body.echoes] == [(_id(mail), START)]
    assert body.loop == ()
    assert [row.id for row in profile.desk.body(_id(mail)).loop] == [_id(file)]
    assert [row.id for row in profile.desk.search('"document one"').rows] == [_id(file)]
    assert [row.id for row in profile.desk.search("commented").rows] == [_id(mail)]
    everything = {str(row.title) for row in profile.desk.top(view=View.ALL).rows}
    assert "Mail n" in everything  # nothing was merged
    assert Kind.MESSAGE not in profile.desk.counts().new


def test_a_digest_is_folded_once_all_that_it_tells_of_is_here(profile: Profile) -> None:
    mail, file, other = _thread("n"), _file(), _file("document-two")
    words = Untrusted(f"{DOC.format('document-one')} {DOC.format('document-two')}")
    _apply(profile, mail, file, entries=[_notice(mail, text=words)])
    assert _shown(profile) == {"Mail n", "File document-one"}
    _apply(profile, replace(other, in_pane=False))
    assert _shown(profile) == {"Mail n", "File document-one"}  # or its news were lost
    _apply(profile, other)
    assert _shown(profile) == {"File document-one", "File document-two"}
    assert profile.desk.mails_left([_id(file)]) == ()
    both = profile.desk.mails_left([_id(file), _id(other)])
    assert [row.id for row in both] == [_id(mail)]


def test_of_something_unknown_it_stays_a_mail(profile: Profile) -> None:
    mail = _thread("n")
    _apply(profile, mail, entries=[_notice(mail, "never-heard-of")])
    assert _shown(profile) == {"Mail n"}


def test_when_the_item_goes_the_mail_is_a_mail_again(profile: Profile) -> None:
    mail, file = _thread("n"), _file()
    _apply(profile, mail, file, entries=[_notice(mail)])
    changed = _apply(profile, gone=frozenset({file.key}))
    assert _shown(profile) == {"Mail n"}
    assert changed == {_id(mail)}


def test_a_person_who_writes_into_the_thread_brings_it_back(profile: Profile) -> None:
    mail, file = _thread("n"), _file()
    _apply(profile, mail, file, entries=[_notice(mail)])
    reply = _notice(mail, number=1, author=BO, headers=())
    _apply(profile, mail, entries=[reply])
    assert _shown(profile) == {"Mail n", "File document-one"}
    _apply(profile, gone_entries=frozenset({(mail.key, reply.key)}))
    assert _shown(profile) == {"File document-one"}


def test_what_its_service_says_of_it_is_not_forgotten(profile: Profile) -> None:
    mail, file = _thread("n"), _file()
    _apply(profile, mail, file, entries=[_notice(mail)])
    _apply(profile, replace(mail, in_pane=False))  # archived elsewhere
    _apply(profile, gone=frozenset({file.key}))
    assert _shown(profile) == set()
    _apply(profile, replace(mail, in_pane=True))
    assert _shown(profile) == {"Mail n"}
    _apply(profile, file)
    _apply(profile, replace(mail, unread=False))
    assert _shown(profile) == {"File document-one"}


def test_news_of_what_is_not_in_the_pane_is_shown(profile: Profile) -> None:
    mail, file = _thread("n"), replace(_file(), in_pane=False)
    _apply(profile, file)
    _apply(profile, mail, entries=[_notice(mail)])
    assert _shown(profile) == {"Mail n"}
    _apply(profile, replace(file, in_pane=True))
    assert _shown(profile) == {"File document-one"}
    # What grows old with its item does not come back as news, but what is new does.
    _apply(profile, file)
    assert _shown(profile) == set()
    _apply(profile, mail, entries=[_notice(mail, number=1)])
    assert _shown(profile) == {"Mail n"}


def test_an_account_that_goes_takes_its_items_and_leaves_the_mails(profile: Profile) -> None:
    mail, file = _thread("n"), _file()
    _apply(profile, mail, entries=[_notice(mail)])
    _apply(profile, file, account=OTHER)
    assert _shown(profile) == {"File document-one"}
    while profile.database.cache.transact(lambda db: leaving.forget_account(db, OTHER)):
        pass
    assert _shown(profile) == {"Mail n"}
    assert profile.database.read(lambda db: refs.echoes(db, _id(file, OTHER))) == []


def test_mails_left_are_those_that_announce_nothing_else(profile: Profile) -> None:
    file, other, alone, both, answered, gone = (
        *(_file(key) for key in ("document-one", "document-two")),
        *(_thread(key) for key in ("n", "both", "answered", "gone")),
    )
    said = [_notice(alone), _notice(alone, number=1), _notice(answered), _notice(gone)]
    said += [_notice(both), _notice(both, "document-two", number=1)]
    said += [_notice(answered, number=1, author=BO, headers=())]
    away = replace(gone, places=frozenset())
    _apply(profile, file, other, alone, both, answered, away, entries=said)
    left = [row.id for row in profile.desk.mails_left([_id(file)])]
    assert left == [_id(alone)]
    # Of two that are finished together, what tells of both goes with both.
    left = [row.id for row in profile.desk.mails_left([_id(file), _id(other)])]
    assert set(left) == {_id(alone), _id(both)}


def test_a_mail_that_was_archived_with_its_item_comes_back_without_a_row(profile: Profile) -> None:
    mail, file = _thread("n"), _file()
    _apply(profile, mail, file, entries=[_notice(mail)])
    desk = profile.desk
    archived = desk.do("archive", _id(mail))
    assert desk.mails_left([_id(file)]) == ()
    assert [row.id for row in desk.echoes(_id(file))] == [_id(mail)]  # known all the same
    desk.undo(archived.id)
    assert [row.id for row in desk.mails_left([_id(file)])] == [_id(mail)]
    desk.do("restore", _id(mail))  # how it comes back once it has left
    assert _shown(profile) == {"File document-one"}


def test_an_invitation_is_folded_into_each_occurrence(profile: Profile) -> None:
    mail = _thread("invitation")
    at = profile.clock.now() + timedelta(hours=2)
    meetings = [
        Item(
            ServiceKey(f"cal/review-{day}"),
            Kind.MEETING,
            Untrusted(f"Review {day}"),
            at=at + timedelta(days=day),
            meeting=Meeting(
                at + timedelta(days=day),
                at + timedelta(days=day, hours=1),
                ical_uid="review@x.test",
                series="review",
            ),
        )
        for day in (0, 1)
    ]
    invitation = Entry(
        ServiceKey("i"),
        mail.key,
        BO,
        START,
        Untrusted("You are invited"),
        headers=(
            ("sender", "Google Calendar <calendar-notification@google.com>"),
            PASSES,
            ("x-loopdesk-ical-uid", "review@x.test"),
        ),
    )
    _apply(profile, mail, *meetings, entries=[invitation])
    assert _shown(profile) == {"Review 0", "Review 1"}
    for meeting in meetings:
        body = profile.desk.body(_id(meeting))
        assert [row.id for row in body.echoes] == [_id(mail)]
        assert body.loop == ()  # another day of it is no other thing


def test_what_mentions_each_other_is_one_loop(profile: Profile) -> None:
    mail, notice, file = _thread("m"), _thread("n"), _file()
    other, unrelated = _thread("o"), _thread("u")
    at = profile.clock.now()
    days = [
        Item(
            ServiceKey(f"cal/review-{day}"),
            Kind.MEETING,
            Untrusted(f"Review {day}"),
            at=at + timedelta(days=day),
            meeting=Meeting(at + timedelta(days=day), at + timedelta(days=day), series="review"),
        )
        for day in (1, 8)
    ]
    text = Untrusted(f"Have a look at {DOC.format('document-one')} please")
    _apply(
        profile,
        mail,
        notice,
        file,
        other,
        unrelated,
        *days,
        entries=[
            _notice(mail, author=BO, headers=(), text=text),
            _notice(other, author=ANN, headers=(), text=text),
            _notice(notice),
            _notice(unrelated, author=BO, headers=(), text=Untrusted("Hello")),
            *(
                Entry(day.key, day.key, BO, START, Untrusted("Agenda"), headers=(FILE_HEADER,))
                for day in days
            ),
        ],
    )
    of_file = profile.desk.body(_id(file)).loop
    assert {str(row.title) for row in of_file} == {"Mail m", "Mail o", "Review 1"}
    of_mail = profile.desk.body(_id(mail)).loop
    assert {str(row.title) for row in of_mail} == {"File document-one", "Review 1"}
    assert profile.desk.body(_id(unrelated)).loop == ()


def test_a_mail_and_a_task_made_of_it_are_one_loop(profile: Profile) -> None:
    profile.database.own.transact(
        lambda db: db.execute("UPDATE own_account SET service = 'google' WHERE id = ?", (ACCOUNT,))
    )
    mail = _thread("18c2f0a1b2c3d4e5")
    task = Item(ServiceKey("list/1"), Kind.TASK, Untrusted("Answer it"), task=Task(), at=START)
    link = "https://mail.google.com/mail/u/0/#inbox/18c2f0a1b2c3d4e5"
    notes = Entry(task.key, task.key, ANN, START, Untrusted(f"From {link}"), mine=True)
    _apply(profile, mail, task, entries=[_notice(mail, headers=()), notes])
    assert [row.id for row in profile.desk.body(_id(mail)).loop] == [_id(task)]
    assert [row.id for row in profile.desk.body(_id(task)).loop] == [_id(mail)]


SAID = "https://acme.slack.com/archives/C0GENERAL/p1764000000000100"
SLACK = AccountId("slack-cccccccc")


def _chat(profile: Profile, *entries: Entry) -> Item:
    """Bring a conversation of a workspace."""
    chat = Item(
        ServiceKey("C0GENERAL"),
        Kind.MESSAGE,
        Untrusted("#general"),
        people=(BO,),
        at=START,
        unread=True,
        actions=("reply", "read"),
        chat=Chat(Form.CHANNEL, "C0GENERAL"),
    )

    def bring(db: Connection) -> None:
        streams.put(db, SLACK, [Stream("C0GENERAL", 30.0, 60.0, "messages")])
        page = Page(items=(chat,), entries=entries, cursor=Cursor("0"))
        items.apply(db, SLACK, "C0GENERAL", page, app.ranker(), None, app.refer("slack"))

    profile.database.own.transact(
        lambda db: accounts.put(db, Account(SLACK, "slack", "Ann", "ann@x.test", "3"))
    )
    profile.database.cache.transact(bring)
    return chat


def test_a_message_that_points_at_a_file_and_a_mail_that_points_at_it_are_one_loop(
    profile: Profile,
) -> None:
    file, mail = _file(), _thread("m")
    said = Entry(
        ServiceKey("1"),
        ServiceKey("C0GENERAL"),
        BO,
        START,
        Untrusted("Here it is"),
        links=(Link("Terms", DOC.format("document-one")),),
    )
    chat = _chat(profile, said)
    link = Untrusted(f"As said in {SAID}")
    _apply(profile, file, mail, entries=[_notice(mail, author=BO, headers=(), text=link)])
    this = _id(chat, SLACK)
    assert {row.id for row in profile.desk.body(this).loop} == {_id(file), _id(mail)}
    assert [row.id for row in profile.desk.body(_id(file)).loop] == [this]
    assert [row.id for row in profile.desk.body(_id(mail)).loop] == [this]
    # Links are part of what is said: where they change, what belongs together does.
    _chat(profile, replace(said, links=()))
    assert [row.id for row in profile.desk.body(this).loop] == [_id(mail)]


def test_a_mail_that_only_tells_of_a_message_is_folded_into_the_conversation(
    profile: Profile,
) -> None:
    mail = _thread("n")
    told = Entry(
        ServiceKey("n-0"),
        mail.key,
        Handle("Slack", "notification@slack.com"),
        START,
        Untrusted(f"Bo mentioned you: {SAID}"),
        headers=(("authentication-results", "mx.google.com; dkim=pass header.i=@slack.com"),),
    )
    _apply(profile, mail, entries=[told])
    assert _shown(profile) == {"Mail n"}
    chat = _chat(profile)
    _apply(profile, entries=[])
    assert _shown(profile) == {"#general"}
    assert [row.id for row in profile.desk.body(_id(chat, SLACK)).echoes] == [_id(mail)]


FILE_HEADER = ("x-loopdesk-file", "document-one")
