"""A small workspace, and a program that signs in to it as a browser and a client would."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from loopdesk.sandbox.model import World
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.slack import oauth, scopes
from loopdesk.sandbox.web import Request, Response
from loopdesk.sandbox.workspaces import (
    Conversation,
    Member,
    MemberGroup,
    Post,
    Workspace,
)
from tests import spec_slack
from tests.sandbox.tiny import BASE, CHALLENGE, NOW, VERIFIER, Forms

TEAM = "T0LUMEN01"
ANN, BO, CY, ZOE = "U0ANN00001", "U0BO000001", "U0CY000001", "U0ZOE00001"
GENERAL, PLANS, WITH_BO, TRIO = "C0GENERAL1", "C0PLANS001", "D0ANNBO001", "C0TRIO0001"
REDIRECT = "http://localhost:8741/slack"
SCOPES = ",".join(scopes.WORDS)


def ago(**by: float) -> Any:
    return NOW - timedelta(**by)


def workspace(
    posts: Sequence[Post] | None = None, more: Sequence[Conversation] = (), *, is_free: bool = False
) -> Workspace:
    """Return a workspace; the direct message of Ann and Bo holds what is given."""
    if posts is None:
        posts = [
            Post(BO, ago(hours=3), "Are you in today?"),
            Post(ANN, ago(hours=2), "From ten on"),
            Post(BO, ago(hours=1), "Good. See <https://lumen.example/plan|the plan>"),
        ]
    return Workspace(
        TEAM,
        "Lumen",
        "lumen",
        [
            Member(ANN, "ann", "Ann Arber", "ann@lumen.example", "Ann"),
            Member(BO, "bo", "Bo Berg", "bo@lumen.example", title="Plans"),
            Member(CY, "cy", "Cy Coe", "cy@lumen.example"),
            Member(ZOE, "zoe", "Zoe Ash", "zoe@ash.example", team="T0ASH00001"),
        ],
        [
            Conversation(WITH_BO, "direct", (ANN, BO), posts=posts, read={ANN: ago(hours=2)}),
            Conversation(
                GENERAL,
                "channel",
                (ANN, BO, CY),
                "general",
                [
                    Post(CY, ago(days=1), "Welcome everybody", reactions={"wave": (ANN, BO)}),
                    Post(
                        BO,
                        ago(hours=5),
                        f"<@{ANN}> which week suits you?",
                        answers=(
                            Post(CY, ago(hours=4, minutes=30), "The third"),
                            Post(BO, ago(hours=4), "The third it is", broadcast=True),
                        ),
                    ),
                ],
                read={ANN: ago(days=2)},
                topic="All of us",
            ),
            Conversation(PLANS, "private", (BO, CY), "plans", [Post(CY, ago(days=1), "Secret")]),
            Conversation(TRIO, "group", (ANN, BO, CY), "mpdm-ann--bo--cy-1"),
            *more,
        ],
        [MemberGroup("S0LUMEN001", "planners", "Planners", (ANN, BO))],
        {"ship": "https://emoji.lumen.example/ship.png", "boat": "alias:ship"},
        is_free=is_free,
    )


def world(*given: Workspace) -> World:
    return World([], workspaces=given or [workspace()])


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
        """Send a request to a path below `/slack`."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent |= headers or {}
        request = Request(method, f"/slack{path}", query, sent, body)
        response = self.sandbox.handle(request, BASE)
        # What the sandbox takes and gives must be what Slack describes.
        if b'"ok":true' in response.body:
            kind = sent.get("Content-Type", "")
            name = spec_slack.check_request(f"{path}?{query}", body, kind)
            spec_slack.check_response(name, response.status, response.body)
        return response

    def ask(self, name: str, /, **args: Any) -> Response:
        """Call a method of the Web API with a JSON body."""
        kind = {"Content-Type": "application/json; charset=utf-8"}
        return self.send("POST", f"/api/{name}", json.dumps(args).encode(), headers=kind)

    def form(self, name: str, /, **args: Any) -> Response:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", f"/api/{name}", urlencode(args).encode(), headers=kind)

    def call(self, name: str, /, **args: Any) -> Any:
        """Return the answer of a call that succeeds."""
        response = self.ask(name, **args)
        answer = response.json()
        assert response.status == 200, response.status
        assert answer["ok"], answer
        return answer

    def error(self, name: str, /, **args: Any) -> str:
        """Return the word with which a call is refused."""
        response = self.ask(name, **args)
        answer = response.json()
        assert not answer["ok"], answer
        return str(answer["error"])

    def texts(self, channel: str, **args: Any) -> list[str]:
        """Return the texts of a conversation, oldest first."""
        messages = self.call("conversations.history", channel=channel, **args)["messages"]
        return [one["text"] for one in reversed(messages)]


def asked(**changes: str) -> dict[str, str]:
    return {
        "client_id": oauth.CLIENT_ID,
        "scope": "",
        "user_scope": SCOPES,
        "redirect_uri": REDIRECT,
        "state": "s1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }


def consent(
    client: Client, *, form: str = "allow", untick: str = "", account: str = "", **changes: str
) -> dict[str, str]:
    """Go through the consent page; return what arrives at the redirect address."""
    path = "/oauth/v2/authorize"
    page = client.send("GET", path, query=urlencode(asked(**changes)))
    assert page.status == 200, page.body
    action, inputs = Forms(page.body.decode()).forms[("allow", "deny").index(form)]
    sent = [
        (name, account if account and name == "account" else value)
        for name, value in inputs
        if not (untick and untick in value and name == "granted")
    ]
    place = urlsplit(urljoin(f"{BASE}/slack{path}", action)).path.removeprefix("/slack")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.send("POST", place, urlencode(sent).encode(), headers=kind)
    assert answer.status == 303, answer.body
    target = answer.headers["Location"]
    assert target.startswith(changes.get("redirect_uri", REDIRECT) + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def exchange(client: Client, code: str, **changes: str) -> Any:
    fields = {
        "client_id": oauth.CLIENT_ID,
        "code": code,
        "code_verifier": VERIFIER,
        "redirect_uri": REDIRECT,
        **changes,
    }
    return client.form("oauth.v2.access", **fields).json()


def sign_in(sandbox: Sandbox, user: str = ANN, team: str = TEAM, **changes: str) -> Client:
    client = Client(sandbox)
    code = consent(client, account=f"{team}/{user}", **changes)["code"]
    client.token = exchange(client, code)["authed_user"]["access_token"]
    return client
