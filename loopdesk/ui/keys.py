"""The keys, as data, and the reader that turns key presses into commands.

A `Key` names a command and what presses give it. `KeyReader` follows sequences (g then i), and
notices when somebody types words at the list: it then says how much is to be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Mark `text` for lupdate, which goes by this name; Qt's own is typed as giving an object."""
    return text


class Group(Enum):
    MOVE = QT_TRANSLATE_NOOP("keys", "Move")
    ACT = QT_TRANSLATE_NOOP("keys", "Act")
    WRITE = QT_TRANSLATE_NOOP("keys", "Write")
    SELECT = QT_TRANSLATE_NOOP("keys", "Select")
    GO = QT_TRANSLATE_NOOP("keys", "Go to")
    WINDOW = QT_TRANSLATE_NOOP("keys", "Window")


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the table.

    Args:
        command: what the window does.
        presses: each a way to give it: a letter, "Shift+E", "Ctrl+K", or letters in turn, "g i".
        words: what it does, not yet translated.
        moves: it changes what is looked at and nothing else.
    """

    command: str
    presses: tuple[str, ...]
    words: str
    group: Group
    moves: bool = False

    def text(self) -> str:
        """Return what it does, in the person's language."""
        return QCoreApplication.translate("keys", self.words)


TABLE: tuple[Key, ...] = (
    Key("next", ("j", "Down"), QT_TRANSLATE_NOOP("keys", "Next"), Group.MOVE, True),
    Key("previous", ("k", "Up"), QT_TRANSLATE_NOOP("keys", "Previous"), Group.MOVE, True),
    Key("open", ("o", "Return", "Enter"), QT_TRANSLATE_NOOP("keys", "Open"), Group.MOVE, True),
    Key("back", ("u", "Esc"), QT_TRANSLATE_NOOP("keys", "Back"), Group.MOVE, True),
    Key("next-entry", ("n",), QT_TRANSLATE_NOOP("keys", "Next entry"), Group.MOVE, True),
    Key("previous-entry", ("p",), QT_TRANSLATE_NOOP("keys", "Previous entry"), Group.MOVE, True),
    Key("next-section", ("Tab",), QT_TRANSLATE_NOOP("keys", "Next section"), Group.MOVE, True),
    Key(
        "previous-section",
        ("Shift+Tab",),
        QT_TRANSLATE_NOOP("keys", "Previous section"),
        Group.MOVE,
        True,
    ),
    Key("today", ("t",), QT_TRANSLATE_NOOP("keys", "Calendar: today"), Group.MOVE, True),
    Key("earlier", ("PgUp",), QT_TRANSLATE_NOOP("keys", "Calendar: earlier"), Group.MOVE, True),
    Key("later", ("PgDown",), QT_TRANSLATE_NOOP("keys", "Calendar: later"), Group.MOVE, True),
    Key("scroll", ("Space",), QT_TRANSLATE_NOOP("keys", "Scroll the reader"), Group.MOVE, True),
    Key(
        "scroll-back", ("Shift+Space",), QT_TRANSLATE_NOOP("keys", "Scroll back"), Group.MOVE, True
    ),
    Key("done", ("e",), QT_TRANSLATE_NOOP("keys", "Done with this"), Group.ACT),
    Key("done-previous", ("[",), QT_TRANSLATE_NOOP("keys", "Done, and previous"), Group.ACT),
    Key("done-next", ("]",), QT_TRANSLATE_NOOP("keys", "Done, and next"), Group.ACT),
    Key("snooze", ("h", "b"), QT_TRANSLATE_NOOP("keys", "Snooze"), Group.ACT),
    Key("star", ("s",), QT_TRANSLATE_NOOP("keys", "Star, or remove the star"), Group.ACT),
    Key("reply", ("r",), QT_TRANSLATE_NOOP("keys", "Reply"), Group.WRITE),
    Key("reply-all", ("a",), QT_TRANSLATE_NOOP("keys", "Reply all"), Group.WRITE),
    Key("react", (":",), QT_TRANSLATE_NOOP("keys", "React to the message"), Group.WRITE),
    Key("forward", ("f",), QT_TRANSLATE_NOOP("keys", "Forward"), Group.WRITE),
    Key("compose", ("c",), QT_TRANSLATE_NOOP("keys", "New message"), Group.WRITE),
    Key("complete", ("Shift+E",), QT_TRANSLATE_NOOP("keys", "Complete the task"), Group.ACT),
    Key(
        "archive-mails",
        ("Shift+M",),
        QT_TRANSLATE_NOOP("keys", "Archive the mail about it, when offered"),
        Group.ACT,
    ),
    Key("label", ("l",), QT_TRANSLATE_NOOP("keys", "Label"), Group.ACT),
    Key("move", ("v",), QT_TRANSLATE_NOOP("keys", "Move"), Group.ACT),
    Key("spam", ("!",), QT_TRANSLATE_NOOP("keys", "Spam"), Group.ACT),
    Key("accept", ("y",), QT_TRANSLATE_NOOP("keys", "Meeting: accept"), Group.ACT),
    Key("tentative", ("Shift+Y",), QT_TRANSLATE_NOOP("keys", "Meeting: maybe"), Group.ACT),
    Key("decline", ("Shift+N",), QT_TRANSLATE_NOOP("keys", "Meeting: decline"), Group.ACT),
    Key("task-from", ("Shift+T",), QT_TRANSLATE_NOOP("keys", "Task from this"), Group.ACT),
    Key("put-on-day", ("Shift+D",), QT_TRANSLATE_NOOP("keys", "Put on the day"), Group.ACT),
    Key("read", ("Shift+I",), QT_TRANSLATE_NOOP("keys", "Mark read"), Group.ACT),
    Key("unread", ("Shift+U",), QT_TRANSLATE_NOOP("keys", "Mark unread"), Group.ACT),
    Key("mute", ("m",), QT_TRANSLATE_NOOP("keys", "Mute"), Group.ACT),
    Key("trash", ("#", "Del"), QT_TRANSLATE_NOOP("keys", "Move to trash"), Group.ACT),
    Key("more", ("+",), QT_TRANSLATE_NOOP("keys", "More like this"), Group.ACT),
    Key("less", ("-",), QT_TRANSLATE_NOOP("keys", "Less like this"), Group.ACT),
    Key(
        "send",
        ("Ctrl+Enter", "Ctrl+Return"),
        QT_TRANSLATE_NOOP("keys", "Send; again: at once"),
        Group.WRITE,
    ),
    Key(
        "send-done",
        ("Ctrl+Shift+Enter", "Ctrl+Shift+Return"),
        QT_TRANSLATE_NOOP("keys", "Send, and done"),
        Group.WRITE,
    ),
    Key("undo", ("z", "Ctrl+Z"), QT_TRANSLATE_NOOP("keys", "Take back"), Group.ACT),
    Key("why", ("w",), QT_TRANSLATE_NOOP("keys", "Why is this here"), Group.ACT),
    Key("mark", ("x",), QT_TRANSLATE_NOOP("keys", "Select"), Group.SELECT, True),
    Key("mark-all", ("* a",), QT_TRANSLATE_NOOP("keys", "Select all"), Group.SELECT, True),
    Key("mark-none", ("* n",), QT_TRANSLATE_NOOP("keys", "Select none"), Group.SELECT, True),
    Key(
        "extend-next",
        ("Shift+J", "Shift+Down"),
        QT_TRANSLATE_NOOP("keys", "Extend to the next"),
        Group.SELECT,
        True,
    ),
    Key(
        "extend-previous",
        ("Shift+K", "Shift+Up"),
        QT_TRANSLATE_NOOP("keys", "Extend to the previous"),
        Group.SELECT,
        True,
    ),
    Key("go-inbox", ("g i",), QT_TRANSLATE_NOOP("keys", "Inbox"), Group.GO, True),
    Key("go-starred", ("g s",), QT_TRANSLATE_NOOP("keys", "Starred"), Group.GO, True),
    Key("go-sent", ("g t",), QT_TRANSLATE_NOOP("keys", "Sent"), Group.GO, True),
    Key("go-drafts", ("g d",), QT_TRANSLATE_NOOP("keys", "Drafts"), Group.GO, True),
    Key("go-all", ("g a",), QT_TRANSLATE_NOOP("keys", "All"), Group.GO, True),
    Key("go-calendar", ("g c",), QT_TRANSLATE_NOOP("keys", "Calendar"), Group.GO, True),
    Key("go-tasks", ("g k",), QT_TRANSLATE_NOOP("keys", "Tasks"), Group.GO, True),
    Key("go-files", ("g f",), QT_TRANSLATE_NOOP("keys", "Files"), Group.GO, True),
    Key("go-owed", ("g w",), QT_TRANSLATE_NOOP("keys", "They owe"), Group.GO, True),
    Key("go-outbox", ("g o",), QT_TRANSLATE_NOOP("keys", "Outbox"), Group.GO, True),
    Key("search", ("/",), QT_TRANSLATE_NOOP("keys", "Search"), Group.WINDOW, True),
    Key("palette", ("Ctrl+K",), QT_TRANSLATE_NOOP("keys", "All commands"), Group.WINDOW, True),
    Key("keys", ("?",), QT_TRANSLATE_NOOP("keys", "These keys"), Group.WINDOW, True),
    Key("order", ("Shift+O",), QT_TRANSLATE_NOOP("keys", "Order on and off"), Group.WINDOW, True),
    Key("next-part", ("F6",), QT_TRANSLATE_NOOP("keys", "Next part"), Group.WINDOW, True),
    Key(
        "previous-part",
        ("Shift+F6",),
        QT_TRANSLATE_NOOP("keys", "Previous part"),
        Group.WINDOW,
        True,
    ),
    Key("quit", ("Ctrl+Q",), QT_TRANSLATE_NOOP("keys", "Quit"), Group.WINDOW, True),
)

