"""Checks requests to Trello, and answers from it, against what Trello publishes of its interface.

The description that lies here is of 2025: it knows no OAuth 2.0 and no scopes, so neither is
checked. It leaves out arguments of listings and fields of things; those are named below, with
what it has wrong. Where it does not lie here nothing is checked, and `FOLDER` is None.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests import specs

Json = dict[str, Any]
FOLDER = specs.folder("trello")

_PAGES = {"since", "before", "limit"}
_CARDS = {
    *("fields", "filter", "sort", "members", "member_fields", "checklists", "checklist_fields"),
    *("checkItems", "attachments", "attachment_fields", "actions", "actions_limit"),
    *("board", "board_fields", "list", *_PAGES),
}
_MORE_ARGUMENTS = {
    "GET /members/{id}": {"actions_limit"},
    "GET /members/{id}/boards": {"list_fields"},
    "GET /members/{id}/cards": _CARDS,
    "GET /members/{id}/actions": {"fields", "memberCreator", "memberCreator_fields", *_PAGES},
    "GET /boards/{id}": {"member_fields", "list_fields", "organization_fields"},
    "GET /boards/{id}/cards": _CARDS,
    "GET /boards/{id}/cards/{filter}": _CARDS,
    "GET /boards/{id}/checklists": {"fields", "checkItems"},
    "GET /boards/{id}/lists/{filter}": {"fields"},
    "GET /boards/{id}/members": {"fields"},
    "GET /lists/{id}/cards": _CARDS,
    "GET /cards/{id}": {"checkItems", "actions_limit"},
    "PUT /cards/{id}": {"dueReminder", "fields"},
    "POST /cards": {"isTemplate", "fields"},
    "GET /cards/{id}/actions": {"fields", "memberCreator", "memberCreator_fields", *_PAGES},
}
_MORE_PATHS = {
    "GET": (r"/cards/[0-9a-f]{24}/attachments/[0-9a-f]{24}/download/[^/]+",),
    "DELETE": (r"/tokens/[^/]+",),
}
# What the description has otherwise than everybody who reads answers.
_WRONG_FIELDS = {
    # Numbers that are described as text, and text that is described by its example alone.
    *("bytes", "pos", "dueReminder", "data", "type", "permissionLevel", "limits", "memberships"),
    *("nameData", "descData", "labels", "checkItemStates", "cover", "reactions"),
}
_ONE_NOT_MANY = {
    "POST /cards/{id}/attachments",
    "GET /cards/{id}/attachments/{idAttachment}",
}
_OTHERWISE = {"GET /members/{id}/actions", "GET /search"}
_NO_BODY = {"GET", "DELETE"}


class SpecMismatchError(AssertionError):
    """A request or an answer that Trello's own description does not know."""


def check_request(method: str, url: str, body: bytes = b"", content_type: str = "") -> str:
    """Check a call; return its operation, "" where it is none of the interface.

    Args:
        url: whole or the path alone; at the service or at its stand-in.
    """
    parts = urlsplit(url)
    match = re.search(r"/1(/.*)", parts.path)
    if FOLDER is None or match is None or match[1].startswith("/authorize"):
        return ""
    path = match[1]
    if any(re.fullmatch(each, path) for each in _MORE_PATHS.get(method, ())):
        return ""
    template, segments = _find(method, path)
    name = f"{method} {template}"
    args: Json = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    _expect(not {"key", "token"} & set(args), "what signs in stands in no address")
    if content_type.startswith("application/json") and body:
        _expect(method not in _NO_BODY, f"{name} has no body")
        args |= json.loads(body)
    known = _arguments(method, template)
    described = set(known) | _MORE_ARGUMENTS.get(name, set())
    _expect(set(args) <= described, f"{name} has no argument {sorted(set(args) - described)}")
    missing = [each for each, one in known.items() if one.get("required") and each not in args]
    missing = [each for each in missing if each not in segments]
    if not content_type.startswith("multipart/"):
        _expect(not missing, f"{name} needs {missing}")
    for each, value in args.items():
        if each in known and not _takes(_whole(known[each].get("schema", {})), value):
            raise SpecMismatchError(f"{name} takes another {each}")
    if name == "GET /batch":
        _check_parts(parts.query)
    return name


