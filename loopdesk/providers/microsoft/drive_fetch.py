"""The bytes of a file: its own, an older version's, or a PDF that Microsoft makes of it."""

from __future__ import annotations

from urllib.parse import quote

from loopdesk.core.changes import Chunk, Part
from loopdesk.core.errors import Rejected
from loopdesk.providers.microsoft import convert_drive as convert
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.drive_around import versions

REVISION = "revision:"
"""What a part begins with that names an older version of a file."""
_PIECE = 1024 * 1024


class DriveBytes:
    """Remembers where the bytes of the file that is being fetched lie; asked anew when it must."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._of: Part | None = None
        self._address = ""

    def fetch(self, part: Part, offset: int) -> Chunk:
        """Return a file's next bytes.

        Raises:
            Rejected: with Graph's reason, e.g. that there is no PDF of it.
        """
        if part == self._of:
            try:
                return self._calls.piece(self._address, offset, _PIECE)
            except Rejected:
                self._of = None  # such addresses are good for an hour at most
        self._address = self._whereabouts(part)
        self._of = part
        return self._calls.piece(self._address, offset, _PIECE)

    def _whereabouts(self, part: Part) -> str:
        content = f"{convert.path_of(part.item)}/content"
        if part.part == convert.PDF:
            return self._calls.whereabouts(f"{content}?format=pdf")
        if not part.part.startswith(REVISION):
            return self._calls.whereabouts(content)
        key = part.part.removeprefix(REVISION)
        try:
            return self._calls.whereabouts(
                f"{convert.path_of(part.item)}/versions/{quote(key, safe='')}/content"
            )
        except Rejected:
            # Of the newest one Graph gives nothing under its number.
            if [each.id for each in versions(self._calls, part.item)][:1] != [key]:
                raise
            return self._calls.whereabouts(content)
