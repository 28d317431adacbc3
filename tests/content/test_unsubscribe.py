from __future__ import annotations

import pytest

from loopdesk.content.unsubscribe import LeavingMail, WaysOut, leaving_mail, ways_out

POST = "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("header", "post", "ways"),
    [
        ("<https://a.test/x>", POST, WaysOut("https://a.test/x")),
        ("<https://a.test/x>", "", WaysOut()),
        ("<http://a.test/x>", POST, WaysOut()),
        ("https://a.test/x", POST, WaysOut()),
        (
            "<mailto:leave@a.test?subject=1>,\r\n <https://a.test/x>",
            " list-unsubscribe = one-click ",
            WaysOut("https://a.test/x", "mailto:leave@a.test?subject=1"),
        ),
        ("<javascript:alert(1)>, <ftp://a.test>", POST, WaysOut()),
        ("", POST, WaysOut()),
    ],
)
def test_only_ways_that_open_no_page_count(header: str, post: str, ways: WaysOut) -> None:
    assert ways_out(header, post) == ways
    assert bool(ways) is bool(ways.url or ways.mail)


@pytest.mark.parametrize(
    ("way", "mail"),
    [
        ("leave@a.test", LeavingMail(("leave@a.test",), "unsubscribe", "")),
        (
            "mailto:leave%2Bme@a.test?Subject=stop+1%20now&body=a%0Ab",
            LeavingMail(("leave+me@a.test",), "stop+1 now", "a\nb"),
        ),
        ("mailto:a@a.test,b@a.test", LeavingMail(("a@a.test", "b@a.test"), "unsubscribe", "")),
        ("mailto:", LeavingMail((), "unsubscribe", "")),
    ],
)
def test_a_mail_that_leaves_says_what_its_address_brings(way: str, mail: LeavingMail) -> None:
    assert leaving_mail(way) == mail
