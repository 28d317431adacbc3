"""Outlook's calendar: windows, series, answers, and what the others hear."""

from __future__ import annotations

import html
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from loopdesk.sandbox.microsoft.calendar import recurrence, rules
from loopdesk.sandbox.model import Beat, Json, Reply, World
from loopdesk.sandbox.offices import Office
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.story import live
from loopdesk.sandbox.story.cast import HANNE, MIRA_AT_HARBOURLINE
from tests.sandbox import tiny
from tests.sandbox.tiny import BASE, NOW, Clock
from tests.sandbox.tiny_microsoft import (
    ANN,
    BO,
    CLEO,
    EVE,
    IMMUTABLE,
    Client,
    office,
    sandbox,
    sign_in,
)

WINDOW = "startDateTime=2026-11-20T00:00:00Z&endDateTime=2026-12-20T00:00:00Z"
BERLIN = "W. Europe Standard Time"
DAN = "dan@harbour.example"


def at(day: int, hour: str, zone: str = "UTC") -> Json:
    return {"dateTime": f"2026-11-{day}T{hour}:00", "timeZone": zone}


def guest(address: str) -> Json:
    return {"emailAddress": {"address": address, "name": address.partition("@")[0].title()}}


def meeting(**changes: Any) -> Json:
    return {"subject": "Sync", "start": at(26, "10:00"), "end": at(26, "10:30"), **changes}


def weekly(times: int = 3) -> Json:
    return {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["thursday"]},
        "range": {"type": "numbered", "startDate": "2026-11-26", "numberOfOccurrences": times},
    }


def view(client: Client, place: str = "/me") -> list[Any]:
    return list(client.send("GET", address(place)).json()["value"])


def address(place: str = "/me", delta: str = "") -> str:
    return f"{BASE}/microsoft/v1.0{place}/calendarView{delta}?{WINDOW}"


def follow(client: Client, place: str = "/me") -> tuple[list[Any], str]:
    return client.round(address(place, "/delta"), IMMUTABLE)


@pytest.fixture
def served() -> Sandbox:
    return sandbox()


@pytest.fixture
def ann(served: Sandbox) -> Client:
    return sign_in(served)


@pytest.fixture
def cleo(served: Sandbox) -> Client:
    return sign_in(served, CLEO)


def test_a_window_is_listed_and_then_tells_what_changed(ann: Client) -> None:
    first = ann.post("/me/events", meeting(), IMMUTABLE)
    rows, link = follow(ann)
    assert [row["id"] for row in rows] == [first["id"]]
    assert rows[0]["type"] == "singleInstance"
    assert rows[0]["start"] == {"dateTime": "2026-11-26T10:00:00.0000000", "timeZone": "UTC"}
    assert ann.round(link, IMMUTABLE)[0] == []

    second = ann.post("/me/events", meeting(subject="Later"), IMMUTABLE)
    ann.delete(f"/me/events/{first['id']}")
    far = ann.post("/me/events", meeting(start=at(26, "10:00"), end=at(26, "11:00")), IMMUTABLE)
    ann.patch(f"/me/events/{far['id']}", {"start": at(10, "09:00"), "end": at(10, "10:00")})
    rows, link = ann.round(link, IMMUTABLE)
    last = {row["id"]: row for row in rows}
    assert last[second["id"]]["subject"] == "Later"
    assert last[first["id"]] == {"id": first["id"], "@removed": {"reason": "deleted"}}
    assert "@removed" in last[far["id"]]
    assert ann.round(link, IMMUTABLE)[0] == []


def test_pages_of_a_delta_lead_on(ann: Client) -> None:
    made = {ann.post("/me/events", meeting(subject=str(n)))["id"] for n in range(5)}
    small = {"Prefer": "odata.maxpagesize=2"}
    page = ann.send("GET", address("/me", "/delta"), headers=small).json()
    assert len(page["value"]) == 2
    rows, _ = ann.round(page["@odata.nextLink"], small)
    assert {row["id"] for row in [*page["value"], *rows]} == made


