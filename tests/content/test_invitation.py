from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopdesk.content.invitation import meeting_uid

EVENT = (
    b"BEGIN:VCALENDAR\r\nMETHOD:%s\r\nBEGIN:VEVENT\r\nSUMMARY:UID:not-this\r\n"
    b"UID%s:040000008200E00074C5B7101A82\r\n E008@lumen.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.mark.parametrize(
    ("method", "uid"),
    [
        (b"REQUEST", "040000008200E00074C5B7101A82E008@lumen.example"),
        (b"cancel ", "040000008200E00074C5B7101A82E008@lumen.example"),
        (b"REPLY", "040000008200E00074C5B7101A82E008@lumen.example"),
        (b"PUBLISH", ""),
        (b"REQUESTED", ""),
    ],
)
def test_which_meeting_an_invitation_is_about(method: bytes, uid: str) -> None:
    assert meeting_uid(EVENT % (method, b"")) == uid
    assert meeting_uid((EVENT % (method, b";X=1")).replace(b"\r\n", b"\n")) == uid


def test_a_meeting_without_a_name_has_none() -> None:
    assert meeting_uid(b"METHOD:REQUEST\r\nBEGIN:VEVENT\r\n") == ""
    assert meeting_uid(b"METHOD:REQUEST\r\n" + b"X:y\r\n" * 60_000 + b"UID:late\r\n") == ""


@given(st.binary(max_size=200))
def test_any_bytes_are_no_trouble(data: bytes) -> None:
    assert isinstance(meeting_uid(b"METHOD:REPLY\nUID:" + data), str)
