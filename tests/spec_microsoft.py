"""Checks requests to Microsoft Graph, and answers from it, against what Microsoft publishes of it.

The OpenAPI text knows addresses and shapes; kinds of a shape that it leaves out (an invitation is
a message) stand in the metadata. Sign-in, uploads and downloads are described by neither and pass.
Where the files do not lie here nothing is checked, and `FOLDER` is None.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

from tests import specs

Json = dict[str, Any]
FOLDER = specs.folder("microsoft")

_UNDESCRIBED = re.compile(
    r"/(login|handed|elsewhere|subscriptions)/.*|/[^/]+/(oauth2/)?v2\.0/.*|.*/subscriptions/socketIo"
)
_BATCH = "/$batch"
# Stand in links that were handed out, or in no description though the pages name them.
_MORE_PARAMETERS = frozenset({
    "$skiptoken", "$deltatoken", "token", "format", "allowexternal", "includeHiddenFolders",
    "changeType", "@microsoft.graph.conflictBehavior", "startDateTime", "endDateTime", "$select",
    "$expand", "$top", "$filter", "$orderby", "$search", "$count", "$skip",
})  # fmt: skip
# In the pages' answers and in no description: a version's id, and who a file is of by address.
_MORE_FIELDS = frozenset({"email", "id"})
_ADDRESSED = (
    # By a path, which is described as by an id.
    (re.compile(r"/(?:root|items/[^/:]+):/[^:]+:?$"), "/items/x"),
    (re.compile(r"/(?:root|items/[^/:]+):/[^:]+:(/.*)$"), r"/items/x\1"),
    (re.compile(r"/drive/root/"), "/drive/items/x/"),
    (re.compile(r"(/drives/[^/]+)/root/"), r"\1/items/x/"),
)
_NAMESPACE = "{http://docs.oasis-open.org/odata/ns/edm}"


class SpecMismatchError(AssertionError):
    """A request or an answer that Microsoft's own description does not know."""


def check_request(method: str, url: str, body: bytes = b"", content_type: str = "") -> str:
    """Check a request; return the described address it goes to, "" where none is described.

    Args:
        url: whole or the path alone; at the service or, below `/microsoft`, at its stand-in.
    """
    path, query = _parts(url)
    if FOLDER is None or _UNDESCRIBED.fullmatch(path):
        return ""
    if path == _BATCH:
        for part in _json(body)["requests"]:
            kind = _header(part.get("headers") or {}, "Content-Type")
            inner = part.get("body")
            data = json.dumps(inner).encode() if inner is not None else b""
            check_request(part["method"], "/v1.0" + part["url"], data, kind)
        return path
    address, operation = _find(method, path)
    known = {each["name"] for each in operation["parameters"]} | _MORE_PARAMETERS
    for name, values in query.items():
        _expect(name in known, f"{address} has no parameter {name}")
        _expect(len(values) == 1, f"{address} gets {name} twice")
    _check_fields(address, operation, query)
    described = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body and content_type.startswith("application/json"):
        _expect(described is not None, f"{address} takes no body")
        _check((described or {})["schema"], _json(body), address)
    return address


def check_response(
    method: str,
    url: str,
    status: int,
    body: bytes = b"",
    content_type: str = "",
    sent: bytes = b"",
) -> None:
    """Check the answer to a request that `check_request` has passed.

    Args:
        sent: the request's body, which says what the answers in a batch are to.
    """
    path, _ = _parts(url)
    if FOLDER is None or _UNDESCRIBED.fullmatch(path):
        return
    if status >= 400:
        error = _json(body).get("error")
        _expect(isinstance(error, dict), f"{status} has no error")
        _expect(error.keys() >= {"code", "message"}, f"{status} gives no code")
        return
    if path == _BATCH:
        _check_batch(_json(body), _json(sent))
        return
    address, operation = _find(method, path)
    described = _answer(operation)
    if status in (202, 204, 302):
        _expect(not body, f"{address} answers {status} with a body")
    elif not content_type.startswith("application/json"):
        _expect(described is None or path.endswith(("$value", "content")), f"{address} is no JSON")
    else:
        _expect(described is not None, f"{address} has no answer")
        _check(described or {}, _json(body), address)


