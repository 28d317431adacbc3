"""One mail of a thread in the reader."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from loopdesk.core.actions import State
from loopdesk.core.items import ItemId, Nature, Unreached
from loopdesk.core.people import Handle
from loopdesk.core.rows import Shown
from loopdesk.ui import theme, words
from loopdesk.ui.attachments import Card, Cards
from loopdesk.ui.controls import Avatar, Elided, Glyph, IconButton, Label
from loopdesk.ui.part import Held
from loopdesk.ui.text import Text
from loopdesk.ui.theme import Type


class EntryPart(QWidget):
    """Who, to whom, when, the words that are new, the quote folded, what came along."""

    link = Signal(str)
    held = Signal(Held)
    unfilled = Signal(QWidget)

    def __init__(self, item: ItemId, entry: Shown, mine: str, when: str) -> None:
        """Make one entry.

        Args:
            mine: the account's own address.
            when: its time, in words.
        """
        super().__init__()
        self.shown = entry
        self.cards: Sequence[Card] = ()
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(theme.px(12))
        across.addWidget(Avatar(entry.author), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(0)
        across.addLayout(column, 1)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(Label(words.name(entry.author), Type.STRONG))
        head.addWidget(Elided(_recipients(entry, mine), Type.META, "text_3"), 1)
        self.time = Label(when, Type.META, "text_3")
        self.time.setFont(theme.font(Type.META, tabular=True))
        head.addWidget(self.time)
        column.addLayout(head)
        column.addSpacing(theme.px(4))
        if (said := _nature(entry.nature)) is not None:
            icon, text, tone = said
            line = QHBoxLayout()
            line.setSpacing(theme.px(6))
            line.addWidget(Glyph(icon, tone, 14))
            line.addWidget(Label(text, Type.META, tone), 1)
            column.addLayout(line)
            for one in entry.unreached:
                column.addWidget(Label(_unreached(one), Type.META, "text_2", wrap=True))
            column.addSpacing(theme.px(4))
        if entry.missing:
            column.addWidget(Label(self.tr("The text is not here yet"), tone="text_3"))
        elif entry.rich:
            from loopdesk.ui.rich_part import RichPart

            rich = RichPart(item, entry)
            rich.wants.connect(self.unfilled)
            rich.link.connect(self.link)
            column.addWidget(rich)
        elif entry.own:
            self._add(column, Text(entry.own))
        if entry.quoted and not entry.rich:
            fold = IconButton("ellipsis", self.tr("Show what is quoted"))
            fold.setProperty("look", "fold")
            fold.setCheckable(True)
            column.addSpacing(theme.px(8))
            column.addWidget(fold, 0, Qt.AlignmentFlag.AlignLeft)
            quote = self._add(column, Text(entry.quoted, "text_2"))
            quote.hide()
            fold.toggled.connect(quote.setVisible)
        listed = tuple(one for one in entry.attachments if not one.inline)
        if listed:
            cards = Cards(item, entry.id, listed)
            cards.held.connect(self.held)
            self.cards = cards.cards
            column.addSpacing(theme.px(8))
            column.addWidget(cards)

    @property
    def unread(self) -> bool:
        return self.shown.unread

    def _add(self, column: QVBoxLayout, text: Text) -> Text:
        text.linkActivated.connect(self.link)
        column.addWidget(text)
        return text


def _nature(nature: Nature) -> tuple[str, str, str] | None:
    """Return an icon, words and their tone for a mail that is not simply words."""
    return {
        Nature.SIGNED: (
            "badge-check",
            words.translate("reader", "Signed; LoopDesk does not check by whom"),
            "text_2",
        ),
        Nature.ENCRYPTED: (
            "lock",
            words.translate("reader", "Encrypted: LoopDesk cannot read it"),
            "text_2",
        ),
        Nature.BOUNCE: (
            "circle-alert",
            words.translate("reader", "A mail of yours could not be delivered"),
            "danger",
        ),
    }.get(nature)


def _unreached(one: Unreached) -> str:
    """Return whom a mail did not reach, and why in the words of the server that refused it."""
    return f"{one.address}: {one.reason or one.status}" if one.reason or one.status else one.address


def _recipients(entry: Shown, mine: str) -> str:
    """Return the line after an author's name: to whom, and where it stands."""
    if entry.pending is State.REFUSED:
        return words.translate("reader", "not sent")
    if entry.pending is State.SENDING:
        return words.translate("reader", "being sent")
    if entry.pending not in (None, State.SENT):
        return words.translate("reader", "not sent yet")

    def said(people: tuple[Handle, ...]) -> str:
        others = [who for who in people if who.address != mine]
        return words.names(others, you=len(others) < len(people), most=3)

    if not entry.to:
        return ""
    to = words.translate("reader", "to {people}").format(people=said(entry.to))
    if not entry.cc:
        return to
    return words.translate("reader", "{to}, copy to {people}").format(to=to, people=said(entry.cc))
