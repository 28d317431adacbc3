"""A small world at Microsoft, and a program that is signed in to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from loopdesk.sandbox.microsoft.registered import CLIENT_ID
from loopdesk.sandbox.model import Mail, Mailbox, Who, World
from loopdesk.sandbox.offices import Chat, Folder, Office, Said
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Request, Response
from tests import spec_microsoft
from tests.sandbox.tiny import BASE, CHALLENGE, NOW, VERIFIER, Clock, Forms, mail, reply

# Ann and Cleo work in one organisation, Eve has a personal account, Bo is at Google.
ANN, CLEO = "ann@harbour.example", "cleo@harbour.example"
EVE, BO = "eve@mail.example", "bo@lumen.example"
TENANT = "1f0b6a4e-0000-4000-8000-00000000a001"
SCOPES = (
    "User.Read", "Mail.ReadWrite", "Mail.Send", "MailboxSettings.Read", "Calendars.ReadWrite",
    "Tasks.ReadWrite", "Files.ReadWrite", "Files.ReadWrite.All", "Chat.ReadWrite",
)  # fmt: skip
REDIRECT = "http://localhost:5123"
LOGIN = "/microsoft/login/{tenant}/oauth2/v2.0"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}


def ago(**by: float) -> Any:
    return NOW - timedelta(**by)


def chat() -> Chat:
    ann, cleo = Who(ANN, "Ann Arber"), Who(CLEO, "Cleo Carr")
    return Chat(
        "19:harbour@thread.v2",
        "group",
        (ann, cleo, Who("dan@harbour.example", "Dan Dale")),
        (
            Said(ann, ago(hours=3), "<p>Shall we?</p>"),
            Said(cleo, ago(hours=2), '<p><at id="0">Ann Arber</at> yes</p>', mentions=(ANN,)),
        ),
        "Launch",
        {ANN: ago(hours=3), CLEO: ago(hours=2)},
    )


def office(**changes: Any) -> Office:
    """Return Ann's account; what is given stands in place of what it usually holds."""
    kept: dict[str, Any] = {
        "tenant": TENANT,
        "mails": [
            Mail(mail("Budget", to=f"Ann <{ANN}>"), ago(hours=3), frozenset({"INBOX", "UNREAD"})),
            Mail(reply("Re: Budget", "Fine", "budget"), ago(hours=2), frozenset({"SENT"})),
            Mail(mail("Lunch?", to=f"Ann <{ANN}>"), ago(hours=1), frozenset({"INBOX", "Clients"})),
            Mail(mail("Offer", to=f"Ann <{ANN}>"), ago(days=3), frozenset({"harbour"})),
        ],
        "folders": [Folder("harbour", "Harbour")],
        "categories": [("Clients", "preset7"), ("Later", "preset3")],
        "chats": [chat()],
    }
    return Office(ANN, "Ann Arber", **(kept | changes))


def world(*offices: Office) -> World:
    """Return these accounts, or Ann's, with Cleo's, Eve's, and Bo's at Google."""
    rest = [
        Office(CLEO, "Cleo Carr", tenant=TENANT),
        Office(EVE, "Eve Ennis", kind="personal"),
    ]
    return World([Mailbox(BO, "Bo Berg")], offices=[*(offices or [office()]), *rest])


def sandbox(*offices: Office, clock: Clock | None = None, **options: Any) -> Sandbox:
    return Sandbox(clock or Clock(), world=world(*offices), **options)


