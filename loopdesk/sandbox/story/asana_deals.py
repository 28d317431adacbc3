"""The projects of Northwind's deals at Asana, and what Mira has on her own list."""

from __future__ import annotations

from datetime import timedelta

from loopdesk.sandbox.asana_world import Attachment
from loopdesk.sandbox.google.calendar.shapes import event_address
from loopdesk.sandbox.story import papers, trello_people
from loopdesk.sandbox.story.asana_people import (
    Sheet,
    anchor,
    linked,
    named,
    tag,
    task_gid,
    user,
)
from loopdesk.sandbox.story.cabinet import DOCUMENT, SHEET, link
from loopdesk.sandbox.story.cast import (
    ADA,
    DESIGN,
    HALDEN,
    HARUKA,
    INES,
    JONAS,
    KOFI,
    LENA,
    MIRA,
    PER,
    PRIYA,
    RUTH,
    SOFIA,
    TOMAS,
    YUSUF,
)
from loopdesk.sandbox.story.meetings import REVIEW, TRAINING, event_id
from loopdesk.sandbox.story.moments import Moments, clock
from loopdesk.sandbox.story.talk import message_id
from loopdesk.sandbox.story.workspace_people import channel
from loopdesk.sandbox.story.workspace_week import asked as asked_at_slack
from loopdesk.sandbox.story.workspace_week import night_shifts, permalink
from loopdesk.sandbox.workspaces import stamp

_TODAY, _NEXT, _LATER = "Do today", "Do next week", "Do later"


def _meeting(seed: int, key: str) -> str:
    return event_address(event_id(seed, key), MIRA.address)


def halden(m: Moments, seed: int) -> Sheet:
    sheet = Sheet(
        "halden",
        "Halden contract",
        ADA,
        (("open", "Open"), ("legal", "With Legal"), ("them", "With Halden"), ("done", "Done")),
        people=(MIRA, LENA),
        favored=True,
        color="dark-blue",
    )
    rows = papers.csv("seats.csv", [("harbour", "seats"), ("Halden", "64"), ("Moss", "28")])
    slack = permalink(channel("deal-halden"), stamp(asked_at_slack(m).at))
    clause = f"mid:{message_id(seed, 'halden-clause-7', 0, INES)}"
    sheet.put(
        "price-sheet",
        "open",
        "Halden price sheet",
        ADA,
        m.workday(3, "10:15"),
        html=(
            "<strong>One page</strong>, no second harbour in it.\n<ul><li>Seats from "
            f"{anchor(link('price-sheet', SHEET), 'the sheet')}</li><li>Crew app included</li>"
            "<li>Year two: fixed</li></ul>"
        ),
        to=MIRA,
        mine=_TODAY,
        following=(LENA,),
        due=m.workday(-1, "12:00").date(),
        priority="High",
        said=[
            (LENA, m.workday(2, "11:05"), "Ines counts 64 seats, we counted 60."),
            (ADA, m.workday(1, "16:40"), "64 it is. It costs us nothing and looks generous."),
            (ADA, m.earlier(2, 10), f"{named(MIRA)} may the discount stand on the first page?"),
        ],
        kept=[
            Attachment(user(LENA), m.workday(2, "11:04"), rows.name, source=rows.data),
            linked(ADA, m.workday(3, "10:16"), "Price sheet", link("price-sheet", SHEET), "gdrive"),
        ],
        below=[
            ("Seats of the second year", LENA, m.workday(1, "10:00")),
            ("Discount: yes or no", MIRA, None),
        ],
        liked=(LENA,),
    )
    sheet.put(
        "terms",
        "legal",
        "Sign off the final terms",
        ADA,
        m.workday(1, "11:10"),
        html=(
            f"Before {clock(m.call_at)}. {anchor(HALDEN.link('halden-terms-v3.docx'), 'Terms v3')},"
            f" {anchor(clause, 'her question on clause 7')}"
        ),
        to=MIRA,
        mine=_TODAY,
        due=m.call_at,
        kind="approval",
        priority="High",
        said=[(ADA, m.ago(minutes=20), f"{named(MIRA)} {anchor(slack, 'she asks again')}.")],
        kept=[
            linked(ADA, m.workday(1, "11:11"), "Call with Halden", _meeting(seed, "halden-call")),
            linked(
                ADA,
                m.workday(1, "11:12"),
                "halden-terms-v3.docx",
                HALDEN.link("halden-terms-v3.docx"),
                "dropbox",
            ),
        ],
    )
    rosters = f"mid:{message_id(seed, 'halden-test-data', 0, PER)}"
    sheet.put(
        "import",
        "them",
        "Roster import with their own data",
        KOFI,
        m.workday(4, "09:30"),
        html=anchor(rosters, "Per's mail"),
        to=KOFI,
        following=(MIRA,),
        due=m.workday(-2, "12:00").date(),
        said=[(KOFI, m.earlier(5), "Two of three rosters are in. The third has a 25th hour.")],
    )
    sheet.put(
        "training",
        "open",
        "Training of the dispatchers",
        ADA,
        m.workday(6, "13:00"),
        html=anchor(_meeting(seed, TRAINING), "Two hours, on board"),
        to=MIRA,
        mine=_NEXT,
        start=m.workday(-3, "12:00").date(),
        due=m.workday(-5, "12:00").date(),
        below=[
            ("Screens with their own line names", PRIYA, None),
            ("One page to keep at the desk", MIRA, None),
        ],
    )
    sheet.put(
        "go-live",
        "open",
        "Halden goes live",
        ADA,
        m.workday(20, "09:00"),
        to=ADA,
        following=(MIRA,),
        due=m.workday(-15, "12:00").date(),
        kind="milestone",
    )
    for key, name, by, days in (
        ("annex", "Annex: what counts as a lost minute", MIRA, 3),
        ("terms-2", "Version 2 to Legal", MIRA, 4),
        ("visit", "Visit the bridge of the Halden", ADA, 12),
        ("nda", "Paper about silence", LENA, 25),
    ):
        at = m.workday(days + 2, "09:40")
        sheet.put(key, "done", name, ADA, at, to=by, done=m.workday(days, "15:00"))
    return sheet


