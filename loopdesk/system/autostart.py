"""Starting with the session, in each system's own way."""

from __future__ import annotations

import os
import plistlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_NAME = "LoopDesk"
_ID = "org.loopdesk.LoopDesk"
_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


def set_autostart(command: Sequence[str], environment: Mapping[str, str] = os.environ) -> None:
    """Start with the person's session from now on.

    Args:
        command: program and arguments; the program by its full path.
    """
    if sys.platform == "win32":
        import subprocess
        import winreg

        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
            line = subprocess.list2cmdline(command)
            winreg.SetValueEx(key, _NAME, 0, winreg.REG_SZ, line)
        return
    file = _file(environment)
    file.parent.mkdir(parents=True, exist_ok=True)
    if sys.platform == "darwin":
        agent = {"Label": _ID, "ProgramArguments": list(command), "RunAtLoad": True}
        file.write_bytes(plistlib.dumps(agent))
    else:
        words = " ".join(map(_desktop_word, command))
        file.write_text(
            f"[Desktop Entry]\nType=Application\nName={_NAME}\nExec={words}\nTerminal=false\n",
            "utf-8",
        )


def clear_autostart(environment: Mapping[str, str] = os.environ) -> None:
    if sys.platform == "win32":
        import winreg
        from contextlib import suppress

        with (
            suppress(FileNotFoundError),
            winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY, 0, winreg.KEY_SET_VALUE) as key,
        ):
            winreg.DeleteValue(key, _NAME)
        return
    _file(environment).unlink(missing_ok=True)


def has_autostart(environment: Mapping[str, str] = os.environ) -> bool:
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
                winreg.QueryValueEx(key, _NAME)
        except FileNotFoundError:
            return False
        return True
    return _file(environment).exists()


def _file(environment: Mapping[str, str]) -> Path:
    home = Path(environment.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return home / "Library" / "LaunchAgents" / f"{_ID}.plist"
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    return config / "autostart" / f"{_ID}.desktop"


def _desktop_word(word: str) -> str:
    """Quote one word for `Exec`: first as its own rule asks, then as a value of the file."""
    quoted = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in word)
    return f'"{quoted}"'.replace("\\", "\\\\").replace("%", "%%")
