"""Mira's second mailbox: she is a guest in the project office of Harbourline, a partner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from html import escape
from zoneinfo import ZoneInfo

from loopdesk.sandbox.microsoft.calendar.times import windows_name
from loopdesk.sandbox.microsoft.mail.arrival import arrived
from loopdesk.sandbox.model import Json, Mail
from loopdesk.sandbox.offices import Folder, Office
from loopdesk.sandbox.story import (
    office_files,
    office_meetings,
    office_tasks,
    outlook_past,
    papers,
    teams,
    week,
)
from loopdesk.sandbox.story.cabinet import DOCUMENT, link
from loopdesk.sandbox.story.cast import (
    BY_ADDRESS,
    HALDEN,
    HANNE,
    INES,
    MIRA,
    MIRA_AT_HARBOURLINE,
    NILS,
    OMAR,
    RUTH,
    Person,
)
from loopdesk.sandbox.story.letter import page
from loopdesk.sandbox.story.moments import Moments, clock, month_day, weekday
from loopdesk.sandbox.story.talk import INBOX, NOWHERE, Said, Talk, mails, message_id

TENANT = "b7d1c0de-5a1d-4b0a-9d2e-4a7b0a11e001"
_BERTHS, _VISITS = "folder-berths", "folder-visits"
_FOLDERS = (
    Folder(_BERTHS, "Berths"),
    Folder("folder-mole-2", "Mole 2", parent=_BERTHS),
    Folder(_VISITS, "Visits", parent="inbox"),
)
_CATEGORIES = (
    ("Halden", "preset7"),
    ("Berth plan", "preset4"),
    ("Travel", "preset1"),
    ("Waiting", "preset0"),
)
_HALDEN = frozenset({"INBOX", "Halden"})
_PLAN = frozenset({"INBOX", "Berth plan"})
_SORTED = frozenset({"INBOX", "CATEGORY_UPDATES"})
_TASK = "night-line"
_SHARES = Person("Nils Berge", "no-reply@sharepointonline.com")
_TEAMS = Person("Microsoft Teams", "noreply@email.teams.microsoft.com")
_DESK = Person("Harbourline intranet", "intranet@harbourline.test")
_SIZES = {
    "small": (0, 0, 0, 0, 0),
    "medium": (1_000, 2, 200, 300, 200),
    "large": (10_000, 10, 1_000, 2_000, 2_000),
}
"""Mails, of how many years; meetings, files and tasks of past years."""


def office(m: Moments, seed: int, size: str) -> Office:
    """Return Mira's account at Harbourline, which holds what `size` asks for."""
    old, years, meetings, files, tasks = _SIZES[size]
    calendars = office_meetings.work(m, seed, meetings)
    talks = [
        *_asked(m, seed),
        *_going_on(m, seed),
        *_notices(m, seed),
        *_invitations(m, calendars[0]["events"]),
        *outlook_past.exchanges(m, seed),
    ]
    lying = [one for talk in talks for one in mails(talk, MIRA_AT_HARBOURLINE, seed)]
    lying += outlook_past.heap(m, seed, old, years)
    linked = next(talk for talk in talks if talk.key == _TASK)
    return Office(
        MIRA_AT_HARBOURLINE.address,
        MIRA_AT_HARBOURLINE.name,
        tenant=TENANT,
        mails=sorted(map(_arrived, lying), key=lambda one: one.at),
        folders=_FOLDERS,
        categories=_CATEGORIES,
        chats=teams.chats(m, seed),
        calendars=calendars,
        lists=office_tasks.work(
            m, seed, (replace(linked, seed=seed).message_id(0), linked.subject), tasks
        ),
        files=office_files.work(m, seed, files),
        zone=windows_name(m.zone),
    )


def _arrived(mail: Mail) -> Mail:
    if mail.labels & {"SENT", "DRAFT"}:
        return mail
    return replace(mail, source=partial(_came, mail))


def _came(mail: Mail) -> bytes:
    return arrived(mail.raw)


