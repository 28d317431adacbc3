"""Checks requests to Asana, and answers from it, against what Asana publishes of its interface.

What the description lacks or has wrong is named below. Where it does not lie here nothing is
checked, and `FOLDER` is None.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests import specs

Json = dict[str, Any]
FOLDER = specs.folder("asana")

_VERBS = ("get", "put", "post", "delete")
# Arguments that the guides name and the description leaves out, or writes another way.
_MORE_ARGUMENTS = {"GET /workspaces/{workspace_gid}/tasks/search": {"limit"}}
# A new task can be given these, says their own description, which takes them for read only.
_WRITABLE = {"POST /tasks memberships", "POST /tasks/{task_gid}/subtasks memberships"}
# Fields that are asked for and answered though no list of `opt_fields` has them.
_MORE_FIELDS = re.compile(r"resource_type|(\w+\.)*(gid|resource_type)")


class SpecMismatchError(AssertionError):
    """A request or an answer that Asana's own description does not know."""


def check_request(method: str, url: str, body: bytes = b"", content_type: str = "") -> str:
    """Check a call; return its operation, "" where it is none of the interface.

    Args:
        url: whole or the path alone; at the service or at its stand-in.
    """
    parts = urlsplit(url)
    match = re.search(r"/api/1\.0(/.*)", parts.path)
    if FOLDER is None or match is None:
        return ""
    template = _find(method, match[1])
    name = f"{method} {template}"
    args = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    known = _arguments(method, template)
    described = set(known) | _MORE_ARGUMENTS.get(name, set())
    _expect(set(args) <= described, f"{name} has no argument {sorted(set(args) - described)}")
    missing = [each for each, one in known.items() if _is_needed(one) and each not in args]
    _expect(not missing, f"{name} needs {missing}")
    for each, value in args.items():
        if each in known and not _takes(_whole(known[each].get("schema", {})), value):
            raise SpecMismatchError(f"{name} takes another {each}")
    _check_fields(name, known, args.get("opt_fields", ""))
    if content_type.startswith("application/json") and body:
        _check_body(name, method, template, json.loads(body))
    return name


def check_response(name: str, status: int, body: bytes) -> None:
    """Check what a call was answered with.

    Args:
        name: as `check_request` returned it.
    """
    if not name or FOLDER is None or status not in (200, 201):
        return
    method, _, template = name.partition(" ")
    responses = _spec()["paths"][template][method.lower()]["responses"]
    _expect(str(status) in responses, f"{name} is not answered with {status}")
    schema = responses[str(status)]["content"]["application/json"]["schema"]
    problems = _problems(schema, json.loads(body), name)
    _expect(not problems, "; ".join(problems[:3]))


def operations() -> set[tuple[str, str]]:
    """Return every operation that is described: verb and path."""
    return {
        (verb.upper(), path)
        for path, item in _spec()["paths"].items()
        for verb in item
        if verb in _VERBS
    }


def scopes_of(method: str, template: str) -> list[str]:
    """Return what a program needs for an operation; none: full permissions."""
    for way in _spec()["paths"][template][method.lower()]["security"]:
        if "oauth2" in way:
            return list(way["oauth2"])
    return []


def arguments_of(method: str, template: str) -> set[str]:
    """Return what may stand in an operation's address, but for what is part of its path."""
    more = _MORE_ARGUMENTS.get(f"{method} {template}", set())
    return set(_arguments(method, template)) | more


def fields_of(method: str, template: str) -> set[str]:
    """Return what may stand in the `data` of an operation's body."""
    operation = _spec()["paths"][template][method.lower()]
    content = _whole(operation.get("requestBody", {})).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return set(_properties(_properties(schema).get("data", {})))


def _check_fields(name: str, known: dict[str, Json], text: str) -> None:
    schema = _whole(known.get("opt_fields", {}).get("schema", {}))
    allowed = set(schema.get("items", {}).get("enum", ()))
    if not allowed:
        return
    # A group names several: `a.(b|c)`.
    single = re.sub(r"([\w.]*)\(([^)]*)\)([\w.]*)", _spread, text)
    asked = {each for each in single.split(",") if each and not _MORE_FIELDS.fullmatch(each)}
    # Of a thing that is named there, more can be asked for than is listed.
    unknown = {each for each in asked - allowed if each.rpartition(".")[0] not in allowed}
    _expect(not unknown, f"{name} has no fields {sorted(unknown)}")


