"""Two small boards, and a program that signs in to them as a browser and a client would."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from loopdesk.sandbox.model import World
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.trello import oauth
from loopdesk.sandbox.trello_world import (
    Attachment,
    Board,
    Card,
    Checklist,
    Comment,
    Label,
    Lane,
    Person,
    Step,
    TrelloWorld,
    Workspace,
    object_id,
)
from loopdesk.sandbox.web import Request, Response
from tests import spec_trello
from tests.sandbox.tiny import BASE, CHALLENGE, NOW, VERIFIER, Forms

REDIRECT = "http://127.0.0.1:8741/trello"
SCOPES = (
    "offline_access read:member:trello read:board:trello write:board:trello write:member:trello"
)


def ago(**by: float) -> Any:
    return NOW - timedelta(**by)


def _old(word: str) -> str:
    return object_id(ago(days=90), word)


ANN, BO, CY = _old("ann"), _old("bo"), _old("cy")
LUMEN = _old("lumen")
PLANS, PRIVATE, INBOX = _old("plans"), _old("private"), _old("inbox")
TODO, DOING, DONE = _old("todo"), _old("doing"), _old("done")
SECRETS, CAUGHT = _old("secrets"), _old("caught")
RED, BLUE, GREEN = _old("red"), _old("blue"), _old("green")
PAGE, COVER, WATCHED = (
    object_id(ago(hours=9), "page"),
    object_id(ago(hours=8), "cover"),
    object_id(ago(hours=7), "watched"),
)
SECRET = object_id(ago(hours=6), "secret")


def cards() -> list[Card]:
    """Return those of the board that Ann and Bo share."""
    return [
        Card(
            PAGE,
            "Page 12",
            TODO,
            BO,
            "A **heading** is missing",
            "pageTwlv",
            (ANN,),
            labels=(RED,),
            due=NOW + timedelta(days=1),
            checklists=(Checklist("Before print", (Step("Heading"), Step("Map", done=True))),),
            comments=(
                Comment(BO, ago(hours=5), "@ann can you look?"),
                Comment(ANN, ago(hours=4), "Today"),
            ),
            attachments=(
                Attachment(BO, ago(hours=5), "page 12.txt", "", "text/plain", b"twelve"),
                Attachment(BO, ago(hours=5), "The plan", "https://lumen.example/plan"),
            ),
        ),
        Card(COVER, "Cover", DOING, ANN, "", "coverCov", (BO,)),
        Card(WATCHED, "Paper", TODO, BO, "", "paperPap", watchers=frozenset({ANN})),
    ]


def trello(given: Sequence[Card] | None = None, more: Sequence[Board] = ()) -> TrelloWorld:
    return TrelloWorld(
        [
            Person(ANN, "ann", "Ann Arber", "ann@lumen.example", INBOX, ago(hours=6)),
            Person(BO, "bo", "Bo Berg", "bo@lumen.example"),
            Person(CY, "cy", "Cy Coe"),
        ],
        [Workspace(LUMEN, "lumen", "Lumen", (ANN, BO))],
        [
            Board(
                PLANS,
                "Plans",
                {BO: "admin", ANN: "normal"},
                [Lane(TODO, "To do"), Lane(DOING, "Doing"), Lane(DONE, "Done")],
                [Label(RED, "Urgent", "red"), Label(BLUE, "", "blue")],
                cards() if given is None else given,
                "plansPla",
                workspace=LUMEN,
            ),
            Board(
                PRIVATE,
                "Private",
                {BO: "admin"},
                [Lane(SECRETS, "Secrets")],
                [Label(GREEN, "Quiet", "green")],
                [Card(SECRET, "Secret", SECRETS, BO)],
            ),
            Board(INBOX, "Inbox", {ANN: "admin"}, [Lane(CAUGHT, "Inbox")]),
            *more,
        ],
    )


def world(given: TrelloWorld | None = None) -> World:
    return World([], trello=given or trello())


@dataclass
class Client:
    """A program at the sandbox, signed in as one person."""

    sandbox: Sandbox
    token: str = ""

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        query: str = "",
        headers: dict[str, str] | None = None,
    ) -> Response:
        """Send a request to a path below `/trello`."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent |= headers or {}
        response = self.sandbox.handle(Request(method, f"/trello{path}", query, sent, body), BASE)
        # What the sandbox takes and gives must be what Trello describes.
        if response.status == 200:
            kind = sent.get("Content-Type", "")
            name = spec_trello.check_request(method, f"{path}?{query}", body, kind)
            spec_trello.check_response(name, response.status, response.body)
        return response

    def ask(self, method: str, path: str, /, **args: Any) -> Response:
        """Call an operation: GET with a query, all others with a JSON body."""
        if method == "GET":
            return self.send("GET", f"/1{path}", query=urlencode(args))
        if not args:
            return self.send(method, f"/1{path}")
        kind = {"Content-Type": "application/json"}
        return self.send(method, f"/1{path}", json.dumps(args).encode(), headers=kind)

    def call(self, method: str, path: str, /, **args: Any) -> Any:
        """Return the answer of a call that succeeds."""
        response = self.ask(method, path, **args)
        assert response.status == 200, (response.status, response.body)
        return response.json()

    def get(self, path: str, /, **args: Any) -> Any:
        return self.call("GET", path, **args)

    def refused(self, method: str, path: str, /, **args: Any) -> tuple[int, str]:
        """Return with what words a call is refused."""
        response = self.ask(method, path, **args)
        assert response.status >= 400, response.status
        return response.status, response.body.decode()


def asked(**changes: str) -> dict[str, str]:
    return {
        "client_id": oauth.CLIENT_ID,
        "scope": SCOPES,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "prompt": "consent",
        "state": "s1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }


def consent(
    client: Client, *, form: str = "allow", account: str = "", **changes: str
) -> dict[str, str]:
    """Go through the consent page; return what arrives at the redirect address."""
    page = client.send("GET", "/authorize", query=urlencode(asked(**changes)))
    assert page.status == 200, page.body
    action, inputs = Forms(page.body.decode()).forms[("allow", "deny").index(form)]
    sent = [(name, account if account and name == "account" else value) for name, value in inputs]
    place = urlsplit(urljoin(f"{BASE}/trello/authorize", action)).path.removeprefix("/trello")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.send("POST", place, urlencode(sent).encode(), headers=kind)
    assert answer.status == 303, answer.body
    target = answer.headers["Location"]
    assert target.startswith(changes.get("redirect_uri", REDIRECT) + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def tokens(client: Client, **fields: str) -> Response:
    """Ask the token endpoint."""
    body = json.dumps({"client_id": oauth.CLIENT_ID, **fields}).encode()
    return Client(client.sandbox).send(
        "POST", "/oauth/token", body, headers={"Content-Type": "application/json"}
    )


def exchange(client: Client, code: str, **changes: str) -> Response:
    fields = {"code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER, **changes}
    return tokens(client, grant_type="authorization_code", **fields)


def sign_in(sandbox: Sandbox, member: str = ANN, **changes: str) -> Client:
    client = Client(sandbox)
    code = consent(client, account=member, **changes)["code"]
    client.token = exchange(client, code).json()["access_token"]
    return client