def _asked(m: Moments, seed: int) -> list[Talk]:
    """Return what waits for a word of Mira's."""
    call = clock(m.call_at)
    return [
        Talk(
            _TASK,
            "One sentence on the night line",
            (
                Said(
                    NILS,
                    m.ago(minutes=74),
                    "Hello Mira,\n\nthe plan needs one sentence on the crews of the night line, in"
                    f" your words. Could you write it in before {call}? It stands under mole 2, and"
                    " everything else is done.\n\n"
                    f"{office_files.title(office_files.PLAN)}:"
                    f" {office_files.link(office_files.PLAN)}",
                    cc=(OMAR,),
                ),
            ),
            _PLAN | {"IMPORTANT"},
            unread=1,
        ),
        Talk(
            "halden-quay",
            "Halden at night: may they have quay 2?",
            (
                Said(
                    INES,
                    m.workday(1, "16:05"),
                    "Dear Nils, dear Mira,\n\nfrom March on our night line comes in at 05:45. May"
                    " we have quay 2 until seven? Our contract with Northwind is nearly signed, and"
                    " I would like to say so on the same day.",
                    to=(NILS,),
                    cc=(MIRA_AT_HARBOURLINE,),
                ),
                Said(
                    NILS,
                    m.workday(1, "17:20"),
                    "Quay 2 is free until half past six, not seven. Mira, does your crew plan"
                    " survive half an hour less?",
                    to=(INES, MIRA_AT_HARBOURLINE),
                ),
                Said(
                    INES,
                    m.earlier(2, 12),
                    "Dear Mira,\n\nhalf past six would do if the crews do. Please let me know"
                    f" before we speak {m.call_word} at {call}; then it goes into the contract at"
                    " once.",
                    to=(MIRA_AT_HARBOURLINE,),
                    cc=(NILS,),
                ),
            ),
            _HALDEN,
            unread=1,
            # It began in Northwind's mailbox.
            earlier=(message_id(seed, "halden-clause-7", 0, INES),),
        ),
        Talk(
            "workshop-part",
            "The second hour of the workshop",
            (
                Said(
                    HANNE,
                    m.workday(2, "09:50"),
                    "Mira, would you take the second hour: what a crew plan knows? Three slides are"
                    " plenty, people here do not like slides.",
                ),
                Said(
                    MIRA_AT_HARBOURLINE,
                    m.workday(2, "11:15"),
                    "Gladly. I will send you the slides the day before.",
                ),
                Said(
                    HANNE,
                    m.earlier(4, 2),
                    "The agenda is up, your hour is in it. Does 14:00 suit you, or shall I swap you"
                    f" with Omar?\n\n{office_files.link(office_files.AGENDA)}",
                ),
            ),
            INBOX,
            unread=1,
            starred=True,
        ),
        Talk(
            "bad-day",
            "A bad day, as you wished",
            (
                Said(
                    OMAR,
                    m.earlier(3, 8),
                    "Here is the worst one of the year, with every ship that came late. Can your"
                    " importer read it? Line 14 is a mystery to us too.",
                    papers=(
                        papers.csv(
                            "bad-day.csv",
                            [
                                ("ship", "planned", "came", "mole"),
                                ("Sula", "05:40", "06:25", 2),
                                ("Havn", "06:10", "06:12", 1),
                                ("Vesle Brita", "06:30", "08:05", 2),
                            ],
                        ),
                    ),
                ),
            ),
            INBOX,
            unread=1,
        ),
        Talk(
            "trial-numbers",
            "Ruth's trial: may we see it?",
            (
                Said(
                    NILS,
                    m.workday(1, "10:30"),
                    "Ruth tells everybody about her trial. Is the short version something you may"
                    f" show us?\n\n{link('fjordline-trial', DOCUMENT)}",
                ),
                Said(
                    MIRA_AT_HARBOURLINE,
                    m.workday(1, "12:02"),
                    "It is hers, not mine. I will ask her and tell you tomorrow.",
                ),
            ),
            INBOX,
        ),
        Talk(
            "rules",
            "Two late ships and one berth",
            (
                Said(
                    OMAR,
                    m.workday(4, "14:10"),
                    "Who moves when two of them are late? We have four answers here, depending on"
                    " who sits at the desk.",
                    cc=(NILS,),
                ),
                Said(
                    MIRA_AT_HARBOURLINE,
                    m.workday(4, "15:00"),
                    "The one whose crew reaches its hours first must not move. I will write the"
                    " rule down by Friday.",
                    cc=(NILS,),
                ),
                Said(
                    NILS,
                    m.workday(3, "08:40"),
                    "That is the first rule I understand. I keep this mail.",
                    to=(MIRA_AT_HARBOURLINE, OMAR),
                ),
            ),
            frozenset({_BERTHS, "Berth plan"}),
            starred=True,
        ),
    ]


