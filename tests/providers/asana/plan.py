"""A small workspace for the provider's tests: each task has a purpose in one of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from loopdesk.sandbox.asana_world import (
    AsanaWorld,
    Attachment,
    Comment,
    Person,
    Project,
    Section,
    Tag,
    Task,
    Value,
    Workspace,
    gid,
)
from loopdesk.sandbox.model import World
from tests.providers.bench import NOW

ANN, BO, CY, DEE = (gid(each) for each in ("ann", "bo", "cy", "dee"))
LUMEN, HOUSE = gid("lumen"), gid("house")
PLANS, PRESS = gid("plans"), gid("press")
TODO, DOING, IDEAS = gid("todo"), gid("doing"), gid("ideas")
OFFER, COVER, PAPER, STEP, PLANTS, GLUE, INK, FLYER, PRINTED = (
    gid(each)
    for each in ("offer", "cover", "paper", "step", "plants", "glue", "ink", "flyer", "printed")
)
ASKED, LAUNCH, URGENT = gid("asked"), gid("launch"), gid("urgent")
BILLS = tuple(gid(f"bill{number}") for number in range(6))
FILE = bytes(range(256)) * 4
DUE = datetime(2026, 12, 1, 9, tzinfo=UTC)


def ago(**by: float) -> datetime:
    return NOW - timedelta(**by)


def tasks() -> list[Task]:
    return [
        Task(
            OFFER,
            "Send offer",
            LUMEN,
            BO,
            ago(hours=9),
            "All of it &amp; more\nsee https://lumen.example/plan",
            ANN,
            places=((PLANS, TODO),),
            due_on=NOW.date(),
            comments=(
                Comment(BO, ago(hours=5), f'<a data-asana-gid="{ANN}"/> can you <em>look</em>?'),
                Comment(ANN, ago(hours=4), "Today"),
            ),
            attachments=(
                Attachment(BO, ago(hours=5), "offer.bin", "", "asana", FILE),
                Attachment(BO, ago(hours=5), "Plan", "https://lumen.example/plan", "external"),
            ),
            subtasks=(Task(STEP, "Ask Cy", LUMEN, BO, ago(hours=8), assignee=BO),),
            liked_by=(BO,),
        ),
        Task(COVER, "Cover", LUMEN, BO, ago(hours=8), assignee=BO, places=((PLANS, DOING),)),
        Task(PAPER, "Paper", LUMEN, BO, ago(hours=7), "<strong>Thick</strong>", followers=(ANN,)),
        Task(
            GLUE,
            "Glue",
            LUMEN,
            BO,
            ago(hours=6),
            assignee=ANN,
            places=((PLANS, TODO),),
            tags=(URGENT,),
            values=(
                Value(gid("priority"), "Priority", "High"),
                Value(gid("code"), "ID", "ENG-12", "text"),
                Value(gid("cost"), "Cost", ""),
            ),
        ),
        Task(
            ASKED,
            "Cover is fine?",
            LUMEN,
            BO,
            ago(hours=5),
            assignee=ANN,
            subtype="approval",
            approval="pending",
        ),
        Task(LAUNCH, "Launch", LUMEN, BO, ago(hours=5), assignee=ANN, subtype="milestone"),
        Task(INK, "Which ink?", LUMEN, CY, ago(hours=6), "Blue", ANN, followers=(BO,), due_at=DUE),
        Task(PLANTS, "Water the plants", HOUSE, ANN, ago(hours=5), assignee=ANN),
        Task(FLYER, "Flyer", LUMEN, BO, ago(hours=5), assignee=BO, places=((PRESS, IDEAS),)),
        Task(
            PRINTED,
            "Printed",
            LUMEN,
            BO,
            ago(days=2),
            assignee=BO,
            places=((PLANS, DOING),),
            completed_at=ago(days=1),
        ),
        *(
            Task(each, f"Bill {n}", LUMEN, BO, ago(hours=10 + n), places=((PLANS, TODO),))
            for n, each in enumerate(BILLS)
        ),
    ]


EXPECTED = {OFFER, STEP, COVER, PAPER, GLUE, INK, PLANTS, PRINTED, ASKED, LAUNCH, *BILLS}


def asana(*, is_paid: bool = True) -> AsanaWorld:
    return AsanaWorld(
        [
            Person(ANN, "Ann Arber", "ann@lumen.example", signs_in=True),
            Person(BO, "Bo Berg", "bo@lumen.example", signs_in=True),
            Person(CY, "Cy Coe", "cy@lumen.example"),
            Person(DEE, "Dee Dorn", "dee@elsewhere.example"),
        ],
        [
            Workspace(LUMEN, "Lumen", (ANN, BO, CY), is_paid=is_paid),
            Workspace(HOUSE, "House", (ANN,), is_organization=False),
        ],
        [
            Project(
                PLANS,
                "Plans",
                LUMEN,
                BO,
                sections=(Section(TODO, "To do"), Section(DOING, "Doing")),
                favored_by=frozenset({ANN}),
            ),
            Project(PRESS, "Press", LUMEN, BO, sections=(Section(IDEAS, "Ideas"),)),
        ],
        [Tag(URGENT, "Urgent", LUMEN, "dark-red")],
        tasks(),
    )


def world(*, is_paid: bool = True) -> World:
    return World([], asana=asana(is_paid=is_paid))
