"""A conversation in the reader: its messages oldest first, the newest at the end.

Only some dozens are made at first; the rest follow upward, when they are asked for or scrolled to.
What is pressed on a message goes out as `wanted`, as with any part; the words of a new one are
written in the box below the reader (`ChatBox`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from loopdesk.core.actions import Arguments, State
from loopdesk.core.items import Form, Kind, Reaction, ServiceKey, item_id
from loopdesk.core.people import Handle
from loopdesk.core.rows import Body, Row, Shown
from loopdesk.core.seams import Clock
from loopdesk.ui import controls, theme, words
from loopdesk.ui.chat_notice import ChatNotices
from loopdesk.ui.controls import Button
from loopdesk.ui.message import SIDE, MessageView
from loopdesk.ui.message_bar import MessageBar, menu, possible
from loopdesk.ui.message_lines import MessageLine, lines
from loopdesk.ui.more import More
from loopdesk.ui.part import Held, Part, Wanted
from loopdesk.ui.refused import RefusedCard, is_refused

_SHOWN, _FIRST = 20, 8
"""How many messages are made at first; and of these how many before anything is seen."""


class ChatPart(Part):
    """What of it is the same stays as it is, whatever is heard of the rest."""

    goes_to_new = True
    stays_below = True
    reaches = SIDE

    growing = Signal()
    """Earlier messages are about to be added above."""
    grown = Signal(bool)
    """They were; True: for the first time, and what reading begins at may be among them."""
    picks = Signal(object)
    """QWidget: an emoji is wanted, to be chosen beside it; `react` takes it."""
    sought = Signal(str, str)
    """Another item is to be read, a thread or the conversation that one is in: its id, and by what
    its service knows it where it is not here."""
    taken_back = Signal(str)
    """Id of an action that has not left."""
    deletes = Signal(object)
    """Shown: it is to be deleted, if the person says so."""
    threads = Signal(object)
    """Shown: an answer is to be written in the thread of it."""
    seen = Signal(QWidget)
    """A message that the keys went to: it is to be scrolled to."""

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__(clock, zone)
        self._row: Row | None = None
        self._body: Body | None = None
        self._views: dict[str, MessageView] = {}
        self._order: list[str] = []
        self._lit: MessageView | None = None
        self._picked_for = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.channel = Button("", "link", "chevron-left", "accent")
        self.channel.setProperty("flush", True)
        self.channel.clicked.connect(self._go_to_channel)
        self.channel.hide()
        self._notices = ChatNotices()
        self._earlier = More(_SHOWN)
        self._earlier.wanted.connect(self._show_more)
        top = QVBoxLayout()
        top.setContentsMargins(theme.px(SIDE), 0, theme.px(SIDE), 0)
        top.addWidget(self.channel, 0, Qt.AlignmentFlag.AlignLeft)
        top.addWidget(self._notices)
        top.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(top)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        column.addLayout(self._column)
        self._below = QVBoxLayout()
        self._below.setContentsMargins(theme.px(SIDE), 0, theme.px(SIDE), 0)
        column.addLayout(self._below)
        self._bar = MessageBar(self)
        self._bar.reacted.connect(self._react_lit)
        self._bar.did.connect(self._do_lit)

    # --- what it shows ---

    def show_body(self, row: Row, body: Body | None) -> None:
        chat = row.chat
        if chat is None:
            return
        self._row, self._body = row, body
        entries = body.entries if body is not None else ()
        whole = lines(entries, chat, self._zone)
        shown = list(self._earlier.last(whole))
        if chat.form is Form.THREAD and len(shown) < len(whole):
            shown = [whole[0], *shown]  # what is answered is always seen
        if not self._views and len(shown) > _FIRST:
            # A screen of them now, the rest with the next frame.
            shown = shown[-_FIRST:]
            QTimer.singleShot(0, self, self._show_rest)
        self._show_lines(row, shown)
        self._notices.show_row(row, all_here=body is None or len(shown) == len(whole))
        thread = chat.form is Form.THREAD
        self.channel.setVisible(thread)
        if thread:
            self.channel.setText(row.place or self.tr("The conversation"))
            self.channel.setToolTip(self.tr("Open the conversation that this thread is in"))
        self._show_refused(row)

    def _show_lines(self, row: Row, shown: Sequence[MessageLine]) -> None:
        wanted = [line.shown.id for line in shown]
        focus, held = QApplication.focusWidget(), False
        for gone in set(self._views) - set(wanted):
            view = self._views.pop(gone)
            held |= focus is not None and (view is focus or view.isAncestorOf(focus))
            self._column.removeWidget(view)
            view.hide()
            if view is self._lit:
                self._unlight()  # only now: below the bar the pointer would light it again
            view.deleteLater()
        takes = frozenset(row.actions)
        for at, line in enumerate(shown):
            known = self._views.get(line.shown.id)
            view = known or self._made(row, line, takes)
            self._views[line.shown.id] = view
            if known is None:
                controls.put(self._column, view, at=at)
                continue
            view.show_line(line, takes)
            if self._column.indexOf(view) != at:
                self._column.removeWidget(view)
                self._column.insertWidget(at, view)
        self._order = wanted
        self._let_tab_in()
        if held and wanted:
            # Else Qt hands it to whatever is next, anywhere in the window.
            self._views[wanted[-1]].setFocus()
        if self._lit is not None:
            QTimer.singleShot(0, self, self._place_bar)

    def _show_refused(self, row: Row) -> None:
        controls.clear(self._below)
        if is_refused(row):
            card = RefusedCard(row)
            card.asked.connect(self.asked)
            self._below.addSpacing(theme.px(12))
            controls.put(self._below, card)

    def _made(self, row: Row, line: MessageLine, takes: frozenset[str]) -> MessageView:
        view = MessageView(row.id, line, takes, self._zone)
        view.link.connect(self.link)
        view.held.connect(self.held)
        view.turned.connect(partial(self._turn, view))
        view.picks.connect(partial(self._pick, view))
        view.edited.connect(partial(self._edited, view))
        view.opened.connect(self._open_thread)
        view.taken_back.connect(partial(self._take_back, view))
        view.lit.connect(partial(self._light, view))
        view.menu.connect(partial(self._show_menu, view))
        view.stepped.connect(partial(self._step, view))
        return view

    @Slot()
    def _show_more(self) -> None:
        self._grow(first=False)

    @Slot()
    def _show_rest(self) -> None:
        self._grow(first=True)

    def _grow(self, *, first: bool) -> None:
        if self._row is not None:
            self.growing.emit()
            with controls.laid_out_once(self):
                self.show_body(self._row, self._body)
            self.grown.emit(first)

    # --- for the reader ---

    def stops(self) -> Sequence[QWidget]:
        return [self._views[key] for key in self._order]

    def first_unread(self) -> int | None:
        """Return which of the messages shown is the first that is new."""
        shown = (self._views[key].line.new for key in self._order)
        return next((n for n, new in enumerate(shown) if new), None)

    def people(self) -> tuple[Handle, ...]:
        """Return who speaks in it, besides the person."""
        entries = self._body.entries if self._body is not None else ()
        found = {one.author.key: one.author for one in entries if not one.mine}
        for who in self._row.people if self._row is not None else ():
            found.setdefault(who.key, who)
        return tuple(found.values())

    def reached_top(self) -> None:
        if self._earlier.isVisibleTo(self):
            self._earlier.click()

    def begin_edit(self, entry: str, text: str) -> bool:
        """Go on with the words of a message that were not taken; False: it is not shown."""
        view = self._views.get(entry)
        if view is not None:
            view.edit(text)
        return view is not None

    def edit(self, what: str) -> bool:
        if what == "own":
            return self._edit_own()
        if what == "react":
            view = self._current()
            if view is not None:
                self._pick(view)
            return view is not None
        return False

    def show_absent(self, held: Held) -> None:
        view = self._views.get(held.entry)
        if view is not None:
            view.show_absent(held)

    def react(self, char: str) -> None:
        """Give the emoji that was chosen to the message that it was wanted for."""
        view = self._views.get(self._picked_for)
        if view is not None:
            self._turn_emoji(view, char)

    def _current(self) -> MessageView | None:
        """Return the message that a key is meant for: the lit one, else the newest of others."""
        if self._lit is not None:
            return self._lit
        views = [self._views[key] for key in self._order]
        takes = [view for view in reversed(views) if "pick" in self._can(view)]
        return next((view for view in takes if not view.shown.mine), next(iter(takes), None))

    def _can(self, view: MessageView) -> frozenset[str]:
        return possible(self._row, view.shown) if self._row is not None else frozenset()

    def _edit_own(self) -> bool:
        views = [self._views[key] for key in self._order]
        own = [v for v in reversed(views) if v.shown.mine and v.shown.leaves_at is None]
        if own and own[0].shown.pending is State.WAITING:
            self.taken_back.emit(own[0].shown.id)  # its words come into the box again
            return True
        last = next((view for view in own if "edit" in self._can(view)), None)
        if last is not None:
            last.edit()
        return last is not None

    # --- the lit message ---

    def _light(self, view: MessageView) -> None:
        if self._lit is not view:
            self._unlight()
            self._lit = view
            view.light(True)
        self._place_bar()

    @Slot()
    def _place_bar(self) -> None:
        view, row = self._lit, self._row
        if view is None or row is None or view.editing:
            self._bar.hide()
            return
        self._bar.show_for(row, view.shown)
        corner = view.bar_corner().y()
        # Over its first line, and not its words.
        top = view.mapTo(self, QPoint(0, corner)).y() - theme.px(14)
        left = self.width() - self._bar.width() - theme.px(8)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            left = theme.px(8)
        self._bar.move(left, max(0, top))

    def _unlight(self) -> None:
        if self._lit is not None:
            self._lit.light(False)
        self._lit = None
        self._bar.hide()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._unlight()

    def _let_tab_in(self) -> None:
        """Tab comes to one message; the arrows go on from it."""
        for key, view in self._views.items():
            last = bool(self._order) and key == self._order[-1]
            policy = Qt.FocusPolicy.StrongFocus if last else Qt.FocusPolicy.ClickFocus
            view.setFocusPolicy(policy)

    def _step(self, view: MessageView, by: int) -> None:
        there = self._order.index(view.shown.id) + by
        if 0 <= there < len(self._order):
            following = self._views[self._order[there]]
            following.setFocus(Qt.FocusReason.OtherFocusReason)
            self.seen.emit(following)

    # --- what is done to a message ---

    @Slot(str)
    def _react_lit(self, char: str) -> None:
        if self._lit is not None:
            self._turn_emoji(self._lit, char)

    @Slot(str)
    def _do_lit(self, what: str) -> None:
        if self._lit is not None:
            self._do(self._lit, what)

    def _do(self, view: MessageView, what: str) -> None:
        shown = view.shown
        match what:
            case "pick":
                self._pick(view)
            case "menu":
                self._show_menu(view)
            case "thread":
                if shown.thread or shown.thread_key:
                    self._open_thread(shown)
                else:
                    self.threads.emit(shown)
            case "edit":
                self._bar.hide()
                view.edit()
            case "copy":
                QGuiApplication.clipboard().setText(view.selected() or shown.own)
            case "delete":
                self.deletes.emit(shown)
            case "unread":
                self._want("unread", Arguments(entry=shown.id))
            case "open-browser":
                self.asked.emit("open-browser")

    def _show_menu(self, view: MessageView) -> None:
        if self._row is None:
            return
        self._light(view)
        made = menu(self, self._row, view.shown, partial(self._do, view))
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        at = self._bar.more if self._bar.isVisible() else view
        made.popup(at.mapToGlobal(at.rect().bottomLeft()))

    def _pick(self, view: MessageView) -> None:
        self._picked_for = view.shown.id
        pointed = view is self._lit and self._bar.pick.underMouse()
        self._light(view)
        # By keys the pointer may be anywhere, and what floats over the message may go.
        self.picks.emit(self._bar.pick if pointed else view.text)

    def _turn_emoji(self, view: MessageView, char: str) -> None:
        given = next((one for one in view.shown.reactions if one.emoji == char), None)
        if given is not None:
            self._turn(view, given)
        else:
            self._want("react", Arguments(entry=view.shown.id, text=char))

    def _turn(self, view: MessageView, one: Reaction) -> None:
        name = "unreact" if one.mine else "react"
        self._want(name, Arguments(entry=view.shown.id, text=one.name))

    def _edited(self, view: MessageView, text: str) -> None:
        self._want("edit", Arguments(entry=view.shown.id, text=text))

    def _take_back(self, view: MessageView) -> None:
        shown = view.shown
        if shown.pending is not None:
            self.taken_back.emit(shown.id)
        else:
            self._want("delete", Arguments(entry=shown.id))

    @Slot(object)
    def _open_thread(self, shown: Shown) -> None:
        if shown.thread or shown.thread_key:
            self.sought.emit(shown.thread, shown.thread_key)
        else:
            self.asked.emit("open-browser")

    @Slot()
    def _go_to_channel(self) -> None:
        if self._row is not None:
            self.sought.emit(*conversation(self._row))

    def _want(self, name: str, arguments: Arguments) -> None:
        if self._row is not None:
            self.wanted.emit(Wanted(self._row, name, arguments))


def conversation(thread: Row) -> tuple[str, str]:
    """Return id and key of the item that a thread is in."""
    place = thread.chat.place if thread.chat is not None else ""
    return item_id(thread.account, Kind.MESSAGE, ServiceKey(place)), place


def delete_question(shown: Shown) -> tuple[str, str]:
    """Return what is asked before a message goes, and about which."""
    about = " ".join(shown.own.split())
    return words.translate("reader", "Delete this message?"), about[:160]
