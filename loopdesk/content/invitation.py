"""What a calendar program put into a mail, as far as it tells which meeting the mail is about."""

from __future__ import annotations

import re

_FOLD = re.compile(rb"\r?\n[ \t]")
_METHOD = re.compile(rb"(?im)^METHOD[ \t]*:[ \t]*(REQUEST|CANCEL|REPLY)[ \t]*\r?$")
_UID = re.compile(rb"(?im)^UID(?:;[^:\r\n]*)?:([^\r\n]{1,1000})")
LARGEST_BYTES = 256 * 1024


def meeting_uid(calendar: bytes) -> str:
    """Return the iCalendar UID of the meeting that is asked for, answered or called off, else "".

    Args:
        calendar: a `text/calendar` part; only its first 256 KiB are looked at.
    Source: RFC 5545, 3.8.4.7 (UID), 3.7.2 (METHOD); RFC 5546, 1.4
    """
    text = _FOLD.sub(b"", calendar[:LARGEST_BYTES])
    if _METHOD.search(text) is None:
        return ""
    # A zone has no UID, so the first one is the meeting's.
    found = _UID.search(text)
    return "" if found is None else found[1].decode("utf-8", "replace").strip()
