"""Who is in the story and what they deal in: shared by every service's share of it.

Northwind is a small company that makes planning software for ferry lines. A service's share names
people and deals from here, so that the same person and the same contract turn up in a mail, a
meeting, a chat, a card and a file.
"""

# ruff: noqa: RUF001  (Greek is meant)

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Quoting(Enum):
    """How somebody's mail program repeats what is answered."""

    BELOW = "the whole mail below, each line marked"
    HEADED = "the whole mail below, under its headings"
    BETWEEN = "a few lines, with the answer under them"
    NOT = "nothing"


@dataclass(frozen=True, slots=True)
class Person:
    """One human, or one desk that several share.

    Args:
        role: what stands under the name in a signature.
        signature: the lines under a mail, without the name; "" for people who sign with a word.
        farewell: the last line before the name.
        charset: what their mail program writes in.
        rich: whether it writes HTML beside the text.
        answers_after_min: how long Mira usually takes to answer them; 0 for never.
    """

    name: str
    address: str
    role: str = ""
    signature: str = ""
    farewell: str = ""
    quoting: Quoting = Quoting.BELOW
    charset: str = "utf-8"
    rich: bool = False
    answers_after_min: int = 0

    @property
    def first(self) -> str:
        return self.name.split()[0]

    @property
    def domain(self) -> str:
        return self.address.partition("@")[2]


@dataclass(frozen=True, slots=True)
class Deal:
    """Something several people work on, with the documents that belong to it.

    Args:
        documents: title and link of each; the links are what joins the services' items.
    """

    name: str
    ours: tuple[Person, ...]
    theirs: tuple[Person, ...]
    documents: tuple[tuple[str, str], ...] = ()

    def link(self, title: str) -> str:
        return dict(self.documents)[title]


_HOUSE = "Northwind, Kai 9, third floor"

MIRA = Person(
    "Mira Dahl",
    "mira@northwind.test",
    "Product and customers",
    signature=f"Product and customers\n{_HOUSE}",
    farewell="Mira",
    rich=True,
)
MIRA_AT_HOME = Person("Mira Dahl", "mira.dahl@home.test", farewell="Mira")

ADA = Person(
    "Ada Okafor",
    "ada@northwind.test",
    "Sales",
    signature=f"Sales\n{_HOUSE}\n+47 555 0112",
    farewell="Ada",
    rich=True,
    answers_after_min=25,
)
JONAS = Person(
    "Jonas Lind",
    "jonas@northwind.test",
    "Engineering",
    farewell="J",
    quoting=Quoting.BETWEEN,
    answers_after_min=55,
)
PRIYA = Person(
    "Priya Shah",
    "priya@northwind.test",
    "Design",
    farewell="Priya",
    rich=True,
    answers_after_min=70,
)
TOMAS = Person(
    "Tomas Meyer",
    "tomas@northwind.test",
    "Operations",
    signature=f"Operations and people\n{_HOUSE}",
    farewell="Regards\nTomas",
    quoting=Quoting.HEADED,
    answers_after_min=1300,
)
LENA = Person(
    "Lena Brandt",
    "lena@northwind.test",
    "Finance",
    signature="Finance, Northwind",
    farewell="Lena",
    quoting=Quoting.HEADED,
    rich=True,
    answers_after_min=240,
)
KOFI = Person("Kofi Mensah", "kofi@northwind.test", "Engineering", answers_after_min=150)
YUSUF = Person(
    "Yusuf Demir",
    "yusuf@northwind.test",
    "Support",
    signature="Northwind support",
    farewell="Best, Yusuf",
    answers_after_min=180,
)
SOFIA = Person(
    "Sofia Marchetti",
    "sofia@northwind.test",
    "Marketing",
    farewell="Ciao, Sofia",
    rich=True,
    answers_after_min=400,
)
LEGAL = Person("Legal", "legal@northwind.test", "Legal", signature="Northwind legal desk")
TEAM = Person("Northwind team", "team@northwind.test")