def check_passed(passed: Iterator[Any]) -> None:
    """Check what has gone over a bench's wire: requests with their answers and bodies."""
    for request, response, body in passed:
        sent = request.body or b""
        sent = sent.encode() if isinstance(sent, str) else sent
        method, url = str(request.method), str(request.url)
        check_request(method, url, sent, request.headers.get("Content-Type") or "")
        kind = response.headers.get("Content-Type", "")
        check_response(method, url, response.status_code, body, kind, sent)


def _check_batch(answer: Json, sent: Json) -> None:
    asked = {part["id"]: part for part in sent["requests"]}
    _expect({row["id"] for row in answer["responses"]} == set(asked), "a batch answers every part")
    for row in answer["responses"]:
        part = asked[row["id"]]
        kind = _header(row.get("headers") or {}, "Content-Type")
        inner = row.get("body")
        data = json.dumps(inner).encode() if inner is not None else b""
        check_response(part["method"], "/v1.0" + part["url"], row["status"], data, kind)


def _parts(url: str) -> tuple[str, dict[str, list[str]]]:
    parts = urlsplit(url)
    path = re.sub(r"^(/[^/]+)?/microsoft(?=/)", "", parts.path).removeprefix("/v1.0")
    return unquote(path), parse_qs(parts.query, keep_blank_values=True)


# -- addresses -----------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _document() -> Json:
    assert FOLDER is not None
    found: Json = json.loads((FOLDER / "graph-v1.0-openapi.json").read_text())
    return found


@lru_cache(maxsize=1)
def _addresses() -> list[tuple[re.Pattern[str], str]]:
    found = []
    for path in sorted(_document()["paths"], key=lambda path: (path.count("{"), -len(path))):
        # Functions are called with or without their brackets.
        pattern = re.sub(r"\\{[^/]*?\\}", "[^/]+", re.escape(path)).replace(r"\(\)", r"(?:\(\))?")
        found.append((re.compile(pattern), path))
    return found


@lru_cache(maxsize=4096)
def _found(method: str, path: str) -> str:
    for pattern, address in _addresses():
        if pattern.fullmatch(path) and method.lower() in _document()["paths"][address]:
            return address
    return ""


def _find(method: str, path: str) -> tuple[str, Json]:
    address = _found(method, path)
    for pattern, instead in _ADDRESSED:
        address = address or _found(method, pattern.sub(instead, path))
    # The bytes of an attachment are in the pages only.
    if not address and path.endswith("/$value"):
        address = _found(method, path.removesuffix("/$value"))
        if address:
            return f"{address}/$value", {"parameters": [], "responses": {}}
    _expect(bool(address), f"{method} {path} is not described")
    operation: Json = _document()["paths"][address][method.lower()]
    return address, operation


def _answer(operation: Json) -> Json | None:
    for status, response in operation["responses"].items():
        content = response.get("content", {}).get("application/json")
        if status.startswith("2") and content:
            schema: Json = content["schema"]
            return schema
    return None


def _check_fields(address: str, operation: Json, query: dict[str, list[str]]) -> None:
    """Check that what `$select` names is there."""
    described = _answer(operation)
    if described is None or "$select" not in query:
        return
    known = _properties(described)
    rows = known.get("value", {})
    if "items" in rows:
        known = _properties(rows["items"])
    for name in query["$select"][0].split(","):
        # Of one kind of them alone: `microsoft.graph.fileAttachment/contentId`.
        kind, _, own = name.strip().rpartition("/")
        there = own in (_fields(kind.rpartition(".")[2]) if kind else known)
        _expect(not known or there, f"{address} has no field {name}")


# -- shapes --------------------------------------------------------------------------------------


def _resolved(schema: Json) -> Json:
    while "$ref" in schema:
        schema = _document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _properties(schema: Json) -> Json:
    schema = _resolved(schema)
    found: Json = {}
    for part in schema.get("allOf", ()):
        found |= _properties(part)
    own: Json = schema.get("properties", {})
    return {**found, **own}


