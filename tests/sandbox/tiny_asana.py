"""A small workspace, and a program that signs in to it as a browser and a client would."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from loopdesk.sandbox.asana import oauth
from loopdesk.sandbox.asana_world import (
    AsanaWorld,
    Attachment,
    Comment,
    Person,
    Project,
    Section,
    Tag,
    Task,
    Value,
    Workspace,
    gid,
)
from loopdesk.sandbox.model import World
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Request, Response
from tests import spec_asana
from tests.sandbox.tiny import BASE, CHALLENGE, NOW, VERIFIER, Forms

REDIRECT = "http://localhost:8741/asana"
SCOPES = (
    "workspaces:read users:read tasks:read tasks:write projects:read stories:read stories:write"
    " attachments:read attachments:write custom_fields:read workspaces.typeahead:read"
)
ANN, BO, CY = gid("ann"), gid("bo"), gid("cy")
LUMEN, FREE = gid("lumen"), gid("free")
PLANS, PRIVATE = gid("plans"), gid("private")
TODO, DOING, SECRETS = gid("todo"), gid("doing"), gid("secrets")
RED = gid("red")
OFFER, COVER, PAPER, SECRET, STEP, HOME = (
    gid(each) for each in ("offer", "cover", "paper", "secret", "step", "home")
)


def ago(**by: float) -> Any:
    return NOW - timedelta(**by)


def tasks() -> list[Task]:
    """Return those of the workspace that Ann and Bo share."""
    return [
        Task(
            OFFER,
            "Send offer",
            LUMEN,
            BO,
            ago(hours=9),
            'See <a href="https://lumen.example/plan">the plan</a>, <strong>all</strong> of it',
            ANN,
            places=((PLANS, TODO),),
            due_on=NOW.date(),
            comments=(
                Comment(BO, ago(hours=5), f'<a data-asana-gid="{ANN}"/> can you look?'),
                Comment(ANN, ago(hours=4), "Today"),
            ),
            attachments=(
                Attachment(BO, ago(hours=5), "offer.txt", "", "asana", b"twelve"),
                Attachment(BO, ago(hours=5), "Plan", "https://lumen.example/plan", "external"),
            ),
            subtasks=(Task(STEP, "Ask Cy", LUMEN, BO, ago(hours=8), assignee=BO),),
            tags=(RED,),
            values=(Value(gid("priority"), "Priority", "High"),),
            liked_by=(BO,),
        ),
        Task(COVER, "Cover", LUMEN, ANN, ago(hours=8), assignee=BO, places=((PLANS, DOING),)),
        Task(PAPER, "Paper", LUMEN, BO, ago(hours=7), followers=(ANN,), subtype="approval"),
        Task(SECRET, "Secret", LUMEN, BO, ago(hours=6), places=((PRIVATE, SECRETS),)),
        Task(HOME, "Water the plants", FREE, ANN, ago(hours=5), assignee=ANN),
    ]


def asana(
    given: Sequence[Task] | None = None, *, is_paid: bool = True, more: Sequence[Project] = ()
) -> AsanaWorld:
    """Return two workspaces, of which one is free."""
    return AsanaWorld(
        [
            Person(ANN, "Ann Arber", "ann@lumen.example", signs_in=True),
            Person(BO, "Bo Berg", "bo@lumen.example", signs_in=True),
            Person(CY, "Cy Coe", "cy@lumen.example"),
        ],
        [
            Workspace(LUMEN, "Lumen", (ANN, BO, CY), is_paid=is_paid),
            Workspace(FREE, "Home", (ANN,), is_organization=False),
        ],
        [
            Project(
                PLANS,
                "Plans",
                LUMEN,
                BO,
                sections=(Section(TODO, "To do"), Section(DOING, "Doing")),
                favored_by=frozenset({ANN}),
            ),
            Project(
                PRIVATE,
                "Private",
                LUMEN,
                BO,
                sections=(Section(SECRETS, "Secrets"),),
                is_public=False,
            ),
            *more,
        ],
        [Tag(RED, "Urgent", LUMEN, "dark-red")],
        tasks() if given is None else given,
    )


def world(given: AsanaWorld | None = None) -> World:
    return World([], asana=given or asana())


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
        parallel: int = 1,
    ) -> Response:
        """Send a request to a path below `/asana`."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent |= headers or {}
        request = Request(method, f"/asana{path}", query, sent, body, parallel)
        response = self.sandbox.handle(request, BASE)
        # What the sandbox takes and gives must be what Asana describes.
        if response.status in (200, 201) and "/oauth" not in path:
            kind = sent.get("Content-Type", "")
            name = spec_asana.check_request(method, f"{path}?{query}", body, kind)
            spec_asana.check_response(name, response.status, response.body)
        return response

    def ask(self, method: str, path: str, /, data: Any = None, **args: Any) -> Response:
        """Call an operation with arguments in its address, and `data` as its body."""
        where, query = f"/api/1.0{path}", urlencode(args)
        if data is None:
            return self.send(method, where, query=query)
        kind = {"Content-Type": "application/json"}
        body = json.dumps({"data": data}).encode()
        return self.send(method, where, body, query=query, headers=kind)

    def call(self, method: str, path: str, /, data: Any = None, **args: Any) -> Any:
        """Return the data that a call which succeeds answers."""
        response = self.ask(method, path, data, **args)
        assert response.status in (200, 201), (response.status, response.body)
        return response.json()["data"]

    def get(self, path: str, /, **args: Any) -> Any:
        return self.call("GET", path, **args)

    def put(self, path: str, /, **data: Any) -> Any:
        return self.call("PUT", path, data)

    def post(self, path: str, /, **data: Any) -> Any:
        return self.call("POST", path, data)

    def refused(self, method: str, path: str, /, data: Any = None, **args: Any) -> tuple[int, str]:
        """Return with what words a call is refused."""
        response = self.ask(method, path, data, **args)
        assert response.status >= 400, response.status
        return response.status, response.json()["errors"][0]["message"]


