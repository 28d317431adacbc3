"""The mails by which Dropbox and the printer told Mira of what was shared with her."""

from __future__ import annotations

from datetime import datetime
from html import escape

from loopdesk.sandbox.story.cast import ADA, HALDEN, MAREK, Person
from loopdesk.sandbox.story.dropbox_files import (
    PROOF_NAME,
    PROOF_URL,
    PROOFS_NAME,
    PROOFS_URL,
)
from loopdesk.sandbox.story.letter import page
from loopdesk.sandbox.story.moments import Moments, clock
from loopdesk.sandbox.story.talk import Said, Talk

_ARRIVED = frozenset({"INBOX", "CATEGORY_UPDATES"})
_DONE = frozenset({"CATEGORY_UPDATES"})
_SENDER = "no-reply@dropbox.com"


def threads(m: Moments) -> list[Talk]:
    return [
        _shared("proofs", MAREK, m.workday(20, "09:12"), "folder", PROOFS_NAME, PROOFS_URL, _DONE),
        _shared(
            "terms",
            ADA,
            m.workday(3, "09:31"),
            "file",
            "halden-terms-v3.docx",
            HALDEN.link("halden-terms-v3.docx"),
            _DONE,
        ),
        _shared("proof-3", MAREK, m.earlier(1, 20), "file", PROOF_NAME, PROOF_URL, _ARRIVED),
        Talk(
            "proof-3-words",
            "Proof 3, and the folder",
            (
                Said(
                    MAREK,
                    m.earlier(1, 15),
                    "Dear Mira,\n\nproof 3 is at Dropbox, too large for a mail: "
                    f"{PROOF_URL}\n\nEverything else lies in our folder, {PROOFS_URL}. Your notes"
                    f" on page 12 I have answered there. The press waits until {clock(m.call_at)}.",
                    encoding="quoted-printable",
                ),
            ),
            frozenset({"INBOX"}),
            unread=1,
        ),
    ]


def _shared(
    key: str,
    by: Person,
    at: datetime,
    kind: str,
    name: str,
    link: str,
    labels: frozenset[str],
) -> Talk:
    words = f'{by.name} ({by.address}) invited you to the {kind} "{name}" on Dropbox.'
    said = Said(
        Person(f"{by.name} via Dropbox", _SENDER),
        at,
        f"Hi Mira,\n\n{words}\n\nGo to {kind}: {link}",
        html=page(
            f'<p>Hi Mira,</p><p>{escape(words)}</p><p><a href="{escape(link)}">Go to {kind}</a></p>'
        ),
        headers=(("Auto-Submitted", "auto-generated"),),
        bare=True,
    )
    subject = f'{by.name} shared "{name}" with you'
    is_new = "INBOX" in labels
    return Talk(f"dropbox-{key}", subject, (said,), labels, unread=1 if is_new else 0)
