"""The methods that are about tokens themselves."""

from __future__ import annotations

from loopdesk.sandbox.model import Json
from loopdesk.sandbox.slack.method import Call


def revoke(call: Call) -> Json:
    if call.flag("test"):
        return {"revoked": False}
    call.slack.oauth.revoke(call.token)
    return {"revoked": True}
