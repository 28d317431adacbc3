"""Bytes in whatever encoding they are said to have become text."""

from __future__ import annotations

import codecs

# Names that promise less than what senders put in: those are read as UTF-8 where they are valid
# UTF-8, which text of one byte a character practically never is.
_LATIN = frozenset({"ascii", "iso8859-1", "cp1252"})
# Each of these is the smaller part of an encoding that its senders really use.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
}
# Codecs of Python that no mail should use: UTF-7 hides markup from whoever reads it as ASCII, and
# of the others the cost grows with the square of the input or the output is made of escapes.
_REFUSED = frozenset(
    {"utf-7", "punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"}
)


def decode_text(data: bytes, charset: str | None) -> str:
    """Return `data` as text; never raises, whatever `charset` claims.

    Args:
        charset: as the sender named it; None or an unknown name means UTF-8, then Windows-1252.
    """
    name = _codec(charset)
    if name.startswith(("utf-16", "utf-32")) and data.isascii() and b"\0" not in data:
        name = "utf-8"  # text of those has zeros wherever it has a space or a line end
    if name in _LATIN or name == "utf-8":
        return _utf8_or_latin(data)
    try:
        return data.decode(name)
    except UnicodeError:
        pass
    if data.isascii():
        return data.decode(name, "replace")  # of seven bits: as UTF-8 its escapes would show
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(name, "replace")


def _codec(charset: str | None) -> str:
    """Return Python's name for `charset`, "utf-8" for what is no encoding of text."""
    if not charset or len(charset) > 40 or not charset.isascii():
        return "utf-8"
    # RFC 2231 lets a language follow; some add "-i" or "-e" to say how Hebrew runs.
    spelt = charset.strip(" '\"").partition("*")[0].lower().removesuffix("-i").removesuffix("-e")
    try:
        name = codecs.lookup(spelt).name
        "".encode(name)  # refuses codecs that do not make text
    except (LookupError, ValueError):
        return "utf-8"
    return "utf-8" if name in _REFUSED else _WIDER.get(name, name)


def _utf8_or_latin(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    # A cut or damaged UTF-8 text still has mostly whole characters beyond ASCII.
    broken = text.count("\ufffd")
    whole = len(text) - len(text.encode("ascii", "ignore")) - broken
    if whole > broken:
        return text
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")
