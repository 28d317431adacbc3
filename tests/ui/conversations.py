"""Conversations as the desk would give them, and a small store that has some."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from loopdesk.core.actions import State
from loopdesk.core.items import (
    Attachment,
    Chat,
    Clean,
    Form,
    Link,
    Reaction,
    Untrusted,
)
from loopdesk.core.people import Handle
from loopdesk.core.rows import Body, Row, Shown
from tests.ui.rows import ADA, JONAS, MIRA, NOW, PRIYA, message

TAKES = ("reply", "edit", "delete", "react", "unreact", "read", "unread", "upload", "snooze")
MINUTE = timedelta(minutes=1)
THUMB = Reaction("+1", "\U0001f44d", 3, ("Ada Okafor", "Jonas Lind"), mine=True)
TADA = Reaction("tada", "\U0001f389", 2, ("Ada Okafor", "Priya Shah"))


def said(
    key: str, who: Handle, minutes_ago: float, text: str, html: str = "", **facts: object
) -> Shown:
    """One message."""
    shown = Shown(
        key,
        who,
        (),
        (),
        NOW - minutes_ago * MINUTE,
        Clean(text),
        Clean(""),
        unread=False,
        mine=who is MIRA,
        html=html,
    )
    return replace(shown, **facts)  # type: ignore[arg-type]


def chat_row(title: str = "#launch", form: Form = Form.CHANNEL, **facts: object) -> Row:
    row = replace(
        message(title, JONAS, tag="Mentions you", snippet="the build is green, shall I ship it?"),
        service="slack",
        actions=TAKES,
        people=(JONAS, ADA, PRIYA),
        chat=Chat(form, "C1", read_at=NOW - 20 * MINUTE, threads=True, later=True),
        url="https://northwind.slack.test/archives/C1",
    )
    return replace(row, **facts)  # type: ignore[arg-type]


def channel() -> Body:
    """Two days of #launch: a thread, reactions, formats, what is pending and what leaves later."""
    row = chat_row()
    assert row.chat is not None
    row = replace(row, chat=replace(row.chat, topic=Untrusted("Release 2.4 on Thursday")))
    return Body(
        row,
        (
            said("m1", ADA, 60 * 26, "Legal is through with the terms."),
            said("m2", ADA, 60 * 26 - 1, "I put both versions side by side."),
            said("m3", PRIYA, 60 * 25, "Thanks", reactions=(THUMB,)),
            said(
                "m4",
                JONAS,
                95,
                "Build 2.4.1 is green. What is left: the notes. Run make release",
                "<p>Build <b>2.4.1</b> is green. What is left:</p><ul><li>last onboarding screen"
                '</li><li>release notes, see <a href="https://docs.northwind.test/n">the notes</a>'
                "</li></ul><p>Run <code>make release</code> when both are done.</p>",
                answers=3,
                thread="thread",
                thread_key="C1/m4",
                reactions=(TADA,),
            ),
            said("m5", MIRA, 90, "I take the notes.", edited_at=NOW - 88 * MINUTE),
            said(
                "m6",
                PRIYA,
                80,
                "three plans, one price\nIs that still what we say?",
                "<blockquote>three plans, one price</blockquote>"
                '<p>Is that still what we say, <b class="mention">@Mira Dahl</b>?</p>',
            ),
            said(
                "m7",
                JONAS,
                4,
                "@Mira Dahl the build is green, shall I ship it?",
                '<p><b class="mention">@Mira Dahl</b> the build is green, shall I ship it?</p>',
                mentions=True,
                attachments=(Attachment("f1", "page-2.4.pdf", "application/pdf", 218_000),),
                links=(Link("Onboarding copy", "https://boards.test/c/abc"),),
            ),
            said("a1", MIRA, 0, "Give me five minutes", pending=State.WAITING),
            said(
                "Q1", MIRA, 10, "Standup notes are in the doc.", leaves_at=NOW + timedelta(hours=20)
            ),
        ),
        "mira@northwind.test",
        checked_at=NOW - 2 * MINUTE,
    )


def thread() -> Body:
    """The three answers to Jonas's build."""
    root = channel().entries[3]
    row = chat_row("Build 2.4.1 is green", Form.THREAD, place=Clean("#launch"))
    return Body(
        row,
        (
            root,
            said("t1", ADA, 60, "I can take the onboarding screen."),
            said("t2", PRIYA, 58, "Thanks Ada"),
            said("t3", MIRA, 57, "The notes are done, have a look."),
        ),
        "mira@northwind.test",
        checked_at=NOW,
    )
