"""The title row, where there is little room."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from loopdesk.ui import theme
from loopdesk.ui.title_row import TitleRow
from tests.ui.rows import StillClock, meeting


def test_in_a_narrow_window_the_search_box_leaves_room_for_the_next_meeting(qtbot: QtBot) -> None:
    search = QLineEdit()
    row = TitleRow(search, StillClock())
    qtbot.addWidget(row)
    row.resize(theme.px(820), theme.px(48))
    row.fit(theme.px(376), narrow=True)
    row.show_next(meeting("Design review"))
    row.show()
    QApplication.processEvents()
    assert row._what.x() >= search.geometry().right()
    assert row._what.width() >= row._what.sizeHint().width()
    row.resize(theme.px(1440), theme.px(48))
    QApplication.processEvents()
    assert search.width() == theme.px(376 - 16)
