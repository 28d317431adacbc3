"""A small Dropbox, and a program that links with it as a browser and a client would."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from loopdesk.sandbox.dropbox import oauth, scopes
from loopdesk.sandbox.dropbox_world import Boxes, File, Home, Link, Member, Person, Shared, Version
from loopdesk.sandbox.model import World
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Request, Response
from tests import spec_dropbox
from tests.sandbox.tiny import BASE, CHALLENGE, NOW, VERIFIER, Forms

ANN, BO, CY = "ann@lumen.example", "bo@lumen.example", "cy@coe.example"
ANN_ID, BO_ID, CY_ID = (f"dbid:AA{name:_<33}" for name in ("Ann", "Bo", "Cy"))
HOME, BO_HOME, CY_HOME, PLANS, OPEN, TEAM = "1001", "1002", "1003", "84528192421", "7700", "7"
PLAN, LOGO, QUOTE, NOTES = (f"id:a4ayc_80_{n:_<13}" for n in ("plan", "logo", "quote", "notes"))
LINK = "https://www.dropbox.com/scl/fi/a1b2c3/plan.txt?rlkey=k1"
REDIRECT = "http://127.0.0.1:8741/dropbox"
SCOPES = " ".join(scopes.WORDS)
PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff"
    b"\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


def ago(**by: float) -> Any:
    return NOW - timedelta(**by)


def version(text: str | bytes, by: str = ANN, **when: float) -> Version:
    return Version(
        by, ago(**(when or {"hours": 3})), text.encode() if isinstance(text, str) else text
    )


def boxes(*more: File, team: bool = False) -> Boxes:
    """Return three people's Dropbox; Ann's own folder holds a few files and those that are given.

    Args:
        team: Ann's folder lies in that of a team.
    """
    own = [
        File("/Work/plan.txt", [version("One", hours=9), version("Two", hours=3)], PLAN),
        File("/Work/Logo.png", [version(PIXEL, days=2)], LOGO),
        File("/Minutes.paper", [version("Minutes", days=1)], export_as=("docx", "markdown")),
        File("/old.txt", [version("Old", days=9)], deleted_at=ago(days=1)),
        *more,
    ]
    quote = File(
        "/Offers/quote.pdf",
        [version(b"%PDF-1.4 quote", CY, hours=5)],
        QUOTE,
        [Member(ANN, "viewer", CY, ago(hours=4))],
    )
    owner, editor = Member(BO, "owner", BO, ago(days=30)), Member(ANN, "editor", BO, ago(days=29))
    shared = [
        Shared(
            PLANS,
            "Plans",
            [owner, editor],
            [File("/notes.md", [version("# Notes", BO, days=2)], NOTES)],
            mounts={ANN: "/Plans", BO: "/Plans"},
        ),
        Shared(
            OPEN,
            "Press kit",
            [Member(CY, "owner", CY, ago(days=8)), Member(ANN, "viewer", CY, ago(days=8))],
            [File("/kit.txt", [version("Kit", CY, days=8)])],
            mounts={CY: "/Press kit"},
        ),
    ]
    if team:
        members = [Member(ANN, "editor", ANN, ago(days=99))]
        shared.append(
            Shared(TEAM, "Lumen", members, [File("/Team.txt", [version("All", BO)])], is_team=True)
        )
    return Boxes(
        [
            Person(ANN_ID, "Ann Arber", ANN, team="Lumen" if team else ""),
            Person(BO_ID, "Bo Berg", BO, team="Lumen" if team else ""),
            Person(CY_ID, "Cy Coe", CY),
        ],
        [
            Home(HOME, ANN, own, ["/Empty"], root=TEAM if team else ""),
            Home(BO_HOME, BO),
            Home(CY_HOME, CY, [quote]),
        ],
        shared,
        [Link(LINK, PLAN, ANN)],
    )


def world(given: Boxes | None = None) -> World:
    return World([], boxes=given or boxes())


@dataclass
class Client:
    """A program at the sandbox, linked with one person's Dropbox.

    Args:
        root: sent as the path root with each call.
    """

    sandbox: Sandbox
    token: str = ""
    root: str = ""

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        query: str = "",
        headers: dict[str, str] | None = None,
    ) -> Response:
        """Send a request to a path below `/dropbox`."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if self.root:
            sent["Dropbox-API-Path-Root"] = json.dumps({".tag": "root", "root": self.root})
        sent |= headers or {}
        request = Request(method, f"/dropbox{path}", query, sent, body)
        response = self.sandbox.handle(request, BASE)
        # What the sandbox takes and gives must be what Dropbox describes.
        if response.status != 400 and (method, path) != ("POST", "/api/oauth2/token"):
            name = spec_dropbox.check_request(method, f"/dropbox{path}?{query}", sent, body)
            spec_dropbox.check_response(name, response.status, response.headers, response.body)
        return response

    def ask(self, name: str, /, **args: Any) -> Response:
        """Call a route with a JSON body."""
        is_void = self.sandbox.dropbox.routes[name].args is None
        body = json.dumps(None if is_void else args).encode()
        return self.send(
            "POST", f"/api/2/{name}", body, headers={"Content-Type": "application/json"}
        )

    def call(self, name: str, /, **args: Any) -> Any:
        """Return the answer of a call that succeeds."""
        response = self.ask(name, **args)
        assert response.status == 200, response.body
        return response.json()

    def refused(self, name: str, /, **args: Any) -> str:
        """Return the tags with which a route refuses a call, `path/not_found`."""
        return tags(self.ask(name, **args))

    def put(self, name: str, content: bytes, /, **args: Any) -> Response:
        """Call a route that takes bytes."""
        headers = {
            "Dropbox-API-Arg": json.dumps(args),
            "Content-Type": "application/octet-stream",
        }
        return self.send("POST", f"/content/2/{name}", content, headers=headers)

    def upload(self, path: str, content: bytes, /, **args: Any) -> Any:
        """Return the metadata of what was uploaded."""
        response = self.put("files/upload", content, path=path, **args)
        assert response.status == 200, response.body
        return response.json()

    def get(self, name: str, /, range: str = "", **args: Any) -> Response:
        """Call a route that gives bytes."""
        headers = {"Dropbox-API-Arg": json.dumps(args)} | ({"Range": range} if range else {})
        return self.send("POST", f"/content/2/{name}", headers=headers)

    def pages(self, cursor: str = "", /, **args: Any) -> tuple[list[list[Any]], str]:
        """Return the entries of each page that is left, and the cursor after them."""
        if cursor:
            page = self.call("files/list_folder/continue", cursor=cursor)
        else:
            page = self.call("files/list_folder", **{"path": "", "recursive": True, **args})
        pages = [page["entries"]]
        while page["has_more"]:
            page = self.call("files/list_folder/continue", cursor=page["cursor"])
            pages.append(page["entries"])
        return pages, page["cursor"]

    def tree(self, **args: Any) -> list[str]:
        """Return the paths of everything."""
        return [entry["path_display"] for page in self.pages(**args)[0] for entry in page]


