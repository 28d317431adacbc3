"""How the story goes on by itself while somebody looks: what happens, and who answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from loopdesk.sandbox.mime import Head
from loopdesk.sandbox.model import Beat, Json, Mailbox, Remark, Reply
from loopdesk.sandbox.story import notices
from loopdesk.sandbox.story.cabinet import file_id, who
from loopdesk.sandbox.story.cast import (
    ADA,
    BY_ADDRESS,
    INES,
    JONAS,
    KOFI,
    LENA,
    MIRA,
    MIRA_AT_HARBOURLINE,
    MIRA_AT_HOME,
    NILS,
    OMAR,
    PRIYA,
    SOFIA,
    TEAM,
    Person,
)
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.meetings import REVIEW, Diary, event_id
from loopdesk.sandbox.story.moments import Moments, clock
from loopdesk.sandbox.story.talk import INBOX, Said, Talk, mail

_ANSWERS: dict[str, tuple[str, ...]] = {
    ADA.address: (
        "Thank you. I will tell Ines myself, she will be glad.",
        "Good. That is all I need for now.",
        "Perfect, I write it into the sheet.",
    ),
    JONAS.address: ("Good, goes in.", "Clear. Done in ten minutes.", "Right. Merged."),
    PRIYA.address: (
        "Lovely. I will change it and show it at the review.",
        "You are right about the second line. New version in an hour.",
    ),
    INES.address: (
        "Dear Mira,\n\nthank you, that helps us a lot. Until we speak.",
        "Dear Mira,\n\nreceived, with thanks.",
    ),
    LENA.address: ("Thank you, they go out with the next run.",),
    KOFI.address: ("ok, thanks",),
    SOFIA.address: ("Wonderful, I take it word for word.",),
}
_ANYBODY = (
    "Thank you for the quick answer.",
    "Noted, thank you. I come back to you when I know more.",
    "That suits me well.",
)
_OWNERS = (MIRA, MIRA_AT_HOME, MIRA_AT_HARBOURLINE)
_QUICK = (6, 14)
# What guests say, and with which words; most of them come.
_REPLIES = (
    *(("accepted", ""),) * 5,
    ("accepted", "Gladly. I bring the rolls."),
    ("tentative", "If the ferry is on time."),
    ("declined", "I am on board that day. Could it be the day after?"),
)


def beats(m: Moments, seed: int, accounts: Sequence[Mailbox]) -> list[Beat]:
    """Return what happens by itself in the first minutes, in order."""
    own = {event["id"]: event for event in accounts[0].calendars[0].events}
    review = own[event_id(seed, REVIEW)]
    coffee = Diary(m, seed).meet(
        "coffee",
        "Ten minutes on clause 7",
        m.call_at - timedelta(minutes=30),
        15,
        ADA,
        [(MIRA, "needsAction")],
        words="Only us two, before we call Halden.",
        video=True,
    )
    return [
        _mail(
            m,
            seed,
            20,
            Talk(
                "live-ship-it",
                "Shall I ship the 2.4 page?",
                (
                    Said(
                        JONAS,
                        m.now,
                        "@Mira the build is green, shall I ship the 2.4 page? I wait for your yes.",
                        to=(TEAM, MIRA),
                    ),
                ),
            ),
        ),
        Beat(timedelta(seconds=45), MIRA.address, event=_answered(review, PRIYA, "accepted")),
        _mail(
            m,
            seed,
            70,
            Talk(
                "live-second-name",
                "One more name on the contract",
                (
                    Said(
                        INES,
                        m.now,
                        "Dear Mira,\n\nour director signs as well. Could you add a second line"
                        f" for the signature before {clock(m.call_at)}? His name is Aksel Roth,"
                        " and yes, we are married.",
                        cc=(ADA,),
                    ),
                ),
            ),
        ),
        Beat(
            timedelta(seconds=90),
            MIRA.address,
            remark=(
                file_id("last-screen"),
                Remark(
                    who(PRIYA),
                    m.now,
                    f"@{MIRA.address} I have swapped the picture. Is the blue still too loud?",
                ),
            ),
        ),
        _mail(m, seed, 100, notices.NEWSLETTERS[1].issue(1, m.now, "live-newsletter")),
        Beat(timedelta(seconds=130), MIRA.address, event=coffee),
        _beat(
            Talk(
                "live-sula",
                "The Sula is late again",
                (
                    Said(
                        NILS,
                        m.now,
                        "Omar says the Sula is late again. Does the crew of the night line still"
                        " make its hours? I need a yes or a no.",
                        cc=(OMAR,),
                    ),
                ),
            ),
            MIRA_AT_HARBOURLINE,
            seed,
            85,
            m.now,
        ),
        _mail(
            m,
            seed,
            180,
            Talk(
                "live-thanks",
                "The picture on the last screen",
                (
                    Said(
                        PRIYA,
                        m.now,
                        "Everybody at the standup liked it. I only wanted you to know.",
                    ),
                ),
            ),
        ),
    ]


def answer(seed: int, sent: bytes, sender: str, at: datetime) -> list[Beat]:
    """Return what the people of the story do about a mail that `sender` sent."""
    owner = next(
        (one for one in (MIRA, MIRA_AT_HOME, MIRA_AT_HARBOURLINE) if one.address == sender), None
    )
    head = Head.of(sent)
    to = next(iter(head.addresses("to")), sender)
    if owner is None or to in (sender, TEAM.address):
        return []
    earlier = (*reversed(head.references), head.message_id)
    partner = BY_ADDRESS.get(to)
    if partner is None:
        # A server of Northwind's knows who is there; for the rest of the world nobody answers.
        if not to.endswith(f"@{MIRA.domain}"):
            return []
        return [
            _beat(notices.bounce(f"bounce-{head.message_id}", to, at, earlier), owner, seed, 3, at)
        ]
    lots = Random(mark(seed, "answer", head.message_id))
    subject = head.first("subject")
    talk = Talk(
        f"answer-{head.message_id}",
        subject if subject.lower().startswith("re:") else f"Re: {subject}",
        (Said(partner, at, lots.choice(_ANSWERS.get(partner.address, _ANYBODY))),),
        earlier=earlier,
    )
    return [_beat(talk, owner, seed, lots.randint(*_QUICK), at)]


def join(seed: int, event: Json, guests: Sequence[str]) -> list[Beat]:
    """Return how the people of the story answer an invitation of Mira's."""
    organizer = str(event["organizer"]["email"])
    invited = [one for one in guests if one in BY_ADDRESS and one not in (organizer, TEAM.address)]
    beats = []
    for guest in invited:
        lots = Random(mark(seed, "join", event["id"], guest))
        word, note = lots.choice(_REPLIES)
        reply = Reply(str(event["id"]), guest, word, note)
        beats.append(Beat(timedelta(seconds=lots.randint(8, 30)), organizer, reply=reply))
    return beats


