"""What window and engine say to each other: JSON lines, ids only, never content.

The first line to the engine is `{"vault_key": <base64> | null}`: null means it asks the keychain
itself. Each later line holds one word of the classes below.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from loopdesk.core.changes import AccountState, ChangeSet
from loopdesk.core.items import ItemId


@dataclass(frozen=True, slots=True)
class ToEngine:
    """One word to the engine.

    Args:
        nudge: the outbox or the errands changed.
        focus: the window came to the front, or left it.
        pull: check everything now.
        quit: the person quits: deliver what can be, then leave.
    """

    nudge: bool = False
    focus: bool | None = None
    pull: bool = False
    quit: bool = False


@dataclass(frozen=True, slots=True)
class ToWindow:
    """One word to the window.

    Args:
        ready: the engine is at work.
        changes: items that differ now.
        actions, errands: ids of those that changed.
        accounts: some account stands otherwise than before.
        progress: (account, pages pulled in this run).
        stands: (account, state, code) of one that stands otherwise than before.
        trouble: (code, remedy) of what keeps the engine from working at all.
    """

    ready: bool = False
    changes: ChangeSet | None = None
    actions: tuple[str, ...] = ()
    errands: tuple[str, ...] = ()
    accounts: bool = False
    progress: tuple[str, int] | None = None
    stands: tuple[str, AccountState, str] | None = None
    trouble: tuple[str, str] | None = None


def key_line(vault_key: bytes | None) -> bytes:
    """Return the first line to an engine."""
    encoded = None if vault_key is None else base64.b64encode(vault_key).decode()
    return _line({"vault_key": encoded})


def read_key(line: bytes) -> bytes | None:
    encoded = json.loads(line)["vault_key"]
    return None if encoded is None else base64.b64decode(encoded)


def write(word: ToEngine | ToWindow) -> bytes:
    """Return a word as its line, without what it leaves unsaid."""
    said: dict[str, Any] = {}
    for name in word.__dataclass_fields__:
        value = getattr(word, name)
        if isinstance(value, ChangeSet):
            said[name] = {"upserted": value.upserted + value.same, "removed": value.removed}
        elif value not in (None, False, (), {}) or (name == "focus" and value is False):
            said[name] = value
    return _line(said)


def read_to_engine(line: bytes) -> ToEngine:
    return ToEngine(**json.loads(line))


def read_to_window(line: bytes) -> ToWindow:
    said = json.loads(line)
    if "changes" in said:
        changes = said["changes"]
        said["changes"] = ChangeSet(
            upserted=tuple(map(ItemId, changes["upserted"])),
            removed=tuple(map(ItemId, changes["removed"])),
        )
    if "stands" in said:
        account, state, code = said["stands"]
        said["stands"] = (account, AccountState(state), code)
    for name in ("actions", "errands", "progress", "trouble"):
        if name in said:
            said[name] = tuple(said[name])
    return ToWindow(**said)


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"