def tags(response: Response) -> str:
    assert response.status == 409, response.body
    return str(response.json()["error_summary"]).rstrip("/.")


def asked(**changes: str | None) -> dict[str, str]:
    """Return what is asked of the consent page; what is changed to None is left out."""
    fields: dict[str, str | None] = {
        "client_id": oauth.CLIENT_ID,
        "response_type": "code",
        "redirect_uri": REDIRECT,
        "state": "s1",
        "scope": SCOPES,
        "token_access_type": "offline",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def consent(
    client: Client, *, form: str = "allow", account: str = "", **changes: str | None
) -> Response:
    """Go through the consent page; return what the browser gets for it."""
    path = "/oauth2/authorize"
    page = client.send("GET", path, query=urlencode(asked(**changes)))
    assert page.status == 200, page.body
    action, inputs = Forms(page.body.decode()).forms[("allow", "deny").index(form)]
    sent = [(name, account if account and name == "account" else value) for name, value in inputs]
    place = urlsplit(urljoin(f"{BASE}/dropbox{path}", action)).path.removeprefix("/dropbox")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return client.send("POST", place, urlencode(sent).encode(), headers=kind)


def arrived(answer: Response) -> dict[str, str]:
    """Return what the browser brings to the redirect address."""
    assert answer.status == 303, answer.body
    target = urlsplit(answer.headers["Location"])
    return {name: values[0] for name, values in parse_qs(target.query).items()}


def exchange(client: Client, **fields: str) -> Response:
    """Ask the token endpoint."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"client_id": oauth.CLIENT_ID, **fields}).encode()
    return client.send("POST", "/api/oauth2/token", body, headers=kind)


def redeem(client: Client, code: str, **changes: str) -> Any:
    fields = {"code": code, "code_verifier": VERIFIER, "redirect_uri": REDIRECT, **changes}
    return exchange(client, grant_type="authorization_code", **fields).json()


def sign_in(sandbox: Sandbox, account: str = ANN_ID, scope: str | None = SCOPES) -> Client:
    client = Client(sandbox)
    code = arrived(consent(client, account=account, scope=scope))["code"]
    client.token = redeem(client, code)["access_token"]
    return client