def test_a_series_comes_with_bare_occurrences_and_whole_exceptions(ann: Client) -> None:
    series = ann.post("/me/events", meeting(recurrence=weekly()), IMMUTABLE)
    rows, link = follow(ann)
    master, *occurrences = rows
    assert (master["id"], master["type"]) == (series["id"], "seriesMaster")
    assert [row["start"]["dateTime"][:10] for row in occurrences] == [
        *("2026-11-26", "2026-12-03", "2026-12-10"),
    ]
    for row in occurrences:
        assert row.keys() == {"@odata.etag", "id", "type", "start", "end", "seriesMasterId"}
        assert (row["type"], row["seriesMasterId"]) == ("occurrence", series["id"])

    second = occurrences[1]["id"]
    ann.patch(f"/me/events/{second}", {"subject": "Sync, with cake"}, IMMUTABLE)
    ann.delete(f"/me/events/{occurrences[2]['id']}")
    rows, link = ann.round(link, IMMUTABLE)
    last = {row["id"]: row for row in rows}
    assert last[second]["type"] == "exception"
    assert last[second]["subject"] == "Sync, with cake"
    assert last[second]["originalStart"] == "2026-12-03T10:00:00Z"
    assert last[second]["iCalUId"] != series["iCalUId"]
    assert "@removed" in last[occurrences[2]["id"]]

    ann.patch(f"/me/events/{series['id']}", {"recurrence": weekly(1)})
    gone = {row["id"] for row in ann.round(link, IMMUTABLE)[0] if "@removed" in row}
    assert second in gone
    ann.delete(f"/me/events/{series['id']}")
    assert view(ann) == []


def test_occurrences_keep_the_clock_of_their_zone_when_it_changes(ann: Client) -> None:
    rule = weekly(30)
    rule["pattern"]["interval"] = 2
    body = meeting(start=at(26, "10:00", BERLIN), end=at(26, "10:30", BERLIN), recurrence=rule)
    series = ann.post("/me/events", body)
    place = f"{BASE}/microsoft/v1.0/me/events/{series['id']}/instances"
    whole = f"{place}?startDateTime=2027-03-01T00:00:00Z&endDateTime=2027-05-01T00:00:00Z"
    hours = [row["start"]["dateTime"][5:16] for row in ann.send("GET", whole).json()["value"]]
    assert hours == ["03-04T09:00", "03-18T09:00", "04-01T08:00", "04-15T08:00", "04-29T08:00"]


