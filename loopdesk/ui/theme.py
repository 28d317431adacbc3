"""Colours, type and sizes, as data; and how they reach Qt as a palette and one style sheet."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from hashlib import blake2b

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from loopdesk.system.resources import resource
from loopdesk.ui import fonts


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one scheme, by what they mean.

    accent: selection, focus, links, the one filled button. urgent: time, or asked of you.
    warn: needs you. ok: done. danger: erase, decline. mark: a search match, with `text` on it.
    """

    bg: str
    surface: str
    rail: str
    hover: str
    selected: str
    border: str
    control: str
    text: str
    text_2: str
    text_3: str
    neutral_soft: str
    accent: str
    on_accent: str
    accent_soft: str
    urgent: str
    urgent_soft: str
    warn: str
    warn_soft: str
    ok: str
    ok_soft: str
    danger: str
    danger_soft: str
    mark: str

    def colour(self, name: str) -> QColor:
        """Return a token as a colour; names are spelt as the fields are."""
        return _colour(getattr(self, name))


_LIGHT = Tokens(
    bg="#FFFFFF",
    surface="#F7F7F5",
    rail="#F2F1EE",
    hover="#F1F1EF",
    selected="#E6EDFB",
    border="#E4E3DF",
    control="#85857F",
    text="#1B1B1E",
    text_2="#55565C",
    text_3="#68696F",
    neutral_soft="#F1F1EF",
    accent="#2458D6",
    on_accent="#FFFFFF",
    accent_soft="#E6EDFB",
    urgent="#B3380C",
    urgent_soft="#FCEBE2",
    warn="#8A5A00",
    warn_soft="#FBF0D9",
    ok="#17694A",
    ok_soft="#E2F3EA",
    danger="#B42318",
    danger_soft="#FDE9E7",
    mark="#FBE8A8",
)
_DARK = Tokens(
    bg="#1C1D20",
    surface="#232428",
    rail="#111214",
    hover="#26282C",
    selected="#26344F",
    border="#34363B",
    control="#7E8088",
    text="#ECECEF",
    text_2="#B6B7BE",
    text_3="#9A9BA4",
    neutral_soft="#2A2C31",
    accent="#8AB0FF",
    on_accent="#0E1626",
    accent_soft="#22304D",
    urgent="#FFA070",
    urgent_soft="#3B261B",
    warn="#F0C265",
    warn_soft="#352B16",
    ok="#6FD3A4",
    ok_soft="#17312A",
    danger="#FF9A92",
    danger_soft="#3E2120",
    mark="#55471A",
)

AVATARS = (
    "#5B4BC4",
    "#0B6B62",
    "#A2470B",
    "#A81F44",
    "#1F5FB0",
    "#6B4A2B",
    "#3F6212",
    "#86198F",
)
"""Backgrounds for white initials, in both schemes."""


HEAVY = "b, strong, th, h1, h2, h3, h4, h5, h6 { font-weight: 600 }"
"""For documents: the heaviest face that comes along. A heavier one Qt would smear out of it."""


class Type(Enum):
    """The type scale: size and line height in px at scale 1, and weight."""

    TITLE = (20, 28, QFont.Weight.DemiBold)
    READER_TITLE = (16, 24, QFont.Weight.DemiBold)
    BODY = (14, 22, QFont.Weight.Normal)
    EMPTY = (14, 22, QFont.Weight.DemiBold)
    STRONG = (13, 18, QFont.Weight.DemiBold)
    BUTTON = (13, 18, QFont.Weight.Medium)
    CONTROL = (13, 18, QFont.Weight.Normal)
    HEADING = (12, 18, QFont.Weight.DemiBold)
    META = (12, 16, QFont.Weight.Normal)
    TAG = (11, 16, QFont.Weight.Medium)

    @property
    def size(self) -> int:
        return self.value[0]

    @property
    def line(self) -> int:
        return self.value[1]

    @property
    def weight(self) -> QFont.Weight:
        return self.value[2]


def tokens(dark: bool) -> Tokens:
    """Return the colours of one scheme."""
    return _DARK if dark else _LIGHT


def avatar(person: str) -> QColor:
    """Return the background of a person's avatar: the same for the same key, always."""
    return _colour(AVATARS[blake2b(person.encode(), digest_size=1).digest()[0] % len(AVATARS)])


