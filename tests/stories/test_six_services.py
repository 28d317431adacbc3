"""Six services at once: what one of them holds and a mail announces is one row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.program import Program, StandIn, connected

SERVICES = ("google", "microsoft", "slack", "dropbox", "trello", "asana")


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, StandIn]]:
    with connected(tmp_path_factory.mktemp("six"), SERVICES) as both:
        yield both


def test_a_notice_and_what_it_tells_of_are_one_row(six: tuple[Program, StandIn]) -> None:
    program, _ = six
    rows = program.items()
    titles = [row["title"] for row in rows]
    for service, title, notice in (
        ("trello", "Release of proof 2", "Marek Wójcik mentioned you on Release of proof 2"),
        ("asana", "Halden price sheet", "Ada Okafor mentioned you: Halden price sheet"),
    ):
        (item,) = [row for row in rows if (row["service"], row["title"]) == (service, title)]
        assert notice not in titles
        found = {row["id"]: row["title"] for row in program.say("search", notice)["items"]}
        assert [found[echo] for echo in program.shown(item["id"])["echoes"]] == [notice]
    slack = "[Slack] Notifications from the Northwind workspace"
    assert slack not in titles
    (told,) = [row["id"] for row in program.say("search", slack)["items"] if row["title"] == slack]
    (channel,) = [
        row for row in rows if (row["service"], row["title"]) == ("slack", "#deal-halden")
    ]
    assert told in program.shown(channel["id"])["echoes"]
