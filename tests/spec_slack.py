"""Checks requests to Slack, and answers from it, against what is published of its Web API.

`web-api-methods.json` holds today's arguments and answers as types; the description of 2021 names
fields that the types leave out. Where neither lies here nothing is checked, and `FOLDER` is None.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests import specs

Json = dict[str, Any]
FOLDER = specs.folder("slack")

# Taken by Slack, and in none of the descriptions.
_MORE_ARGUMENTS = {
    "chat.postMessage": {"client_msg_id"},
    "oauth.v2.access": {"code_verifier"},
}
_MORE_FIELDS = {
    # Of a free plan, of a guest from elsewhere, of other methods' files and threads.
    *("is_limited", "is_stranger", "file_access", "ims", "shares", "last_read", "unread_count"),
    # The names of emoji, and ids that stand as keys.
    *("emoji", "public", "private"),
}
_NAMED_BY_IDS = {"public", "private", "emoji"}


class SpecMismatchError(AssertionError):
    """A request or an answer that Slack's own description does not know."""


def check_request(url: str, body: bytes = b"", content_type: str = "") -> str:
    """Check a call; return its method, "" where it is no call of the Web API.

    Args:
        url: whole or the path alone; at the service or at its stand-in.
    """
    parts = urlsplit(url)
    name = parts.path.rpartition("/api/")[2]
    if FOLDER is None or "/api/" not in parts.path:
        return ""
    method = _methods().get(name)
    _expect(method is not None, f"{name} is no method")
    args: Json = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    from_text = set(args)
    if content_type.startswith("application/json"):
        args |= json.loads(body or b"{}")
    elif content_type.startswith("application/x-www-form-urlencoded"):
        form = parse_qs(body.decode(), keep_blank_values=True)
        from_text |= set(form)
        args |= {key: values[-1] for key, values in form.items()}
    schema = method["arguments"] if method else {}
    known = arguments_of(name)
    _expect(set(args) <= known, f"{name} has no argument {sorted(set(args) - known)}")
    if name == "oauth.v2.access":
        # The types know programs that keep a secret only; with PKCE there is none.
        args.setdefault("client_secret", "")
    described = {key: value for key, value in args.items() if key not in _more(name)}
    fitting = [one for one in _variants(schema) if set(described) <= set(one["properties"])]
    _expect(bool(fitting), f"{name} does not take these together: {sorted(described)}")
    problems = _problems({"anyOf": fitting}, described, name, from_text)
    _expect(not problems, "; ".join(problems[:3]))
    return name


def check_response(name: str, status: int, body: bytes) -> None:
    """Check what a call was answered with.

    Args:
        name: as `check_request` returned it.
    """
    if not name or FOLDER is None:
        return
    if status == 429 or status >= 500:
        return
    _expect(status == 200, f"{name}: everything else comes with 200, not {status}")
    answer = json.loads(body)
    _expect(isinstance(answer.get("ok"), bool), f"{name}: the answer says whether it is ok")
    if not answer["ok"]:
        _expect(isinstance(answer.get("error"), str), f"{name}: a refusal has a word")
        return
    schema = _methods()[name]["response"]
    problems = [*_problems(schema, answer, name, set()), *_unknown(schema, answer, name)]
    _expect(not problems, "; ".join(problems[:3]))


def arguments_of(name: str) -> set[str]:
    """Return what a method takes, without the token."""
    variants = _variants(_methods()[name]["arguments"])
    known = {key for variant in variants for key in variant.get("properties", {})}
    return (known | _more(name)) - {"token"}


def _more(name: str) -> set[str]:
    return _MORE_ARGUMENTS.get(name, set())


def _expect(holds: bool, words: str) -> None:
    if not holds:
        raise SpecMismatchError(words)


@lru_cache
def _read(name: str) -> Json:
    assert FOLDER is not None
    return dict(json.loads((FOLDER / name).read_text("utf-8")))


def _methods() -> Json:
    return dict(_read("web-api-methods.json")["methods"])


