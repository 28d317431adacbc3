"""Giving a file to the program that the person's system has for it.

The bytes are written to a private copy, looked at there, and only what is known and harmless is
handed on. Copies are gone when we end, or else when we start the next time; those that a program
may write over are left as long as something may come of them.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from loopdesk.core.errors import NotOpened
from loopdesk.core.filetypes import judge, look

_UNNAMED = "copy"


class Opener:
    """The private copies of one profile.

    Args:
        folder: where they lie; made when it is needed, for the owner alone.
        launch: starts a program and leaves it alone, as `Starter.launch` does.
    """

    def __init__(self, folder: Path, launch: Callable[[Sequence[str]], None]) -> None:
        self._folder, self._launch = folder, launch

    def copy(self, name: str, pieces: Iterable[bytes], *, writable: bool = False) -> Path:
        """Copy a file and return the copy.

        Args:
            name: what a service or a sender calls it.
            writable: what is saved in it goes somewhere; else it would be lost, and the program
                says that it cannot be saved.

        Raises:
            NotOpened: it is no such file ("program", "macros", ... as `filetypes.Why` has them),
                or there was no room for it ("no-room").
        """
        try:
            return self._copied(name, pieces, 0o600 if writable else 0o400)
        except OSError as error:
            raise NotOpened("no-room") from error

    def show(self, copy: Path) -> None:
        """Have the system's program show a copy.

        Raises:
            NotOpened: there is nothing to open it with ("no-viewer").
        """
        try:
            self._show(copy)
        except OSError as error:
            raise NotOpened("no-viewer") from error

    def remove(self, copy: Path) -> None:
        """Remove a copy: a program that still shows it keeps what it has read."""
        shutil.rmtree(copy.parent, ignore_errors=True)

    def sweep(self, keep: Collection[Path] = ()) -> None:
        """Remove all copies but some."""
        held = {copy.parent for copy in keep}
        with suppress(OSError):  # there is no such folder
            for place in list(self._folder.iterdir()):
                if place not in held:
                    shutil.rmtree(place, ignore_errors=True)
            self._folder.rmdir()  # if none was kept

    def _copied(self, name: str, pieces: Iterable[bytes], mode: int) -> Path:
        _private(self._folder)
        place = Path(tempfile.mkdtemp(dir=self._folder))  # for the owner alone
        try:
            unnamed = place / _UNNAMED
            made = os.open(unnamed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(made, "wb") as out:
                for piece in pieces:
                    out.write(piece)
            with unnamed.open("rb") as written:
                verdict = judge(name, look(written))
            if verdict.refused is not None:
                raise NotOpened(verdict.refused)
            copy = place / verdict.name
            unnamed.rename(copy)
            copy.chmod(mode)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        return copy

    def _show(self, copy: Path) -> None:
        if sys.platform == "win32":
            os.startfile(copy)  # noqa: S606  # the system's own way, and no program's name in it
            return
        # Its name begins neither with a dash nor with anything but its folder.
        self._launch(["open" if sys.platform == "darwin" else "xdg-open", str(copy)])


def copies_folder(profile: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Return where a profile's copies lie: in memory where the system has a place for that."""
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    if runtime and sys.platform == "linux" and _is_ours(Path(runtime)):
        digest = blake2b(str(profile).encode(), digest_size=8).hexdigest()
        return Path(runtime) / f"loopdesk-{digest}"
    return profile / "open"


def _is_ours(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    mine = sys.platform == "win32" or found.st_uid == os.getuid()
    return stat.S_ISDIR(found.st_mode) and mine and not found.st_mode & 0o077


def _private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32" and not _is_ours(folder):
        raise PermissionError(str(folder))
