"""Checks requests to Google, and answers from it, against Google's own discovery documents.

They come inside the google-api-python-client wheel. What they do not describe (sign-in, batches as
such) passes; of a batch each part is checked. Anything else that they do not know fails: methods,
parameters, fields, values.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]
_DOCUMENTS = ("gmail.v1", "calendar.v3", "drive.v3", "tasks.v1")
_UNDESCRIBED = re.compile(r"/(google/)?(token|revoke|o/oauth2/.*|elsewhere/.*)")
_BATCH = re.compile(r"/(google/)?batch(/.*)?")


class SpecMismatchError(AssertionError):
    """A request or an answer that Google's own description does not know."""


@dataclass(frozen=True)
class _Described:
    """One method of a document, reachable at one path."""

    document: Json
    method: Json
    pattern: re.Pattern[str]
    literal: int
    upload: bool

    @property
    def id(self) -> str:
        return str(self.method["id"])


def check_request(method: str, url: str, body: bytes = b"", content_type: str = "") -> str:
    """Check a request; return the id of the method it calls, "" where none is described.

    Args:
        url: whole or the path alone; at the service or, below `/google`, at its stand-in.
        content_type: needed for bodies that are not JSON.
    """
    parts = urlsplit(url)
    if _UNDESCRIBED.fullmatch(parts.path):
        return ""
    if _BATCH.fullmatch(parts.path):
        for head, content in _parts(content_type, body):
            line, _, rest = content.lstrip(b"\r\n").partition(b"\n")
            inner, _, inner_body = rest.replace(b"\r\n", b"\n").partition(b"\n\n")
            words = line.decode().split()
            kind = re.search(rb"(?im)^content-type: *(.+)$", inner)
            check_request(words[0], words[1], inner_body, kind[1].decode() if kind else "")
            _expect(b"application/http" in head.lower(), "a batch's part is application/http")
        return ""
    if _is_session(parts.query):
        _expect(method == "PUT", "pieces of an upload are put")
        return ""
    found = _find(method, parts.path)
    query = parse_qs(parts.query, keep_blank_values=True)
    _check_parameters(found, query)
    if found.upload and query.get("uploadType") == ["resumable"]:
        # What begins a resumable upload says in JSON what it is about; the bytes come later.
        _check_content(found, body)
    else:
        _check_request_body(found, body, content_type)
    return found.id


def check_response(
    method: str, url: str, status: int, body: bytes = b"", content_type: str = ""
) -> None:
    """Check the answer to a request that `check_request` has passed."""
    path, query = urlsplit(url).path, urlsplit(url).query
    if _UNDESCRIBED.fullmatch(path):
        return
    begins = "uploadType=resumable" in query and not _is_session(query)
    if status == 308 or (begins and status < 400):
        _expect(not body, "an upload that goes on has no answer yet")
        return
    if _is_session(query) and status < 400:
        # The session does not say by which verb it was begun.
        verbs = ("POST", "PUT", "PATCH")
        found = next(known for verb in verbs for known in _matching(verb, path))
        _check(found.document, found.method["response"], _json(body), found.id)
        return
    if status >= 400:
        _check_error(status, body)
    elif _BATCH.fullmatch(path):
        for _, content in _parts(content_type, body):
            _expect(content.startswith(b"HTTP/1.1 "), "a part of a batch's answer has a status")
    elif status in (204, 304):
        _expect(not body, f"{status} has no body")
    elif _brings_bytes(found := _find(method, path), query):
        return
    elif "response" not in found.method:
        _expect(not body, f"{found.id} has no answer")
    else:
        _check(found.document, found.method["response"], _json(body), found.id)


def _brings_bytes(found: _Described, query: str) -> bool:
    """Say whether the answer is a file's content, which nobody describes."""
    asked = "response" not in found.method or parse_qs(query).get("alt") == ["media"]
    return asked and found.method.get("supportsMediaDownload", False)


def scopes_of(method_id: str) -> set[str]:
    """Return the scopes that allow this method."""
    return {scope for known in _methods() if known.id == method_id for scope in _scopes(known)}


def parameters_of(method_id: str) -> set[str]:
    """Return the query parameters this method takes, without those every method takes."""
    return {
        name
        for known in _methods()
        if known.id == method_id
        for name, parameter in known.method.get("parameters", {}).items()
        if parameter["location"] == "query"
    }


