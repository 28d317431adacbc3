"""How task lists and tasks are shown, and what may be written into them."""

from __future__ import annotations

from datetime import datetime

from loopdesk.sandbox.google.errors import ApiError, bad_request
from loopdesk.sandbox.google.method import Call
from loopdesk.sandbox.google.tasks.store import DONE, OPEN, StoredList, StoredTask, written
from loopdesk.sandbox.model import Json

_API = "https://www.googleapis.com/tasks/v1"
_LONGEST_TITLE, _LONGEST_NOTES = 1024, 8192
_TAKEN = ("title", "notes", "status", "due", "completed")


def shown_list(stored: StoredList) -> Json:
    return {
        "kind": "tasks#taskList",
        "id": stored.id,
        "etag": stored.etag,
        "title": stored.title,
        "updated": written(stored.updated_at),
        "selfLink": f"{_API}/users/@me/lists/{stored.id}",
    }


def shown(holder: StoredList, stored: StoredTask, places: dict[str, int]) -> Json:
    """Return a task as it is answered.

    Args:
        places: of each task among its siblings.
    """
    return {
        "kind": "tasks#task",
        "id": stored.id,
        "etag": stored.etag,
        "title": "",
        "updated": written(stored.updated_at),
        "selfLink": f"{_API}/lists/{holder.id}/tasks/{stored.id}",
        "position": f"{places.get(stored.id, 0):020d}",
        "webViewLink": f"https://tasks.google.com/task/{stored.id}?sa=6",
        **stored.body,
        **({"deleted": True} if stored.deleted else {}),
        "links": stored.body.get("links", []),
    }


def places(holder: StoredList) -> dict[str, int]:
    """Return the place of each task among its siblings."""
    counts: dict[str, int] = {}
    found = {}
    for each in holder.tasks:
        if not each.deleted:
            found[each.id] = counts.get(each.parent, 0)
            counts[each.parent] = found[each.id] + 1
    return found


def one(holder: StoredList, stored: StoredTask) -> Json:
    return shown(holder, stored, places(holder))


def match(call: Call, etag: str) -> None:
    """Raises ApiError(412) where the caller has seen another version."""
    wanted = call.request.header("If-Match")
    if wanted not in ("", "*", etag):
        raise ApiError(412, location="If-Match")


def checked(given: Json, old: StoredTask | None, now: datetime) -> Json:
    """Return what of a body is kept: the fields that can be written, as they are kept.

    Source: the discovery document tasks.v1 (2026-11)
    """
    wanted = {name: given[name] for name in _TAKEN if name in given}
    for name, longest in (("title", _LONGEST_TITLE), ("notes", _LONGEST_NOTES)):
        if len(str(wanted.get(name) or "")) > longest:
            raise ApiError(400, "invalid", f"The {name} is too long.")
    if old is not None and old.is_assigned:
        from_document = old.body["assignmentInfo"].get("surfaceType") == "DOCUMENT"
        if "deleted" in given or (from_document and wanted.get("notes")):
            raise ApiError(400, "invalid", "This cannot be changed in an assigned task.")
    if wanted.get("due"):
        # Only the day is recorded.
        wanted["due"] = f"{_moment(str(wanted['due']), 'due'):%Y-%m-%d}T00:00:00.000Z"
    if wanted.get("status", OPEN) not in (OPEN, DONE):
        raise ApiError(400, "invalid", "Invalid task status.")
    if wanted.get("status") == OPEN:
        wanted |= {"completed": None, "hidden": None}
    elif wanted.get("status") == DONE:
        was_done = old is not None and old.body["status"] == DONE
        wanted.setdefault("completed", old.body["completed"] if old and was_done else written(now))
    return wanted


def bound(call: Call, name: str) -> datetime | None:
    text = call.one(name)
    return _moment(text, name) if text else None


def _moment(text: str, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise bad_request(f"{name} is no time.", name, "invalid") from None
    if at.tzinfo is None:
        raise bad_request(f"{name} has no offset.", name, "invalid")
    return at