def _spread(found: re.Match[str]) -> str:
    return ",".join(f"{found[1]}{each}{found[3]}" for each in found[2].split("|"))


def _check_body(name: str, method: str, template: str, sent: Json) -> None:
    _expect(set(sent) <= {"data", "options"}, f"{name}: only `data` stands in a body")
    operation = _spec()["paths"][template][method.lower()]
    content = _whole(operation.get("requestBody", {})).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    _expect(schema is not None, f"{name} takes no JSON")
    data = {k: v for k, v in sent.get("data", {}).items() if f"{name} {k}" not in _WRITABLE}
    problems = _problems(schema, {**sent, "data": data}, name)
    known = _properties(_properties(schema).get("data", {}))
    # Only what is written must be known by name; answers have more than is described.
    extra = set(sent.get("data", ())) - set(known)
    _expect(not known or not extra, f"{name} takes no {sorted(extra)}")
    read_only = [each for each in data if known and _whole(known[each]).get("readOnly")]
    _expect(not read_only, f"{name} cannot set {read_only}")
    _expect(not problems, "; ".join(problems[:3]))


@lru_cache(1000)
def _find(method: str, path: str) -> str:
    # Those without an opening are meant first.
    for template in sorted(_spec()["paths"], key=lambda each: each.count("{")):
        pattern = re.sub(r"\\{\w+\\}", r"[^/]+", re.escape(template))
        if re.fullmatch(pattern, path) and method.lower() in _spec()["paths"][template]:
            return str(template)
    raise SpecMismatchError(f"{method} {path} is no operation")


def _arguments(method: str, template: str) -> dict[str, Json]:
    item = _spec()["paths"][template]
    given = [*item.get("parameters", ()), *item[method.lower()].get("parameters", ())]
    whole = [_whole(one) for one in given]
    return {one["name"]: one for one in whole if one["in"] == "query"}


def _is_needed(one: Json) -> bool:
    return bool(one.get("required"))


@lru_cache
def _spec() -> Json:
    assert FOLDER is not None
    return dict(json.loads((FOLDER / "asana_oas.json").read_text("utf-8")))


def _whole(schema: Json) -> Json:
    while "$ref" in schema:
        found: Any = _spec()
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def _properties(schema: Json) -> dict[str, Json]:
    schema = _whole(schema)
    found: dict[str, Json] = {}
    for one in schema.get("allOf", ()):
        found |= _properties(one)
    found |= schema.get("properties", {})
    return found


def _takes(schema: Json, value: str) -> bool:
    """Say whether an argument fits; what stands in an address is text."""
    if "enum" in schema and value not in schema["enum"]:
        return False
    match schema.get("type"):
        case "boolean":
            return value in ("true", "false")
        case "integer":
            number = int(value) if value.isdecimal() else None
            low, high = schema.get("minimum", 0), schema.get("maximum", 10**9)
            return number is not None and low <= number <= high
    return True


def _problems(schema: Json, value: Any, where: str) -> list[str]:
    schema = _whole(schema)
    # Null stands wherever Asana has nothing to say.
    if value is None:
        return []
    problems: list[str] = []
    for one in schema.get("allOf", ()):
        problems += _problems(one, value, where)
    if "oneOf" in schema:
        variants = [_problems(one, value, where) for one in schema["oneOf"]]
        shortest = min(variants, key=len)
        problems += shortest
    kind = schema.get("type")
    if kind and not specs.is_of(kind, value):
        return [f"{where}: {type(value).__name__} in place of {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is none of {schema['enum']}"]
    if isinstance(value, list):
        for number, one in enumerate(value):
            problems += _problems(schema.get("items", {}), one, f"{where}[{number}]")
    elif isinstance(value, dict):
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                problems += _problems(inner, value[name], f"{where}.{name}")
    return problems


def _expect(holds: bool, words: str) -> None:
    if not holds:
        raise SpecMismatchError(words)