_BY_PRESS = {press: key for key in TABLE for press in key.presses}
_STEPS = ("next", "previous")
_BEGINNINGS = {press.split(" ")[0] for press in _BY_PRESS if " " in press}
_NAMED = {
    Qt.Key.Key_Down: "Down",
    Qt.Key.Key_Up: "Up",
    Qt.Key.Key_Return: "Return",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Escape: "Esc",
    Qt.Key.Key_Tab: "Tab",
    Qt.Key.Key_Backtab: "Tab",
    Qt.Key.Key_Space: "Space",
    Qt.Key.Key_Delete: "Del",
    Qt.Key.Key_F6: "F6",
    Qt.Key.Key_PageUp: "PgUp",
    Qt.Key.Key_PageDown: "PgDown",
}
# On layouts without Latin letters, the letter is the one that the key bears on a US keyboard.
_ROWS = {24: "qwertyuiop", 38: "asdfghjkl", 52: "zxcvbnm"}
_BY_PLACE = {first + n: letter for first, row in _ROWS.items() for n, letter in enumerate(row)}


def of(command: str) -> str:
    """Return the first press that gives a command, as tooltips and keycaps show it."""
    for key in TABLE:
        if key.command == command:
            press = key.presses[0]
            return press.upper() if len(press) == 1 else press
    return ""


