"""The look page's numbers, held by the tokens themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from loopdesk.providers import registry
from loopdesk.system.resources import resource
from loopdesk.ui import icons, theme


def _luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    c = QColor(colour)
    return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF())


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


_TEXT = ("text", "text_2", "text_3", "accent", "urgent", "warn", "ok", "danger")
_BACKGROUNDS = ("bg", "surface", "rail", "hover", "selected")
_SOFTS = ("accent", "urgent", "warn", "ok", "danger")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_can_be_read_where_it_stands(dark: bool) -> None:
    t = theme.tokens(dark)
    pairs = [(text, ground) for text in _TEXT for ground in _BACKGROUNDS]
    pairs += [(name, f"{name}_soft") for name in _SOFTS]
    pairs += [("text_2", "neutral_soft"), ("on_accent", "accent"), ("text", "mark")]
    pairs += [("text", f"{name}_soft") for name in _SOFTS]
    low = {
        pair: round(_contrast(getattr(t, pair[0]), getattr(t, pair[1])), 2)
        for pair in pairs
        if _contrast(getattr(t, pair[0]), getattr(t, pair[1])) < 4.5
    }
    assert low == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_controls_stand_out_from_what_they_lie_on(dark: bool) -> None:
    t = theme.tokens(dark)
    for ground in ("bg", "surface"):
        assert _contrast(t.control, getattr(t, ground)) >= 3


def test_initials_can_be_read_on_every_avatar() -> None:
    assert all(_contrast("#FFFFFF", colour) >= 4.5 for colour in theme.AVATARS)


def test_a_person_keeps_their_colour() -> None:
    assert theme.avatar("ada@northwind.test") == theme.avatar("ada@northwind.test")
    assert len({theme.avatar(f"{n}@x.test").name() for n in range(200)}) == len(theme.AVATARS)


def test_the_sheet_is_filled_for_both_schemes(qapp: QApplication) -> None:
    used = theme.current()
    try:
        for scheme, dark in ((Qt.ColorScheme.Dark, True), (Qt.ColorScheme.Light, False)):
            used.choose(scheme)
            assert used.dark is dark
            assert "$" not in qapp.styleSheet()
            window = qapp.palette().color(QPalette.ColorRole.Window)
            assert window == QColor(theme.tokens(dark).bg)
    finally:
        used.choose(Qt.ColorScheme.Unknown)


def test_every_icon_is_there_and_every_file_is_used() -> None:
    files = {path.stem for path in resource("icons", "lucide").glob("*.svg")}
    source = "\n".join(path.read_text("utf-8") for path in Path(theme.__file__).parent.glob("*.py"))
    words = set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)*)"', source))
    assert files - words == set()
    named = set(re.findall(r'(?:Glyph|IconButton|icons\.icon|icons\.pixmap)\(\s*"([^"]+)"', source))
    assert named - files == set()


def test_every_service_has_a_mark_of_its_own() -> None:
    for key in registry.load():
        assert resource("icons", "marks", f"{key}.svg").exists()
        assert icons.mark(key).toImage() != icons.mark("service").toImage()
