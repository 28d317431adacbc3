"""The story's documents, as Google Drive shows them: the same people, the same deals."""

# ruff: noqa: RUF001  (Greek is meant)

from __future__ import annotations

from loopdesk.sandbox.model import Document, SharedDrive
from loopdesk.sandbox.story import own_documents, papers
from loopdesk.sandbox.story.cabinet import (
    ANYBODY,
    DOCUMENT,
    SHEET,
    SLIDES,
    Cabinet,
    Say,
)
from loopdesk.sandbox.story.cast import (
    ADA,
    COLLEAGUES,
    ELENI,
    ELIN,
    HARUKA,
    INES,
    JONAS,
    KOFI,
    LEGAL,
    LENA,
    MAREK,
    MIRA,
    MIRA_AT_HOME,
    PER,
    PRIYA,
    RUTH,
    SIGRID,
    SOFIA,
    TEACHER,
    TOMAS,
    YUSUF,
)
from loopdesk.sandbox.story.heap import heap
from loopdesk.sandbox.story.moments import Moments, clock, month_day

_MAY_EDIT = {MIRA: "writer"}
_MAY_SAY = {MIRA: "commenter"}
_MAY_READ = {MIRA: "reader"}


def work(m: Moments, seed: int, more: int = 0) -> tuple[list[Document], list[SharedDrive]]:
    """Return what Mira sees at Northwind, and `more` files of past years for the large sizes."""
    cabinet = Cabinet()
    _design(cabinet, m)
    _deals(cabinet, m)
    _received(cabinet, m)
    own_documents.own(cabinet, m)
    own_documents.company(cabinet, m)
    heap(cabinet, m, seed, more)
    return cabinet.files, cabinet.drives


def home(m: Moments) -> list[Document]:
    """Return the files of her private account."""
    cabinet = Cabinet()
    cabinet.write(
        "choir-list",
        "Winter concert: who brings what",
        SHEET,
        ELIN,
        [(ELIN, m.workday(3, "21:10"), "who,what\nElin,cake\nBerit,salad\n")],
        roles={MIRA_AT_HOME: "writer"},
    )
    cabinet.keep(
        "class-trip",
        papers.pdf("class-trip.pdf", ["Class 4b", "Trip to the lighthouse"]),
        TEACHER,
        m.workday(1, "15:40"),
        roles={MIRA_AT_HOME: "reader"},
    )
    return cabinet.files


def _design(cabinet: Cabinet, m: Moments) -> None:
    everybody = {MIRA: "writer", JONAS: "writer", ADA: "writer"}
    design = cabinet.folder("design", "Design", PRIYA, m.workday(60, "09:00"), roles=everybody)
    release = cabinet.folder("release-24", "2.4", PRIYA, m.workday(20, "09:00"), inside=design)
    call = clock(m.call_at)
    first = f"Design review, {month_day(m.review_at)}\n\nTen minutes each. Decide, do not present."
    points = (
        "\n\n1. The 2.4 page\nBuild is green. Ship today, or wait for the new hero picture?",
        "\n\n2. Onboarding, last screen\nOnly the last screen changed. Priya asks for one name"
        " for “workspace” everywhere.",
        f"\n\n3. What Halden sees at {call}\nTerms version 3 and the price sheet, nothing else."
        " Ada leads, Mira answers on clause 7.",
    )
    cabinet.write(
        "review-agenda",
        "Design review agenda",
        DOCUMENT,
        ADA,
        [
            (ADA, m.workday(3, "14:40"), first + points[0]),
            (ADA, m.workday(1, "17:12"), first + points[0] + points[2]),
            (JONAS, m.ago(minutes=12), first + "".join(points)),
        ],
        inside=release,
        roles={MIRA: "writer", JONAS: "writer", PRIYA: "commenter"},
        says=[
            Say(ADA, m.workday(1, "17:14"), f"Keep point 3 short, Ines joins only at {call}."),
            Say(
                JONAS,
                m.ago(hours=1, minutes=3),
                "A line about the tide view would help. And a picture?",
                quote="The 2.4 page",
                id="AAAB",
            ),
            Say(
                JONAS,
                m.ago(minutes=12),
                "Mira, is the last screen final?",
                quote="Only the last screen changed.",
            ),
        ],
        viewed={MIRA: m.workday(1, "17:40")},
    )
    colours = ("#0B3D5C", "#0B3D5C", "#E9F1F5", "#FFFFFF", "#FFFFFF", "#F2B441")
    cabinet.keep(
        "last-screen",
        papers.png("onboarding-last-screen.png", 480, 320, colours),
        PRIYA,
        m.ago(hours=1, minutes=16),
        inside=release,
        roles=_MAY_EDIT,
    )
    cabinet.write(
        "release-notes",
        "release-notes-2.4.md",
        "text/markdown",
        JONAS,
        [
            (JONAS, m.ago(minutes=55), "# 2.4\n\n- Night shifts end on the right day\n"),
            (
                JONAS,
                m.ago(minutes=52),
                "# 2.4\n\n- Night shifts end on the right day\n- Crew swaps: (Mira)\n"
                "- Tides above nine metres are no longer believed\n",
            ),
        ],
        inside=release,
        roles=_MAY_EDIT,
        says=[
            Say(
                JONAS,
                m.ago(minutes=50),
                "@mira@northwind.test one sentence on swaps here, in your words?",
                quote="Crew swaps: (Mira)",
            )
        ],
    )
    cabinet.write(
        "watch-bill",
        "Printed watch bill, two wishes",
        DOCUMENT,
        YUSUF,
        [(YUSUF, m.earlier(4, 35), "Fjordline and Kyma ask for the same page. See 3322.")],
        inside=design,
        roles=_MAY_SAY,
    )


