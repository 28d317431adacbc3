"""Mira's private mailbox: the second account that a person may connect in the demo."""

from __future__ import annotations

from loopdesk.sandbox.story import papers
from loopdesk.sandbox.story.cast import ELIN, MIRA_AT_HOME, TEACHER, Person
from loopdesk.sandbox.story.moments import Moments, month_day, weekday
from loopdesk.sandbox.story.talk import NOWHERE, Said, Talk

_CHOIR = Person("Choir of St. Olav", "choir@stolav.test")
_SHOP = Person("Wool and Needle", "orders@woolandneedle.test")
_NEIGHBOUR = Person("Greta Moen", "greta.moen@post.test", farewell="Greta from downstairs")
_INBOX = frozenset({"INBOX", "CATEGORY_PERSONAL"})


def threads(m: Moments) -> list[Talk]:
    return [
        Talk(
            "birthday",
            "Father's seventieth",
            (
                Said(
                    ELIN,
                    m.workday(2, "20:10"),
                    "He says he wants nothing, which means a boat. I thought of the model of"
                    " the old mail ferry. Would you share it with me?",
                ),
                Said(MIRA_AT_HOME, m.workday(2, "20:31"), "Yes! Half each. Do you order it?"),
                Said(
                    ELIN,
                    m.earlier(2, 11),
                    "Ordered. Can you do the cake, or shall I ask Aunt Berit? I have to tell her"
                    " by tonight, you know how she is.",
                ),
            ),
            _INBOX | {"IMPORTANT"},
            unread=1,
        ),
        Talk(
            "class-trip",
            "Class trip: please sign",
            (
                Said(
                    TEACHER,
                    m.workday(1, "15:45"),
                    "Dear parents of 4b,\n\nplease send me the signed sheet by"
                    f" {weekday(m.workday(-2, '12:00'))}. Without it your child cannot come on"
                    " the boat.",
                    papers=(papers.pdf("class-trip.pdf", ["Class 4b", "Trip to the lighthouse"]),),
                ),
            ),
            _INBOX,
            unread=1,
        ),
        Talk(
            "choir-list",
            "Who brings what",
            (
                Said(
                    _CHOIR,
                    m.workday(3, "21:00"),
                    "Dear all, the list for the winter concert is open. Soprano: salads. Alto:"
                    " cakes. Bass: chairs.",
                    headers=(("List-Id", "Choir <choir.stolav.test>"),),
                    bare=True,
                ),
            ),
            _INBOX,
        ),
        Talk(
            "wool",
            "Your order 5512 has left us",
            (
                Said(
                    _SHOP,
                    m.workday(1, "08:00"),
                    "Six skeins, sea green. The parcel arrives on"
                    f" {weekday(m.workday(-1, '12:00'))}.",
                    headers=(("Auto-Submitted", "auto-generated"),),
                    bare=True,
                ),
            ),
            _INBOX,
        ),
        Talk(
            "cat",
            "The cat",
            (
                Said(
                    _NEIGHBOUR,
                    m.workday(4, "18:20"),
                    "Could you feed Admiral from"
                    f" {month_day(m.workday(-6, '12:00'))} on, three days? The key is where it"
                    " always is.",
                ),
                Said(MIRA_AT_HOME, m.workday(4, "19:02"), "Of course. Does he still hate tuna?"),
                Said(_NEIGHBOUR, m.workday(4, "19:05"), "With all his heart. Thank you!"),
            ),
            NOWHERE,
        ),
    ]