INES = Person(
    "Ines Roth",
    "ines.roth@halden.test",
    "Head of operations",
    signature="Head of operations\nHalden Ferries, Quay 2\n+47 555 0170",
    farewell="Kind regards\nInes Roth",
    quoting=Quoting.HEADED,
    charset="iso-8859-1",
    rich=True,
    answers_after_min=90,
)
PER = Person(
    "Per Aune",
    "per.aune@halden.test",
    "IT",
    signature="IT, Halden Ferries",
    farewell="Per",
    charset="iso-8859-1",
    answers_after_min=200,
)
HARUKA = Person(
    "森 春香",
    "haruka.mori@aoki-ferry.test",
    "Aoki Ferry",
    signature="青木フェリー株式会社 運航管理部\n森 春香 (Haruka Mori)",
    quoting=Quoting.NOT,
    answers_after_min=600,
)
ELENI = Person(
    "Ελένη Παππά",
    "eleni.pappa@kyma-lines.test",
    "Kyma Lines",
    signature="Kyma Lines, Πειραιάς",
    farewell="Με εκτίμηση\nΕλένη Παππά",
    answers_after_min=500,
)
NOUR = Person(
    "نور حداد",
    "nour@haddad-shipping.test",
    "Haddad Shipping",
    signature="حداد للنقل البحري",
    farewell="مع التحية\nنور حداد",
)
FRANCOISE = Person(
    "Françoise Béguin",
    "f.beguin@etude-beguin.test",
    "Avocate",
    signature="Étude Béguin, avocats",
    farewell="Meilleures salutations\nFrançoise Béguin",
    quoting=Quoting.NOT,
    charset="iso-8859-1",
    answers_after_min=300,
)
SIGRID = Person(
    "Sigrid Holm",
    "sigrid.holm@holm-audit.test",
    "Auditor",
    signature="Holm Audit\nThis message is for the person it is addressed to.",
    farewell="With kind regards\nSigrid Holm",
    quoting=Quoting.HEADED,
    rich=True,
    answers_after_min=1500,
)
MAREK = Person(
    "Marek Wójcik",
    "marek@papierhaus.test",
    "Print",
    signature="Papierhaus, print and binding",
    farewell="Marek",
    charset="iso-8859-2",
    answers_after_min=700,
)
DANIEL = Person("Daniel Okoro", "daniel.okoro@post.test", farewell="Daniel", answers_after_min=900)
RUTH = Person(
    "Ruth Nyberg",
    "ruth.nyberg@fjordline.test",
    "Fjordline",
    signature="Crew planning, Fjordline",
    farewell="Ruth",
    answers_after_min=350,
)
HOUSE_DESK = Person("Kai 9 house desk", "desk@kai9.test", signature="House desk, Kai 9")
ELIN = Person("Elin Dahl", "elin.dahl@home.test", farewell="Elin", answers_after_min=45)
TEACHER = Person(
    "Sandra Keller",
    "s.keller@lakeschool.test",
    signature="Class 4b, Lake School",
    farewell="Kind regards\nSandra Keller",
)

MIRA_AT_HARBOURLINE = Person(
    "Mira Dahl",
    "mira@harbourline.test",
    "Guest, berth planning",
    signature="Guest, berth planning\nHarbourline",
    farewell="Mira",
    quoting=Quoting.HEADED,
    rich=True,
)
NILS = Person(
    "Nils Berge",
    "nils.berge@harbourline.test",
    "Head of planning",
    signature="Head of planning\nHarbourline, North mole 1",
    farewell="Best regards\nNils",
    quoting=Quoting.HEADED,
    rich=True,
    answers_after_min=120,
)
HANNE = Person(
    "Hanne Voss",
    "hanne.voss@harbourline.test",
    "Project office",
    signature="Project office\nHarbourline",
    farewell="Hanne",
    quoting=Quoting.HEADED,
    rich=True,
    answers_after_min=40,
)
OMAR = Person(
    "Omar Rahal",
    "omar.rahal@harbourline.test",
    "Berth systems",
    signature="Berth systems, Harbourline",
    farewell="Omar",
    quoting=Quoting.HEADED,
    answers_after_min=75,
)

COLLEAGUES = (ADA, JONAS, PRIYA, TOMAS, LENA, KOFI, YUSUF, SOFIA)
CLIENTS = (INES, PER, HARUKA, ELENI, RUTH)
HARBOURLINE = (NILS, HANNE, OMAR)
"""The partner in whose organisation Mira is a guest."""
SUPPLIERS = (FRANCOISE, SIGRID, MAREK, HOUSE_DESK)
EVERYBODY = (
    *(MIRA, MIRA_AT_HOME, MIRA_AT_HARBOURLINE),
    *(*COLLEAGUES, LEGAL, TEAM, *CLIENTS, *HARBOURLINE, *SUPPLIERS),
    *(NOUR, DANIEL, ELIN, TEACHER),
)
BY_ADDRESS = {person.address: person for person in EVERYBODY}

HALDEN = Deal(
    "Halden",
    ours=(MIRA, ADA, LEGAL),
    theirs=(INES, PER),
    documents=(
        (
            "halden-terms-v3.docx",
            "https://www.dropbox.com/scl/fi/k2v9q7hw4halden3/halden-terms-v3.docx",
        ),
        ("Halden price sheet", "https://app.asana.com/1/1201/project/1202/task/1207740021"),
    ),
)
DESIGN = Deal(
    "Onboarding",
    ours=(MIRA, PRIYA, JONAS, ADA),
    theirs=(),
    documents=(
        (
            "Design review agenda",
            "https://docs.google.com/document/d/1Nw-review-agenda-7hQe/edit",
        ),
        ("Onboarding copy", "https://trello.com/c/Ob7cPy4e/41-onboarding-copy"),
    ),
)
OFFSITE = Deal(
    "Offsite",
    ours=(*COLLEAGUES, MIRA),
    theirs=(),
    documents=(
        (
            "offsite-venues.pdf",
            "https://www.dropbox.com/scl/fi/p6t1r0ffs1tev3n/offsite-venues.pdf",
        ),
    ),
)
AOKI = Deal("Aoki pilot", ours=(MIRA, JONAS), theirs=(HARUKA,))
