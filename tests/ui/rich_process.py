"""Shows mail with the web engine, in a process of its own, and says what came of it as JSON.

python -m tests.ui.rich_process CASE [ADDRESS]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from loopdesk.desk.rich import Rich
from loopdesk.ui import theme
from loopdesk.ui.rich import LIVE_LIMIT, Answer, Engines, RichView, document

# A picture of one red dot, wide and high as the mail says.
RED = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde\0\0\0\x0cIDATx\x9cc\xf8"
    b"\xcf\xc0\0\0\3\1\1\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82"
)


def hostile(far: str) -> str:
    """Return a page that tries every way out, as if nothing had been cleaned."""
    host = far.removeprefix("http://")
    return f"""
    <base href="{far}/base/">
    <meta http-equiv="refresh" content="0;url={far}/refresh">
    <link rel="stylesheet" href="{far}/sheet.css"><link rel="icon" href="{far}/icon.ico">
    <link rel="prefetch" href="{far}/prefetch"><link rel="preload" as="image" href="{far}/preload">
    <link rel="dns-prefetch" href="//{host}"><link rel="preconnect" href="{far}">
    <link rel="modulepreload" href="{far}/module.js"><link rel="manifest" href="{far}/manifest">
    <style>@import url({far}/import.css); body {{ background: url({far}/background.png); }}
    @font-face {{ font-family: x; src: url({far}/font.woff); }} p {{ font-family: x; }}</style>
    <p>Words <img src="{far}/picture.png"><img srcset="{far}/set.png 1x">
    <img src="relative.png"><img src="//{host}/scheme.png"><img src="file:///etc/hostname"></p>
    <iframe src="{far}/frame"></iframe><iframe srcdoc="<img src='{far}/doc.png'>"></iframe>
    <object data="{far}/object"></object><embed src="{far}/embed">
    <video src="{far}/video" poster="{far}/poster" autoplay></video><audio src="{far}/a" autoplay>
    </audio><input type="image" src="{far}/input.png"><svg><image href="{far}/svg.png"/></svg>
    <form id="f" action="{far}/form" method="post"><input name="a" value="b" autofocus></form>
    <a id="a" href="{far}/link" ping="{far}/ping">A link</a>
    <script src="{far}/script.js"></script>
    <script>fetch("{far}/fetch"); new Image().src = "{far}/script.png";
    navigator.sendBeacon("{far}/beacon"); document.getElementById("f").submit();
    new WebSocket("ws://{host}/socket"); document.body.style.height = "4000px";</script>
    <img src=x onerror="new Image().src='{far}/onerror.png'">
    """


def wait(until: Callable[[], object], most_ms: int = 20_000) -> bool:
    """Run the event loop until something is so, or for so long."""
    loop = QEventLoop()
    look, end = QTimer(), QTimer()
    look.timeout.connect(lambda: loop.quit() if until() else None)
    end.timeout.connect(loop.quit)
    look.start(10)
    end.start(most_ms)
    loop.exec()
    return bool(until())


class Shown:
    """A view in a window that scrolls, and what it said."""

    def __init__(self, engines: Engines | None = None) -> None:
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        holder = QWidget()
        self.column = QVBoxLayout(holder)
        self.column.addStretch(1)
        self.area.setWidget(holder)
        self.area.resize(700, 500)
        self.engines = engines or Engines()
        self.links: list[str] = []
        self.area.show()

    def view(self, rich: Rich, fetch: Callable[[str, Answer], None] | None = None) -> RichView:
        view = RichView(self.engines)
        view.link.connect(self.links.append)
        self.column.insertWidget(self.column.count() - 1, view)
        view.show_mail(rich, fetch or (lambda _, answer: answer(b"", "")))
        return view


def page(html: str, cids: tuple[str, ...] = ()) -> Rich:
    return Rich(html, "", cids, (), light=False)


def height(view: RichView) -> int:
    """Return how high its sheet is, 0 while nothing is drawn."""
    from loopdesk.ui.rich_web import WebSheet

    sheets = view.findChildren(WebSheet)
    drawn = [sheet.height() for sheet in sheets if sheet.view is not None]
    return drawn[0] if drawn and drawn[0] != theme.px(80) else 0


def steady(view: RichView) -> int:
    """Return its height once that is drawn and stays."""
    seen: list[int] = []

    def stays() -> bool:
        seen.append(height(view))
        return len(seen) > 60 and seen[-1] > 100 and len({*seen[-60:]}) == 1

    wait(stays)
    return seen[-1]


def is_drawn(view: RichView, least: int = 100) -> bool:
    return height(view) >= least


def case_locked(far: str) -> dict[str, Any]:
    """The page that tries everything, past the cleaning, and then an ordinary one."""
    shown = Shown()
    view = shown.view(page(hostile(far)))
    first = wait(lambda: is_drawn(view))
    # What is asked for late has had its time once another page has been drawn whole.
    other = shown.view(page("<p style='height:900px'>ordinary</p>"))
    second = wait(lambda: is_drawn(other, 900))
    wait(lambda: False, 1500)
    return {"first": first, "second": second, "height": height(view), "links": shown.links,
            "why": view.supported()}  # fmt: skip


def case_open(far: str) -> dict[str, Any]:
    """The same page in an engine that nobody shut in."""
    from PySide6.QtCore import QUrl
    from PySide6.QtWebEngineWidgets import QWebEngineView

    view = QWebEngineView()
    view.resize(700, 500)
    view.show()
    done: list[bool] = []
    view.page().loadFinished.connect(done.append)
    view.page().setHtml(document(hostile(far)), QUrl(far + "/"))
    wait(lambda: len(done) > 1, 6000)
    return {"loaded": bool(done)}


def case_height(_: str) -> dict[str, Any]:
    """Heights follow the content, up and down, and what would never end does."""
    shown = Shown()
    view = shown.view(page("<div style='height:1500px'>high</div>"))
    high = wait(lambda: is_drawn(view, 1500)) and height(view)
    view.show_mail(page("<div style='height:200px'>low</div>"), lambda _, answer: answer(b"", ""))
    low = wait(lambda: is_drawn(view) and height(view) < 400) and height(view)
    endless = shown.view(
        page("<style>html,body{height:100%!important}</style><div style='height:110vh'>x</div>")
    )
    wait(lambda: is_drawn(endless))
    wait(lambda: False, 1000)
    words = "<p>" + "words and more of them, " * 200 + "</p>"
    view.show_mail(page(words), lambda _, answer: answer(b"", ""))
    wide = steady(view)
    shown.area.resize(400, 500)
    wait(lambda: height(view) != wide)
    narrow = steady(view)
    shown.area.resize(700, 500)
    wait(lambda: height(view) != narrow)
    back = steady(view)
    for width in (400, 330, 360, 700):  # faster than the engine lays it out
        shown.area.resize(width, 500)
        wait(lambda: False, 40)
    wait(lambda: height(view) == back)
    again = steady(view)
    return {"high": high, "low": low, "endless": height(endless), "wide": wide, "narrow": narrow,
            "back": back, "again": again}  # fmt: skip


def case_pictures(_: str) -> dict[str, Any]:
    """Pictures of the mail's own are asked for by name and drawn, others are not asked for."""
    shown = Shown()
    asked: list[str] = []

    def fetch(cid: str, answer: Answer) -> None:
        asked.append(cid)
        QTimer.singleShot(30, shown.area, lambda: answer(RED, "image/png"))

    html = (
        '<img src="cid:red%20dot%2F1@x" width="300" height="300">'
        '<img src="cid:other@x" width="20" height="20"><img alt="Logo" width="200" height="100">'
    )
    view = shown.view(page(html, ("red dot/1@x",)), fetch)
    wait(lambda: is_drawn(view, 300) and bool(asked))
    wait(lambda: _colour(view, 100, 100) == "#ff0000", 8000)
    return {"asked": asked, "colour": _colour(view, 100, 100), "ground": _colour(view, 2, 2)}


