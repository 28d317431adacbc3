"""How a file or a folder is now, asked for just before something is done to it."""

from __future__ import annotations

from loopdesk.core.errors import Rejected
from loopdesk.providers.dropbox import wire
from loopdesk.providers.dropbox.calls import Calls
from loopdesk.providers.dropbox.folders import ROOT


def found(calls: Calls, path: str) -> wire.Metadata | None:
    """Return what is there now, None where there is nothing.

    Args:
        path: a path, an id, or "rev:" and a version.
    """
    answer = calls.rpc("files/get_metadata", {"path": path}, allow=("not_found",))
    return answer.read(wire.Metadata) if answer.ok else None


def needed(calls: Calls, key: str) -> wire.Metadata:
    """Return how something is now.

    Raises:
        Rejected: "gone".
    """
    there = found(calls, key)
    if there is None:
        raise Rejected("gone")
    return there


def folder(calls: Calls, place: str) -> str:
    """Return the path of a place. `place` "": where something new goes if nothing is said."""
    if not place:
        return calls.secret.home
    return "" if place == ROOT else needed(calls, place).path_display or ""


def is_as_seen(calls: Calls, file: wire.Metadata, rev: str) -> bool:
    """Say whether a file still holds what it held in a version: a move gives it another name."""
    if rev == file.rev:
        return True
    seen = found(calls, f"rev:{rev}")
    return seen is not None and seen.content_hash == file.content_hash