def check_response(name: str, status: int, body: bytes) -> None:
    """Check what a call was answered with.

    Args:
        name: as `check_request` returned it.
    """
    if not name or FOLDER is None or status != 200:
        return
    method, _, template = name.partition(" ")
    content = _spec()["paths"][template][method.lower()]["responses"]["200"].get("content", {})
    schema = content.get("application/json", {}).get("schema")
    answer = json.loads(body)
    if schema is None or name in _OTHERWISE:
        return
    if name in _ONE_NOT_MANY:
        schema = schema["items"]
    problems = _problems(schema, answer, name)
    _expect(not problems, "; ".join(problems[:3]))


def _check_parts(query: str) -> None:
    """Check each read of a batch; commas within an address are encoded once more."""
    for url in parse_qs(query)["urls"][-1].split(","):
        check_request("GET", f"/1{url}")


def _find(method: str, path: str) -> tuple[str, set[str]]:
    # Those without an opening are meant first: /notifications/all/read is no notification.
    for template in sorted(_spec()["paths"], key=lambda each: each.count("{")):
        pattern = re.sub(r"\\{\w+\\}", r"[^/]+", re.escape(template))
        if re.fullmatch(pattern, path) and method.lower() in _spec()["paths"][template]:
            return template, set(re.findall(r"\{(\w+)\}", template))
    raise SpecMismatchError(f"{method} {path} is no operation")


def _arguments(method: str, template: str) -> dict[str, Json]:
    item = _spec()["paths"][template]
    given = [*item.get("parameters", ()), *item[method.lower()].get("parameters", ())]
    return {_whole(one)["name"]: _whole(one) for one in given}


def arguments_of(method: str, template: str) -> set[str]:
    """Return what an operation takes, but for what stands in its path."""
    known = set(_arguments(method, template)) if (method, template) in operations() else set()
    segments = set(re.findall(r"\{(\w+)\}", template))
    return (known | _MORE_ARGUMENTS.get(f"{method} {template}", set())) - segments


def operations() -> set[tuple[str, str]]:
    """Return every operation that is described: verb and path."""
    return {
        (verb.upper(), path)
        for path, item in _spec()["paths"].items()
        for verb in item
        if verb in ("get", "put", "post", "delete")
    }


@lru_cache
def _spec() -> Json:
    assert FOLDER is not None
    return dict(json.loads((FOLDER / "trello-openapi.json").read_text("utf-8")))


def _whole(schema: Json) -> Json:
    while "$ref" in schema:
        found: Any = _spec()
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def _takes(schema: Json, value: Any) -> bool:
    """Say whether an argument fits; what stands in an address is text."""
    variants = [_whole(one) for one in schema.get("oneOf", ())] or [schema]
    return any(_fits(one, value) for one in variants)


def _fits(schema: Json, value: Any) -> bool:
    if value is None:
        # It takes away what is there.
        return True
    match schema.get("type"):
        case "boolean":
            return isinstance(value, bool) or value in ("true", "false", "1", "0")
        case "integer" | "number":
            text = str(value).removeprefix("-").replace(".", "", 1)
            return not isinstance(value, bool) and text.isdecimal()
        case "array":
            return isinstance(value, (list, str))
        case "object":
            return isinstance(value, dict)
    if "pattern" in schema and isinstance(value, str):
        # Ids: several may stand in one argument; usernames and `me` stand for people's.
        return all(re.fullmatch(r"[\w-]+", each) for each in value.split(","))
    if "maxLength" in schema and len(str(value)) > schema["maxLength"]:
        return False
    return not isinstance(value, dict)


def _problems(schema: Json, value: Any, where: str) -> list[str]:
    schema = _whole(schema)
    if "oneOf" in schema:
        found = [_problems(one, value, where) for one in schema["oneOf"]]
        return min(found, key=len)
    # Null stands wherever Trello has nothing to say.
    if value is None or where.rpartition(".")[2] in _WRONG_FIELDS:
        return []
    kind = schema.get("type")
    if kind and not specs.is_of(kind, value):
        return [f"{where}: {type(value).__name__} in place of {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is none of {schema['enum']}"]
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        return [f"{where}: {value!r} is no id"]
    problems: list[str] = []
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
