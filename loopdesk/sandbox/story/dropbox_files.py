"""Dropbox in the story: the printer shares proofs of the crew handbook, and Mira keeps her own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from random import Random

from loopdesk.sandbox.dropbox_world import (
    Boxes,
    File,
    Home,
    Level,
    Link,
    Member,
    Shared,
    Version,
    file_url,
    folder_url,
)
from loopdesk.sandbox.dropbox_world import Person as Account
from loopdesk.sandbox.story import papers
from loopdesk.sandbox.story.cast import (
    ADA,
    HALDEN,
    INES,
    MAREK,
    MIRA,
    OFFSITE,
    PRIYA,
    SOFIA,
    TOMAS,
    Person,
)
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.moments import Moments, clock

PROOF, PROOFS, PRICES = "handbook-proof-3", "84528192421", "84528193007"
PROOF_NAME, PROOFS_NAME = "handbook-proof-3.pdf", "Crew handbook proofs"
PROOF_URL = file_url(PROOF, PROOF_NAME)
PROOFS_URL = folder_url(PROOFS)
PRESS_NAME = "press-day.docx"
PRESS_URL = f"https://www.dropbox.com/scl/fi/{mark('press-day')[:11]}/{PRESS_NAME}"
_PEOPLE = (MIRA, MAREK, ADA, TOMAS, INES, PRIYA, SOFIA)
_HOME = 10_240_071
_SIZES = {"small": 0, "medium": 2_000, "large": 6_000}
"""Files of past years."""
_TOPICS = ("Photo", "Draft", "Flyer", "Poster", "Invoice", "Minutes", "Map")

Draft = tuple[Person, datetime, bytes | Callable[[], bytes]]


def boxes(m: Moments, seed: int, size: str) -> Boxes:
    """Return who is at Dropbox and what they have there; `size` is that of Mira's past."""
    homes = {person: _Shelf() for person in _PEOPLE}
    _own(homes[MIRA], m)
    _given(homes, m)
    proofs, prices = _Shelf(), _Shelf()
    _proofs(proofs, m)
    _prices(prices, m)
    return Boxes(
        [
            Account(_id(person), person.name, person.address, can_sign_in=person in (MIRA, MAREK))
            for person in _PEOPLE
        ],
        [
            Home(
                str(_HOME + number),
                person.address,
                partial(_all, shelf, m, seed, _SIZES[size] if person is MIRA else 0),
                ["/Camera uploads"] if person is MIRA else (),
            )
            for number, (person, shelf) in enumerate(homes.items())
        ],
        [
            Shared(
                PROOFS,
                PROOFS_NAME,
                [
                    Member(MAREK.address, "owner", MAREK.address, m.workday(20, "09:10")),
                    Member(MIRA.address, "editor", MAREK.address, m.workday(20, "09:12")),
                    Member(SOFIA.address, "viewer", MIRA.address, m.workday(12, "11:00")),
                ],
                proofs.files,
                mounts={
                    MAREK.address: "/Customers/Northwind",
                    MIRA.address: f"/{PROOFS_NAME}",
                },
            ),
            Shared(
                PRICES,
                "Papierhaus price lists",
                [
                    Member(MAREK.address, "owner", MAREK.address, m.workday(90, "10:00")),
                    Member(MIRA.address, "viewer", MAREK.address, m.workday(3, "10:00")),
                ],
                prices.files,
                mounts={MAREK.address: "/Price lists"},
            ),
        ],
        [
            Link(HALDEN.link("halden-terms-v3.docx"), _key("halden-terms"), ADA.address),
            Link(OFFSITE.link("offsite-venues.pdf"), _key("offsite-venues"), TOMAS.address),
            Link(_sketch_url(), _key("cover-b"), MIRA.address),
            Link(PRESS_URL, _key("press-day"), MIRA.address),
        ],
    )


def _sketch_url() -> str:
    return f"https://www.dropbox.com/scl/fi/{mark('cover-b')[:11]}/cover-b.png"