def _scopes(known: _Described) -> list[str]:
    return list(known.method["scopes"])


@lru_cache(maxsize=1)
def _methods() -> list[_Described]:
    spec = importlib.util.find_spec("googleapiclient")
    assert spec is not None, "google-api-python-client is not installed"
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "discovery_cache" / "documents"
    found = []
    for name in _DOCUMENTS:
        document = json.loads((folder / f"{name}.json").read_text())
        for method in _walk(document):
            found.append(_described(document, method, "/" + document["servicePath"], "path"))
            for way in method.get("mediaUpload", {}).get("protocols", {}).values():
                found.append(_described(document, method | {"path": way["path"]}, "", "upload"))
    # The most literal path wins: messages/send is no message's id.
    return sorted(found, key=lambda known: -known.literal)


def _walk(node: Json) -> Iterator[Json]:
    yield from node.get("methods", {}).values()
    for resource in node.get("resources", {}).values():
        yield from _walk(resource)


def _described(document: Json, method: Json, base: str, way: str) -> _Described:
    path = base + method["path"]
    variable = re.compile(r"\\\{\\?\+?\w+\\\}")
    pattern = re.compile("(/google)?" + variable.sub("[^/]+", re.escape(path)))
    literal = len(re.sub(r"\{.*?\}", "", path))
    return _Described(document, method, pattern, literal, way == "upload")


def _find(method: str, path: str) -> _Described:
    for known in _matching(method, path):
        return known
    raise SpecMismatchError(f"no method is described for {method} {path}")


def _matching(method: str, path: str) -> Iterator[_Described]:
    for known in _methods():
        if known.method["httpMethod"] == method and known.pattern.fullmatch(path):
            yield known


def _is_session(query: str) -> bool:
    return "upload_id" in parse_qs(query)


def _check_parameters(found: _Described, query: dict[str, list[str]]) -> None:
    own = {
        name: parameter
        for name, parameter in found.method.get("parameters", {}).items()
        if parameter["location"] == "query"
    }
    everywhere = found.document["parameters"] | {"uploadType": {"type": "string"}}
    for name, values in query.items():
        parameter = own.get(name) or everywhere.get(name)
        where = f"{found.id}?{name}"
        if parameter is None:
            raise SpecMismatchError(f"{where} is not described")
        _expect(len(values) == 1 or parameter.get("repeated", False), f"{where} is sent twice")
        for value in values:
            _check_text(parameter, value, where)
    for name, parameter in own.items():
        _expect(not parameter.get("required") or name in query, f"{found.id}?{name} is missing")
    if "fields" in query and "response" in found.method:
        _check_mask(found.document, found.method["response"], query["fields"][0], found.id)


def _check_mask(document: Json, schema: Json, mask: str, where: str) -> None:
    """Check that each field that a mask names is one of the answer's."""
    for name, inner in _masked(mask):
        at, place = schema, where
        for step in name.split("/"):
            while "$ref" in at or at.get("type") == "array":
                at = document["schemas"][at["$ref"]] if "$ref" in at else at["items"]
            if step == "*":
                break
            place = f"{place}.{step}"
            described = at.get("properties", {}).get(step) or at.get("additionalProperties")
            if described is None:
                raise SpecMismatchError(f"{place} is not described, so no mask can name it")
            at = described
        if inner:
            _check_mask(document, at, inner, place)


def _masked(mask: str) -> Iterator[tuple[str, str]]:
    """Yield the fields that a mask names, each with what stands in brackets behind it."""
    name, inner, depth = "", "", 0
    for sign in f"{mask},":
        if depth:
            depth += {"(": 1, ")": -1}.get(sign, 0)
            inner += sign if depth else ""
        elif sign == "(":
            depth = 1
        elif sign == ",":
            yield name.strip(), inner
            name = inner = ""
        else:
            name += sign


def _check_text(parameter: Json, value: str, where: str) -> None:
    """Check a value that was written as text in an address."""
    match parameter["type"]:
        case "integer":
            _expect(re.fullmatch(r"-?\d+", value) is not None, f"{where} is no number")
            low, high = parameter.get("minimum"), parameter.get("maximum")
            _expect(low is None or int(value) >= int(low), f"{where} is below {low}")
            _expect(high is None or int(value) <= int(high), f"{where} is above {high}")
        case "boolean":
            _expect(value in ("true", "false"), f"{where} is neither true nor false")
        case _:
            _check_string(parameter, value, where)