@dataclass
class Client:
    """A program at the stand-in, signed in as one person."""

    sandbox: Sandbox
    token: str = ""

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        parallel: int = 1,
        params: Mapping[str, object] | None = None,
    ) -> Response:
        """Send a request to a path below `/v1.0`, or to a whole address that was handed out."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = b""
        if isinstance(body, bytes):
            data = body
        elif body is not None:
            sent["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        sent |= headers or {}
        sent = {name: value for name, value in sent.items() if value}
        if path.startswith("http"):
            path, _, query = path.removeprefix(BASE).partition("?")
        else:
            path, _, query = f"/microsoft/v1.0{path}".partition("?")
            query = query or urlencode(params or {}, quote_via=quote, safe="$")
        response = self.sandbox.handle(Request(method, path, query, sent, data, parallel), BASE)
        url = f"{path}?{query}"
        kind = response.headers.get("Content-Type", "")
        if response.status < 400:
            # What the sandbox takes and gives must be what Microsoft describes.
            spec_microsoft.check_request(method, url, data, sent.get("Content-Type", ""))
        if not response.dropped and not response.cut:
            spec_microsoft.check_response(method, url, response.status, response.body, kind, data)
        return response

    def get(self, path: str, headers: Mapping[str, str] | None = None, **params: object) -> Any:
        """Get what must be there; `top=5` is `$top=5`."""
        named = {name if name[0].isupper() else f"${name}": value for name, value in params.items()}
        response = self.send("GET", path, headers=headers, params=named)
        assert response.status == 200, (response.status, response.body)
        return response.json()

    def post(self, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Any:
        return self._change("POST", path, body, headers)

    def patch(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> Any:
        return self._change("PATCH", path, body, headers)

    def delete(self, path: str) -> None:
        self._change("DELETE", path, None, None)

    def round(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[list[Any], str]:
        """Follow a delta to its end; return all rows and the address for the next round."""
        rows: list[Any] = []
        while True:
            response = self.send("GET", path, headers=headers)
            assert response.status == 200, (response.status, response.body)
            page = response.json()
            rows += page["value"]
            if "@odata.deltaLink" in page:
                return rows, page["@odata.deltaLink"]
            path = page["@odata.nextLink"]

    def error(self, response: Response) -> tuple[int, str]:
        return response.status, response.json()["error"]["code"]

    def _change(
        self, method: str, path: str, body: object, headers: Mapping[str, str] | None
    ) -> Any:
        response = self.send(method, path, body, headers=headers)
        assert response.status in (200, 201, 202, 204), (response.status, response.body)
        return response.json() if response.body else None


def sign_in(sandbox: Sandbox, account: str = ANN, scopes: Sequence[str] = SCOPES) -> Client:
    """Return a program that holds an access token, without the way through the pages."""
    return Client(sandbox, sandbox.microsoft.grant(account, scopes))


def asked(**changes: str) -> dict[str, str]:
    """Return what a program asks the sign-in page with."""
    whole = {
        "client_id": CLIENT_ID,
        "response_type": "code",
        "redirect_uri": REDIRECT,
        "response_mode": "query",
        "scope": "openid profile offline_access User.Read Mail.ReadWrite",
        "state": "s1",
        "nonce": "n1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "client_info": "1",
        **changes,
    }
    return {name: value for name, value in whole.items() if value}


def ask(sandbox: Sandbox, tenant: str = "common", **changes: str) -> Response:
    """Return the sign-in page."""
    path = LOGIN.format(tenant=tenant) + "/authorize"
    return sandbox.handle(Request("GET", path, urlencode(asked(**changes))), BASE)


def press(sandbox: Sandbox, page: Response, *, accept: bool = True, account: str = "") -> Response:
    """Return what a page's first form leads to, or its second one."""
    action, inputs = Forms(page.body.decode()).forms[0 if accept else 1]
    sent = [(n, account if account and n == "account" else value) for n, value in inputs]
    path = urlsplit(action).path
    return sandbox.handle(Request("POST", path, "", FORM, urlencode(sent).encode()), BASE)


def back(answer: Response) -> dict[str, str]:
    """Return what arrives at the redirect address."""
    assert answer.status == 303, answer.body
    target = answer.headers["Location"]
    assert target.startswith(REDIRECT + "/?")
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def post_token(sandbox: Sandbox, **fields: str) -> Response:
    """Send a form to the token endpoint."""
    path = LOGIN.format(tenant="common") + "/token"
    form = {"client_id": CLIENT_ID, "client_info": "1", **fields}
    return sandbox.handle(Request("POST", path, "", FORM, urlencode(form).encode()), BASE)


def exchange(sandbox: Sandbox, code: str, **changes: str) -> Response:
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": VERIFIER,
        "redirect_uri": REDIRECT,
        **changes,
    }
    return post_token(sandbox, **fields)


def refresh(sandbox: Sandbox, token: str, **changes: str) -> Response:
    return post_token(sandbox, grant_type="refresh_token", refresh_token=token, **changes)
