"""Icons: Lucide's lines in the colour of a token, the services' marks, and the program's own."""

from __future__ import annotations

import re
from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from loopdesk.core.rows import Row
from loopdesk.system.resources import resource
from loopdesk.ui import theme

CHAT = "chat"
"""A conversation's kind where marks and titles are concerned: a service may have mails, too."""
# 24 units are drawn as 16 px: a line of 2.25 units becomes one of 1.5 px.
_STROKE = 'stroke-width="2.25"'
_DARK = re.compile(r' data-dark="(#\w{6})"')
_FIRST_FILL = re.compile(r'fill="#\w{6}"')


def icon(name: str, tone: str = "text_2", dpr: float = 0, gap: int = 0) -> QIcon:
    """Return Lucide's `name`, 16 px, tinted with the scheme in use; dimmed where disabled.

    Args:
        tone: a field of `theme.Tokens`.
        dpr: pixels a px; 0: the application's.
        gap: px to leave free after it: Qt's own distance between icon and words cannot be set.
    """
    colours = theme.current().tokens
    rtl = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    space = theme.px(gap) * (-1 if rtl else 1)
    wanted = getattr(colours, tone)
    return _icon(name, wanted, colours.control, theme.px(16), dpr or _dpr(), space)


def pixmap(name: str, tone: str = "text_2", size: int = 16, dpr: float = 0) -> QPixmap:
    """Return Lucide's `name` as a picture of `size` px of the design."""
    colour = getattr(theme.current().tokens, tone)
    return _lucide(name, colour, theme.px(size), dpr or _dpr())


def mark(service: str, kind: str = "", size: int = 14, dpr: float = 0) -> QPixmap:
    """Return a service's mark; where it has one for a kind of item, that one."""
    return _mark(service, kind, theme.current().dark, theme.px(size), dpr or _dpr())


def kind(row: Row) -> str:
    """Return as which kind an item has its service's mark."""
    return row.kind.value if row.chat is None else CHAT


def own(size: int = 16, dpr: float = 0) -> QPixmap:
    """Return the program's own mark."""
    return _own(theme.current().dark, theme.px(size), dpr or _dpr())


def application() -> QIcon:
    """Return the icon of the window and the tray, in the sizes that desktops ask for."""
    made = QIcon()
    for size in (16, 22, 24, 32, 48, 64, 128, 256):
        made.addPixmap(_own(theme.current().dark, size, 1.0))
    return made


def _dpr() -> float:
    app = QGuiApplication.instance()
    return app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0


@cache
def _icon(name: str, colour: str, disabled: str, size: int, dpr: float, space: int) -> QIcon:
    made = QIcon(_spaced(_lucide(name, colour, size, dpr), space))
    made.addPixmap(_spaced(_lucide(name, disabled, size, dpr), space), QIcon.Mode.Disabled)
    return made


def _spaced(drawn: QPixmap, space: int) -> QPixmap:
    """Return a picture with `space` px free after it; before it where `space` is negative."""
    if space == 0:
        return drawn
    dpr = drawn.devicePixelRatio()
    wider = QPixmap(round(drawn.width() + abs(space) * dpr), drawn.height())
    wider.setDevicePixelRatio(dpr)
    wider.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wider)
    painter.drawPixmap(max(-space, 0), 0, drawn)
    painter.end()
    return wider


@cache
def _lucide(name: str, colour: str, size: int, dpr: float) -> QPixmap:
    svg = resource("icons", "lucide", f"{name}.svg").read_text(encoding="utf-8")
    svg = svg.replace("currentColor", colour).replace('stroke-width="2"', _STROKE)
    return _draw(svg, size, dpr)


@cache
def _mark(service: str, kind: str, dark: bool, size: int, dpr: float) -> QPixmap:
    names = (f"{service}-{kind}", service, "service")
    places = (resource("icons", "marks", f"{name}.svg") for name in names)
    svg = next(place for place in places if place.exists()).read_text(encoding="utf-8")
    lighter = _DARK.search(svg)
    if dark and lighter:
        svg = _FIRST_FILL.sub(f'fill="{lighter[1]}"', svg, count=1)
    return _draw(svg, size, dpr)


@cache
def _own(dark: bool, size: int, dpr: float) -> QPixmap:
    place = resource("icons", f"loopdesk-{'dark' if dark else 'light'}.svg")
    return _draw(place.read_text(encoding="utf-8"), size, dpr)


def _draw(svg: str, size: int, dpr: float) -> QPixmap:
    drawn = QPixmap(round(size * dpr), round(size * dpr))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(dpr)
    return drawn
