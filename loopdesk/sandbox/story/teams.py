"""What is said in Teams at Harbourline, at the start and while somebody looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from random import Random
from urllib.parse import quote

from loopdesk.sandbox.microsoft.account import oid_of
from loopdesk.sandbox.model import Beat, Json
from loopdesk.sandbox.offices import Chat, Said
from loopdesk.sandbox.story import office_files
from loopdesk.sandbox.story.cabinet import link as drive_link
from loopdesk.sandbox.story.cabinet import who
from loopdesk.sandbox.story.cast import (
    BY_ADDRESS,
    HANNE,
    MIRA_AT_HARBOURLINE,
    NILS,
    OMAR,
    RUTH,
    Person,
)
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.moments import Moments, clock

PLAN_CHAT = "19:5f0b1e77d0c14f6a8a1f4a5e2c7d9b31@thread.v2"
_WORKSHOP = "19:c2a90d4b7e3f4d1c9b6a8e5f0d7c3a12@thread.v2"
_ME = MIRA_AT_HARBOURLINE
_QUICK = (4, 12)
_ANSWERS: dict[Person, tuple[str, ...]] = {
    NILS: ("Thank you. That is a sentence I can print.", "Good. Settled, then."),
    HANNE: ("Wonderful, it goes into the agenda.", "Noted, with thanks."),
    OMAR: ("ok, I change it in the list", "Understood. The importer will not like it."),
}
_ADDED = "#microsoft.graph.membersAddedEventMessageDetail"


def link(chat: str, tenant: str) -> str:
    """Return where Teams shows a chat."""
    return f"https://teams.microsoft.com/l/chat/{quote(chat, safe='')}/0?tenantId={tenant}"


def pair(other: Person) -> str:
    """Return the id of the chat of Mira and somebody else."""
    ids = sorted((oid_of(_ME.address), oid_of(other.address)))
    return f"19:{ids[0]}_{ids[1]}@unq.gbl.spaces"


def chats(m: Moments, seed: int) -> list[Chat]:
    me, nils, hanne, omar = who(_ME), who(NILS), who(HANNE), who(OMAR)
    agenda = _file(office_files.AGENDA)
    return [
        Chat(
            PLAN_CHAT,
            "group",
            (nils, hanne, omar, me),
            (
                Said(nils, m.workday(8, "10:45"), event=_added(nils.address, OMAR, HANNE, _ME)),
                _say(NILS, m.workday(8, "10:46"), "Here we speak about the plan, and only here."),
                _say(OMAR, m.workday(3, "14:30"), "Mole 2 is in. Ferries before ten."),
                _say(
                    _ME,
                    m.workday(3, "15:05"),
                    "Looks right from the crew side.",
                    reactions=((OMAR.address, "👍"), (NILS.address, "👍")),
                ),
                _say(
                    OMAR,
                    m.earlier(2, 40),
                    "New log is up, 14 is still without a berth.",
                    edited_at=m.earlier(2, 35),
                ),
                _say(HANNE, m.ago(minutes=38), "wrong chat", deleted_at=m.ago(minutes=37)),
                _say(
                    NILS,
                    m.ago(minutes=30),
                    f"Halden asks for quay 2 at night. I answer Ines before {clock(m.call_at)}.",
                ),
                Said(
                    omar,
                    m.ago(minutes=22),
                    '<p><at id="0">Mira Dahl</at> who tells Halden that quay 2 ends at half past'
                    " six? You or Nils?</p>",
                    mentions=(_ME.address,),
                ),
            ),
            "Berth plan",
            {_ME.address: m.ago(minutes=90), NILS.address: m.ago(minutes=20)},
        ),
        Chat(
            _WORKSHOP,
            "group",
            (hanne, nils, omar, who(RUTH), me),
            (
                Said(hanne, m.workday(4, "09:00"), event=_added(hanne.address, NILS, OMAR, _ME)),
                _say(HANNE, m.workday(4, "09:02"), "Everything about the workshop goes in here."),
                Said(
                    hanne,
                    m.earlier(4),
                    f'<p>The agenda is up.</p><attachment id="{agenda["id"]}"></attachment>',
                    attachments=(agenda,),
                ),
                _say(RUTH, m.earlier(3, 30), "I bring numbers. Is there a wall for them?"),
                _say(HANNE, m.earlier(3, 12), "There is a wall."),
            ),
            "Workshop: berths and crews",
            {_ME.address: m.earlier(3), HANNE.address: m.ago(minutes=5)},
        ),
        Chat(
            pair(HANNE),
            "oneOnOne",
            (hanne, me),
            (
                _say(_ME, m.workday(5, "10:30"), "Is there an iron in the room above the pilots?"),
                _say(HANNE, m.workday(5, "10:41"), "There is a pilot. He irons."),
                _say(
                    HANNE,
                    m.ago(minutes=16),
                    "Does 14:00 suit you for the second hour? I print the agenda at noon.",
                ),
            ),
            read_at={_ME.address: m.workday(4, "09:00")},
        ),
        Chat(
            pair(NILS),
            "oneOnOne",
            (nils, me),
            (
                _say(NILS, m.workday(2, "16:10"), "The numbers were for you alone. Use them well."),
                _say(_ME, m.workday(2, "16:20"), "I will."),
            ),
            read_at={_ME.address: m.workday(2, "16:20")},
        ),
        Chat(
            pair(OMAR),
            "oneOnOne",
            (omar, me),
            (
                _say(
                    _ME,
                    m.workday(1, "11:00"),
                    "This is how Fjordline writes it down:"
                    f" {drive_link('joint-minutes')} (page 3). Could yours look like that?",
                ),
                _say(OMAR, m.workday(1, "11:22"), "It could. Give me a week."),
                _say(_ME, m.workday(1, "11:23"), "A week is fine."),
            ),
            read_at={_ME.address: m.workday(1, "11:23")},
        ),
        Chat(
            f"19:meeting_{mark(seed, 'planning-round')}@thread.v2",
            "meeting",
            (nils, hanne, omar, me),
            (
                _say(HANNE, m.workday(5, "10:05"), "Nils, you are muted."),
                _say(NILS, m.workday(5, "10:06"), "I know. It is better so."),
            ),
            "Planning round",
            {_ME.address: m.workday(5, "11:00")},
        ),
    ]


def beats(m: Moments) -> list[Beat]:
    """Return what is said by itself in the first minutes."""
    later = _say(OMAR, m.now, "The Sula is late again. Who is surprised?")
    coffee = _say(HANNE, m.now, "Coffee at three or at half past? I have to tell the canteen.")
    return [
        Beat(timedelta(seconds=40), _ME.address, said=(PLAN_CHAT, later)),
        Beat(timedelta(seconds=140), _ME.address, said=(pair(HANNE), coffee)),
    ]


def hear(seed: int, chat: str, words: str, sender: str, at: datetime) -> list[Beat]:
    """Return what is answered to something that Mira wrote."""
    partner = next((one for one in _ANSWERS if pair(one) == chat), None)
    if chat == PLAN_CHAT:
        partner = OMAR
    elif chat == _WORKSHOP:
        partner = HANNE
    if sender != _ME.address or partner is None:
        return []
    lots = Random(mark(seed, "teams", at, words))
    said = _say(partner, at, lots.choice(_ANSWERS[partner]))
    after = timedelta(seconds=lots.randint(*_QUICK))
    return [Beat(after, sender, said=(chat, said))]


def _say(
    by: Person,
    at: datetime,
    words: str,
    *,
    edited_at: datetime | None = None,
    deleted_at: datetime | None = None,
    reactions: Sequence[tuple[str, str]] = (),
) -> Said:
    return Said(
        who(by),
        at,
        f"<p>{escape(words, quote=False)}</p>",
        edited_at=edited_at,
        deleted_at=deleted_at,
        reactions=tuple(reactions),
    )


def _file(key: str) -> Json:
    place = office_files.link(key)
    return {
        "id": mark("teams-file", key),
        "contentType": "reference",
        "contentUrl": place,
        "content": None,
        "name": office_files.title(key),
        "thumbnailUrl": None,
    }


def _added(by: str, *people: Person) -> Json:
    initiator = BY_ADDRESS[by]
    return {
        "@odata.type": _ADDED,
        "visibleHistoryStartDateTime": "0001-01-01T00:00:00Z",
        "members": [{"id": oid_of(one.address), "displayName": one.name} for one in people],
        "initiator": {
            "application": None,
            "device": None,
            "user": {"id": oid_of(by), "displayName": initiator.name},
        },
    }
