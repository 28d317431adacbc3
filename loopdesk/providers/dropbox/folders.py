"""What lies where, as far as a listing told: deletions name no id, only a path. Pure."""

from __future__ import annotations

import msgspec

from loopdesk.core.changes import Skipped
from loopdesk.core.errors import BadPayload
from loopdesk.providers.dropbox import wire
from loopdesk.providers.payload import decode_one

ROOT = "root"
"""Key of the place at the top, which has no id at Dropbox."""
_FOLDERS = 5_000
"""More are not known here as places; what lies in them is shown all the same."""


class Folders(msgspec.Struct, omit_defaults=True):
    """What a cursor holds of the tree.

    Args:
        folders, files: ids by path in lower case; of files those that are kept here.
        lost, lost_folders: ids of what went away and has not come back under another path yet. A
            move is told as a deletion and a new entry, and both may stand on different pages.
    """

    folders: dict[str, str] = {}
    files: dict[str, str] = {}
    lost: list[str] = []
    lost_folders: list[str] = []

    def put_folder(self, folder: wire.Metadata) -> bool:
        """Note where a folder lies, its content with it; say whether it is known from now on."""
        self._replace(self.files, self.lost, folder.lower, "")
        self._forget(self.folders, folder.id)
        if folder.id in self.lost_folders:
            self.lost_folders.remove(folder.id)
        if len(self.folders) >= _FOLDERS:
            return False
        self._replace(self.folders, self.lost_folders, folder.lower, folder.id)
        return True

    def put_file(self, file: wire.Metadata, *, kept: bool) -> None:
        """Note where a file lies. `kept`: it is of use here; else it may be lost, if it was."""
        if file.lower in self.folders:
            self.remove(file.lower)
        known = self._forget(self.files, file.id)
        if file.id in self.lost:
            self.lost.remove(file.id)
            known = True
        self._replace(self.files, self.lost, file.lower, file.id if kept else "")
        if known and not kept:
            self.lost.append(file.id)

    def remove(self, path: str) -> None:
        """Note that a path is no more, nor anything below it."""
        below = f"{path}/"
        for held, lost in ((self.files, self.lost), (self.folders, self.lost_folders)):
            for each in [each for each in held if each == path or each.startswith(below)]:
                lost.append(held.pop(each))

    def parent(self, path: str) -> str:
        """Return the key of the place that a path lies in, "" where that is not known."""
        above = path.rpartition("/")[0]
        return self.folders.get(above, "") if above else ROOT

    @staticmethod
    def _replace(held: dict[str, str], lost: list[str], path: str, key: str) -> None:
        """Put a key at a path: what has been there until now is lost. `key` "": nothing is put."""
        before = held.pop(path, key)
        if before != key:
            lost.append(before)
        if key:
            held[path] = key

    @staticmethod
    def _forget(held: dict[str, str], key: str) -> bool:
        """Take a key from where it lay."""
        found = [path for path, known in held.items() if known == key]
        for path in found:
            del held[path]
        return bool(found)


def read(entries: list[msgspec.Raw], skipped: list[Skipped]) -> list[wire.Metadata]:
    """Return what a listing names, in its order; what cannot be read is noted."""
    found: list[wire.Metadata] = []
    for number, raw in enumerate(entries):
        try:
            found.append(decode_one(raw, wire.Metadata))
        except BadPayload as error:
            skipped.append(Skipped(f"files[{number}]", error.where))
    return found