def _deals(cabinet: Cabinet, m: Moments) -> None:
    sales = cabinet.folder("sales", "Sales", ADA, m.workday(90, "09:00"), roles=_MAY_EDIT)
    halden = cabinet.folder("halden", "Halden", ADA, m.workday(40, "09:00"), inside=sales)
    rows = ["Ship            690.00", "Second harbour    0.00", "Training       1200.00"]
    for_sale = [
        papers.pdf("halden-price-sheet.pdf", ["Halden price sheet", *rows[:number]]).data
        for number in (2, 3)
    ]
    cabinet.write(
        "price-sheet",
        "halden-price-sheet.pdf",
        "application/pdf",
        MIRA,
        [(MIRA, m.workday(4, "15:10"), for_sale[0]), (MIRA, m.workday(1, "18:20"), for_sale[1])],
        inside=halden,
        roles={ADA: "writer", LENA: "reader"},
        viewed={MIRA: m.workday(1, "18:20")},
    )
    cabinet.write(
        "seats-prices",
        "Seats and prices 2027",
        SHEET,
        JONAS,
        [
            (
                JONAS,
                m.workday(2, "11:45"),
                "line,seats,price\nHalden-Moss,212,690\nHalden-Sund,96,690\n",
            )
        ],
        inside=sales,
        roles=_MAY_EDIT,
        viewed={MIRA: m.workday(1, "08:50")},
    )
    annex = papers.docx(
        "halden-annex.docx", ["Annex", "Availability means the planning screen and the crew app."]
    )
    cabinet.keep(
        "halden-annex",
        annex,
        LEGAL,
        m.workday(1, "15:50"),
        inside=halden,
        roles={MIRA: "commenter", INES: "commenter", ADA: "writer"},
        says=[
            Say(
                INES,
                m.ago(hours=2, minutes=20),
                "Dear Mira, may we write “on board” here, or does the law want “at sea”?",
                quote="the crew app",
            )
        ],
        viewed={MIRA: m.workday(1, "16:05")},
    )
    cabinet.write(
        "price-model",
        "A second harbour: one rule",
        DOCUMENT,
        ADA,
        [(ADA, m.workday(3, "10:20"), "Per ship, not per harbour.\n\nA harbour costs us nothing.")],
        inside=sales,
        roles={MIRA: "writer", LENA: "commenter"},
        says=[
            Say(
                LENA,
                m.workday(2, "09:30"),
                "And a ship that sails for two customers?",
                answers=(
                    (MIRA, m.workday(2, "10:05"), "Each of them pays for half of it."),
                    (LENA, m.workday(2, "10:07"), "Good, I can book that."),
                ),
                resolved=True,
            )
        ],
        viewed={MIRA: m.workday(2, "10:05")},
        starred_by=[MIRA],
    )
    cabinet.write(
        "haddad-demo",
        "Haddad Shipping: first demonstration",
        SLIDES,
        ADA,
        [(ADA, m.earlier(6, 10), "Three ferries, one plan\nCrews between islands\nQuestions")],
        inside=sales,
        roles=_MAY_EDIT,
    )
    cabinet.write(
        "fjordline-trial",
        "Fjordline trial: three questions",
        DOCUMENT,
        RUTH,
        [
            (
                RUTH,
                m.earlier(6, 40),
                "1. Night crews\n2. Printing\n3. Who calls whom at two at night?",
            )
        ],
        roles={MIRA: "commenter", ADA: "commenter"},
        says=[
            Say(
                RUTH,
                m.earlier(6, 18),
                "@mira@northwind.test could you answer the third one before our call?",
                quote="Who calls whom at two at night?",
            )
        ],
    )
    cabinet.shortcut(
        "halden-annex-shortcut",
        "Annex for Halden",
        MIRA,
        m.workday(1, "16:06"),
        next(one.id for one in cabinet.files if one.name == annex.name),
    )