def _check_request_body(found: _Described, body: bytes, content_type: str) -> None:
    kind = content_type.partition(";")[0].strip().lower()
    if found.upload:
        if kind == "multipart/related":
            parts = _parts(content_type, body)
            _expect(len(parts) == 2, f"{found.id}: an upload has two parts")
            body = parts[0][1]
        else:
            accepted = found.method["mediaUpload"]["accept"]
            fits = any(re.fullmatch(a.replace("*", ".*"), kind) for a in accepted)
            _expect(fits, f"{found.id} does not take {kind}")
            return
    _check_content(found, body)


def _check_content(found: _Described, body: bytes) -> None:
    if not body:
        return
    _expect("request" in found.method, f"{found.id} takes no body")
    content = _json(body)
    _check(found.document, found.method["request"], content, found.id)
    schema = found.document["schemas"][found.method["request"]["$ref"]]
    for name, described in schema["properties"].items():
        required = found.id in described.get("annotations", {}).get("required", ())
        # A patch is described as if it were whole; it is not.
        if required and found.method["httpMethod"] != "PATCH":
            _expect(name in content, f"{found.id} needs {name}")


def _check_error(status: int, body: bytes) -> None:
    error = _json(body).get("error")
    _expect(isinstance(error, dict), f"{status} has no error")
    _expect(error["code"] == status, f"{status} says {error['code']}")
    first = error["errors"][0]
    _expect(first.keys() >= {"message", "domain", "reason"}, f"{status} gives no reason")


def _check(document: Json, schema: Json, value: Any, where: str) -> None:
    if "$ref" in schema:
        schema = document["schemas"][schema["$ref"]]
    match schema.get("type"):
        case "object":
            _expect(isinstance(value, dict), f"{where} is no object")
            known = schema.get("properties", {})
            for name, inner in value.items():
                described = known.get(name) or schema.get("additionalProperties")
                if described is None:
                    raise SpecMismatchError(f"{where}.{name} is not described")
                if inner is not None:
                    _check(document, described, inner, f"{where}.{name}")
        case "array":
            _expect(isinstance(value, list), f"{where} is no list")
            for number, inner in enumerate(value):
                _check(document, schema["items"], inner, f"{where}[{number}]")
        case "boolean":
            _expect(isinstance(value, bool), f"{where} is no truth value")
        case "integer":
            _expect(isinstance(value, int) and not isinstance(value, bool), f"{where} is no number")
        case "number":
            _expect(isinstance(value, int | float), f"{where} is no number")
        case "string":
            _expect(isinstance(value, str), f"{where} is no text")
            _check_string(schema, value, where)


def _check_string(schema: Json, value: str, where: str) -> None:
    if allowed := schema.get("enum"):
        _expect(value in allowed, f"{where} is none of {allowed}")
    if pattern := schema.get("pattern"):
        _expect(re.fullmatch(pattern, value) is not None, f"{where} does not match {pattern}")
    try:
        match schema.get("format"):
            case "int64" | "uint64":
                int(value)
            case "date":
                date.fromisoformat(value)
            case "date-time":
                datetime.fromisoformat(value)
            case "byte":
                _expect(re.fullmatch(r"[\w=-]*", value) is not None, f"{where} is no base64url")
                base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except ValueError as error:
        raise SpecMismatchError(f"{where} is not of the form {schema['format']}") from error


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise SpecMismatchError("the body is no JSON") from error


def _parts(content_type: str, body: bytes) -> list[tuple[bytes, bytes]]:
    """Return head and content of each part of a multipart body."""
    boundary = message_from_bytes(f"Content-Type: {content_type}\n\n".encode()).get_boundary()
    _expect(boundary is not None, "a multipart body names its boundary")
    pieces = re.split(rb"(?:^|\r?\n)--" + re.escape(str(boundary).encode()), body)
    _expect(pieces[-1].startswith(b"--"), "a multipart body has an end")
    halves = [re.split(rb"\r?\n\r?\n", piece, maxsplit=1) for piece in pieces[1:-1]]
    return [(head, rest[0] if rest else b"") for head, *rest in halves]


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SpecMismatchError(otherwise)
