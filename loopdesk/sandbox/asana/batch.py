"""Several calls in one request, each answered for itself."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from loopdesk.sandbox.asana.errors import bad
from loopdesk.sandbox.asana.method import Call, Operation, several
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Request, Response, json_response

_MOST = 10


def _batch(call: Call) -> Response:
    actions = call.data.get("actions")
    if not isinstance(actions, list) or not 1 <= len(actions) <= _MOST:
        raise bad("actions", f"Must be between 1 and {_MOST}")
    return json_response({"data": [_one(call, action) for action in actions]})


def _one(call: Call, action: object) -> Json:
    if not isinstance(action, dict):
        raise bad("actions", "Not a valid action")
    path, _, query = str(action.get("relative_path", "")).partition("?")
    method = str(action.get("method", "")).upper()
    if method not in ("GET", "PUT", "POST", "DELETE") or path in ("", "/batch", "/attachments"):
        raise bad("actions", "Not a valid action")
    data, options = action.get("data") or {}, action.get("options") or {}
    if not isinstance(data, dict) or not isinstance(options, dict):
        raise bad("actions", "Not a valid action")
    fields = [str(each) for each in several("fields", options.get("fields"))]
    body = b""
    if method == "GET":
        args = {**data, "opt_fields": ",".join(fields)}
        query = "&".join(filter(None, (query, urlencode(args))))
    else:
        body = json.dumps({"data": data, "options": {"fields": fields}}).encode()
    part = Request(method, f"/api/1.0{path}", query, {"Content-Type": "application/json"}, body)
    response = call.asana.around_inner(
        part, lambda: call.asana.answer(part, call.base_url, call.access)
    )
    return {"status_code": response.status, "headers": {}, "body": response.json()}


OPERATIONS = (Operation("POST", "/batch", _batch),)
