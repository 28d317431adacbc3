"""What a file is called: made safe, and what its name says it is."""

from __future__ import annotations

import re
import unicodedata

_NAME_BYTES = 150
"""Leaves room for what file systems and encryption add to a name (255 bytes at most)."""

# Endings by which some system starts something, or hands bytes to a machine that follows them.
_PROGRAMS = frozenset(
    re.findall(
        r"\S+",
        """
    exe com scr pif msi msp msc mst cpl dll sys drv ocx bat cmd ps1 ps1xml ps2 psc1 psm1 psd1 vb vbs
    vbe js jse mjs ws wsf wsc wsh hta reg inf scf lnk url website gadget application appref-ms
    settingcontent-ms chm hlp jar jnlp class app command workflow action scpt scptd applescript
    osx dmg pkg mpkg sh bash zsh csh ksh fish run out bin elf so ko appimage deb rpm snap flatpakref
    flatpak apk xapk ipa desktop service timer socket mount py pyc pyw pyz pl rb php lua tcl awk r
    html htm xhtml shtml mht mhtml svg svgz xml xsl xslt xht swf iso img vhd vhdx vmdk docm dotm
    xlsm xltm xlsb xlam xla pptm potm ppsm ppam ppa sldm wll xll accda accdb accde mdb mde adp ade
    one onepkg iqy oqy rqy dqy slk sylk theme themepack search-ms library-ms diagcab cab rar 7z ace
    arj lzh gz tgz bz2 xz zst wim z udf vbox ova ovf odb oxt action webloc inetloc fileloc terminal
    """,
    )
)
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)
_SEPARATORS = re.compile(r'[/\\:*?"<>|\u2044\u2215\u29f8\uff0f\uff3c\uff1a]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|com[\d¹²³]|lpt[\d¹²³])", re.I)
_SHORT_WORDS = {
    "jpeg": "JPG",
    "docx": "DOC",
    "xlsx": "XLS",
    "pptx": "PPT",
    "html": "HTM",
    "tiff": "TIF",
}
_DOCUMENTS = {
    "document": "DOC",
    "spreadsheet": "XLS",
    "presentation": "PPT",
    "drawing": "DRW",
    "form": "FRM",
    "folder": "DIR",
    "zip": "ZIP",
    "pdf": "PDF",
    "plain": "TXT",
    "markdown": "MD",
    "rfc822": "EML",
    "calendar": "ICS",
}


def extension(name: str) -> str:
    """Return the last ending of a name in lower case, without its dot; "" where it has none."""
    stem, dot, ending = name.strip(" .").rpartition(".")
    return ending.strip().lower() if dot and stem.strip(" .") else ""


def is_program(name: str) -> bool:
    """Say whether a name ends like something that a system starts or a program follows."""
    return extension(name) in _PROGRAMS


def letters(name: str, mime: str) -> str:
    """Return what a file is in two or three capitals, as its tile shows it.

    The last ending counts, so that "invoice.pdf.exe" is an EXE.
    """
    ending = extension(name)
    if 1 < len(ending) <= 4 and ending.isascii() and ending.isalnum():
        return _SHORT_WORDS.get(ending, ending[:3].upper())
    last = re.split(r"[./+-]", mime.lower())[-1]
    return _DOCUMENTS.get(last, _SHORT_WORDS.get(last, last[:3].upper() or "?"))


def safe_name(name: str) -> str:
    """Return a name that any file system takes and that looks like what it is.

    No separators, controls, direction marks or other invisible characters; no dot, dash, tilde or
    space in front; no dot or space at the end; no name of a Windows device; 150 bytes of UTF-8 at
    most, the ending kept. Doing it twice is the same.
    """
    shown = unicodedata.normalize("NFC", _INVISIBLE.sub("", name))
    shown = " ".join(_SEPARATORS.sub("_", shown).split())
    shown = shown.lstrip(" .-~").rstrip(" .")
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending.encode()) > 16:
        stem, ending = shown, ""
    room = _NAME_BYTES - len(ending.encode()) - (1 if ending else 0)
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    if _DEVICE.fullmatch(stem.partition(".")[0].rstrip()):
        stem = f"_{stem}"[:room]
    if not stem:
        stem = "file"
    return f"{stem}.{ending}" if ending else stem
