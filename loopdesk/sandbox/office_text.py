"""The words of a file, for services that search them or show them otherwise."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape

_ROW = re.compile(r"<row\b[^>]*>(.*?)</row>", re.DOTALL)
_WORDS = re.compile(r"<(?:w:|a:)?t>([^<]*)</")


def words(name: str, data: bytes) -> str:
    """Return the text of a file, "" where it has none that can be read here."""
    ending = name.rpartition(".")[2].lower()
    if ending in ("docx", "xlsx", "pptx"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                parts = [
                    package.read(part).decode("utf-8", "replace") for part in package.namelist()
                ]
        except zipfile.BadZipFile:
            return ""
        return "\n".join(unescape(found) for part in parts for found in _WORDS.findall(part))
    if ending in ("txt", "csv", "md", "paper"):
        return data.decode("utf-8", "replace")
    return ""


def rows(name: str, data: bytes) -> list[list[str]]:
    """Return the cells of a sheet of text, row by row."""
    if name.rpartition(".")[2].lower() != "xlsx":
        return [line.split(",") for line in words(name, data).splitlines()]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = [each for each in package.namelist() if each.startswith("xl/worksheets/sheet")]
            found = "".join(package.read(part).decode("utf-8", "replace") for part in parts)
    except zipfile.BadZipFile:
        return []
    return [[unescape(cell) for cell in _WORDS.findall(row)] for row in _ROW.findall(found)]