def launch(m: Moments, seed: int) -> Sheet:
    sheet = Sheet(
        "launch",
        "Version 2.4",
        JONAS,
        (("todo", "To do"), ("doing", "Doing"), ("review", "To review"), ("done", "Done")),
        people=(MIRA, PRIYA, KOFI, TOMAS),
        favored=True,
        color="dark-green",
    )
    screen = f"mid:{message_id(seed, 'onboarding-screen', 0, PRIYA)}"
    sheet.put(
        "last-screen",
        "review",
        "Onboarding: words of the last screen",
        PRIYA,
        m.workday(2, "15:00"),
        html=(
            f"Card: {anchor(DESIGN.link('Onboarding copy'), 'Onboarding copy')}\n"
            f"Agenda: {anchor(DESIGN.link('Design review agenda'), 'Design review')}"
        ),
        to=MIRA,
        mine=_TODAY,
        due=m.review_at,
        said=[
            (JONAS, m.workday(1, "10:20"), "<em>Done</em> or <em>Cast off</em>?"),
            (PRIYA, m.earlier(3), f"{named(MIRA)} your turn. I like the second."),
        ],
        kept=[
            linked(PRIYA, m.workday(2, "15:01"), "Design review", _meeting(seed, REVIEW)),
            linked(PRIYA, m.workday(2, "15:02"), "Onboarding, last screen (mail)", screen),
        ],
        liked=(JONAS, TOMAS),
    )
    sheet.put(
        "notes",
        "doing",
        "Release notes: nine lines",
        JONAS,
        m.workday(3, "09:10"),
        html=anchor(link("release-notes", DOCUMENT), "The nine lines"),
        to=JONAS,
        following=(MIRA, SOFIA),
        due=m.workday(-1, "16:00").date(),
        said=[(SOFIA, m.workday(1, "11:15"), "Three for the newsletter, please. Any three.")],
    )
    ruth = f"mid:{message_id(seed, 'night-crews', 0, RUTH)}"
    sheet.put(
        "night-shifts",
        "doing",
        "Shifts that end after midnight",
        YUSUF,
        m.workday(2, "10:05"),
        html=(
            f"{anchor(night_shifts(m), 'Thread in Slack')}, {anchor(ruth, 'Ruth by mail')}\n"
            "<code>end &lt; start</code> is a <strong>new day</strong>, no mistake."
        ),
        to=KOFI,
        following=(MIRA,),
        due=m.workday(-1, "18:00").date(),
        priority="High",
        said=[
            (KOFI, m.workday(1, "17:30"), "Fixed on my machine. It fails only in Greece now."),
            (YUSUF, m.earlier(4), f"{named(MIRA)} shall I tell Fjordline today or when it runs?"),
        ],
    )
    sheet.put(
        "freeze",
        "todo",
        "No more changes to 2.4",
        JONAS,
        m.workday(9, "09:00"),
        to=JONAS,
        due=m.workday(-3, "12:00").date(),
        kind="milestone",
        following=(MIRA,),
    )
    names = f"mid:{message_id(seed, 'aoki-pilot', 0, HARUKA)}"
    sheet.put(
        "line-names",
        "todo",
        "路線名: names of the lines in the crew app",
        MIRA,
        m.workday(5, "10:10"),
        html=f"{anchor(names, '森さん')}\nAlso on {anchor(_trello('names'), 'the board')}",
        to=MIRA,
        mine=_NEXT,
        due=m.workday(-4, "16:00").date(),
    )
    for number, (lane, name, one) in enumerate(
        (
            ("todo", "A tour that can be skipped", PRIYA),
            ("todo", "Tide table in feet", KOFI),
            ("todo", "Print a roster on one page", TOMAS),
            ("doing", "Import before the tour", JONAS),
            ("done", "Swaps from the lock screen", KOFI),
            ("done", "One question less at the start", PRIYA),
            ("done", "Skip, and mean it", PRIYA),
        )
    ):
        sheet.put(
            f"lesser-{number}",
            lane,
            name,
            JONAS,
            m.workday(number + 5, "11:20"),
            to=one,
            done=m.workday(number, "14:00") if lane == "done" else None,
        )
    return sheet


