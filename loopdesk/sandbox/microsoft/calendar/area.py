"""Outlook's calendar as one part of Graph."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from loopdesk.sandbox import invitation
from loopdesk.sandbox.microsoft.calendar import arriving, reading, schedule, shapes, writing
from loopdesk.sandbox.microsoft.calendar.book import Book
from loopdesk.sandbox.microsoft.calendar.meetings import Meetings
from loopdesk.sandbox.microsoft.calendar.store import CalendarStore, Stored
from loopdesk.sandbox.microsoft.method import Area, Call, Method
from loopdesk.sandbox.microsoft.scopes import CALENDAR_READ, CALENDAR_WRITE
from loopdesk.sandbox.model import Beat, Json
from loopdesk.sandbox.web import Response

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.account import Account
    from loopdesk.sandbox.microsoft.service import Microsoft

_TEAMS = "https://teams.microsoft.com/l/meetup-join/"
# What people of a story say in the words of another service.
_WORDS = {"tentative": "tentativelyAccepted", "needsAction": "none"}
_Answer = Callable[["CalendarArea", Call], Json | Response]


class CalendarArea(Area):
    """Attributes:
    books: everybody's calendars by address.
    refuses_repeats: a `transactionId` that comes twice is refused, whatever comes with it. The
        service does not say what it answers to the same event.
    """

    key = "calendar"

    def __init__(self, service: Microsoft) -> None:
        self.service = service
        self.refuses_repeats = False
        now = service.now()
        self.books = {account.address: Book(account, now) for account in service.accounts}
        self.meetings = Meetings(self.books, service.word, service.write_to)
        self.methods = [*self._reading(), *self._writing()]

    def _reading(self) -> list[Method]:
        def method(path: str, answer: _Answer) -> Method:
            return Method("GET", path, partial(answer, self), CALENDAR_READ)

        return [
            method("/me/calendars", reading.list_calendars),
            *(
                method(f"{calendar}{below}", answer)
                for calendar in ("/me/calendar", "/me/calendars/{calendar}")
                for below, answer in (
                    ("", reading.get_calendar),
                    ("/events", reading.list_events),
                    ("/events/{event}", reading.get_event),
                )
            ),
            *(
                method(f"{calendar}/calendarView{below}", answer)
                for calendar in ("/me", "/me/calendar", "/me/calendars/{calendar}")
                for below, answer in (
                    ("", reading.view),
                    ("/delta", reading.view_delta),
                    ("/delta()", reading.view_delta),
                )
            ),
            method("/me/events", reading.list_events),
            method("/me/events/{event}", reading.get_event),
            method("/me/events/{event}/instances", reading.instances),
            Method(
                "POST",
                "/me/calendar/getSchedule",
                partial(schedule.get_schedule, self),
                CALENDAR_READ,
            ),
        ]

    def _writing(self) -> list[Method]:
        def method(verb: str, path: str, answer: _Answer) -> Method:
            return Method(verb, path, partial(answer, self), CALENDAR_WRITE)

        made = []
        for place in ("/me", "/me/calendar", "/me/calendars/{calendar}"):
            event = f"{place}/events/{{event}}"
            made += [
                method("POST", f"{place}/events", writing.create),
                method("PATCH", event, writing.update),
                method("DELETE", event, writing.delete),
                method("POST", f"{event}/cancel", writing.cancel),
            ]
            made += [
                method("POST", f"{event}/{name}", partial(_respond, action=name))
                for name in ("accept", "decline", "tentativelyAccept")
            ]
        return made

    # -- where a call leads --------------------------------------------------------------------

    def book(self, call: Call) -> Book:
        return self.books[call.account.address]

    def calendar(self, call: Call) -> CalendarStore:
        """Return the calendar that a call names, else the default one; raises ApiError(404)."""
        return self.book(call).calendar(call.path.get("calendar", ""))

    def event(self, call: Call) -> tuple[CalendarStore, Stored]:
        """Return the event that a call names; raises ApiError(404)."""
        key = shapes.key_of(call.path["event"])
        if "calendar" in call.path:
            store = self.calendar(call)
            return store, store.find(key)
        return self.book(call).find(key)

    def arrived(self, account: Account, raw: bytes) -> None:
        if mailed := invitation.read(raw):
            arriving.take(self.meetings, self.books[account.address], mailed, self.service.now())

    def event_of(self, call: Call, uid: str) -> Json | None:
        """Return the caller's event of this `iCalUId`, None where there is none any more."""
        found = self.book(call).named(uid)
        return shapes.event(call, found[1]) if found else None

    def connected(self, account: Account, event: Json) -> Json:
        """Return the event with the link of the online meeting that it has asked for."""
        if not event["isOnlineMeeting"] or event["onlineMeeting"]:
            return event
        if account.is_personal:
            return {**event, "isOnlineMeeting": False, "onlineMeetingProvider": "unknown"}
        thread = quote(f"19:meeting_{self.service.word(48)}@thread.v2", safe="")
        context = quote(f'{{"Tid":"{account.tid}","Oid":"{account.oid}"}}', safe="")
        return {
            **event,
            "onlineMeetingProvider": "teamsForBusiness",
            "onlineMeeting": {"joinUrl": f"{_TEAMS}{thread}/0?context={context}"},
        }

    # -- what the others hear ------------------------------------------------------------------

    def state(self) -> Json:
        return {
            "events": [
                {
                    "account": address,
                    "calendar": store.resource.get("name", "Calendar"),
                    "id": shapes.event_id(stored.key, immutable=True),
                    "type": stored.type,
                    **stored.body,
                }
                for address, book in self.books.items()
                for store, stored in book.all()
            ],
            "meeting_notices": self.meetings.notices,
        }

    def happen(self, beat: Beat) -> None:
        book, now = self.books.get(beat.address.lower()), self.service.now()
        if book is None:
            return
        if beat.event is not None:
            self.meetings.invited_from_outside(book, beat.event, now)
        if beat.reply is not None:
            said = _WORDS.get(beat.reply.answer, beat.reply.answer)
            self.meetings.from_outside(
                book, beat.reply.event, beat.reply.guest, said, beat.reply.note, now
            )


def _respond(area: CalendarArea, call: Call, *, action: str) -> Response:
    return writing.respond(area, call, action)
