"""A small world, and a program that signs in to it as a browser and a client would."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from loopdesk.sandbox.google import oauth
from loopdesk.sandbox.model import Calendar, Label, Mail, Mailbox, World
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Request, Response
from tests import spec_google

BASE = "http://127.0.0.1:8700"
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
AUTH = "https://www.googleapis.com/auth/"
SCOPES = (
    f"openid {AUTH}userinfo.email {AUTH}gmail.modify {AUTH}calendar.events"
    f" {AUTH}calendar.calendarlist.readonly"
)
ANN, BO = "ann@lumen.example", "bo@lumen.example"
REDIRECT = "http://127.0.0.1:5123/google"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()[:43]


def mail(
    subject: str,
    text: str = "Hello",
    *,
    sender: str = "Bo Berg <bo@lumen.example>",
    to: str = "Ann Arber <ann@lumen.example>",
    key: str = "",
    more: str = "",
) -> bytes:
    key = key or subject.lower().replace(" ", "-")
    head = (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{key}@lumen.example>\r\n"
    )
    head += f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n{more}"
    return f"{head}\r\n{text}\r\n".encode()


def reply(subject: str, text: str, to_key: str, more: str = "") -> bytes:
    thread = f"In-Reply-To: <{to_key}@lumen.example>\r\nReferences: <{to_key}@lumen.example>\r\n"
    return mail(
        subject, text, sender=f"Ann <{ANN}>", to=f"Bo <{BO}>", key="mine", more=thread + more
    )


def world(ann: list[Mail] | None = None, events: list[dict[str, Any]] | None = None) -> World:
    """Return two people; Ann's mailbox and primary calendar hold what is given."""
    if ann is None:
        ann = [
            Mail(mail("Budget"), NOW - timedelta(hours=3), frozenset({"INBOX", "UNREAD"})),
            Mail(
                reply("Re: Budget", "Fine", "budget"),
                NOW - timedelta(hours=2),
                frozenset({"SENT"}),
            ),
            Mail(mail("Lunch?"), NOW - timedelta(hours=1), frozenset({"INBOX", "Label_7"})),
        ]
    return World(
        [
            Mailbox(
                ANN,
                "Ann Arber",
                ann,
                [Label("Label_7", "Clients/ACME")],
                [
                    Calendar(_entry(ANN, "owner", primary=True), events or []),
                    Calendar(_entry("holidays@group.example", "reader")),
                ],
                aliases=[("sales@lumen.example", "Lumen Sales")],
                signature="<p>Ann</p>",
            ),
            Mailbox(BO, "Bo Berg", calendars=[Calendar(_entry(BO, "owner", primary=True))]),
        ]
    )


def _entry(address: str, role: str, **more: Any) -> dict[str, Any]:
    return {
        "id": address,
        "summary": address.partition("@")[0],
        "accessRole": role,
        "timeZone": "Europe/Zurich",
        **more,
    }


@dataclass
class Clock:
    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


class Forms(HTMLParser):
    """The forms of a page as a browser without scripts would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given["action"], []))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self.forms[-1][1].append((self._select, given["value"]))
        elif tag == "input" and (given["type"] != "checkbox" or "checked" in given):
            self.forms[-1][1].append((given["name"], given["value"]))


@dataclass
class Client:
    """A program at the sandbox, signed in as one person."""

    sandbox: Sandbox
    token: str = ""

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: dict[str, str] | None = None,
        parallel: int = 1,
        params: Mapping[str, object] | None = None,
    ) -> Response:
        """Send a request to a path below `/google`."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = b""
        if isinstance(body, bytes):
            data = body
        elif body is not None:
            sent["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        query = urlencode(params or {}, doseq=True)
        sent |= headers or {}
        request = Request(method, f"/google{path}", query, sent, data, parallel)
        response = self.sandbox.handle(request, BASE)
        url = f"{path}?{query}"
        if response.status < 400:
            # What the sandbox takes and gives must be what Google describes.
            spec_google.check_request(method, url, data, sent.get("Content-Type", ""))
        kind = response.headers.get("Content-Type", "")
        if "html" not in kind and not response.dropped and not response.cut:
            spec_google.check_response(method, url, response.status, response.body, kind)
        return response

    def get(self, path: str, **params: object) -> Any:
        response = self.send("GET", path, params=params)
        assert response.status == 200, (response.status, response.body)
        return response.json()

    def post(self, path: str, body: object = None, **params: object) -> Any:
        response = self.send("POST", path, body, params=params)
        assert response.status in (200, 204), (response.status, response.body)
        return response.json() if response.body else None

    def form(self, path: str, **fields: str) -> Response:
        return self.send(
            "POST",
            path,
            urlencode(fields).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded", "Authorization": ""},
        )

    def error(self, response: Response) -> tuple[int, str]:
        return response.status, response.json()["error"]["errors"][0]["reason"]


def asked(**changes: str) -> dict[str, str]:
    return {
        "client_id": oauth.CLIENT_ID,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": SCOPES,
        "state": "s1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",
        **changes,
    }


def consent(
    client: Client, *, form: str = "allow", untick: str = "", account: str = "", **changes: str
) -> dict[str, str]:
    """Go through the consent page; return what arrives at the redirect address."""
    path = "/o/oauth2/v2/auth"
    page = client.send("GET", path, headers={"Authorization": ""}, params=asked(**changes))
    assert page.status == 200, page.body
    action, inputs = Forms(page.body.decode()).forms[("allow", "deny").index(form)]
    sent = [
        (name, account if account and name == "account" else value)
        for name, value in inputs
        if not (untick and untick in value and name == "granted")
    ]
    place = urlsplit(urljoin(f"{BASE}/google{path}", action)).path.removeprefix("/google")
    answer = client.send(
        "POST",
        place,
        urlencode(sent).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status == 303, answer.body
    target = answer.headers["Location"]
    assert target.startswith(changes.get("redirect_uri", REDIRECT) + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def exchange(client: Client, code: str, **changes: str) -> Response:
    fields = {
        "client_id": oauth.CLIENT_ID,
        "client_secret": oauth.CLIENT_SECRET,
        "code": code,
        "code_verifier": VERIFIER,
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT,
        **changes,
    }
    return client.form("/token", **{name: value for name, value in fields.items() if value})


def refresh(client: Client, token: str, **changes: str) -> Response:
    return client.form(
        "/token",
        client_id=oauth.CLIENT_ID,
        client_secret=oauth.CLIENT_SECRET,
        refresh_token=token,
        grant_type="refresh_token",
        **changes,
    )


def sign_in(sandbox: Sandbox, account: str = ANN, **changes: str) -> Client:
    client = Client(sandbox)
    code = consent(client, account=account, **changes)["code"]
    client.token = exchange(client, code).json()["access_token"]
    return client
