"""Files put into a conversation, in three calls each of which is a step of its own.

Source: docs.slack.dev/reference/methods/files.getUploadURLExternal, files.completeUploadExternal
(2026-11)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from http import HTTPStatus

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import AnswerLost, Rejected
from loopdesk.core.seams import Blob, Clock, Files, Steps
from loopdesk.providers.slack import wire
from loopdesk.providers.slack.calls import Calls
from loopdesk.providers.slack.listing import CONVERSATION, STREAM
from loopdesk.providers.slack.notes import Notes
from loopdesk.providers.slack.sending import Sending, Sent

_LARGEST_BYTES = 1024 * 1024 * 1024
_PIECE_BYTES = 4 * 1024 * 1024
_SHOWN_AFTER = timedelta(seconds=10)
"""A file shows in its conversation some time after Slack has answered."""


class _Piece(msgspec.Struct, omit_defaults=True):
    """One file. `url`: where its bytes go, for a few minutes; whoever has it may put them there."""

    blob: str
    id: str = ""
    url: str = ""
    tried: bool = False
    there: bool = False


class _Upload(msgspec.Struct, omit_defaults=True):
    """What an action's steps keep.

    Args:
        ended_at: when Slack was first asked to share the files, seconds since 1970.
        done: it answered that it did.
    """

    sent: Sent
    pieces: list[_Piece]
    ended_at: float = 0.0
    done: bool = False


class _Body:
    """A file's bytes as they leave, never all of them at once."""

    def __init__(self, files: Files, blob: Blob) -> None:
        self._files, self._blob = files, blob

    def __len__(self) -> int:
        return self._blob.size_bytes

    def __iter__(self) -> Iterator[bytes]:
        for offset in range(0, len(self), _PIECE_BYTES):
            yield self._files.read(self._blob.id, offset, _PIECE_BYTES)


class Uploads:
    def __init__(
        self, calls: Calls, sending: Sending, notes: Notes, files: Files, clock: Clock
    ) -> None:
        self._calls, self._sending, self._notes = calls, sending, notes
        self._files, self._clock = files, clock

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        """Do the next step."""
        upload = self._kept(steps)
        if upload is None:
            if action.arguments.at is not None:
                raise Rejected("files_cannot_be_scheduled")
            sent = self._sending.aimed(action)
            upload = _Upload(sent, [_Piece(blob) for blob in action.arguments.files])
        for number, piece in enumerate(upload.pieces):
            if not piece.there:
                upload.pieces[number] = self._forward(upload, number, steps)
                self._save(upload, steps)
                return None
        return self._end(action, upload, steps)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        upload = self._kept(steps)
        if upload is None or not upload.ended_at:
            return None
        if upload.done:
            return self._receipt(upload)
        answer = self._calls.look(
            "files.info", wire.FileInfo, fine=("file_not_found",), file=upload.pieces[0].id
        )
        if not answer.ok:
            # What was never shared Slack drops: from the beginning.
            pieces = [_Piece(piece.blob) for piece in upload.pieces]
            self._save(_Upload(upload.sent, pieces), steps)
            return None
        shares = {} if answer.file is None else answer.file.shares
        if any(upload.sent.channel in kind for kind in shares.values()):
            return self._receipt(upload)
        if self._clock.now().timestamp() - upload.ended_at < _SHOWN_AFTER.total_seconds():
            raise AnswerLost  # it may show yet
        return None

    def _forward(self, upload: _Upload, number: int, steps: Steps) -> _Piece:
        """Get a place for a file's bytes, or put them there."""
        piece = upload.pieces[number]
        blob = self._files.info(piece.blob)
        if blob.size_bytes > _LARGEST_BYTES:
            raise Rejected("too-large")
        if not blob.size_bytes:
            raise Rejected("empty-file")
        if not piece.url or piece.tried:
            # Whether the same place takes bytes twice is not said: a new one does.
            place = self._calls.look(
                "files.getUploadURLExternal",
                wire.UploadPlace,
                filename=blob.name,
                length=blob.size_bytes,
            )
            return _Piece(piece.blob, place.file_id, place.upload_url)
        piece = msgspec.structs.replace(piece, tried=True)
        upload.pieces[number] = piece
        self._save(upload, steps)
        status = self._calls.upload(piece.url, _body(self._files, blob))
        return msgspec.structs.replace(piece, there=status == HTTPStatus.OK)

    def _end(self, action: Action, upload: _Upload, steps: Steps) -> Receipt:
        if not upload.ended_at:
            upload.ended_at = self._clock.now().timestamp()
            self._save(upload, steps)
        titles = [self._files.info(piece.blob).name for piece in upload.pieces]
        self._calls.write(
            "files.completeUploadExternal",
            wire.Answer,
            files=[
                {"id": piece.id, "title": title}
                for piece, title in zip(upload.pieces, titles, strict=True)
            ],
            channel_id=upload.sent.channel,
            thread_ts=upload.sent.root,
            initial_comment=self._sending.text(action),
        )
        upload.done = True
        self._save(upload, steps)
        return self._receipt(upload)

    def _receipt(self, upload: _Upload) -> Receipt:
        sent = upload.sent
        if sent.root:
            self._notes.answer(sent.channel, sent.root)
        self._notes.change(sent.channel)
        facts = {"files": [piece.id for piece in upload.pieces]}
        own = f"{CONVERSATION}{sent.channel}"
        if sent.made:
            return Receipt({**facts, "key": sent.channel}, (STREAM.key, own))
        return Receipt(facts, (own,))

    def _kept(self, steps: Steps) -> _Upload | None:
        kept = steps.load()
        return None if kept is None else msgspec.json.decode(kept, type=_Upload)

    def _save(self, upload: _Upload, steps: Steps) -> None:
        there = sum(piece.there for piece in upload.pieces)
        steps.save(msgspec.json.encode(upload), there / (len(upload.pieces) + 1))


def _body(files: Files, blob: Blob) -> bytes | Iterable[bytes]:
    """Return a file's bytes; what fits into one piece as it is."""
    small = blob.size_bytes <= _PIECE_BYTES
    return files.read(blob.id, 0, blob.size_bytes) if small else _Body(files, blob)