@pytest.mark.parametrize(
    ("pattern", "days"),
    [
        ({"type": "daily", "interval": 3}, ["01-31", "02-03", "02-06"]),
        ({"type": "absoluteMonthly", "dayOfMonth": 31}, ["01-31", "02-28", "03-31"]),
        (
            {"type": "relativeMonthly", "daysOfWeek": ["friday"], "index": "last"},
            ["02-27", "03-27", "04-24"],
        ),
        (
            {"type": "weekly", "interval": 2, "daysOfWeek": ["monday", "saturday"]},
            ["01-31", "02-09", "02-14"],
        ),
        ({"type": "absoluteYearly", "dayOfMonth": 1, "month": 3}, ["03-01", "2027", "2028"]),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_patterns_fall_on_their_days(pattern: Json, days: list[str]) -> None:
    whole = {"pattern": pattern, "range": {"type": "noEnd", "startDate": "2026-01-31"}}
    recurrence.check(whole)
    found = recurrence.days(whole, datetime(2026, 1, 1).date(), datetime(2030, 1, 1).date())  # noqa: DTZ001 - days
    assert all(want in day.isoformat() for want, day in zip(days, found, strict=False))


def test_a_day_is_a_day_wherever_one_looks_from(ann: Client) -> None:
    body = meeting(isAllDay=True, start=at(26, "00:00", BERLIN), end=at(27, "00:00", BERLIN))
    ann.post("/me/events", body)
    tokyo = {"Prefer": 'outlook.timezone="Tokyo Standard Time"'}
    for headers in (None, tokyo):
        (row,) = ann.send("GET", address(), headers=headers).json()["value"]
        assert row["start"]["dateTime"] == "2026-11-26T00:00:00.0000000"
        assert row["end"]["dateTime"] == "2026-11-27T00:00:00.0000000"
    crooked = ann.send("POST", "/me/events", body | {"end": at(26, "23:59", BERLIN)})
    assert ann.error(crooked) == (400, "ErrorPropertyValidationFailure")


def test_times_are_shown_by_the_clock_that_is_asked_for(ann: Client) -> None:
    made = ann.post("/me/events", meeting())
    shown = ann.get(f"/me/events/{made['id']}", {"Prefer": f'outlook.timezone="{BERLIN}"'})
    assert shown["start"] == {"dateTime": "2026-11-26T11:00:00.0000000", "timeZone": BERLIN}
    refused = ann.send("GET", address(), headers={"Prefer": 'outlook.timezone="Mars"'})
    assert ann.error(refused) == (400, "TimeZoneNotSupportedException")


def test_a_repeated_transaction_makes_one_event(served: Sandbox, ann: Client) -> None:
    wish = meeting(transactionId="t-1")
    made = ann.post("/me/events", wish)
    assert ann.post("/me/events", wish)["id"] == made["id"]
    other = ann.send("POST", "/me/events", wish | {"subject": "Other"})
    assert ann.error(other) == (409, "ErrorDuplicateTransactionId")
    served.microsoft.calendar.refuses_repeats = True
    assert ann.send("POST", "/me/events", wish).status == 409
    assert [row["transactionId"] for row in view(ann)] == ["t-1"]
    found = ann.get("/me/events", filter="transactionId eq 't-1'")["value"]
    assert [row["id"] for row in found] == [made["id"]]


def test_an_event_is_found_by_the_mark_that_was_put_on_it(ann: Client) -> None:
    key = "String {00020329-0000-0000-C000-000000000046} Name LoopDeskKey"
    mark = [{"id": key, "value": "abc-1"}]
    made = ann.post("/me/events", meeting(singleValueExtendedProperties=mark))
    assert "singleValueExtendedProperties" not in made
    wanted = f"singleValueExtendedProperties/Any(ep: ep/id eq '{key}' and ep/value eq 'VALUE')"
    for value, found in (("ABC-1", [made["id"]]), ("abc-2", [])):
        rows = ann.get("/me/events", filter=wanted.replace("VALUE", value))["value"]
        assert [row["id"] for row in rows] == found


def test_who_changes_what_was_changed_meanwhile_is_refused(ann: Client) -> None:
    made = ann.post("/me/events", meeting())
    path, old = f"/me/events/{made['id']}", {"If-Match": made["@odata.etag"]}
    changed = ann.patch(path, {"subject": "New"}, old)
    assert changed["@odata.etag"] != made["@odata.etag"]
    assert ann.error(ann.send("PATCH", path, {"subject": "X"}, headers=old))[0] == 412
    assert ann.send("DELETE", path, headers=old).status == 412
    assert ann.get(path)["subject"] == "New"


def test_an_online_meeting_has_a_link(served: Sandbox, ann: Client) -> None:
    wish = meeting(isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")
    made = ann.post("/me/events", wish)
    assert made["onlineMeeting"]["joinUrl"].startswith("https://teams.microsoft.com/l/meetup-join/")
    assert (
        ann.patch(f"/me/events/{made['id']}", {"subject": "X"})["onlineMeeting"]
        == (made["onlineMeeting"])
    )
    private = sign_in(served, EVE).post("/me/events", wish)
    assert (private["isOnlineMeeting"], private["onlineMeeting"]) == (False, None)


def test_an_invitation_reaches_colleagues_and_their_answers_come_back(
    served: Sandbox, ann: Client, cleo: Client
) -> None:
    made = ann.post("/me/events", meeting(attendees=[guest(CLEO), guest(DAN)]), IMMUTABLE)
    assert made["responseStatus"]["response"] == "organizer"
    (copy,) = view(cleo)
    assert (copy["iCalUId"], copy["isOrganizer"]) == (made["iCalUId"], False)
    assert (copy["responseStatus"]["response"], copy["showAs"]) == ("notResponded", "tentative")
    (mail,) = cleo.get("/me/mailFolders/inbox/messages")["value"]
    assert mail["@odata.type"] == "#microsoft.graph.eventMessageRequest"
    assert mail["meetingMessageType"] == "meetingRequest"
    expand = "microsoft.graph.eventMessage/event"
    assert cleo.get(f"/me/messages/{mail['id']}", expand=expand)["event"]["id"] == copy["id"]

    note = {"comment": "With cake", "sendResponse": True}
    assert cleo.send("POST", f"/me/events/{copy['id']}/accept", note).status == 202
    assert view(cleo)[0]["responseStatus"]["response"] == "accepted"
    assert _answers(ann, made) == {CLEO: "accepted", DAN: "none"}
    (answer,) = [m for m in _mails(ann) if "Accepted: Sync" in m["subject"]]
    assert answer["meetingMessageType"] == "meetingAccepted"
    assert "With cake" in answer["bodyPreview"]
    notice = served.state()["microsoft"]["meeting_notices"][-1]
    assert (notice["to"], notice["kind"], notice["comment"]) == (ANN, "accepted", "With cake")


def test_who_declines_has_it_in_the_calendar_no_more(ann: Client, cleo: Client) -> None:
    made = ann.post("/me/events", meeting(attendees=[guest(CLEO)]))
    rows, link = follow(cleo)
    path = f"/me/events/{rows[0]['id']}"
    cleo.post(f"{path}/decline", {"sendResponse": False})
    assert ["@removed" in row for row in cleo.round(link, IMMUTABLE)[0]] == [True]
    assert cleo.error(cleo.send("GET", path)) == (404, "ErrorItemNotFound")
    # Nothing was sent, so nobody knows.
    assert _answers(ann, made) == {CLEO: "none"}


def test_another_time_is_proposed(ann: Client, cleo: Client) -> None:
    made = ann.post("/me/events", meeting(attendees=[guest(CLEO)]))
    path = f"/me/events/{view(cleo)[0]['id']}"
    other = {"start": at(27, "10:00"), "end": at(27, "10:30")}
    for body in ({"sendResponse": False}, {"proposedNewTime": {"start": other["start"]}}):
        wrong = {"proposedNewTime": other, "sendResponse": True, **body}
        assert cleo.send("POST", f"{path}/tentativelyAccept", wrong).status == 400
    cleo.post(f"{path}/tentativelyAccept", {"proposedNewTime": other, "sendResponse": True})
    (attendee,) = ann.get(f"/me/events/{made['id']}")["attendees"]
    assert attendee["status"]["response"] == "tentativelyAccepted"
    assert attendee["proposedNewTime"] == other
    (mail,) = [m for m in _mails(ann) if "Tentative" in m["subject"]]
    assert mail["meetingMessageType"] == "meetingTenativelyAccepted"
    ann.patch(f"/me/events/{made['id']}", {"allowNewTimeProposals": False})
    again = {"proposedNewTime": other, "sendResponse": True}
    assert cleo.send("POST", f"{path}/tentativelyAccept", again).status == 400


def test_a_moved_meeting_is_asked_about_again(ann: Client, cleo: Client) -> None:
    made = ann.post("/me/events", meeting(attendees=[guest(CLEO)]))
    cleo.post(f"/me/events/{view(cleo)[0]['id']}/accept", {})
    ann.patch(f"/me/events/{made['id']}", {"subject": "Sync 2"})
    assert view(cleo)[0]["responseStatus"]["response"] == "accepted"
    ann.patch(f"/me/events/{made['id']}", {"start": at(27, "10:00"), "end": at(27, "10:30")})
    (copy,) = view(cleo)
    assert copy["start"]["dateTime"].startswith("2026-11-27")
    assert copy["responseStatus"]["response"] == "notResponded"
    assert _answers(ann, made) == {CLEO: "none"}


def test_only_the_organizer_cancels_and_only_guests_answer(ann: Client, cleo: Client) -> None:
    made = ann.post("/me/events", meeting(attendees=[guest(CLEO)]))
    copy = view(cleo)[0]["id"]
    assert cleo.send("POST", f"/me/events/{copy}/cancel", {"comment": "no"}).status == 400
    assert ann.send("POST", f"/me/events/{made['id']}/accept", {}).status == 400
    assert ann.send("POST", f"/me/events/{made['id']}/cancel", {"comment": "Ill"}).status == 202
    assert view(ann) == []
    (left,) = view(cleo)
    assert (left["isCancelled"], left["subject"]) == (True, "Canceled: Sync")
    (mail,) = [m for m in _mails(cleo) if m["meetingMessageType"] == "meetingCancelled"]
    assert "Ill" in mail["bodyPreview"]


def test_one_occurrence_is_declined_alone(ann: Client, cleo: Client) -> None:
    ann.post("/me/events", meeting(attendees=[guest(CLEO)], recurrence=weekly()))
    second = view(cleo)[1]["id"]
    cleo.post(f"/me/events/{second}/decline", {})
    assert [row["start"]["dateTime"][:10] for row in view(cleo)] == ["2026-11-26", "2026-12-10"]
    said = [row["attendees"][0]["status"]["response"] for row in view(ann)]
    assert said == ["none", "declined", "none"]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;INTERVAL=2;COUNT=4",
        "FREQ=WEEKLY;BYDAY=MO,TH;INTERVAL=1",
        "FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=3;UNTIL=20271231T235959Z",
        "FREQ=MONTHLY;BYMONTHDAY=31;INTERVAL=1",
        "FREQ=YEARLY;BYMONTHDAY=2;BYMONTH=3;INTERVAL=1",
    ],
)
def test_rules_between_calendars_mean_the_same(text: str) -> None:
    assert rules.written(rules.read(text, NOW)) == text


def test_people_of_the_story_answer_and_invite(served: Sandbox, ann: Client) -> None:
    heard: list[tuple[str, list[str]]] = []
    served.microsoft.calendar.meetings.on_invited = lambda event, guests, now: heard.append(
        (event["id"], list(guests))
    )
    made = ann.post("/me/events", meeting(attendees=[guest(DAN)]))
    assert heard == [(made["iCalUId"], [DAN])]
    reply = Reply(made["iCalUId"], DAN, "tentative", "If the ferry is on time.")
    served.microsoft.happen(Beat(timedelta(), ANN, reply=reply))
    assert _answers(ann, made) == {DAN: "tentativelyAccepted"}
    event = meeting(subject="Coffee", iCalUId="X1", organizer=guest(DAN), attendees=[guest(ANN)])
    served.microsoft.happen(Beat(timedelta(), ANN, event=event))
    assert [row["subject"] for row in view(ann)] == ["Sync", "Coffee"]
    assert {"Tentative: Sync", "Coffee"} <= {mail["subject"] for mail in _mails(ann)}


GOOGLE = "/calendar/v3/calendars/primary/events"


def test_who_has_a_calendar_elsewhere_is_invited_by_mail_and_answers(
    served: Sandbox, ann: Client
) -> None:
    bo = tiny.sign_in(served, BO)
    made = ann.post("/me/events", meeting(attendees=[guest(BO)], recurrence=weekly()))
    (mail,) = served.state()["google"]["messages"]
    assert (mail["account"], mail["subject"]) == (BO, "Sync")
    (event,) = bo.get(GOOGLE)["items"]
    assert (event["iCalUID"], event["organizer"]["email"]) == (made["iCalUId"], ANN)
    (rule,) = event["recurrence"]
    assert {"RRULE:FREQ=WEEKLY", "BYDAY=TH", "COUNT=3"} <= set(rule.split(";"))
    yes = {"attendees": [{"email": BO, "responseStatus": "accepted"}]}
    place = f"{GOOGLE}/{event['id']}"
    assert bo.send("PATCH", place, yes, params={"sendUpdates": "all"}).status == 200
    assert _answers(ann, made) == {BO: "accepted"}
    ann.post(f"/me/events/{made['id']}/cancel", {})
    assert bo.get(GOOGLE)["items"] == []


def test_an_invitation_from_elsewhere_is_in_the_calendar_and_answered(
    served: Sandbox, ann: Client
) -> None:
    bo = tiny.sign_in(served, BO)
    wish = {
        "summary": "Lunch",
        "start": {"dateTime": "2026-11-26T12:00:00Z", "timeZone": "Europe/Zurich"},
        "end": {"dateTime": "2026-11-26T13:00:00Z", "timeZone": "Europe/Zurich"},
        "attendees": [{"email": ANN}],
    }
    event = bo.post(GOOGLE, wish, sendUpdates="all")
    (row,) = view(ann)
    assert (row["subject"], row["iCalUId"]) == ("Lunch", event["iCalUID"])
    assert row["responseStatus"]["response"] == "notResponded"
    (mail,) = [one for one in _mails(ann) if one["subject"].startswith("Invitation: Lunch")]
    assert mail["meetingMessageType"] == "meetingRequest"
    ann.post(f"/me/events/{row['id']}/accept", {"comment": "Hungry"})
    said = bo.get(f"{GOOGLE}/{event['id']}")["attendees"]
    assert {one["email"]: one["responseStatus"] for one in said}[ANN] == "accepted"
    assert bo.send("DELETE", f"{GOOGLE}/{event['id']}", params={"sendUpdates": "all"}).status == 204
    assert [one["isCancelled"] for one in view(ann)] == [True]


def test_a_guest_of_the_story_answers_by_itself() -> None:
    clock = Clock()
    mira = Office(MIRA_AT_HARBOURLINE.address, MIRA_AT_HARBOURLINE.name)
    world = World([], offices=[mira], join=partial(live.join, 1))
    served = Sandbox(clock, world=world, live=True)
    client = sign_in(served, mira.address)
    made = client.post("/me/events", meeting(attendees=[guest(HANNE.address)]))
    clock.forward(seconds=60)
    served.go_on(clock())
    assert _answers(client, made)[HANNE.address] != "none"
    (answer,) = _mails(client)
    assert answer["from"]["emailAddress"]["address"] == HANNE.address


def test_calendars_are_listed_and_looked_into_one_by_one() -> None:
    other = {"id": "team", "name": "Team", "canEdit": False, "events": [meeting(id="e1")]}
    served = sandbox(office(calendars=[{"id": "own", "name": "Calendar"}, other]))
    ann = sign_in(served)
    own, team = ann.get("/me/calendars")["value"]
    assert (own["isDefaultCalendar"], team["name"]) == (True, "Team")
    assert view(ann) == []
    place = f"/me/calendars/{team['id']}"
    (row,) = follow(ann, place)[0]
    assert row["subject"] == "Sync"
    assert ann.send("POST", f"{place}/events", meeting()).status == 403
    assert ann.send("DELETE", f"/me/events/{row['id']}").status == 403


def test_ids_that_stay_differ_from_those_that_may_change(ann: Client) -> None:
    made = ann.post("/me/events", meeting())
    (row,) = ann.send("GET", address(), headers=IMMUTABLE).json()["value"]
    assert row["id"] != made["id"]
    assert ann.get(f"/me/events/{row['id']}")["id"] == made["id"]


def test_who_has_time_is_told_without_what_they_do(ann: Client, cleo: Client) -> None:
    cleo.post("/me/events", meeting())
    ann.post("/me/events", meeting(start=at(26, "12:00"), end=at(26, "13:00")))
    wish = {
        "schedules": [CLEO, DAN, BO],
        "startTime": at(26, "09:00"),
        "endTime": at(26, "12:00"),
        "availabilityViewInterval": 30,
    }
    busy, free, unknown = ann.post("/me/calendar/getSchedule", wish)["value"]
    assert busy["availabilityView"] == "002000"
    assert [item.keys() for item in busy["scheduleItems"]] == [{"status", "start", "end"}]
    assert free["availabilityView"] == "000000"
    assert unknown["error"]["responseCode"] == "5009"


def test_a_window_needs_its_ends_and_a_delta_takes_nothing_else(ann: Client) -> None:
    refused = ann.send("GET", f"{BASE}/microsoft/v1.0/me/calendarView/delta")
    assert ann.error(refused) == (400, "ErrorInvalidParameter")
    assert ann.send("GET", address("/me", "/delta") + "&$select=subject").status == 400


def test_links_that_have_expired_are_refused(served: Sandbox, ann: Client) -> None:
    _, link = follow(ann)
    served.expire_cursors()
    assert ann.error(ann.send("GET", link)) == (410, "SyncStateNotFound")


def test_occurrences_may_leave_without_a_word() -> None:
    rule = {**weekly(), "range": {**weekly()["range"], "type": "noEnd"}}
    events = [meeting(id="s", recurrence=rule)]
    served = sandbox(office(calendars=[{"id": "own", "events": events}]), clock=Clock(NOW))
    ann = sign_in(served)
    rows, link = follow(ann)
    served.microsoft.calendar.books[ANN].calendars[0].silent = True
    ann.delete(f"/me/events/{rows[1]['id']}")
    assert ann.round(link)[0] == []
    assert rows[1]["id"] not in {row["id"] for row in view(ann)}


def test_the_storys_account_crosses_with_what_she_has_elsewhere() -> None:
    served = Sandbox(lambda: NOW)
    mira = sign_in(served, MIRA_AT_HARBOURLINE.address)
    rows = {row.get("subject"): row for row in follow(mira)[0]}
    kinds = {row["type"] for row in rows.values()}
    assert kinds == {"singleInstance", "seriesMaster", "occurrence", "exception"}
    google = {event.get("iCalUID"): event for event in served.state()["google"]["events"]}
    same = google[rows["Halden: training of the dispatchers"]["iCalUId"]]
    assert same["summary"] == "Halden: training of the dispatchers"
    workshop = rows["Workshop: berths and crews"]
    assert workshop["responseStatus"]["response"] == "notResponded"
    shared = {row["name"]: row for row in mira.get("/me/drive/sharedWithMe", top=99)["value"]}
    linked = {html.escape(row["webUrl"]) for row in shared.values()}
    assert any(url in workshop["body"]["content"] for url in linked)
    mole = rows["Mole 2: which berth for the night line"]
    assert mole["onlineMeeting"]["joinUrl"].startswith("https://teams.microsoft.com/")
    review = next(one for one in google.values() if one["summary"] == "Design review")
    starts = datetime.fromisoformat(mole["start"]["dateTime"] + "+00:00")
    assert starts < datetime.fromisoformat(review["end"]["dateTime"])
    texts = str([m["bodyPreview"] for m in mira.get("/me/messages", top=99)["value"]])
    assert shared["Workshop agenda.docx"]["webUrl"][:60] in texts


def _answers(client: Client, event: Json) -> dict[str, str]:
    shown = client.get(f"/me/events/{event['id']}")
    return {
        each["emailAddress"]["address"]: each["status"]["response"] for each in shown["attendees"]
    }


def _mails(client: Client) -> list[Any]:
    return list(client.get("/me/mailFolders/inbox/messages", top=50)["value"])
