"""What people without an account here do to somebody's calendar: they invite, and they answer.

Those who have one at another service of the sandbox do it by mail.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from loopdesk.sandbox.google.calendar import letters
from loopdesk.sandbox.invitation import Mailed
from loopdesk.sandbox.model import Json, Reply

if TYPE_CHECKING:
    from loopdesk.sandbox.google.service import Account, Google


def invite(google: Google, account: Account, event: Json, now: datetime) -> None:
    """Put a meeting into somebody's calendar; if it is new and another's, it is told by mail."""
    calendar = account.calendars[0]
    is_new = not calendar.has(event["id"])
    calendar.put(event, now)
    if is_new and event["organizer"]["email"] != account.address:
        letters.told(google, event, account.address, "invited", now)


def answer(google: Google, account: Account, reply: Reply, now: datetime) -> None:
    """Let a guest answer an invitation of this account's, unless it is no more."""
    calendar = account.calendars[0]
    if not calendar.has(reply.event):
        return
    stored = calendar.find(reply.event)
    said = {"responseStatus": reply.answer} | ({"comment": reply.note} if reply.note else {})
    guests = [
        {**guest, **said} if guest["email"].lower() == reply.guest else guest
        for guest in stored.body.get("attendees", [])
    ]
    own = next((guest for guest in guests if guest["email"].lower() == reply.guest), None)
    if stored.is_cancelled or own is None:
        return
    calendar.put({**stored.body, "attendees": guests}, now)
    letters.answered(google, stored.body, own, account.address, now)


def by_mail(account: Account, mailed: Mailed, now: datetime) -> None:
    """Let what a mail says about a meeting become true in this account's calendar."""
    calendar, event = account.calendars[0], mailed.event
    if "recurringEventId" in event:
        # Of a series only the whole is understood.
        return
    known = [one for one in calendar.all() if one.body.get("iCalUID") == event["iCalUID"]]
    # What is Google's own has the name of its meeting in it.
    own = str(event["iCalUID"]).removesuffix("@google.com")
    if not known and calendar.has(own):
        known = [calendar.find(own)]
    old = known[0].body if known else {}
    match mailed.method:
        case "REQUEST":
            calendar.put({**event, "id": old.get("id", event["id"])}, now)
        case "CANCEL" if known:
            calendar.put({**old, "status": "cancelled"}, now)
        case "REPLY" if known and event.get("attendees"):
            said = event["attendees"][0]
            note = {"comment": mailed.note} if mailed.note else {}
            guests = [
                {**one, "responseStatus": said["responseStatus"], **note}
                if str(one["email"]).lower() == said["email"]
                else one
                for one in old.get("attendees", [])
            ]
            calendar.put({**old, "attendees": guests}, now)
