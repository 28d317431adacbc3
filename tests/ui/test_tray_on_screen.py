"""The tray icon on a screen with a tray: a press on it says where it is."""

from __future__ import annotations

import os
import subprocess
import sys

_PROGRAM = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from loopdesk.ui import theme
from loopdesk.ui.tray import Tray

app = QApplication([])
theme.apply(app)
window = QWidget()
tray = Tray(window)
tray.show_count(4)


def look():
    if tray.place.width() > 1 and tray.place.x() > 0:
        timer.stop()
        print(tray.present, tray.place.center().x(), tray.place.center().y(), flush=True)


def pressed(place):
    print(place.contains(tray.place.center()), flush=True)
    app.quit()


tray.pressed.connect(pressed)
timer = QTimer()
timer.timeout.connect(look)
timer.start(50)
app.exec()
"""


def test_a_press_on_the_icon_says_where_it_is(display: str) -> None:
    env = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM], env=env, stdout=subprocess.PIPE, text=True
    ) as program:
        try:
            assert program.stdout is not None
            present, x, y = program.stdout.readline().split()
            assert present == "True"
            subprocess.run(["xdotool", "mousemove", x, y, "click", "1"], env=env, check=True)
            assert program.stdout.readline() == "True\n"
        finally:
            program.kill()
