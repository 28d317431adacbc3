"""The board on which Northwind and the printer make the crew handbook."""

from __future__ import annotations

from datetime import timedelta

from loopdesk.sandbox.story import papers
from loopdesk.sandbox.story.cabinet import DOCUMENT, SHEET, link
from loopdesk.sandbox.story.cast import HARUKA, MAREK, MIRA, PRIYA, SOFIA
from loopdesk.sandbox.story.dropbox_files import PRESS_NAME, PRESS_URL
from loopdesk.sandbox.story.moments import Moments, weekday
from loopdesk.sandbox.story.talk import message_id
from loopdesk.sandbox.story.trello_people import PAPIERHAUS, Sheet, linked, member, username
from loopdesk.sandbox.story.workspace_people import channel
from loopdesk.sandbox.story.workspace_week import permalink
from loopdesk.sandbox.trello_world import Attachment, Board, Card, Comment
from loopdesk.sandbox.workspaces import stamp

KEY = "handbook"
RELEASE = "pR00f2Rl"
"""What the address of the card of the release ends with."""
_LANES = (
    ("ideas", "Ideas"),
    ("writing", "To write"),
    ("layout", "In layout"),
    ("press", "At the press"),
    ("done", "Done"),
)
_LABELS = (
    ("text", "Text", "blue"),
    ("picture", "Picture", "green"),
    ("print", "Print", "orange"),
    ("urgent", "Urgent", "red"),
    ("tide", "", "sky"),
)


def board(m: Moments, seed: int) -> Board:
    sheet = Sheet(KEY, _LANES, _LABELS)
    _open(sheet, m, seed)
    _lesser(sheet, m)
    _done(sheet, m)
    return Board(
        sheet.id,
        "Crew handbook",
        {
            member(MAREK): "admin",
            member(SOFIA): "normal",
            member(MIRA): "normal",
            member(PRIYA): "normal",
        },
        sheet.lanes,
        sheet.labels,
        sheet.cards,
        "hAnDb00k",
        "48 pages for every crew. Second printing.",
        PAPIERHAUS.id,
        starred=frozenset({member(MIRA)}),
    )


def asked(handbook: Board) -> tuple[Card, Comment]:
    """Return the card of the release, and what Marek asked there last."""
    found = next(card for card in handbook.all_cards if card.link == RELEASE)
    return found, found.comments[-1]


def _open(sheet: Sheet, m: Moments, seed: int) -> None:
    me, press = f"@{username(MIRA)}", m.workday(-1, "12:00")
    proof = papers.pdf(
        "handbook-proof-2.pdf", ["Northwind", "Crew handbook", "Proof 2, not for sale"]
    )
    mail = f"mid:{message_id(seed, 'proof', 0, MAREK)}"
    sent = m.workday(1, "16:40")
    sheet.put(
        "release",
        "press",
        "Release of proof 2",
        MAREK,
        m.workday(4, "09:12"),
        desc=(
            "Nothing is printed before **all four** are ticked.\n\n"
            f"1. The proof is below, and came [by mail]({mail})\n"
            f"2. The press is ours on {weekday(press)}\n"
            "3. What is found after that costs a plate"
        ),
        on=(MIRA, MAREK),
        labels=("print", "urgent"),
        due=press - timedelta(hours=2),
        steps=[
            (
                "Before the press",
                [
                    ("Page 12: the line at the fold", False),
                    ("Page 31: the new picture", False),
                    ("Imprint: the year", True),
                    ("Bar code on the back", True),
                ],
            ),
            ("At the press", [("Colour of the cover beside the sample", False)]),
        ],
        said=[
            (MAREK, m.workday(3, "11:20"), "Paper is here. 115 g, recycled, slightly warm."),
            (MIRA, m.workday(3, "11:48"), "Warm is good. It is cold on the bridge."),
            (MAREK, sent + timedelta(minutes=3), "Proof 2 is below. Please the evening before."),
            (MIRA, sent + timedelta(minutes=52), "What we look at there is in my sheet, below."),
            (
                MAREK,
                m.earlier(2),
                f"{me} may I make the plates? I hold the press until tonight.",
            ),
        ],
        kept=[
            Attachment(member(MAREK), sent, proof.name, "", proof.type, proof.data),
            linked(MAREK, sent + timedelta(minutes=2), "Proof of the crew handbook (mail)", mail),
            linked(MIRA, sent + timedelta(minutes=50), PRESS_NAME, PRESS_URL),
        ],
        link=RELEASE,
    )
    said = m.workday(1, "16:55")
    slack = permalink(channel("handbook"), stamp(said))
    sheet.put(
        "page-12",
        "layout",
        "Page 12: the line at the fold",
        MAREK,
        m.workday(1, "16:30"),
        desc=f"A hair line, seen when the sheet is flat. [Bigger in Slack]({slack})",
        on=(MAREK,),
        watching=(MIRA,),
        labels=("print",),
        said=[
            (SOFIA, m.workday(1, "17:20"), "I see it because I know it. Nobody else will."),
            (MAREK, m.earlier(4), "I can move the picture 2 mm inwards. Then it is gone."),
        ],
        kept=[linked(MAREK, said + timedelta(minutes=1), "#handbook", slack)],
    )
    sketch = f"mid:{message_id(seed, 'handbook-page', 0, PRIYA)}"
    sheet.put(
        "page-31",
        "layout",
        "Page 31: the watch wheel",
        PRIYA,
        m.workday(2, "17:40"),
        desc=f"Redrawn from the sketch. [The text]({link('handbook-text', DOCUMENT)})",
        on=(PRIYA, MIRA),
        labels=("picture",),
        start=m.workday(2, "18:00"),
        due=m.workday(-2, "10:00"),
        steps=[
            (
                "Wheel",
                [("Find the sketch", False), ("Redraw", False), ("Ask a mate to read it", False)],
            )
        ],
        said=[
            (PRIYA, m.workday(2, "17:58"), f"{me} the sketch is with you, I hope :pray:"),
            (MIRA, m.workday(2, "18:31"), "At home, I think. I bring it."),
        ],
        kept=[
            linked(PRIYA, m.workday(2, "17:59"), "Crew handbook", link("handbook-text", DOCUMENT)),
            linked(PRIYA, m.workday(2, "18:35"), "Page 31 (mail)", sketch),
        ],
    )
    names = f"mid:{message_id(seed, 'aoki-pilot', 0, HARUKA)}"
    sheet.put(
        "names",
        "writing",
        "Line names in Japanese, once more",
        SOFIA,
        m.workday(5, "10:05"),
        desc="Haruka has the right ones: 瀬戸内線, 小豆島線, 直島線",
        on=(MIRA,),
        labels=("text",),
        due=m.workday(-4, "16:00"),
        steps=[("Lines", [("瀬戸内線", True), ("小豆島線", False), ("直島線", False)])],
        kept=[
            linked(SOFIA, m.workday(5, "10:06"), "路線名.txt", link("line-names")),
            linked(MIRA, m.workday(5, "10:30"), "パイロット運航の日程について", names),
        ],
    )
    sheet.put(
        "copies",
        "press",
        "How many copies?",
        SOFIA,
        m.workday(2, "09:30"),
        desc=f"9,000 stand in [the budget]({link('budget', SHEET)}).",
        watching=(MIRA,),
        labels=("print",),
        due=m.workday(-3, "12:00"),
        said=[
            (MAREK, m.workday(2, "10:15"), "From 800 on the next hundred costs almost nothing."),
            (SOFIA, m.earlier(3), "@board last chance to say 800."),
        ],
        kept=[linked(SOFIA, m.workday(2, "09:31"), "Budget", link("budget", SHEET))],
    )


