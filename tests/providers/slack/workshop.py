"""A small workspace for the provider's tests: each message has a purpose in one of them."""

from __future__ import annotations

from datetime import timedelta

from loopdesk.sandbox.model import World
from loopdesk.sandbox.workspaces import Conversation, Member, Post, Upload, Workspace, stamp
from tests.providers.bench import NOW

TEAM = "T0LUMEN01"
ANN, BO, CY, ZOE, BOT = "U0ANN00001", "U0BO000001", "U0CY000001", "U0ZOE00001", "U0BOT00001"
GENERAL, PLANS, WITH_BO, TRIO = "C0GENERAL1", "C0PLANS001", "D0ANNBO001", "G0TRIO0001"
OLD, OPEN, SHARED = "C0OLD00001", "C0OPEN0001", "C0SHARED01"
PDF = bytes(range(256)) * 4
READ_AT = NOW - timedelta(hours=2)
QUESTION_AT = NOW - timedelta(hours=5)
TALK_AT = NOW - timedelta(days=2)
QUESTION, TALK = stamp(QUESTION_AT), stamp(TALK_AT)
"""What began a thread that names Ann, and one that does not concern her."""


def ago(**by: float) -> timedelta:
    return timedelta(**by)


def workspace() -> Workspace:
    return Workspace(
        TEAM,
        "Lumen",
        "lumen",
        [
            Member(ANN, "ann", "Ann Arber", "ann@lumen.example", "Ann"),
            Member(BO, "bo", "Bo Berg", "bo@lumen.example"),
            Member(CY, "cy", "Cy Coe", "cy@lumen.example"),
            Member(ZOE, "zoe", "Zoe Ash", "zoe@ash.example", team="T0ASH00001"),
            Member(BOT, "deploy", "Deploy", is_bot=True),
        ],
        [
            Conversation(
                WITH_BO,
                "direct",
                (ANN, BO),
                posts=[
                    Post(BO, NOW - ago(hours=3), "Are you in today?"),
                    Post(ANN, NOW - ago(hours=2, minutes=30), "From ten on"),
                    Post(
                        BO,
                        NOW - ago(hours=1),
                        "Good. See <https://lumen.example/plan|the plan>",
                        files=(Upload("F0PLAN0001", "Plan.pdf", "application/pdf", PDF),),
                    ),
                ],
                read={ANN: READ_AT},
            ),
            Conversation(
                GENERAL,
                "channel",
                (ANN, BO, CY),
                "general",
                [
                    *(
                        Post(CY, NOW - ago(days=20, hours=-number), f"Note {number}")
                        for number in range(60)
                    ),
                    Post(
                        CY,
                        TALK_AT,
                        "How was it?",
                        answers=(Post(BO, NOW - ago(days=2, minutes=-5), "Well"),),
                    ),
                    Post(CY, NOW - ago(days=1), "Welcome", reactions={"wave": (ANN, BO)}),
                    Post(
                        BO,
                        QUESTION_AT,
                        f"<@{ANN}> which week suits you?",
                        answers=(Post(CY, NOW - ago(hours=4), "The third"),),
                    ),
                ],
                read={ANN: NOW - ago(hours=6)},
                topic="All of us",
            ),
            Conversation(
                PLANS,
                "private",
                (ANN, CY),
                "plans",
                [
                    Post(ANN, NOW - ago(days=3), "The offer is out"),
                    Post(CY, NOW - ago(days=2), "The budget stands"),
                ],
            ),
            Conversation(
                TRIO,
                "group",
                (ANN, BO, CY),
                "mpdm-ann--bo--cy-1",
                [Post(CY, NOW - ago(days=8), "Lunch?")],
            ),
            Conversation(OLD, "channel", (ANN,), "old", archived=True),
            Conversation(
                SHARED,
                "channel",
                (ANN, ZOE),
                "shared",
                [Post(ZOE, NOW - ago(days=5), "Hello from outside")],
                partner="T0ASH00001",
            ),
            Conversation(
                OPEN,
                "channel",
                (BO, CY),
                "open",
                [Post(BO, NOW - ago(hours=8), f"Ask <@{ANN}> about it")],
            ),
        ],
        emoji={"lumen": "https://emoji.lumen.example/lumen.png"},
    )


def world(*given: Workspace) -> World:
    return World([], workspaces=given or [workspace()])
