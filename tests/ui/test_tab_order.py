"""Tab goes through a window as it is read, whatever was made first."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from loopdesk.ui import tab_order

RECTS = {
    "below": QRect(10, 400, 80, 20),
    "right": QRect(200, 12, 80, 30),
    "left": QRect(10, 10, 80, 20),
    "hidden": QRect(100, 10, 80, 20),
}


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        (Qt.LayoutDirection.LeftToRight, ["left", "right", "below", "left"]),
        (Qt.LayoutDirection.RightToLeft, ["right", "left", "below", "right"]),
    ],
)
def test_tab_goes_line_by_line(
    qtbot: QtBot, direction: Qt.LayoutDirection, expected: list[str]
) -> None:
    window, scroll, page = QWidget(), QScrollArea(), QWidget()
    qtbot.addWidget(window)
    window.setLayoutDirection(direction)
    window.resize(320, 240)
    scroll.setParent(window)
    scroll.setGeometry(0, 0, 320, 240)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(page)
    page.resize(300, 600)
    for name, rect in RECTS.items():
        box = QLineEdit(page)
        box.setObjectName(name)
        box.setGeometry(rect)
        box.setVisible(name != "hidden")
    window.show()
    window.activateWindow()
    now: QWidget | None = None
    found = []
    for _ in expected:
        assert tab_order.move(window, now, forward=True)
        now = window.focusWidget()
        found.append(now.objectName())
        assert not now.visibleRegion().isEmpty()  # it is scrolled to
    assert found == expected
    assert tab_order.move(window, now, forward=False)
    assert window.focusWidget().objectName() == "below"
