"""Google Calendar's stand-in."""

from __future__ import annotations

from typing import Any

import pytest

from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Response
from tests.sandbox.tiny import ANN, AUTH, BO, Client, Clock, sign_in, world

Json = dict[str, Any]
CALENDARS = "/calendar/v3/calendars"
EVENTS = f"{CALENDARS}/{ANN}/events"
ZURICH = "Europe/Zurich"
WINDOW = {"timeMin": "2026-11-25T00:00:00Z", "timeMax": "2026-11-29T00:00:00Z"}
TODAY = "2026-11-25"


def timed(at: str, zone: str = ZURICH) -> Json:
    return {"dateTime": f"{at}:00+01:00", "timeZone": zone}


def meeting(event_id: str, organizer: str = BO, **more: Any) -> Json:
    return {
        "id": event_id,
        "status": "confirmed",
        "summary": event_id.title(),
        "start": timed(f"{TODAY}T14:00"),
        "end": timed(f"{TODAY}T15:00"),
        "organizer": {"email": organizer},
        "attendees": [
            {"email": ANN, "responseStatus": "needsAction"},
            {"email": BO, "responseStatus": "accepted", "comment": "Hall 2"},
            {"email": "cy@x.example", "responseStatus": "tentative"},
        ],
        **more,
    }