@lru_cache
def _better() -> Json:
    """Return what some fields of messages are, wherever they stand.

    Answers were described from examples, each method's from its own: blocks are known whole where
    they are sent, and what hangs below a message where histories are read.
    """
    variants = _variants(_methods()["chat.postMessage"]["arguments"])
    blocks = next(one["properties"]["blocks"] for one in variants if "blocks" in one["properties"])
    messages = _methods()["conversations.history"]["response"]["properties"]["messages"]
    fields = _whole(messages["items"])["properties"]
    return {"blocks": blocks, "attachments": fields["attachments"]}


@lru_cache
def _old_names() -> frozenset[str]:
    """Return every field that the description of 2021 names or shows in an example."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            found.update(value)
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    old = _read("slack_web_openapi_v2.json")
    walk(old["definitions"])
    for path in old["paths"].values():
        for verb in path.values():
            walk(verb["responses"])
    return frozenset(found)


def _whole(schema: Json) -> Json:
    while "$ref" in schema:
        schema = _read("web-api-methods.json")["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def _variants(schema: Json) -> list[Json]:
    schema = _whole(schema)
    if "anyOf" in schema:
        return [one for variant in schema["anyOf"] for one in _variants(variant)]
    return [schema]


def _problems(schema: Json, value: Any, where: str, from_text: set[str]) -> list[str]:
    """Return what is wrong with a value; none of several variants may fit.

    Args:
        from_text: names of arguments that came as text, as everything in a form does.
    """
    fewest: list[str] | None = None
    for variant in _variants(schema):
        problems = _against(variant, value, where, from_text)
        if not problems:
            return []
        if fewest is None or len(problems) < len(fewest):
            fewest = problems
    return fewest or []


def _against(schema: Json, value: Any, where: str, from_text: set[str]) -> list[str]:
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is none of {schema['enum']}"]
    kind = schema.get("type")
    if value is None:
        # Slack writes null where it has nothing to say.
        return []
    if kind and not _is(kind, value):
        return [f"{where}: {type(value).__name__} in place of {kind}"]
    problems: list[str] = []
    if isinstance(value, dict):
        fields = schema.get("properties", {})
        missing = [name for name in schema.get("required", ()) if name not in value]
        problems += [f"{where}.{name} is missing" for name in missing]
        for name, inner in fields.items():
            if name in value:
                inner = _better().get(name, inner)
                given = _from_text(inner, value[name]) if name in from_text else value[name]
                problems += _problems(inner, given, f"{where}.{name}", set())
    elif isinstance(value, list):
        for inner in value:
            problems += _problems(schema.get("items", {}), inner, f"{where}[]", set())
    return problems


def _is(kind: str, value: Any) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
    return kind != "null"


def _from_text(schema: Json, value: str) -> Any:
    """Return what a form's text stands for, by what is expected."""
    kinds = {variant.get("type") for variant in _variants(schema)}
    if "string" in kinds:
        return value
    if "boolean" in kinds and value.lower() in ("true", "false", "1", "0"):
        return value.lower() in ("true", "1")
    try:
        return json.loads(value)
    except ValueError:
        return value


def _unknown(schema: Json, value: Any, where: str) -> list[str]:
    """Return fields that no description names."""
    if isinstance(value, list):
        items = [one["items"] for one in _variants(schema) if "items" in one]
        joined = {"anyOf": items} if items else {}
        return [problem for inner in value for problem in _unknown(joined, inner, f"{where}[]")]
    if not isinstance(value, dict):
        return []
    variants = _variants(schema)
    if where.rpartition(".")[2] in _NAMED_BY_IDS or any(
        variant.get("additionalProperties") for variant in variants
    ):
        return []
    fields: dict[str, list[Json]] = {}
    for variant in variants:
        for name, inner in variant.get("properties", {}).items():
            fields.setdefault(name, []).append(inner)
    problems = []
    for name, inner in value.items():
        if name not in fields and name not in _old_names() | _MORE_FIELDS:
            problems.append(f"{where}.{name} is described nowhere")
        known = [_better()[name]] if name in _better() else fields.get(name, [{}])
        problems += _unknown({"anyOf": known}, inner, f"{where}.{name}")
    return problems
