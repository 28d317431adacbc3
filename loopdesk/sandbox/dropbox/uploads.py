"""Putting content into files: at once, or piece by piece in a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from loopdesk.sandbox.dropbox import committing
from loopdesk.sandbox.dropbox.call import Call
from loopdesk.sandbox.dropbox.errors import BadInput, DropboxError, refuse, tagged
from loopdesk.sandbox.dropbox.spaces import BLOCK, content_hash
from loopdesk.sandbox.model import Json

MOST = 150 * 1024 * 1024
_SESSION_LIFE = timedelta(days=7)
_COMMIT = ("path", "mode", "autorename", "client_modified", "mute", "property_groups")
COMMIT_ARGS = frozenset({*_COMMIT, "strict_conflict"})
ARGS = COMMIT_ARGS | {"content_hash"}


@dataclass(slots=True)
class Session:
    """A file on its way.

    Args:
        pieces: of a concurrent one, by where they begin.
    """

    account: str
    at: datetime
    is_concurrent: bool = False
    content: bytearray = field(default_factory=bytearray)
    pieces: dict[int, bytes] = field(default_factory=dict)
    is_closed: bool = False

    @property
    def size(self) -> int:
        if not self.is_concurrent:
            return len(self.content)
        return max((at + len(piece) for at, piece in self.pieces.items()), default=0)

    @property
    def whole(self) -> bytes | None:
        """Return all of it; None: some of it is missing."""
        if not self.is_concurrent:
            return bytes(self.content)
        joined = b"".join(self.pieces[at] for at in sorted(self.pieces))
        return joined if len(joined) == self.size else None


class Sessions:
    """Attributes: `open`, the sessions by their ids."""

    def __init__(self) -> None:
        self.open: dict[str, Session] = {}

    def upload(self, call: Call) -> Json:
        """Answer `files/upload`."""
        _check_size(call)
        _check_hash(call)

        def failed(*tags: str) -> DropboxError:
            # What was sent is kept: it can be put elsewhere without sending it again.
            id = self._begin(call, call.body)
            error = {".tag": "path", "reason": tagged(*tags), "upload_session_id": id}
            return DropboxError(409, error, "/".join(("path", *tags)))

        return committing.commit(call, call.args, call.body, failed)

    def start(self, call: Call) -> Json:
        kind, _ = call.tag("session_type", "sequential", ("sequential", "concurrent"))
        is_closed = call.flag("close")
        if kind == "concurrent" and call.body:
            raise refuse("concurrent_session_data_not_allowed")
        if kind == "concurrent" and is_closed:
            raise refuse("concurrent_session_close_not_allowed")
        _check_size(call)
        _check_hash(call)
        id = self._begin(call, call.body, is_concurrent=kind == "concurrent")
        self.open[id].is_closed = is_closed
        return {"session_id": id}

    def start_batch(self, call: Call) -> Json:
        number = call.number("num_sessions", 0, 1, 1000)
        kind, _ = call.tag("session_type", "sequential", ("sequential", "concurrent"))
        made = [self._begin(call, b"", is_concurrent=kind == "concurrent") for _ in range(number)]
        return {"session_ids": made}

    def append(self, call: Call) -> None:
        """Answer `files/upload_session/append_v2`."""
        session, offset = self._session(call, call.record("cursor"), refuse)
        if session.is_closed and not (session.is_concurrent and call.body):
            raise refuse("closed")
        _check_size(call)
        if session.is_concurrent:
            if offset % BLOCK:
                raise refuse("concurrent_session_invalid_offset")
            if len(call.body) % BLOCK and not call.flag("close"):
                raise refuse("concurrent_session_invalid_data_size")
            _check_hash(call)
            session.pieces[offset] = call.body
        else:
            _check_offset(session, offset, refuse)
            _check_hash(call)
            session.content += call.body
        session.is_closed |= call.flag("close")

    def finish(self, call: Call) -> Json:
        _check_size(call)
        _check_hash(call)
        return self._finish(call, call.args, call.body)

    def finish_batch(self, call: Call) -> Json:
        """Answer `files/upload_session/finish_batch_v2`."""
        entries: list[Json] = []
        for entry in call.several("entries"):
            try:
                entries.append({".tag": "success", **self._finish(call, entry, b"")})
            except DropboxError as error:
                if error.status != 409:
                    raise
                entries.append({".tag": "failure", "failure": error.error})
        return {"entries": entries}

    def _finish(self, call: Call, entry: Json, rest: bytes) -> Json:
        def lost(*tags: str, **fields: object) -> DropboxError:
            return refuse("lookup_failed", *tags, **fields)

        inner = call.inner(entry, "entries")
        commit = inner.record("commit")
        if set(commit) - COMMIT_ARGS:
            raise BadInput("commit: expected a CommitInfo")
        session, offset = self._session(call, inner.record("cursor"), lost)
        if session.is_concurrent:
            if rest:
                raise refuse("concurrent_session_data_not_allowed")
            if not session.is_closed:
                raise refuse("concurrent_session_not_closed")
        else:
            _check_offset(session, offset, lost)
            if rest and session.is_closed:
                raise lost("closed")
            session.content += rest
        content = session.whole
        if content is None:
            raise refuse("concurrent_session_missing_data")
        done = committing.commit(call, commit, content, lambda *tags: refuse("path", *tags))
        self.open = {id: one for id, one in self.open.items() if one is not session}
        return done

    def _begin(self, call: Call, content: bytes, *, is_concurrent: bool = False) -> str:
        id = f"pid_upload_session:{call.dropbox.draw(24).hex()}"
        self.open[id] = Session(call.access.account, call.now, is_concurrent, bytearray(content))
        return id

    def _session(
        self, call: Call, cursor: Json, lost: Callable[..., DropboxError]
    ) -> tuple[Session, int]:
        """Return what a cursor means, and where it says that the next bytes belong."""
        session = self.open.get(str(cursor.get("session_id", "")))
        offset = cursor.get("offset")
        if not isinstance(offset, int) or offset < 0:
            raise BadInput("cursor: missing required field 'offset'")
        if session is None or session.account != call.access.account:
            raise lost("not_found")
        if call.now - session.at > _SESSION_LIFE:
            raise lost("not_found")
        return session, offset


def _check_offset(session: Session, offset: int, lost: Callable[..., DropboxError]) -> None:
    if offset != session.size:
        raise lost("incorrect_offset", correct_offset=session.size)


def _check_size(call: Call) -> None:
    if len(call.body) > MOST:
        raise refuse("payload_too_large")


def _check_hash(call: Call) -> None:
    """Refuse bytes that are not those the program meant to send."""
    given = call.text("content_hash", "")
    if given and given != content_hash(call.body):
        raise refuse("content_hash_mismatch")
