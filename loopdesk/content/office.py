"""The words of office documents, taken out of them without a program that lays them out.

Their XML is read tag by tag, as HTML is: nothing in it can name other files or grow.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from loopdesk.content.tags import TOKEN, attributes, unescaped

_LIMIT = 4 * 1024 * 1024
"""Bytes of XML that are read."""
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
_COLUMNS = 50


def office_text(file: BinaryIO) -> str:
    """Return the words of a text document, or of slides one after another. Not cleaned.

    Raises:
        ValueError: it is damaged.
    """
    with _opened(file) as archive:
        names = set(archive.namelist())
        slides = sorted((int(found[1]), name) for name in names if (found := _SLIDE.match(name)))
        parts = [name for _, name in slides] or sorted(names & {"word/document.xml"})
        said: list[str] = []
        left = _LIMIT
        for name in parts:
            xml = _part(archive, name, left)
            said.append("\n".join(_lines(xml)).strip())
            if (left := left - len(xml)) <= 0:
                break
        return "\n\n".join(said)


def office_rows(file: BinaryIO, limit: int) -> list[list[str]]:
    """Return the rows of a workbook's first sheet, cells by their columns. Not cleaned.

    Args:
        limit: most rows.

    Raises:
        ValueError: it is damaged.
    """
    with _opened(file) as archive:
        names = archive.namelist()
        shared = list(_shared(_part(archive, "xl/sharedStrings.xml")))
        sheet = min((name for name in names if name.startswith("xl/worksheets/sheet")), default="")
        rows: list[list[str]] = []
        kind, column, inside = "", 0, False
        for text, name, given, closes in _tokens(_part(archive, sheet)):
            if name == "row" and not closes:
                if len(rows) >= limit:
                    break
                rows.append([])
            elif name == "c" and not closes and rows:
                told = attributes(given)
                kind, column = told.get("t", ""), _column(told.get("r", ""), len(rows[-1]))
            elif name in ("v", "t"):
                inside = not closes
            elif text and inside and rows and column < _COLUMNS:
                known = kind == "s" and text.isdecimal() and int(text) < len(shared)
                rows[-1] += [""] * (column + 1 - len(rows[-1]))
                rows[-1][column] += shared[int(text)] if known else text
        return rows


def _opened(file: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError from error


def _part(archive: zipfile.ZipFile, name: str, limit: int = _LIMIT) -> str:
    """Return the beginning of one part, "" where there is none."""
    try:
        with archive.open(name) as part:
            return part.read(limit).decode("utf-8", "replace")
    except KeyError:
        return ""
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError from error


def _tokens(xml: str) -> Iterator[tuple[str, str, str, bool]]:
    """Yield text, or a tag's bare name, what stands in it, and whether it closes."""
    position = 0
    while token := TOKEN.match(xml, position):
        position = token.end()
        text, slash, name, given = token.groups()
        if text is not None:
            yield unescaped(text), "", "", False
        elif name is not None:
            yield "", name.rpartition(":")[2], given or "", bool(slash)


def _lines(xml: str) -> Iterator[str]:
    line: list[str] = []
    inside = False
    for text, name, given, closes in _tokens(xml):
        if name == "t":
            inside = not closes and not given.endswith("/")
        elif name == "tab":
            line.append("\t")
        elif name == "br" or (name == "p" and closes):
            yield "".join(line)
            line = []
        elif text and inside:
            line.append(text)
    yield "".join(line)


def _shared(xml: str) -> Iterator[str]:
    words: list[str] = []
    inside = False
    for text, name, _, closes in _tokens(xml):
        if name == "t":
            inside = not closes
        elif name == "si" and closes:
            yield "".join(words)
            words = []
        elif text and inside:
            words.append(text)


def _column(reference: str, following: int) -> int:
    """Return the number of a cell's column ("C7" is 2), else the one that follows."""
    letters = re.match(r"[A-Z]{1,3}", reference)
    if letters is None:
        return following
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1
