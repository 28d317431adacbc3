"""Small boards for the provider's tests: each card has a purpose in one of them."""

from __future__ import annotations

from datetime import timedelta

from loopdesk.sandbox.model import World
from loopdesk.sandbox.trello_world import (
    Attachment,
    Board,
    Card,
    Checklist,
    Comment,
    Label,
    Lane,
    Person,
    Step,
    TrelloWorld,
    Workspace,
    object_id,
)
from tests.providers.bench import NOW


def ago(**by: float) -> timedelta:
    return timedelta(**by)


def _old(word: str) -> str:
    return object_id(NOW - ago(days=90), word)


def _card(word: str, **by: float) -> str:
    return object_id(NOW - ago(**by), word)


ANN, BO, CY, DEE = _old("ann"), _old("bo"), _old("cy"), _old("dee")
LUMEN = _old("lumen")
PLANS, PRESS, ATTIC, INBOX = _old("plans"), _old("press"), _old("attic"), _old("inbox")
TODO, DOING, OVER = _old("todo"), _old("doing"), _old("over")
IDEAS, PRINTED = _old("ideas"), _old("printed")
SHELF, CAUGHT = _old("shelf"), _old("caught")
RED, BLUE, SHARP = _old("red"), _old("blue"), _old("sharp")

PAGE, COVER, PAPER = _card("page", days=9), _card("cover", days=8), _card("paper", days=7)
ASK, GLUE, MIRROR = _card("ask", days=6), _card("glue", days=5), _card("mirror", days=4)
LINE, FORM = _card("line", days=3), _card("form", days=3, hours=1)
POSTER, FLYER, BOOKS = _card("poster", days=9), _card("flyer", days=8), _card("books", days=7)
"""The first is Ann's; the second nobody's; the third is done."""
BILLS = tuple(_card(f"bill{number}", days=10 + number) for number in range(3))
DUST = _card("dust", days=20)
FILE = bytes(range(256)) * 4
DUE = NOW + ago(days=1, hours=7)
SAID_AT = NOW - ago(hours=3)


def cards() -> list[Card]:
    return [
        Card(
            PAGE,
            "Page 12",
            TODO,
            BO,
            "A **heading** is missing\n\n- north\n- south",
            "pageTwlv",
            members=(ANN, BO),
            labels=(RED,),
            due=DUE,
            checklists=(
                Checklist("Before print", (Step("Heading"), Step("Map", done=True))),
                Checklist("After", (Step("Thank *Cy*"),)),
            ),
            comments=(
                Comment(BO, NOW - ago(hours=9), "Hello @ann, see [it](https://lumen.example/a)"),
                Comment(ANN, NOW - ago(hours=8), "Today"),
            ),
            attachments=(
                Attachment(BO, NOW - ago(hours=9), "page 12.bin", "", "image/x-raw", FILE),
                Attachment(BO, NOW - ago(hours=9), "The plan", "https://lumen.example/plan"),
            ),
        ),
        Card(COVER, "Cover", DOING, ANN, "", "coverCov", members=(BO,)),
        Card(PAPER, "Paper", TODO, BO, "", "paperPap", watchers=frozenset({ANN})),
        Card(
            ASK,
            "Which ink?",
            TODO,
            BO,
            "",
            "askAskAs",
            members=(BO,),
            comments=(
                Comment(CY, NOW - ago(hours=4), "Blue"),
                Comment(BO, SAID_AT, "@ann is that so?"),
            ),
        ),
        Card(
            GLUE,
            "Glue",
            DOING,
            CY,
            "",
            "glueGlue",
            members=(ANN,),
            labels=(RED, BLUE),
            comments=(Comment(CY, NOW - ago(hours=2), "Two pots"),),
        ),
        Card(LINE, "---", TODO, BO, "", "lineLine", members=(ANN,), role="separator"),
        Card(FORM, "A form", TODO, BO, "", "formForm", members=(ANN,), is_template=True),
    ]


def boards() -> list[Board]:
    return [
        Board(
            PLANS,
            "Plans",
            {BO: "admin", ANN: "normal", CY: "normal"},
            [Lane(TODO, "To do"), Lane(DOING, "Doing"), Lane(OVER, "Over", closed=True)],
            [Label(RED, "Urgent", "red"), Label(BLUE, "", "blue_dark")],
            cards(),
            "plansPla",
            workspace=LUMEN,
        ),
        Board(
            PRESS,
            "Press",
            {BO: "admin", ANN: "normal"},
            [Lane(IDEAS, "Ideas"), Lane(PRINTED, "Printed")],
            [Label(SHARP, "Sharp", "lime")],
            [
                Card(POSTER, "Poster", IDEAS, BO, "", "posterPo", members=(ANN,)),
                Card(FLYER, "Flyer", IDEAS, BO, "", "flyerFly"),
                *(Card(id, f"Bill {n}", IDEAS, BO) for n, id in enumerate(BILLS)),
                Card(BOOKS, "Books", PRINTED, BO, "", "booksBoo", due_complete=True),
                Card(
                    MIRROR,
                    "https://trello.com/c/coverCov",
                    IDEAS,
                    BO,
                    link="mirrorMi",
                    role="mirror",
                    mirrors=COVER,
                ),
            ],
            "pressPre",
            watchers=frozenset({ANN}),
        ),
        Board(
            ATTIC,
            "Attic",
            {BO: "admin", ANN: "observer"},
            [Lane(SHELF, "Shelf")],
            [],
            [Card(DUST, "Dust", SHELF, BO, "", "dustDust", watchers=frozenset({ANN}))],
            "atticAtt",
        ),
        Board(INBOX, "Inbox", {ANN: "admin"}, [Lane(CAUGHT, "Inbox")]),
    ]


def world(*more: Board) -> World:
    people = [
        Person(ANN, "ann", "Ann Arber", "ann@lumen.example", INBOX, NOW - ago(hours=6)),
        Person(BO, "bo", "Bo Berg", "bo@lumen.example"),
        Person(CY, "cy", "Cy Coe", "cy@lumen.example"),
        Person(DEE, "dee", "Dee Dorn"),
    ]
    spaces = [Workspace(LUMEN, "lumen", "Lumen", (ANN, BO, CY))]
    return World([], trello=TrelloWorld(people, spaces, [*boards(), *more]))


EXPECTED = {PAGE, PAPER, ASK, GLUE, POSTER, DUST, FLYER, BOOKS, COVER, *BILLS}
