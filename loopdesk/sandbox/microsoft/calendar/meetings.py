"""What a change of one person's meeting means in the calendars and mailboxes of the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from loopdesk.sandbox.microsoft.calendar import forms, letters, times
from loopdesk.sandbox.microsoft.calendar.book import Book
from loopdesk.sandbox.microsoft.calendar.store import Stored
from loopdesk.sandbox.microsoft.mail.meetings import Meeting
from loopdesk.sandbox.model import Json

if TYPE_CHECKING:
    from loopdesk.sandbox.microsoft.account import Account

_TOLD = (
    *("subject", "start", "end", "isAllDay", "location", "body", "recurrence", "attendees"),
    *("allowNewTimeProposals", "responseRequested", "onlineMeeting"),
)
_CANCELLED = "Canceled: "
# Lets a mail reach whoever has an address, with the meeting that it is about.
Write = Callable[[str, bytes, Meeting | None], None]


class Meetings:
    """Attributes:
    on_invited: told of each invitation: the event's `id` (its `iCalUId`) and organizer, the
        guests' addresses, the time.
    notices: every letter that was written, whether or not somebody here gets it.
    """

    def __init__(
        self, books: Mapping[str, Book], word: Callable[[int], str], write_to: Write
    ) -> None:
        self.books = books
        self.on_invited: Callable[[Json, Sequence[str], datetime], None] = (
            lambda event, guests, at: None
        )
        self._write_to = write_to
        self.notices: list[Json] = []
        self._word = word

    def spread(self, account: Account, before: Json, stored: Stored, now: datetime) -> None:
        """Bring a meeting that its organizer made or changed to its guests."""
        body = stored.body
        if forms.address_of(body["organizer"]) != account.address:
            return
        guests = {forms.address_of(each): each for each in body["attendees"]}
        former = {forms.address_of(each): each for each in before.get("attendees", ())}
        if before and all(before[name] == body[name] for name in _TOLD):
            return
        moved = not before or any(before[name] != body[name] for name in ("start", "end"))
        for address, guest in guests.items():
            if book := self.books.get(address):
                self._invite(book, body, stored, now, again=moved or address not in former)
            self._write("request", body, account, guest, stored.original, now)
        for address in former.keys() - guests:
            self._cancel_for(account, stored, former[address], "", now)
        invited = sorted(guests if moved else guests.keys() - former)
        if invited:
            event = {"id": body["iCalUId"], "organizer": {"email": account.address}}
            self.on_invited(event, invited, now)

    def cancelled(self, account: Account, stored: Stored, comment: str, now: datetime) -> None:
        """Tell the guests of a meeting that its organizer has taken away."""
        for guest in stored.body["attendees"]:
            self._cancel_for(account, stored, guest, comment, now)

    def answered(
        self,
        account: Account,
        stored: Stored,
        said: Json,
        comment: str,
        proposed: Json | None,
        now: datetime,
    ) -> None:
        """Tell the organizer what a guest has answered."""
        body = stored.body
        organizer = {"emailAddress": body["organizer"]["emailAddress"]}
        if book := self.books.get(forms.address_of(organizer)):
            self.hear(book, body["iCalUId"], stored.original, account.address, said, proposed, now)
        self._write(
            said["response"], body, account, organizer, stored.original, now, comment, proposed
        )

    def hear(
        self,
        book: Book,
        uid: str,
        original: date | None,
        guest: str,
        said: Json,
        proposed: Json | None,
        now: datetime,
    ) -> Stored | None:
        """Write a guest's answer into the organizer's copy; return it, None where there is none."""
        found = book.named(uid, original)
        if found is None:
            return None
        store, copy = found
        new = {"status": said} | ({"proposedNewTime": proposed} if proposed else {})
        attendees = [
            {**each, **new} if forms.address_of(each) == guest else each
            for each in copy.body["attendees"]
        ]
        body = {**copy.body, "attendees": attendees}
        if copy.type == "occurrence":
            return store.differ(copy, body, now)
        return store.put(copy.key, body, now)

    def from_outside(
        self, book: Book, uid: str, guest: str, response: str, comment: str, now: datetime
    ) -> None:
        """Let a guest without an account here answer an invitation of this person's."""
        said = {"response": response, "time": times.stamp(now)}
        copy = self.hear(book, uid, None, guest, said, None, now)
        if copy is None:
            return
        known = {forms.address_of(each): each["emailAddress"] for each in copy.body["attendees"]}
        if guest in known:
            self._send(
                book.account.address,
                letters.letter(
                    response,
                    copy.body,
                    known[guest],
                    {"name": book.account.name, "address": book.account.address},
                    now,
                    self._word(30),
                    comment=comment,
                ),
                {"from": guest, "kind": response, "comment": comment},
                now,
            )

    def invited_from_outside(self, book: Book, event: Json, now: datetime) -> None:
        """Put a meeting of somebody without an account here into a calendar, told by mail."""
        known = book.named(event["iCalUId"])
        stored = self.put_from_outside(book, event, now)
        body = stored.body
        me = {"name": book.account.name, "address": book.account.address}
        sender = body["organizer"]["emailAddress"]
        if known is None and sender["address"].lower() != book.account.address:
            letter = letters.letter("request", stored.body, sender, me, now, self._word(30))
            about = {"from": sender["address"], "kind": "request", "comment": ""}
            self._send(book.account.address, letter, about, now)

    def put_from_outside(self, book: Book, event: Json, now: datetime) -> Stored:
        """Put or change a meeting that somebody without an account here holds."""
        body = book.complete(event)
        known = book.named(body["iCalUId"])
        store, key = (known[0], known[1].key) if known else (book.calendars[0], "")
        return store.put(key or book.key(body["iCalUId"]), body, now)

    def _invite(
        self, book: Book, body: Json, stored: Stored, now: datetime, *, again: bool
    ) -> None:
        """Put or change a guest's copy.

        Args:
            again: they are asked, whatever they have said before.
        """
        known = book.named(body["iCalUId"], stored.original)
        said = {"response": "notResponded", "time": times.NEVER}
        copy = {**body, "showAs": "tentative", "responseStatus": said, "transactionId": None}
        copy.pop(forms.EXTENDED, None)
        if known is None:
            if not stored.series:
                book.calendars[0].put(book.key(body["iCalUId"]), copy, now)
            return
        store, held = known
        if not again:
            copy |= {name: held.body[name] for name in ("responseStatus", "showAs")}
        if held.type == "occurrence":
            store.differ(held, copy, now)
        else:
            store.put(held.key, copy, now)

    def cancel_copy(self, book: Book, uid: str, original: date | None, now: datetime) -> None:
        """Mark a guest's copy of a meeting that its organizer has taken away."""
        known = book.named(uid, original)
        if known is None:
            return
        store, held = known
        subject = f"{_CANCELLED}{held.body['subject'].removeprefix(_CANCELLED)}"
        body = {**held.body, "isCancelled": True, "subject": subject, "showAs": "free"}
        if held.type == "occurrence":
            store.differ(held, body, now)
        else:
            store.put(held.key, body, now)

    def _cancel_for(
        self, account: Account, stored: Stored, guest: Json, comment: str, now: datetime
    ) -> None:
        if book := self.books.get(forms.address_of(guest)):
            self.cancel_copy(book, stored.body["iCalUId"], stored.original, now)
        self._write("cancel", stored.body, account, guest, stored.original, now, comment)

    def _write(
        self,
        kind: str,
        event: Json,
        account: Account,
        to: Json,
        original: date | None,
        now: datetime,
        comment: str = "",
        proposed: Json | None = None,
    ) -> None:
        written = letters.letter(
            kind,
            event,
            {"name": account.name, "address": account.address},
            to["emailAddress"],
            now,
            self._word(30),
            original=original,
            comment=comment,
            proposed=proposed,
        )
        about: Json = {"from": account.address, "kind": kind, "comment": comment}
        if proposed:
            about["proposedNewTime"] = proposed
        self._send(forms.address_of(to), written, about, now)

    def _send(self, to: str, letter: letters.Letter, about: Json, now: datetime) -> None:
        self.notices.append({"at": now.isoformat(), "to": to, "iCalUId": letter.uid, **about})
        self._write_to(to, letter.raw, Meeting(letter.uid, letter.fields))
