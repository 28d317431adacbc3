"""What one part of an adapter tells another; all of it may be lost."""

from __future__ import annotations

from dataclasses import dataclass, field

from loopdesk.core.seams import Wake
from loopdesk.providers.dropbox import wire
from loopdesk.providers.dropbox.folders import Folders


@dataclass(slots=True)
class Notes:
    """What was learnt since the start.

    Args:
        moved: set when `cursor` is another one.
        cursor: of the tree, to listen to; "" before the first pull.
        folders: what lies where, as the last pull of the tree had it.
        changed: keys of files in the tree whose sharing changed here, which no cursor tells.
        given: keys of received files whose content changed here, which no list tells.
        deleted: what was deleted here, by its key: it can come back.
    """

    moved: Wake
    cursor: str = ""
    folders: Folders = field(default_factory=Folders)
    changed: dict[str, None] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    deleted: dict[str, wire.Metadata] = field(default_factory=dict)

    def move(self, cursor: str, folders: Folders) -> None:
        self.folders = folders
        if cursor != self.cursor:
            self.cursor = cursor
            self.moved.set()
