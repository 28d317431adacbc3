"""Files put on a task one by one, at services that take no id of ours: each is looked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Rejected
from loopdesk.core.seams import Blob, Files, Steps


@dataclass(frozen=True, slots=True)
class There:
    """A file that is on the task, as its service names it."""

    id: str
    name: str
    size_bytes: int | None


class _At(msgspec.Struct):
    """Ids of what was there before, and of the files that are through."""

    known: list[str]
    done: list[str] = []

    @classmethod
    def load(cls, steps: Steps) -> _At | None:
        saved = steps.load()
        return None if saved is None else msgspec.json.decode(saved, type=cls)


class Attaching(ABC):
    """The action `attach` at a service that takes each file with one request.

    Attributes:
        LARGEST_BYTES: no file of that service may be larger.
    """

    LARGEST_BYTES: ClassVar[int]

    def __init__(self, files: Files) -> None:
        self._files = files

    @abstractmethod
    def there(self, task: str) -> Iterable[There]:
        """Return what is on a task. Raises: Rejected: it is no more."""

    @abstractmethod
    def send(self, action: Action, blob: Blob, data: bytes) -> str:
        """Put a file on the action's task, and return its id there."""

    @abstractmethod
    def receipt(self, action: Action, ids: Sequence[str]) -> Receipt:
        """Return the receipt once all files are through."""

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        """Send the next file; None where there are more."""
        blobs = [self._files.info(each) for each in action.arguments.files]
        if any(blob.size_bytes > self.LARGEST_BYTES for blob in blobs):
            raise Rejected("too-large")
        at = _At.load(steps)
        if at is None:
            at = _At([each.id for each in self.there(action.target.key)])
            self._save(at, blobs, steps)
        if len(at.done) < len(blobs):
            blob = blobs[len(at.done)]
            data = self._files.read(blob.id, 0, blob.size_bytes)
            at.done.append(self.send(action, blob, data))
            self._save(at, blobs, steps)
        return self.receipt(action, at.done) if len(at.done) == len(blobs) else None

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        at = _At.load(steps)
        if at is None:  # saved before anything is sent
            return None
        blobs = [self._files.info(each) for each in action.arguments.files]
        try:
            if len(at.done) < len(blobs):
                wanted = blobs[len(at.done)]
                for each in self.there(action.target.key):
                    is_new = each.id not in (*at.known, *at.done)
                    if is_new and (each.name, each.size_bytes) == (wanted.name, wanted.size_bytes):
                        at.done.append(each.id)
                        self._save(at, blobs, steps)
                        break
            return self.receipt(action, at.done) if len(at.done) == len(blobs) else None
        except Rejected:  # there is no task any more on which it could be
            return None

    def _save(self, at: _At, blobs: Sequence[Blob], steps: Steps) -> None:
        steps.save(msgspec.json.encode(at), len(at.done) / max(len(blobs), 1))
