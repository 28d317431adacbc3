"""What the mailboxes hold, in plain text, for tests and for the curious."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from loopdesk.sandbox.microsoft.mail.box import WELL_KNOWN, Box, Folder, Message
from loopdesk.sandbox.model import Json


def state(boxes: Mapping[str, Box]) -> Json:
    held = [
        (box, message)
        for box in boxes.values()
        for message in sorted(box.messages.values(), key=lambda m: (m.at, m.number))
    ]
    return {
        "messages": [_message(box, message) for box, message in held],
        "drafts": [_message(box, message) for box, message in held if message.is_draft],
        "folders": [
            {"account": box.account.address, "id": folder.id, "name": folder.name}
            for box in boxes.values()
            for folder in box.folders.values()
        ],
        "categories": [
            {"account": box.account.address, "name": name, "color": colour}
            for box in boxes.values()
            for name, colour in box.categories.items()
        ],
    }


def _place(folder: Folder) -> str:
    """Return its well-known name, or the one that the person gave it."""
    return folder.word if folder.word in WELL_KNOWN else folder.name


def _message(box: Box, message: Message) -> Json:
    letter = message.letter
    return {
        "account": box.account.address,
        "id": box.id_of(message, immutable=True),
        "folder": _place(message.folder),
        "conversation": message.conversation,
        "message_id": message.message_id,
        "read": message.is_read,
        "draft": message.is_draft,
        "sent": message.leaves_at is not None,
        "flag": message.flag["flagStatus"],
        "categories": list(message.categories),
        "importance": letter.importance,
        "focused": message.focused == "focused",
        "at": message.at.isoformat(),
        "from": letter.sender.address if letter.sender else "",
        "to": [one.address for one in letter.to],
        "cc": [one.address for one in letter.cc],
        "bcc": [one.address for one in letter.bcc],
        "subject": letter.subject,
        "text": letter.words,
        "html": letter.html,
        "references": list(letter.references),
        "properties": dict(message.properties),
        "meeting": message.meeting.fields["meetingMessageType"] if message.meeting else "",
        "attachments": [
            {
                "name": each.name,
                "kind": each.kind,
                "type": each.type,
                "size": len(each.data),
                "sha256": sha256(each.data).hexdigest(),
                "inline": each.inline,
            }
            for each in letter.attachments
        ],
    }