def _going_on(m: Moments, seed: int) -> list[Talk]:
    minutes = next(talk for talk in week.threads(m) if talk.key == "long-subject")
    return [
        # The same mail lies in her mailbox at Northwind.
        replace(minutes, labels=INBOX),
        Talk(
            "contract-fyi",
            "FW: Halden, final terms",
            (
                Said(
                    MIRA,
                    m.ago(minutes=48),
                    "For the train: so that I have it here as well.\n\n"
                    f"{HALDEN.link('halden-terms-v3.docx')}",
                ),
            ),
            _HALDEN,
        ),
        Talk(
            "numbers",
            "Berths in numbers",
            (
                Said(
                    NILS,
                    m.workday(2, "15:10"),
                    "As promised, the numbers of the year. Mole 2 carries more than we thought.",
                    papers=(
                        papers.pdf("berths-in-numbers.pdf", ["Harbourline", "Mole 2: 412 calls"]),
                    ),
                ),
                Said(MIRA_AT_HARBOURLINE, m.workday(2, "16:00"), "Thank you, that settles it."),
            ),
            NOWHERE,
        ),
        Talk(
            "hotel",
            "Room for the night before",
            (
                Said(
                    HANNE,
                    m.workday(5, "10:20"),
                    "I have booked you the room above the pilots. They are quiet, the gulls are"
                    " not.",
                ),
                Said(MIRA_AT_HARBOURLINE, m.workday(5, "10:24"), "I like gulls. Thank you!"),
            ),
            frozenset({_VISITS, "Travel"}),
        ),
        Talk(
            "sensor-offer",
            "Sensors on mole 2",
            (
                Said(
                    OMAR,
                    m.workday(3, "09:05"),
                    "Three offers, all of them too high. We speak about it next week.",
                    to=(NILS,),
                    cc=(MIRA_AT_HARBOURLINE,),
                ),
            ),
            frozenset({"folder-mole-2"}),
        ),
        Talk(
            "berth-question",
            "The berth of the Sula",
            (
                Said(
                    MIRA_AT_HARBOURLINE,
                    m.workday(3, "13:30"),
                    "Omar, could you tell me why the Sula always lies outside? Nobody here knows.",
                    to=(OMAR,),
                ),
            ),
            NOWHERE,
        ),
        Talk(
            "ruth-board",
            "Your board and mine",
            (
                Said(
                    RUTH,
                    m.workday(2, "12:12"),
                    "Hi Mira,\n\nyou sit there too? Then we shall meet at the workshop. I bring the"
                    " numbers if you bring the drawing.",
                ),
                Said(
                    MIRA_AT_HARBOURLINE,
                    m.workday(2, "12:40"),
                    "Everybody wants the drawing. Agreed.",
                ),
            ),
            INBOX,
        ),
        Talk(
            "slides-draft",
            "Slides for the second hour",
            (
                Said(
                    MIRA_AT_HARBOURLINE,
                    m.ago(minutes=55),
                    "Hanne,\n\nhere are the slides. There are three, as ordered:",
                    to=(HANNE,),
                ),
            ),
            frozenset({"DRAFT"}),
        ),
    ]