def _id(person: Person) -> str:
    return f"dbid:AA{sha256(person.address.encode()).hexdigest()[:33]}"


def _key(key: str) -> str:
    return f"id:{mark('dropbox', key)}NW"


class _Shelf:
    def __init__(self) -> None:
        self.files: list[File] = []

    def keep(
        self,
        path: str,
        drafts: Sequence[Draft],
        *,
        key: str = "",
        url: str = "",
        given: Mapping[Person, tuple[Level, datetime]] | None = None,
        deleted_at: datetime | None = None,
        export_as: tuple[str, ...] = (),
    ) -> None:
        """Put down a file.

        Args:
            drafts: who wrote it, when, and what it was then; oldest first.
            given: who else has this file alone, and since when.
        """
        owner = drafts[0][0].address
        self.files.append(
            File(
                path,
                [Version(by.address, at, content) for by, at, content in drafts],
                _key(key or path),
                [
                    Member(person.address, level, owner, at)
                    for person, (level, at) in (given or {}).items()
                ],
                deleted_at=deleted_at,
                export_as=export_as,
                url=url,
            )
        )


def _own(shelf: _Shelf, m: Moments) -> None:
    """What is Mira's."""
    outline = ["Crew handbook", "1 Before you sail", "2 On watch", "3 When the plan breaks"]
    more = [*outline, "4 Who to call", "5 The watch wheel"]
    name = "Crew handbook outline"
    conflict = f"{name} (Mira Dahl's conflicted copy {m.workday(4, '09:00').date()})"

    def text(lines: Sequence[str]) -> bytes:
        return papers.docx("outline", lines).data

    shelf.keep(
        f"/Handbook/{name}.docx",
        [
            (MIRA, m.workday(30, "10:40"), text(outline[:3])),
            (MIRA, m.workday(12, "16:20"), text(outline)),
            (MIRA, m.workday(4, "18:05"), text(more)),
        ],
        key="outline",
    )
    shelf.keep(
        f"/Handbook/{conflict}.docx",
        [(MIRA, m.workday(4, "18:07"), text([*outline, "4 The watch wheel, on the train"]))],
    )
    sheet = ["Day at the press", "Colour of the cover", "Page 12, after the fold", "Count to 800"]
    shelf.keep(
        f"/Handbook/{PRESS_NAME}",
        [
            (MIRA, m.workday(2, "19:10"), text(sheet[:3])),
            (MIRA, m.workday(1, "17:25"), text(sheet)),
        ],
        key="press-day",
    )
    shelf.keep(
        "/Handbook/First ideas.docx",
        [(MIRA, m.workday(60, "21:00"), text(["A book that fits in a jacket"]))],
        deleted_at=m.workday(11, "12:00"),
    )
    shelf.keep(
        "/Handbook/Page plan.xlsx",
        [
            (
                MIRA,
                m.workday(6, "13:15"),
                papers.xlsx(
                    "Page plan.xlsx",
                    [("page", "what"), (12, "fold"), (31, "watch wheel"), (48, "imprint")],
                ).data,
            )
        ],
    )
    shelf.keep(
        "/Handbook/Why print.pptx",
        [(MIRA, m.workday(14, "16:00"), papers.pptx("w", ["A book needs no network"]).data)],
    )
    shelf.keep(
        "/Handbook/layout.dat",
        [(MIRA, m.workday(16, "16:00"), papers.readings("layout.dat").data)],
    )
    for letter, days, colours in (
        ("a", 18, ("#0B3D5C", "#E9F1F5", "#F2B441")),
        ("b", 9, ("#1B4B66", "#FFFFFF", "#C0392B")),
        ("c", 9, ("#3F6212", "#FFFFFF", "#F2B441")),
    ):
        picture = papers.png(f"cover-{letter}.png", 210, 297, colours).data
        shelf.keep(
            f"/Handbook/Cover/cover-{letter}.png",
            [(MIRA, m.workday(days, "20:30"), picture)],
            key=f"cover-{letter}",
        )
    shelf.keep(
        "/Handbook/Notes.paper",
        [
            (
                MIRA,
                m.workday(2, "19:40"),
                b"# Notes\n\n- Ask Marek about the thin line\n- 200 more for the fair\n",
            )
        ],
        export_as=("docx", "markdown", "html"),
    )
    shelf.keep(
        "/Halden/clause 7, my reading.txt",
        [(MIRA, m.ago(hours=3), b"Availability: the screen and the app. Both.\n")],
    )
    shelf.keep(
        "/Halden/Call notes.md",
        [
            (MIRA, m.workday(2, "15:50"), b"# Halden\n\n- Ines asks about clause 7\n"),
            (
                MIRA,
                m.ago(hours=2),
                f"# Halden\n\n- Ines asks about clause 7\n- Call at {clock(m.call_at)}\n".encode(),
            ),
        ],
    )
    for number, hours in enumerate((30, 29, 6, 5), 1):
        picture = papers.png("photo", 400, 300, ("#87A7C0", "#C0C8CE", "#40566B")).data
        at = m.earlier(hours)
        shelf.keep(f"/Camera uploads/{at:%Y-%m-%d %H.%M.%S}-{number}.png", [(MIRA, at, picture)])
    shelf.keep(
        "/Receipts/Train to Visby.pdf",
        [(MIRA, m.workday(15, "08:10"), papers.pdf("t", ["Coast Rail", "2 seats", "48.00"]).data)],
    )
    shelf.keep(
        "/Get started with Dropbox.pdf",
        [(MIRA, m.workday(400, "12:00"), papers.pdf("g", ["Welcome"]).data)],
    )


