"""A service that nothing here knows of: a folder and an entry point, and it is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from tests.program import CHECKOUT, with_passphrase

_FEED = b"""<rss version="2.0"><channel><title>Harbour news</title>
<item><guid>one</guid><title>The ferry is late</title><description>By an hour.</description>
<author>Ann</author></item>
<item><guid>two</guid><title>A new pier</title><description>It opens in May.</description>
<author>Bo</author></item></channel></rss>"""

_PROVIDER = """
from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.etree import ElementTree

from loopdesk.core.actions import ActionSpec, Receipt
from loopdesk.core.changes import Chunk, Cursor, Page, Stream
from loopdesk.core.clients import Registration
from loopdesk.core.items import Entry, Item, Kind
from loopdesk.core.people import Handle
from loopdesk.providers.api import Feature, Grant, Provider, Redirect, Visit

AUTHORIZE, FEED = "https://rss.example/authorize", "https://rss.example/api/feed"
READ = "https://rss.example/api/read"


class SignIn:
    def __init__(self, http, clock, ids):
        self.http, self.ids = http, ids

    def begin(self, client, features, redirect_uri, hint, secret=None):
        state = self.ids.new()
        asked = urlencode({"redirect_uri": redirect_uri, "state": state})
        return Visit(self.http.place(f"{AUTHORIZE}?{asked}"), state, "", redirect_uri)

    def finish(self, client, visit, answer):
        return Grant(b"reader", "reader", "Reader", "reader@rss.example", ("read",), ("feed",))

    def check(self, client):
        return None

    def revoke(self, client, secret):
        return True


class Reader:
    def __init__(self, links):
        self.http = links.http

    def streams(self):
        return (Stream("feed", 600, 3600, "feed"),)

    def pull(self, stream, cursor):
        found = ElementTree.fromstring(self.http.request("GET", FEED).content)
        at, items, entries = datetime(2026, 11, 1, tzinfo=UTC), [], []
        for each in found.iter("item"):
            key, who = each.findtext("guid"), Handle(each.findtext("author"))
            said = each.findtext("description")
            items.append(
                Item(key, Kind.MESSAGE, each.findtext("title"), said, (who,), at, unread=True,
                     actions=("read",))
            )
            entries.append(Entry(key, key, who, at, said, unread=True))
        return Page(tuple(items), tuple(entries), cursor=Cursor("all"), listing=True)

    def perform(self, action, steps):
        self.http.request("POST", READ, json={"key": action.target.key})
        return Receipt({"key": action.target.key})

    def find(self, action, steps):
        return None

    def fetch(self, part, offset):
        return Chunk(b"", 0, True)

    def search(self, query, cursor):
        return Page()

    def busy(self, people, start, end):
        return ()

    def brings(self, item):
        return None

    def listen(self):
        return None

    def hush(self):
        return None


PROVIDER = Provider(
    key="rss",
    title="Feeds",
    features=(Feature("feed", "News", ("read",), "To show what the feed says."),),
    endpoints={"authorize_url": AUTHORIZE, "api.api": "https://rss.example/api"},
    hosts=frozenset({"rss.example"}),
    redirect=Redirect("127.0.0.1", "/rss"),
    permissions_page="https://rss.example/permissions",
    registration=Registration("Nothing to do.", (), "", "Client ID", ".+"),
    actions=(ActionSpec("read", frozenset({Kind.MESSAGE})),),
    sign_in=SignIn,
    connect=Reader,
)
"""

_WINDOW = """
from PySide6.QtWidgets import QApplication
from loopdesk.cli.window import services
from loopdesk.ui import icons, theme
from loopdesk.ui.first_run import FirstRun

app = QApplication([])
theme.apply(app)
known = services()
page = FirstRun(known)
page.show()
page.grab()
assert icons.mark("rss", "message").toImage() == icons.mark("service").toImage()
print([(each.key, each.title) for each in known])
"""


class _Site(BaseHTTPRequestHandler):
    read: list[str]

    def do_GET(self) -> None:
        at = urlsplit(self.path)
        asked = parse_qs(at.query)
        if at.path == "/authorize":
            self.send_response(302)
            back = f"{asked['redirect_uri'][0]}?code=yes&state={asked['state'][0]}"
            self.send_header("Location", back)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._answer(_FEED)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.read.append(json.loads(body)["key"])
        self._answer(b"{}")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[tuple[str, list[str]]]:
    read: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Site", (_Site,), {"read": read}))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", read
    server.shutdown()
    thread.join()
    server.server_close()


def _allow(address: str) -> None:
    with urlopen(address, timeout=10) as page:  # noqa: S310 - the test's own server
        page.read()


def test_a_folder_and_an_entry_point_are_a_service(
    tmp_path: Path, site: tuple[str, list[str]]
) -> None:
    url, read = site
    installed = tmp_path / "installed"
    (installed / "tiny_rss").mkdir(parents=True)
    (installed / "tiny_rss" / "__init__.py").write_text(_PROVIDER)
    about = installed / "tiny_rss-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-rss\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[loopdesk.providers]\nrss = tiny_rss:PROVIDER\n")

    program = with_passphrase(tmp_path)
    program.environment["PYTHONPATH"] = str(installed)
    (program.folder / "config.toml").write_text(
        f'[services.rss]\nclient_id = "reader"\nauthorize_url = "{url}/authorize"\n'
        f'api.api = "{url}/api"\n'
    )
    connected = program.connect(service="rss", consent=_allow)
    assert connected.code == 0, connected.said
    program.say("sync")
    assert {item["title"] for item in program.items()} == {"The ferry is late", "A new pier"}
    ferry = program.item("The ferry is late")
    assert "By an hour." in json.dumps(program.shown(ferry["id"]))
    program.say("do", "read", ferry["id"])
    program.say("sync")
    assert read == ["one"]

    offered = subprocess.run(
        [
            sys.executable,
            "-c",
            _WINDOW,
        ],
        cwd=CHECKOUT,
        env=os.environ | program.environment | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "('rss', 'Feeds')" in offered.stdout
