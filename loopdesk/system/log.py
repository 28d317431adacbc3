"""The log of each process: what went wrong, and nothing about anybody."""

from __future__ import annotations

import logging
import os
import re
import traceback
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from loopdesk.core.errors import LoopDeskError

_OURS = "loopdesk"
_FILE_BYTES = 1_000_000
_OLD_FILES = 2

_PERSONAL = (
    # What follows a question mark or an @ may name or authorize somebody.
    (re.compile(r"(https?://[^\s?#\"'<>]*)[?#][^\s\"'<>]*"), r"\1?..."),
    (re.compile(r"[^\s@<>()\[\]\"',:;=]+@[\w.-]+"), "<address>"),
    (re.compile(r"(?i)\b(bearer|basic)\s+\S+"), r"\1 <secret>"),
    (
        re.compile(
            r"(?i)\b((?:access|refresh|id)_token|code|client_secret|code_verifier|password)"
            r"([\"']?\s*[=:]\s*)[\"']?[^\s\"',;&}]+"
        ),
        r"\1\2<secret>",
    ),
)
_WORDS = re.compile(r"[\w+/=~.-]{24,}")
_TOKEN = re.compile(r"(?=[\w+=~-]*\d)[\w+=~-]{24,}")


def start(folder: Path, process: str = "cli") -> None:
    """Write this process's log into a profile's folder, from now on.

    Our own records from INFO on; those of libraries from WARNING on, without what they fill in.
    """
    path = folder / "log" / f"{process}.log"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handler = _PrivateFile(
        path, maxBytes=_FILE_BYTES, backupCount=_OLD_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(_Discreet())
    root = logging.getLogger()
    for earlier in [held for held in root.handlers if isinstance(held.formatter, _Discreet)]:
        root.removeHandler(earlier)
        earlier.close()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(logging.INFO)


class _PrivateFile(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return TextIOWrapper(os.fdopen(handle, "ab"), encoding=self.encoding, write_through=True)


def _without_token(word: re.Match[str]) -> str:
    """Return a path or a dotted name as it is, and nothing of what has a part like a token's."""
    parts = re.split(r"[/.]", word[0])
    return "<secret>" if any(_TOKEN.fullmatch(part) for part in parts) else word[0]


class _Discreet(logging.Formatter):
    """The one place that every line passes: it takes out tokens, addresses and content."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        if record.name.split(".")[0] != _OURS:
            # A library fills in addresses, headers, even bodies; its sentence alone says enough.
            record = logging.makeLogRecord(record.__dict__ | {"args": None})
        record.exc_text = None  # another handler may have filled it in with everything
        line = super().format(record)
        for pattern, instead in _PERSONAL:
            line = pattern.sub(instead, line)
        return _WORDS.sub(_without_token, line)

    def formatException(  # noqa: N802  # logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Say where and what kind; an error of others quotes what it stumbled over."""
        lines = []
        error = ei[1]
        while error is not None:
            lines += traceback.format_tb(error.__traceback__)
            facts = f": {error}" if isinstance(error, LoopDeskError) else ""
            lines.append(f"{type(error).__name__}{facts}\n")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "".join(lines).rstrip("\n")