STANDUP = meeting(
    "standup",
    start=timed("2026-11-23T10:00"),
    end=timed("2026-11-23T10:15"),
    recurrence=[
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "EXDATE;TZID=Europe/Zurich:20261126T100000",
    ],
)
OFFSITE = {
    "id": "offsite",
    "status": "confirmed",
    "summary": "Offsite",
    "start": {"date": "2026-11-27"},
    "end": {"date": "2026-11-29"},
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ann(clock: Clock) -> Client:
    made = world(events=[meeting("review"), STANDUP, OFFSITE])
    # Bo has what Bo has called.
    made.accounts[1].calendars[0].events.extend([meeting("review"), STANDUP])
    return sign_in(Sandbox(clock, world=made))


@pytest.fixture
def bo(ann: Client) -> Client:
    return sign_in(ann.sandbox, BO)


def listed(client: Client, calendar: str = ANN, **params: object) -> tuple[list[Json], str]:
    answer = client.get(f"{CALENDARS}/{calendar}/events", singleEvents="true", **params)
    return answer["items"], answer.get("nextSyncToken", "")


def patch(
    client: Client, event_id: str, body: Json, *, etag: str = "", calendar: str = ANN, **params: str
) -> Response:
    headers = {"If-Match": etag} if etag else {}
    path = f"{CALENDARS}/{calendar}/events/{event_id}"
    return client.send("PATCH", path, body, headers=headers, params=dict(params))


def answers(event: Json) -> dict[str, str]:
    return {guest["email"]: guest["responseStatus"] for guest in event["attendees"]}


def new_event(event_id: str = "", **more: Any) -> Json:
    return {
        **({"id": event_id} if event_id else {}),
        "summary": "Talk",
        "start": {"dateTime": f"{TODAY}T17:00:00", "timeZone": ZURICH},
        "end": {"dateTime": f"{TODAY}T18:00:00", "timeZone": ZURICH},
        **more,
    }


def test_calendars_are_listed_in_pages_with_their_roles(ann: Client) -> None:
    first = ann.get("/calendar/v3/users/me/calendarList", maxResults=1)
    second = ann.get(
        "/calendar/v3/users/me/calendarList", maxResults=1, pageToken=first["nextPageToken"]
    )
    assert [c["accessRole"] for c in first["items"] + second["items"]] == ["owner", "reader"]
    token = second["nextSyncToken"]
    assert ann.get("/calendar/v3/users/me/calendarList", syncToken=token)["items"] == []
    ann.sandbox.expire_cursors()
    old = ann.send("GET", "/calendar/v3/users/me/calendarList", params={"syncToken": token})
    assert ann.error(old) == (410, "fullSyncRequired")
    assert ann.send("GET", f"{CALENDARS}/other@x.example/events").status == 404
    ann.get(f"{CALENDARS}/primary/events")


def test_series_are_unrolled_within_the_window(ann: Client) -> None:
    events, _ = listed(ann, **WINDOW)
    starts = {e["id"]: e["start"].get("dateTime") or e["start"]["date"] for e in events}
    assert starts == {
        "offsite": "2026-11-27",
        "review": "2026-11-25T14:00:00+01:00",
        "standup_20261125T090000Z": "2026-11-25T10:00:00+01:00",
        "standup_20261127T090000Z": "2026-11-27T10:00:00+01:00",
    }
    one = next(e for e in events if e["id"] == "standup_20261127T090000Z")
    assert one["recurringEventId"] == "standup"
    assert one["originalStartTime"] == one["start"]
    assert "recurrence" not in one
    assert [g.get("self", False) for g in one["attendees"]] == [True, False, False]
    assert [g.get("organizer", False) for g in one["attendees"]] == [False, True, False]
    # A later offset: the series stays at ten o'clock, wherever summer begins.
    summer, _ = listed(ann, timeMin="2027-04-05T00:00:00Z", timeMax="2027-04-06T00:00:00Z")
    assert [e["start"]["dateTime"] for e in summer] == ["2027-04-05T10:00:00+02:00"]
    assert summer[0]["id"] == "standup_20270405T080000Z"
    masters = ann.get(EVENTS, **WINDOW)["items"]
    assert {e["id"] for e in masters} == {"offsite", "review", "standup"}
    assert [e["id"] for e in ann.get(EVENTS, timeMin=WINDOW["timeMax"])["items"]] == ["standup"]


def test_order_pages_and_words(ann: Client) -> None:
    events, token = listed(ann, orderBy="startTime", **WINDOW)
    assert [e["id"].partition("_")[0] for e in events] == [
        "standup",
        "review",
        "offsite",
        "standup",
    ]
    assert token == ""
    seen: list[str] = []
    page: Json = {"nextPageToken": ""}
    while "nextPageToken" in page:
        assert "nextSyncToken" not in page
        page = ann.get(
            EVENTS,
            singleEvents="true",
            maxResults=1,
            orderBy="startTime",
            **WINDOW,
            **({"pageToken": page["nextPageToken"]} if page["nextPageToken"] else {}),
        )
        seen += [e["id"] for e in page["items"]]
    assert seen == [e["id"] for e in events]
    found, token = listed(ann, q="offsite", **WINDOW)
    assert [e["id"] for e in found] == ["offsite"]
    assert token == ""
    narrow, _ = listed(ann, maxAttendees=1, q="review")
    assert narrow[0]["attendeesOmitted"] is True
    assert [g["email"] for g in narrow[0]["attendees"]] == [ANN]


@pytest.mark.parametrize(
    "params",
    [
        {"timeMin": "2026-11-25"},
        {"timeMin": "2026-11-25T00:00:00"},
        {"timeMin": "2026-11-29T00:00:00Z", "timeMax": "2026-11-25T00:00:00Z"},
        {"singleEvents": "false", "orderBy": "startTime"},
        {"orderBy": "title"},
        {"maxResults": "-1"},
        {"pageToken": "x"},
        {"syncToken": "!"},
        {"when": "now"},
    ],
)
def test_a_list_that_makes_no_sense_is_refused(ann: Client, params: dict[str, object]) -> None:
    given = {"singleEvents": "true", **params}
    assert ann.send("GET", EVENTS, params=given).status == 400


def test_a_sync_token_brings_what_changed_and_nothing_else(ann: Client, bo: Client) -> None:
    _, token = listed(ann, **WINDOW)
    assert listed(ann, syncToken=token)[0] == []
    patch(bo, "review", {"summary": "Design review"}, calendar=BO)
    ann.send("DELETE", f"{EVENTS}/offsite")
    patch(ann, "standup_20261127T090000Z", {"summary": "Longer"}, calendar=ANN)
    changed, after = listed(ann, syncToken=token)
    assert {e["id"]: e["status"] for e in changed} == {
        "review": "confirmed",
        "offsite": "cancelled",
    }
    assert listed(ann, syncToken=after)[0] == []
    for name, value in {**WINDOW, "q": "x", "orderBy": "updated", "iCalUID": "x"}.items():
        wrong = {"singleEvents": "true", "syncToken": token, name: value}
        assert ann.send("GET", EVENTS, params=wrong).status == 400
    for more in ({"singleEvents": "false"}, {"singleEvents": "true", "showDeleted": "false"}):
        assert ann.send("GET", EVENTS, params={"syncToken": token, **more}).status == 400
    ann.sandbox.expire_cursors()
    old = ann.send("GET", EVENTS, params={"singleEvents": "true", "syncToken": after})
    assert ann.error(old) == (410, "fullSyncRequired")


def test_moving_a_series_takes_its_old_occurrences_away(ann: Client, bo: Client) -> None:
    _, token = listed(ann, **WINDOW)
    moved = {"start": timed("2026-11-23T11:00"), "end": timed("2026-11-23T11:15")}
    assert patch(bo, "standup", moved, calendar=BO).json()["sequence"] == 1
    changed, token = listed(ann, syncToken=token)
    near = {e["id"]: e["status"] for e in changed if "20261125" in e["id"]}
    assert near == {
        "standup_20261125T090000Z": "cancelled",
        "standup_20261125T100000Z": "confirmed",
    }
    bo.send("DELETE", f"{CALENDARS}/{BO}/events/standup")
    changed, _ = listed(ann, syncToken=token)
    assert {e["status"] for e in changed} == {"cancelled"}
    assert {e["recurringEventId"] for e in changed} == {"standup"}
    assert [e["id"] for e in listed(ann, **WINDOW)[0]] == ["offsite", "review"]


def test_one_occurrence_is_answered_changed_and_cancelled_alone(ann: Client, bo: Client) -> None:
    one, other = "standup_20261125T090000Z", "standup_20261127T090000Z"
    body = {"attendeesOmitted": True, "attendees": [{"email": ANN, "responseStatus": "declined"}]}
    assert answers(patch(ann, one, body).json())[ANN] == "declined"
    assert answers(ann.get(f"{EVENTS}/{other}"))[ANN] == "needsAction"
    assert answers(bo.get(f"{CALENDARS}/{BO}/events/{one}"))[ANN] == "declined"
    later = {"start": timed("2026-11-27T16:00"), "end": timed("2026-11-27T16:30")}
    assert patch(bo, other, later, calendar=BO).status == 200
    seen = ann.get(f"{EVENTS}/{other}")
    assert seen["start"]["dateTime"] == "2026-11-27T16:00:00+01:00"
    assert seen["originalStartTime"]["dateTime"] == "2026-11-27T10:00:00+01:00"
    bo.send("DELETE", f"{CALENDARS}/{BO}/events/{one}")
    days = ann.get(f"{EVENTS}/standup/instances", **WINDOW)["items"]
    assert [e["id"] for e in days] == [other]
    every = ann.get(f"{EVENTS}/standup/instances", showDeleted="true", **WINDOW)["items"]
    assert [e["status"] for e in every] == ["cancelled", "confirmed"]
    assert ann.send("GET", f"{EVENTS}/standup_20261126T090000Z").status == 404
    assert ann.send("GET", f"{EVENTS}/standup_nonsense").status == 404


def test_an_answer_with_omitted_guests_changes_the_status_and_drops_the_note(
    ann: Client, bo: Client
) -> None:
    mine = {"email": ANN, "responseStatus": "accepted", "comment": "Gladly"}
    body = {"attendeesOmitted": True, "attendees": [mine]}
    event = patch(ann, "review", body, sendUpdates="all").json()
    assert answers(event) == {ANN: "accepted", BO: "accepted", "cy@x.example": "tentative"}
    assert [g.get("comment") for g in event["attendees"]] == [None, "Hall 2", None]
    assert answers(bo.get(f"{CALENDARS}/{BO}/events/review"))[ANN] == "accepted"
    notice = ann.sandbox.state()["google"]["notices"][0]
    assert (notice["what"], notice["to"]) == ("answered", [BO])


def test_an_answer_with_all_guests_takes_the_note_too(ann: Client, bo: Client) -> None:
    guests = ann.get(f"{EVENTS}/review")["attendees"]
    guests[0] |= {"responseStatus": "tentative", "comment": "Maybe late"}
    patch(ann, "review", {"attendees": guests})
    heard = bo.get(f"{CALENDARS}/{BO}/events/review")["attendees"][0]
    assert (heard["responseStatus"], heard["comment"]) == ("tentative", "Maybe late")
    texts = str(ann.sandbox.state())
    assert texts.count("Maybe late") == 1


def test_a_list_of_guests_replaces_the_one_before_and_resets_answers(ann: Client) -> None:
    event = patch(ann, "review", {"attendees": [{"email": BO}]}).json()
    assert answers(event) == {BO: "needsAction"}
    for wrong in ([{"responseStatus": "accepted"}], [{"email": BO, "responseStatus": "yes"}], "x"):
        assert patch(ann, "review", {"attendees": wrong}).status == 400


def test_only_the_organizer_changes_what_is_shared(ann: Client, bo: Client) -> None:
    refused = patch(ann, "review", {"summary": "Mine now"})
    assert ann.error(refused) == (403, "forbiddenForNonOrganizer")
    assert patch(ann, "review", {"colorId": "3", "summary": "Review"}).status == 200
    patch(bo, "review", {"guestsCanModify": True}, calendar=BO)
    assert patch(ann, "review", {"summary": "Ours"}).status == 200
    holidays = f"{CALENDARS}/holidays@group.example/events"
    refused = ann.send("POST", holidays, new_event())
    assert ann.error(refused) == (403, "requiredAccessLevel")


def test_an_entity_tag_that_is_not_the_newest_stops_the_change(ann: Client) -> None:
    shown = ann.send("GET", f"{EVENTS}/offsite")
    tag = shown.headers["ETag"]
    assert shown.json()["etag"] == tag
    assert ann.send("GET", f"{EVENTS}/offsite", headers={"If-None-Match": tag}).status == 304
    assert patch(ann, "offsite", {"location": "Bern"}, etag=tag).status == 200
    stale = patch(ann, "offsite", {"location": "Rome"}, etag=tag)
    assert ann.error(stale) == (412, "conditionNotMet")
    stale = ann.send("DELETE", f"{EVENTS}/offsite", headers={"If-Match": tag})
    assert stale.status == 412
    assert ann.get(f"{EVENTS}/offsite")["location"] == "Bern"
    assert patch(ann, "offsite", {"location": None}, etag="*").status == 200
    assert "location" not in ann.get(f"{EVENTS}/offsite")


def test_an_event_is_made_once_under_its_own_id(ann: Client, bo: Client) -> None:
    made = ann.post(EVENTS, new_event("abcde12345", attendees=[{"email": BO}]), sendUpdates="all")
    assert made["start"]["dateTime"] == f"{TODAY}T17:00:00+01:00"
    assert made["organizer"] == {"email": ANN, "self": True}
    again = ann.send("POST", EVENTS, new_event("abcde12345"))
    assert ann.error(again) == (409, "duplicate")
    assert answers(bo.get(f"{CALENDARS}/primary/events/abcde12345")) == {BO: "needsAction"}
    assert ann.send("DELETE", f"{EVENTS}/abcde12345").status == 204
    gone = ann.send("DELETE", f"{EVENTS}/abcde12345")
    assert ann.error(gone) == (410, "deleted")
    assert ann.get(f"{EVENTS}/abcde12345")["status"] == "cancelled"
    assert bo.get(f"{CALENDARS}/primary/events/abcde12345")["status"] == "cancelled"
    assert ann.send("POST", EVENTS, new_event("abcde12345")).status == 409
    assert patch(ann, "abcde12345", {"summary": "x"}).status == 410
    assert patch(ann, "abcde12345", {"status": "confirmed"}).status == 200
    assert len(ann.post(EVENTS, new_event())["id"]) == 26
    for wrong in ("xyz", "abc", "ABCDE12345"):
        assert ann.send("POST", EVENTS, new_event(wrong)).status == 400


@pytest.mark.parametrize(
    "change",
    [
        {"start": None},
        {"start": {"date": TODAY}},
        {"start": {"dateTime": f"{TODAY}T17:00:00"}},
        {"start": {"dateTime": "tomorrow", "timeZone": ZURICH}},
        {"start": {"dateTime": f"{TODAY}T17:00:00", "timeZone": "Mars/Base"}},
        {"start": {"dateTime": f"{TODAY}T19:00:00", "timeZone": ZURICH}},
        {"recurrence": ["RRULE:FREQ=SOMETIMES"]},
        {"recurrence": ["every day"]},
        {
            "recurrence": ["RRULE:FREQ=DAILY"],
            "start": {"dateTime": f"{TODAY}T17:00:00Z"},
            "end": {"dateTime": f"{TODAY}T18:00:00Z"},
        },
    ],
)
def test_times_that_make_no_sense_are_refused(ann: Client, change: Json) -> None:
    assert ann.send("POST", EVENTS, new_event(**change)).status == 400


def test_an_odd_event_can_be_answered_and_a_wrong_parameter_changes_nothing(clock: Clock) -> None:
    odd = meeting("odd", start=timed(f"{TODAY}T15:00"), end=timed(f"{TODAY}T14:00"))
    client = sign_in(Sandbox(clock, world=world(events=[odd])))
    body = {"attendeesOmitted": True, "attendees": [{"email": ANN, "responseStatus": "accepted"}]}
    assert patch(client, "odd", body, sendUpdates="maybe").status == 400
    assert answers(client.get(f"{EVENTS}/odd"))[ANN] == "needsAction"
    answered = patch(client, "odd", body)
    assert (answers(answered.json())[ANN], answered.json()["sequence"]) == ("accepted", 0)


def test_a_guest_who_takes_the_event_away_has_declined(ann: Client, bo: Client) -> None:
    assert ann.send("DELETE", f"{EVENTS}/review").status == 204
    kept = bo.get(f"{CALENDARS}/{BO}/events/review")
    assert kept["status"] == "confirmed"
    assert answers(kept)[ANN] == "declined"


def test_a_conference_is_made_when_announced_and_is_there_a_moment_later(
    ann: Client, bo: Client, clock: Clock
) -> None:
    wish = {"createRequest": {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
    event = new_event("aaaaa1", conferenceData=wish, attendees=[{"email": BO}])
    made = ann.post(EVENTS, event, conferenceDataVersion=1)
    assert made["conferenceData"]["createRequest"]["status"] == {"statusCode": "pending"}
    _, token = listed(ann, **WINDOW)
    assert "hangoutLink" not in ann.get(f"{EVENTS}/aaaaa1")
    clock.forward(seconds=3)
    (ready,) = listed(ann, syncToken=token)[0]
    assert ready["conferenceData"]["createRequest"]["status"] == {"statusCode": "success"}
    assert bo.get(f"{CALENDARS}/{BO}/events/aaaaa1")["hangoutLink"] == ready["hangoutLink"]
    link = ready["conferenceData"]["entryPoints"][0]["uri"]
    assert link == ready["hangoutLink"]
    patch(ann, "aaaaa1", {"conferenceData": wish}, conferenceDataVersion="1")
    patch(ann, "aaaaa1", {"conferenceData": None})
    assert ann.get(f"{EVENTS}/aaaaa1")["hangoutLink"] == link
    assert "conferenceData" not in ann.post(EVENTS, new_event("aaaaa2", conferenceData=wish))


def test_an_update_replaces_the_whole_event(ann: Client) -> None:
    ann.post(EVENTS, new_event("aaaaa1", location="Bern", description="x"))
    put = ann.send("PUT", f"{EVENTS}/aaaaa1", new_event(summary="Only this")).json()
    assert put["summary"] == "Only this"
    assert "location" not in put
    assert put["id"] == "aaaaa1"


def test_a_scope_opens_only_what_it_names(clock: Clock) -> None:
    sandbox = Sandbox(clock, world=world(events=[OFFSITE]))
    reader = sign_in(sandbox, scope=f"{AUTH}calendar.events.readonly")
    assert reader.get(f"{EVENTS}/offsite")["summary"] == "Offsite"
    assert reader.send("DELETE", f"{EVENTS}/offsite").status == 403
    assert reader.send("GET", "/calendar/v3/users/me/calendarList").status == 403


def test_rules_that_cannot_be_read_leave_a_single_event(clock: Clock) -> None:
    odd = [
        meeting("one", recurrence=["RRULE:FREQ=NEVER"]),
        meeting("two", recurrence=["RRULE:FREQ=DAILY;UNTIL=20261126", "RDATE:soon"]),
        meeting(
            "three",
            start=timed(f"{TODAY}T09:00", "Mars/Base"),
            recurrence=["RRULE:FREQ=DAILY;COUNT=2"],
        ),
        {
            **OFFSITE,
            "id": "four",
            "recurrence": ["RRULE:FREQ=DAILY;UNTIL=20261128T000000Z", "EXDATE;VALUE=DATE:20261128"],
        },
    ]
    client = sign_in(Sandbox(clock, world=world(events=odd)))
    events, _ = listed(client, **WINDOW)
    counts = [
        sum(e["recurringEventId"] == name for e in events)
        for name in ("one", "two", "three", "four")
    ]
    assert counts == [1, 2, 2, 1]
