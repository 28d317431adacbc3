"""What a person does to a file in Dropbox, its bytes and its sharing aside."""

from __future__ import annotations

from typing import Any

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Conflict, Rejected
from loopdesk.core.seams import Steps
from loopdesk.providers.dropbox import look, wire
from loopdesk.providers.dropbox.calls import Calls
from loopdesk.providers.dropbox.notes import Notes
from loopdesk.providers.dropbox.received import STREAM as RECEIVED
from loopdesk.providers.dropbox.tree import STREAM as TREE


class Actions:
    """Dropbox knows no repeated request: each change is a set, or is looked for before."""

    def __init__(self, calls: Calls, notes: Notes) -> None:
        self._calls, self._notes = calls, notes

    def perform(self, action: Action, steps: Steps) -> Receipt:
        match action.name:
            case "rename":
                return self._rename(action)
            case "move":
                file = look.needed(self._calls, action.target.key)
                to = f"{look.folder(self._calls, action.arguments.to[0])}/{file.name}"
                if file.lower != to.lower():
                    self._move(file.id, to)
                return receipt(action)
            case "delete":
                return self._delete(action)
            case "restore":
                return self._restore(action)
        raise Rejected("notSupported")

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        file = look.found(self._calls, action.target.key)
        match action.name:
            case "delete":
                return receipt(action) if file is None else None
            case "restore":
                return self._find_restored(action, file)
            case "rename" if file is not None and file.name == action.arguments.text:
                return receipt(action)
            case "move" if file is not None:
                to = look.folder(self._calls, action.arguments.to[0])
                above = file.lower.rpartition("/")[0]
                return receipt(action) if above == to.lower() else None
        return None

    # --- name and folder --------------------------------------------------------------------------

    def _rename(self, action: Action) -> Receipt:
        name = action.arguments.text
        if "/" in name or "\\" in name or not name.strip():
            raise Rejected("name-refused")
        file = look.needed(self._calls, action.target.key)
        folder = (file.path_display or "").rpartition("/")[0]
        if file.name != name and file.name.lower() == name.lower():
            # Dropbox does not see a change of capitals alone, nor does it tell of one.
            self._move(file.id, f"{folder}/{action.id[:8]} {name}")
            self._notes.changed[file.id] = None
        if file.name != name:
            self._move(file.id, f"{folder}/{name}")
        return receipt(action)

    def _move(self, key: str, path: str) -> None:
        asked = {"from_path": key, "to_path": path, "autorename": False}
        self._calls.rpc("files/move_v2", {**asked, "allow_ownership_transfer": False})

    # --- deleting and bringing back ---------------------------------------------------------------

    def _delete(self, action: Action) -> Receipt:
        """Delete a file in the version that the person saw, and in no newer one."""
        seen, key = action.target.version, action.target.key
        asked = {"path": key, **({"parent_rev": seen} if seen else {})}
        answer = self._calls.rpc("files/delete_v2", asked, allow=("not_found", "conflict"))
        if "conflict" in answer.told:
            file = look.needed(self._calls, key)
            if file.rev == seen or not look.is_as_seen(self._calls, file, seen):
                raise Conflict
            asked = {"path": key, "parent_rev": file.rev}
            answer = self._calls.rpc("files/delete_v2", asked, allow=("not_found",))
        if answer.ok:
            self._notes.deleted[action.target.key] = answer.read(wire.Result).metadata
        return receipt(action)

    def _restore(self, action: Action) -> Receipt:
        """Bring back a version: the one that is named, or the last one of what was deleted."""
        file = look.found(self._calls, action.target.key)
        if file is not None and not action.arguments.entry:
            raise Rejected("which-version")
        rev = _wanted(action)
        path = (file or look.needed(self._calls, f"rev:{rev}")).path_display
        if not path:
            raise Rejected("gone")
        restored = self._calls.get("files/restore", wire.Metadata, {"path": path, "rev": rev})
        return _restored(action, restored)

    def _find_restored(self, action: Action, file: wire.Metadata | None) -> Receipt | None:
        rev = _wanted(action)
        wanted = look.found(self._calls, f"rev:{rev}")
        if wanted is None:
            return None
        if file is None and wanted.path_display:
            # What comes back from the bin may have another id.
            file = look.found(self._calls, wanted.path_display)
        if file is None or file.content_hash != wanted.content_hash:
            return None
        return _restored(action, file)


def _wanted(action: Action) -> str:
    return action.arguments.entry or action.target.version


def _restored(action: Action, file: wire.Metadata) -> Receipt:
    moved_to = file.id if file.id != action.target.key else ""
    return Receipt({"file": file.id}, (TREE.key,), moved_to)


def receipt(action: Action, more: dict[str, Any] | None = None, *, given: bool = False) -> Receipt:
    """Return a receipt. `given`: the file lies in nobody's folder that the owner sees."""
    own = {"file": action.target.key} if action.target.key else {}
    facts = {**own, **(more or {})}
    return Receipt(facts, (RECEIVED.key if given else TREE.key,))
