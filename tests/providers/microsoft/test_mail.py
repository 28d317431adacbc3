"""Outlook mail as it is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from loopdesk.core.changes import Part
from loopdesk.core.errors import ServiceDown
from loopdesk.core.fold import INBOX
from loopdesk.core.items import MEETING_HEADER, TOLD_HEADER, Entry, Item, Kind, ServiceKey
from loopdesk.core.people import Handle
from loopdesk.providers.microsoft import PROVIDER
from loopdesk.sandbox.model import Mail
from loopdesk.sandbox.offices import Office
from tests.providers.bench import NOW, Bench, Mirror, bench
from tests.providers.google.mailbox import letter
from tests.providers.microsoft import box
from tests.providers.microsoft.week import meeting
from tests.sandbox import tiny_microsoft
from tests.sandbox.tiny_microsoft import ANN, BO, TENANT

_TO = f"Ann Arber <{ANN}>"
_PICTURE = b"\x89PNG picture"


def special() -> list[Mail]:
    """Return one mail of each kind that is more than words."""
    at = NOW - timedelta(hours=1)
    picture = EmailMessage()
    picture["From"], picture["To"], picture["Subject"] = f"Bo <{BO}>", _TO, "Picture"
    picture["Message-ID"] = "<picture@lumen.example>"
    picture.set_content("Look")
    picture.add_alternative('<p>Look <img src="cid:image001.png@01DA"></p>', subtype="html")
    related = picture.get_payload()[1]  # type: ignore[index]
    related.add_related(  # type: ignore[union-attr]
        _PICTURE, "image", "png", cid="<image001.png@01DA>", filename="image001.png",
        disposition="inline",
    )  # fmt: skip
    invitation = EmailMessage()
    invitation["From"], invitation["To"], invitation["Subject"] = f"Bo <{BO}>", _TO, "Come"
    invitation["Message-ID"] = "<asked@lumen.example>"
    invitation.set_content("Please come")
    calendar = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:asked@elsewhere.example\r\n"
        "DTSTART:20261126T090000Z\r\nDTEND:20261126T093000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    invitation.add_alternative(calendar, subtype="calendar", params={"method": "REQUEST"})
    listed = letter(
        "News", at=at, to=_TO, sender="News <news@list.example>",
        List_Unsubscribe="<https://list.example/leave>, <mailto:leave@list.example>",
        List_Unsubscribe_Post="List-Unsubscribe=One-Click",
        Authentication_Results="spf=pass smtp.mailfrom=list.example; dkim=pass"
        " header.d=list.example; dmarc=pass header.from=list.example",
    )  # fmt: skip
    inbox = frozenset({"INBOX", "UNREAD"})
    return [
        Mail(picture.as_bytes(), at, inbox),
        Mail(invitation.as_bytes(), at, inbox),
        Mail(listed, at, inbox | {"Clients", "STARRED"}),
    ]


@pytest.fixture
def microsoft(tmp_path: Path) -> Iterator[Bench]:
    office = Office(
        ANN, "Ann Arber", tenant=TENANT, mails=[*box.mails(), *special()], folders=box.FOLDERS,
        categories=box.CATEGORIES,
        calendars=[
            {
                "id": "main",
                "name": "Calendar",
                "events": [
                    meeting("asked", NOW + timedelta(days=1), iCalUId="asked@elsewhere.example")
                ],
            }
        ],
    )  # fmt: skip
    world = tiny_microsoft.world(office)
    with bench(PROVIDER, world, tmp_path, sockets=False, features=("mail", "calendar")) as found:
        found.clock.runs = True
        yield found


@pytest.fixture
def mirror(microsoft: Bench) -> Mirror:
    found = Mirror(microsoft)
    found.pull()
    return found


def titled(mirror: Mirror, title: str) -> tuple[Item, list[Entry]]:
    item = next(each for each in mirror.items.values() if each.title == title)
    return item, mirror.of(item.key)


def asked(microsoft: Bench) -> list[str]:
    """Return the requests since the last call: their methods and the ends of their paths."""
    sent = [
        f"{request.method} {str(request.url).partition('?')[0].rpartition('/v1.0/')[2]}"
        for request, _, _ in microsoft.wire.passed
    ]
    microsoft.wire.passed.clear()
    return sent


def pull_mail(mirror: Mirror) -> None:
    for key in [key for key in mirror.streams if key.startswith("mail:")]:
        while mirror.step(mirror.streams[key]).more:
            pass


def test_the_newest_of_the_inbox_come_first_then_what_was_sent(microsoft: Bench) -> None:
    mirror = Mirror(microsoft)
    mirror.streams = {
        each.key: each for each in microsoft.adapter.streams() if each.feature == "mail"
    }
    order: list[str] = []
    done: set[str] = set()
    while waiting := [each for each in mirror.streams.values() if each.key not in done]:
        stream = min(waiting, key=lambda each: each.rank)
        page = mirror.step(stream)
        order += [f"{stream.key} {item.title}" for item in page.items]
        if not page.more:
            done.add(stream.key)
    newest = [each for each in order[:50] if each.startswith("mail:inbox")]
    assert len(newest) == 50
    assert "mail:inbox Old but here" not in newest
    assert order[50].startswith("mail:sentitems")
    assert order.index("mail:sentitems Offer 5") < order.index("mail:inbox Old but here")
    assert order.index("mail:inbox Old but here") < order.index("mail:archive Filed 0")


def test_nothing_changed_costs_one_request_a_folder(microsoft: Bench, mirror: Mirror) -> None:
    asked(microsoft)
    pull_mail(mirror)
    assert sorted(asked(microsoft)) == [
        "GET me/mailFolders/archive/messages/delta",
        "GET me/mailFolders/delta",
        "GET me/mailFolders/drafts/messages/delta",
        "GET me/mailFolders/inbox/messages/delta",
        "GET me/mailFolders/sentitems/messages/delta",
    ]


def test_one_changed_costs_one_more(microsoft: Bench, mirror: Mirror) -> None:
    item, _ = titled(mirror, "Question 7")
    message = box.held(microsoft, "Question 7")
    message.is_read = True
    box.box(microsoft).changed(message, microsoft.clock.now())
    asked(microsoft)
    while mirror.step(mirror.streams["mail:inbox"]).more:
        pass
    assert asked(microsoft) == ["GET me/mailFolders/inbox/messages/delta", "POST $batch"]
    assert not mirror.items[item.key].unread


def test_a_thread_holds_all_of_its_conversation(mirror: Mirror) -> None:
    item, entries = titled(mirror, "Question 3")
    assert [(each.author.name, each.mine, each.text) for each in entries] == [
        ("Bo Berg", False, "Hello 3"),
        ("Ann Arber", True, "Fine"),
    ]
    assert item.places == {"INBOX", "SENT"}
    assert item.people == (Handle("Bo Berg", BO),)
    assert item.in_pane
    assert item.snippet == "Fine"
    assert entries[0].html is not None
    assert entries[0].header("message-id") == "<question-3@lumen.example>"
    assert entries[1].header("in-reply-to") == "<question-3@lumen.example>"


def test_what_was_written_as_text_is_text(mirror: Mirror) -> None:
    _, (entry,) = titled(mirror, "Question 10")
    assert (entry.text, entry.html) == ("Hello", None)


def test_moved_away_it_is_in_its_new_place(microsoft: Bench, mirror: Mirror) -> None:
    item, _ = titled(mirror, "Question 8")
    message = box.held(microsoft, "Question 8")
    quay = box.box(microsoft).folder(
        next(f.id for f in box.box(microsoft).folders.values() if f.name == "Quay")
    )
    box.box(microsoft).move(message, quay, microsoft.clock.now())
    pull_mail(mirror)
    moved = mirror.items[item.key]
    assert (list(moved.places), moved.in_pane) == ([quay.id], False)
    # Away and back shows as nothing but a loss.
    inbox = box.box(microsoft).folder("inbox")
    for folder in (inbox, quay, inbox):
        box.box(microsoft).move(message, folder, microsoft.clock.now())
    pull_mail(mirror)
    assert mirror.items[item.key].places == {"INBOX"}


def test_deleted_for_good_it_is_gone(microsoft: Bench, mirror: Mirror) -> None:
    item, _ = titled(mirror, "Question 9")
    box.box(microsoft).remove(box.held(microsoft, "Question 9"))
    pull_mail(mirror)
    assert item.key not in mirror.held
    assert mirror.of(item.key) == []


def test_one_of_a_thread_deleted_for_good(microsoft: Bench, mirror: Mirror) -> None:
    item, _ = titled(mirror, "Question 3")
    box.box(microsoft).remove(box.held(microsoft, "Question 3"))
    pull_mail(mirror)
    assert [each.text for each in mirror.of(item.key)] == ["Fine"]
    assert not mirror.items[item.key].in_pane
    # After a restart nobody knows where the other was, and it goes all the same.
    microsoft.restart()
    box.box(microsoft).remove(box.held(microsoft, "Re: Question 3"))
    pull_mail(mirror)
    assert item.key not in mirror.held


def test_a_picture_in_the_text_is_no_attachment_of_its_own(
    microsoft: Bench, mirror: Mirror
) -> None:
    item, (entry,) = titled(mirror, "Picture")
    (picture,) = entry.attachments
    assert (picture.cid, picture.inline, picture.type) == ("image001.png@01DA", True, "image/png")
    part = Part(Kind.MESSAGE, ServiceKey(item.key), entry.key, picture.part)
    assert microsoft.adapter.fetch(part, 0).data == _PICTURE


def test_an_invitation_says_which_meeting_it_is_about(mirror: Mirror) -> None:
    _, (entry,) = titled(mirror, "Come")
    assert entry.header(MEETING_HEADER) == "asked@elsewhere.example"
    assert entry.header(TOLD_HEADER)
    assert [each.meeting.ical_uid for each in mirror.items.values() if each.meeting] == [
        "asked@elsewhere.example"
    ]


def test_a_list_can_be_left_and_its_sender_is_vouched_for(mirror: Mirror) -> None:
    item, (entry,) = titled(mirror, "News")
    assert "unsubscribe" in item.actions
    assert entry.header("list-unsubscribe-post") == "List-Unsubscribe=One-Click"
    results = entry.header("authentication-results")
    assert results.partition(";")[0] in PROVIDER.receivers
    assert (item.starred, sorted(item.places)) == (True, ["Clients", "INBOX"])
    assert {"unlabel", "unstar"} <= set(item.actions)


def test_folders_and_categories_are_places(mirror: Mirror) -> None:
    places = {each.key: each for page in mirror.pages for each in page.places}
    kinds = {(each.name, each.kind) for each in places.values()}
    assert {("Harbour", "mail-folder"), ("Quay", "mail-folder"), ("Inbox", "mailbox")} <= kinds
    assert (places["Clients"].kind, places["Clients"].colour) == ("category", "#9db7e8")
    quay = next(each for each in places.values() if each.name == "Quay")
    assert places[quay.parent].name == "Harbour"
    offered = mirror.offered[f"mail:{quay.key}"]
    assert (offered.chosen, offered.place_kind, offered.place) == (False, quay.kind, quay.key)
    assert (quay.kind, quay.chosen) == ("mail-folder", False)


def test_where_a_folder_is_could_not_be_asked_no_mail_is_said_to_be_nowhere(
    microsoft: Bench, mirror: Mirror
) -> None:
    microsoft.restart()
    message = box.held(microsoft, "Question 7")
    message.is_read = True
    box.box(microsoft).changed(message, microsoft.clock.now())
    microsoft.sandbox.set_faults("503@/mailFolders/inbox?*1")
    with pytest.raises(ServiceDown):
        mirror.step(mirror.streams["mail:inbox"])
    mirror.step(mirror.streams["mail:inbox"])
    assert INBOX in titled(mirror, "Question 7")[0].places


def test_a_folder_is_read_where_the_person_wants_it(mirror: Mirror) -> None:
    stream = next(
        each for each in mirror.offered.values() if each.place and not each.chosen
        and any(p.name == "Quay" and p.key == each.place for g in mirror.pages for p in g.places)
    )  # fmt: skip
    while mirror.step(stream).more:
        pass
    assert titled(mirror, "Elsewhere")[0].places == {stream.place}


def test_one_writes_from_ones_own_address(mirror: Mirror) -> None:
    page = next(each for each in mirror.pages if each.identities)
    assert page.identities is not None
    assert [each.who for each in page.identities] == [Handle("Ann Arber", ANN)]
    assert Handle("Ann Arber", ANN) in page.me


def test_a_text_is_fetched_by_itself(microsoft: Bench, mirror: Mirror) -> None:
    item, (entry,) = titled(mirror, "Question 12")
    chunk = microsoft.adapter.fetch(Part(Kind.MESSAGE, ServiceKey(item.key), entry.key), 0)
    assert chunk.data.decode().strip() == "Hello 12"


def test_what_cannot_be_searched_for_there_is_not_asked(microsoft: Bench) -> None:
    asked(microsoft)
    assert microsoft.adapter.search("is:snoozed", None).items == ()
    assert not [each for each in asked(microsoft) if each == "GET me/messages"]