def _colour(view: RichView, x: int, y: int) -> str:
    return view.grab().toImage().pixelColor(x, y).name()


def case_input(_: str) -> dict[str, Any]:
    """A link goes out as a signal, keys and the wheel go to the window."""
    shown = Shown()
    keys: list[str] = []

    class Column(QWidget):
        def keyPressEvent(self, event: Any) -> None:  # noqa: N802  # Qt's own name
            keys.append(event.text())

    holder = Column()
    column = QVBoxLayout(holder)
    view = RichView(shown.engines)
    view.link.connect(shown.links.append)
    column.addWidget(view)
    shown.area.setWidget(holder)
    html = (
        '<a href="https://x.test/a?b=1&amp;c=%20d" style="display:block;'
        'height:200px;background:#eeeeee">A link</a><div style="height:2000px">below</div>'
    )
    view.show_mail(page(html), lambda _, answer: answer(b"", ""))
    wait(lambda: is_drawn(view, 2000))
    wait(lambda: _colour(view, 100, 100) == "#eeeeee", 8000)
    from PySide6.QtWebEngineWidgets import QWebEngineView

    web = view.findChildren(QWebEngineView)[0]
    target = web.focusProxy()
    assert target is not None
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    wait(lambda: bool(shown.links), 5000)
    QTest.keyClicks(target, "ej")
    wheel = QWheelEvent(
        QPointF(60, 60), QPointF(target.mapToGlobal(QPoint(60, 60))), QPoint(), QPoint(0, -240),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(target, wheel)
    wait(lambda: shown.area.verticalScrollBar().value() > 0, 3000)
    menu = web.menu_at(QPoint(10, 10))  # type: ignore[attr-defined]
    return {"links": shown.links, "keys": keys, "url": web.url().scheme(),
            "scrolled": shown.area.verticalScrollBar().value(),
            "menu": [action.text() for action in menu.actions()]}  # fmt: skip


def case_life(_: str) -> dict[str, Any]:
    """An engine is there while it is needed, a few mails hold one at most, then it goes."""
    shown = Shown()
    before = "PySide6.QtWebEngineCore" in sys.modules and shown.engines.is_running
    shown.engines._idle.setInterval(100)
    views = [shown.view(page(f"<div style='height:150px'>{n}</div>")) for n in range(6)]
    wait(lambda: sum(is_drawn(view) for view in views) == LIVE_LIMIT)
    live = sum(is_drawn(view) for view in views)
    wait(lambda: False, 300)
    for view in views:
        view.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gone = wait(lambda: not shown.engines.is_running, 5000)
    again = shown.view(page("<div style='height:160px'>again</div>"))
    return {"before": before, "live": live, "gone": gone, "again": wait(lambda: is_drawn(again))}


def main() -> None:
    app = QApplication([])
    theme.apply(app)
    case = globals()[f"case_{sys.argv[1]}"]
    print(json.dumps(case(*(sys.argv[2:] or [""]))), flush=True)
    # What Chromium has to say at its end is not for this test.
    sys.stdout.flush()
    import os

    os._exit(0)


if __name__ == "__main__":
    main()
