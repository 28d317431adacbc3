"""Where profiles lie."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from loopdesk.core.errors import Incomplete

# Small letters alone, as some file systems do not tell them from capitals.
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_WINDOWS_DEVICES = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


def profile_folder(profile: str) -> Path:
    """Return the folder of a profile, made if it is missing, readable by its owner alone.

    Args:
        profile: a name, or a path, which has a separator or begins with `.` or `~`.
    Raises:
        Incomplete: it is neither.
    """
    if profile.startswith((".", "~")) or "/" in profile or "\\" in profile:
        folder = Path(profile).expanduser().absolute()
    elif _NAME.fullmatch(profile) and not _WINDOWS_DEVICES.fullmatch(profile):
        folder = _profiles() / profile
    else:
        raise Incomplete("profile")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sys.platform != "win32":
            folder.chmod(0o700)
    except OSError as error:
        raise Incomplete("profile") from error
    return folder


def profile_name(folder: Path) -> str:
    """Return the name of a profile's folder; one elsewhere is called by its path."""
    return folder.name if folder.parent == _profiles() else str(folder)


@contextmanager
def throw_away_folder() -> Iterator[Path]:
    """Lend the folder of a profile that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="loopdesk-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _profiles() -> Path:
    return platformdirs.user_data_path("loopdesk", appauthor=False) / "profiles"
