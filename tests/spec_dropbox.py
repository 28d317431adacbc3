"""Checks calls of Dropbox's API, and answers to them, against the published description of it.

`routes.json` is Dropbox's own Stone files as JSON; what its common errors are is in its SDK. What
neither knows fails: routes, hosts, fields, tags, forms of values. Where it does not lie here
nothing is checked, and `FOLDER` is None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from dropbox import auth, common
from stone.backends.python_rsrc.stone_serializers import json_compat_obj_decode
from stone.backends.python_rsrc.stone_validators import ValidationError

from tests import specs

Json = dict[str, Any]
FOLDER = specs.folder("dropbox")

_PLACE = re.compile(
    r"(?:/dropbox/(?P<part>api|content|notify)|)/2/(?P<name>[a-z_0-9]+/[a-z_0-9/]+)"
)
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


class SpecMismatchError(AssertionError):
    """A call or an answer that Dropbox's own description does not know."""


def check_request(
    method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> str:
    """Check a call; return its route, `files/upload`, "" where it is no call of the API.

    Args:
        url: whole or the path alone; at the service or, below `/dropbox`, at its stand-in.
    """
    parts = urlsplit(url)
    place = _PLACE.fullmatch(unquote(parts.path))
    if FOLDER is None or place is None:
        return ""
    name = place["name"]
    route = _routes().get(name)
    if route is None:
        raise SpecMismatchError(f"{name} is no route")
    host = place["part"] or parts.netloc.removesuffix(".dropboxapi.com")
    _expect(host == route["host"], f"{name} lives at {route['host']}, not at {host}")
    _expect(not route["deprecated"], f"{name} is deprecated")
    given = {key.lower(): value for key, value in (headers or {}).items()}
    wants_token = route["auth"] != "noauth"
    _expect(("authorization" in given) == wants_token, f"{name} and its Authorization")
    kind = given.get("content-type", "")
    if route["style"] == "rpc":
        _expect(method == "POST", f"{name} is called with POST")
        _expect(kind.partition(";")[0] == "application/json", f"{name} takes JSON")
        text = body.decode()
    else:
        text = given.get("dropbox-api-arg") or parse_qs(parts.query).get("arg", [""])[0]
        _expect(text.isascii(), "a header is ASCII")
        _expect(method == "POST" or route["style"] == "download", f"{name} is called with POST")
        if route["style"] == "upload":
            _expect(kind == "application/octet-stream", f"{name} takes bytes")
        else:
            _expect(not body, f"{name} takes no body")
    try:
        args = json.loads(text)
    except ValueError:
        raise SpecMismatchError(f"{name}: the argument is no JSON") from None
    _check(route["arg"], args, name)
    return name


def check_response(name: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Check what a call was answered with.

    Args:
        name: as `check_request` returned it.
    """
    if not name or FOLDER is None or status >= 500 or status in (304, 416):
        return
    route = _routes()[name]
    kind = next((value for key, value in headers.items() if key.lower() == "content-type"), "")
    if status == 400 or (status == 429 and kind.startswith("text/plain")):
        _expect(kind.startswith("text/plain"), f"{name}: {status} is said in plain words")
        return
    if status in (200, 206) and route["style"] == "download":
        about = {key.lower(): value for key, value in headers.items()}.get("dropbox-api-result")
        _expect(about is not None and about.isascii(), f"{name}: what it is stands in a header")
        _check(route["result"], json.loads(about or ""), name)
        return
    _expect(kind == "application/json", f"{name}: {kind} in place of application/json")
    answer = json.loads(body)
    if status == 200:
        _check(route["result"], answer, name)
        return
    _expect(isinstance(answer.get("error_summary"), str), f"{name}: a refusal has a summary")
    if status == 409:
        _check(route["error"], answer["error"], f"{name} 409")
        return
    # What is answered beside the routes stands in no description of theirs.
    known = {
        401: auth.AuthError_validator,
        403: auth.AccessError_validator,
        422: common.PathRootError_validator,
        429: auth.RateLimitError_validator,
    }
    _expect(status in known, f"{name}: no answer has the status {status}")
    try:
        json_compat_obj_decode(known[status], answer["error"], strict=True)
    except ValidationError as error:
        raise SpecMismatchError(f"{name} {status}: {error}") from error


def arguments_of(name: str) -> set[str] | None:
    """Return the fields that a route takes; None: it takes nothing."""
    schema = _whole(_routes()[name]["arg"])
    return None if schema.get("type") == "null" else set(schema["properties"])


def refusals_of(name: str) -> Iterator[tuple[str, ...]]:
    """Yield each refusal that a route has, by its tags, outermost first."""
    yield from _refusals(_routes()[name]["error"])


def _refusals(schema: Json) -> Iterator[tuple[str, ...]]:
    schema = _whole(schema)
    # A refusal to write has its reason beside what was uploaded.
    if "reason" in schema.get("properties", {}):
        yield from _refusals(schema["properties"]["reason"])
    for tag, variant in schema.get("x-union", {}).items():
        inner = list(_refusals(variant["schema"])) if variant else []
        yield from ((tag, *path) for path in inner or [()])


def is_route(name: str) -> bool:
    return name in _routes()


def route(name: str) -> Json:
    """Return what is described of a route: its host, style, scope."""
    return dict(_routes()[name])


def _expect(holds: bool, words: str) -> None:
    if not holds:
        raise SpecMismatchError(words)


@lru_cache
def _read() -> Json:
    assert FOLDER is not None
    return dict(json.loads((FOLDER / "routes.json").read_text("utf-8")))


def _routes() -> Json:
    return dict(_read()["routes"])


def _whole(schema: Json) -> Json:
    while "$ref" in schema or "allOf" in schema:
        inner = schema.get("allOf", [schema])[0]
        if "$ref" in inner:
            inner = _read()["$defs"][inner["$ref"].rpartition("/")[2]]
        schema = {**inner, **({"nullable": True} if schema.get("nullable") else {})}
    return schema


def _check(schema: Json, value: Any, where: str) -> None:
    if value is None and schema.get("nullable"):
        return
    schema = _whole(schema)
    if value is None and schema.get("nullable"):
        return
    if "x-union" in schema:
        _check_union(schema, value, where)
    elif "x-tagged" in schema:
        tag = value.get(".tag") if isinstance(value, dict) else None
        inner = schema["x-tagged"].get(tag)
        if inner is None:
            raise SpecMismatchError(f"{where}: unknown tag {tag!r}")
        _check_struct(_whole(inner), {k: v for k, v in value.items() if k != ".tag"}, where)
    elif "properties" in schema:
        _check_struct(schema, value, where)
    elif schema.get("type") == "array":
        _expect(isinstance(value, list), f"{where}: {type(value).__name__} in place of a list")
        least, most = schema.get("minItems", 0), schema.get("maxItems", len(value))
        _expect(least <= len(value) <= most, f"{where}: {len(value)} entries")
        for inner in value:
            _check(schema["items"], inner, f"{where}[]")
    else:
        _check_plain(schema, value, where)


def _check_union(schema: Json, value: Any, where: str) -> None:
    if isinstance(value, str):
        value = {".tag": value}
    _expect(isinstance(value, dict) and ".tag" in value, f"{where}: a union has a tag")
    tag = value[".tag"]
    if tag not in schema["x-union"]:
        raise SpecMismatchError(f"{where}: unknown tag {tag!r}")
    variant = schema["x-union"][tag]
    rest = {key: inner for key, inner in value.items() if key != ".tag"}
    if variant is None:
        _expect(not rest, f"{where}/{tag}: it holds nothing")
    elif variant["struct"]:
        if rest or not variant["schema"].get("nullable"):
            _check(variant["schema"], rest, f"{where}/{tag}")
    else:
        _expect(set(rest) <= {tag}, f"{where}/{tag}: it holds {sorted(rest)}")
        if tag in rest or not variant["schema"].get("nullable"):
            _check(variant["schema"], rest.get(tag), f"{where}/{tag}")


def _check_struct(schema: Json, value: Any, where: str) -> None:
    _expect(isinstance(value, dict), f"{where}: {type(value).__name__} in place of an object")
    missing = set(schema.get("required", ())) - {".tag"} - set(value)
    _expect(not missing, f"{where}: {sorted(missing)} missing")
    unknown = set(value) - set(schema["properties"])
    _expect(not unknown, f"{where}: {sorted(unknown)} described nowhere")
    for name, inner in value.items():
        _check(schema["properties"][name], inner, f"{where}.{name}")


def _check_plain(schema: Json, value: Any, where: str) -> None:
    kind = _TYPES[schema["type"]]
    is_right = isinstance(value, kind) and (isinstance(value, bool) == (kind is bool))
    _expect(is_right, f"{where}: {type(value).__name__} in place of {schema['type']}")
    if isinstance(value, str):
        least, most = schema.get("minLength", 0), schema.get("maxLength", len(value))
        _expect(least <= len(value) <= most, f"{where}: {len(value)} characters")
        pattern = schema.get("pattern")
        fits = pattern is None or re.fullmatch(pattern, value) is not None
        _expect(fits, f"{where}: {value!r} does not look like {pattern}")
        if form := schema.get("x-timestamp"):
            try:
                datetime.strptime(value, form)  # noqa: DTZ007 - only whether it can be read
            except ValueError:
                raise SpecMismatchError(f"{where}: {value!r} is no time") from None
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        least, most = schema.get("minimum", value), schema.get("maximum", value)
        _expect(least <= value <= most, f"{where}: {value}")
