"""What services declare of their actions, where it is the same at several: which kind of thing an
action is for, how long it can be taken back, and what is done to mail and to meetings.
"""

from __future__ import annotations

from loopdesk.core.actions import ActionSpec
from loopdesk.core.items import Kind

MESSAGE = frozenset({Kind.MESSAGE})
MEETING = frozenset({Kind.MEETING})
TASK = frozenset({Kind.TASK})
FILE = frozenset({Kind.FILE})
NEW: frozenset[Kind] = frozenset()

MAILS_OTHERS_S = 10.0
"""What other people get a mail of can be taken back for so long,"""
OTHERS_READ_S = 5.0
"""what appears where others read, or they are told of,"""
FOR_GOOD_S = 10.0
"""and what cannot be reversed."""

MAIL = (
    # In a chat that comes with a mailbox others read it, and get no mail.
    ActionSpec(
        "reply", MESSAGE, MAILS_OTHERS_S, needs=("text",), answers=True, said_s=OTHERS_READ_S
    ),
    ActionSpec("reply-all", MESSAGE, MAILS_OTHERS_S, needs=("text",), answers=True),
    ActionSpec("forward", MESSAGE, MAILS_OTHERS_S, needs=("to",), answers=True),
    ActionSpec("draft", MESSAGE, answers=True),
    ActionSpec("archive", MESSAGE, inverse="move"),
    ActionSpec("move", MESSAGE, inverse="move", needs=("to",)),
    ActionSpec("trash", MESSAGE, inverse="restore"),
    ActionSpec("restore", MESSAGE, inverse="trash"),
    ActionSpec("spam", MESSAGE, inverse="move"),
    ActionSpec("read", MESSAGE, inverse="unread"),
    ActionSpec("unread", MESSAGE, inverse="read"),
    ActionSpec("star", MESSAGE, inverse="unstar"),
    ActionSpec("unstar", MESSAGE, inverse="star"),
    ActionSpec("label", MESSAGE, inverse="unlabel", needs=("to",)),
    ActionSpec("unlabel", MESSAGE, inverse="label", needs=("to",)),
    ActionSpec("unsubscribe", MESSAGE, FOR_GOOD_S),
    # Of a draft.
    ActionSpec("delete", MESSAGE, FOR_GOOD_S, needs=("entry",)),
    ActionSpec("compose", NEW, MAILS_OTHERS_S, needs=("to",), makes=Kind.MESSAGE),
    ActionSpec("draft", NEW, makes=Kind.MESSAGE),
)

MEETINGS = (
    # The inverse of an answer depends on what the person had answered before.
    ActionSpec("accept", MEETING, MAILS_OTHERS_S),
    ActionSpec("decline", MEETING, MAILS_OTHERS_S),
    ActionSpec("tentative", MEETING, MAILS_OTHERS_S),
    ActionSpec("propose", MEETING, MAILS_OTHERS_S, needs=("at",)),
    ActionSpec("reschedule", MEETING, MAILS_OTHERS_S, inverse="reschedule"),
    ActionSpec("edit", MEETING, MAILS_OTHERS_S, inverse="edit"),
    ActionSpec("cancel", MEETING, MAILS_OTHERS_S),
    ActionSpec("meet", NEW, MAILS_OTHERS_S, inverse="cancel", makes=Kind.MEETING),
)
