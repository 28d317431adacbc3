"""Show a window, say when it was first painted and how much memory it took, and end.

    first_paint.py bare | loopdesk

The second reads the profile to open, as JSON, from standard input. Printed: `at`, in seconds of the
system's monotonic clock, and `pss_kib`, the process's share of memory.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loopdesk.ui.services import Service


def main() -> int:
    if sys.argv[1] == "bare":
        return _bare()
    given = json.load(sys.stdin)
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as pipe:
        from loopdesk.engine import protocol

        pipe.write(protocol.key_line(bytes.fromhex(given["key"])))
    sys.argv = ["loopdesk", "--profile", given["home"], "--key-fd", str(reading)]
    from loopdesk.cli import window
    from loopdesk.cli.main import main as loopdesk

    services = window.services

    def services_watched(*, demo: bool = False) -> list[Service]:
        # The last that is asked for before the window's own code runs, when Qt has been imported
        # where the program imports it: earlier, Qt would read the source of every module after it.
        _watch()
        return services(demo=demo)

    window.services = services_watched

    return loopdesk(sys.argv[1:])


def _bare() -> int:
    from PySide6.QtWidgets import QApplication, QWidget

    _watch()
    application = QApplication([])
    window = QWidget()
    window.resize(1440, 900)
    window.show()
    return int(application.exec())


def _watch() -> None:
    """Say when any window is painted for the first time, then end the program."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication, QWidget

    class Watch(QObject):
        def eventFilter(  # noqa: N802  # Qt's own name
            self, watched: QObject, event: QEvent
        ) -> bool:
            if event.type() is QEvent.Type.UpdateRequest and isinstance(watched, QWidget):
                at = time.monotonic()
                QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
                print(json.dumps({"at": at, "pss_kib": _pss_kib()}), flush=True)
                os._exit(0)
            return False

    run = QApplication.exec

    def watched() -> int:
        watch = Watch()
        QApplication.instance().installEventFilter(watch)  # type: ignore[union-attr]
        return int(run())

    QApplication.exec = staticmethod(watched)  # type: ignore[method-assign]


def _pss_kib() -> int:
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
