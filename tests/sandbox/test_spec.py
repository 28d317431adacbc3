"""The table of methods against Google's own description of them."""

from __future__ import annotations

import pytest

from loopdesk.sandbox.google import scopes
from loopdesk.sandbox.google.calendar import methods as calendar
from loopdesk.sandbox.google.drive import methods as drive
from loopdesk.sandbox.google.mail import methods as mail
from loopdesk.sandbox.google.method import Method
from loopdesk.sandbox.google.tasks import methods as tasks
from tests import spec_google

_METHODS = [*mail.METHODS, *calendar.METHODS, *drive.METHODS, *tasks.METHODS]


@pytest.mark.parametrize("method", _METHODS, ids=lambda m: m.path)
def test_a_method_is_as_described(method: Method) -> None:
    path = method.path.replace("{", "").replace("}", "")
    needed = {"history": "startHistoryId=1", "changes": "pageToken=1", "export": "mimeType=a/b"}
    url = f"/google{path}?{needed.get(path.rpartition('/')[2], '')}"
    assert method.params - {"uploadType"} <= spec_google.parameters_of(method.id)
    assert method.scopes == spec_google.scopes_of(method.id) & set(scopes.WORDS)
    if method.verb in ("GET", "DELETE"):
        assert spec_google.check_request(method.verb, url) == method.id


@pytest.mark.parametrize(
    ("method", "url", "body", "kind"),
    [
        ("GET", "/gmail/v1/users/me/message", b"", ""),
        ("GET", "/gmail/v1/users/me/messages?label=INBOX", b"", ""),
        ("GET", "/gmail/v1/users/me/messages?maxResults=many", b"", ""),
        ("GET", "/gmail/v1/users/me/messages/1?format=whole", b"", ""),
        ("GET", "/gmail/v1/users/me/messages?q=a&q=b", b"", ""),
        ("GET", "/gmail/v1/users/me/history?historyTypes=messagesAdded&startHistoryId=1", b"", ""),
        ("POST", "/gmail/v1/users/me/messages/1/modify", b'{"labels": []}', ""),
        ("POST", "/gmail/v1/users/me/messages/send", b'{"raw": "a+/b"}', ""),
        ("POST", "/gmail/v1/users/me/messages/1/trash", b'{"x": 1}', ""),
        ("POST", "/upload/gmail/v1/users/me/drafts?uploadType=media", b"x", "text/plain"),
        ("POST", "/calendar/v3/calendars/primary/events", b'{"summary": "x"}', ""),
        ("PATCH", "/calendar/v3/calendars/primary/events/1", b'{"when": "x"}', ""),
        ("PATCH", "/calendar/v3/calendars/primary/events/1?sendUpdates=maybe", b"{}", ""),
        ("GET", "/drive/v3/files?fields=files(id,owner)", b"", ""),
        ("GET", "/drive/v3/files?fields=files(owners/names)", b"", ""),
        ("GET", "/drive/v3/changes", b"", ""),
        ("PATCH", "/drive/v3/files/1", b'{"title": "x"}', ""),
        (
            "POST",
            "/batch",
            b"--b\r\nContent-Type: application/http\r\n\r\nGET /gmail/v1/nothing\r\n\r\n--b--",
            "multipart/mixed; boundary=b",
        ),
    ],
)
def test_the_checker_refuses_what_is_not_described(
    method: str, url: str, body: bytes, kind: str
) -> None:
    with pytest.raises(spec_google.SpecMismatchError):
        spec_google.check_request(method, url, body, kind)


def test_the_checker_refuses_answers_that_are_not_described() -> None:
    message = "/gmail/v1/users/me/messages/1"
    spec_google.check_response("GET", message, 200, b'{"id": "1", "internalDate": "12"}')
    for body in (b'{"name": "1"}', b'{"internalDate": 12}', b'{"internalDate": "x"}', b"[", b"[]"):
        with pytest.raises(spec_google.SpecMismatchError):
            spec_google.check_response("GET", message, 200, body)
    with pytest.raises(spec_google.SpecMismatchError):
        spec_google.check_response("GET", message, 404, b'{"error": {"code": 400, "errors": []}}')
    with pytest.raises(spec_google.SpecMismatchError):
        spec_google.check_response("POST", f"{message}/modify", 204, b"{}")
