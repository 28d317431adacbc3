"""Mail that nobody typed: newsletters, build notices, receipts, bounces, warnings, junk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from loopdesk.sandbox.story import papers
from loopdesk.sandbox.story.cast import PER, Person
from loopdesk.sandbox.story.letter import Paper, mark, page
from loopdesk.sandbox.story.moments import Moments, month_day, weekday
from loopdesk.sandbox.story.talk import Said, Talk
from loopdesk.sandbox.story.week import RECEIPTS_LABEL

_AUTOMATIC = (("Auto-Submitted", "auto-generated"),)
_UPDATES = frozenset({"INBOX", "CATEGORY_UPDATES"})
_PROMOTIONS = frozenset({"INBOX", "CATEGORY_PROMOTIONS"})
_FORUMS = frozenset({"INBOX", "CATEGORY_FORUMS"})

_BUILDS = Person("Northwind builds", "builds@ci.northwind.test")
_RAIL = Person("Coast Rail", "no-reply@coastrail.test")
_CLOUD = Person("Harbour Cloud billing", "billing@harbourcloud.test")
_SIGN_IN = Person("Harbour Cloud", "no-reply@accounts.harbourcloud.test")
_DOCS = Person("Jonas Lind (Google Docs)", "comments-noreply@docs.google.com")
_POST = Person("Mail Delivery Subsystem", "mailer-daemon@northwind.test")
_PARCEL = Person("Blue Parcel", "tracking@blueparcel.test")
_LIBRARY = Person("", "loans@citylibrary.test")
_JUNK = Person("Mail Team Northwind", "helpdesk@northwind-mail.example")


@dataclass(frozen=True, slots=True)
class Paperboy:
    """A newsletter.

    Args:
        list_id: as in `List-Id`.
        colour: of its band at the top.
        labels: where Gmail sorts it.
        issues: subject, opening, and the pieces (heading, words) of each issue, newest first.
        every_days: between two issues.
        pixel: whether it wants to know that it was opened.
    """

    sender: Person
    list_id: str
    colour: str
    labels: frozenset[str]
    issues: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    every_days: int
    pixel: bool = False

    @property
    def authors(self) -> list[Person]:
        return [self.sender]

    def issue(self, number: int, at: datetime, key: str) -> Talk:
        subject, opening, pieces = self.issues[number % len(self.issues)]
        host = self.sender.domain
        leave = f"https://{host}/leave/{mark('leave', key)}"
        band = f"band-{mark(key)}@{host}"
        text = "\n\n".join(
            [
                opening,
                *(f"{head.upper()}\n{words}" for head, words in pieces),
                f"You get this because you asked for it. To leave: {leave}",
            ]
        )
        seen = (
            f'<img src="https://{host}/open/{mark("open", key)}.gif" width="1" height="1" alt="">'
        )
        rows = "".join(
            f'<tr><td style="padding:12px 24px"><h2 style="font-size:17px;margin:0 0 4px">'
            f"{escape(head)}</h2><p>{escape(words)}</p>"
            f'<p><a href="https://{host}/read/{mark(key, head)}">Read on</a></p></td></tr>'
            for head, words in pieces
        )
        html = page(
            f'<div style="display:none;max-height:0">{escape(opening)}</div>'
            '<table width="100%" bgcolor="#f4f4f2"><tr><td align="center">'
            '<table width="600" bgcolor="#ffffff" style="font-family:Helvetica,Arial,sans-serif">'
            f'<tr><td style="background:{self.colour}"><img src="cid:{band}" width="600"'
            f' height="64" alt="{escape(self.sender.name)}"></td></tr>'
            f'<tr><td style="padding:16px 24px"><p>{escape(opening)}</p></td></tr>{rows}'
            f'<tr><td style="padding:24px;font-size:12px;color:#777777">You get this because you'
            f' asked for it. <a href="{leave}">Leave this list</a>.</td></tr></table>'
            f"{seen if self.pixel else ''}</td></tr></table>",
            "h2{color:#1b1b1e}p{line-height:1.5}@media(max-width:620px){table{width:100%}}",
        )
        headers = (
            ("List-Id", f"{self.sender.name} <{self.list_id}>"),
            ("List-Unsubscribe", f"<mailto:leave@{host}?subject={mark(key)}>, <{leave}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("Precedence", "bulk"),
        )
        picture = papers.png("band.png", 60, 8, (self.colour, "#FFFFFF", self.colour), cid=band)
        said = Said(self.sender, at, text, html=html, papers=(picture,), headers=headers, bare=True)
        return Talk(key, subject, (said,), self.labels)


NEWSLETTERS = (
    Paperboy(
        Person("Northwind Weekly", "weekly@news.northwind.test"),
        "weekly.news.northwind.test",
        "#3F6212",
        _FORUMS,
        (
            (
                "What shipped, who joined, what is next",
                "Five minutes about the week, from all of us to all of us.",
                (
                    (
                        "Shipped",
                        "Crew swaps can be granted from the lock screen. Captains asked"
                        " for it in four languages.",
                    ),
                    ("Joined", "Nobody this week, but two people are close."),
                    ("Next", "Version 2.4, and a new first day for new customers."),
                ),
            ),
            (
                "A quiet week, and a loud printer",
                "Little happened, most of it good.",
                (
                    ("Shipped", "The tide view no longer believes in a tide of nine metres."),
                    (
                        "Heard",
                        "“It is so calm now, I thought the phone was broken.” A"
                        " dispatcher, on her first week with us.",
                    ),
                    (
                        "Next",
                        "The printer is being replaced. The old one will be missed by"
                        " nobody but Tomas.",
                    ),
                ),
            ),
            (
                "Four new ferries",
                "One customer, four ships, one very long training day.",
                (
                    ("Shipped", "Rest times by country, with the law behind each of them."),
                    ("Joined", "Four ferries, 62 people in their crews, one ship's cat."),
                    ("Next", "We say goodbye to the old import on the last of the month."),
                ),
            ),
        ),
        7,
    ),
    Paperboy(
        Person("Ferry & Port Review", "editors@ferryport.test"),
        "review.ferryport.test",
        "#1F5FB0",
        _PROMOTIONS,
        (
            (
                "Battery ferries: what the first winter taught",
                "Cold decks, warm cables: three operators open their logbooks.",
                (
                    (
                        "Range in the cold",
                        "A fifth less, say two of them. The third sails"
                        " slower and has noticed nothing.",
                    ),
                    (
                        "Crews",
                        "Charging breaks are too short for rest and too long for coffee."
                        " A new rule is on its way.",
                    ),
                    ("Ports", "Whoever owns the plug owns the timetable."),
                ),
            ),
            (
                "Who will sail tomorrow's night lines?",
                "Half of the night masters retire within eight years.",
                (
                    ("Training", "Two schools now teach at night, for the obvious reason."),
                    ("Pay", "An allowance that grows with the number of ports, not of hours."),
                ),
            ),
            (
                "Small harbours, large timetables",
                "Why a harbour with two berths needs the best planner of the coast.",
                (
                    ("Berths", "The second one is always the problem."),
                    ("Weather", "A forecast for the next hour is worth ten for the next week."),
                ),
            ),
        ),
        7,
        pixel=True,
    ),
    Paperboy(
        Person("Type Notes", "hello@typenotes.test"),
        "notes.typenotes.test",
        "#86198F",
        _PROMOTIONS,
        (
            (
                "On figures that stand in line",
                "Tables deserve figures of equal width. Everything else does not.",
                (
                    ("Tabular", "For clocks, prices and rosters."),
                    ("Proportional", "For sentences, where a 1 may be thin."),
                ),
            ),
            (
                "The humble caption",
                "Smaller than the text, and read before it.",
                (("Size", "Eleven is enough."), ("Tone", "Say what cannot be seen.")),
            ),
        ),
        14,
        pixel=True,
    ),
    Paperboy(
        Person("Lakeside Houses", "offers@lakesidehouses.test"),
        "offers.lakesidehouses.test",
        "#0B6B62",
        _PROMOTIONS,
        (
            (
                "Only three weekends left before spring 🌊",
                "Houses for teams, from eight to thirty beds.",
                (
                    ("The boat house", "Twelve beds, one sauna, a jetty. 15 % off until Sunday."),
                    ("The old school", "Thirty beds and a bell."),
                ),
            ),
        ),
        9,
        pixel=True,
    ),
    Paperboy(
        Person("Planning Systems Forum", "forum@lists.planning.test"),
        "forum.lists.planning.test",
        "#6B4A2B",
        _FORUMS,
        (
            (
                "[forum] Rest times across midnight: how do you model them?",
                "Digest, four new messages.",
                (
                    (
                        "Rest times across midnight",
                        "“We gave up on days and count minutes since"
                        " 1970. Nobody has complained, nobody has understood it.”",
                    ),
                    ("Open data for tides", "A list of twelve sources, three of which work."),
                ),
            ),
            (
                "[forum] Meeting in spring: call for talks",
                "Digest, two new messages.",
                (
                    ("Call for talks", "Twenty minutes each, no slides with more than five words."),
                    ("Room", "There is one with windows."),
                ),
            ),
        ),
        5,
    ),
)


def threads(m: Moments) -> list[Talk]:
    return [*_newsletters(m), *_machines(m), *_receipts(m), *_post_office(m)]


def _newsletters(m: Moments) -> list[Talk]:
    kept = []
    for boy, first in zip(NEWSLETTERS, (1, 2, 1, 3, 1), strict=True):
        for number in range(len(boy.issues)):
            at = m.workday(first, "06:30") - timedelta(days=number * boy.every_days)
            talk = boy.issue(number, at, f"{boy.list_id}-{number}")
            labels = talk.labels if number == 0 else talk.labels - {"INBOX"}
            kept.append(replace(talk, labels=labels, unread=1))
    return kept


def _notice(
    key: str,
    by: Person,
    at: datetime,
    subject: str,
    text: str,
    labels: frozenset[str] = _UPDATES,
    *,
    unread: int = 1,
    html: str = "",
    papers: Sequence[Paper] = (),
    headers: tuple[tuple[str, str], ...] = _AUTOMATIC,
) -> Talk:
    said = Said(by, at, text, html=html, papers=tuple(papers), headers=headers, bare=True)
    return Talk(key, subject, (said,), labels, unread)


def _machines(m: Moments) -> list[Talk]:
    def build(number: int, at: datetime, state: str, words: str, unread: int = 0) -> Talk:
        return _notice(
            f"build-{number}",
            _BUILDS,
            at,
            f"[northwind/planner] Build {number} {state} on main",
            f"Build {number} of northwind/planner on main {state}.\n\n{words}\n\n"
            f"https://ci.northwind.test/planner/{number}",
            unread=unread,
        )

    quoted = "A line about the tide view would help. And a picture?"
    return [
        build(2419, m.ago(minutes=58), "passed", "412 tests, 3 min 8 s.", 1),
        build(2418, m.ago(hours=2, minutes=22), "failed", "1 of 411: export crosses midnight", 1),
        build(2411, m.workday(1, "14:52"), "passed", "410 tests, 3 min 2 s."),
        build(2409, m.workday(1, "11:31"), "failed", "2 of 408: import crosses midnight (x2)"),
        _notice(
            "docs-comment",
            _DOCS,
            m.ago(hours=1, minutes=3),
            "Design review agenda: new comment",
            f"Jonas Lind added a comment to the document\nDesign review agenda\n\n{quoted}\n\n"
            "Reply: https://docs.google.com/document/d/1Nw-review-agenda-7hQe/edit?disco=AAAB",
            html=page(
                "<p><b>Jonas Lind</b> added a comment to the document</p><p>Design review"
                f" agenda</p><blockquote>{escape(quoted)}</blockquote><p><a href='https://"
                "docs.google.com/document/d/1Nw-review-agenda-7hQe/edit?disco=AAAB'>Reply</a></p>"
            ),
        ),
        _notice(
            "new-sign-in",
            _SIGN_IN,
            m.workday(2, "09:02"),
            "New sign-in to your account",
            "Your account was used on a new device near your office. If this was you, there is"
            " nothing to do. If not, change your password at once.",
            unread=0,
        ),
    ]


def _receipts(m: Moments) -> list[Talk]:
    travel = m.workday(-4, "07:12")
    return [
        _notice(
            "rail",
            _RAIL,
            m.workday(2, "20:14"),
            f"Your ticket to Halden, {weekday(travel)} {month_day(travel)}",
            f"Booking 7QX2LM\n\n{weekday(travel)}, {month_day(travel)}\n07:12 Central Station"
            " to 09:05 Halden, coach 4, seat 31 (window)\n\nPlease do not reply to this address.",
            _UPDATES | {RECEIPTS_LABEL},
            unread=0,
            papers=(papers.pdf("ticket-7QX2LM.pdf", ["Coast Rail", "7QX2LM", "Coach 4, seat 31"]),),
        ),
        _notice(
            "cloud-bill",
            _CLOUD,
            m.workday(5, "03:00"),
            "Invoice HC-88213 is ready",
            "Your invoice of 412.80 EUR for last month is attached. It is paid by the card"
            " ending in 09, so there is nothing to do.",
            frozenset({"CATEGORY_UPDATES", RECEIPTS_LABEL}),
            unread=0,
            papers=(papers.pdf("HC-88213.pdf", ["Harbour Cloud", "HC-88213", "412.80 EUR"]),),
        ),
        _notice(
            "parcel",
            _PARCEL,
            m.ago(hours=4, minutes=2),
            "Your parcel arrives today between 14:00 and 18:00",
            "Parcel BP 5520 1187 from Papierhaus is on its way to Kai 9.\n\nIf nobody is in, we"
            " leave it at the house desk.",
        ),
        _notice(
            "library",
            _LIBRARY,
            m.workday(3, "05:00"),
            "2 loans are due in three days",
            "The Sea Around Us\nA History of the Lighthouse\n\nRenew at"
            " https://citylibrary.test/renew",
            unread=0,
        ),
    ]


def _post_office(m: Moments) -> list[Talk]:
    away = m.workday(1, "13:13")
    lost = m.workday(4, "17:02")
    return [
        Talk(
            "away-per",
            "Automatic reply: Rosters for the test run",
            (
                Said(
                    PER,
                    away,
                    "I am at the harbour until noon and read mail in the evening.",
                    headers=(("Auto-Submitted", "auto-replied"), ("Precedence", "auto_reply")),
                    bare=True,
                ),
            ),
            _UPDATES,
        ),
        _notice(
            "bounce",
            _POST,
            lost,
            "Delivery Status Notification (Failure)",
            bounce_text("harbour.master@rorvik.test"),
            headers=(
                ("Auto-Submitted", "auto-replied"),
                ("X-Failed-Recipients", "harbour.master@rorvik.test"),
            ),
            papers=(bounce_report("harbour.master@rorvik.test", lost),),
            unread=0,
        ),
        Talk(
            "junk",
            "Your mailbox is almost full: confirm your password",
            (
                Said(
                    _JUNK,
                    m.ago(hours=11),
                    "Dear user,\n\nyour mailbox has reached 98 % of its size. Confirm your"
                    " password within 24 hours to keep your messages.",
                    html=page(
                        "<p>Dear user,</p><p>your mailbox has reached 98 % of its size.</p>"
                        '<p><a href="https://northwind-mail.example/confirm">Confirm your'
                        " password</a> within 24 hours to keep your messages.</p>"
                    ),
                    bare=True,
                    forged=True,
                ),
            ),
            frozenset({"SPAM"}),
            unread=1,
        ),
        Talk(
            "old-offer",
            "Pens with your logo, 500 pieces",
            (
                Said(
                    Person("Pens and More", "sales@pensandmore.test"),
                    m.workday(8, "10:00"),
                    "Hello,\n\nare you still looking for pens? We have a special price this week.",
                    bare=True,
                ),
            ),
            frozenset({"TRASH"}),
        ),
    ]


def bounce_text(address: str) -> str:
    return (
        f"Your message was not delivered to {address}, because the address was not found or"
        " cannot take mail.\n\nThe answer of the other server was:\n550 5.1.1 No such user here"
    )


def bounce_report(address: str, at: datetime) -> Paper:
    """Return the machine-readable half of a notice that a mail did not arrive."""
    text = (
        f"Reporting-MTA: dns; mail.northwind.test\r\nArrival-Date: {format_datetime(at)}\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    )
    return Paper("details.txt", "message/delivery-status", text.encode())


def bounce(key: str, address: str, at: datetime, references: tuple[str, ...]) -> Talk:
    """Return the notice that a mail to an address nobody has came back."""
    talk = _notice(
        key,
        _POST,
        at,
        "Delivery Status Notification (Failure)",
        bounce_text(address),
        headers=(("Auto-Submitted", "auto-replied"), ("X-Failed-Recipients", address)),
        papers=(bounce_report(address, at),),
    )
    return replace(talk, earlier=references)
