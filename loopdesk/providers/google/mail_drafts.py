"""Drafts at Gmail: an action's mail is put into one, in a single request or piece by piece."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from http import HTTPStatus
from urllib.parse import quote

import msgspec

from loopdesk.core.actions import Action, ActionId
from loopdesk.core.errors import AnswerLost, Conflict, RateLimited, Rejected
from loopdesk.core.seams import Steps
from loopdesk.providers.google import wire
from loopdesk.providers.google.calls import GMAIL, GMAIL_UPLOAD, Calls
from loopdesk.providers.google.mail_around import draft_ids
from loopdesk.providers.google.mail_letter import ACTION_HEADER, Letters
from loopdesk.providers.google.upload import PIECE, Standing, Upload, Uploads

_NEWEST = 10
_ONLY_ACTION = f"format=metadata&metadataHeaders={ACTION_HEADER}"


class Progress(msgspec.Struct, omit_defaults=True):
    """What a later try of an action that writes a mail must know of an earlier one.

    Args:
        draft: the id of the draft that holds the mail; "" until it does.
        message, thread: as what it lies there.
        made: this action made it, so that it may be thrown away again.
        tried_at: when it was last about to be sent, in seconds since 1970; 0: never.
        upload: how far its bytes are, where they go in pieces.
        digest: of those bytes.
        into: the draft whose content they replace; "" for a new one.
    """

    draft: str = ""
    message: str = ""
    thread: str = ""
    made: bool = False
    tried_at: float = 0.0
    upload: Upload | None = None
    digest: str = ""
    into: str = ""

    def facts(self, action: Action) -> dict[str, str]:
        """Return what a receipt says; `key` where the mail is a thread of its own."""
        made = {"key": self.thread} if self.thread != action.target.key else {}
        return {
            "draft": self.draft,
            "draft_version": self.message,
            "message": self.message,
            "thread": self.thread,
            **made,
        }

    @classmethod
    def load(cls, steps: Steps) -> Progress:
        saved = steps.load()
        return cls() if saved is None else msgspec.json.decode(saved, type=cls)

    def save(self, steps: Steps) -> None:
        steps.save(msgspec.json.encode(self), self.upload.done if self.upload else 0.0)


class Drafts:
    """A draft keeps its id; each change gives its message a new one.

    So the message's id says whether somebody else changed it, and a header of ours whether it was
    this very action. `drafts.get` and `messages.get` know no other mark that lasts.
    """

    def __init__(self, calls: Calls, uploads: Uploads, letters: Letters) -> None:
        self._calls = calls
        self._uploads = uploads
        self._letters = letters

    def write(self, action: Action, steps: Steps) -> Progress | None:
        """Have the action's mail in a draft; None after one piece of a large one.

        A draft that somebody changed since the person saw it is left alone, and so is one that is
        gone: the mail is put into a new one then.
        """
        at = Progress.load(steps)
        if at.draft:
            return at
        letter = self._letters.write(action)
        try:
            if at.upload is not None and at.digest == _digest(letter):
                return self._push(action, at, at.upload, letter, steps)
            return self._begin(action, self._standing(action), letter, steps)
        except Rejected:
            self._letters.forget()
            raise

    def find(self, action: Action, steps: Steps) -> Progress:
        """Return how far an earlier try got; a draft of its that was not noted is noted now."""
        at = Progress.load(steps)
        if not at.draft and at.upload is not None:
            self._moved(action, at, self._uploads.ask(at.upload), steps)
        if not at.draft:
            self._find_unsaved(action, at, steps)
        return at

    def discard(self, draft: str) -> None:
        self._calls.call("DELETE", _url(draft), allow=(HTTPStatus.NOT_FOUND,))

    def is_there(self, draft: str) -> bool:
        return self._message_of(draft) is not None

    # --- deleting ---------------------------------------------------------------------------------

    def delete(self, action: Action) -> str:
        """Delete the draft that an entry is; return its id, "" where there is none any more.

        Raises:
            Conflict: somebody changed it since the person saw it.
        """
        entry = action.arguments.entry or action.target.entry
        draft = self.meant(action)
        if draft and (now := self._message_of(draft)) is not None:
            if now.id not in (entry, action.target.draft_version):
                raise Conflict
            self.discard(draft)
        return draft

    def meant(self, action: Action) -> str:
        """Return the id of the draft that a `delete` is about, "" where it is gone."""
        entry = action.arguments.entry or action.target.entry
        return action.target.draft or draft_ids(self._calls).get(entry, "")

    # --- writing ----------------------------------------------------------------------------------

    def _standing(self, action: Action) -> str:
        """Return the draft that the mail may replace, "" where it needs a new one."""
        target = action.target
        now = self._message_of(target.draft) if target.draft else None
        known = now is not None and (now.id == target.draft_version or _is_of(now, action.id))
        return target.draft if known else ""

    def _begin(self, action: Action, into: str, letter: bytes, steps: Steps) -> Progress | None:
        thread = {"threadId": action.target.key} if _joins_thread(action) else {}
        method, path = ("PUT", f"/drafts/{quote(into)}") if into else ("POST", "/drafts")
        try:
            if len(letter) > PIECE:
                upload = self._uploads.begin(
                    method,
                    GMAIL_UPLOAD + path,
                    about={"message": thread},
                    kind="message/rfc822",
                    size_bytes=len(letter),
                )
                at = Progress(upload=upload, digest=_digest(letter), into=into)
                at.save(steps)
                return self._push(action, at, upload, letter, steps)
            raw = base64.urlsafe_b64encode(letter).decode()
            message = {"raw": raw, **thread}
            reply = self._calls.call(method, GMAIL + path, json={"message": message})
        except Rejected as error:
            if into and error.reason == "gone":  # thrown away since we looked
                return self._begin(action, "", letter, steps)
            raise
        at = Progress(into=into)
        self._note(action, at, wire.decode(reply.content, wire.Draft), steps)
        return at

    def _push(
        self, action: Action, at: Progress, upload: Upload, letter: bytes, steps: Steps
    ) -> Progress | None:
        piece = letter[upload.offset : upload.offset + PIECE]
        before = upload.offset
        self._moved(action, at, self._uploads.push(upload, piece), steps)
        if at.draft:
            return at
        if at.upload is None or at.upload.offset <= before:
            # Google forgot the session, or took nothing: not at once again.
            raise AnswerLost
        return None

    def _moved(self, action: Action, at: Progress, standing: Standing, steps: Steps) -> None:
        if standing.answer is not None:
            self._note(action, at, wire.decode(standing.answer, wire.Draft), steps)
        elif standing.lost:
            at.upload = None
            at.save(steps)
        elif at.upload is not None:
            at.upload.offset = standing.offset
            at.save(steps)

    def _note(self, action: Action, at: Progress, draft: wire.Draft, steps: Steps) -> None:
        at.upload, at.digest = None, ""
        at.draft, at.made = draft.id, draft.id != action.target.draft
        at.message, at.thread = draft.message.id, draft.message.threadId
        at.save(steps)
        self._letters.forget()

    # --- looking ----------------------------------------------------------------------------------

    def _find_unsaved(self, action: Action, at: Progress, steps: Steps) -> None:
        if action.target.draft:
            now = self._message_of(action.target.draft)
            if now is not None and _is_of(now, action.id):
                found = wire.Draft(action.target.draft, wire.Ref(now.id, now.threadId))
                self._note(action, at, found, steps)
                return
        asked = {"maxResults": str(_NEWEST)}
        drafts = self._calls.get(f"{GMAIL}/drafts", wire.DraftList, asked).drafts
        by_message = {each.message.id: each for each in drafts}
        for message in self.actions_of(list(by_message)):
            if _is_of(message, action.id):
                self._note(action, at, by_message[message.id], steps)
                return

    def actions_of(self, ids: Sequence[str]) -> Iterator[wire.Message]:
        """Yield these messages with the header that says which action wrote them."""
        paths = [f"/messages/{quote(each)}?{_ONLY_ACTION}" for each in ids]
        for answer in self._calls.batch("GET", paths) if paths else ():
            if answer.status == HTTPStatus.OK:
                yield wire.decode(answer.body, wire.Message)
            elif answer.too_fast:
                raise RateLimited
            elif answer.status != HTTPStatus.NOT_FOUND:
                # One that we did not see may be the one we look for.
                raise AnswerLost

    def _message_of(self, draft: str) -> wire.Message | None:
        """Return a draft's message with its headers, None where the draft is gone."""
        reply = self._calls.call(
            "GET", _url(draft), params={"format": "metadata"}, allow=(HTTPStatus.NOT_FOUND,)
        )
        if reply.status_code == HTTPStatus.NOT_FOUND:
            return None
        return wire.decode(reply.content, wire.DraftShown).message


def _is_of(message: wire.Message, action: ActionId) -> bool:
    return message.payload.header(ACTION_HEADER.lower()) == action


def _joins_thread(action: Action) -> bool:
    return bool(action.target.key) and action.name != "unsubscribe"


def _url(draft: str) -> str:
    return f"{GMAIL}/drafts/{quote(draft)}"


def _digest(letter: bytes) -> str:
    return blake2b(letter, digest_size=16).hexdigest()