class Theme(QObject):
    """The scheme in use. Follows the system's; `changed` comes after palette and sheet are set."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self.scale = _scale(app)
        self.dark = False
        self.tokens = _LIGHT
        self._chosen = Qt.ColorScheme.Unknown
        app.styleHints().colorSchemeChanged.connect(self._dress)
        self._dress()

    def choose(self, scheme: Qt.ColorScheme) -> None:
        """Use one scheme whatever the system says; Unknown: follow the system again."""
        self._chosen = scheme
        self._dress()

    @Slot()
    def _dress(self) -> None:
        scheme = self._chosen
        if scheme == Qt.ColorScheme.Unknown:
            scheme = self._app.styleHints().colorScheme()
        self.dark = scheme == Qt.ColorScheme.Dark
        self.tokens = tokens(self.dark)
        self._app.setPalette(_palette(self.tokens))
        self._app.setStyleSheet(_sheet(self.tokens, self.scale))
        self.changed.emit()


def apply(app: QApplication) -> Theme:
    """Dress the application: Fusion, our palette, our type and sheet, now and at each change."""
    app.setStyle("Fusion")
    fonts.load()
    theme = Theme(app)
    app.setProperty("theme", theme)
    app.setFont(font(Type.CONTROL))
    return theme


@cache  # asked for at every icon of every row that is painted
def current() -> Theme:
    """Return what `apply` made."""
    app = QApplication.instance()
    assert app is not None  # noqa: S101
    theme: Theme = app.property("theme")
    return theme


def px(length: float) -> int:
    """Return a length of the design (at 13 px text) in the px of this system's text size."""
    return round(length * current().scale)


def font(kind: Type, *, tabular: bool = False, italic: bool = False) -> QFont:
    """Return a font of the scale; `tabular` for columns of figures."""
    made = QFont(fonts.FAMILY)
    made.setPixelSize(px(kind.size))
    made.setWeight(kind.weight)
    made.setItalic(italic)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


@cache
def _colour(text: str) -> QColor:
    return QColor(text)


def _scale(app: QApplication) -> float:
    """Return how much larger than usual the person has set the system's text."""
    usual = {"win32": 9.0, "darwin": 13.0}.get(sys.platform)
    size = app.font().pointSizeF()
    # Elsewhere the desktop's own default is 9 to 11; only what lies outside was chosen.
    if usual is None:
        usual = min(max(size, 9.0), 11.0)
    return min(max(size / usual, 0.8), 3.0) if size > 0 else 1.0


def _palette(t: Tokens) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: t.bg,
        QPalette.ColorRole.WindowText: t.text,
        QPalette.ColorRole.Base: t.bg,
        QPalette.ColorRole.AlternateBase: t.surface,
        QPalette.ColorRole.Text: t.text,
        QPalette.ColorRole.PlaceholderText: t.text_3,
        QPalette.ColorRole.Button: t.bg,
        QPalette.ColorRole.ButtonText: t.text,
        QPalette.ColorRole.BrightText: t.danger,
        QPalette.ColorRole.Highlight: t.accent,
        QPalette.ColorRole.HighlightedText: t.on_accent,
        QPalette.ColorRole.Link: t.accent,
        QPalette.ColorRole.LinkVisited: t.accent,
        QPalette.ColorRole.ToolTipBase: t.text,
        QPalette.ColorRole.ToolTipText: t.bg,
        QPalette.ColorRole.Accent: t.accent,
        QPalette.ColorRole.Light: t.surface,
        QPalette.ColorRole.Midlight: t.hover,
        QPalette.ColorRole.Mid: t.border,
        QPalette.ColorRole.Dark: t.control,
        QPalette.ColorRole.Shadow: t.border,
    }
    palette = QPalette()
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.control))
    return palette


@cache
def _template() -> str:
    return resource("loopdesk.qss").read_text(encoding="utf-8")


def _sheet(t: Tokens, scale: float) -> str:
    """Fill the sheet: `$name` is a token, a length like `12px` is scaled."""
    sheet = _template()
    # Longest first: `$text` is the beginning of `$text_2`.
    for name in sorted((f.name for f in fields(t)), key=len, reverse=True):
        sheet = sheet.replace(f"${name}", getattr(t, name))
    return sheet if scale == 1.0 else _scaled(sheet, scale)


def _scaled(sheet: str, scale: float) -> str:
    # A line of one pixel stays one.
    return re.sub(
        r"\b(\d+)px", lambda m: f"{max(round(int(m[1]) * scale), min(int(m[1]), 1))}px", sheet
    )
