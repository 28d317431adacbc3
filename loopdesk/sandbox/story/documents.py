"""The story's documents, as Google Drive shows them: the same people, the same deals."""

# ruff: noqa: RUF001  (Greek is meant)

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random

from loopdesk.sandbox.model import Document, SharedDrive
from loopdesk.sandbox.story import papers
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
from loopdesk.sandbox.story.letter import mark
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
    _own(cabinet, m)
    _company(cabinet, m)
    _heap(cabinet, m, seed, more)
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


def _own(cabinet: Cabinet, m: Moments) -> None:
    """What is Mira's."""
    notes = cabinet.folder("notes", "Notes", MIRA, m.workday(120, "09:00"))
    handbook = cabinet.folder("handbook", "Crew handbook", MIRA, m.workday(80, "09:00"))
    cabinet.write(
        "handbook-text",
        "Crew handbook",
        DOCUMENT,
        MIRA,
        [
            (MIRA, m.workday(30, "10:00"), "Crew handbook\n\nBefore you sail"),
            (PRIYA, m.workday(2, "17:55"), "Crew handbook\n\nBefore you sail\n\nThe watch wheel"),
        ],
        inside=handbook,
        roles={PRIYA: "writer", MAREK: "reader"},
        says=[
            Say(
                PRIYA,
                m.workday(2, "17:57"),
                "Page 31 waits for your sketch. Is it still at home?",
                quote="The watch wheel",
                answers=((MIRA, m.workday(2, "18:31"), "It is. I will bring it."),),
            )
        ],
        viewed={MIRA: m.workday(2, "18:31")},
    )
    sketch = ("#FFFFFF", "#1B4B66", "#FFFFFF", "#C0392B")
    cabinet.keep(
        "watch-wheel",
        papers.png("watch-wheel-sketch.png", 200, 200, sketch),
        MIRA,
        m.workday(22, "20:15"),
        inside=handbook,
    )
    cabinet.write(
        "aoki-timetable",
        "Aoki: timetable of the training",
        SHEET,
        MIRA,
        [
            (
                MIRA,
                m.workday(1, "13:50"),
                "day,from,to,who\n1,09:00,12:00,captains\n2,09:00,12:00,crews\n",
            )
        ],
        roles={HARUKA: "commenter", JONAS: "writer"},
        says=[
            Say(
                JONAS,
                m.workday(1, "14:20"),
                "Japanese time or ours? Nobody will ask until it is too late.",
            )
        ],
        viewed={MIRA: m.workday(1, "13:50")},
    )
    for key, name, text, at in (
        ("ideas", "ideas.txt", "A watch bill that fits on a cup.\n", m.workday(1, "21:30")),
        ("clause-7", "clause-7-wording.txt", "Availability: screen and app.\n", m.ago(hours=2)),
        (
            "fair",
            "fair-what-we-learnt.md",
            "# Fair\n\n- Draw, do not talk\n",
            m.workday(2, "19:00"),
        ),
        ("old-notes", "standup-spring.txt", "Nobody is ill.\n", m.workday(140, "09:30")),
    ):
        cabinet.keep(key, papers.text(name, text), MIRA, at, inside=notes, viewed={MIRA: at})
    cabinet.keep(
        "ticket",
        papers.pdf("ticket-7QX2LM.pdf", ["Coast Rail", "7QX2LM", "Coach 4, seat 31"]),
        MIRA,
        m.workday(2, "20:20"),
        inside=notes,
        viewed={MIRA: m.workday(2, "20:20")},
    )
    cabinet.write(
        "expenses",
        "Expenses of the year",
        SHEET,
        MIRA,
        [(MIRA, m.workday(7, "17:00"), "day,what,euro\n3,train,84\n4,cake,22\n")],
        inside=notes,
        viewed={MIRA: m.workday(7, "17:00")},
    )
    cabinet.write(
        "welcome",
        "If Daniel says yes: first week",
        DOCUMENT,
        MIRA,
        [(MIRA, m.workday(1, "20:40"), "Monday: a ship. Tuesday: a captain. Then the code.")],
        inside=notes,
        viewed={MIRA: m.workday(1, "20:40")},
    )
    cabinet.write(
        "old-import",
        "Old import, specification",
        DOCUMENT,
        MIRA,
        [(MIRA, m.workday(70, "11:00"), "Do not build this again.")],
        trashed=True,
    )


