"""The mails by which Drive told Mira of what was shared with her or said to her."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from loopdesk.sandbox.model import Document
from loopdesk.sandbox.story.cabinet import address, file_id
from loopdesk.sandbox.story.cast import MIRA, Person
from loopdesk.sandbox.story.letter import page
from loopdesk.sandbox.story.talk import Said, Talk

_LABELS = frozenset({"INBOX", "CATEGORY_UPDATES"})
_SHARED = ("offsite-houses", "budget")
_SAID = ("fjordline-trial", "interview-notes")


def threads(files: Sequence[Document]) -> list[Talk]:
    by_id = {document.id: document for document in files}
    return [
        *(_share(key, by_id[file_id(key)]) for key in _SHARED),
        *(_comment(key, by_id[file_id(key)]) for key in _SAID),
    ]


def _share(key: str, document: Document) -> Talk:
    by = document.owner.name
    given = next(one for one in document.shared if one.who.address == MIRA.address)
    words = f"{by} ({document.owner.address}) has invited you to see the following file:"
    return _notice(
        f"share-{key}",
        Person(f"{by} (via Google Drive)", "drive-shares-dm-noreply@google.com"),
        given.at,
        f'Item shared with you: "{document.name}"',
        words,
        document.name,
        address(document),
    )


def _comment(key: str, document: Document) -> Talk:
    said = document.remarks[-1]
    words = f"{said.by.name} mentioned you in a comment on the following document\n{document.name}"
    return _notice(
        f"comment-{key}",
        Person(f"{said.by.name} (Google Docs)", "comments-noreply@docs.google.com"),
        said.at,
        document.name,
        words,
        said.text,
        address(document),
    )


def _notice(
    key: str, by: Person, at: datetime, subject: str, words: str, quoted: str, link: str
) -> Talk:
    said = Said(
        by,
        at,
        f"{words}\n\n{quoted}\n\nOpen: {link}",
        html=page(
            f"<p>{escape(words)}</p><blockquote>{escape(quoted)}</blockquote>"
            f'<p><a href="{link}">Open</a></p>'
        ),
        headers=(("Auto-Submitted", "auto-generated"),),
        bare=True,
    )
    return Talk(key, subject, (said,), _LABELS, unread=1)
