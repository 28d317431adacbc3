"""Rows and bodies as the desk would give them, for tests of what shows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from loopdesk.core.actions import State
from loopdesk.core.items import (
    AccountId,
    Answer,
    Attachment,
    Attendee,
    Clean,
    ItemId,
    Kind,
    Meeting,
)
from loopdesk.core.people import Handle
from loopdesk.core.rows import Body, Pane, Reason, Row, Section, Shown
from loopdesk.core.seams import Wake

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 8, 42, tzinfo=UTC)
ACCOUNT = AccountId("acc")
ADA = Handle("Ada Okafor", "ada@northwind.test")
JONAS = Handle("Jonas Lind", "jonas@northwind.test")
PRIYA = Handle("Priya Shah", "priya@northwind.test")
MIRA = Handle("Mira Dahl", "mira@northwind.test")
LEGAL = Handle("Legal", "legal@northwind.test")
TOMAS = Handle("Tomas Meyer", "tomas@home.test")


class StillClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self._seconds = 1000.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self._seconds - 1000.0)

    def monotonic(self) -> float:
        return self._seconds

    def move(self, seconds: float) -> None:
        self._seconds += seconds

    def wake(self) -> Wake:
        raise NotImplementedError

    def wait(self, wake: Wake, seconds: float) -> bool:
        raise NotImplementedError


def message(
    name: str,
    who: Handle = ADA,
    *,
    minutes_ago: int = 10,
    section: Section = Section.NOW,
    tag: str = "",
    snippet: str = "",
    unread: bool = True,
    seen: bool = False,
    state: State = State.OK,
    mine_last: bool = False,
) -> Row:
    return Row(
        id=ItemId(name),
        account=ACCOUNT,
        service="google",
        kind=Kind.MESSAGE,
        title=Clean(name),
        snippet=Clean(snippet),
        people=(who,),
        at=NOW - timedelta(minutes=minutes_ago),
        on=None,
        unread=unread,
        starred=False,
        seen=seen,
        section=section,
        reasons=(Reason("asks", tag, 3.0),) if tag else (),
        tag=tag,
        state=state,
        actions=("reply", "reply-all", "archive", "trash", "read", "unread", "star", "unstar"),
        mine_last=mine_last,
    )


def meeting(
    name: str,
    *,
    in_minutes: int = 18,
    section: Section = Section.NOW,
    tag: str = "",
    answer: Answer = Answer.PENDING,
) -> Row:
    start = NOW + timedelta(minutes=in_minutes)
    return Row(
        id=ItemId(name),
        account=ACCOUNT,
        service="google",
        kind=Kind.MEETING,
        title=Clean(name),
        snippet=Clean(""),
        people=(ADA, JONAS, PRIYA),
        at=start,
        on=None,
        unread=False,
        starred=False,
        seen=True,
        section=section,
        reasons=(Reason("soon", tag, 5.0),) if tag else (),
        tag=tag,
        state=State.OK,
        actions=("accept", "tentative", "decline"),
        meeting=Meeting(
            start_at=start,
            end_at=start + timedelta(minutes=30),
            location="Room Fjord, second floor",
            join_url="https://meet.google.com/hbq-tzrk-wye",
            organizer=ADA,
            attendees=(
                Attendee(ADA, Answer.ACCEPTED, organizer=True),
                Attendee(JONAS, Answer.ACCEPTED),
                Attendee(
                    PRIYA, Answer.TENTATIVE, note="On the train until 10:10, may lose the line."
                ),
                Attendee(MIRA, answer, me=True),
            ),
            answer=answer,
        ),
    )


CONTRACT = "Contract for Halden: can you sign off today?"


def week() -> Pane:
    """The pane of the mockups, as far as mail and meetings go."""
    rows = (
        message(
            CONTRACT,
            ADA,
            minutes_ago=1,
            tag="Asks you by 15:00",
            snippet="Legal is through. The only change since version 2 is clause 7.",
            seen=True,
        ),
        message(
            "Shall I ship the 2.4 page?",
            JONAS,
            minutes_ago=4,
            tag="Mentions you",
            snippet="The build is green, and the last check went through this morning.",
        ),
        meeting("Design review", tag="In 18 min"),
        message(
            "Onboarding copy",
            PRIYA,
            minutes_ago=30,
            section=Section.TODAY,
            tag="New since yesterday",
            snippet="Ready for you, only the last screen changed",
        ),
        meeting(
            "Halden call",
            in_minutes=318,
            section=Section.TODAY,
            tag="Starts today",
            answer=Answer.ACCEPTED,
        ),
        message(
            "Re: Offsite dates",
            TOMAS,
            minutes_ago=0,
            section=Section.TODAY,
            snippet="The first week suits me better",
            unread=False,
            state=State.WAITING,
            mine_last=True,
        ),
        message(
            "What shipped, who joined, what is next",
            Handle("Northwind Weekly", "weekly@northwind.test"),
            minutes_ago=60 * 26,
            section=Section.LATER,
        ),
        message(
            "Invoice 1182",
            Handle("Billing", "billing@halden.test"),
            minutes_ago=60 * 24 * 12,
            section=Section.LATER,
            unread=False,
        ),
    )
    return Pane(rows, {Section.NOW: 3, Section.TODAY: 3, Section.LATER: 2})


def contract() -> Body:
    row = week().rows[0]
    return Body(
        row,
        (
            Shown(
                "1",
                ADA,
                (MIRA,),
                (LEGAL,),
                NOW - timedelta(hours=22, minutes=37),
                Clean(
                    "Halden wants the contract before the call on Tuesday. Legal has version 2 "
                    "since Friday."
                ),
                Clean(""),
                False,
                False,
            ),
            Shown(
                "2",
                MIRA,
                (ADA,),
                (LEGAL,),
                NOW - timedelta(hours=17, minutes=22),
                Clean(
                    "Send me the final terms when Legal is through, and I will read them the "
                    "same day."
                ),
                Clean(""),
                False,
                True,
            ),
            Shown(
                "3",
                ADA,
                (MIRA,),
                (LEGAL,),
                NOW - timedelta(minutes=1),
                Clean(
                    "Legal is through. The only change since version 2 is clause 7.\n\nCan you "
                    "sign off today? I need your yes before the 15:00 call with Halden. The "
                    "draft is at https://docs.northwind.test/halden."
                ),
                Clean(
                    "> Send me the final terms when Legal is through,\n> and I will read them "
                    "the same day."
                ),
                True,
                False,
                attachments=(
                    Attachment("p1", "halden-terms-v3.docx", "application/msword", 86_016),
                ),
            ),
        ),
        account_name="mira@northwind.test",
    )


def review() -> Body:
    row = week().rows[2]
    return Body(
        row,
        (
            Shown(
                "0",
                ADA,
                (),
                (),
                NOW - timedelta(days=4),
                Clean(
                    "Three things, ten minutes each: the 2.4 page, the last onboarding screen, "
                    "and what Halden needs to see at 15:00. Please read the agenda first, it is "
                    "one page."
                ),
                Clean(""),
                False,
                False,
            ),
        ),
        account_name="mira@northwind.test",
    )