def _given(homes: Mapping[Person, _Shelf], m: Moments) -> None:
    """What others gave to Mira, each file by itself."""
    may_edit: tuple[Level, datetime] = ("editor", m.workday(3, "09:30"))
    terms = ["Terms for Halden", "6 Price", "7 Availability", "8 End"]
    homes[ADA].keep(
        "/Halden/halden-terms-v3.docx",
        [
            (ADA, m.workday(3, "09:20"), papers.docx("v2", terms[:3]).data),
            (INES, m.workday(2, "10:10"), papers.docx("v2", [*terms[:3], "(clause 7?)"]).data),
            (ADA, m.ago(minutes=20), papers.docx("v3", terms).data),
        ],
        key="halden-terms",
        url=HALDEN.link("halden-terms-v3.docx"),
        given={MIRA: may_edit, INES: ("editor", m.workday(3, "09:31"))},
    )
    homes[TOMAS].keep(
        "/Offsite/offsite-venues.pdf",
        [(TOMAS, m.workday(1, "10:05"), papers.pdf("v", ["Three houses", "Lake", "Sauna"]).data)],
        key="offsite-venues",
        url=OFFSITE.link("offsite-venues.pdf"),
        given={MIRA: ("viewer", m.workday(1, "10:12"))},
    )
    homes[MAREK].keep(
        f"/Customers/{PROOF_NAME}",
        [
            (
                MAREK,
                m.earlier(1, 25),
                papers.pdf("p", ["Northwind", "Crew handbook", "Proof 3, not for sale"]).data,
            )
        ],
        key=PROOF,
        url=PROOF_URL,
        given={MIRA: ("viewer", m.earlier(1, 20))},
    )
    homes[PRIYA].keep(
        "/Sketches/watch-wheel.png",
        [(PRIYA, m.workday(2, "18:20"), papers.png("w", 200, 200, ("#FFFFFF", "#1B4B66")).data)],
        given={MIRA: ("viewer", m.workday(2, "18:25"))},
    )


