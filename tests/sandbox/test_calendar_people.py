"""What Google Calendar's stand-in tells people by mail, and when they are free."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from loopdesk.sandbox.model import Calendar
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox.test_calendar import (
    CALENDARS,
    EVENTS,
    OFFSITE,
    STANDUP,
    TODAY,
    answers,
    meeting,
    new_event,
    patch,
    timed,
)
from tests.sandbox.tiny import ANN, AUTH, BO, SCOPES, Client, Clock, sign_in, world

TEAM = "team@group.example"
ALL = f"{SCOPES} {AUTH}calendar.freebusy"
BOS = f"{CALENDARS}/{BO}/events"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    made = world(events=[meeting("review"), STANDUP, OFFSITE])
    made.accounts[1].calendars[0].events.extend([meeting("review"), STANDUP])
    entry = {"id": TEAM, "summary": "Team", "accessRole": "writer", "timeZone": "Europe/Zurich"}
    made.accounts[0].calendars = [*made.accounts[0].calendars, Calendar(entry)]
    return sign_in(Sandbox(clock, world=made), scope=ALL)


@pytest.fixture
def bo(ann: Client) -> Client:
    return sign_in(ann.sandbox, BO, scope=ALL)


def arrived(client: Client, address: str) -> list[EmailMessage]:
    """Return the mails that Calendar has written to somebody, newest last."""
    found = []
    for message in client.sandbox.google.account(address).mail.messages.values():
        mail = message_from_bytes(message.raw, policy=default)
        assert isinstance(mail, EmailMessage)
        if "calendar-notification@google.com" in str(mail["From"]):
            found.append(mail)
    return found


def calendar_part(mail: EmailMessage) -> tuple[str, str]:
    """Return the method and the text of what a mail program would put into its calendar."""
    part = mail.get_body(("calendar",)) or next(
        part for part in mail.walk() if part.get_content_type() == "text/calendar"
    )
    return str(part.get_param("method")), str(part.get_content())


def busy(client: Client, *people: str) -> dict[str, Any]:
    asked = {
        "timeMin": f"{TODAY}T00:00:00Z",
        "timeMax": f"{TODAY}T23:00:00Z",
        "items": [{"id": one} for one in people],
    }
    found: dict[str, Any] = client.post("/calendar/v3/freeBusy", asked)["calendars"]
    return found


# --- mails ----------------------------------------------------------------------------------------


def test_who_is_invited_gets_a_mail_that_names_the_meeting(ann: Client, bo: Client) -> None:
    event = new_event("aaaaa1", attendees=[{"email": BO}, {"email": "cy@x.example"}])
    ann.post(EVENTS, event, sendUpdates="all")
    (mail,) = arrived(ann, BO)
    assert (
        mail["Subject"] == f"Invitation: Talk @ Wed 2026-11-25 17:00 - 18:00 (Europe/Zurich) ({BO})"
    )
    assert mail["Reply-To"].addresses[0].addr_spec == ANN
    assert "dkim=pass header.i=@google.com" in mail["Authentication-Results"]
    method, text = calendar_part(mail)
    assert method == "REQUEST"
    assert "UID:aaaaa1@google.com" in text
    assert "DTSTART:20261125T160000Z" in text
    assert f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{BO}" in text
    plain = mail.get_body(("plain",))
    assert plain is not None
    # By the address that the event has in the guest's own calendar.
    assert bo.get(f"{BOS}/aaaaa1")["htmlLink"] in plain.get_content()


def test_nobody_hears_of_what_was_done_silently(ann: Client) -> None:
    ann.post(EVENTS, new_event("aaaaa1", attendees=[{"email": BO}]))
    assert arrived(ann, BO) == []


def test_a_change_and_the_end_are_told_and_who_is_left_out_hears_of_that(
    ann: Client, bo: Client
) -> None:
    patch(bo, "review", {"location": "Hall 3"}, calendar=BO, sendUpdates="all")
    (mail,) = arrived(ann, ANN)
    assert str(mail["Subject"]).startswith("Updated invitation: Review @ ")
    others = [g for g in bo.get(f"{BOS}/review")["attendees"] if g["email"] != ANN]
    patch(bo, "review", {"attendees": others}, calendar=BO, sendUpdates="all")
    assert calendar_part(arrived(ann, ANN)[-1])[0] == "CANCEL"
    bo.send("DELETE", f"{BOS}/standup", params={"sendUpdates": "all"})
    assert str(arrived(ann, ANN)[-1]["Subject"]).startswith("Canceled event: Standup @ ")
    what = [notice["what"] for notice in ann.sandbox.state()["google"]["notices"]]
    assert what == ["updated", "cancelled", "updated", "cancelled"]


def test_the_organizer_hears_what_was_answered_and_by_whom(ann: Client) -> None:
    guests = ann.get(f"{EVENTS}/review")["attendees"]
    guests[0] |= {"responseStatus": "tentative", "comment": "The train"}
    patch(ann, "review", {"attendees": guests}, sendUpdates="all")
    (mail,) = arrived(ann, BO)
    assert str(mail["Subject"]).startswith("Tentatively accepted: Review @ ")
    method, text = calendar_part(mail)
    assert method == "REPLY"
    assert f"ATTENDEE;PARTSTAT=TENTATIVE:mailto:{ANN}" in text
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "The train" in plain.get_content()


# --- free and busy --------------------------------------------------------------------------------


def test_when_somebody_is_busy_is_said_and_nothing_else(ann: Client) -> None:
    patch(ann, "review", {"transparency": "transparent"})
    ann.post(EVENTS, new_event("aaaaa1", summary="Secret"))
    ann.post(
        EVENTS,
        new_event("aaaaa2", start=timed(f"{TODAY}T17:30"), end=timed(f"{TODAY}T18:30")),
    )
    found = busy(ann, ANN, BO)
    assert found[ANN]["busy"] == [
        {"start": "2026-11-25T09:00:00Z", "end": "2026-11-25T09:15:00Z"},
        {"start": "2026-11-25T16:00:00Z", "end": "2026-11-25T17:30:00Z"},
    ]
    assert found[BO]["busy"][-1] == {
        "start": "2026-11-25T13:00:00Z",
        "end": "2026-11-25T14:00:00Z",
    }
    assert "Secret" not in str(found)


def test_who_declined_is_free_and_a_stranger_is_not_told_of(ann: Client, bo: Client) -> None:
    declined = {
        "attendeesOmitted": True,
        "attendees": [{"email": ANN, "responseStatus": "declined"}],
    }
    patch(ann, "review", declined)
    assert busy(ann, ANN)[ANN]["busy"][-1]["end"] == "2026-11-25T09:15:00Z"
    stranger = busy(ann, "cy@x.example")["cy@x.example"]
    assert stranger["errors"] == [{"domain": "global", "reason": "notFound"}]


def test_a_colleague_without_an_account_is_as_busy_as_the_meetings_with_others_say(
    ann: Client,
) -> None:
    dee = "dee@lumen.example"
    guests = [{"email": dee, "responseStatus": "accepted"}]
    ann.post(EVENTS, new_event("aaaaa1", attendees=guests))
    assert len(busy(ann, dee)[dee]["busy"]) == 1


def test_free_and_busy_need_their_own_scope(ann: Client) -> None:
    without = sign_in(ann.sandbox)
    assert without.send("POST", "/calendar/v3/freeBusy", {"items": []}).status == 403
    empty = ann.send("POST", "/calendar/v3/freeBusy", {"items": [{"id": ANN}]})
    assert ann.error(empty) == (400, "timeRangeEmpty")


# --- to another calendar --------------------------------------------------------------------------


def test_an_event_moves_to_another_calendar_which_organizes_it(ann: Client) -> None:
    ann.post(EVENTS, new_event("aaaaa1"))
    moved = ann.post(f"{EVENTS}/aaaaa1/move", destination=TEAM)
    assert moved["organizer"] == {"email": TEAM, "self": True}
    assert ann.get(f"{CALENDARS}/{TEAM}/events/aaaaa1")["status"] == "confirmed"
    assert ann.get(f"{EVENTS}/aaaaa1")["status"] == "cancelled"
    for event, status in (("review", 403), ("standup_20261125T090000Z", 400), ("offsite", 404)):
        wanted = "nowhere" if status == 404 else TEAM
        path = f"{EVENTS}/{event}/move"
        assert ann.send("POST", path, params={"destination": wanted}).status == status
    holidays = {"destination": "holidays@group.example"}
    assert ann.send("POST", f"{EVENTS}/offsite/move", params=holidays).status == 403


def test_colours_are_named(ann: Client) -> None:
    colours = ann.get("/calendar/v3/colors")
    assert colours["event"]["1"]["background"].startswith("#")


def test_answers_stay_with_a_series_whose_words_change(ann: Client, bo: Client) -> None:
    patch(bo, "standup", {"summary": "Stand up"}, calendar=BO, sendUpdates="all")
    assert answers(ann.get(f"{EVENTS}/standup"))[BO] == "accepted"
