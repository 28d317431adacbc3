"""One message of a conversation in the reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QStyle, QVBoxLayout, QWidget

from loopdesk.core.actions import State
from loopdesk.core.items import ItemId
from loopdesk.core.rows import Shown
from loopdesk.ui import controls, theme, words
from loopdesk.ui.attachments import Cards
from loopdesk.ui.controls import Button, Label
from loopdesk.ui.link_chips import LinkChips
from loopdesk.ui.message_edit import MessageEdit
from loopdesk.ui.message_lines import MessageLine
from loopdesk.ui.message_text import MessageText
from loopdesk.ui.part import Held
from loopdesk.ui.reactions import Reactions
from loopdesk.ui.theme import Type

AVATAR = 28
GUTTER = AVATAR + 12
SIDE = 8
"""What a lit message reaches beyond its words, so that these stand where all others do."""
_OVER, _APART, _PAD = 42, 6, 4


class MessageView(QWidget):
    """Who and when, the words, what came along, who reacted, and the way to its answers.

    It shows a `MessageLine` and is shown another one when something of it changed: what is being
    edited in it stays. Up and down go on to the neighbours, Enter opens its menu.
    """

    turned = Signal(object)
    """Reaction: given, or taken back."""
    picks = Signal()
    """An emoji is wanted for it."""
    edited = Signal(str)
    opened = Signal(object)
    """Shown: its answers are to be read."""
    taken_back = Signal()
    link = Signal(str)
    held = Signal(Held)
    lit = Signal()
    """The pointer or the focus came to it."""
    menu = Signal()
    stepped = Signal(int)

    def __init__(
        self, item: ItemId, line: MessageLine, takes: frozenset[str], zone: tzinfo
    ) -> None:
        """Make one message.

        Args:
            takes: the actions that its conversation takes.
        """
        super().__init__()
        self._item, self._zone, self._takes = item, zone, takes
        self.line = line
        self.is_lit = False
        self._top = 0
        self._edit: MessageEdit | None = None
        self._cards: Cards | None = None
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._inside = QVBoxLayout(self)
        self._inside.setSpacing(0)
        self.text = MessageText("", "")
        self.text.linkActivated.connect(self.link)
        # The message's own menu copies what is selected.
        self.text.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._inside.addWidget(self.text)
        self._below: list[QWidget] = []
        self.reactions: Reactions | None = None
        self._fill(line)

    @property
    def shown(self) -> Shown:
        return self.line.shown

    @property
    def editing(self) -> bool:
        return self._edit is not None

    def show_line(self, line: MessageLine, takes: frozenset[str]) -> None:
        """Become the message as it is now."""
        if (line, takes) == (self.line, self._takes):
            return
        self.line, self._takes = line, takes
        self._fill(line)

    def light(self, lit: bool) -> None:
        """Stand out, or no more."""
        if lit is not self.is_lit:
            self.is_lit = lit
            self.update()

    def bar_corner(self) -> QPoint:
        """Return where what can be done to it floats."""
        return QPoint(self.width(), self._top)

    def selected(self) -> str:
        return self.text.selectedText()

    def show_absent(self, held: Held) -> None:
        for card in self._cards.cards if self._cards is not None else ():
            if replace(card.what, use=held.use) == held:
                card.show_absent()

    def edit(self, text: str = "") -> None:
        """Let the person change their words where they stand, or go on from `text`."""
        if self._edit is not None:
            self._edit.words.setFocus()
            return
        self._edit = MessageEdit(text or self.shown.own)
        self._edit.given.connect(self._end_edit)
        controls.put(self._inside, self._edit, at=self._inside.indexOf(self.text))
        self.text.hide()
        self._edit.words.setFocus()

    # --- building ---

    def _fill(self, line: MessageLine) -> None:
        shown = line.shown
        self._lay_out(line)
        tone = "text_3" if shown.missing else "text"
        said = self.tr("The text is not here yet") if shown.missing else shown.own
        self.text.setProperty("tone", tone)
        self.text.say_rich(said, "" if shown.missing else shown.html)
        self.text.setVisible(bool(said) and self._edit is None)
        focus = QApplication.focusWidget()
        for gone in self._below:
            if focus is not None and (gone is focus or gone.isAncestorOf(focus)):
                self.setFocus()  # else Qt hands it to whatever is next, anywhere in the window
            self._inside.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._below = []
        # Under the head of another: only what is its own is said.
        if not line.head and (aside := _aside(shown, self._zone)):
            self._add(Label(aside, Type.META, "text_3"), gap=0)
        self._show_along(shown)
        self._show_reactions(shown)
        self._show_answers(shown)
        self._show_leaving(line)
        self.setAccessibleName(words.message(shown, self._zone))

    def _lay_out(self, line: MessageLine) -> None:
        """Leave room for what is painted: widgets for it would cost more than all the rest."""
        over = line.day is not None or line.new or line.answers or line.scheduled
        # Who speaks anew stands a little apart; a heading has its own distance.
        self._top = theme.px(_OVER if over else _APART if line.head else 0)
        inner = theme.px(_PAD + Type.STRONG.line + 2 if line.head else 1)
        side = theme.px(SIDE)
        begin, end, foot = side + theme.px(GUTTER), side, theme.px(_PAD if line.head else 2)
        # A layout's margins are not mirrored by themselves.
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            begin, end = end, begin
        self._inside.setContentsMargins(begin, self._top + inner, end, foot)

    def _show_along(self, shown: Shown) -> None:
        listed = tuple(one for one in shown.attachments if not one.inline)
        self._cards = None
        if listed:
            self._cards = Cards(self._item, shown.id, listed)
            self._cards.held.connect(self.held)
            self._add(self._cards)
        if shown.links:
            chips = LinkChips(shown.links)
            chips.link.connect(self.link)
            self._add(chips)

    def _show_reactions(self, shown: Shown) -> None:
        if not shown.reactions:
            self.reactions = None
            return
        self.reactions = Reactions()
        self.reactions.turned.connect(self.turned)
        self.reactions.more.connect(self.picks)
        self.reactions.show_reactions(shown.reactions, takes="react" in self._takes)
        self._add(self.reactions, gap=0)

    def _show_answers(self, shown: Shown) -> None:
        if not shown.answers:
            return
        said = words.counted(shown.answers, self.tr("1 answer"), self.tr("{n} answers"))
        button = Button(said, "link", "messages-square", "accent")
        button.setProperty("flush", True)
        button.setToolTip(self.tr("Open the thread"))
        button.clicked.connect(lambda: self.opened.emit(self.shown))
        self._add(button, gap=0, whole=False)

    def _show_leaving(self, line: MessageLine) -> None:
        """Offer the way back from what has not left."""
        waits = line.shown.pending in (State.WAITING, State.SENDING)
        if line.shown.leaves_at is None and not waits:
            return
        back = Button(self.tr("Take back"), "link")
        back.setProperty("flush", True)
        back.clicked.connect(self.taken_back)
        self._add(back, gap=0, whole=False)

    def _add(self, widget: QWidget, *, gap: int = 4, whole: bool = True) -> None:
        if gap:
            widget.setContentsMargins(0, theme.px(gap), 0, 0)
        if whole:
            controls.put(self._inside, widget)
        else:
            self._inside.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
            widget.show()
        self._below.append(widget)

    # --- what the person does ---

    @Slot(object)
    def _end_edit(self, text: str | None) -> None:
        if self._edit is None:
            return
        self._edit.hide()
        self._edit.deleteLater()
        self._edit = None
        self.text.show()
        self.setFocus()
        if text is not None and text != self.shown.own:
            self.edited.emit(text)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.lit.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.lit.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Up:
                self.stepped.emit(-1)
            case Qt.Key.Key_Down:
                self.stepped.emit(1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.modifiers():
                self.menu.emit()
            case _:
                super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._lay_out(self.line)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        self._paint_ground(painter)
        if self._top > theme.px(_APART):
            self._paint_over(painter)
        if self.line.head:
            self._paint_head(painter)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        shown, ground = self.shown, ""
        if shown.mentions and not shown.mine and (self.line.new or shown.unread):
            ground = "accent_soft"
        if self.is_lit or self.hasFocus():
            ground = "hover"
        if shown.leaves_at is not None:
            ground = "surface"
        box = QRectF(self.rect()).adjusted(0, self._top, 0, 0)
        radius = theme.px(8)
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.current().tokens.colour(ground))
            painter.drawRoundedRect(box, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.current().tokens.colour("accent"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)

    def _paint_head(self, painter: QPainter) -> None:
        """Paint who and when, as a screen reader hears it by the message's own name."""
        size, side = theme.px(AVATAR), theme.px(SIDE)
        top = self._top + theme.px(_PAD)
        controls.draw_avatar(
            painter, QRectF(self._mirrored(side, top, size, size)), self.shown.author
        )
        x = side + theme.px(GUTTER)
        high = theme.px(Type.STRONG.line)
        about = _about(self.shown, self._zone)
        name = words.name(self.shown.author)
        wide = self._paint_text(painter, name, Type.STRONG, "text", x, top, high)
        self._paint_text(painter, about, Type.META, "text_3", x + wide + theme.px(8), top, high)

    def _paint_over(self, painter: QPainter) -> None:
        """Paint a day, that it is new from here on, or how many answers follow."""
        line, side = self.line, theme.px(SIDE)
        top, high = theme.px(12), theme.px(Type.HEADING.line)
        tokens = theme.current().tokens
        said = self._said_over()
        x, right = side, self.width() - side
        if said:
            x += self._paint_text(painter, said, Type.HEADING, "text_2", x, top, high)
            x += theme.px(12)
        if line.new:
            new = self.tr("New")
            wide = QFontMetrics(theme.font(Type.TAG)).horizontalAdvance(new) + 1
            self._paint_text(painter, new, Type.TAG, "urgent", right - wide, top, high)
            right -= wide + theme.px(8)
        rule = self._mirrored(x, top + high // 2, right - x, 1)
        painter.fillRect(rule, tokens.colour("urgent" if line.new else "border"))

    def _said_over(self) -> str:
        line = self.line
        if line.scheduled:
            return self.tr("Leaves later")
        if line.answers:
            one, many = self.tr("1 answer"), self.tr("{n} answers")
            return words.counted(line.answers, one, many)
        return words.long_day(line.day) if line.day is not None else ""

    def _paint_text(
        self, painter: QPainter, text: str, kind: Type, tone: str, x: int, y: int, high: int
    ) -> int:
        """Paint one line from where reading begins; return how wide it is."""
        font = theme.font(kind, tabular=kind is Type.META)
        metrics = QFontMetrics(font)
        room = max(0, self.width() - x - theme.px(SIDE))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        wide = metrics.horizontalAdvance(shown) + 1
        painter.setFont(font)
        painter.setPen(theme.current().tokens.colour(tone))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(self._mirrored(x, y, wide, high), flags, shown)
        return wide

    def _mirrored(self, x: int, y: int, wide: int, high: int) -> QRect:
        box = QRect(x, y, wide, high)
        return QStyle.visualRect(self.layoutDirection(), self.rect(), box)


def _about(shown: Shown, zone: tzinfo) -> str:
    """Return what stands after an author's name."""
    if shown.leaves_at is not None:
        return words.leaves(shown.leaves_at, zone)
    aside = _aside(shown, zone)
    at = words.clock(shown.at, zone)
    return f"{at}  ·  {aside}" if aside else at


def _aside(shown: Shown, zone: tzinfo) -> str:
    """Return that a message was changed, or how it stands on its way."""
    in_thread = words.translate("reader", "in a thread") if shown.parent else ""
    match shown.pending:
        case State.REFUSED:
            said = words.translate("reader", "not sent")
        case State.SENDING:
            said = words.translate("reader", "being sent")
        # Sent, it only waits to be seen at its service.
        case None | State.SENT:
            return words.edited(shown.edited_at, zone) if shown.edited_at is not None else ""
        case _:
            said = words.translate("reader", "not sent yet")
    return words.joined(in_thread, said)
