"""The pane, its layers and its sizes; search and the quick pane."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget

from loopdesk.ui.day import DAY, WEEK
from loopdesk.ui.palette import Palette
from loopdesk.ui.tray import picture

from .stage import ASKED, SETTLED_MS, SIZE, Stage

PINNED = "Sign off the terms before 15:00"


def the_first_pull(at: Stage) -> None:
    at.engine.lanes()
    at.main.session.refresh()
    at.settle()
    at.main.window.toast.dismiss()  # that there is no tray here
    at.take("first-pull")
    at.pull(whole=False)
    at.take("first-page")


def the_pane(at: Stage) -> None:
    # All four kinds stand on the first screen with it.
    at.desk.do("pin", next(row.id for row in at.desk.top(100).rows if row.title == PINNED))
    at.main.session.refresh()
    at.settle()
    at.select(lambda row: row.title.startswith(ASKED) and "reply-all" in row.actions)
    at.settle(6 * SETTLED_MS)
    at.take("pane")
    at.give("why")
    at.take("why")
    at.close_layers()
    at.give("snooze")
    at.take("snooze")
    at.close_layers()
    at.give("palette")
    (palette,) = at.main.window.findChildren(Palette)
    palette.box.setText("halden")
    at.take("palette")
    at.close_layers()
    at.give("keys")
    at.take("keys")
    at.close_layers()
    at.give("mark-all")
    at.take("selected")
    at.give("mark-none")
    at.main.window.resize(1024, 640)
    at.take("narrow")
    at.main.window.resize(820, 640)
    at.take("single")
    at.main.window.resize(*SIZE)
    right_to_left(at)


def right_to_left(at: Stage) -> None:
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    at.take("right-to-left")
    QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    at.settle()


def searching(at: Stage) -> None:
    at.main.window.search.begin()
    at.take("search-help")
    at.main.window.search.setText("halden")
    at.take("search")
    at.main.window.search.clear()
    at.give("go-inbox")


def the_quick_pane(at: Stage) -> None:
    at.main.quick.pop_up(QRect())
    at.take("quick", at.main.quick)
    at.main.quick.hide()
    at.main.show()  # where no window manager gives the focus back


def the_lists(at: Stage) -> None:
    """What the rail leads to besides the pane."""
    for name in ("messages", "starred", "sent", "snoozed", "owed", "done", "all"):
        at.give(f"go-{name}")
        at.take(f"list-{name}")
    at.give("go-inbox")


def the_menu(at: Stage) -> None:
    row = at.main.window.title_row
    corner = row.settings.mapToGlobal(row.settings.rect().bottomRight())
    row.menu.popup(corner - QPoint(row.menu.sizeHint().width(), 0))
    at.take_screen("menu")
    row.menu.close()


def the_tray(at: Stage) -> None:
    sizes, counts = (16, 22, 24, 32, 48, 64), (0, 4, 12)
    row = QWidget()
    across = QHBoxLayout(row)
    for size in sizes:
        for count in counts:
            label = QLabel()
            label.setPixmap(picture(count, size))
            across.addWidget(label)
    row.show()
    at.take("tray", row)
    row.close()


def small(at: Stage) -> None:
    """A window of 760 by 560: one thing at a time."""
    window = at.main.window
    at.select(lambda row: row.title.startswith(ASKED) and "reply-all" in row.actions)
    window.resize(760, 560)
    at.take("small")
    at.give("open")
    at.settle(2 * SETTLED_MS)
    at.take("small-reader")
    at.give("reply-all")
    at.take("small-composer")
    window.composer.leave()
    at.give("back")
    at.give("go-calendar")
    at.take("small-day")
    at.main.session.planner.days.set_mode(WEEK)
    at.take("small-week")
    at.main.session.planner.days.set_mode(DAY)
    at.give("go-accounts")
    at.take("small-accounts")
    at.give("go-inbox")
    window.resize(*SIZE)