def _lesser(sheet: Sheet, m: Moments) -> None:
    """Put what Mira can see and has nothing to do with."""
    sheet.put("line", "ideas", "---", MAREK, m.workday(20, "09:00"), role="separator")
    sheet.put(
        "template",
        "ideas",
        "New page",
        MAREK,
        m.workday(40, "09:00"),
        steps=[("A page", [("Text", False), ("Picture", False), ("Read by a crew", False)])],
        is_template=True,
    )
    for key, lane, name, by, days, on, labels in (
        ("captions", "writing", "Captions of pages 40 to 44", SOFIA, 6, (SOFIA,), ("text",)),
        ("index", "writing", "Index: yes or no", SOFIA, 8, (), ("text",)),
        ("knots", "layout", "Knots that nobody ties any more", PRIYA, 7, (PRIYA,), ("picture",)),
        ("pocket", "ideas", "A small one for the pocket", MAREK, 11, (), ("print",)),
        ("digital", "ideas", "The same, but on the phone", SOFIA, 12, (), ()),
        ("tides", "ideas", "Tide table on the inside of the cover", PRIYA, 13, (), ("tide",)),
        ("spare", "press", "Spare sheets for the archive", MAREK, 3, (MAREK,), ("print",)),
    ):
        sheet.put(key, lane, name, by, m.workday(days, "10:20"), on=on, labels=labels)


def _done(sheet: Sheet, m: Moments) -> None:
    for key, name, by, days, on in (
        ("paper", "Paper: 115 g, recycled", MAREK, 10, (MAREK,)),
        ("cover", "Cover: the Tern at dusk", PRIYA, 15, (PRIYA, MIRA)),
        ("pages", "48 pages or 52?", SOFIA, 18, (MIRA,)),
        ("proof-1", "Release of proof 1", MAREK, 16, (MIRA, MAREK)),
        ("contract", "Offer of Papierhaus", MAREK, 30, (SOFIA,)),
    ):
        at = m.workday(days, "14:00")
        sheet.put(
            key,
            "done",
            name,
            by,
            at,
            on=on,
            due=m.workday(days - 3, "12:00"),
            done=True,
            said=[(by, m.workday(days - 2, "09:15"), "Done.")],
        )
    sheet.put(
        "leather",
        "ideas",
        "A leather cover",
        SOFIA,
        m.workday(25, "16:00"),
        closed=True,
        said=[(MAREK, m.workday(24, "09:00"), "At 40 each: no.")],
    )
