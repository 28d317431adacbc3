"""The pictures of one mail: each asked for once, by nobody in particular, and kept if it is one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from loopdesk import app
from loopdesk.core.changes import Cursor, Page
from loopdesk.core.errors import Offline
from loopdesk.core.items import Entry, Item, Kind, ServiceKey, Untrusted, item_id
from loopdesk.engine import pictures
from loopdesk.engine.pictures import Pictures
from loopdesk.net.endpoints import Endpoints
from loopdesk.net.guard import Guard
from loopdesk.net.http import open_http
from loopdesk.net.settings import Network
from loopdesk.store import items
from tests.sync.mailbox import ACCOUNT, BO, START, Profile

GIF = b"GIF89a" + bytes(500)
NEWS = item_id(ACCOUNT, Kind.MESSAGE, ServiceKey("news"))


@dataclass
class Site:
    url: str
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            it.asked.append((self.path, dict(self.headers.items())))
            body = it.pages.get(self.path)
            self.send_response(200 if body is not None else 302)
            self.send_header("Location", "/a.gif")
            self.send_header("Set-Cookie", "who=ann")
            self.send_header("Content-Type", "image/gif")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    it = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield it
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    profile = Profile(tmp_path / "profile")
    profile.work(seconds=20)
    yield profile
    profile.close()


def _bring(profile: Profile, place: str, html: str) -> dict[str, int]:
    mail = Entry(ServiceKey("m"), ServiceKey("news"), BO, START, Untrusted("News"), html=html)
    news = Item(ServiceKey("news"), Kind.MESSAGE, Untrusted("News"), people=(BO,), at=START)
    page = Page(items=(news,), entries=(mail,), cursor=Cursor("0"))
    profile.database.cache.transact(lambda db: items.apply(db, ACCOUNT, "mail", page, app.ranker()))
    guard = Guard(profile.clock)
    guard.allow("fake", frozenset({place.removeprefix("http://")}))
    endpoints = Endpoints({"pictures": "https://pictures.test"}, {"pictures": place})
    http = open_http(endpoints, guard, profile.clock, Network())
    return Pictures(
        profile.database,
        profile.vessel,
        profile.ids,
        profile.clock,
        lambda _: http,
        app.pictures_in,
    ).bring(NEWS, "m")


def _image(*names: str) -> str:
    return "".join(f'<p>x<img src="https://pictures.test/{name}" width="90"></p>' for name in names)


def test_each_is_asked_for_once_and_by_nobody_in_particular(profile: Profile, site: Site) -> None:
    site.pages = {"/a.gif": GIF, "/b.gif?to=ann": GIF}
    html = _image("a.gif", "b.gif?to=ann", "a.gif")
    assert _bring(profile, site.url, html) == {"pictures": 2, "refused": 0}
    found = profile.desk.files.pictures(NEWS, "m")
    assert set(found) == {"https://pictures.test/a.gif", "https://pictures.test/b.gif?to=ann"}
    assert {profile.desk.files.read(blob.id) for blob in found.values()} == {GIF}
    assert [path for path, _ in site.asked] == ["/a.gif", "/b.gif?to=ann"]
    for _, headers in site.asked:
        assert not {"Cookie", "Authorization", "Referer"} & set(headers)
    # What is here is not asked for again.
    assert _bring(profile, site.url, html) == {"pictures": 2, "refused": 0}
    assert len(site.asked) == 2


def test_only_pictures_are_kept_whatever_they_are_called(profile: Profile, site: Site) -> None:
    site.pages = {
        "/page.gif": b"<!DOCTYPE html><script>1</script>",
        "/drawn.gif": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        "/program.gif": b"MZ\x90\x00" + bytes(100),
        "/empty.gif": b"",
        "/a.gif": GIF,
    }
    html = _image("page.gif", "drawn.gif", "program.gif", "empty.gif", "moved.gif", "a.gif")
    assert _bring(profile, site.url, html) == {"pictures": 1, "refused": 5}
    assert [path for path, _ in site.asked].count("/a.gif") == 1  # a redirect is not followed
    assert list(profile.desk.files.pictures(NEWS, "m")) == ["https://pictures.test/a.gif"]


def test_it_has_limits(profile: Profile, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "LARGEST_BYTES", 2000)
    monkeypatch.setattr(pictures, "TOGETHER_BYTES", 3000)
    monkeypatch.setattr(pictures, "MOST", 5)
    site.pages = {
        f"/{number}": GIF[:6] + bytes(size - 6)
        for number, size in enumerate((2001, 1999, 1500, 900, 100, 10))
    }
    assert _bring(profile, site.url, _image(*map(str, range(6)))) == {"pictures": 3, "refused": 3}
    assert set(profile.desk.files.pictures(NEWS, "m")) == {
        f"https://pictures.test/{number}" for number in (1, 3, 4)
    }


def test_nothing_is_asked_inside_or_in_the_open(profile: Profile, site: Site) -> None:
    html = (
        '<p>x<img src="http://pictures.test/a.gif" width="90">'
        '<img src="https://192.168.1.1/b.gif" width="90">'
        '<img src="https://localhost/c.gif" width="90"></p>'
    )
    assert _bring(profile, site.url, html) == {"pictures": 0, "refused": 3}
    assert site.asked == []


def test_without_a_connection_it_says_so(profile: Profile) -> None:
    with pytest.raises(Offline):
        _bring(profile, "http://127.0.0.1:1", _image("a.gif"))
