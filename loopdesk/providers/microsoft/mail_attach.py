"""Files put into a draft at Outlook: small ones whole, large ones piece by piece."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Sequence
from http import HTTPStatus
from urllib.parse import quote

import msgspec
import requests

from loopdesk.core.errors import AnswerLost, BadPayload, Rejected
from loopdesk.net.http import Http
from loopdesk.providers.microsoft import wire
from loopdesk.providers.microsoft import wire_mail as mail
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.mail_letter import Bytes, Enclosed
from loopdesk.providers.payload import decode, decode_one

# Source: learn.microsoft.com/graph/api/attachment-createuploadsession (2026-11)
_WHOLE = 3_000_000
PIECE = 12 * 320 * 1024
_SESSION_OVER = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.UNAUTHORIZED})


class Attached(msgspec.Struct, omit_defaults=True):
    """How far the files of a draft are.

    Args:
        count: how many are in it.
        session: the address that Microsoft handed out for the next one: whoever has it may go on.
        offset: how many bytes of that one are there.
    """

    count: int = 0
    session: str = ""
    offset: int = 0


class Attaching:
    def __init__(self, calls: Calls, http: Http) -> None:
        self._calls, self._http = calls, http

    def step(
        self, draft: str, files: Sequence[Enclosed], at: Attached, save: Callable[[float], None]
    ) -> bool:
        """Put the next file, or a piece of it, into the draft. True: all of them are there.

        Args:
            save: notes `at` durably, and how much of all is through.
        """
        if at.count >= len(files):
            return True
        file = files[at.count]
        held = file.open()
        total = sum(each.about_bytes for each in files) or 1
        if held.size_bytes < _WHOLE:
            self._put_whole(draft, file, held)
            at.count += 1
        elif not at.session:
            at.session, at.offset = self._begin(draft, file, held), 0
        else:
            self._push(held, at)
        through = sum(each.about_bytes for each in files[: at.count]) + at.offset
        save(min(through / total, 1.0))
        return at.count >= len(files)

    def look(self, draft: str, files: Sequence[Enclosed], at: Attached) -> None:
        """Find out how far an earlier try got whose answer was lost.

        Its file is in the draft or not; of a large one some pieces may be there.
        """
        if at.session:
            reply = self._http.once("GET", at.session)
            if reply.status_code == HTTPStatus.OK and (offset := _expected(reply)) is not None:
                at.offset = offset
                return
            at.session, at.offset = "", 0
        there = Counter(self._names(draft))
        wanted: Counter[str] = Counter()
        for number, file in enumerate(files):
            wanted[file.name] += 1
            if wanted[file.name] > there[file.name]:
                at.count = number
                return
        at.count = len(files)

    def _names(self, draft: str) -> list[str]:
        page = self._calls.get(
            f"/me/messages/{quote(draft)}/attachments", wire.Values, {"$select": "id,name,size"}
        )
        return [decode_one(raw, mail.Attachment).name or "" for raw in page.value]

    def _put_whole(self, draft: str, file: Enclosed, held: Bytes) -> None:
        self._calls.call(
            "POST",
            f"/me/messages/{quote(draft)}/attachments",
            json={
                "@odata.type": "#microsoft.graph.fileAttachment",
                "name": file.name,
                "contentType": file.type,
                "contentBytes": base64.b64encode(held.read(0, held.size_bytes)).decode(),
                **({"isInline": True, "contentId": file.cid} if file.cid else {}),
            },
        )

    def _begin(self, draft: str, file: Enclosed, held: Bytes) -> str:
        about = {
            "attachmentType": "file",
            "name": file.name,
            "size": held.size_bytes,
            "contentType": file.type,
            **({"isInline": True, "contentId": file.cid} if file.cid else {}),
        }
        reply = self._calls.call(
            "POST",
            f"/me/messages/{quote(draft)}/attachments/createUploadSession",
            json={"AttachmentItem": about},
        )
        session = decode(reply.content, wire.UploadSession)
        if not session.uploadUrl:
            raise BadPayload("uploadUrl")
        return session.uploadUrl

    def _push(self, held: Bytes, at: Attached) -> None:
        piece = held.read(at.offset, PIECE)
        last = at.offset + len(piece) - 1
        # The address is the permission: no token goes to where an answer pointed.
        reply = self._http.once(
            "PUT",
            at.session,
            data=piece,
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Range": f"bytes {at.offset}-{last}/{held.size_bytes}",
            },
        )
        if reply.status_code in _SESSION_OVER:
            at.session, at.offset = "", 0
        elif reply.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise AnswerLost  # these bytes are there already: look how many
        elif reply.status_code >= HTTPStatus.BAD_REQUEST:
            raise Rejected(wire.reason(reply.content) or str(reply.status_code))
        elif reply.status_code == HTTPStatus.CREATED or last + 1 >= held.size_bytes:
            at.count, at.session, at.offset = at.count + 1, "", 0
        else:
            at.offset = last + 1


def _expected(reply: requests.Response) -> int | None:
    """Return where an upload goes on, None where it does not say."""
    ranges = decode(reply.content, wire.UploadSession).nextExpectedRanges
    first = ranges[0].partition("-")[0] if ranges else ""
    return int(first) if first.isascii() and first.isdigit() else None
