"""The window's process: one application, one window, its tray and quick pane, until it is quit."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QSocketNotifier, Qt, QTimer, Signal, Slot

from loopdesk.core.actions import Action
from loopdesk.core.rows import Row
from loopdesk.core.seams import Clock
from loopdesk.desk.desk import Desk
from loopdesk.ui import theme
from loopdesk.ui.bridge import Bridge, EngineLink
from loopdesk.ui.services import Service
from loopdesk.ui.session import Profile, Session
from loopdesk.ui.unlock import application
from loopdesk.ui.window import Window

if TYPE_CHECKING:
    from loopdesk.ui.quick import QuickPane
    from loopdesk.ui.tray import Tray

_SIZE = (1440, 900)


class Summons(QObject):
    """Another start of the program, heard on any thread; `came` has the command it was given."""

    came = Signal(str)

    def call(self, command: str) -> None:
        self.came.emit(command)


class Main(QObject):
    """What holds the window, the tray and the quick pane together."""

    begun = Signal()
    left = Signal()

    def __init__(
        self,
        bridge: Bridge,
        zone: tzinfo,
        services: Sequence[Service],
        profile: Profile,
        open_address: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.bridge = bridge
        self.window = Window(services, bridge.clock, zone)
        self.session = Session(bridge, self.window, zone, services, profile, open_address)
        self._zone = zone
        self._open_address = open_address
        self.window.closing.connect(self._close)
        self.session.quit_asked.connect(self.ask_to_quit)

    @cached_property
    def quick(self) -> QuickPane:
        from loopdesk.ui.quick import QuickPane

        quick = QuickPane(self.bridge, self._zone)
        quick.open_asked.connect(self._open)
        quick.window_asked.connect(self.show)
        quick.join_asked.connect(self._join)
        quick.counted.connect(self.tray.show_count)
        quick.opened.connect(self._leave_notices_to_quick)
        quick.closed.connect(self._take_notices_back)
        return quick

    @cached_property
    def tray(self) -> Tray:
        from loopdesk.ui.tray import Tray

        tray = Tray(self.window)
        tray.pressed.connect(self._show_quick)
        tray.window_asked.connect(self.show)
        tray.quit_asked.connect(self.ask_to_quit)
        return tray

    @Slot()
    def show(self) -> None:
        """Show the window, in front."""
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    @Slot()
    def ask_to_quit(self) -> None:
        """Leave, unless a letter counts down: then the person says what becomes of it."""
        self.bridge.read(self.bridge.desk.outbox, self._quit_with)

    def _quit_with(self, outbox: tuple[Action, ...]) -> None:
        from loopdesk.ui.leaving import Leaving, letters

        waiting = letters(outbox, self.bridge.clock.now())
        if not waiting:
            self.quit()
            return
        self.show()
        sheet = Leaving(self.window, self.bridge, waiting)
        sheet.settled.connect(self.quit)
        sheet.open()

    @Slot()
    def quit(self) -> None:
        """Leave; the engine stays until what waits was tried."""
        self.session.orders.keep()
        self.session.opening.leave()
        self.bridge.close()
        self.left.emit()

    def start(self) -> None:
        """Ask for the first screen, and let the rest follow its first paint."""
        self.session.start()
        self.window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self.go_on)
        return False

    @Slot()
    def go_on(self) -> None:
        """Begin what can wait until the person sees something: the engine first of all."""
        self.window.removeEventFilter(self)
        gc.enable()  # off during the start
        self.bridge.begin()
        self.session.opening.begin()
        self.begun.emit()
        self.quick.refresh()
        # Without a tray, say once what closing will do.
        if not self.tray.present:
            self._tell_once(self.window.toast.say)

    @Slot()
    def _close(self) -> None:
        if self.tray.present:
            self.session.orders.keep()
            self.window.hide()
            self._tell_once(self.tray.tell)
        else:
            self.ask_to_quit()

    def _tell_once(self, tell: Callable[[str], None]) -> None:
        desk, note = self.bridge.desk, self.tray.closing_note()

        def known(told: str) -> None:
            if not told:
                tell(note)
                self.bridge.write(lambda: desk.set("closing-told", "yes"))

        self.bridge.read(lambda: desk.setting("closing-told"), known)

    @Slot(object)
    def _open(self, row: Row) -> None:
        self.show()
        self.session.open_item(row)

    @Slot(str)
    def _join(self, address: str) -> None:
        self._open_address(address)

    @Slot(QRect)
    def _show_quick(self, icon: QRect) -> None:
        self.quick.pop_up(icon)

    @Slot(str)
    def summon(self, command: str) -> None:
        """Do what another start of the program was for."""
        if command == "quick":
            self.quick.pop_up(self.tray.place)
        else:
            self.show()

    def show_quick_alone(self) -> None:
        """Show the quick pane; once it is closed, and the window was not asked for, leave."""
        self.go_on()
        # Queued: what the pane asks for as it closes comes first.
        self.quick.closed.connect(self._quit_unless_shown, Qt.ConnectionType.QueuedConnection)
        self.quick.pop_up(self.tray.place)

    @Slot()
    def _quit_unless_shown(self) -> None:
        if not self.window.isVisible():
            self.quit()

    @Slot()
    def _leave_notices_to_quick(self) -> None:
        self.session.orders.notices.on = False

    @Slot()
    def _take_notices_back(self) -> None:
        self.session.orders.notices.on = True


def run(
    desk: Desk,
    start_engine: Callable[[], EngineLink],
    *,
    clock: Clock,
    zone: tzinfo,
    services: Sequence[Service],
    open_address: Callable[[str], None],
    profile: Profile | None = None,
    quick: bool = False,
    summoned: Callable[[Callable[[str], None]], None] | None = None,
    argv: Sequence[str] = (),
) -> int:
    """Show the window until the person quits, and return the exit code.

    Args:
        desk: opened on the profile's files; asked on the bridge's threads only.
        start_engine: starts the engine through the starter, sends it its first line and returns
            its pipes (`bridge.Pipes`); called again when the engine has died. Runs on a thread.
        services: what can be connected, in the providers' own words.
        open_address: has the starter open an address outside.
        quick: show the quick pane alone; quit when it is closed.
        summoned: is given what to call, from any thread, with the command of a later start.
    """
    app = application(argv)
    app.setQuitOnLastWindowClosed(False)
    bridge = Bridge(desk, start_engine, clock)
    main = Main(bridge, zone, services, profile or Profile(), open_address)
    main.window.resize(*map(theme.px, _SIZE))
    # Not `app.quit`: that asks the windows first, and ours answers a closing by a question.
    main.left.connect(lambda: app.exit(0))
    leave = _Leave(main.quit)
    summons = Summons()
    summons.came.connect(main.summon, Qt.ConnectionType.QueuedConnection)
    if summoned is not None:
        main.begun.connect(lambda: summoned(summons.call))
    main.start()
    if quick:
        main.show_quick_alone()
    else:
        main.show()
    code = app.exec()
    leave.restore()
    return code


class _Leave(QObject):
    """SIGTERM and SIGINT end the program as Quit does, without asking.

    Python handles a signal only between its own instructions, and Qt's loop runs none while it is
    idle: the byte that Python writes into a pipe at each signal wakes it.
    """

    def __init__(self, quit_now: Callable[[], None]) -> None:
        super().__init__()
        self._quit = quit_now
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        self._was = signal.set_wakeup_fd(self._write)
        self._handlers = [
            (which, signal.signal(which, self._handle)) for which in (signal.SIGTERM, signal.SIGINT)
        ]
        self._notifier = QSocketNotifier(self._read, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)

    def restore(self) -> None:
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._was)
        for which, handler in self._handlers:
            signal.signal(which, handler)
        os.close(self._read)
        os.close(self._write)

    def _handle(self, which: int, frame: object) -> None:
        """Take the signal; the notifier does the rest."""

    @Slot()
    def _woken(self) -> None:
        os.read(self._read, 64)
        self._quit()
