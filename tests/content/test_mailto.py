"""What a link may fill in of a mail, and what it may not."""

from __future__ import annotations

import pytest

from loopdesk.content.mailto import MailLink, mail_link


@pytest.mark.parametrize(
    ("link", "mail"),
    [
        ("mailto:ada@a.test", MailLink(("ada@a.test",), (), "", "")),
        (
            "MAILTO:a%2Bb@a.test,c@a.test?to=d@a.test&CC=e@a.test&Subject=1+1%20%3D%202&body=a%0D%0Ab",
            MailLink(("a+b@a.test", "c@a.test", "d@a.test"), ("e@a.test",), "1+1 = 2", "a\nb"),
        ),
        ("mailto:?subject=Only", MailLink((), (), "Only", "")),
        ("mailto:nobody", MailLink((), (), "", "")),
        # Neither a second header, nor what nobody would see, nor a file of the reader's.
        (
            "mailto:a@a.test?subject=Hi%0D%0ABcc:%20eve@x.test&bcc=eve@x.test&attach=/etc/passwd",
            MailLink(("a@a.test",), (), "Hi Bcc: eve@x.test", ""),
        ),
        ("mailto:a%0D%0AX:1@a.test", MailLink(("a X:1@a.test",), (), "", "")),
    ],
)
def test_a_link_fills_in_what_it_may(link: str, mail: MailLink) -> None:
    assert mail_link(link) == mail


def test_a_link_fills_in_no_more_than_somebody_would_write() -> None:
    mail = mail_link(
        "mailto:" + ",".join(f"p{n}@a.test" for n in range(500)) + "?body=" + "x" * 30_000
    )
    assert len(mail.to) == 100
    assert len(mail.text) <= 10_000
    assert len(mail_link("mailto:a@a.test?subject=" + "s" * 9000).subject) < 9000