def hiring(m: Moments) -> Sheet:
    """Return a project that is for a few people alone."""
    sheet = Sheet(
        "hiring",
        "Hiring: support",
        TOMAS,
        (("talks", "Talks"), ("decide", "To decide"), ("closed", "Closed")),
        people=(MIRA, YUSUF),
        is_public=False,
        color="dark-pink",
    )
    sheet.put(
        "daniel",
        "decide",
        "Daniel Okoro: your vote",
        TOMAS,
        m.workday(1, "12:30"),
        to=MIRA,
        mine=_TODAY,
        due=m.workday(-1, "12:00").date(),
        kind="approval",
        said=[(YUSUF, m.workday(1, "15:05"), "Yes from me. He asked about the night line first.")],
    )
    for key, lane, name, one in (
        ("second", "talks", "A second talk with the candidate from Bergen", YUSUF),
        ("advert", "closed", "Advert: fewer adjectives", SOFIA),
    ):
        is_done = lane == "closed"
        done = m.workday(5, "12:00") if is_done else None
        sheet.put(key, lane, name, TOMAS, m.workday(8, "09:30"), to=one, done=done)
    return sheet


def own(m: Moments, seed: int) -> Sheet:
    """Return what is in no project: Mira's own, and what others asked of her."""
    sheet = Sheet("own")
    fair = f"mid:{message_id(seed, 'numbers-fair', 0, SOFIA)}"
    for key, name, by, mine, due, html in (
        ("fair", "Numbers of the fair for Sofia", SOFIA, _TODAY, 0, anchor(fair, "Her mail")),
        (
            "page-12",
            "Look at page 12 once more",
            MIRA,
            _TODAY,
            -1,
            f"{anchor(_trello('page-12'), 'Card')}",
        ),
        ("ask-ines", "Ask Ines whether we may name them", ADA, "", -2, ""),
        (
            "blocked",
            "Tell Fjordline",
            MIRA,
            _NEXT,
            -3,
            f"After {tag(task_gid('launch', 'night-shifts'))}",
        ),
        ("wiki", "Pricing page in the wiki: throw away or write", MIRA, _LATER, None, ""),
        ("bergen", "Trip to Bergen with Ada", MIRA, _LATER, None, ""),
        ("chair", "A name for the second ship's cat", MIRA, _LATER, None, ""),
    ):
        sheet.put(
            key,
            "",
            name,
            by,
            m.workday(3, "08:45"),
            html=html,
            to=MIRA,
            mine=mine,
            due=None if due is None else m.workday(due, "12:00").date(),
        )
    sheet.put(
        "handed-on",
        "",
        "Badge reader at the back door",
        MIRA,
        m.workday(6, "10:00"),
        to=TOMAS,
        said=[(TOMAS, m.workday(2, "10:30"), "Ordered. It comes by ship, of course.")],
    )
    sheet.put(
        "offered",
        "",
        "Photos of the Tern for everybody",
        SOFIA,
        m.workday(4, "16:20"),
        to=PRIYA,
        following=(MIRA,),
        said=[(PRIYA, m.workday(3, "09:25") + timedelta(minutes=3), "First ten are up.")],
        liked=(MIRA,),
    )
    for key, name, days in (
        ("minutes", "Minutes of the standup", 1),
        ("offer", "Offer for Haddad Shipping", 2),
        ("photo", "Photo for the badge", 4),
    ):
        at, done = m.workday(days + 1, "09:05"), m.workday(days, "16:10")
        sheet.put(key, "", name, MIRA, at, to=MIRA, done=done)
    return sheet


def _trello(key: str) -> str:
    return trello_people.address("handbook", key)
