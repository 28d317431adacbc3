"""Teams' chats: who is in them, what is said, what has been read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from loopdesk.sandbox.microsoft.account import oid_of
from loopdesk.sandbox.model import Beat, Who
from loopdesk.sandbox.offices import Chat, Said
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox.tiny import Clock
from tests.sandbox.tiny_microsoft import (
    ANN,
    CLEO,
    EVE,
    Client,
    ago,
    office,
    sandbox,
    sign_in,
    world,
)

GROUP = "19:harbour@thread.v2"
MESSAGES = f"/chats/{GROUP}/messages"
ANN_WHO, CLEO_WHO = Who(ANN, "Ann Arber"), Who(CLEO, "Cleo Carr")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(clock: Clock) -> Sandbox:
    return sandbox(clock=clock)


@pytest.fixture
def ann(place: Sandbox) -> Client:
    return sign_in(place)


def pair(*said: Said) -> Chat:
    return Chat(
        f"19:{oid_of(ANN)}_{oid_of(CLEO)}@unq.gbl.spaces", "oneOnOne", (ANN_WHO, CLEO_WHO), said
    )


def texts(rows: Sequence[Any]) -> list[str]:
    return [row["body"]["content"] for row in rows]


def test_chats_come_with_who_is_in_them_and_what_was_said_last(ann: Client) -> None:
    rows = ann.get("/me/chats", expand="members,lastMessagePreview", top=50)["value"]
    assert [(row["id"], row["chatType"], row["topic"]) for row in rows] == [
        (GROUP, "group", "Launch")
    ]
    row = rows[0]
    assert [member["displayName"] for member in row["members"]] == [
        "Ann Arber",
        "Cleo Carr",
        "Dan Dale",
    ]
    assert row["members"][0]["userId"] == oid_of(ANN)
    assert row["viewpoint"]["lastMessageReadDateTime"] == "2026-11-25T06:00:00.000Z"
    assert row["lastMessagePreview"]["createdDateTime"] == "2026-11-25T07:00:00.000Z"
    assert row["lastMessagePreview"]["from"]["user"]["displayName"] == "Cleo Carr"
    assert "members" not in ann.get("/me/chats")["value"][0]


def test_messages_are_in_pages_the_newest_first(ann: Client) -> None:
    page = ann.get(MESSAGES, top=1)
    assert page["value"][0]["mentions"][0]["mentioned"]["user"]["id"] == oid_of(ANN)
    assert page["value"][0]["body"]["contentType"] == "html"
    rest = ann.send("GET", page["@odata.nextLink"]).json()
    assert texts(rest["value"]) == ["<p>Shall we?</p>"]
    assert "@odata.nextLink" not in rest


def test_a_filter_needs_its_order(ann: Client) -> None:
    since = "lastModifiedDateTime gt 2026-11-25T06:30:00Z"
    rows = ann.get(MESSAGES, filter=since, orderby="lastModifiedDateTime desc")["value"]
    assert len(rows) == 1
    assert ann.send("GET", MESSAGES, params={"$filter": since}).status == 400
    other = {"$filter": since, "$orderby": "createdDateTime desc"}
    assert ann.send("GET", MESSAGES, params=other).status == 400
    assert ann.send("GET", MESSAGES, params={"$top": "51"}).status == 400


def test_what_is_posted_is_there_for_the_others(place: Sandbox, ann: Client, clock: Clock) -> None:
    clock.forward(minutes=1)
    made = ann.post(MESSAGES, {"body": {"contentType": "text", "content": "1 < 2 & fine"}})
    assert made["from"]["user"]["id"] == oid_of(ANN)
    cleo = sign_in(place, CLEO)
    last = cleo.get(MESSAGES, top=1)["value"][0]
    assert (last["id"], last["body"]["content"]) == (made["id"], "1 &lt; 2 &amp; fine")
    again = ann.post(MESSAGES, {"body": {"content": "1 < 2 & fine"}})
    assert again["id"] != made["id"]
    assert ann.send("POST", MESSAGES, {"body": {"content": " "}}).status == 400


def test_a_chat_is_marked_read_for_oneself(place: Sandbox, ann: Client, clock: Clock) -> None:
    clock.forward(minutes=1)
    address = f"/chats/{GROUP}/markChatReadForUser"
    other = {"user": {"id": oid_of(CLEO), "tenantId": "t"}}
    assert ann.send("POST", address, other).status == 403
    assert ann.send("POST", address, {"user": {"id": oid_of(ANN)}}).status == 204
    assert place.state()["microsoft"]["chats"][0]["read_at"][ANN] == "2026-11-25T09:01:00+00:00"
    since = {"user": {"id": oid_of(ANN)}, "lastMessageReadDateTime": "2026-11-25T06:30:00Z"}
    assert ann.send("POST", f"/chats/{GROUP}/markChatUnreadForUser", since).status == 204
    assert ann.get("/me/chats")["value"][0]["viewpoint"]["lastMessageReadDateTime"] == (
        "2026-11-25T06:30:00.000Z"
    )


def test_events_edits_and_what_was_taken_back() -> None:
    added = {"@odata.type": "#microsoft.graph.membersAddedEventMessageDetail"}
    talk = pair(
        Said(CLEO_WHO, ago(hours=3), event=added),
        Said(CLEO_WHO, ago(hours=2), "gone", deleted_at=ago(hours=1)),
        Said(CLEO_WHO, ago(hours=2), "plain", edited_at=ago(minutes=9), reactions=((ANN, "👍"),)),
    )
    ann = sign_in(sandbox(office(chats=[talk])))
    address = f"/me/chats/{talk.id}/messages"
    edited, deleted, event = ann.get(address, orderby="lastModifiedDateTime desc")["value"]
    assert edited["body"] == {"contentType": "text", "content": "plain"}
    assert edited["lastEditedDateTime"] == "2026-11-25T08:51:00.000Z"
    assert edited["reactions"][0]["reactionType"] == "👍"
    assert deleted["deletedDateTime"] == "2026-11-25T08:00:00.000Z"
    assert deleted["body"]["content"] == ""
    assert (event["messageType"], event["from"]) == ("unknownFutureValue", None)
    named = {"Prefer": "include-unknown-enum-members"}
    kinds = {row["messageType"] for row in ann.get(address, named)["value"]}
    assert kinds == {"message", "systemEventMessage"}


def test_only_members_and_only_work_accounts(place: Sandbox) -> None:
    eve = sign_in(place, EVE)
    assert eve.error(eve.send("GET", "/me/chats")) == (403, "Forbidden")
    stranger = sign_in(sandbox(office(chats=[])), CLEO)
    assert stranger.send("GET", MESSAGES).status == 404
    lister = sign_in(place, scopes=("Chat.ReadBasic",))
    assert lister.get("/me/chats")["value"]
    assert lister.send("GET", MESSAGES).status == 403


def test_too_many_calls_in_a_second_are_refused(ann: Client, clock: Clock) -> None:
    for _ in range(20):
        assert ann.send("GET", "/me/chats").status == 200
    refused = ann.send("GET", "/me/chats")
    assert ann.error(refused) == (429, "TooManyRequests")
    clock.forward(seconds=float(refused.headers["Retry-After"]))
    assert ann.send("GET", "/me/chats").status == 200


def test_others_go_on_talking_as_time_passes(clock: Clock) -> None:
    told = world()
    told.beats = [Beat(timedelta(seconds=5), ANN, said=(GROUP, Said(CLEO_WHO, ago(), "Now?")))]
    told.hear = lambda chat, words, sender, at: [
        Beat(timedelta(seconds=3), sender, said=(chat, Said(CLEO_WHO, at, f"You say {words}")))
    ]
    place = Sandbox(clock, world=told, live=True)
    ann = sign_in(place)
    clock.forward(seconds=6)
    assert texts(ann.get(MESSAGES, top=1)["value"]) == ["Now?"]
    ann.post(MESSAGES, {"body": {"content": "yes"}})
    clock.forward(seconds=6)
    assert texts(ann.get(MESSAGES, top=1)["value"]) == ["You say yes"]
