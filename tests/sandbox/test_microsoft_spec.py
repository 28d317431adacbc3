"""The checker of Microsoft's descriptions refuses what they do not know."""

from __future__ import annotations

import json

import pytest

from tests import spec_microsoft

pytestmark = pytest.mark.skipif(
    spec_microsoft.FOLDER is None, reason="Microsoft's published descriptions are not here"
)
MESSAGE = "/v1.0/me/messages/AAk"


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("GET", "/v1.0/me/message", b""),
        ("PUT", MESSAGE, b""),
        ("GET", f"{MESSAGE}?fields=id", b""),
        ("GET", f"{MESSAGE}?$select=id,title", b""),
        ("GET", "/v1.0/me/messages?$select=label", b""),
        ("PATCH", MESSAGE, b'{"read": true}'),
        ("PATCH", MESSAGE, b'{"isRead": "yes"}'),
        ("PATCH", MESSAGE, b'{"flag": {"flagStatus": "on"}}'),
        ("POST", f"{MESSAGE}/move", b'{"folder": "archive"}'),
        ("POST", f"{MESSAGE}/spam", b""),
        ("POST", "/v1.0/$batch", b'{"requests": [{"id": "1", "method": "GET", "url": "/x"}]}'),
    ],
)
def test_requests(method: str, url: str, body: bytes) -> None:
    with pytest.raises(spec_microsoft.SpecMismatchError):
        spec_microsoft.check_request(method, url, body, "application/json")


@pytest.mark.parametrize(
    "body",
    [
        {"receivedDateTime": "yesterday"},
        {"@odata.type": "#microsoft.graph.invitation2"},
        {"meetingMessageType": "meetingRequest"},
        {"@odata.type": "#microsoft.graph.eventMessage", "meetingMessageType": "request"},
        {"toRecipients": [{"address": "x"}]},
    ],
)
def test_answers(body: object) -> None:
    data = json.dumps(body).encode()
    with pytest.raises(spec_microsoft.SpecMismatchError):
        spec_microsoft.check_response("GET", MESSAGE, 200, data, "application/json")


def test_what_is_described_passes() -> None:
    known = "/me/mailFolders/{mailFolder_id}/messages/delta()"
    url = "http://127.0.0.1:1/microsoft/v1.0/me/mailFolders/inbox/messages/delta?$select=subject"
    assert spec_microsoft.check_request("GET", url) == known
    meeting = {"@odata.type": "#microsoft.graph.eventMessage", "meetingMessageType": "none"}
    data = json.dumps({**meeting, "subject": None}).encode()
    spec_microsoft.check_response("GET", MESSAGE, 200, data, "application/json")
    assert spec_microsoft.check_request("GET", "/microsoft/login/common/oauth2/v2.0/x") == ""