def asked(**changes: str) -> dict[str, str]:
    fields = {
        "client_id": oauth.CLIENT_ID,
        "scope": SCOPES,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "state": "s1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }
    return {name: value for name, value in fields.items() if value}


def press(client: Client, *, form: str = "allow", account: str = "", **changes: str) -> Response:
    """Go through the consent page; return what the browser gets then."""
    page = client.send("GET", "/-/oauth_authorize", query=urlencode(asked(**changes)))
    assert page.status == 200, page.body
    action, inputs = Forms(page.body.decode()).forms[("allow", "deny").index(form)]
    sent = [(name, account if account and name == "account" else value) for name, value in inputs]
    place = urlsplit(urljoin(BASE, action)).path.removeprefix("/asana")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return client.send("POST", place, urlencode(sent).encode(), headers=kind)


def consent(client: Client, **changes: str) -> dict[str, str]:
    """Return what arrives at the redirect address, or the code that is shown."""
    answer = press(client, **changes)
    if changes.get("redirect_uri") == oauth.TYPED:
        shown = re.search(r"<code>(\w+)</code>", answer.body.decode())
        return {"code": shown[1]} if shown else {}
    assert answer.status == 303, answer.body
    target = answer.headers["Location"]
    assert target.startswith(changes.get("redirect_uri", REDIRECT) + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def form(client: Client, place: str, **fields: str) -> Response:
    """Ask one of the addresses beside the interface."""
    sent = {"client_id": oauth.CLIENT_ID, "client_secret": oauth.CLIENT_SECRET, **fields}
    body = urlencode({name: value for name, value in sent.items() if value}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return Client(client.sandbox).send("POST", f"/-/{place}", body, headers=kind)


def exchange(client: Client, code: str, **changes: str) -> Response:
    fields = {"code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER, **changes}
    return form(client, "oauth_token", grant_type="authorization_code", **fields)


def sign_in(sandbox: Sandbox, user: str = ANN, **changes: str) -> Client:
    client = Client(sandbox)
    code = consent(client, account=user, **changes)["code"]
    client.token = exchange(client, code).json()["access_token"]
    return client