def press_of(event: QKeyEvent) -> str:
    """Return a key press in the table's spelling, "" where it is none that could be in it."""
    modifiers = event.modifiers()
    shift = "Shift+" if modifiers & Qt.KeyboardModifier.ShiftModifier else ""
    if named := _NAMED.get(Qt.Key(event.key())):
        ctrl = "Ctrl+" if modifiers & Qt.KeyboardModifier.ControlModifier else ""
        return ctrl + shift + named
    if modifiers & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
        return ""
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        letter = chr(event.key()) if 0 < event.key() < 0x80 else ""
        return f"Ctrl+{shift}{letter}" if letter.isalpha() else ""
    text = event.text()
    if len(text) == 1 and text.isprintable() and text.isascii():
        if not text.isalpha():
            return text
        # By the modifier, not by the text: Caps Lock is no Shift.
        return f"Shift+{text.upper()}" if shift else text.lower()
    if text.isalpha() and (letter := _BY_PLACE.get(event.nativeScanCode(), "")):
        return shift + (letter.upper() if shift else letter)
    return ""


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody types words: take back what was done since `since`, in monotonic seconds."""

    since: float


class KeyReader:
    """Follows the presses of one window."""

    SEQUENCE_S = 1.5
    BURST_S = 0.4
    BURST_LETTERS = 3

    def __init__(self) -> None:
        self._begun = ""
        self._begun_at = 0.0
        self._burst: list[tuple[float, str, Key | None]] = []
        self._typing_at = float("-inf")

    def press(self, press: str, at: float, *, repeated: bool = False) -> Key | Typing | None:
        """Take one press, and say what it asks for, if anything.

        Args:
            at: monotonic seconds.
            repeated: the key is being held down.
        """
        if self._begun and at - self._begun_at > self.SEQUENCE_S:
            self._begun = ""
        whole = f"{self._begun} {press}" if self._begun else press
        key = _BY_PRESS.get(whole)
        in_sequence = bool(self._begun)
        if key is None and whole in _BEGINNINGS:
            self._begun, self._begun_at = whole, at
        else:
            self._begun = ""
        letter = press.removeprefix("Shift+")  # words begin with capitals, too
        if len(letter) == 1 and letter.isalpha() and not repeated and not (in_sequence and key):
            if at - self._typing_at < self.BURST_S:
                self._typing_at = at
                return None
            self._burst = [b for b in self._burst if at - b[0] < self.BURST_S]
            # Steps up and down come before an action as often as not: they begin no word.
            if self._burst or key is None or key.command not in _STEPS:
                self._burst.append((at, letter.lower(), key))
            if self._is_typing():
                since = self._burst[0][0]
                self._burst.clear()
                self._begun = ""
                self._typing_at = at
                return Typing(since)
        return key

    def _is_typing(self) -> bool:
        letters = {letter for _, letter, _ in self._burst}
        # The same letter again and again is somebody in a hurry.
        return (
            len(self._burst) >= self.BURST_LETTERS
            and len(letters) > 1
            and not all(key is not None and key.moves for _, _, key in self._burst)
        )
