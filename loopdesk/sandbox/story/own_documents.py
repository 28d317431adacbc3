"""The documents that are Mira's own, and those of the house."""

from __future__ import annotations

from datetime import timedelta

from loopdesk.sandbox.story import papers
from loopdesk.sandbox.story.cabinet import DOCUMENT, SHEET, Cabinet, Say
from loopdesk.sandbox.story.cast import COLLEAGUES, HARUKA, JONAS, KOFI, MAREK, MIRA, PRIYA, TOMAS
from loopdesk.sandbox.story.moments import Moments


def own(cabinet: Cabinet, m: Moments) -> None:
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
    for key, paper, days in (
        ("boat-days", papers.xlsx("Boat days.xlsx", [("boat", "days"), ("Sund", 12)]), 11),
        ("fair-talk", papers.pptx("Fair talk.pptx", ["Draw", "Do not talk"]), 12),
        ("tide-log", papers.readings("tide-log.dat"), 13),
    ):
        at = m.workday(days, "15:00")
        cabinet.keep(key, paper, MIRA, at, inside=notes, viewed={MIRA: at})
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


def company(cabinet: Cabinet, m: Moments) -> None:
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
