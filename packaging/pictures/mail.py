"""Mails as they are read, written and sent."""

from __future__ import annotations

from loopdesk.core.actions import Failure
from loopdesk.core.items import Kind
from loopdesk.ui.composer import Composer
from loopdesk.ui.recipients import spelt

from .stage import ADA, ASKED, JONAS, SETTLED_MS, Stage

READ = {
    "Ten minutes tomorrow": "plain",
    "What shipped, who joined": "rich",
    "Payment run today": "attachments",
    "Cancelled event": "cancelled",
    "Contract for Halden": "invitation",
    "Onboarding, last screen": "pictures",
    "The second hour of the workshop": "outlook",
    "\u0637\u0644\u0628": "arabic",
    "\u30d1\u30a4\u30ed\u30c3\u30c8": "japanese",
    "Made you an admin": "trello",
}
LETTER = (
    "<div>Hi,</div><div><br></div><div>three things that <b>have to be settled</b> by 15:00:</div>"
    "<ul><li>clause 7, in our words or in theirs</li><li>who reads the price sheet</li>"
    "<li>what we say about the second harbour</li></ul><div>See you at two.</div>"
)


def messages(at: Stage) -> None:
    for title, name in READ.items():
        row = at.find(title, kind=Kind.MESSAGE)
        for shown in at.desk.body(row.id).entries:
            for part in (one.part for one in shown.attachments if one.cid):
                at.engine.bring(row.id, shown.id, part)
        at.main.session.open_item(row)
        at.settle(2 * SETTLED_MS)
        at.take(f"message-{name}")
    at.open("Ten minutes tomorrow")
    at.give("label")
    at.take("label")
    at.close_layers()
    at.give("go-inbox")


def writing(at: Stage) -> None:
    at.select(lambda row: row.title.startswith(ASKED) and "reply-all" in row.actions)
    at.give("reply-all")
    composer = at.main.window.composer
    composer.words.load("Read it, clause 7 is fine. You have my yes.", "", {})
    composer.keep()
    at.take("composer")
    at.attach(composer)
    composer.quote.click()
    at.take("composer-files")
    composer.leave()
    at.open("Rosters for the test run")
    at.give("reply")
    composer.words.load("Per, the list is attached.", "", {})
    composer.send_button.click()
    at.take("composer-forgotten")
    composer.leave()
    at.settle()
    at.open("Payment run today")
    at.give("forward")
    at.take("forward")
    composer.leave()
    at.settle()
    page = at.main.session.orders.letters.writer
    new_letter(at, page)
    page.leave()
    at.give("go-drafts")
    at.take("drafts")
    at.give("go-inbox")


def new_letter(at: Stage, page: Composer) -> None:
    at.give("compose")
    page.people.show_people((spelt(ADA), spelt(JONAS)), (), ())
    page.subject.setText("Before the Halden call")
    page.words.load("", LETTER, {})
    at.attach(page)
    page.keep()
    at.take("compose")


def sending(at: Stage) -> None:
    at.select(lambda row: row.title.startswith(ASKED) and "reply-all" in row.actions)
    at.give("reply-all")
    composer = at.main.window.composer
    composer.words.load("Read it, clause 7 is fine. You have my yes.", "", {})
    composer.keep()
    at.settle()
    composer.send_button.click()
    at.take("sending")
    at.main.ask_to_quit()
    at.take("leaving")
    at.close_layers()
    at.give("go-outbox")
    at.take("outbox")
    at.give("go-inbox")
    (letter,) = (action for action in at.desk.outbox() if action.name == "reply-all")
    at.refuse(letter, Failure("rejected", "unreachable"))
    at.main.window.toast.dismiss()
    at.select(lambda row: row.id == letter.item)
    at.take("refused")
    at.desk.discard(letter.id)
