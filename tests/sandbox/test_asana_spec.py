"""Asana's stand-in against what Asana publishes."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from loopdesk.sandbox.asana.method import Operation
from loopdesk.sandbox.asana.operations import OPERATIONS
from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.web import Request
from tests import spec_asana
from tests.sandbox.tiny import BASE, Clock
from tests.sandbox.tiny_asana import ANN, LUMEN, OFFER, PLANS, RED, TODO, sign_in, world

_WRONG: tuple[Any, ...] = (
    *([], {}, [None], [{}], "[1]", "{", "(", -1, 1.5, "9" * 30, "9999-12-31", "0001-01-01"),
    *("9999-12-31T23:59:59-12:00", "1e400", "NaN", True, None, {"gid": 1}),
)
described = pytest.mark.skipif(
    spec_asana.FOLDER is None, reason="Asana's published description is not here"
)


@described
def test_every_operation_is_described_with_its_scope() -> None:
    for operation in OPERATIONS:
        assert (operation.verb, operation.path) in spec_asana.operations()
        wanted = spec_asana.scopes_of(operation.verb, operation.path)
        assert wanted == [operation.scope] * bool(operation.scope), operation.path


@described
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.verb} {one.path}")
def test_what_is_of_the_wrong_form_is_refused_and_not_fallen_over(operation: Operation) -> None:
    sandbox = Sandbox(Clock(), world=world(), limits="off")
    sandbox.asana.oauth.is_full = True
    ann = sign_in(sandbox, scope="default")
    kind = {"Authorization": f"Bearer {ann.token}", "Content-Type": "application/json"}
    known = {
        "task_gid": OFFER,
        "project_gid": PLANS,
        "section_gid": TODO,
        "workspace_gid": LUMEN,
        "user_gid": ANN,
        "story_gid": ann.get(f"/tasks/{OFFER}/stories")[1]["gid"],
        "attachment_gid": ann.get("/attachments", parent=OFFER)[0]["gid"],
        "user_task_list_gid": ann.get("/users/me/user_task_list", workspace=LUMEN)["gid"],
    }
    path = re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], "x"), operation.path)
    good = {"workspace": LUMEN, "resource_type": "task", "parent": OFFER, "resource": OFFER}
    given = {"task": OFFER, "project": PLANS, "tag": RED}
    sent: list[tuple[str, Any]] = []
    for name in spec_asana.arguments_of(operation.verb, operation.path):
        sent += [(urlencode({**good, name: str(value)}), {}) for value in _WRONG]
    for name in spec_asana.fields_of(operation.verb, operation.path):
        sent += [(urlencode(good), {**given, name: value}) for value in _WRONG]
    for query, data in sent:
        body = json.dumps({"data": data}).encode() if data else b""
        request = Request(operation.verb, f"/asana/api/1.0{path}", query, kind, body)
        assert sandbox.handle(request, BASE).status < 500


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"data": []}', b'{"options": 1}', b"\xff"])
def test_a_body_that_cannot_be_read_is_refused(body: bytes) -> None:
    ann = sign_in(Sandbox(Clock(), world=world()))
    kind = {"Content-Type": "application/json"}
    assert ann.send("PUT", f"/api/1.0/tasks/{OFFER}", body, headers=kind).status == 400


@described
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/everything", b""),
        ("PATCH", f"/tasks/{OFFER}", b"{}"),
        ("GET", "/tasks?limit=101", b""),
        ("GET", "/tasks?page=2", b""),
        ("GET", f"/tasks/{OFFER}?opt_fields=naem", b""),
        ("GET", f"/tasks/{OFFER}?opt_fields=(name%7Cnaem)", b""),
        ("GET", "/events", b""),
        ("PUT", f"/tasks/{OFFER}", b'{"data": {"title": "x"}}'),
        ("PUT", f"/tasks/{OFFER}", b'{"data": {"completed": "yes"}}'),
        ("PUT", f"/tasks/{OFFER}", b'{"data": {"permalink_url": "x"}}'),
        ("PUT", f"/tasks/{OFFER}", b'{"name": "x"}'),
        ("POST", f"/tasks/{OFFER}/stories", b'{"data": {"liked": true}}'),
        ("POST", "/attachments", b'{"data": {}}'),
    ],
)
def test_the_checker_refuses_what_is_not_described(method: str, path: str, body: bytes) -> None:
    with pytest.raises(spec_asana.SpecMismatchError):
        spec_asana.check_request(method, f"/api/1.0{path}", body, "application/json")


@described
def test_the_checker_refuses_answers_that_are_not_described() -> None:
    name = "GET /tasks/{task_gid}"
    spec_asana.check_response(name, 200, b'{"data": {"gid": "1", "due_on": null}}')
    for body in (
        b"[]",
        b'{"data": []}',
        b'{"data": {"gid": 1}}',
        b'{"data": {"completed": "no"}}',
        b'{"data": {"approval_status": "perhaps"}}',
    ):
        with pytest.raises(spec_asana.SpecMismatchError):
            spec_asana.check_response(name, 200, body)
    with pytest.raises(spec_asana.SpecMismatchError):
        spec_asana.check_response(name, 201, b"{}")
