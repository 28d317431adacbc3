"""What Outlook's servers do with a mail that comes in."""

from __future__ import annotations

from loopdesk.sandbox import mime


def arrived(raw: bytes) -> bytes:
    """Return the mail with their word on who sent it, in place of anybody else's."""
    head = mime.Head.of(raw)
    sender = head.addresses("from")
    changes: dict[str, str | None] = {"Bcc": None, "Delivered-To": None}
    if sender:
        domain = sender[0].rpartition("@")[2]
        held = "fail" if "dmarc=fail" in head.all("authentication-results") else "pass"
        changes["Authentication-Results"] = (
            f"spf={held} smtp.mailfrom={domain}; dkim={held} header.d={domain};dmarc={held}"
            f" action=none header.from={domain};compauth={held} reason=100"
        )
    return mime.rewritten(raw, changes)