def _proofs(shelf: _Shelf, m: Moments) -> None:
    """The folder that the printer and Mira have together."""

    def proof(number: int, *lines: str) -> bytes:
        return papers.pdf("p", ["Northwind", "Crew handbook", f"Proof {number}", *lines]).data

    shelf.keep(
        "/Read me first.txt",
        [
            (
                MAREK,
                m.workday(20, "09:15"),
                "Proofs are PDF. Please write on them, not beside them.\nMarek Wójcik\n".encode(),
            )
        ],
    )
    shelf.keep(
        "/Proofs/handbook-proof-1.pdf",
        [
            (MAREK, m.workday(14, "15:00"), proof(1)),
            (MIRA, m.workday(13, "10:30"), proof(1, "p. 4: two words too many")),
            (MAREK, m.workday(12, "16:10"), proof(1, "p. 4: done")),
        ],
    )
    shelf.keep(
        "/Proofs/handbook-proof-2.pdf",
        [
            (MAREK, m.workday(1, "16:40"), proof(2)),
            (MIRA, m.workday(1, "18:20"), proof(2, "p. 12: the line at the fold stays?")),
            (MAREK, m.earlier(2, 10), proof(2, "p. 12: not seen after binding")),
        ],
        key="proof-2",
    )
    for page, days in ((4, 13), (12, 1), (31, 1)):
        shelf.keep(
            f"/Proofs/Pages/page-{page}.png",
            [
                (
                    MAREK,
                    m.workday(days, "16:45"),
                    papers.png("p", 210, 297, ("#FFFFFF", "#EEEEEE", "#0B3D5C")).data,
                )
            ],
        )
    shelf.keep(
        "/Cover/cover-final.pdf",
        [
            (MAREK, m.workday(8, "11:00"), papers.pdf("c", ["Cover", "spine 6 mm"]).data),
            (MAREK, m.workday(2, "11:30"), papers.pdf("c", ["Cover", "spine 7 mm"]).data),
        ],
    )
    shelf.keep(
        "/Cover/colours.csv",
        [(MAREK, m.workday(8, "11:05"), b"name,value\r\nsea,#0B3D5C\r\nsand,#F2B441\r\n")],
    )
    shelf.keep(
        "/Paper/samples.docx",
        [
            (
                MAREK,
                m.workday(17, "09:40"),
                papers.docx("s", ["Offset 90 g", "Offset 120 g", "Book paper, cream"]).data,
            )
        ],
    )
    shelf.keep(
        "/Paper/fold test.txt",
        [(MAREK, m.workday(1, "17:05"), b"120 g breaks at the fold, 90 g does not.\n")],
    )
    shelf.keep(
        "/Offer 200 copies.xlsx",
        [
            (
                MAREK,
                m.workday(5, "14:00"),
                papers.xlsx("o", [("copies", "EUR"), (200, "1840.00"), (400, "2310.00")]).data,
            )
        ],
    )
    shelf.keep(
        "/Proofs/wrong file.pdf",
        [(MAREK, m.workday(14, "14:50"), proof(0))],
        deleted_at=m.workday(14, "14:58"),
    )


def _prices(shelf: _Shelf, m: Moments) -> None:
    for year in range(3):
        at = m.workday(88 + 250 * year, "10:05")
        lines = ["Papierhaus", f"Prices {at.year}", "Per sheet and per thousand"]
        shelf.keep(f"/prices-{at.year}-{year}.pdf", [(MAREK, at, papers.pdf("p", lines).data)])


def _all(shelf: _Shelf, m: Moments, seed: int, more: int) -> list[File]:
    """Return what lies on a shelf, and files of past years beside it."""
    return [*shelf.files, *(_old(m, seed, number) for number in range(more))]


def _old(m: Moments, seed: int, number: int) -> File:
    lots = Random(mark(seed, "dropbox", number))
    at = m.now - timedelta(days=lots.uniform(90, 1_400))
    topic = lots.choice(_TOPICS)
    words = f"{topic} {number}\n".encode()
    return File(
        f"/Archive/{at.year}/{topic} {number}.txt",
        [Version(MIRA.address, at, words)],
        _key(f"old-{number}"),
    )
