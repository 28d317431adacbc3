"""The rest of the world, as far as mails point at it."""

from __future__ import annotations

from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Request, Response
from tests.sandbox.tiny import BASE, Clock, world

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CLICK = b"List-Unsubscribe=One-Click"


def ask(sandbox: Sandbox, method: str, path: str, body: bytes = b"") -> Response:
    headers = FORM if body else {}
    return sandbox.handle(Request(method, f"/elsewhere{path}", "", headers, body), BASE)


def test_lists_are_left_by_one_click_and_by_nothing_else() -> None:
    sandbox = Sandbox(Clock(), world=world())
    assert ask(sandbox, "GET", "/news.example/leave/1").status == 404
    assert ask(sandbox, "POST", "/news.example/leave/1", b"leave=yes").status == 400
    moved = ask(sandbox, "POST", "/news.example/moved/1", CLICK)
    assert (moved.status, moved.headers["Location"][:7]) == (302, "http://")
    assert ask(sandbox, "POST", "/news.example/leave/1", CLICK).status == 200
    state = sandbox.state()["elsewhere"]
    assert [(left["host"], left["path"]) for left in state["unsubscribed"]] == [
        ("news.example", "/leave/1")
    ]
    assert len(state["requests"]) == 4
    assert f'elsewhere = "{BASE}/elsewhere"' in sandbox.config_toml(BASE)


def test_pictures_are_pictures_and_faults_strike_here_too() -> None:
    sandbox = Sandbox(Clock(), world=world())
    seen = ask(sandbox, "GET", "/news.example/open/1.gif")
    assert seen.body.startswith(b"\x89PNG")
    sandbox.set_faults("503=7@/elsewhere/news*1,drop@POST/elsewhere")
    refused = ask(sandbox, "GET", "/news.example/open/1.gif")
    assert (refused.status, refused.headers["Retry-After"]) == (503, "7")
    assert ask(sandbox, "POST", "/news.example/leave/1", CLICK).dropped
    assert len(sandbox.state()["elsewhere"]["unsubscribed"]) == 1
