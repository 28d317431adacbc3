"""Mail as its sender laid it out.

    engines = Engines()                   # one a window; starts nothing by itself
    view = RichView(engines)
    view.show_mail(rich, fetch_cid)       # its height follows what it shows
    view.supported()                      # "" or why the web engine shows nothing here

Light mail (words with emphasis, lists and links) is shown in the window's own colours and type. All
else gets a sheet of its own, light in both schemes, drawn by the web engine where that may run, and
else by Qt's own text widget.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QProcess, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from shiboken6 import isValid

from loopdesk.desk.rich import Rich
from loopdesk.ui import theme, words
from loopdesk.ui.rich_text import TextSheet

if TYPE_CHECKING:
    from loopdesk.ui.rich_engine import Engine
    from loopdesk.ui.rich_web import WebSheet

Answer = Callable[[bytes, str], None]
"""Takes a picture and its type; no bytes: there is none."""
FetchCid = Callable[[str, Answer], None]
"""Brings one of a mail's own pictures, by its name."""

IDLE_S = 60
LIVE_LIMIT = 4
"""So many mails are drawn by the engine at once; the one that was shown longest ago goes."""
# What the engine's sandbox needs. Asked in a process of its own: it cannot be taken back.
_ASK = """
import ctypes, sys
spaces = 0x10000000 | 0x20000000 | 0x40000000  # user, process ids, network
sys.exit(0 if ctypes.CDLL(None).unshare(spaces) == 0 else 1)
"""


