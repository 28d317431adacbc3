"""Ann's account with nothing but her files, and what others do to them meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loopdesk.core.actions import Action, Arguments, Target
from loopdesk.core.items import Kind
from loopdesk.providers.google import PROVIDER
from loopdesk.sandbox.google.drive.store import Comment, DriveStore, Stored
from loopdesk.sandbox.model import Version, Who
from tests.providers.bench import Bench, bench
from tests.providers.google.cupboard import BO
from tests.providers.google.mailbox import ANN, world
from tests.providers.google.passed import check_passed


@contextmanager
def shelf(folder: Path, *, sockets: bool = False) -> Iterator[Bench]:
    """Yield the account; what passed is compared with Google's description at the end.

    Args:
        sockets: over real HTTP, so that answers can be lost.
    """
    with bench(PROVIDER, world(), folder, sockets=sockets, features=("files",)) as found:
        yield found
        check_passed(found)


def store(google: Bench) -> DriveStore:
    return google.sandbox.google.drive


def held(google: Bench, key: str) -> Stored:
    return store(google).files[key]


def says(google: Bench, key: str, text: str, by: Who = BO) -> Comment:
    """Let somebody comment on a file now."""
    now = google.clock.now()
    files = store(google)
    comment = Comment(f"said{len(held(google, key).comments)}", by, now, now, text)
    held(google, key).comments.append(comment)
    if not files.silent_comments:
        files.note(held(google, key), now)
    return comment


def writes(google: Bench, key: str, content: bytes, by: Who = BO) -> None:
    """Let somebody put a new version over a file."""
    file, now = held(google, key), google.clock.now()
    store(google).add_revision(file, Version(by, now, content))
    file.changed_at, file.changed_by = now, by
    store(google).note(file, now)


def touches(google: Bench, key: str, **fields: Any) -> None:
    """Let somebody change something of a file."""
    file, now = held(google, key), google.clock.now()
    before = store(google).seen_by(file)
    for name, value in fields.items():
        setattr(file, name, value)
    store(google).note(file, now, before)


def order(google: Bench, name: str, key: str, *, version: str = "", **given: Any) -> Action:
    """Return an action on a file, or with key "" one that makes a file."""
    target = Target(kind=Kind.FILE, key=key, me=ANN, version=version)
    return google.action(name, target, Arguments(**given))


def asked(google: Bench) -> list[str]:
    """Return the requests since the last call, as verb and path."""
    sent = [f"{request.method} {request.path_url}" for request, _, _ in google.wire.passed]
    check_passed(google)
    google.wire.passed.clear()
    return sent
