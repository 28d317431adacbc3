"""The look page's numbers, held by the tokens themselves."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from loopdesk.ui import theme


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
