"""Letters from their first word to their arrival, on a real store, with the service at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from loopdesk import app
from loopdesk.core.actions import (
    Action,
    ActionId,
    Arguments,
    Failure,
    Receipt,
    State,
    made_id,
)
from loopdesk.core.changes import Account, Page, Stream
from loopdesk.core.drafts import Draft
from loopdesk.core.errors import Incomplete, NotTaken, Unknown
from loopdesk.core.items import (
    AccountId,
    Attachment,
    Entry,
    Item,
    ItemId,
    Kind,
    ServiceKey,
    Untrusted,
    item_id,
)
from loopdesk.core.people import Handle, Identity
from loopdesk.core.seams import Connection
from loopdesk.desk.desk import Desk
from loopdesk.desk.letters import LARGE_BYTES, PAUSE
from loopdesk.providers.google import PROVIDER
from loopdesk.store import accounts, drafts, items, leaving, outbox, streams
from loopdesk.store.connection import SqlDatabase, prepare
from loopdesk.store.vessel import Vessel
from loopdesk.system.seams import SystemIds
from tests.ui.rows import NOW, StillClock

ACCOUNT = AccountId("a1")
ZONE = ZoneInfo("Europe/Berlin")
MIRA = Handle("Mira Dahl", "mira@northwind.test")
SALES = Handle("Northwind Sales", "sales@northwind.test")
ADA = Handle("Ada Okafor", "ada@northwind.test")
LEGAL = Handle("Legal", "legal@northwind.test")
THREAD, MAIL = ServiceKey("t1"), ServiceKey("m1")
ITEM = item_id(ACCOUNT, Kind.MESSAGE, THREAD)
TAKES = ("reply", "reply-all", "forward", "draft", "delete", "archive")


@dataclass
class Place:
    desk: Desk
    database: SqlDatabase
    clock: StillClock

    def open_actions(self) -> list[Action]:
        return self.database.read(outbox.open_actions)

    def deliver(self, **facts: str) -> Action:
        """Let the service take the one action that is open."""
        (action,) = self.open_actions()
        now = self.clock.now()

        def work(db: Connection) -> Action:
            aimed = drafts.aimed(db, action)
            assert outbox.claim(db, action.id, now)
            assert outbox.settle(db, action.id, Receipt(dict(facts)), now)
            drafts.delivered(db, action, facts, now)
            return aimed

        return self.database.own.transact(work)

    def pull(self, *entries: Entry, gone: tuple[str, ...] = ()) -> None:
        """Show what a pull brings that begins now."""
        self.clock.move(1)
        now = self.clock.now()
        held = {entry.item for entry in entries}
        page = Page(
            items=tuple(
                Item(key, Kind.MESSAGE, Untrusted("Alone"), at=now, actions=TAKES)
                for key in held - {THREAD}
            ),
            entries=entries,
            gone_entries=frozenset((THREAD, ServiceKey(key)) for key in gone),
        )

        def work(db: Connection) -> None:
            streams.begin(db, ACCOUNT, "mail", now)
            items.apply(db, ACCOUNT, "mail", page, app.ranker())

        self.database.cache.transact(work)


def _mail() -> Entry:
    return Entry(
        MAIL,
        THREAD,
        ADA,
        datetime.fromisoformat("2026-11-24T09:41:00+00:00"),
        text=Untrusted("Can you sign off today?\n\n> earlier words"),
        html='<p>Can you <b>sign off</b> today?</p><img src="https://x.test/a.png">',
        to=(SALES, MIRA),
        cc=(LEGAL,),
        headers=(("message-id", "<1@northwind.test>"),),
        attachments=(
            Attachment("1.2", "terms.docx", "application/x", 84_000),
            Attachment("1.3", "logo.png", "image/png", 900, inline=True, cid="logo@x"),
        ),
    )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    clock = StillClock()
    prepare(tmp_path, bytes(32))
    database = SqlDatabase(tmp_path, bytes(32))
    specs = {PROVIDER.key: PROVIDER.actions}
    desk = Desk(
        database, clock, SystemIds(), specs, app.ranking(), lambda: ZONE, Vessel(tmp_path / "files")
    )
    features = tuple(feature.key for feature in PROVIDER.features)
    account = Account(ACCOUNT, PROVIDER.key, MIRA.name, MIRA.address, "s", features=features)
    database.own.transact(lambda db: accounts.put(db, account))
    page = Page(
        items=(
            Item(
                THREAD,
                Kind.MESSAGE,
                Untrusted("Contract"),
                people=(ADA,),
                at=NOW,
                places=frozenset({"INBOX"}),
                actions=TAKES,
            ),
        ),
        entries=(_mail(),),
        me=(MIRA, SALES),
        identities=(
            Identity(MIRA, "<div>Mira Dahl<br>Northwind</div>", default=True),
            Identity(SALES, "<div><b>Northwind</b> Sales</div>"),
        ),
    )

    def write(db: Connection) -> None:
        streams.put(db, ACCOUNT, [Stream("mail", 60, 60, "mail")])
        streams.begin(db, ACCOUNT, "mail", clock.now())
        items.apply(db, ACCOUNT, "mail", page, app.ranker())

    database.cache.transact(write)
    yield Place(desk, database, clock)
    database.close()


def _kept(place: Place, text: str, **changes: object) -> Draft:
    begun = place.desk.letters.begin("reply", item=ITEM)
    changed: Draft = replace(begun, text=text, **changes)  # type: ignore[arg-type]
    return place.desk.letters.keep(changed)


# --- what a letter begins with ---


def test_an_answer_knows_whom_it_goes_to_and_leaves_from_whom_was_written_to(place: Place) -> None:
    letter = place.desk.letters.begin("reply-all", item=ITEM)
    assert letter.sender == "Northwind Sales <sales@northwind.test>"
    assert (letter.to, letter.cc) == (
        ("Ada Okafor <ada@northwind.test>",),
        ("Legal <legal@northwind.test>",),
    )
    assert letter.subject == "Re: Contract"
    assert letter.quote_text.split("\n")[:2] == [
        "On Tue, 24 Nov 2026 at 10:41, Ada Okafor <ada@northwind.test> wrote:",
        "> Can you sign off today?",
    ]
    assert ">> earlier words" in letter.quote_text
    assert "<b>sign off</b>" in letter.quote_html
    assert 'src="https://x.test/a.png"' in letter.quote_html  # as it was, for who gets it
    assert letter.text == "\n\n-- \nNorthwind Sales"
    assert "<b>Northwind</b>" in letter.html
    assert place.desk.letters.is_empty(letter)
    assert place.desk.letters.drafts() == ()


def test_a_forwarded_mail_takes_its_files_along(place: Place) -> None:
    letter = place.desk.letters.begin("forward", item=ITEM, to=("ines@halden.test",))
    assert letter.subject == "Fwd: Contract"
    assert [(part.entry, part.part, part.name) for part in letter.carries] == [
        ("m1", "1.2", "terms.docx"),
        ("m1", "1.3", "logo.png"),
    ]
    sent = place.desk.letters.send(place.desk.letters.keep(letter).id)
    assert sent.target.carries == letter.carries
    assert "Forwarded message" in sent.arguments.text
    assert "From: Ada Okafor <ada@northwind.test>" in sent.arguments.text
    assert "<b>sign off</b>" in sent.arguments.html  # as it looked
    assert sent.target.in_reply_to == "<1@northwind.test>"


def test_a_new_letter_belongs_to_the_account_that_can_send_it(place: Place) -> None:
    letter = place.desk.letters.begin("compose", to=("Ines Roth <ines@halden.test>",))
    assert (letter.account, letter.sender) == (ACCOUNT, "Mira Dahl <mira@northwind.test>")
    assert letter.text == "\n\n-- \nMira Dahl\nNorthwind"
    assert letter.html == ""  # lines of text need none
    letter = replace(letter, subject="Terms", text="Here" + letter.text, bcc=("b@x.test",))
    action = place.desk.letters.send(place.desk.letters.keep(letter).id)
    assert action.name == "compose"
    assert (action.target.to, action.target.bcc) == (letter.to, ("b@x.test",))
    assert action.target.sender == letter.sender
    assert action.not_before_at - action.written_at == timedelta(seconds=10)
    row = place.desk.row(action.item or ItemId(""))
    assert (row.title, row.state) == ("Terms", State.WAITING)


def test_another_sender_brings_their_signature(place: Place) -> None:
    letter = replace(place.desk.letters.begin("compose"), text="Hello\n\n-- \nMira Dahl\nNorthwind")
    moved = place.desk.letters.with_sender(letter, ACCOUNT, SALES.address)
    assert moved.sender == "Northwind Sales <sales@northwind.test>"
    assert moved.text == "Hello\n\n-- \nNorthwind Sales"


def test_what_cannot_be_said_so_is_told(place: Place) -> None:
    letters = place.desk.letters
    with pytest.raises(Unknown):
        letters.begin("reply", item=ItemId("gone"))
    with pytest.raises(NotTaken):
        letters.begin("comment", item=ITEM)
    with pytest.raises(Unknown):
        letters.send("nothing")
    nobody = letters.keep(replace(letters.begin("compose"), subject="Hi", text="Hi"))
    with pytest.raises(Incomplete) as told:
        letters.send(nobody.id)
    assert told.value.argument == "to"
    assert letters.get(nobody.id).text == "Hi"


# --- kept here and at the service ---


def test_every_save_replaces_the_one_that_waits(place: Place) -> None:
    first = _kept(place, "Half")
    place.clock.move(1)
    place.desk.letters.keep(replace(first, text="Half a sentence"))
    (save,) = place.open_actions()
    assert (save.name, save.arguments.text.split("\n")[0]) == ("draft", "Half a sentence")
    assert save.not_before_at > save.written_at  # nobody needs each letter
    assert [action.id for action in place.desk.activity()] == [save.id]  # it was done once
    assert place.desk.letters.get(first.id).text == "Half a sentence"


def test_large_files_go_to_the_service_once_the_letter_is_put_down(place: Place) -> None:
    letters, files = place.desk.letters, place.desk.files
    draft = letters.begin("reply", item=ITEM)
    letters.keep(replace(draft, text="Half"))
    (small,) = place.open_actions()
    blob = files.attach(ACCOUNT, "film.mp4", bytes(2 * LARGE_BYTES))
    for words in ("Half a", "Half a film"):
        letters.keep(replace(draft, text=words, files=(blob,)))
        assert place.open_actions() == []  # not even the older copy goes any more
    assert letters.get(draft.id).text == "Half a film"
    letters.put_down(draft.id)
    (save,) = place.open_actions()
    assert (save.name, save.arguments.files, small.arguments.files) == ("draft", (blob.id,), ())
    assert save.not_before_at == place.clock.now()
    place.deliver(draft="d1", draft_version="m2")
    letters.put_down(draft.id)  # the service has it
    assert place.open_actions() == []
    # A small one has its pause, put down or not.
    other = letters.keep(replace(letters.begin("compose"), to=(ADA.address,)))
    letters.put_down(other.id)
    (save,) = place.open_actions()
    assert save.not_before_at == place.clock.now() + PAUSE
    letters.put_down("none")


def test_what_is_carried_along_counts_as_well(place: Place) -> None:
    draft = place.desk.letters.begin("forward", item=ITEM)
    large = tuple(replace(one, size_bytes=LARGE_BYTES) for one in draft.carries)
    place.desk.letters.keep(replace(draft, to=(ADA.address,), carries=large))
    assert place.open_actions() == []
    place.desk.letters.put_down(draft.id)
    assert [save.name for save in place.open_actions()] == ["draft"]


def test_a_receipt_names_the_copy_and_the_next_save_aims_at_it(place: Place) -> None:
    draft = _kept(place, "Half")
    place.deliver(draft="d1", draft_version="m2", thread="t1")
    place.clock.move(1)
    kept = place.desk.letters.get(draft.id)
    assert (kept.key, kept.version) == ("d1", "m2")
    place.desk.letters.keep(replace(kept, text="More"))
    place.clock.move(10)
    aimed = place.deliver(draft="d1", draft_version="m3", thread="t1")
    assert (aimed.target.draft, aimed.target.draft_version) == ("d1", "m2")
    assert place.desk.letters.get(draft.id).version == "m3"


def test_a_save_under_way_while_it_is_sent_is_still_what_is_sent(place: Place) -> None:
    """The key of the copy comes after the letter was written to the outbox."""
    draft = _kept(place, "Yes")
    (save,) = place.open_actions()
    now = place.clock.now()
    place.database.own.transact(lambda db: outbox.claim(db, save.id, now))
    letter = place.desk.letters.send(draft.id)
    assert letter.target.draft == ""

    def settle(db: Connection) -> None:
        outbox.settle(db, save.id, Receipt({"draft": "d1", "draft_version": "m2"}), now)
        drafts.delivered(db, save, {"draft": "d1", "draft_version": "m2"}, now)

    place.database.own.transact(settle)
    assert place.deliver(message="m3", thread="t1").target.draft == "d1"


def test_a_letter_stays_recoverable_until_it_has_arrived(place: Place) -> None:
    blob = place.desk.files.attach(ACCOUNT, "terms.txt", b"terms")
    draft = _kept(place, "Yes", html="<div><b>Yes</b></div>", files=(blob,))
    action = place.desk.letters.send(draft.id)
    assert action.arguments.files == (blob.id,)
    assert action.arguments.html.startswith("<div><b>Yes</b></div>")
    assert [one.name for one in place.open_actions()] == ["reply"]  # no save any more
    assert place.desk.letters.drafts() == ()
    place.desk.undo(action.id)
    (back,) = place.desk.letters.drafts()
    assert back == draft
    assert place.desk.letters.left(action.id) == draft
    place.desk.letters.send(draft.id)
    place.deliver(message="m9", thread="t1")
    assert place.desk.letters.drafts() == ()
    with pytest.raises(Unknown):
        place.desk.letters.get(draft.id)


def test_what_was_written_in_one_line_and_taken_back_is_a_draft(place: Place) -> None:
    action = place.desk.do("reply", ITEM, Arguments(text="On it"))
    place.desk.undo(action.id)
    left = place.desk.letters.left(action.id)
    assert left is not None
    assert (left.text, left.to) == ("On it", ("Ada Okafor <ada@northwind.test>",))
    assert place.desk.letters.of(ITEM) == left


def test_a_draft_given_up_goes_here_and_there_and_can_be_taken_back(place: Place) -> None:
    draft = _kept(place, "Half")
    place.deliver(draft="d1", draft_version="m2", thread="t1")
    copy = _copy("m2", "d1", "Half")
    place.pull(copy)
    assert len(place.desk.letters.drafts()) == 1  # ours and the copy are one
    deleting = place.desk.letters.drop(draft.id)
    assert deleting is not None
    target = deleting.target
    assert (deleting.name, target.draft, target.draft_version) == ("delete", "d1", "m2")
    assert place.desk.letters.drafts() == ()
    place.desk.undo(deleting.id)
    place.desk.letters.keep(draft)
    assert [one.text for one in place.desk.letters.drafts()] == ["Half"]


def test_without_a_copy_nothing_is_deleted_at_the_service(place: Place) -> None:
    draft = _kept(place, "Half")
    assert place.desk.letters.drop(draft.id) is None
    assert place.open_actions() == []


def _under_way(place: Place, draft: Draft) -> Action:
    """Let the copy of a draft be on its way to its service, and nothing be heard of it."""
    (save,) = place.open_actions()
    now = place.clock.now()
    why = Failure("answer-lost", remedy="wait")

    def work(db: Connection) -> None:
        outbox.claim(db, save.id, now)
        outbox.put_off(db, save.id, now + timedelta(minutes=1), why)

    place.database.own.transact(work)
    return save


def _take(place: Place, action: Action) -> None:
    """Let the service take an action."""
    now = place.clock.now()

    def work(db: Connection) -> None:
        assert outbox.claim(db, action.id, now)
        assert outbox.due(db, ACCOUNT, now) is None
        outbox.settle(db, action.id, Receipt({"draft": "d1", "draft_version": "m2"}), now)

    place.database.own.transact(work)


def test_a_new_letter_is_sent_once_it_is_known_what_became_of_its_copy(place: Place) -> None:
    begun = place.desk.letters.begin("compose", account=ACCOUNT, to=("bo@x.test",))
    draft = place.desk.letters.keep(replace(begun, text="Hello"))
    save = _under_way(place, draft)
    letter = place.desk.letters.send(draft.id)
    place.clock.move(3600)
    now = place.clock.now()

    def next_one(db: Connection) -> Action | None:
        return outbox.due(db, ACCOUNT, now)

    for wanted in (save, letter):
        due = place.database.read(next_one)
        assert due is not None
        assert due.id == wanted.id
        _take(place, due)


def test_a_draft_can_be_given_up_while_its_thread_is_not_here(place: Place) -> None:
    draft = _kept(place, "Half")
    place.deliver(draft="d1", draft_version="m2", thread="t1")
    place.database.cache.transact(lambda db: leaving.forget_account(db, ACCOUNT))
    deleting = place.desk.letters.drop(draft.id)
    assert deleting is not None
    # As an action on a thread without a key it would be refused, and hold back what comes after.
    assert deleting.item == made_id(ActionId(draft.id))


def test_a_copy_that_was_not_heard_of_goes_too_when_a_draft_is_given_up(place: Place) -> None:
    draft = _kept(place, "Half")
    save = _under_way(place, draft)
    deleting = place.desk.letters.drop(draft.id)
    assert deleting is not None

    def settle(db: Connection) -> Action:
        outbox.claim(db, save.id, place.clock.now())
        drafts.delivered(db, save, {"draft": "d1", "draft_version": "m2"}, place.clock.now())
        return drafts.aimed(db, deleting)

    target = place.database.own.transact(settle).target
    assert (target.draft, target.draft_version) == ("d1", "m2")


# --- written on at the service ---


def _copy(key: str, draft: str, text: str, thread: ServiceKey = THREAD) -> Entry:
    return Entry(
        ServiceKey(key),
        thread,
        MIRA,
        NOW,
        text=Untrusted(text),
        to=(ADA,),
        mine=True,
        draft=True,
        draft_key=draft,
        version=key,
    )


def test_what_was_begun_elsewhere_is_written_on_here(place: Place) -> None:
    place.pull(_copy("m5", "d5", "From the phone"))
    (found,) = place.desk.letters.drafts()
    assert (found.item, found.text, found.to) == (
        ITEM,
        "From the phone",
        ("Ada Okafor <ada@northwind.test>",),
    )
    assert place.desk.letters.of(ITEM) == found
    kept = place.desk.letters.keep(replace(found, text="From the phone, ended here"))
    (save,) = place.open_actions()
    assert save.target.draft == "d5"
    assert [one.id for one in place.desk.letters.drafts()] == [kept.id]
    action = place.desk.letters.send(kept.id)
    assert (action.name, action.target.draft) == ("reply", "d5")
    assert place.desk.letters.drafts() == ()


def test_a_new_letter_begun_elsewhere_has_no_thread_before_it(place: Place) -> None:
    place.pull(_copy("m6", "d6", "Dear Ines", ServiceKey("t6")))
    (found,) = place.desk.letters.drafts()
    assert (found.name, found.item, found.subject) == ("compose", None, "Alone")


def test_the_newer_of_both_stands(place: Place) -> None:
    draft = _kept(place, "Ours")
    place.deliver(draft="d1", draft_version="m2", thread="t1")
    place.pull(_copy("m3", "d1", "Theirs"), gone=("m2",))
    (found,) = place.desk.letters.drafts()
    assert (found.id, found.text) == (draft.id, "Theirs")
    place.clock.move(1)
    place.desk.letters.keep(replace(draft, text="Ours again"))
    assert [one.text for one in place.desk.letters.drafts()] == ["Ours again"]


def test_what_was_deleted_there_goes_here_unless_it_was_changed_since(place: Place) -> None:
    draft = _kept(place, "Half")
    place.deliver(draft="d1", draft_version="m2", thread="t1")
    assert len(place.desk.letters.drafts()) == 1  # no pull has looked yet
    place.pull()
    assert place.desk.letters.drafts() == ()
    place.clock.move(1)
    place.desk.letters.keep(replace(draft, text="But this"))
    assert [one.text for one in place.desk.letters.drafts()] == ["But this"]


def test_what_was_sent_shows_no_copy_until_the_next_pull(place: Place) -> None:
    draft = _kept(place, "Half")
    place.deliver(draft="d1", draft_version="m2", thread="t1")
    place.pull(_copy("m2", "d1", "Half"))
    place.desk.letters.send(draft.id)
    place.clock.move(11)
    place.deliver(message="m7", thread="t1")
    assert place.desk.letters.drafts() == ()


# --- the quick pane's one line ---


def test_a_line_is_kept_without_the_signature_and_nothing_of_nothing(place: Place) -> None:
    letters = place.desk.letters
    letters.note(ITEM, "On it")
    assert letters.words(ITEM) == "On it"
    letters.note(ITEM, "On it, by four")
    assert letters.words(ITEM) == "On it, by four"
    assert len(letters.drafts()) == 1
    letters.note(ITEM, "")
    assert letters.drafts() == ()


def test_words_of_a_letter_left_too_early_go_on_from_what_was_there(place: Place) -> None:
    letters = place.desk.letters
    for piece in ("One, ", "two, ", "three"):
        letters.go_on("reply", ITEM, piece)
    (draft,) = letters.drafts()
    assert draft.text.startswith("One, two, three")
    assert draft.html.startswith("<div>One, </div><div>two, </div><div>three</div>")
    assert draft.html.endswith("<div><b>Northwind</b> Sales</div>")
    assert draft.name == "reply"
