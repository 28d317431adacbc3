"""Northwind's own boards: marketing, the first day of new customers, Mira's inbox."""

from __future__ import annotations

from datetime import timedelta

from loopdesk.sandbox.google.calendar.shapes import event_address
from loopdesk.sandbox.story.cabinet import DOCUMENT, link
from loopdesk.sandbox.story.cast import ADA, DESIGN, JONAS, MIRA, PRIYA, SOFIA
from loopdesk.sandbox.story.meetings import REVIEW, event_id
from loopdesk.sandbox.story.moments import Moments, clock
from loopdesk.sandbox.story.talk import message_id
from loopdesk.sandbox.story.trello_people import (
    INBOX,
    NORTHWIND,
    Sheet,
    fixed,
    linked,
    member,
    username,
)
from loopdesk.sandbox.trello_world import Board, Card, Lane, object_id

_COPY = DESIGN.link("Onboarding copy")
_ME = f"@{username(MIRA)}"


def marketing(m: Moments, seed: int, mirrored: Card) -> Board:
    """Return the board of marketing.

    Args:
        mirrored: the card of another board that Sofia wants before her eyes.
    """
    sheet = Sheet(
        "marketing",
        (("backlog", "Backlog"), ("week", "This week"), ("waiting", "Waiting"), ("done", "Done")),
        (("fair", "Fair", "purple"), ("words", "Words", "blue"), ("launch", "2.4", "green")),
    )
    _this_week(sheet, m, seed)
    sheet.put(
        "mirror",
        "waiting",
        f"https://trello.com/c/{mirrored.link}",
        SOFIA,
        m.workday(2, "09:00"),
        role="mirror",
        mirrors=mirrored.id,
    )
    for number, (lane, name, by) in enumerate(
        (
            ("backlog", "Film on board the Eider", SOFIA),
            ("backlog", "The ship's cat on the front page", SOFIA),
            ("backlog", "A page for small ports", ADA),
            ("backlog", "Stickers", SOFIA),
            ("waiting", "Quote of Kyma Lines", ADA),
            ("waiting", "Logo of Aoki Ferry in outlines", SOFIA),
            ("done", "Page in the Ferry & Port Review", SOFIA),
            ("done", "Stand at the fair", SOFIA),
            ("done", "Photo of the Tern at dusk", PRIYA),
            ("done", "Invitation to show and tell", SOFIA),
        )
    ):
        is_done = lane == "done"
        sheet.put(
            f"lesser-{number}",
            lane,
            name,
            by,
            m.workday(number + 4, "11:05"),
            on=(by,),
            done=is_done,
        )
    return Board(
        sheet.id,
        "Marketing",
        {
            member(SOFIA): "admin",
            member(MIRA): "admin",
            member(ADA): "normal",
            member(PRIYA): "normal",
        },
        sheet.lanes,
        sheet.labels,
        sheet.cards,
        "mArKeT1n",
        workspace=NORTHWIND.id,
    )


def _this_week(sheet: Sheet, m: Moments, seed: int) -> None:
    asked = f"mid:{message_id(seed, 'numbers-fair', 0, MIRA)}"
    fair = event_address(event_id(seed, "fair-look-back"), MIRA.address)
    sheet.put(
        "numbers",
        "week",
        "Numbers of the fair, per day",
        MIRA,
        m.workday(3, "16:15"),
        desc="Demos, talks, cards. One table is enough.",
        on=(SOFIA,),
        watching=(MIRA,),
        labels=("fair",),
        due=m.workday(-1, "13:00"),
        steps=[("Days", [("Tuesday", True), ("Wednesday", True), ("Thursday", False)])],
        said=[(SOFIA, m.earlier(3, 20), "Two of three. Thursday is on paper, in my coat.")],
        kept=[
            linked(MIRA, m.workday(3, "16:16"), "Numbers of the fair (mail)", asked),
            linked(SOFIA, m.workday(2, "08:50"), "Fair: what we take home", fair),
        ],
    )
    sheet.put(
        "front",
        "week",
        "Front page: which picture?",
        SOFIA,
        m.workday(2, "13:30"),
        desc=f"A or B. B is [here]({link('front-page')}).",
        on=(MIRA, PRIYA),
        labels=("launch",),
        due=m.now + timedelta(hours=30),
        said=[
            (PRIYA, m.workday(1, "10:10"), "B, if it has to be one of the two."),
            (SOFIA, m.earlier(1, 25), f"{_ME} yours is the last vote."),
        ],
        kept=[linked(SOFIA, m.workday(2, "13:31"), "front-page-b.png", link("front-page"))],
    )
    sheet.put(
        "notes",
        "week",
        "2.4 in three sentences",
        SOFIA,
        m.workday(1, "09:25"),
        desc=f"For the newsletter, of Jonas's [nine lines]({link('release-notes', DOCUMENT)}).",
        on=(SOFIA, MIRA),
        labels=("launch", "words"),
        due=m.workday(-1, "16:00"),
        steps=[("Languages", [("English", True), ("German", False), ("Greek", False)])],
        kept=[linked(SOFIA, m.workday(1, "09:26"), "Notes", link("release-notes", DOCUMENT))],
    )
    sheet.put(
        "halden",
        "backlog",
        "Halden: may we say that they sail with us?",
        ADA,
        m.workday(1, "15:50"),
        on=(MIRA,),
        labels=("words",),
        said=[(ADA, m.workday(1, "15:52"), f"{_ME} please ask Ines in the call, not before.")],
    )


