"""What is shown below somebody's words never becomes a part of them at the service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loopdesk.core.actions import Arguments
from loopdesk.core.items import ItemId
from loopdesk.providers.google import PROVIDER
from loopdesk.sandbox.google.calendar.store import CalendarStore
from tests.providers.bench import Bench, bench
from tests.providers.google.diary import own, put
from tests.providers.google.mailbox import ANN, world
from tests.providers.google.served import Served

_URL = "https://docs.google.com/document/d/1x/edit"
_FILES = [
    # Nobody sees what turns a line round, nor how many spaces there are.
    {"fileUrl": _URL, "title": "Agenda \u202e of  June", "fileId": "1x"},
    {"fileUrl": f"{_URL}?v=2", "title": "Minutes", "fileId": "1y"},
]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    features = ("calendar", "tasks")
    with bench(PROVIDER, world(), tmp_path, sockets=False, features=features) as google:
        found = Served(google, tmp_path / "profile")
        yield found
        found.database.close()


def _calendar(google: Bench) -> CalendarStore:
    return google.sandbox.google.account(ANN).calendars[0]


def _titled(served: Served, title: str) -> ItemId:
    sql = "SELECT id FROM cache_item WHERE title = ?"
    return ItemId(served.database.read(lambda db: db.execute(sql, (title,)).fetchone()[0]))


def _shown(served: Served, item: ItemId) -> str:
    return served.desk.body(item).entries[0].own


def _meeting(served: Served, **more: Any) -> ItemId:
    body = own("fresh", summary="Fresh", attachments=_FILES, **more)
    put(served.google, _calendar(served.google), body)
    served.pull()
    return _titled(served, "Fresh")


def _edit(served: Served, item: ItemId, text: str) -> str:
    """Edit only the description; return what the service has then."""
    served.deliver(served.desk.do("edit", item, Arguments(text=text)).id)
    kept = _calendar(served.google).find("fresh").body
    assert len(kept["attachments"]) == 2
    return str(kept.get("description", ""))


@pytest.mark.parametrize("where", ["above", "below", "between", "nothing"])
def test_an_edited_description_has_no_lines_of_files(served: Served, where: str) -> None:
    item = _meeting(served, description="Bring tea")
    shown = _shown(served, item)
    assert shown.count("\n") == 3  # its words, a gap, two files
    first, gap, agenda, minutes = shown.split("\n")
    text, words = {
        "above": (f"Bring milk\n{shown}", "Bring milk\nBring tea"),
        "below": (f"{shown}\nand milk", "Bring tea\n\nand milk"),
        "between": (
            "\n".join((first, gap, agenda, "and milk", minutes)),
            "Bring tea\n\nand milk",
        ),
        "nothing": (shown, "Bring tea"),
    }[where]
    assert _edit(served, item, text) == words
    served.google.clock.pass_by(minutes=3)
    served.pull()
    assert _shown(served, item) == f"{words}\n\n{agenda}\n{minutes}"
    # And again: nothing grows.
    assert _edit(served, item, f"Oh: {_shown(served, item)}") == f"Oh: {words}"


def test_a_meeting_without_words_gets_only_what_was_written(served: Served) -> None:
    item = _meeting(served)
    assert _edit(served, item, f"{_shown(served, item)}\n\nBring milk") == "Bring milk"


def test_a_line_that_somebody_wrote_themselves_stays(served: Served) -> None:
    link = f"Minutes {_URL}?v=2"
    item = _meeting(served, description=f"See\n{link}")
    assert _edit(served, item, f"{_shown(served, item)}\nSoon") == f"See\n{link}\n\nSoon"


def test_notes_of_a_task_have_no_lines_of_what_it_links(served: Served) -> None:
    served.pull()
    item = _titled(served, "Answer Cy")
    shown = _shown(served, item)
    served.deliver(served.desk.do("describe", item, Arguments(text=f"{shown}\nToday")).id)
    served.google.clock.pass_by(minutes=20)
    served.pull()
    assert _shown(served, item) == shown.replace("By mail", "By mail\n\nToday")