class Engines(QObject):
    """Makes the web engine when it is first needed, if it may run, and lets go of it when idle."""

    settled = Signal()
    """It is known whether it may run."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._why: str | None = None
        self._asking: QProcess | None = None
        self._engine: Engine | None = None
        self._live: list[WebSheet] = []
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_S * 1000)
        self._idle.timeout.connect(self._let_go)
        application = QApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._end)

    @property
    def why(self) -> str | None:
        """Return why the engine may not run, "" where it may, None where that is not known yet.

        Its sandbox is never switched off: where it cannot work, neither may the engine.
        """
        return self._why

    @property
    def is_running(self) -> bool:
        return self._engine is not None

    def ask(self) -> None:
        """Find out whether it may run; `settled` tells when that is known."""
        if self._why is not None or self._asking is not None:
            return
        if sys.platform != "linux":
            self._settle("")
        elif os.geteuid() == 0:
            self._settle(words.translate("rich", "LoopDesk runs as root"))
        else:
            self._asking = QProcess(self)
            self._asking.finished.connect(self._asked)
            self._asking.errorOccurred.connect(self._not_asked)
            self._asking.start(sys.executable, ["-I", "-S", "-c", _ASK])

    def engine(self, sheet: WebSheet) -> Engine:
        """Return the engine, to draw one more sheet."""
        from loopdesk.ui.rich_engine import Engine

        self._idle.stop()
        if self._engine is None:
            self._engine = Engine()
        self._live.append(sheet)
        sheet.destroyed.connect(self._sweep_soon)
        if len(self._live) > LIVE_LIMIT:
            self._live[0].rest()
        return self._engine

    def done(self, sheet: WebSheet) -> None:
        """A sheet is not drawn any more."""
        if sheet in self._live:
            self._live.remove(sheet)
        if not self._live:
            self._idle.start()

    @Slot()
    def _sweep_soon(self) -> None:
        QTimer.singleShot(0, self, self._sweep)

    @Slot()
    def _sweep(self) -> None:
        """Forget the sheets that were deleted while they were drawn."""
        self._live = [sheet for sheet in self._live if isValid(sheet)]
        if not self._live:
            self._idle.start()

    @Slot()
    def _end(self) -> None:
        """Delete pages before their profile, as Chromium wants it."""
        for sheet in [*self._live]:
            sheet.let_go()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self._let_go()

    @Slot()
    def _let_go(self) -> None:
        if self._engine is not None and not self._live:
            self._engine.deleteLater()
            self._engine = None

    @Slot(int)
    def _asked(self, code: int) -> None:
        self._settle("" if code == 0 else _no_sandbox())

    @Slot()
    def _not_asked(self) -> None:
        self._settle(_no_sandbox())

    def _settle(self, why: str) -> None:
        if self._why is None:
            self._why = why
            if self._asking is not None:
                self._asking.deleteLater()
                self._asking = None
            self.settled.emit()


def _no_sandbox() -> str:
    return words.translate("rich", "this system does not let its sandbox work")


class RichView(QWidget):
    """One mail, as high as what it shows. Nothing in it is loaded, run or followed by itself."""

    link = Signal(str)
    shown = Signal()

    def __init__(self, engines: Engines, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engines = engines
        self._rich: Rich | None = None
        self._fetch: FetchCid = _none
        self._sheet: TextSheet | WebSheet | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        engines.settled.connect(self._settled)

    def supported(self) -> str:
        """Return "" where the web engine may run, else why not. Light mail needs none."""
        return self._engines.why or ""

    def show_mail(self, rich: Rich, fetch_cid: FetchCid, *, whole: bool = False) -> None:
        """Show a mail in place of what was shown.

        Args:
            fetch_cid: brings one of its own pictures; called for those in `rich.cids` alone.
            whole: with what it quotes.
        """
        html = rich.html + rich.quoted_html if whole else rich.html
        self._rich, self._fetch = replace(rich, html=html), fetch_cid
        if rich.light or self._engines.why is not None:
            self._draw()
        else:
            self._engines.ask()  # it is drawn when that is known

    def clear(self) -> None:
        """Show nothing and hold no engine."""
        self._rich = None
        self._put(None)

    @Slot()
    def _settled(self) -> None:
        if self._rich is not None and not self._rich.light:
            self._draw()

    def _draw(self) -> None:
        rich = self._rich
        if rich is None:
            return
        if rich.light or self._engines.why:
            sheet = self._sheet if isinstance(self._sheet, TextSheet) else TextSheet()
            self._put(sheet)
            sheet.show_mail(rich, self._fetch)
        else:
            from loopdesk.ui.rich_web import WebSheet

            web = self._sheet if isinstance(self._sheet, WebSheet) else WebSheet(self._engines)
            self._put(web)
            web.show_mail(document(rich.html), rich.cids, self._fetch)
        self.shown.emit()

    def _put(self, sheet: TextSheet | WebSheet | None) -> None:
        if sheet is self._sheet:
            return
        if self._sheet is not None:
            self._column.removeWidget(self._sheet)
            self._sheet.hide()
            self._sheet.deleteLater()
        self._sheet = sheet
        if sheet is not None:
            sheet.link.connect(self.link)
            self._column.addWidget(sheet)


_CID = re.compile(r' src="cid:([^"<>]*)"(?=[^<>]*>)')
# A size is kept free for it. By itself the engine draws the sign of something broken there.
_UNLOADED = re.compile(r"<img(?![^<>]* src=)(?=[^<>]* width=)(?=[^<>]* height=)")
_NOTHING = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta name="color-scheme" content="light only">
<style>
body {{ margin: 16px; font: {size}px/{line}px {family}, sans-serif; color: #1B1B1E;
  background: #FFFFFF; overflow-wrap: break-word; }}
img {{ max-width: 100%; }}
img:not([src]), img[data-remote] {{ display: inline-block; overflow: hidden; background: #F1F1EF;
  color: #55565C; font: 12px/16px sans-serif; }}
pre {{ white-space: pre-wrap; }}
a {{ color: #2458D6; }}
blockquote {{ margin: 8px 0; padding-left: 12px; border-left: 2px solid #E4E3DF; }}
</style></head><body>{body}
<style>
/* Its height follows its content, so neither may follow the other's. */
html:root, html:root body:not(#none):not(#nothing) {{
  height: auto !important; min-height: 0 !important; max-height: none !important; }}
</style></body></html>
"""


def document(body: str) -> str:
    """Return the page that shows cleaned HTML."""
    from loopdesk.ui.rich_engine import relative

    def own(found: re.Match[str]) -> str:
        from html import unescape
        from urllib.parse import unquote

        return f' src="{relative(unquote(unescape(found[1])))}"'

    return _PAGE.format(
        size=theme.px(theme.Type.BODY.size),
        line=theme.px(theme.Type.BODY.line),
        family=escape(theme.font(theme.Type.BODY).family(), quote=False),
        body=_UNLOADED.sub(rf'\g<0> src="{_NOTHING}"', _CID.sub(own, body)),
    )


def _none(_cid: str, answer: Answer) -> None:
    answer(b"", "")
