"""The files of Mira's account at Harbourline: her own, and what the people there share with her."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random

from loopdesk.sandbox.microsoft.drive import addresses
from loopdesk.sandbox.model import Document, Shared, Version, Who
from loopdesk.sandbox.offices import FOLDER
from loopdesk.sandbox.story import papers
from loopdesk.sandbox.story.cast import HANNE, INES, MIRA_AT_HARBOURLINE, NILS, OMAR, Person
from loopdesk.sandbox.story.letter import Paper, mark
from loopdesk.sandbox.story.moments import Moments

PLAN, AGENDA, QUESTIONS = "berth-plan", "workshop-agenda", "questions"
_LINKED = {
    PLAN: (NILS, "Berth plan 2027.docx"),
    AGENDA: (HANNE, "Workshop agenda.docx"),
    QUESTIONS: (MIRA_AT_HARBOURLINE, "Questions to Omar.docx"),
}
_WRITES = {MIRA_AT_HARBOURLINE: "writer"}
_READS = {MIRA_AT_HARBOURLINE: "reader"}
_TOPICS = ("Berths", "Tides", "Roster", "Minutes", "Offer", "Moles", "Log")


def title(key: str) -> str:
    """Return the name of a file that mails, chats and meetings point at."""
    return _LINKED[key][1]


def link(key: str) -> str:
    """Return the address of such a file: the same for every seed."""
    owner, name = _LINKED[key]
    drive = addresses.drive_id(owner.address, personal=False)
    return addresses.web_url(owner.address, drive, addresses.item_id(drive, key), name)


def work(m: Moments, seed: int, more: int = 0) -> list[Document]:
    """Return what she sees there, and `more` files of past years for the large sizes."""
    shelf = _Shelf()
    _own(shelf, m)
    _received(shelf, m)
    _heap(shelf, m, seed, more)
    return shelf.files


class _Shelf:
    def __init__(self) -> None:
        self.files: list[Document] = []

    def folder(
        self,
        key: str,
        name: str,
        owner: Person,
        at: datetime,
        *,
        inside: str = "",
        roles: Mapping[Person, str] | None = None,
    ) -> str:
        self._put(key, name, FOLDER, owner, [Version(_who(owner), at)], inside, roles, at)
        return key

    def keep(
        self,
        key: str,
        drafts: Sequence[tuple[Person, datetime, Paper]],
        *,
        inside: str = "",
        roles: Mapping[Person, str] | None = None,
        shared_at: datetime | None = None,
    ) -> None:
        """Put down a file.

        Args:
            drafts: who wrote it, when, and what it was then; oldest first.
        """
        versions = [Version(_who(by), at, paper.data) for by, at, paper in drafts]
        owner, at, paper = drafts[0]
        self._put(key, paper.name, paper.type, owner, versions, inside, roles, shared_at or at)

    def later(
        self,
        key: str,
        name: str,
        owner: Person,
        at: datetime,
        make: Callable[[], bytes],
        inside: str,
    ) -> None:
        """Put down a PDF that is made when somebody reads it."""
        versions = [Version(_who(owner), at, make)]
        roles = None if owner is MIRA_AT_HARBOURLINE else _READS
        self._put(key, name, "application/pdf", owner, versions, inside, roles, at)

    def _put(
        self,
        key: str,
        name: str,
        kind: str,
        owner: Person,
        versions: Sequence[Version],
        inside: str,
        roles: Mapping[Person, str] | None,
        at: datetime,
    ) -> None:
        shared = [Shared(_who(one), role, _who(owner), at) for one, role in (roles or {}).items()]
        self.files.append(Document(key, name, kind, _who(owner), versions, inside, shared=shared))


def _own(shelf: _Shelf, m: Moments) -> None:
    me = MIRA_AT_HARBOURLINE
    berths = shelf.folder("berths", "Berth planning", me, m.workday(40, "09:00"))
    visits = shelf.folder("visits", "Visits", me, m.workday(40, "09:05"))
    questions = [
        "1. Who moves a ship when two of them are late?",
        "2. Is the tide a rule or an advice?",
        "3. What does the crew see of all this?",
    ]
    shelf.keep(
        QUESTIONS,
        [
            (me, m.workday(4, "16:20"), papers.docx(title(QUESTIONS), questions[:2])),
            (me, m.workday(1, "15:10"), papers.docx(title(QUESTIONS), questions)),
        ],
        inside=berths,
        roles={OMAR: "writer"},
    )
    shelf.keep(
        "tide-windows",
        [
            (
                me,
                m.workday(3, "11:30"),
                papers.xlsx(
                    "Tide windows.xlsx",
                    [("mole", "from", "to"), (1, "04:10", "09:40"), (2, "05:00", "10:20")],
                ),
            )
        ],
        inside=berths,
        roles={OMAR: "writer", NILS: "reader"},
    )
    shelf.keep(
        "crew-side",
        [
            (
                me,
                m.workday(2, "17:05"),
                papers.pptx("What the crew sees.pptx", ["One berth", "One time", "One name"]),
            )
        ],
        inside=berths,
    )
    shelf.keep(
        "berth-notes",
        [
            (
                me,
                m.workday(6, "12:15"),
                papers.text("notes-mole-2.md", "# Mole 2\n\nWind from west."),
            )
        ],
        inside=berths,
    )
    shelf.keep(
        "depths",
        [(me, m.workday(11, "12:20"), papers.text("depths-mole-2.txt", "West 4.1 m, east 3.6 m"))],
        inside=berths,
    )
    shelf.keep(
        "gauge",
        [(me, m.workday(12, "12:25"), papers.readings("gauge-mole-2.dat"))],
        inside=berths,
    )
    shelf.keep(
        "travel-claim",
        [(me, m.workday(9, "09:30"), papers.xlsx("Travel claim.xlsx", [("train", "84.00")]))],
        inside=visits,
    )
    shelf.keep(
        "mole-photo",
        [(me, m.workday(6, "12:02"), papers.png("mole-2.png", 240, 160, ("#86A8B8", "#1B4B66")))],
        inside=visits,
    )
    shelf.keep(
        "house-rules",
        [
            (
                me,
                m.workday(39, "10:00"),
                papers.pdf("House rules.pdf", ["Harbourline", "Helmets on"]),
            )
        ],
    )


def _received(shelf: _Shelf, m: Moments) -> None:
    """What others gave her, some of it by a folder, one file from another organisation."""
    lines = ["Berth plan 2027", "Mole 1: ferries only.", "Mole 2: ferries before ten."]
    shelf.keep(
        PLAN,
        [
            (NILS, m.workday(8, "10:40"), papers.docx(title(PLAN), lines[:2])),
            (OMAR, m.workday(3, "14:25"), papers.docx(title(PLAN), lines)),
            (
                NILS,
                m.earlier(1, 35),
                papers.docx(title(PLAN), [*lines, "Crews: Northwind, before the call."]),
            ),
        ],
        roles={MIRA_AT_HARBOURLINE: "writer", OMAR: "writer", HANNE: "reader"},
        shared_at=m.workday(7, "09:15"),
    )
    joint = shelf.folder("joint-pilot", "Joint pilot", HANNE, m.workday(30, "09:00"), roles=_WRITES)
    agenda = [
        "Berths and crews: workshop",
        "13:00 What a berth plan knows",
        "14:00 What a crew plan knows (Mira)",
        "15:00 One page for both",
    ]
    shelf.keep(
        AGENDA,
        [
            (HANNE, m.workday(2, "10:05"), papers.docx(title(AGENDA), agenda[:2])),
            (HANNE, m.earlier(4, 5), papers.docx(title(AGENDA), agenda)),
        ],
        inside=joint,
        roles=_WRITES,
    )
    shelf.keep(
        "contacts",
        [
            (
                HANNE,
                m.workday(29, "11:00"),
                papers.xlsx("Contacts.xlsx", [("who", "what"), ("Omar", "berth systems")]),
            )
        ],
        inside=joint,
    )
    shelf.keep(
        "pilot-minutes",
        [
            (
                HANNE,
                m.workday(5, "16:30"),
                papers.docx("Minutes, planning round 11.docx", ["Mira: crew side by Friday."]),
            )
        ],
        inside=joint,
    )
    shelf.keep(
        "import-log",
        [
            (
                OMAR,
                m.earlier(2, 50),
                papers.csv(
                    "berth-import-log.csv", [("line", "note"), (14, "no berth"), (15, "ok")]
                ),
            )
        ],
        roles=_READS,
    )
    shelf.keep(
        "sensors",
        [
            (
                OMAR,
                m.workday(4, "13:00"),
                papers.pptx("Mole 2 sensors.pptx", ["Wind", "Water", "What they cost"]),
            )
        ],
        roles=_READS,
    )
    shelf.keep(
        "halden-wishes",
        [
            (
                INES,
                m.workday(2, "09:10"),
                papers.docx("Halden, berth wishes.docx", ["Quay 2 at night."]),
            )
        ],
        roles=_READS,
    )


def _heap(shelf: _Shelf, m: Moments, seed: int, count: int) -> None:
    """Put down files of past years, made when they are read."""
    roots = [
        shelf.folder(
            f"year-{year}",
            f"Archive {year}",
            MIRA_AT_HARBOURLINE,
            m.workday(250 * year + 250, "09:00"),
        )
        for year in range(3 if count else 0)
    ]
    for number in range(count):
        lots = Random(mark(seed, "office-heap", number))
        owner = lots.choice((MIRA_AT_HARBOURLINE, MIRA_AT_HARBOURLINE, NILS, HANNE, OMAR))
        topic = lots.choice(_TOPICS)
        at = m.now - timedelta(days=lots.uniform(20, 1_000))
        name = f"{topic} {number}.pdf"
        inside = lots.choice(roots) if owner is MIRA_AT_HARBOURLINE else ""
        shelf.later(f"heap-{number}", name, owner, at, partial(_leaf, name), inside)


def _leaf(name: str) -> bytes:
    return papers.pdf(name, [name, "One page of many"]).data


def _who(person: Person) -> Who:
    return Who(person.address, person.name)
