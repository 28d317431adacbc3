"""What is asked about files beside themselves: who has them, and their versions."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TypeVar

from loopdesk.core.changes import Skipped
from loopdesk.core.errors import BadPayload
from loopdesk.providers.microsoft import convert_drive as convert
from loopdesk.providers.microsoft import wire
from loopdesk.providers.microsoft import wire_drive as wire_of
from loopdesk.providers.microsoft.calls import Calls, Inner
from loopdesk.providers.payload import decode, decode_one

PERMISSIONS = "/permissions"
VERSIONS = "/versions"
# Nobody but an owner may see these, and not of every file.
_NOT_TOLD = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST)

T = TypeVar("T")


def around(
    calls: Calls, wanted: Iterable[tuple[str, Iterable[str]]]
) -> tuple[dict[str, convert.Around], list[Skipped]]:
    """Return what is to be had about some files, by their keys, and what failed.

    Args:
        wanted: keys, each with what is asked: `PERMISSIONS`, `VERSIONS`.
    Raises:
        RateLimited, ServiceDown: a part was too fast, or did not get through.
    """
    paths = [(key, kind, convert.path_of(key) + kind) for key, kinds in wanted for kind in kinds]
    found: dict[str, dict[str, Inner]] = {}
    answers = calls.read_all([path for _, _, path in paths])
    for (key, kind, _), answer in zip(paths, answers, strict=True):
        found.setdefault(key, {})[kind] = answer
    told: dict[str, convert.Around] = {}
    skipped: list[Skipped] = []
    for key, answers_of in found.items():
        try:
            told[key] = convert.Around(
                _values(answers_of.get(PERMISSIONS), wire_of.Permission),
                _values(answers_of.get(VERSIONS), wire_of.Version),
            )
        except BadPayload as error:
            skipped.append(Skipped(f"files/{key}", error.where))
    return told, skipped


def permissions(calls: Calls, key: str) -> list[wire_of.Permission]:
    """Return all that a file is shared by."""
    found: list[wire_of.Permission] = []
    page = calls.get(convert.path_of(key) + PERMISSIONS, wire.Values)
    while True:
        found += [decode_one(raw, wire_of.Permission) for raw in page.value]
        if not page.next_link:
            return found
        page = calls.get(page.next_link, wire.Values)


def versions(calls: Calls, key: str) -> list[wire_of.Version]:
    """Return the newest versions of a file, newest first."""
    page = calls.get(convert.path_of(key) + VERSIONS, wire.Values)
    return [decode_one(raw, wire_of.Version) for raw in page.value]


def _values(answer: Inner | None, kind: type[T]) -> list[T]:
    if answer is None or answer.status in _NOT_TOLD:
        return []
    if not answer.ok:
        raise BadPayload(str(answer.status))
    return [decode_one(raw, kind) for raw in decode(answer.body, wire.Values).value]