def _received(cabinet: Cabinet, m: Moments) -> None:
    """What others gave her, most of it to read only."""
    cabinet.keep(
        "rosters",
        papers.csv(
            "rosters-anonymous.csv",
            [("line", "shift", "from", "to", "crew"), ("Halden-Moss", "N1", "21:30", "05:45", 4)],
        ),
        PER,
        m.workday(1, "09:52"),
        roles=_MAY_READ,
        viewed={MIRA: m.workday(1, "13:05")},
    )
    cabinet.keep(
        "handbook-proof",
        papers.pdf("handbook-proof-2.pdf", ["Northwind", "Crew handbook", "Proof 2, not for sale"]),
        MAREK,
        m.workday(1, "16:40"),
        roles=_MAY_SAY,
    )
    cabinet.keep(
        "line-names",
        papers.text("路線名.txt", "瀬戸内線\n小豆島線\n直島線\n"),
        HARUKA,
        m.workday(5, "07:40"),
        roles=_MAY_READ,
        viewed={MIRA: m.workday(5, "09:15")},
    )
    cabinet.keep(
        "kyma-renewal",
        papers.docx("Ανανέωση 2027.docx", ["Kyma Lines", "Ανανέωση για δύο χρόνια"]),
        ELENI,
        m.earlier(3, 20),
        roles=_MAY_READ,
    )
    cabinet.write(
        "offsite-houses",
        "Offsite: three houses",
        SLIDES,
        TOMAS,
        [(TOMAS, m.workday(1, "10:05"), "The boat house\nThe old school\nThe mill")],
        roles={MIRA: "reader", **{one: "reader" for one in COLLEAGUES if one is not TOMAS}},
        says=[Say(SOFIA, m.workday(1, "11:20"), "The mill has no oven. I only say.")],
        viewed={MIRA: m.workday(1, "12:00")},
    )
    cabinet.write(
        "budget",
        "Budget 2027, first round",
        SHEET,
        LENA,
        [
            (LENA, m.workday(4, "16:00"), "what,euro\nPeople,610000\nTravel,24000\n"),
            (LENA, m.workday(1, "17:55"), "what,euro\nPeople,610000\nTravel,31000\nPrint,9000\n"),
        ],
        roles={MIRA: "commenter", TOMAS: "writer", ADA: "commenter"},
        says=[
            Say(
                LENA,
                m.workday(1, "17:58"),
                "@mira@northwind.test is 9000 for print enough for the second handbook?",
                quote="Print,9000",
            ),
            Say(
                ADA,
                m.workday(1, "18:10"),
                "Travel is mine, I will explain it.",
                quote="Travel,31000",
                answers=((LENA, m.workday(1, "18:12"), "Please do, in numbers."),),
            ),
        ],
    )
    cabinet.keep(
        "front-page",
        papers.png("front-page-b.png", 320, 192, ("#F4C98B", "#F9E7C9", "#3B5A6B")),
        SOFIA,
        m.workday(3, "10:28"),
        roles=_MAY_READ,
        viewed={MIRA: m.workday(3, "12:40")},
    )
    cabinet.keep(
        "brand",
        papers.pdf("brand-colours.pdf", ["Northwind", "Sea, sand, signal"]),
        SOFIA,
        m.workday(45, "10:00"),
        roles=_MAY_READ,
    )
    cabinet.write(
        "year-end",
        "Year-end review: what we ask for",
        DOCUMENT,
        SIGRID,
        [(SIGRID, m.workday(3, "08:25"), "1. Signed customer contracts\n2. Pilots without a fee")],
        roles={MIRA: "commenter", LENA: "writer"},
    )
    cabinet.keep(
        "joint-minutes",
        papers.pdf("minutes-joint-group-4.pdf", ["Joint working group", "Fourth session"]),
        RUTH,
        m.workday(5, "14:50"),
        roles={ANYBODY: "reader"},
        viewed={MIRA: m.workday(5, "15:20")},
    )
    cabinet.write(
        "night-import",
        "Night shifts: what went wrong",
        DOCUMENT,
        KOFI,
        [(KOFI, m.workday(1, "14:40"), "The end was read in the zone of the ship.")],
        roles=_MAY_EDIT,
        says=[
            Say(
                YUSUF,
                m.workday(1, "15:12"),
                "May I send this to the two customers?",
                answers=((KOFI, m.workday(1, "15:15"), "Yes, it has no secrets."),),
                resolved=True,
            )
        ],
    )
    cabinet.keep(
        "tickets",
        papers.csv("tickets-week.csv", [("ticket", "days"), (3318, 1), (3322, 0)]),
        YUSUF,
        m.earlier(4, 40),
        roles=_MAY_EDIT,
    )
