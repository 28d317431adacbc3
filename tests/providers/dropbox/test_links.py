"""Links into Dropbox, and the way to an app of one's own, in what must be exact."""

from __future__ import annotations

import re

import pytest

from loopdesk.providers.dropbox import FEATURES, PROVIDER
from loopdesk.providers.dropbox.links import page, reference

_SHARED = "https://www.dropbox.com/scl/fi/a1b2c3d4e5/Offer.docx"


@pytest.mark.parametrize(
    ("links", "found"),
    [
        (
            (
                f"{_SHARED}?rlkey=k1&dl=0",
                f"{_SHARED}?rlkey=k1&st=x&dl=1.",
                "https://dropbox.com/scl/fi/a1b2c3d4e5/Renamed.docx?rlkey=k1",
            ),
            "dropbox/file/a1b2c3d4e5",
        ),
        (("https://www.dropbox.com/s/2sn712vy1ovegw8/Offer.docx?dl=0",),
         "dropbox/file/2sn712vy1ovegw8"),
        (("https://www.dropbox.com/sh/abc123/AAAx?dl=0",), "dropbox/file/abc123"),
        (
            (
                "https://www.dropbox.com/home/Work?preview=Offer.docx",
                "https://www.dropbox.com/preview/Work/Offer.docx?role=personal",
                "https://www.dropbox.com/home/work?preview=OFFER.docx",
            ),
            "dropbox/file/work/offer.docx",
        ),
    ],
)  # fmt: skip
def test_links_to_one_thing_are_one(links: tuple[str, ...], found: str) -> None:
    assert {reference(link) for link in links} == {found}


@pytest.mark.parametrize(
    "link",
    [
        "https://www.dropbox.com/account/connected_apps",
        "https://www.dropbox.com/home",
        "https://dropbox.com.evil.test/scl/fi/a1b2c3d4e5/Offer.docx",
        "https://[",
        "",
    ],
)
def test_other_pages_are_none_of_it(link: str) -> None:
    assert reference(link) is None


def test_the_page_of_a_file_leads_to_it() -> None:
    address = page("/Grüße & mehr/50% Plan?.txt")
    assert address == (
        "https://www.dropbox.com/home/Gr%C3%BC%C3%9Fe%20%26%20mehr?preview=50%25%20Plan%3F.txt"
    )
    assert reference(address) == reference(address.upper().replace("HTTPS://WWW.DROPBOX.COM/HOME",
                                           "https://www.dropbox.com/home").replace("PREVIEW",
                                           "preview"))  # fmt: skip
    assert page("") == ""


def test_what_is_pasted_is_what_dropbox_compares() -> None:
    copied = [step.copies for step in PROVIDER.registration.steps if step.copies]
    assert copied[0].split() == [f"http://127.0.0.1:{port}/dropbox" for port in (8741, 8742, 8743)]
    assert copied[1].split() == [scope for each in FEATURES for scope in each.scopes]
    assert PROVIDER.registration.secret is None
    looks = re.compile(PROVIDER.registration.id_looks)
    assert looks.fullmatch("ab12cd34ef56gh7")
    assert not looks.fullmatch("sl.u.AF")
