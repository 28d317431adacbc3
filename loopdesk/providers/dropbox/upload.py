"""Bytes that a person puts into Dropbox: a new version of a file, or new files."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec

from loopdesk.core.actions import Action, Receipt
from loopdesk.core.errors import Rejected
from loopdesk.core.seams import Blob, Steps
from loopdesk.providers.api import Links
from loopdesk.providers.dropbox import convert, hashing, look, session, wire
from loopdesk.providers.dropbox.actions import receipt
from loopdesk.providers.dropbox.around import Surroundings
from loopdesk.providers.dropbox.calls import Calls
from loopdesk.providers.dropbox.convert import Me
from loopdesk.providers.dropbox.folders import ROOT
from loopdesk.providers.dropbox.notes import Notes
from loopdesk.providers.dropbox.session import PIECE, Standing

_NOT_IN_NAMES = re.compile(r"[/\\\x00-\x1f\x7f]")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_AROUND_S = 60.0
_NO_PLACE = frozenset({"blocked", "gone", "not-there", "read-only"})


class _Sending(msgspec.Struct, omit_defaults=True):
    """An upload as an action's steps keep it; each change is saved before what it stands for.

    Args:
        sent: how many files are through; `made`: keys of those that were made.
        hash: Dropbox's checksum of the one that is being sent.
        over: key of the file that gets a new version, "" where files are made.
        was: the version that goes over: in it, it held what the person saw.
        given: it is a received file.
        folder: key of the place that files are made in, "" for the usual one.
        name: what is being made is to be called; `number`: which try of it this is.
        copy: it is made since somebody else has changed the file.
        session: what takes the pieces; `offset`: what is there.
        since: shortly before it was begun, in seconds since 1970.
    """

    sent: int = 0
    made: list[str] = []
    hash: str = ""
    over: str = ""
    was: str = ""
    given: bool = False
    folder: str = ""
    name: str = ""
    number: int = 1
    copy: bool = False
    session: str = ""
    offset: int = 0
    since: float = 0.0

    @property
    def free_name(self) -> str:
        if self.number == 1:
            return self.name
        stem, suffix = _split(self.name)
        return f"{stem} ({self.number}){suffix}"


class Uploads:
    """Nothing is written over that the person has not seen, and nothing is made twice: what is
    sent again is the same content under the same name, of which Dropbox makes nothing new."""

    def __init__(
        self, calls: Calls, surroundings: Surroundings, notes: Notes, links: Links, me: Me
    ) -> None:
        self._calls, self._surroundings, self._notes = calls, surroundings, notes
        self._bytes, self._clock, self._me = links.files, links.clock, me

    def perform(self, action: Action, steps: Steps) -> Receipt | None:
        saved = steps.load()
        if saved is None:
            at = self._plan(action)
            self._save(steps, at, action)
        else:
            at = msgspec.json.decode(saved, type=_Sending)
        blob = self._bytes.info(action.arguments.files[at.sent])
        try:
            standing = self._send(at, blob)
        except Rejected as error:
            if not at.copy or not at.folder or error.reason not in _NO_PLACE:
                raise
            # Not everybody who may change a file may put another one beside it.
            at.folder = ""
            standing = Standing(at.session, at.offset)
        at.session, at.offset = standing.session, standing.offset
        if standing.conflict:
            if at.over:
                # While this waited, or while the pieces went, somebody else was faster.
                self._to_copy(at, look.needed(self._calls, at.over))
            else:
                at.number += 1
        return self._note(action, steps, at, standing.made)

    def find(self, action: Action, steps: Steps) -> Receipt | None:
        """Look for what earlier tries did; what they left undone goes on where it stands."""
        saved = steps.load()
        if saved is None:
            return None
        at = msgspec.json.decode(saved, type=_Sending)
        return self._note(action, steps, at, self._there(at))

    def _note(
        self, action: Action, steps: Steps, at: _Sending, made: wire.Metadata | None
    ) -> Receipt | None:
        """Note how far it is. `made`: the file that has all its bytes now."""
        if made is not None:
            at.sent += 1
            at.made.append(made.id)
            at.session, at.offset, at.number = "", 0, 1
            if at.sent == len(action.arguments.files):
                return self._receipt(action, at, made)
            self._aim(at, action)
        self._save(steps, at, action)
        return None

    def _save(self, steps: Steps, at: _Sending, action: Action) -> None:
        sizes = [self._bytes.info(each).size_bytes for each in action.arguments.files]
        done = (sum(sizes[: at.sent]) + at.offset) / (sum(sizes) or 1)
        steps.save(msgspec.json.encode(at), done)

    # --- deciding ---------------------------------------------------------------------------------

    def _plan(self, action: Action) -> _Sending:
        since = self._clock.now().timestamp() - _AROUND_S
        at = _Sending(folder=action.arguments.place, since=since)
        self._aim(at, action)
        if action.target.key:
            file = look.needed(self._calls, action.target.key)
            at.over, at.was, at.given = file.id, file.rev, not file.lower
            seen = action.target.version
            if seen and not look.is_as_seen(self._calls, file, seen):
                self._to_copy(at, file)
        return at

    def _aim(self, at: _Sending, action: Action) -> None:
        """Turn to the next of the files."""
        blob = self._bytes.info(action.arguments.files[at.sent])
        at.hash = hashing.of_blob(self._bytes, blob.id)
        at.name = _NOT_IN_NAMES.sub("_", blob.name).strip(" .") or "_"

    def _to_copy(self, at: _Sending, file: wire.Metadata) -> None:
        """Both are kept: what is there as it is, and what the person has beside it."""
        stem, suffix = _split(file.name)
        who = self._me.name or self._me.address.partition("@")[0]
        who = _NOT_IN_NAMES.sub(" ", who)
        at.name = f"{stem} (from {who}'s LoopDesk, {_day(self._clock.now())}){suffix}"
        above = file.lower.rpartition("/")[0]
        at.folder = ""
        if file.lower:
            at.folder = look.needed(self._calls, above).id if above else ROOT
        at.over, at.copy = "", True

    # --- looking and sending ----------------------------------------------------------------------

    def _there(self, at: _Sending) -> wire.Metadata | None:
        """Return the file if an earlier try got all its bytes through."""
        file = look.found(self._calls, at.over or self._path(at))
        if file is None or file.content_hash == at.hash:
            return file
        if file.rev != at.was:
            # Somebody may have changed it once more, after us.
            for each in self._surroundings.revisions(file.id):
                if each.rev == at.was or convert.changed_at(each).timestamp() < at.since:
                    break
                if each.content_hash == at.hash:
                    return file
        return None

    def _path(self, at: _Sending) -> str:
        return f"{look.folder(self._calls, at.folder)}/{at.free_name}"

    def _send(self, at: _Sending, blob: Blob) -> Standing:
        """Send one piece, or what comes after the last one."""
        if not at.session and blob.size_bytes <= PIECE:
            data = self._bytes.read(blob.id, 0, blob.size_bytes)
            return session.put(self._calls, self._commit(at), data)
        if not at.session:
            return Standing(session.begin(self._calls))
        if at.offset < blob.size_bytes:
            size = min(PIECE, blob.size_bytes - at.offset)
            piece = self._bytes.read(blob.id, at.offset, size)
            return session.push(self._calls, at.session, at.offset, piece)
        standing = session.finish(self._calls, at.session, at.offset, self._commit(at))
        if not standing.session and standing.made is None:
            # A session that is closed may have made the file, and its answer was lost.
            return Standing(made=self._there(at))
        return standing

    def _commit(self, at: _Sending) -> dict[str, Any]:
        if at.over:
            mode: Any = {".tag": "update", "update": at.was}
            return {"path": at.over, "mode": mode, "autorename": False}
        return {"path": self._path(at), "mode": "add", "autorename": False}

    def _receipt(self, action: Action, at: _Sending, made: wire.Metadata) -> Receipt:
        facts: dict[str, Any] = {}
        if not action.target.key:
            facts = {"key": at.made[0], "files": at.made}
        elif made.content_hash == at.hash:  # else somebody has changed it since
            facts["version"] = made.rev
        if at.copy:
            facts |= {"copy": made.name, "conflict": True, "file": made.id}
        given = at.given and not at.copy
        if given:
            self._notes.given.add(action.target.key)
        return receipt(action, facts, given=given)


def _split(name: str) -> tuple[str, str]:
    """Return a file's name, and its ending with the dot: not each dot begins one."""
    match = re.fullmatch(r"(.+)(\.\w{1,8})", name, re.DOTALL)
    return (match[1], match[2]) if match else (name, "")


def _day(at: datetime) -> str:
    # Not strftime: it speaks the language that the process was set to.
    return f"{at.day} {_MONTHS[at.month - 1]}"
