"""An attachment or a file, shown inside the window.

    preview = Preview()
    preview.begin(held)             # named at once; "being brought" until it is here
    preview.show_file(readable)     # or preview.fail(sentence)
    preview.used                    # Held, its `use` "save" or "open"
    preview.left                    # it was closed: Esc, or the button
    preview.cancelled               # it is not wanted any more while it is being brought

Keys: Esc leaves, / or Ctrl+F finds, n and p go through what was found, + - 0 zoom, PgUp and PgDn
scroll, Ctrl+S saves.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from loopdesk.core.filetypes import Why
from loopdesk.desk.readable import Readable, Shape
from loopdesk.ui import controls, failures, theme, words
from loopdesk.ui.controls import Button, IconButton, Label, Line, Middle
from loopdesk.ui.part import Held
from loopdesk.ui.preview_views import MailView, PdfView, PictureView, TableView, TextView, View
from loopdesk.ui.theme import Type
from loopdesk.ui.tile import Tile

_FIND_WIDTH = 180


class Preview(QWidget):
    """One page for all: what it shows is replaced."""

    used = Signal(Held)
    left = Signal()
    cancelled = Signal()
    link = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Preview"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.held: Held | None = None
        self._view: View | None = None
        self._refused: Why | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar())
        column.addWidget(Line())
        self._note = Label("", Type.META, "text_2", wrap=True)
        self._note_row = QFrame()
        self._note_row.setProperty("surface", "warn")
        note = QHBoxLayout(self._note_row)
        note.setContentsMargins(theme.px(24), theme.px(8), theme.px(24), theme.px(8))
        note.addWidget(self._note)
        column.addWidget(self._note_row)
        self._room = QVBoxLayout()
        self._room.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._room, 1)

    def _bar(self) -> QWidget:
        bar = QWidget()
        bar.setFixedHeight(theme.px(48))
        across = QHBoxLayout(bar)
        across.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        across.setSpacing(theme.px(8))
        back = IconButton("chevron-left", self.tr("Back"), "Esc")
        back.clicked.connect(self._leave)
        across.addWidget(back)
        self._tile = QHBoxLayout()
        across.addLayout(self._tile)
        self._name = Middle("", Type.BUTTON)
        across.addWidget(self._name, 1)
        self._size = Label("", Type.META, "text_3")
        across.addWidget(self._size)
        self._page = QLineEdit()
        self._page.setFixedWidth(theme.px(48))
        self._page.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._page.setAccessibleName(self.tr("Page"))
        self._page.returnPressed.connect(self._turn)
        across.addWidget(self._page)
        self._count = Label("", Type.META, "text_2")
        across.addWidget(self._count)
        self._smaller = IconButton("zoom-out", self.tr("Smaller"), "-")
        self._smaller.clicked.connect(lambda: self._zoom(-1))
        self._fit = IconButton("maximize", self.tr("As it fits"), "0")
        self._fit.clicked.connect(lambda: self._zoom(0))
        self._larger = IconButton("zoom-in", self.tr("Larger"), "+")
        self._larger.clicked.connect(lambda: self._zoom(1))
        for button in (self._smaller, self._fit, self._larger):
            across.addWidget(button)
        self._words = QLineEdit()
        self._words.setFixedWidth(theme.px(_FIND_WIDTH))
        self._words.setPlaceholderText(self.tr("Find"))
        self._words.setAccessibleName(self.tr("Find in this file"))
        self._words.returnPressed.connect(self._find_next)
        self._words.textChanged.connect(self._forget_missing)
        self._words.installEventFilter(self)
        across.addWidget(self._words)
        self._save = Button(self.tr("Save as"), icon="download")
        self._save.clicked.connect(lambda: self._use("save"))
        across.addWidget(self._save)
        self._open = Button(self.tr("Open in a program"), icon="external-link")
        self._open.clicked.connect(lambda: self._use("open"))
        across.addWidget(self._open)
        return bar

    # --- what it shows ---

    def begin(self, held: Held) -> None:
        """Name a file whose bytes are asked for."""
        self.held, self._refused = held, None
        controls.clear(self._tile)
        controls.put(self._tile, Tile(held.name, held.type))
        self._name.say(held.name)
        self._size.setText("" if held.size_bytes is None else words.size(held.size_bytes))
        self._note_row.hide()
        self._words.clear()
        cancel = Button(self.tr("Cancel"))
        cancel.clicked.connect(self._cancel)
        self._become(None, _Said(self.tr("It is being brought"), "", cancel))
        self._offer(saved=False)

    def show_progress(self, done_bytes: int) -> None:
        """Say how much of it is here by now."""
        held = self.held
        size = held.size_bytes if held is not None and not held.view else None
        said = words.size(done_bytes)
        if size:
            said = self.tr("{done} of {all}").format(done=said, all=words.size(size))
        if self._view is None:
            for about in self.findChildren(_Said):
                about.about.setText(said)
                about.about.show()

    def show_file(self, found: Readable, image: QImage | None = None) -> None:
        """Show what was read.

        Args:
            image: of a picture, decoded; null where it could not be.
        """
        # What a service made of a file says nothing of the file itself.
        made = self.held is not None and bool(self.held.view)
        self._refused = None if made else found.refused
        controls.clear(self._tile)
        # Of a program the bytes count, not what it calls itself.
        called = "" if found.refused is Why.PROGRAM else found.name
        controls.put(self._tile, Tile(called, found.type))
        self._name.say(found.name)
        if not made:
            self._size.setText(words.size(found.blob.size_bytes))
        view = self._made(found, image)
        if view is None:
            self._cannot(found)
        else:
            view.changed.connect(self._show_page)
            view.failed.connect(self._failed)
            view.link.connect(self.link)
            self._become(view, view)
            view.begin()
            view = self._view  # None, if it could not be read
        note = ""
        if found.cut and view is not None:
            note = self.tr("Only the beginning is shown. Save it to have all of it.")
        elif found.bare and view is not None:
            note = self.tr("Only its words are shown. A program shows it as it is.")
        elif self._refused in (Why.MARKUP, Why.MACROS, Why.PROGRAM) and view is not None:
            note = failures.not_opened(self._refused) + "."
        self._note.setText(note)
        self._note_row.setVisible(bool(note))
        self._offer(saved=True)
        (view or self).setFocus(Qt.FocusReason.OtherFocusReason)

    def fail(self, sentence: str) -> None:
        """Say why there is nothing to see."""
        again = Button(self.tr("Try again"))
        again.clicked.connect(lambda: self._use("show"))
        self._become(None, _Said(self.tr("It could not be brought"), f"{sentence}.", again))
        # Its own bytes may be here, and it may be opened, where only its pages cannot be had.
        self._offer(saved=self.held is not None and bool(self.held.view))
        again.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """Let go of what is shown."""
        self.held = None
        self._become(None, QWidget())

    def _made(self, found: Readable, image: QImage | None) -> View | None:
        match found.shape:
            case Shape.PICTURE if image is not None and not image.isNull():
                return PictureView(image)
            case Shape.PDF:
                return PdfView(found.data)
            case Shape.TEXT | Shape.HTML:
                return TextView(found)
            case Shape.MAIL if found.mail is not None:
                return MailView(found.mail)
            case Shape.TABLE if found.rows:
                return TableView(found.rows)
        return None

    def _cannot(self, found: Readable) -> None:
        if found.refused is not None:
            title, about = self.tr("Not opened"), failures.not_opened(found.refused) + "."
            button = Button(self.tr("Save as"), icon="download")
            button.clicked.connect(lambda: self._use("save"))
        else:
            title = self.tr("No preview")
            about = self.tr("LoopDesk cannot show this kind. A program of yours may.")
            button = Button(self.tr("Open in a program"), icon="external-link")
            button.clicked.connect(lambda: self._use("open"))
        self._become(None, _Said(title, about, button))

    @Slot()
    def _failed(self) -> None:
        self._become(None, _Said(self.tr("No preview"), self.tr("It is damaged, or locked."), None))
        self._offer(saved=True)

    def _become(self, view: View | None, widget: QWidget) -> None:
        controls.clear(self._room)
        self._view = view
        controls.put(self._room, widget, 1)

    def _offer(self, *, saved: bool) -> None:
        view = self._view
        for button in (self._smaller, self._fit, self._larger):
            button.setVisible(view is not None and view.zooms)
        self._words.setVisible(view is not None and view.finds)
        self._save.setVisible(saved)
        self._open.setVisible(saved)
        self._open.setEnabled(self._refused is None)
        why = "" if self._refused is None else failures.not_opened(self._refused)
        self._open.setToolTip(why)
        self._show_page()

    @Slot()
    def _show_page(self) -> None:
        page, count = self._view.pages if self._view is not None else (0, 0)
        self._page.setVisible(count > 0)
        self._count.setVisible(count > 0)
        self._page.setText(str(page))
        self._count.setText(self.tr("of {n}").format(n=words.count(count)))

    # --- what is pressed ---

    @Slot()
    def _turn(self) -> None:
        if self._view is not None and self._page.text().strip().isdecimal():
            self._view.go_to_page(int(self._page.text()))
        self._show_page()

    def _zoom(self, by: int) -> None:
        if self._view is not None and self._view.zooms:
            self._view.zoom(by)

    @Slot()
    def _find_next(self) -> None:
        self._find()

    def _find(self, *, back: bool = False) -> None:
        if self._view is None or not self._view.finds or not self._words.text():
            return
        found = self._view.find_words(self._words.text(), back=back)
        self._words.setProperty("missing", not found)
        self._words.setToolTip("" if found else self.tr("It is not in this file"))
        self._words.style().unpolish(self._words)
        self._words.style().polish(self._words)

    @Slot()
    def _forget_missing(self) -> None:
        self._words.setProperty("missing", False)
        self._words.style().unpolish(self._words)
        self._words.style().polish(self._words)

    def _use(self, use: str) -> None:
        if self.held is not None:
            self.used.emit(replace(self.held, use=use))

    @Slot()
    def _leave(self) -> None:
        self.left.emit()

    @Slot()
    def _cancel(self) -> None:
        self.cancelled.emit()
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            (self._view or self).setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key, text = event.key(), event.text()
        if key == Qt.Key.Key_Escape:
            self._leave()
        elif (ctrl and key == Qt.Key.Key_F) or text == "/":
            self._words.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._words.selectAll()
        elif ctrl and key == Qt.Key.Key_S:
            self._use("save")
        elif text in ("+", "=", "-", "0"):
            self._zoom({"-": -1, "0": 0}.get(text, 1))
        elif text in ("n", "p"):
            self._find(back=text == "p")
        # Nothing else is a key of the list, which is not seen now.
        event.setAccepted(not event.modifiers() or bool(text))


class _Said(QWidget):
    """A line, one that says more, a button."""

    def __init__(self, title: str, about: str, button: Button | None) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), 0, theme.px(24), 0)
        column.setSpacing(theme.px(8))
        column.addStretch()
        column.addWidget(Label(title, Type.EMPTY), 0, Qt.AlignmentFlag.AlignHCenter)
        self.about = Label(about, tone="text_2")
        self.about.setVisible(bool(about))
        column.addWidget(self.about, 0, Qt.AlignmentFlag.AlignHCenter)
        if button is not None:
            column.addSpacing(theme.px(8))
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