def _check(schema: Json, value: Any, where: str) -> None:
    schema = _resolved(schema)
    if value is None:
        return
    kind = schema.get("type", "object" if "allOf" in schema or "properties" in schema else "")
    match kind:
        case "object":
            _expect(isinstance(value, dict), f"{where} is no object")
            _check_object(schema, value, where)
        case "array":
            _expect(isinstance(value, list), f"{where} is no list")
            for number, inner in enumerate(value):
                _check(schema["items"], inner, f"{where}[{number}]")
        case "boolean":
            _expect(isinstance(value, bool), f"{where} is no truth value")
        case "integer":
            _expect(isinstance(value, int) and not isinstance(value, bool), f"{where} is no number")
        case "number":
            _expect(isinstance(value, int | float), f"{where} is no number")
        case "string":
            _expect(isinstance(value, str), f"{where} is no text")
            _check_string(schema, value, where)


def _check_object(schema: Json, value: Json, where: str) -> None:
    known = _properties(schema)
    if not known:
        return
    # Some types that others are based on are cut out of the description.
    is_open = any(_resolved(part).get("additionalProperties") for part in schema.get("allOf", ()))
    more: dict[str, str] = {}
    if kind := value.get("@odata.type"):
        more = _fields(str(kind).removeprefix("#microsoft.graph."))
        _expect(bool(more), f"{where} is of an unknown kind {kind}")
    for name, inner in value.items():
        if "@" in name or name in _MORE_FIELDS - known.keys():
            continue
        _expect(name in known or name in more or is_open, f"{where}.{name} is not described")
        if name in known:
            _check(known[name], inner, f"{where}.{name}")
        elif (enum := _enums().get(more.get(name, ""))) and inner is not None:
            _expect(inner in enum, f"{where}.{name} is none of {sorted(enum)}")


def _check_string(schema: Json, value: str, where: str) -> None:
    if allowed := schema.get("enum"):
        _expect(value in allowed, f"{where} is none of {allowed}")
    try:
        match schema.get("format"):
            case "date":
                date.fromisoformat(value)
            case "date-time":
                datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))
            case "byte":
                base64.b64decode(value, validate=True)
    except ValueError as error:
        raise SpecMismatchError(f"{where} is not of the form {schema['format']}") from error


@lru_cache(maxsize=1)
def _metadata() -> tuple[dict[str, tuple[str, dict[str, str]]], dict[str, frozenset[str]]]:
    """Return the types with their base and own fields, and the enums."""
    assert FOLDER is not None
    types: dict[str, tuple[str, dict[str, str]]] = {}
    enums: dict[str, frozenset[str]] = {}
    # A file of ours, checked in beside the others.
    root = ElementTree.parse(FOLDER / "graph-v1.0-metadata.xml").getroot()  # noqa: S314
    for schema in root.iter(f"{_NAMESPACE}Schema"):
        if schema.get("Namespace") != "microsoft.graph":
            continue
        for each in schema:
            name = each.get("Name", "")
            fields = {
                inner.get("Name", ""): inner.get("Type", "").rpartition(".")[2]
                for inner in each
                if inner.tag.endswith("Property")
            }
            if each.tag == f"{_NAMESPACE}EnumType":
                enums[name] = frozenset(inner.get("Name", "") for inner in each)
            elif each.tag in (f"{_NAMESPACE}EntityType", f"{_NAMESPACE}ComplexType"):
                types[name] = each.get("BaseType", "").rpartition(".")[2], fields
    return types, enums


def _enums() -> dict[str, frozenset[str]]:
    return _metadata()[1]


@lru_cache(maxsize=256)
def _fields(kind: str) -> dict[str, str]:
    """Return the fields of a type and of what it is based on."""
    base, own = _metadata()[0].get(kind, ("", {}))
    above = _fields(base) if base else {}
    return {**above, **own, **({"id": "String"} if kind in _metadata()[0] else {})}


def _header(headers: Json, name: str) -> str:
    return next((str(value) for key, value in headers.items() if key.lower() == name.lower()), "")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise SpecMismatchError("the body is no JSON") from error


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SpecMismatchError(otherwise)