def _company(cabinet: Cabinet, m: Moments) -> None:
    """The shared drive of the house, in which Mira may write but not tidy up."""
    founded = m.workday(200, "09:00")
    members = {TOMAS: "organizer", MIRA: "writer", **{one: "writer" for one in COLLEAGUES[:3]}}
    drive = cabinet.drive("company", "Northwind", founded, members)
    hiring = cabinet.folder("hiring", "Hiring", TOMAS, founded, inside=drive, drive=drive)
    cabinet.write(
        "interview-notes",
        "Daniel Okoro: notes",
        DOCUMENT,
        TOMAS,
        [
            (TOMAS, m.workday(3, "11:10"), "Daniel Okoro\n\nKofi:\nJonas: yes\nMira:"),
            (KOFI, m.workday(1, "18:00"), "Daniel Okoro\n\nKofi: yes\nJonas: yes\nMira:"),
        ],
        inside=hiring,
        drive=drive,
        says=[
            Say(
                TOMAS,
                m.workday(1, "17:32"),
                "@mira@northwind.test three lines are enough. Can I have them by the evening"
                " before?",
                quote="Mira:",
            )
        ],
        viewed={MIRA: m.workday(3, "11:30")},
    )
    for key, name, text in (
        ("on-call", "On call", "week,who\n48,Jonas\n49,Kofi\n"),
        ("holidays", "Days off", "who,from,to\nKofi,7,9\n"),
    ):
        cabinet.write(
            key,
            name,
            SHEET,
            TOMAS,
            [(TOMAS, m.workday(6, "09:20"), text)],
            inside=drive,
            drive=drive,
            viewed={MIRA: m.workday(5, "09:00")},
        )
    template = papers.docx("letter-template.docx", ["Northwind, Kai 9", "Dear"])
    cabinet.write(
        "template",
        template.name,
        template.type,
        TOMAS,
        [(TOMAS, founded + timedelta(days=2), template.data)],
        inside=drive,
        drive=drive,
        viewed={MIRA: m.workday(30, "10:00")},
    )


_TOPICS = ("Roster", "Offer", "Minutes", "Invoice", "Plan", "Sketch", "Report", "Test run")
_KINDS = (
    (DOCUMENT, ""),
    (SHEET, ""),
    ("application/pdf", ".pdf"),
    ("text/plain", ".txt"),
    ("text/csv", ".csv"),
)


def _heap(cabinet: Cabinet, m: Moments, seed: int, count: int) -> None:
    """Put down files of the past three years, a tenth of them of the last three months."""
    roots = [
        cabinet.folder(
            f"year-{year}", f"Archive {year}", MIRA, m.workday(250 * year + 250, "09:00")
        )
        for year in range(3 if count else 0)
    ]
    for number in range(count):
        lots = Random(mark(seed, "heap", number))
        owner = lots.choice((MIRA, *COLLEAGUES))
        days = lots.uniform(1, 90) if number % 10 == 0 else lots.uniform(90, 1_000)
        at = m.ago(days=days)
        kind, ending = lots.choice(_KINDS)
        topic = lots.choice(_TOPICS)
        viewed = {MIRA: at + timedelta(hours=5)} if lots.random() < 0.7 else None
        cabinet.write(
            f"heap-{number}",
            f"{topic} {number}{ending}",
            kind,
            owner,
            [(owner, at, partial(_leaf, kind, topic, number))],
            inside=lots.choice(roots) if owner is MIRA else "",
            roles={} if owner is MIRA else {MIRA: lots.choice(("reader", "commenter", "writer"))},
            says=_chatter(owner, at, lots) if lots.random() < 0.1 else (),
            viewed=viewed,
        )


def _chatter(owner: object, at: datetime, lots: Random) -> Sequence[Say]:
    by = lots.choice([one for one in COLLEAGUES if one is not owner])
    return [Say(by, at + timedelta(hours=2), "Is this still so?", resolved=lots.random() < 0.8)]


def _leaf(kind: str, topic: str, number: int) -> bytes:
    if kind == "application/pdf":
        return papers.pdf(topic, [topic, f"Number {number}"]).data
    return f"{topic}\nNumber {number}, page 1\n".encode()
