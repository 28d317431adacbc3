"""A copy that another program may write over: whether it was, once what it wrote is whole.

Programs save in several ways: they write the file anew in pieces, or write another one and give it
the old one's name, with files of their own lying beside it meanwhile. So a save counts once two
looks in a row found the same file, and not by its times alone but by what is in it.
"""

from __future__ import annotations

import stat
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

_PIECE = 1024 * 1024
_PROCESSES = Path("/proc")
# Whatever begins like that ends with a list of what is in it: without that list it is not whole.
_ARCHIVE = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Trace:
    """By what one file is told from another without reading it."""

    inode: int
    size_bytes: int
    changed_ns: int


class Watch:
    """One copy. Used by one thread at a time.

    Args:
        digest: of the bytes that are no news.
    """

    def __init__(self, path: Path, digest: str) -> None:
        self.path, self.digest = path, digest
        self._before: Trace | None = None
        self._known: Trace | None = None

    def saved(self) -> str | None:
        """Return the digest of what was saved since, None where nothing was, or not whole yet.

        It is said again at the next look, unless `digest` becomes it or `leave` is called.
        """
        now, before = _trace(self.path), self._before
        self._before = now
        if now is None or not now.size_bytes or now != before or now == self._known:
            return None
        try:
            if not _is_whole(self.path):
                return None
            digest = digest_of(self.path)
        except OSError:
            return None  # another file is just taking its place
        if not self.still():
            return None
        if digest == self.digest:
            self._known = now
            return None
        return digest

    def still(self) -> bool:
        """Say whether it is the file that the last look found."""
        return self._before is not None and _trace(self.path) == self._before

    def leave(self) -> None:
        """Say no more of what is there now."""
        self._known = self._before

    def again(self) -> None:
        """Say anew what `leave` was called for."""
        self._known = None


def digest_of(path: Path) -> str:
    """Return what tells one content from another. Raises: OSError."""
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def is_in_use(path: Path) -> bool:
    """Say whether a program shows that it has a copy open: it holds it, or left a mark beside it.

    Programs that read a file whole and let go of it cannot be told.
    """
    with suppress(OSError):  # its place is no more
        if any(each != path for each in path.parent.iterdir()):
            return True
    for process in _PROCESSES.glob("[0-9]*"):
        with suppress(OSError):  # somebody else's, or over by now
            for held in list((process / "fd").iterdir()):
                with suppress(OSError):
                    if held.readlink() == path:
                        return True
    return False


def _trace(path: Path) -> Trace | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    # A link that a program put in its place would have us send what lies elsewhere.
    if not stat.S_ISREG(found.st_mode):
        return None
    return Trace(found.st_ino, found.st_size, found.st_mtime_ns)


def _is_whole(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_ARCHIVE)) != _ARCHIVE or zipfile.is_zipfile(file)
