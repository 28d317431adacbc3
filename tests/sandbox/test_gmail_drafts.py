"""Drafts and senders at Gmail's stand-in, as it shows them."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from hashlib import sha256

import pytest

from loopdesk.sandbox.model import Mailbox, World
from loopdesk.sandbox.sandbox import Sandbox
from tests.sandbox.test_gmail import USER, draft_of, header
from tests.sandbox.tiny import ANN, BO, Client, Clock, mail, sign_in, world


@pytest.fixture
def ann() -> Client:
    return sign_in(Sandbox(Clock(), world=world()))


def test_a_draft_is_shown_in_each_form(ann: Client) -> None:
    draft = ann.post(f"{USER}/drafts", draft_of(mail("Plan", "Words", more="X-Mine: 1\r\n")))
    at = f"{USER}/drafts/{draft['id']}"
    minimal = ann.get(at, format="minimal")["message"]
    assert (minimal["id"], "payload" in minimal) == (draft["message"]["id"], False)
    metadata = ann.get(at, format="metadata")["message"]["payload"]
    assert {"name": "X-Mine", "value": "1"} in metadata["headers"]
    assert "body" not in metadata
    full = ann.get(at)["message"]["payload"]["body"]["data"]
    assert base64.urlsafe_b64decode(full + "==") == b"Words\r\n"
    assert b"Words" in base64.urlsafe_b64decode(ann.get(at, format="raw")["message"]["raw"])
    assert ann.send("GET", at, params={"format": "whole"}).status == 400


def test_drafts_are_searched_and_come_in_pages(ann: Client) -> None:
    for subject in ("Plan", "Offer", "Plan B"):
        ann.post(f"{USER}/drafts", draft_of(mail(subject)))
    found = ann.get(f"{USER}/drafts", q="subject:plan")["drafts"]
    subjects = [header(ann, each["message"]["id"], "Subject") for each in found]
    assert subjects == ["Plan B", "Plan"]
    first = ann.get(f"{USER}/drafts", maxResults=2)
    rest = ann.get(f"{USER}/drafts", maxResults=2, pageToken=first["nextPageToken"])
    assert (len(first["drafts"]), len(rest["drafts"])) == (2, 1)
    assert "nextPageToken" not in rest


def test_the_state_shows_what_is_written_in_a_draft(ann: Client) -> None:
    letter = EmailMessage()
    letter["To"], letter["Bcc"], letter["Subject"] = BO, "cy@x.example", "Grüße"
    letter.set_content("Words")
    letter.add_alternative("<p>Words</p>", subtype="html")
    letter.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
    made = ann.post(f"{USER}/drafts", draft_of(letter.as_bytes()))
    (draft,) = ann.sandbox.state()["google"]["drafts"]
    assert (draft["id"], draft["message"]) == (made["id"], made["message"]["id"])
    assert (draft["subject"], draft["to"], draft["bcc"]) == ("Grüße", [BO], ["cy@x.example"])
    assert (draft["text"].strip(), draft["html"].strip()) == ("Words", "<p>Words</p>")
    assert draft["files"] == [
        {
            "name": "plan.pdf",
            "type": "application/pdf",
            "size": 4,
            "sha256": sha256(b"%PDF").hexdigest(),
        }
    ]


def test_senders_have_signatures_and_some_are_not_confirmed() -> None:
    box = Mailbox(
        ANN,
        "Ann",
        aliases=[("sales@x.example", "Sales")],
        unverified=[("old@x.example", "")],
        signature="<p>Ann</p>",
        signatures={"sales@x.example": "<p>Sales</p>"},
    )
    ann = sign_in(Sandbox(Clock(), world=World([box])))
    primary, alias, waiting = ann.get(f"{USER}/settings/sendAs")["sendAs"]
    assert (primary["isPrimary"], primary["isDefault"], primary["signature"]) == (
        True,
        True,
        "<p>Ann</p>",
    )
    assert (alias["verificationStatus"], alias["signature"]) == ("accepted", "<p>Sales</p>")
    assert waiting["verificationStatus"] == "pending"
    raw = base64.urlsafe_b64encode(mail("Hi", sender="old@x.example", to=BO)).decode()
    sent = ann.post(f"{USER}/messages/send", {"raw": raw})
    # Whoever may not send from an address sends from the primary one, unasked.
    assert header(ann, sent["id"], "From") == ANN
