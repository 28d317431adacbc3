"""Drafts at Outlook: an action's mail is put into one."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

import msgspec

from loopdesk.core.actions import Action, Carried
from loopdesk.core.errors import Conflict, Rejected
from loopdesk.core.seams import Steps
from loopdesk.providers.microsoft import convert_mail as convert
from loopdesk.providers.microsoft import wire
from loopdesk.providers.microsoft import wire_mail as mail
from loopdesk.providers.microsoft.calls import Calls
from loopdesk.providers.microsoft.mail_around import MailAround
from loopdesk.providers.microsoft.mail_attach import Attached, Attaching
from loopdesk.providers.microsoft.mail_letter import MARK, Enclosures, content
from loopdesk.providers.payload import decode, decode_one

_WAYS = {
    "reply": "createReply",
    "reply-all": "createReplyAll",
    "draft": "createReply",
    "forward": "createForward",
}
_FIELDS = "id,conversationId,internetMessageId,parentFolderId,isDraft"
_WORDS = "subject,body,toRecipients,ccRecipients,bccRecipients,hasAttachments"


class Progress(msgspec.Struct, omit_defaults=True):
    """What a later try of an action that writes a mail must know of an earlier one.

    Args:
        draft: the id of the message that is the draft, and stays the mail's; "" before.
        thread: its conversation.
        message_id: its Message-ID.
        made: this action made it, so that it may be thrown away again.
        filled: the words are in it.
        kept: of what goes along, the parts that the draft came with; None: not looked at yet.
        version: as which it lies there, once that is whole.
        files: how far what goes along is.
        tried_at: when it was last about to be sent, in seconds since 1970; 0: never.
        accepted: Microsoft said that it is on its way.
    """

    draft: str = ""
    thread: str = ""
    message_id: str = ""
    made: bool = False
    filled: bool = False
    kept: list[str] | None = None
    version: str = ""
    files: Attached = msgspec.field(default_factory=Attached)
    tried_at: float = 0.0
    accepted: bool = False

    def facts(self, action: Action) -> dict[str, str]:
        """Return what a receipt says; `key` where the mail is a thread of its own."""
        made = {"key": self.thread} if self.thread != action.target.key else {}
        return {
            "draft": self.draft,
            "draft_version": self.version,
            "message": self.draft,
            "thread": self.thread,
            **made,
        }

    @classmethod
    def load(cls, steps: Steps) -> Progress:
        saved = steps.load()
        return cls() if saved is None else msgspec.json.decode(saved, type=cls)

    def save(self, steps: Steps, done: float = 0.0) -> None:
        steps.save(msgspec.json.encode(self), done)


class Drafts:
    """A draft's id is that of the mail which it becomes, and a property says who wrote it.

    So each step can be found again, whatever becomes of an answer.
    """

    def __init__(
        self, calls: Calls, attaching: Attaching, enclosures: Enclosures, around: MailAround
    ) -> None:
        self._calls = calls
        self._attaching = attaching
        self._enclosures = enclosures
        self._around = around

    def write(self, action: Action, steps: Steps) -> Progress | None:
        """Have the action's mail in a draft; None after one step of what goes along with it.

        A draft that somebody changed since the person saw it is left alone, and so is one that is
        gone: the mail is put into a new one then.
        """
        self._around.learn()
        at = Progress.load(steps)
        written = content(action, self._around.known.me)
        if not at.draft:
            self._enclosures.check(action)
            self._place(action, at, written, steps)
        if not at.filled:
            self._calls.call("PATCH", _url(at.draft), json=written)
            at.filled = True
            at.save(steps)
        if at.kept is None:
            self._sort_out(action, at)
            at.save(steps)
        files = self._enclosures.of(action, at.kept or ())
        if not self._attaching.step(at.draft, files, at.files, lambda done: at.save(steps, done)):
            return None
        self._enclosures.forget()
        return at

    def kept(self, action: Action, at: Progress) -> dict[str, str]:
        """Return what the receipt of a draft says that holds the mail."""
        if (now := self.now(at.draft)) is not None:
            at.version = convert.written(now)
        return at.facts(action)

    def find(self, action: Action, steps: Steps) -> Progress:
        """Return how far an earlier try got; what it did without noting it is noted now."""
        at = Progress.load(steps)
        if not at.draft:
            found = next(iter(self.marked(action)), None)
            if found is not None and (found.isDraft or self._left_whole(action, found)):
                # Into an older one the mark came with the words.
                at.filled = not found.isDraft or found.id == action.target.draft
                at.kept = None if found.isDraft else []
                self._note(at, found, steps, made=not at.filled)
        if at.draft and at.kept is not None and not at.tried_at:
            files = self._enclosures.of(action, at.kept)
            if at.files.count < len(files):
                self._attaching.look(at.draft, files, at.files)
                at.save(steps)
        return at

    def _left_whole(self, action: Action, sent: mail.Draft) -> bool:
        """Say whether what another device sent was all there once it was made."""
        in_one_go = sent.id == action.target.draft or not _answers(action)
        return in_one_go and not self._enclosures.of(action, ())

    def is_whole(self, action: Action, at: Progress) -> bool:
        if at.kept is None:
            return False
        return at.files.count >= len(self._enclosures.of(action, at.kept))

    def now(self, draft: str) -> mail.Message | None:
        """Return a draft, or the mail that it became, as it is now; None where it is gone."""
        reply = self._calls.call(
            "GET",
            _url(draft),
            params={"$select": f"{_FIELDS},{_WORDS}"},
            allow=(HTTPStatus.NOT_FOUND,),
        )
        return decode(reply.content, mail.Message) if reply.status_code == HTTPStatus.OK else None

    def marked(self, action: Action) -> list[mail.Draft]:
        """Return the messages that an action wrote, wherever they lie."""
        wanted = (
            f"singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value eq"
            f" '{action.id}')"
        )
        asked = {"$filter": wanted, "$select": _FIELDS}
        page = self._calls.get("/me/messages", wire.Values, asked)
        return [decode_one(raw, mail.Draft) for raw in page.value]

    def named(self, message_id: str) -> list[mail.Draft]:
        """Return the messages with this Message-ID, wherever they lie."""
        if not message_id:
            return []
        asked = {"$filter": f"internetMessageId eq '{message_id}'", "$select": _FIELDS}
        page = self._calls.get("/me/messages", wire.Values, asked)
        return [decode_one(raw, mail.Draft) for raw in page.value]

    def discard(self, draft: str) -> None:
        """Throw a draft away: it goes to the bin, where the person finds it for a while."""
        self._calls.call("DELETE", _url(draft), allow=(HTTPStatus.NOT_FOUND,))

    def delete(self, action: Action) -> str:
        """Throw away the draft that a `delete` is about; return its id.

        Raises:
            Conflict: somebody changed it since the person saw it.
        """
        draft, seen = self.meant(action), action.target.draft_version
        now = self.now(draft) if draft else None
        if now is not None and now.isDraft:  # what was sent since stays
            if seen and convert.written(now) != seen:
                raise Conflict
            self.discard(draft)
        return draft

    def meant(self, action: Action) -> str:
        """Return the id of the draft that a `delete` is about, "" where it never came to be."""
        return action.target.draft or action.arguments.entry

    def is_thrown_away(self, draft: str) -> bool:
        now = self.now(draft) if draft else None
        places = self._around.known.places
        return now is None or places.get(now.parentFolderId or "") == "TRASH"

    def _place(
        self, action: Action, at: Progress, written: dict[str, object], steps: Steps
    ) -> None:
        target = action.target
        now = self.now(target.draft) if target.draft else None
        if now is not None and now.isDraft and convert.written(now) == target.draft_version:
            # In one go, so that what comes in between two tries is not taken for what was seen.
            self._calls.call("PATCH", _url(now.id), json=written)
            at.filled = True
            self._note(at, now, steps, made=False)
            return
        if _answers(action):
            # Microsoft itself writes the headers that make it an answer.
            mark = {"singleValueExtendedProperties": written["singleValueExtendedProperties"]}
            try:
                reply = self._calls.call(
                    "POST",
                    f"{_url(target.entry)}/{_WAYS[action.name]}",
                    json={"message": mark},
                )
            except Rejected as error:
                if error.reason != "gone":
                    raise
            else:
                self._note(at, decode(reply.content, mail.Draft), steps, made=True)
                return
        reply = self._calls.call("POST", "/me/messages", json=written)
        new = decode(reply.content, mail.Draft)
        at.filled, at.kept = True, []
        self._note(at, new, steps, made=True)

    def _note(
        self, at: Progress, draft: mail.Draft | mail.Message, steps: Steps, *, made: bool
    ) -> None:
        at.draft, at.made = draft.id, made
        at.thread, at.message_id = draft.conversationId, draft.internetMessageId or ""
        at.save(steps)

    def _sort_out(self, action: Action, at: Progress) -> None:
        """Take out of a draft what it came with and is not wanted; note the parts that are.

        An older one has files of its own, an answer the pictures of the mail that it answers, and
        what is passed on all its files.
        """
        url = f"{_url(at.draft)}/attachments"
        page = self._calls.get(url, wire.Values, {"$select": "id,name,size"})
        wanted = list(action.target.carries)
        kept: list[str] = []
        for raw in page.value:
            there = decode_one(raw, mail.Attachment)
            found = next((each for each in wanted if _is(each, there, at.draft)), None)
            if found is not None:
                wanted.remove(found)
                kept.append(found.part)
            else:
                path = f"{url}/{quote(there.id)}"
                self._calls.call("DELETE", path, allow=(HTTPStatus.NOT_FOUND,))
        at.kept = kept


def _answers(action: Action) -> bool:
    """Say whether Microsoft makes the draft, out of the mail that it answers or passes on."""
    return bool(action.target.entry and action.target.key) and action.name in _WAYS


def _is(carried: Carried, there: mail.Attachment, draft: str) -> bool:
    """Say whether an attachment of a draft is one that goes along: itself, or a copy of it."""
    if carried.entry == draft:
        return carried.part == there.id
    return (carried.name, carried.size_bytes) == (there.name, there.size)


def _url(message: str) -> str:
    return f"/me/messages/{quote(message)}"