def onboarding(m: Moments, seed: int) -> Board:
    sheet = Sheet(
        "onboarding",
        (("next", "Next"), ("now", "Now"), ("review", "To review"), ("shipped", "Shipped")),
        (("copy", "Copy", "yellow"), ("screen", "Screen", "lime")),
    )
    review = event_address(event_id(seed, REVIEW), MIRA.address)
    mail = f"mid:{message_id(seed, 'onboarding-screen', 0, PRIYA)}"
    for number, (lane, name, by) in enumerate(
        (
            ("next", "A first day without a manual", PRIYA),
            ("next", "Names of the lines before anything else", JONAS),
            ("now", "Import before the tour", JONAS),
            ("shipped", "One question less", PRIYA),
            ("shipped", "Skip, and mean it", PRIYA),
        )
    ):
        sheet.put(
            f"lesser-{number}",
            lane,
            name,
            by,
            m.workday(9 - number, "10:00"),
            on=(by,),
            number=36 + number,
        )
    sheet.put(
        "copy",
        "review",
        "Onboarding copy",
        PRIYA,
        m.workday(2, "14:20"),
        desc=(
            "The last screen, **one sentence less**.\n\n"
            f"Agenda of the review: {DESIGN.link('Design review agenda')}"
        ),
        on=(PRIYA, MIRA),
        labels=("copy", "screen"),
        due=m.review_at,
        steps=[("Last screen", [("Words", True), ("Picture", True), ("Read by Mira", False)])],
        said=[
            (
                JONAS,
                m.workday(1, "16:00"),
                "The button still says “Next”. There is no next, see"
                f' [the agenda]({DESIGN.link("Design review agenda")} "smartCard-inline")',
            ),
            (PRIYA, m.ago(minutes=70), f"{_ME} ready for the review at {clock(m.review_at)}."),
        ],
        kept=[
            linked(PRIYA, m.workday(2, "14:21"), "Design review", review),
            linked(PRIYA, m.ago(minutes=72), "Onboarding, last screen (mail)", mail),
        ],
        link=_COPY.split("/")[4],
        number=41,
    )
    return Board(
        sheet.id,
        "Onboarding",
        {
            member(PRIYA): "admin",
            member(MIRA): "normal",
            member(JONAS): "normal",
            member(ADA): "normal",
        },
        sheet.lanes,
        sheet.labels,
        sheet.cards,
        "0nB0aRd1",
        workspace=NORTHWIND.id,
        is_for_workspace=True,
    )


def inbox(m: Moments) -> Board:
    """Return what Mira has thrown in front of herself."""
    lane = fixed("list", "inbox")
    cards = [
        Card(object_id(at, "card", "inbox", name), name, lane, member(MIRA))
        for at, name in (
            (m.workday(1, "22:10"), "Sketch of the watch wheel: the box under the stairs"),
            (m.workday(3, "08:05"), "Ask Kofi where the night shifts end"),
        )
    ]
    return Board(INBOX, "Inbox", {member(MIRA): "admin"}, [Lane(lane, "Inbox")], cards=cards)
