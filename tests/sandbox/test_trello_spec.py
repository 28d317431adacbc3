"""Trello's stand-in against what Trello publishes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from loopdesk.sandbox.sandbox import Sandbox
from loopdesk.sandbox.trello.method import Operation
from loopdesk.sandbox.trello.operations import OPERATIONS
from loopdesk.sandbox.web import Request
from tests import spec_trello
from tests.sandbox.tiny import BASE, Clock
from tests.sandbox.tiny_trello import PAGE, PLANS, TODO, sign_in, world

_WRONG: tuple[Any, ...] = (
    *([], {}, [None], "[1]", "{", -1, 1.5, "9" * 30, "9999-12-31", "0001-01-01", "x" * 24),
    *("1e400", "NaN", True),
)
_HERE_ALONE = {
    ("GET", "/cards/{id}/attachments/{idAttachment}/download/{name}"),
    # Described with a slash at its end.
    ("DELETE", "/tokens/{token}"),
}
described = pytest.mark.skipif(
    spec_trello.FOLDER is None, reason="Trello's published description is not here"
)


@described
def test_every_operation_is_described() -> None:
    here = {(operation.verb, operation.path) for operation in OPERATIONS}
    assert here - spec_trello.operations() == _HERE_ALONE


@described
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.verb} {one.path}")
def test_what_is_of_the_wrong_form_is_refused_and_not_fallen_over(operation: Operation) -> None:
    ann = sign_in(Sandbox(Clock(), world=world(), limits="off"))
    kind = {"Authorization": f"Bearer {ann.token}", "Content-Type": "application/json"}
    item = ann.get(f"/cards/{PAGE}/checklists")[0]
    of_its_kind = {"boards": PLANS, "lists": TODO, "checklists": item["id"], "members": "me"}
    known = {
        "id": of_its_kind.get(operation.path.split("/")[1], PAGE),
        "idCheckItem": item["checkItems"][0]["id"],
        "idMember": "me",
        "filter": "all",
        "boardId": PLANS,
    }
    path = re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], "x"), operation.path)
    good = {"name": "x", "text": "x", "query": "x", "idList": TODO, "idBoard": PLANS}
    for name in spec_trello.arguments_of(operation.verb, operation.path):
        for value in _WRONG:
            body = json.dumps({**good, name: value}).encode()
            request = Request(operation.verb, f"/trello/1{path}", "", kind, body)
            assert ann.sandbox.handle(request, BASE).status < 500


@described
@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("POST", "/1/cards", b'{"name": "x"}'),
        ("POST", "/1/cards", b'{"idList": "x", "title": "x"}'),
        ("PUT", f"/1/cards/{PAGE}", b'{"closed": "yes"}'),
        ("PUT", f"/1/cards/{PAGE}", b'{"pos": {}}'),
        ("GET", f"/1/cards/{PAGE}/actions?filters=all", b""),
        ("GET", "/1/members/me/notifications?limit=many", b""),
        ("GET", "/1/everything", b""),
        ("PATCH", f"/1/cards/{PAGE}", b"{}"),
        ("DELETE", f"/1/cards/{PAGE}", b"{}"),
        ("GET", f"/1/cards/{PAGE}?key=x", b""),
        ("GET", "/1/batch?urls=%2Fmembers%2Fme,%2Feverything", b""),
        ("GET", "/1/batch", b""),
    ],
)
def test_the_checker_refuses_what_is_not_described(method: str, url: str, body: bytes) -> None:
    with pytest.raises(spec_trello.SpecMismatchError):
        spec_trello.check_request(method, url, body, "application/json")


@described
def test_the_checker_refuses_answers_that_are_not_described() -> None:
    name = "GET /cards/{id}"
    spec_trello.check_response(name, 200, b'{"id": "5abbe4b7ddc1b351ef961414", "due": null}')
    for body in (
        b"[]",
        b'{"id": "5abb"}',
        b'{"closed": "no"}',
        b'{"idMembers": "5abbe4b7ddc1b351ef961414"}',
        b'{"dateLastActivity": 5}',
    ):
        with pytest.raises(spec_trello.SpecMismatchError):
            spec_trello.check_response(name, 200, body)
    with pytest.raises(spec_trello.SpecMismatchError):
        spec_trello.check_response("GET /cards/{id}/actions", 200, b"{}")