def _notices(m: Moments, seed: int) -> list[Talk]:
    plan, place = office_files.title(office_files.PLAN), office_files.link(office_files.PLAN)
    group = teams.link(teams.PLAN_CHAT, TENANT)
    return [
        _notice(
            "share-plan",
            _SHARES,
            m.workday(7, "09:15"),
            f'Nils Berge shared "{plan.rpartition(".")[0]}" with you',
            "Nils Berge shared a file with you. Here's the document that Nils Berge shared with"
            " you.",
            plan,
            place,
        ),
        _notice(
            "share-agenda",
            replace(_SHARES, name=HANNE.name),
            m.workday(2, "10:06"),
            'Hanne Voss shared the folder "Joint pilot" with you',
            "Hanne Voss shared a folder with you.",
            office_files.title(office_files.AGENDA),
            office_files.link(office_files.AGENDA),
        ),
        _notice(
            "teams-mention",
            _TEAMS,
            m.ago(minutes=21),
            "Omar mentioned you in Berth plan",
            "You were mentioned in a chat.",
            "Omar: Mira, who tells Halden that quay 2 ends at half past six?",
            group,
        ),
        Talk(
            "digest",
            "This week on the mole",
            (
                Said(
                    _DESK,
                    m.earlier(6, 30),
                    "Crane test tomorrow at ten, from outside only.\n\nThe canteen has fish on all"
                    " days this week, and apologises.\n\nFound: one glove, left.",
                    headers=(
                        ("List-Id", "Harbourline intranet <digest.harbourline.test>"),
                        ("List-Unsubscribe", "<https://intranet.harbourline.test/leave/digest>"),
                        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
                        ("Precedence", "bulk"),
                    ),
                    bare=True,
                ),
            ),
            _SORTED,
            unread=1,
        ),
        Talk(
            "badge",
            "Your badge ends in 14 days",
            (
                Said(
                    _DESK,
                    m.workday(1, "06:00"),
                    "Badge 4117 of Mira Dahl ends in 14 days. Hanne Voss can renew it.",
                    headers=(("Auto-Submitted", "auto-generated"),),
                    bare=True,
                ),
            ),
            _SORTED,
        ),
        Talk(
            "prize",
            "You are the ONE MILLIONTH berth",
            (
                Said(
                    Person("Prize office", "win@berth-prizes.test"),
                    m.workday(2, "03:12"),
                    "Click here to claim your ship.",
                    forged=True,
                    bare=True,
                ),
            ),
            frozenset({"SPAM"}),
            unread=1,
        ),
        Talk(
            "old-menu",
            "Menu of last week",
            (Said(_DESK, m.workday(6, "06:00"), "Fish.", bare=True),),
            frozenset({"TRASH"}),
        ),
    ]


def _notice(
    key: str, by: Person, at: datetime, subject: str, words: str, quoted: str, place: str
) -> Talk:
    said = Said(
        by,
        at,
        f"{words}\n\n{quoted}\n\nOpen: {place}",
        html=page(
            f"<p>{escape(words)}</p><blockquote>{escape(quoted)}</blockquote>"
            f'<p><a href="{escape(place)}">Open</a></p>'
        ),
        headers=(("Auto-Submitted", "auto-generated"),),
        bare=True,
    )
    return Talk(f"notice-{key}", subject, (said,), _SORTED, unread=1)


def _invitations(m: Moments, events: Sequence[Json]) -> list[Talk]:
    by_id = {event["id"]: event for event in events if "id" in event}
    return [
        _invitation(by_id[office_meetings.WORKSHOP], m.workday(2, "10:12"), "REQUEST"),
        _invitation(by_id[office_meetings.BERTHS], m.earlier(1, 50), "REQUEST"),
        _invitation(by_id["crane"], m.earlier(3, 31), "CANCEL"),
    ]


def _invitation(event: Json, at: datetime, method: str) -> Talk:
    organizer = BY_ADDRESS[event["organizer"]["emailAddress"]["address"]]
    start, end = _moment(event["start"]), _moment(event["end"])
    title = event["subject"].removeprefix("Canceled: ")
    when = f"{weekday(start)} {month_day(start)} {clock(start)} - {clock(end)}"
    subject = f"Canceled: {title}" if method == "CANCEL" else title
    lines = (
        "BEGIN:VEVENT",
        f"UID:{event['iCalUId']}",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{start.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTEND:{end.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{title}",
        f"ORGANIZER;CN={organizer.name}:mailto:{organizer.address}",
        *(
            f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{each['emailAddress']['address']}"
            for each in event["attendees"]
        ),
        f"STATUS:{'CANCELLED' if method == 'CANCEL' else 'CONFIRMED'}",
        "END:VEVENT",
    )
    said = Said(
        organizer,
        at,
        f"{title}\nWhen: {when}",
        papers=(papers.ics("meeting.ics", lines, method),),
        bare=True,
    )
    return Talk(f"invitation-{event['id']}", subject, (said,), INBOX, unread=1)


def _moment(value: Json) -> datetime:
    moment = datetime.fromisoformat(value["dateTime"])
    return moment.replace(tzinfo=ZoneInfo(value["timeZone"]))
