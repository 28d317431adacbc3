"""Bytes that go to Dropbox: all at once, or piece by piece in a session that lives seven days.

Source: dropbox.com/developers/documentation/http/documentation#files-upload_session-start (2026-11)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loopdesk.core.errors import BadPayload
from loopdesk.providers.dropbox import hashing, wire
from loopdesk.providers.dropbox.calls import Answer, Calls

PIECE = hashing.BLOCK
"""Each piece but the last is a multiple of 4 MiB. What is no longer goes at once."""
_OVER = frozenset({"not_found", "closed"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an upload stands.

    Args:
        made: the file that came of it, None before.
        session: "" where there is none (any more).
        conflict: something else lies there; the bytes wait in the session.
    """

    session: str = ""
    offset: int = 0
    made: wire.Metadata | None = None
    conflict: bool = False


def put(calls: Calls, commit: Mapping[str, Any], data: bytes) -> Standing:
    """Send a small file whole."""
    asked = {**commit, "content_hash": hashing.of_bytes(data)}
    answer = calls.send("files/upload", asked, data, allow=("conflict",))
    if answer.ok:
        return Standing(made=answer.read(wire.Metadata))
    path = answer.inner("path")
    kept = path.get("upload_session_id") if isinstance(path, dict) else None
    if not isinstance(kept, str):
        return Standing(conflict=True)
    # The bytes are there: another name needs no more than to be said.
    return Standing(kept, len(data), conflict=True)


def begin(calls: Calls) -> str:
    answer = calls.send("files/upload_session/start", {"close": False}, b"")
    return answer.read(wire.Session).session_id


def push(calls: Calls, session: str, offset: int, data: bytes) -> Standing:
    """Send the piece that begins at `offset`; where that one is there already, it says so."""
    asked = {
        "cursor": {"session_id": session, "offset": offset},
        "close": False,
        "content_hash": hashing.of_bytes(data),
    }
    allow = (*_OVER, "incorrect_offset")
    answer = calls.send("files/upload_session/append_v2", asked, data, allow=allow)
    return Standing(session, offset + len(data)) if answer.ok else _standing(answer, session)


def finish(calls: Calls, session: str, offset: int, commit: Mapping[str, Any]) -> Standing:
    """Make a file of what is in a session."""
    asked = {"cursor": {"session_id": session, "offset": offset}, "commit": commit}
    answer = calls.send(
        "files/upload_session/finish", asked, b"", allow=("lookup_failed", "conflict")
    )
    if answer.ok:
        return Standing(made=answer.read(wire.Metadata))
    if "conflict" in answer.told:
        return Standing(session, offset, conflict=True)
    return _standing(answer, session)


def _standing(answer: Answer, session: str) -> Standing:
    if {*answer.told} & _OVER:
        return Standing()
    told = answer.inner("incorrect_offset")
    offset = told.get("correct_offset") if isinstance(told, dict) else None
    if not isinstance(offset, int) or offset < 0:
        raise BadPayload("correct_offset")
    return Standing(session, offset)
