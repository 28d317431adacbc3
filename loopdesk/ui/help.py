"""All keys, in groups, and what the keyboard in use makes of them.

KeysHelp(window).open()
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from loopdesk.ui import keys, theme
from loopdesk.ui.controls import IconButton, Keycap, Label, Line, inset
from loopdesk.ui.floating import Layer
from loopdesk.ui.keys import Group, Key
from loopdesk.ui.theme import Type

_WIDTH = 880
_COLUMNS = ((Group.MOVE, Group.GO), (Group.ACT,), (Group.WRITE, Group.SELECT, Group.WINDOW))
_L = QLocale.Language
# Languages whose usual keyboard gives these characters with AltGr only.
_WITH_ALTGR = {
    _L.German: "[]",
    _L.French: "[]#",
    _L.Spanish: "[]#",
    _L.Portuguese: "[]",
    _L.Italian: "[]#",
    _L.Danish: "[]",
    _L.Swedish: "[]",
    _L.NorwegianBokmal: "[]",
    _L.Finnish: "[]",
    _L.Czech: "[]#",
    _L.Slovak: "[]#",
    _L.Hungarian: "[]#",
    _L.Turkish: "[]#",
}


def with_altgr(language: QLocale.Language) -> tuple[str, ...]:
    """Return the single keys of the table that need AltGr on that language's keyboard."""
    hard = _WITH_ALTGR.get(language, "")
    return tuple(press for key in keys.TABLE for press in key.presses if press in [*hard])


class KeysHelp(Layer):
    """The table of keys."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, width=theme.px(_WIDTH), top=48, dim=True)
        self.setAccessibleName(self.tr("All keys"))
        head = QHBoxLayout()
        head.setContentsMargins(24, 16, 16, 12)
        head.addWidget(Label(self.tr("All keys"), Type.READER_TITLE), 1)
        self._cross = IconButton("x", self.tr("Close"), "Esc")
        self._cross.clicked.connect(self.close_layer)
        head.addWidget(self._cross)
        columns = QWidget()
        side_by_side = QHBoxLayout(columns)
        side_by_side.setContentsMargins(24, 16, 24, 16)
        side_by_side.setSpacing(32)
        for groups in _COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(16)
            for group in groups:
                column.addLayout(_group(group))
            column.addStretch(1)
            side_by_side.addLayout(column, 1)
        scrolled = QScrollArea()
        scrolled.setWidget(columns)
        scrolled.setWidgetResizable(True)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setAccessibleName(self.tr("All keys"))
        scrolled.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        scrolled.setMinimumHeight(columns.sizeHint().height())
        self._scrolled = scrolled
        self._columns = columns
        self._note = Label("", Type.META, "text_3", wrap=True)
        self.body.addLayout(head)
        self.body.addWidget(Line())
        self.body.addWidget(scrolled, 1)
        self.body.addWidget(Line())
        self.body.addLayout(inset(self._note, 24, 10, 24, 12))

    def open(self, beside: QWidget | None = None) -> None:
        language = QGuiApplication.inputMethod().locale().language()
        notes = [self.tr("Single keys act on the selected row, never in a text box.")]
        if hard := with_altgr(language):
            notes.append(
                self.tr("On this keyboard {keys} need AltGr; {palette} has them all.").format(
                    keys=" ".join(hard), palette=keys.of("palette")
                )
            )
        self._note.setText(" ".join(notes))
        # In a low window the table scrolls.
        room = self.window().height() - theme.px(200)
        wanted = self._columns.sizeHint().height()
        self._scrolled.setFixedHeight(max(min(wanted, room), theme.px(120)))
        super().open(beside)


def _group(group: Group) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    title = QCoreApplication.translate("keys", group.value)
    grid.addWidget(Label(title, Type.HEADING, "text_2"), 0, 0, 1, 2)
    for at, key in enumerate((key for key in keys.TABLE if key.group is group), start=1):
        grid.addWidget(Label(key.text(), Type.META), at, 0)
        grid.addLayout(_caps(key), at, 1)
    return grid


def _caps(key: Key) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    row.addStretch(1)
    for press in key.presses:
        if press.endswith("Return"):  # the other Enter, and the table has that, too
            continue
        for part in press.split(" "):
            row.addWidget(Keycap(part.upper() if len(part) == 1 else part))
    return row
