"""The story as the stand-ins serve it: each answer is as Google describes it."""

from __future__ import annotations

from urllib.parse import quote

from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox.test_gmail import USER
from tests.sandbox.tiny import AUTH, SCOPES, Clock, sign_in


def test_every_thread_and_event_of_the_story_can_be_read() -> None:
    clock = Clock()
    sandbox = Sandbox(clock, limits="off", live=True)
    start = sandbox.state()["google"]
    begun = len(start["messages"])
    for person in start["accounts"]:
        client = sign_in(sandbox, person["address"], scope=f"{SCOPES} {AUTH}tasks")
        profile = client.get(f"{USER}/profile")
        threads = client.get(f"{USER}/threads", maxResults=500, includeSpamTrash="true")["threads"]
        held = [client.get(f"{USER}/threads/{t['id']}")["messages"] for t in threads]
        assert sum(len(messages) for messages in held) == profile["messagesTotal"]
        for message in (message for messages in held for message in messages):
            assert {h["name"].lower() for h in message["payload"]["headers"]} >= {"from", "subject"}
        for calendar in client.get("/calendar/v3/users/me/calendarList")["items"]:
            path = f"/calendar/v3/calendars/{quote(calendar['id'])}/events"
            for single in ("true", "false"):
                events = client.get(path, singleEvents=single, maxResults=2500)
                assert "nextSyncToken" in events
        for holder in client.get("/tasks/v1/users/@me/lists")["items"]:
            path = f"/tasks/v1/lists/{holder['id']}/tasks"
            shown = {"showHidden": "true", "showAssigned": "true", "maxResults": 100}
            assert client.get(path, **shown)["items"]
    # Whatever is planned for the day comes true without a fault.
    for _ in range(48):
        clock.forward(minutes=30)
        sandbox.go_on(clock())
    assert len(sandbox.state()["google"]["messages"]) > begun
