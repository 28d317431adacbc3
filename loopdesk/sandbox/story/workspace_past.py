"""What was said at Slack in the weeks before, and the many channels of the large sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random

from loopdesk.sandbox.story.cast import (
    ADA,
    COLLEAGUES,
    INES,
    JONAS,
    KOFI,
    LENA,
    MIRA,
    PER,
    PRIYA,
    SOFIA,
    TOMAS,
    YUSUF,
    Person,
)
from loopdesk.sandbox.story.letter import mark
from loopdesk.sandbox.story.moments import Moments
from loopdesk.sandbox.story.workspace_people import channel, post, user
from loopdesk.sandbox.workspaces import Conversation, Post


@dataclass(frozen=True, slots=True)
class _Thread:
    """A thread as a script: what began it, and the answers to it."""

    place: str
    by: Person
    opening: str
    answers: tuple[tuple[Person, str], ...]


def _thread(place: str, by: Person, opening: str, *answers: tuple[Person, str]) -> _Thread:
    return _Thread(place, by, opening, answers)


_THREADS = (
    _thread(
        "release-2-4",
        KOFI,
        "Who has an old phone? Mine is too new to be slow.",
        (MIRA, "Mine is from the year of the first ferry."),
        (KOFI, "Perfect. May I have it for an hour?"),
    ),
    _thread(
        "release-2-4",
        JONAS,
        "@mira shall the tide view stay behind the switch?",
        (MIRA, "Yes. Nobody who asked for it has seen it yet."),
        (JONAS, ":+1:"),
    ),
    _thread(
        "support",
        YUSUF,
        "A captain asks whether the app works without a signal.",
        (JONAS, "It reads. It does not write."),
        (MIRA, "Please say it in that order, it is a good sentence."),
    ),
    _thread(
        "support",
        YUSUF,
        "Kyma wants the list by harbour and not by line. @mira is there a way?",
        (MIRA, "Under the three dots, second from below."),
        (YUSUF, "I have been here for four years :sweat_smile:"),
    ),
    _thread(
        "onboarding",
        PRIYA,
        "Do we say _shift_ or _watch_? Ferries say watch, offices say shift.",
        (ADA, "Customers sign what their office reads."),
        (MIRA, "Shift in the planner, watch in the crew app."),
        (PRIYA, "That is two words and one truth. I take it."),
    ),
    _thread(
        "onboarding",
        SOFIA,
        "The first mail after signing up is read by 61 of 100.",
        (MIRA, "And the second?"),
        (SOFIA, "By 12. We should only write one."),
    ),
    _thread(
        "fjordline-trial",
        ADA,
        "@mira they want to add a second harbour to the trial, for free.",
        (MIRA, "For free and for two weeks. Then we talk."),
        (ADA, "Sent in nearly those words."),
    ),
    _thread(
        "aoki-pilot",
        JONAS,
        "Dates: year first, day first or words?",
        (MIRA, "Year first, and the weekday in their letters."),
        (KOFI, "Done before I had read the question."),
    ),
    _thread(
        "deal-halden",
        LENA,
        "They ask for 45 days to pay. @ada @mira?",
        (ADA, "30, and a free training day."),
        (MIRA, "Agreed. A day is cheaper than fifteen."),
    ),
    _thread(
        "kyma-lines",
        ADA,
        "Two of their dispatchers leave in spring.",
        (MIRA, "Then the training should be before spring, and in Greek."),
        (YUSUF, "I know one word. It is _kalimera_."),
    ),
    _thread(
        "offsite",
        TOMAS,
        "Who eats what? Please write it here and not in mails.",
        (PRIYA, "No meat."),
        (KOFI, "No celery. It is not an allergy, it is a principle."),
        (MIRA, "Everything, with coffee."),
    ),
    _thread(
        "hiring",
        TOMAS,
        "Two more letters came in for support. Shall I forward them, @mira?",
        (MIRA, "Only the one who wrote about ships."),
        (TOMAS, "Both did."),
    ),
    _thread(
        "general",
        TOMAS,
        "The printer is being replaced on Monday.",
        (LENA, "Finally."),
        (MIRA, "I will miss the noise."),
        (TOMAS, "You can have the noise. It is on a recording."),
    ),
    _thread(
        "random",
        SOFIA,
        "What do you call a ferry that is always late?",
        (JONAS, "A requirement."),
        (MIRA, "A pilot customer."),
    ),
    _thread(
        "handbook",
        SOFIA,
        "48 pages or 52? Papierhaus prints in fours.",
        (MIRA, "48. Nobody reads the last four."),
    ),
    _thread(
        "general",
        ADA,
        "@here the door downstairs says it is closed. It is not.",
        (TOMAS, "Push. Then push again."),
        (MIRA, "Third time works."),
    ),
    _thread(
        "standup",
        JONAS,
        "Shall we move this to half past nine?",
        (PRIYA, "My train says yes."),
        (MIRA, "Then half past nine it is, from Monday."),
    ),
    _thread(
        "release-2-4",
        SOFIA,
        "May the notes say “finally”?",
        (JONAS, "No."),
        (MIRA, "Once."),
    ),
    _thread(
        "support",
        KOFI,
        "@mira a harbour with two names: which one wins?",
        (MIRA, "The one on the chart. The other one goes into the search."),
        (KOFI, "Then Piraeus has four."),
    ),
    _thread(
        "deal-halden",
        ADA,
        "Ines would like to see the audit of last year. @mira @lena do we show it?",
        (LENA, "The two pages with the stamp, yes."),
        (MIRA, "The two pages, under the agreement."),
    ),
    _thread(
        "halden-northwind",
        INES,
        "How many people may sign in at the same time?",
        (ADA, "All of them."),
        (MIRA, "We have tried it with 400. It was a very long afternoon."),
    ),
    _thread(
        "halden-northwind",
        PER,
        "Our firewall asks for the names of your servers. @mira whom do I ask?",
        (YUSUF, "Me. The list has three lines."),
        (MIRA, "And it has not changed for two years."),
    ),
    _thread(
        "hiring",
        KOFI,
        "@mira would you join the talk with Daniel, ten minutes at the end?",
        (MIRA, "Gladly. I bring the harbour question."),
    ),
    _thread(
        "random",
        PRIYA,
        "Found on the ferry: “In case of doubt, ask the cook.”",
        (MIRA, "That goes into the handbook."),
        (JONAS, "And into the code."),
    ),
    _thread(
        "fjordline-trial",
        YUSUF,
        "They have 31 people in it now, we planned for 12.",
        (MIRA, "Leave them. People who come by themselves stay."),
    ),
    _thread(
        "finance",
        LENA,
        "@mira the train to Halden: first or second class?",
        (MIRA, "Second, by the window."),
    ),
)
_LINES = (
    *("The export of {thing} is through.", "Who looks after {thing} this week?"),
    *("{thing} again, same as on {day}.", "Done :white_check_mark:", "Thank you, that was it."),
    *("I would rather wait until {day}.", "Seen. I answer after lunch.", "Fits for me."),
    *("Numbers for {thing}: {n} of {m}.", "Could somebody check {thing}?", "It is merged."),
    *("Moved to {day}.", "{n} left, then we are through.", "Nice :tada:", "Let us talk at {hour}."),
)
_THINGS = ("the berth plan", "the roster", "the watch bill", "the tide view", "the swap screen")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_HARBOURS = ("moss", "sund", "rorvik", "piraeus", "takamatsu", "horten", "visby", "luebeck")
_TOPICS = ("crew", "berths", "billing", "training", "imports", "tides", "wishes", "incidents")
_MOST_DAYS = 28


def threads(m: Moments, seed: int) -> dict[str, list[Post]]:
    """Return each thread once, spread over the four weeks before this one."""
    lots = Random(mark(seed, "slack past"))
    order = list(_THREADS)
    lots.shuffle(order)
    told: dict[str, list[Post]] = {}
    for number, script in enumerate(order):
        days = 5 + number * 14 // len(order)
        at = m.workday(days, f"{lots.randint(9, 15):02}:{lots.randint(0, 59):02}")
        answers = []
        later = at
        for by, text in script.answers:
            later += timedelta(minutes=lots.randint(2, 50))
            answers.append(post(by, later, text))
        told.setdefault(script.place, []).append(post(script.by, at, script.opening, *answers))
    return told


def crowd(m: Moments, seed: int, count: int, length: int) -> list[Conversation]:
    """Return many more channels; what was said in one is made when it is first read."""
    made = []
    for number in range(count):
        lots = Random(mark(seed, "slack crowd", number))
        name = f"{lots.choice(_HARBOURS)}-{lots.choice(_TOPICS)}-{number + 1}"
        people = (MIRA, *lots.sample(COLLEAGUES, 4))
        days = lots.uniform(0.1, 60)
        posts = partial(_chatter, m, seed, number, length, people, days)
        members = tuple(user(one) for one in people)
        # Some she has not opened for a while.
        read = {} if number % 9 else {members[0]: m.ago(days=days + 2)}
        made.append(Conversation(channel(name), "channel", members, name, posts, read))
    return made


def _chatter(
    m: Moments, seed: int, number: int, length: int, people: Sequence[Person], days: float
) -> list[Post]:
    lots = Random(mark(seed, "slack chatter", number))
    steps = sorted(lots.uniform(0, _MOST_DAYS) for _ in range(length))
    said = []
    for step in reversed(steps):
        text = lots.choice(_LINES).format(
            thing=lots.choice(_THINGS),
            day=lots.choice(_DAYS),
            n=lots.randint(2, 40),
            m=lots.randint(41, 90),
            hour=f"{lots.randint(9, 16)}:00",
        )
        if lots.random() < 0.01:
            text = f"@mira {text}"
        said.append(post(lots.choice(people), m.ago(days=days + step), text))
    return said
