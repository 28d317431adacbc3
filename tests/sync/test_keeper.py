"""What is read offline is brought beforehand, within limits; what is over leaves for good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from loopdesk import app
from loopdesk.core.changes import Cursor, Page, Part
from loopdesk.core.items import (
    Attachment,
    Entry,
    File,
    Item,
    ItemId,
    Kind,
    Meeting,
    ServiceKey,
    Task,
    Untrusted,
    item_id,
)
from loopdesk.core.keeping import Limit, keeping
from loopdesk.desk.listing import View
from loopdesk.store import items
from loopdesk.store.aliases import Names
from loopdesk.sync.trim import trimmed
from tests.sync.mailbox import ACCOUNT, BO, CHUNK, START, Profile, Weather

MB = 1024 * 1024


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    profile = Profile(tmp_path / "profile")
    profile.work(seconds=20)
    profile.adapter.calls.clear()
    yield profile
    profile.close()


def _apply(profile: Profile, item: Item, *entries: Entry) -> ItemId:
    page = Page(items=(item,), entries=entries, cursor=Cursor("0"))
    profile.database.cache.transact(lambda db: items.apply(db, ACCOUNT, "mail", page, app.ranker()))
    return item_id(ACCOUNT, item.kind, item.key)


def _mail(profile: Profile, name: str, size: int, **facts: object) -> ItemId:
    """Let a mail with an attachment of so many bytes lie in the mailbox."""
    key = ServiceKey(name)
    item = Item(key, Kind.MESSAGE, Untrusted(name), people=(BO,), at=START, **facts)  # type: ignore[arg-type]
    attachment = Attachment("2", f"{name}.bin", "application/pdf", size)
    entry = Entry(key, key, BO, START, Untrusted("Here"), attachments=(attachment,))
    profile.box.parts[Part(Kind.MESSAGE, key, key, "2")] = b"%PDF-" + bytes(size - 5)
    return _apply(profile, item, entry)


def _file(profile: Profile, name: str, revision: str = "1", **facts: object) -> ItemId:
    key = ServiceKey(name)
    known: dict[str, object] = {"type": "text/plain", "size_bytes": 100, "revision": revision}
    file = File(**(known | facts))  # type: ignore[arg-type]
    for part in ("", "text/html"):
        profile.box.parts[Part(Kind.FILE, key, key, part)] = f"{name} {revision} {part}".encode()
    return _apply(profile, Item(key, Kind.FILE, Untrusted(name), at=START, file=file))


def _here(profile: Profile, item: ItemId, name: str, part: str = "2") -> bool:
    return profile.desk.files.here(item, name, part) is not None


def _idle(profile: Profile) -> None:
    profile.work(seconds=130)


def test_what_was_opened_is_brought_and_other_mail_is_not(profile: Profile) -> None:
    opened, other = _mail(profile, "opened", 1000), _mail(profile, "other", 1000)
    profile.desk.see(opened)
    _idle(profile)
    assert _here(profile, opened, "opened")
    assert not _here(profile, other, "other")
    # Once is enough.
    profile.adapter.calls.clear()
    _idle(profile)
    assert not [call for call in profile.adapter.calls if call.startswith("fetch")]


def test_pinned_needed_and_marked_ones_are_brought_too(profile: Profile) -> None:
    pinned, needed = _mail(profile, "pinned", 1000), _mail(profile, "needed", 1000)
    marked = _file(profile, "marked")
    document = _file(profile, "document", formats=("text/html", "application/pdf"), size_bytes=None)
    profile.desk.do("pin", pinned)
    profile.desk.do("pin", document)
    profile.desk.do("download", marked)
    profile.needed = [needed]
    _idle(profile)
    assert _here(profile, pinned, "pinned")
    assert _here(profile, needed, "needed")
    assert _here(profile, marked, "marked", "")
    assert _here(profile, document, "document", "text/html")
    assert not _here(profile, document, "document", "application/pdf")


def test_what_was_opened_counts_for_a_month(profile: Profile) -> None:
    opened = _mail(profile, "opened", 1000)
    profile.desk.see(opened)
    profile.box.weather = Weather.OFFLINE
    profile.clock.time += timedelta(days=31)
    profile.box.weather = Weather.FINE
    _idle(profile)
    assert not _here(profile, opened, "opened")


def test_a_new_version_is_brought_in_the_place_of_the_old(profile: Profile) -> None:
    file = _file(profile, "plan")
    profile.desk.do("download", file)
    _idle(profile)
    _file(profile, "plan", "2")
    assert not profile.desk.files.offline(file)
    _idle(profile)
    blob = profile.desk.files.here(file, "plan", "")
    assert blob is not None
    assert profile.desk.files.read(blob.id) == b"plan 2 "
    assert profile.desk.files.offline(file)


def test_large_ones_are_left_unless_they_are_marked(profile: Profile) -> None:
    profile.desk.files.keep(Limit.ATTACHMENT_MB, 1)
    large = _mail(profile, "large", MB + 1)
    marked = _file(profile, "marked", size_bytes=5 * MB)
    profile.desk.see(large)
    profile.desk.do("download", marked)
    _idle(profile)
    assert not _here(profile, large, "large")
    assert _here(profile, marked, "marked", "")


def test_what_exceeds_the_total_goes_and_does_not_come_back(profile: Profile) -> None:
    profile.desk.files.keep(Limit.TOTAL_MB, 2)
    names = [f"mail{number}" for number in range(4)]
    ids = [_mail(profile, name, 700_000) for name in names]
    for this in ids:
        profile.desk.see(this)
        profile.clock.time += timedelta(seconds=1)
    _idle(profile)
    here = [name for name, this in zip(names, ids, strict=True) if _here(profile, this, name)]
    assert here == ["mail2", "mail3"]  # those opened last, as many as there is room for
    profile.adapter.calls.clear()
    profile.desk.do("pin", ids[0])
    for _ in range(3):
        _idle(profile)
    here = [name for name, this in zip(names, ids, strict=True) if _here(profile, this, name)]
    assert here == ["mail0", "mail3"]
    fetched = [call.split()[1] for call in profile.adapter.calls if call.startswith("fetch")]
    assert set(fetched) == {"mail0"}  # nothing was brought and dropped in turn
    assert len(list(profile.vessel.held())) == 2


def test_what_its_service_refuses_is_not_asked_for_again(profile: Profile) -> None:
    mail = _mail(profile, "gone", 1000)
    del profile.box.parts[Part(Kind.MESSAGE, ServiceKey("gone"), ServiceKey("gone"), "2")]
    other = _mail(profile, "other", 1000)
    profile.desk.see(other)
    profile.clock.time += timedelta(seconds=1)
    profile.desk.see(mail)
    for _ in range(3):
        _idle(profile)
    assert profile.adapter.calls.count("fetch gone 0") == 1
    assert _here(profile, other, "other")


def test_offline_it_waits(profile: Profile) -> None:
    mail = _mail(profile, "mail", 1000)
    profile.desk.see(mail)
    profile.box.weather = Weather.OFFLINE
    _idle(profile)
    assert sum(call.startswith("fetch") for call in profile.adapter.calls) < 20
    profile.box.weather = Weather.FINE
    profile.work(seconds=400)
    assert _here(profile, mail, "mail")


def test_an_action_goes_between_two_pieces(profile: Profile) -> None:
    mail = _mail(profile, "mail", 4 * CHUNK)
    profile.desk.see(mail)
    profile.clock.time += timedelta(seconds=121)
    while "fetch mail 0" not in profile.adapter.calls:
        profile.step()
    profile.desk.do("star", item_id(ACCOUNT, Kind.MESSAGE, ServiceKey("t0")))
    profile.step()
    assert profile.adapter.calls[-1] == "star t0"
    profile.work(lambda: _here(profile, mail, "mail"), 60)
    assert _here(profile, mail, "mail")


# --- how long -------------------------------------------------------------------------------------


def _titles(profile: Profile) -> set[str]:
    rows = profile.desk.top(1000, view=View.ALL).rows
    return {str(row.title) for row in rows if not row.title.startswith("Matter")}


def _old(
    profile: Profile, kind: Kind, name: str, days: int, *, draft: bool = False, **facts: object
) -> ItemId:
    at = START - timedelta(days=days)
    key = ServiceKey(name)
    known: dict[str, object] = {"at": at, "in_pane": False}
    match kind:
        case Kind.MEETING:
            known["meeting"] = Meeting(at - timedelta(hours=1), at)
            known["in_pane"] = True
        case Kind.TASK:
            known["task"] = Task(done=True)
        case Kind.FILE:
            known["file"] = File("text/plain")
    item = Item(key, kind, Untrusted(name), people=(BO,), **(known | facts))  # type: ignore[arg-type]
    return _apply(profile, item, Entry(key, key, BO, at, Untrusted("x"), draft=draft))


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_stays_for_as_long_as_it_is_kept(profile: Profile, kind: Kind) -> None:
    limit = Limit(f"keep.{kind}-days")
    profile.desk.files.keep(limit, 40)
    _old(profile, kind, "older", 41)
    _old(profile, kind, "younger", 39)
    profile.work(seconds=4000)
    assert _titles(profile) == {"younger"}
    assert profile.desk.search("older").rows == ()
    profile.desk.files.keep(limit, 0)
    profile.clock.time += timedelta(days=400)
    profile.work(seconds=4000)
    assert _titles(profile) == {"younger"}


def test_what_the_person_holds_on_to_stays(profile: Profile) -> None:
    held = {name: _old(profile, Kind.MESSAGE, name, 800) for name in ("pin", "save", "snooze")}
    for name, this in held.items():
        at = profile.clock.now() + timedelta(days=1)
        profile.database.own.transact(
            lambda db, name=name, this=this, at=at: db.execute(  # type: ignore[misc]
                f"INSERT INTO own_mark (item, account, {_COLUMN[name]}) VALUES (?, ?, ?)",  # noqa: S608
                (this, ACCOUNT, 1 if name != "snooze" else int(at.timestamp() * 1000)),
            )
        )
    _old(profile, Kind.MESSAGE, "in the inbox", 800, in_pane=True)
    _old(profile, Kind.TASK, "open step", 800, task=Task(done=False, parent="list/1"))
    _old(profile, Kind.MESSAGE, "starred", 800, starred=True)
    _old(profile, Kind.MESSAGE, "draft", 800, draft=True)
    _old(profile, Kind.MESSAGE, "over", 800)
    profile.work(seconds=4000)
    assert _titles(profile) == {*held, "in the inbox", "open step", "starred", "draft"}


_COLUMN = {"pin": "pinned", "save": "saved", "snooze": "snoozed_until"}


def test_a_full_listing_does_not_bring_it_back(profile: Profile) -> None:
    profile.desk.files.keep(Limit.MESSAGE_DAYS, 30)
    archived, pinned = (profile.box.threads[number] for number in (1, 2))
    archived.archived = pinned.archived = True
    profile.box.change(1)
    profile.box.change(2)
    profile.work(seconds=100)
    profile.desk.do("pin", item_id(ACCOUNT, Kind.MESSAGE, ServiceKey("t2")))
    profile.clock.time += timedelta(days=31)
    profile.work(seconds=4000)

    def here() -> set[str]:
        return {str(row.title) for row in profile.desk.top(view=View.ALL).rows}

    assert here() == {"Matter 0", "Matter 2"}
    changed = []
    for _ in range(3):
        profile.lane.forget_cursors()
        changed.append(profile.lane.drain().changed)
        assert here() == {"Matter 0", "Matter 2"}
    assert changed[1] == changed[2] == 0  # nothing in and out again
    # Somebody writes into it: it is of now, and comes in.
    archived.archived = False
    profile.box.change(1)
    profile.work(seconds=100)
    assert here() == {"Matter 0", "Matter 1", "Matter 2"}


def test_what_lies_on_the_disk_goes_with_it(profile: Profile) -> None:
    mail = _mail(profile, "mail", 600_000, in_pane=False)
    profile.desk.see(mail)
    _idle(profile)
    assert len(profile.vessel.held()) == 1
    profile.desk.files.keep(Limit.MESSAGE_DAYS, 1)
    profile.clock.time += timedelta(days=2)
    profile.work(seconds=100)
    assert profile.vessel.held() == set()


def test_chosen_and_usual(profile: Profile) -> None:
    files = profile.desk.files
    assert files.keeping().amount(Limit.TOTAL_MB) == 500
    files.keep(Limit.TOTAL_MB, 50)
    assert files.keeping().total_bytes == 50 * MB
    profile.desk.set(Limit.TOTAL_MB, "")
    assert files.keeping().amount(Limit.TOTAL_MB) == 500
    profile.desk.set(Limit.TOTAL_MB, "much")
    assert files.keeping().amount(Limit.TOTAL_MB) == 500


def test_of_a_page_only_what_stays_comes_in() -> None:
    long_ago = START - timedelta(days=800)
    names = ("over", "draft", "starred", "in the inbox", "pinned", "of now")
    held = tuple(
        Item(
            ServiceKey(name),
            Kind.MESSAGE,
            Untrusted(name),
            at=START if name == "of now" else long_ago,
            starred=name == "starred",
            in_pane=name == "in the inbox",
        )
        for name in names
    )
    entries = tuple(
        Entry(item.key, item.key, BO, long_ago, Untrusted("x"), draft=item.key == "draft")
        for item in held
    )
    pinned = {item_id(ACCOUNT, Kind.MESSAGE, ServiceKey("pinned"))}
    page = trimmed(Page(held, entries), keeping({}), START, Names(ACCOUNT), lambda: pinned)
    assert [item.key for item in page.items] == list(names[1:])
    assert [entry.item for entry in page.entries] == list(names[1:])
