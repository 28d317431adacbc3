"""The bytes of a file: its own, an older version's, or what Dropbox makes of it."""

from __future__ import annotations

import hashlib
import re

from loopdesk.core.changes import Chunk, Part
from loopdesk.core.errors import AnswerLost, Rejected
from loopdesk.providers.dropbox import convert, wire
from loopdesk.providers.dropbox.calls import Calls
from loopdesk.providers.dropbox.hashing import BLOCK, joined

REVISION = "revision:"
"""What a part begins with that names an older version of a file."""
_WHOLE = re.compile(r"bytes \S+/(\d+)")
_NO_BYTES = "unsupported_file"
_BEYOND = 416
_PDF = b"%PDF"


class Bytes:
    """Brings files block by block, and reads each again by Dropbox's own checksum.

    What was brought is checked with the last block, if all blocks before it came in their order.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._of: Part | None = None
        self._rev = ""
        self._digests: list[bytes] = []

    def fetch(self, part: Part, offset: int) -> Chunk:
        """Return a file's next bytes.

        Of what Dropbox makes of a file all comes at once.

        Raises:
            AnswerLost: it changed on the way, or is not what Dropbox's checksum says.
            Rejected: "type-refused" where Dropbox makes no such thing of it.
            RateLimited: it is still being made.
        """
        if part.part.startswith(REVISION):
            return self._own(part, f"rev:{part.part.removeprefix(REVISION)}", offset)
        if part.part:
            return self._made(part, offset)
        return self._own(part, part.item, offset)

    def _own(self, part: Part, path: str, offset: int) -> Chunk:
        span = f"bytes={offset}-{offset + BLOCK - 1}"
        answer = self._calls.bring("files/download", {"path": path}, span=span, allow=(_NO_BYTES,))
        if not answer.ok and answer.told:
            return self._made(part, offset)
        if answer.reply.status_code == _BEYOND:
            return Chunk(b"", offset, last=True)
        about = answer.result(wire.Metadata)
        data = answer.reply.content
        match = _WHOLE.fullmatch(answer.reply.headers.get("Content-Range", ""))
        if match is None:  # it took no notice of the span
            self._check(about, [data[at : at + BLOCK] for at in range(0, len(data), BLOCK)])
            return Chunk(data[offset:], len(data), last=True)
        whole, ends = int(match[1]), offset + len(data)
        if offset == 0:
            self._of, self._rev, self._digests = part, about.rev, []
        elif part == self._of and about.rev != self._rev:
            self._of = None
            raise AnswerLost
        last = ends >= whole
        if part == self._of and offset == len(self._digests) * BLOCK:
            self._digests.append(hashlib.sha256(data).digest())
            if last and about.content_hash and joined(self._digests) != about.content_hash:
                self._of = None
                raise AnswerLost
        return Chunk(data, whole, last=last)

    @staticmethod
    def _check(about: wire.Metadata, blocks: list[bytes]) -> None:
        digests = [hashlib.sha256(block).digest() for block in blocks]
        if about.content_hash and joined(digests) != about.content_hash:
            raise AnswerLost

    def _made(self, part: Part, offset: int) -> Chunk:
        """Return a preview of a file, or an export of a document without bytes."""
        asked = {"path": part.item}
        about = self._calls.get("files/get_metadata", wire.Metadata, asked)
        words = convert.exports(about)
        if words:
            wanted = {"export_format": words[part.part]} if part.part in words else {}
            data = self._calls.bring("files/export", {**asked, **wanted}).reply.content
        else:
            data = self._calls.bring("files/get_preview", asked).reply.content
            # Of sheets it makes pages of the web.
            if data.startswith(_PDF) != (part.part in ("", convert.PDF)):
                raise Rejected("type-refused")
        return Chunk(data[offset:], len(data), last=True)
