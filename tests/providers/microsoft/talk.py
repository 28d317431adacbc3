"""Ann's chats at Microsoft, and how the stand-in holds them."""

from __future__ import annotations

from datetime import timedelta

from loopdesk.content.html import html_to_text
from loopdesk.core.actions import Arguments, Target
from loopdesk.sandbox.microsoft.chats.area import ChatArea
from loopdesk.sandbox.model import Who
from loopdesk.sandbox.offices import Chat, Said
from tests.providers.bench import NOW, Bench, Mirror
from tests.providers.conformance import Act
from tests.sandbox.tiny_microsoft import ANN, CLEO

LAUNCH, UNREAD = "19:launch@thread.v2", "19:quiet0@thread.v2"
_ANN, _CLEO = Who(ANN, "Ann Arber"), Who(CLEO, "Cleo Carr")
_DAN = Who("dan@harbour.example", "Dan Dale")


def chats() -> list[Chat]:
    """Return one that names Ann, one that she has answered, and five quiet ones."""
    hour = timedelta(hours=1)
    launch = Chat(
        LAUNCH,
        "group",
        (_ANN, _CLEO, _DAN),
        (
            Said(_ANN, NOW - 3 * hour, "<p>Shall we?</p>"),
            Said(
                _CLEO,
                NOW - 2 * hour,
                '<p><at id="0">Ann Arber</at> <strong>yes</strong>, look at <a href='
                '"https://harbour.sharepoint.com/Plan.docx">the plan</a></p>',
                mentions=(ANN,),
                reactions=(("dan@harbour.example", "👍"),),
            ),
        ),
        "Launch",
        {ANN: NOW - 3 * hour},
    )
    answered = Chat(
        "19:ann_cleo@unq.gbl.spaces",
        "oneOnOne",
        (_ANN, _CLEO),
        (
            Said(_CLEO, NOW - 5 * hour, "<p>Lunch?</p>"),
            Said(_ANN, NOW - 4 * hour, "<p>Gladly</p>"),
        ),
        "",
        {ANN: NOW - 6 * hour},
    )
    quiet = [
        Chat(
            f"19:quiet{number}@thread.v2",
            "group",
            (_ANN, _DAN),
            (Said(_DAN, NOW - timedelta(days=2, hours=number), f"<p>Note {number}</p>"),),
            f"Quiet {number}",
            {ANN: NOW - timedelta(days=1 if number else 9)},
        )
        for number in range(5)
    ]
    return [launch, answered, *quiet]


def expected(bench: Bench) -> set[str]:
    return {each.id for each in chats()}


def target(key: str = LAUNCH) -> Target:
    return Target(key=key, me=ANN)


def area(bench: Bench) -> ChatArea:
    return bench.sandbox.microsoft.chats


def words(bench: Bench, key: str = LAUNCH) -> list[str]:
    """Return what Ann has said in a chat."""
    found = area(bench).store.talks[key].messages
    return [html_to_text(each.said.html) for each in found if each.said.by.address == ANN]


def acts(bench: Bench, mirror: Mirror) -> list[Act]:
    reply = bench.action("reply", target(), Arguments(text="Then let us & them"))
    read = bench.action("read", target(UNREAD))

    def is_read() -> int:
        talk = area(bench).store.talks[UNREAD]
        return int(talk.read_at[ANN] >= talk.messages[-1].said.at)

    return [
        Act(
            reply,
            "POST/microsoft/v1.0/chats",
            lambda: words(bench).count("Then let us & them"),
        ),
        Act(read, "/markChatReadForUser", is_read),
    ]
