"""Which address goes where."""

import pytest

from loopdesk.net.endpoints import Endpoints

PUBLIC = {
    "authorize_url": "https://accounts.example/o/auth",
    "token_url": "https://oauth.example/token",
    "api.mail": "https://mail.example/mail/v1",
    "api.upload": "https://mail.example/upload/mail/v1",
    "api.calendar": "https://www.example/calendar/v3",
    "api.drive": "https://www.example/drive/v3",
    "api.chat": "https://chat.example/api/",
}
STAND_IN = "http://127.0.0.1:8700/it"


@pytest.mark.parametrize(
    ("configured", "url", "place"),
    [
        ("same", "https://mail.example/mail/v1/users", f"{STAND_IN}/mail/v1/users"),
        ("same", "https://mail.example/mail/v1?q=1", f"{STAND_IN}/mail/v1?q=1"),
        ("same", "https://mail.example/mail/v10", f"{STAND_IN}/mail/v10"),
        ("same", "https://mail.example/upload/mail/v1/x", f"{STAND_IN}/upload/mail/v1/x"),
        ("same", "https://mail.example/batch", f"{STAND_IN}/batch"),
        ("same", "https://www.example/batch/calendar/v3", f"{STAND_IN}/batch/calendar/v3"),
        ("same", "https://chat.example/api/files.list", f"{STAND_IN}/api/files.list"),
        ("same", "https://accounts.example/o/auth?a=b", f"{STAND_IN}/o/auth?a=b"),
        ("same", "https://mail.example.evil/mail/v1", "https://mail.example.evil/mail/v1"),
        ("other", "https://mail.example/mail/v1/users", "https://cloud.example/m/users"),
        ("other", "https://mail.example/batch", "https://cloud.example/batch"),
        ("none", "https://mail.example/batch", "https://mail.example/batch"),
        ("one", "https://www.example/batch/x", f"{STAND_IN}/batch/x"),
        ("one", "https://www.example/drive/v3/files", "https://www.example/drive/v3/files"),
    ],
)
def test_where_an_address_is_reached(configured: str, url: str, place: str) -> None:
    settings = {
        "same": {
            name: STAND_IN + "/" + address.split("/", 3)[3] for name, address in PUBLIC.items()
        },
        "other": {"api.mail": "https://cloud.example/m"},
        "one": {"api.calendar": f"{STAND_IN}/calendar/v3"},
        "none": {},
    }
    assert Endpoints(PUBLIC, settings[configured]).place(url) == place


def test_only_the_places_are_let_through() -> None:
    hosts = ["oauth.example", "mail.example", "www.example"]
    assert Endpoints(PUBLIC).authorities(hosts) == set(hosts)
    mixed = Endpoints(
        PUBLIC,
        {
            "token_url": "http://[::1]:8701/token",
            "api.mail": f"{STAND_IN}/mail/v1",
            "api.upload": f"{STAND_IN}/upload/mail/v1",
        },
    )
    assert mixed.authorities(hosts) == {"[::1]:8701", "127.0.0.1:8700", "www.example"}


@pytest.mark.parametrize(
    ("elsewhere", "url", "place"),
    [
        (
            "http://127.0.0.1:1/else",
            "https://list.example/a?b",
            "http://127.0.0.1:1/else/list.example/a?b",
        ),
        ("http://127.0.0.1:1/else", "https://mail.example/mail/v1", "https://mail.example/mail/v1"),
        ("http://127.0.0.1:1/else", "http://list.example/a", "http://list.example/a"),
        ("", "https://list.example/a", "https://list.example/a"),
    ],
)
def test_what_is_no_services_lies_elsewhere_in_a_stand_in(
    elsewhere: str, url: str, place: str
) -> None:
    places = Endpoints(PUBLIC, {"api.mail": "http://127.0.0.1:1/it/mail/v1"}, elsewhere)
    assert places.foreign(url) == place
