"""How the story goes on at Slack while somebody looks."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from loopdesk.sandbox.model import Beat, Json
from loopdesk.sandbox.story.cast import (
    ADA,
    COLLEAGUES,
    INES,
    JONAS,
    KOFI,
    MIRA,
    PER,
    PRIYA,
    YUSUF,
    Person,
)
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.moments import Moments, clock
from loopdesk.sandbox.story.workspace_people import TEAM, channel, direct, post, user
from loopdesk.sandbox.workspaces import Spoken

_ANSWERS: dict[Person, tuple[str, ...]] = {
    ADA: ("Perfect, I tell Ines.", "Thank you :pray:", "Good. See you at the call."),
    JONAS: ("Good, goes in.", ":shipped:", "Right. Merged."),
    PRIYA: ("Lovely, I change it now.", "I had hoped you would say that."),
    KOFI: ("ok", ":+1:"),
    INES: ("Thank you, Mira.", "Received, with thanks."),
}
_ANYBODY = ("Thank you!", "Noted.", "Fits for me.", ":+1:")
_QUICK = (4, 11)
_ANSWERING = {user(one): one for one in (*COLLEAGUES, INES, PER)}


def beats(m: Moments) -> list[Beat]:
    """Return what is said by itself in the first minutes, in order."""
    return [
        _beat(
            m,
            12,
            channel("release-2-4"),
            JONAS,
            "@mira the release is packed and waits. One word from you and it sails.",
        ),
        _beat(m, 55, direct(ADA), ADA, f"Ines just called. Still {clock(m.call_at)}, all is well."),
        _beat(m, 120, channel("support"), YUSUF, "Quiet morning. I do not trust it."),
        _beat(
            m,
            160,
            channel("onboarding"),
            PRIYA,
            "@mira I have put all three names side by side in the folder.",
        ),
    ]


def chat(seed: int, message: Json, at: datetime) -> list[Beat]:
    """Return what the others say to something that Mira wrote."""
    if message["team"] != TEAM or message["user"] != user(MIRA):
        return []
    named = [id for id in message["members"] if f"<@{id}>" in message["text"]]
    others = [id for id in message["members"] if id in _ANSWERING]
    asked = [id for id in named if id in _ANSWERING]
    parent = message.get("thread_ts", "")
    if message["form"] not in ("direct", "group"):
        # In a channel it is for whom it names, or for whoever began the thread.
        asked = asked or [id for id in others if id == message.get("parent_user_id")]
        others = []
    answering = next(iter(asked or others), None)
    if answering is None:
        return []
    lots = Random(mark(seed, "slack answer", message["ts"]))
    person = _ANSWERING[answering]
    said = post(person, at, lots.choice(_ANSWERS.get(person, _ANYBODY)))
    after = timedelta(seconds=lots.randint(*_QUICK))
    spoken = Spoken(TEAM, message["channel"], said, parent)
    return [Beat(after, MIRA.address, spoken=spoken)]


def _beat(m: Moments, seconds: int, conversation: str, by: Person, text: str) -> Beat:
    spoken = Spoken(TEAM, conversation, post(by, m.now, text))
    return Beat(timedelta(seconds=seconds), MIRA.address, spoken=spoken)
