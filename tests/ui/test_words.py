"""What the window says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from loopdesk.core import errors
from loopdesk.core.actions import State
from loopdesk.core.changes import Account
from loopdesk.core.errors import LoopDeskError
from loopdesk.core.items import Clean, File, Kind, Meeting, Share
from loopdesk.core.people import Handle
from loopdesk.ui import failures, words
from loopdesk.ui.text import linked
from tests.ui.rows import ADA, JONAS, LEGAL, NOW, PRIYA, ZONE, meeting, message


def _family(of: type[LoopDeskError]) -> set[str]:
    return {of.code}.union(*(_family(child) for child in of.__subclasses__()))


def test_every_error_has_a_sentence_of_its_own() -> None:
    # These never reach a person: the first is none of the family, the second is pulled again.
    codes = _family(errors.LoopDeskError) - {errors.LoopDeskError.code, "cursor-expired"}
    said = {code: failures.code(code) for code in codes if code != "sign-in-failed"}
    fallback = failures.code("no such code")
    assert [code for code, text in said.items() if text == fallback] == []
    reasons = (errors.SignInFailed.__doc__ or "").split("one of: ")[1].split(".")[0]
    for reason in re.sub(r"\([^)]*\)", "", reasons).replace("\n", " ").split(","):
        assert reason.strip()
        if reason.strip() != "failed":
            text = failures.code("sign-in-failed", reason.strip())
            assert text != failures.code("sign-in-failed", "failed"), reason


def test_accounts_of_one_address_are_told_apart() -> None:
    mira = Account("1", "google", "Mira Dahl", "mira@northwind.test", "1", features=("mail",))
    tasks = replace(mira, id="2", service="asana", features=("tasks",))
    chat = replace(tasks, id="3", service="slack", name="Mira @ Northwind")
    other = replace(chat, id="4", name="Mira @ Halden")
    files = replace(tasks, id="5", service="dropbox")
    twice = replace(files, id="6", address="mira@home.test")
    known = (mira, tasks, chat, other, files, twice)
    titles = {"asana": "Asana", "slack": "Slack", "dropbox": "Dropbox"}
    assert [words.account(one, known, titles) for one in known] == [
        "mira@northwind.test",
        "Asana",
        "Mira @ Northwind",
        "Mira @ Halden",
        "mira@northwind.test",
        "mira@home.test",
    ]


def test_why_something_was_refused_is_said_where_we_know_it() -> None:
    sources = (Path(words.__file__).parents[1] / "providers").rglob("*.py")
    reasons = {
        one for file in sources for one in re.findall(r'Rejected\("([\w-]+)"\)', file.read_text())
    }
    assert "notInvited" in reasons
    listed = (errors.Rejected.__doc__ or "").split("fits, that: ")[1].split("`")[0]
    reasons |= {
        one.strip(" .\n") for one in re.sub(r"\([^)]*\)", "", listed).replace("\n", " ").split(",")
    }
    assert "not-a-member" in reasons
    # These are nobody's to decide.
    reasons -= {"duplicate", "generateIds", "notSupported", "refused"}
    plain = failures.code("rejected", "no such reason")
    assert [one for one in reasons if failures.code("rejected", one) == plain] == []


def test_times_are_as_short_as_can_be() -> None:
    assert words.moment(NOW, NOW, ZONE) == "09:42"
    assert words.moment(NOW - timedelta(days=1), NOW, ZONE) == "Mon"
    assert words.moment(NOW - timedelta(days=1), NOW, ZONE, with_time=True) == "Mon 09:42"
    assert words.moment(NOW - timedelta(days=12), NOW, ZONE) == "12 Nov"
    assert words.moment(NOW - timedelta(days=400), NOW, ZONE) == "20 Oct 2025"


def test_an_end_stands_inside_a_sentence() -> None:
    assert words.ending(NOW + timedelta(hours=2), NOW, ZONE) == "today at 11:42"
    assert words.ending(NOW + timedelta(days=1), NOW, ZONE) == "tomorrow at 09:42"
    assert words.ending(NOW + timedelta(days=3), NOW, ZONE) == "on Fri at 09:42"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(-1, ""), (0, "now"), (18, "in 18 min"), (60, "in 1 h"), (95, "in 1 h 35 min"), (1440, "")],
)
def test_how_soon(minutes: int, said: str) -> None:
    assert words.until(NOW + timedelta(minutes=minutes), NOW) == said


def test_when_a_meeting_is() -> None:
    short = meeting("x", in_minutes=18).meeting
    assert short is not None
    assert words.span(short, NOW, ZONE) == "Today, 10:00 to 10:30"
    whole = Meeting(start_on=date(2026, 11, 25), end_on=date(2026, 11, 26))
    assert words.span(whole, NOW, ZONE) == "Tomorrow, all day"
    days = Meeting(start_on=date(2026, 11, 25), end_on=date(2026, 11, 28))
    assert words.span(days, NOW, ZONE) == "Tomorrow to Fri"


def test_people() -> None:
    assert words.names((ADA,)) == "Ada Okafor"
    assert words.names((ADA, JONAS, PRIYA), you=True) == "Ada, Jonas, Priya and you"
    assert words.names((ADA, LEGAL), you=True, full=True) == "Ada Okafor, Legal and you"
    assert words.names((ADA,) * 5) == "Ada, Ada, Ada, Ada and 1 other"
    assert words.names((ADA,) * 7) == "Ada, Ada, Ada, Ada and 3 others"
    assert words.names((Handle("", "x@y.test"),)) == "x@y.test"
    assert words.addressed(("Ada Okafor <ada@x.test>", "legal@x.test")) == "Ada and legal@x.test"


def test_numbers_are_not_broken() -> None:
    assert words.count(18412) == "18\u202f412"


def test_the_own_answer_is_marked_as_such() -> None:
    row = message("Offsite", mine_last=True, snippet="The first week suits me")
    assert words.what(row) == ("Offsite", "You: The first week suits me")
    plan = replace(row, kind=Kind.FILE, file=File("text/plain"), place=Clean("Plans"))
    assert words.what(plan) == ("You: The first week suits me", "Plans")
    mira = Handle("Mira Dahl", "mira@northwind.test")
    mine = replace(plan, snippet=Clean(""), file=File("text/plain", changed_by=mira))
    assert words.what(mine) == ("Edited by you", "Plans")
    assert words.what(replace(mine, people=(mira,))) == ("Edited by Mira Dahl", "Plans")


def test_a_row_says_how_far_a_long_transfer_is() -> None:
    row = replace(message("Plan", state=State.SENDING), done=0.404)
    assert words.pending(row, NOW, ZONE) == "being sent, 40 %"
    assert words.pending(replace(row, done=0.0), NOW, ZONE) == "being sent"


def test_who_has_a_file_is_told_with_oneself_as_you() -> None:
    given = (
        Share("1", Handle("Ada Okafor", "ada@northwind.test"), "writer"),
        Share("2", Handle("Mira Dahl", "mira@northwind.test"), "writer"),
        Share("3", Handle("Mira Dahl", "mira@northwind.test"), "reader"),
    )
    told = words.shares(given, "mira@northwind.test")
    assert told == "Ada and you can edit, you can read. No link for others."


def test_of_a_long_address_both_ends_are_shown_and_all_of_it_is_opened() -> None:
    long = f"https://harbourline.test/personal/{'p%20' * 40}plan.docx?web=1"
    said = linked(f"See {long}, please")
    assert f'href="{long}"' in said
    (shown,) = re.findall(r">(https[^<]*)<", said)
    assert shown.startswith("https://harbourline.test/personal/p%20")
    assert shown.endswith("docx?web=1")
    assert len(shown) < 80
    assert ">https://short.test/a<" in linked("https://short.test/a")
