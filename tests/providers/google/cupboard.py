"""Ann's files: enough for several pages, and one of each kind."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from loopdesk.sandbox.model import Document, Remark, Shared, SharedDrive, Version, Who
from tests.providers.bench import NOW

ANN = Who("ann@lumen.example", "Ann Arber")
BO = Who("bo@lumen.example", "Bo Berg")
CY = Who("cy@far.example", "Cy Cole")
GOOGLES = "application/vnd.google-apps."
FOLDER = f"{GOOGLES}folder"
REPORT = bytes(range(256)) * 12
AGO = {days: NOW - timedelta(days=days) for days in (1, 2, 3, 40, 60, 100, 200)}

DRIVE = SharedDrive(
    "0Ateam", "Team", AGO[200],
    [Shared(BO, "organizer", BO, AGO[200]), Shared(ANN, "writer", BO, AGO[200])],
)  # fmt: skip


def file(
    key: str,
    name: str = "",
    kind: str = "text/plain",
    *,
    owner: Who = ANN,
    at: datetime = AGO[2],
    content: bytes = b"",
    roles: dict[Who, str] | None = None,
    **more: Any,
) -> Document:
    shared = [Shared(who, role, owner, at) for who, role in (roles or {}).items()]
    versions = more.pop("versions", None) or [Version(owner, at, content or key.encode())]
    return Document(key, name or key, kind, owner, versions, shared=shared, **more)


def files() -> list[Document]:
    """Return them; those that a first pull brings are named by `EXPECTED`."""
    plan = file(
        "plan",
        "Plan",
        f"{GOOGLES}document",
        owner=BO,
        content=b"First we sail.\nThen we rest.",
        roles={ANN: "writer", CY: "commenter"},
        versions=[
            Version(BO, AGO[3], b"First we sail."),
            Version(BO, AGO[2], b"First we sail.\nThen we rest."),
        ],
        remarks=[
            Remark(
                BO,
                AGO[1],
                "@ann@lumen.example is this final?",
                quote="Then we rest.",
                answers=(Remark(CY, AGO[1] + timedelta(hours=1), "I think so."),),
            ),
            Remark(CY, AGO[2], "A typo", resolved=True),
        ],
        viewed={ANN.address: AGO[2]},
    )
    return [
        file("work", "Work", FOLDER, at=AGO[100]),
        file("deep", "Deep", FOLDER, at=AGO[100], folder="work"),
        plan,
        file("report", "Report.pdf", "application/pdf", content=REPORT, folder="deep",
             roles={BO: "reader"}, description="For the board"),
        file("sheet", "Numbers", f"{GOOGLES}spreadsheet", owner=BO, content=b"a,b\n1,2",
             roles={ANN: "reader"}),
        file("old", at=AGO[60]),
        file("ancient", at=AGO[200]),
        file("desk", "Desk", FOLDER, owner=BO, at=AGO[100], roles={ANN: "reader"}),
        file("given", owner=BO, at=AGO[100], roles={ANN: "reader"}, folder="desk"),
        file("bin", at=AGO[3], trashed=True),
        file("team", "Team plan", owner=BO, at=AGO[3], folder=DRIVE.id, drive=DRIVE.id,
             viewed={ANN.address: AGO[2]}),
        file("pointer", "Report here", f"{GOOGLES}shortcut", shortcut_to="report"),
        *(file(f"note{number}", at=AGO[1] - timedelta(hours=number)) for number in range(12)),
    ]  # fmt: skip


EXPECTED = frozenset({
    "plan", "report", "sheet", "old", "given", "team", "pointer",
    *(f"note{number}" for number in range(12)),
})  # fmt: skip
