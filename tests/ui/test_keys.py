"""The keys: one meaning each, sequences, and words typed by mistake."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from loopdesk.ui import keys
from loopdesk.ui.keys import Key, KeyReader, Typing


def _pressed(text: str, gap_s: float) -> list[str]:
    """Return what presses give: commands by name, typing with the letter it began at."""
    reader = KeyReader()
    given: list[str] = []
    for n, letter in enumerate(text):
        asked = reader.press(letter, n * gap_s)
        if isinstance(asked, Key):
            given.append(asked.command)
        elif isinstance(asked, Typing):
            given.append(f"typing since {text[round(asked.since / gap_s) :]}")
    return given


def test_no_press_has_two_meanings() -> None:
    presses = [press for key in keys.TABLE for press in key.presses]
    assert len(presses) == len(set(presses))
    beginnings = {press.split(" ")[0] for press in presses if " " in press}
    assert beginnings.isdisjoint(presses)


def test_letters_in_turn_go_somewhere() -> None:
    assert _pressed("gi", 0.3) == ["go-inbox"]
    assert _pressed("*a", 0.3) == ["mark-all"]
    assert _pressed("gi", 2.0) == []  # too slow: the g is forgotten
    assert _pressed("gx", 0.5) == []  # no such place, and no x either


def test_words_typed_at_the_list_are_taken_back() -> None:
    # The rest of the word does nothing.
    assert _pressed("esther", 0.08) == ["done", "star", "typing since esther"]
    assert _pressed("jjeesam", 0.15)[-1] == "typing since eesam"


def test_somebody_in_a_hurry_is_no_typist() -> None:
    assert _pressed("eee", 0.1) == ["done"] * 3
    assert _pressed("jjkjk", 0.05) == ["next", "next", "previous", "next", "previous"]
    assert _pressed("jje", 0.1) == ["next", "next", "done"]
    assert _pressed("gigs", 0.1) == ["go-inbox", "go-starred"]


def test_a_key_that_is_held_down_is_no_typist() -> None:
    reader = KeyReader()
    held = [reader.press("j", 1 + n / 30, repeated=n > 0) for n in range(20)]
    assert all(isinstance(key, Key) and key.command == "next" for key in held)


def _event(
    key: Qt.Key,
    text: str,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    scan_code: int = 0,
) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, scan_code, 0, 0, text)


def test_letters_match_by_text_and_elsewhere_by_place() -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    assert keys.press_of(_event(Qt.Key.Key_E, "e")) == "e"
    assert keys.press_of(_event(Qt.Key.Key_E, "E", shift)) == "Shift+E"
    assert keys.press_of(_event(Qt.Key.Key_NumberSign, "#", shift)) == "#"
    assert keys.press_of(_event(Qt.Key.Key_K, "\x0b", Qt.KeyboardModifier.ControlModifier)) == (
        "Ctrl+K"
    )
    where_e_is = 26
    assert keys.press_of(_event(Qt.Key.Key_unknown, "ж", scan_code=where_e_is)) == "e"
    assert keys.press_of(_event(Qt.Key.Key_unknown, "Ж", shift, where_e_is)) == "Shift+E"
    assert keys.press_of(_event(Qt.Key.Key_E, "e", Qt.KeyboardModifier.AltModifier)) == ""
