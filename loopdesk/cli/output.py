"""What commands print: for people, or one JSON document a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from loopdesk.cli.words import notice, sentence
from loopdesk.core.actions import Action, Failure, State
from loopdesk.core.changes import Account
from loopdesk.core.errors import LoopDeskError, Remedy, VaultError
from loopdesk.core.items import Approval, Chat, File, Meeting, Task
from loopdesk.core.people import Handle
from loopdesk.core.rows import Body, Reason, Row, Shown

DONE, REFUSED, USAGE, SIGN_IN, OFFLINE, LOCKED = range(6)


@dataclass(frozen=True, slots=True)
class Printer:
    """Where a command's words go.

    With `as_json`, standard output holds JSON documents alone; words for people and progress go to
    standard error.
    """

    as_json: bool
    zone: tzinfo

    def document(self, facts: Mapping[str, Any]) -> None:
        """Print one JSON document, at once."""
        if self.as_json:
            print(json.dumps(facts, ensure_ascii=False), flush=True)

    def say(self, text: str = "") -> None:
        """Print words for people."""
        if not self.as_json:
            print(text, flush=True)

    def progress(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def row(self, row: Row) -> dict[str, Any]:
        """Return an item as JSON shows it."""
        facts: dict[str, Any] = {
            "id": row.id,
            "kind": row.kind,
            "service": row.service,
            "account": row.account,
            "title": row.title,
            "snippet": row.snippet,
            "people": [_handle(who) for who in row.people],
            "at": self.moment(row.at, row.on),
            "section": row.section,
            "reasons": reasons(row.reasons),
            "state": row.state,
            "unread": row.unread,
            "starred": row.starred,
            "seen": row.seen,
        }
        if row.on is not None:
            facts["on"] = row.on.isoformat()
        if row.pending is not None:
            facts["pending"] = {"action": row.pending, "name": row.pending_name}
        if row.failure is not None:
            facts["error"] = _failure(row.failure)
        if row.meeting is not None:
            facts["meeting"] = self.meeting(row.meeting)
        if row.task is not None:
            facts["task"] = self.task(row.task)
        if row.file is not None:
            facts["file"] = self.file(row.file)
        if row.chat is not None:
            facts["chat"] = _chat(row.chat) | {"in": row.place}
        return facts

    def task(self, task: Task) -> dict[str, Any]:
        due = self.moment(task.due_at, task.due_on)
        return {
            "done": task.done,
            "due": due,
            "due_on": None if task.due_on is None else task.due_on.isoformat(),
            "list": task.list,
            "assignees": [_handle(who) for who in task.assignees],
            "followed": task.followed,
            "liked": task.liked,
            "likes": task.likes,
            "steps": [
                {"id": step.key, "title": step.title, "done": step.done, "group": step.group}
                for step in task.steps
            ],
            **({"assigned_in": task.assigned} if task.assigned else {}),
            **({"approval": task.approval} if task.approval is not Approval.NONE else {}),
            **({"milestone": True} if task.milestone else {}),
            **({"fields": {one.name: one.value for one in task.fields}} if task.fields else {}),
        }

    def file(self, file: File) -> dict[str, Any]:
        return {
            "type": file.type,
            "size": file.size_bytes,
            "folder": file.folder,
            "trashed": file.trashed,
            "owner": _handle(file.owner) if file.owner else None,
            "shared_by": _handle(file.shared_by) if file.shared_by else None,
            "changed_by": _handle(file.changed_by) if file.changed_by else None,
            "shares": [
                {"id": one.key, "role": one.role, "url": one.url, **_handle(one.who)}
                for one in file.shares
            ],
            "revisions": [
                {
                    "id": one.key,
                    "at": iso(one.at),
                    "by": _handle(one.by),
                    "size": one.size_bytes,
                }
                for one in file.revisions
            ],
        }

    def meeting(self, meeting: Meeting) -> dict[str, Any]:
        return {
            "start": self.moment(meeting.start_at, meeting.start_on),
            "end": self.moment(meeting.end_at, meeting.end_on),
            "all_day": meeting.start_on is not None,
            "zone": meeting.zone,
            "location": meeting.location,
            "join_url": meeting.join_url,
            "answer": meeting.answer,
            "attendees": [
                {
                    "name": attendee.who.name,
                    "address": attendee.who.address,
                    "answer": attendee.answer,
                    "organizer": attendee.organizer,
                    "me": attendee.me,
                    "note": attendee.note,
                }
                for attendee in meeting.attendees
            ],
        }

    def body(self, body: Body) -> dict[str, Any]:
        return self.row(body.row) | {
            "account_name": body.account_name,
            "places": list(body.places),
            "steps": [self.row(row) for row in body.steps],
            "labels": [
                {"id": place.key, "name": place.name}
                for place in body.around
                if place.kind == "label" and place.key in body.row.places
            ],
            "url": body.row.url,
            "actions": list(body.row.actions),
            "entries": [entry_facts(entry) for entry in body.entries],
            "echoes": [row.id for row in body.echoes],
            "loop": [row.id for row in body.loop],
            "drafts": [entry_facts(entry) for entry in body.drafts],
            "checked_at": None if body.checked_at is None else iso(body.checked_at),
        }

    def moment(self, at: datetime | None, on: date | None) -> str | None:
        """Return a time in UTC; a day begins where the person is."""
        if on is not None:
            return iso(datetime.combine(on, time(), self.zone))
        return None if at is None else iso(at)


def _handle(who: Handle) -> dict[str, str]:
    return {"name": who.name, "address": who.address}


def _chat(chat: Chat) -> dict[str, Any]:
    return {
        "form": chat.form,
        "place": chat.place,
        "topic": chat.topic,
        "read_at": None if chat.read_at is None else iso(chat.read_at),
        "closed": chat.closed,
        "outside": chat.outside,
        "hidden_before": None if chat.hidden_before is None else iso(chat.hidden_before),
    }


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def entry_facts(entry: Shown) -> dict[str, Any]:
    return {
        "id": entry.id,
        "from": _handle(entry.author),
        "to": [_handle(who) for who in entry.to],
        "cc": [_handle(who) for who in entry.cc],
        "at": iso(entry.at),
        "text": entry.own,
        "quoted": entry.quoted,
        "unread": entry.unread,
        "mine": entry.mine,
        "state": entry.pending or State.OK,
        "nature": entry.nature,
        "parent": entry.parent,
        "resolved": entry.resolved,
        "about": entry.quote,
        "attachments": [
            {"part": part.part, "name": part.name, "type": part.type, "size": part.size_bytes}
            for part in entry.attachments
        ],
        "mentions": entry.mentions,
        "reactions": [
            {
                "name": one.name,
                "emoji": one.emoji,
                "count": one.count,
                "who": list(one.who),
                "mine": one.mine,
            }
            for one in entry.reactions
        ],
        "edited_at": None if entry.edited_at is None else iso(entry.edited_at),
        "leaves_at": None if entry.leaves_at is None else iso(entry.leaves_at),
        "thread": entry.thread,
        "answers": entry.answers,
        "links": [{"title": link.title, "url": link.url} for link in entry.links],
    }


def reasons(found: tuple[Reason, ...]) -> list[dict[str, Any]]:
    return [
        {"signal": reason.signal, "text": reason.text, "weight": round(reason.weight, 3)}
        for reason in found
    ]


def _failure(failure: Failure) -> dict[str, Any]:
    text = sentence(failure.code, failure.reason)
    return {"code": failure.code, "text": text, "remedy": failure.remedy}


def action(this: Action) -> dict[str, Any]:
    error = this.error if this.state in (State.REFUSED, State.WAITING) else None
    return {
        "action": this.id,
        "item": this.item,
        "name": this.name,
        "state": this.state,
        "written_at": iso(this.written_at),
        "not_before_at": iso(this.not_before_at),
        "error": None if error is None else _failure(error),
        "receipt": this.receipt,
        **({"done": round(this.done, 3)} if this.state is State.SENDING and this.done else {}),
        **({"undoes": this.undoes} if this.undoes else {}),
        **({"loses": list(this.target.sheds)} if this.target.sheds else {}),
        **({"undo_wanted": True} if this.undo_wanted else {}),
    }


def account(this: Account) -> dict[str, Any]:
    return {
        "id": this.id,
        "service": this.service,
        "name": this.name,
        "address": this.address,
        "state": this.state,
        "scopes": list(this.scopes),
        "features": list(this.features),
        "last_checked_at": this.last_checked_at or None,
        **({"expires_at": this.expires_at} if this.expires_at else {}),
        **({"notice": this.trouble} if notice(this.trouble) else {}),
    }


def exit_code(error: LoopDeskError) -> int:
    """Return the exit code that an error ends a command with."""
    # By their codes: what another process met comes as a code alone.
    if error.code in {kind.code for kind in VaultError.__subclasses__()}:
        return LOCKED
    return {
        Remedy.WAIT: OFFLINE,
        Remedy.ASK_USER: SIGN_IN,
        Remedy.USAGE: USAGE,
    }.get(error.remedy, REFUSED)