def _mail(m: Moments, seed: int, seconds: int, talk: Talk) -> Beat:
    return _beat(talk, MIRA, seed, seconds, m.now)


def _beat(talk: Talk, owner: Person, seed: int, seconds: int, since: datetime) -> Beat:
    after = timedelta(seconds=seconds)
    (said,) = talk.said
    told = replace(
        talk,
        said=(replace(said, at=since + after),),
        labels=talk.labels | INBOX,
        unread=1,
        seed=seed,
    )
    arrived = mail(told, 0, owner)
    # Which thread it joins is for the mailbox to find, as with any mail that comes in.
    return Beat(after, owner.address, mail=replace(arrived, thread=None))


def _answered(event: Json, guest: Person, word: str) -> Json:
    attendees = [
        {**one, "responseStatus": word} if one["email"] == guest.address else one
        for one in event["attendees"]
    ]
    return {**event, "attendees": attendees}


def talk(seed: int, document: Json, remark: Remark, at: datetime) -> list[Beat]:
    """Return what is answered to something that Mira said about a document.

    Args:
        document: its `id`, and the address of whom it was said `to`.
    """
    partner = BY_ADDRESS.get(document["to"])
    if partner is None or partner is MIRA or remark.by.address != MIRA.address:
        return []
    lots = Random(mark(seed, "talk", remark.id, remark.text))
    words = lots.choice(_ANSWERS.get(partner.address, _ANYBODY)).rpartition("\n")[2]
    said = Remark(who(partner), at, words, id=remark.id)
    after = timedelta(seconds=lots.randint(*_QUICK))
    return [Beat(after, MIRA.address, remark=(document["id"], said))]
