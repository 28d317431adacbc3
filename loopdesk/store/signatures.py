"""What kind of bytes these are, told by how they begin rather than by what somebody called them.

A small table of our own: the libraries for this either rest since years or guess from single
bytes. It knows what people send each other and what must not be mistaken for that.
"""

from __future__ import annotations

HEAD_BYTES = 4096
"""How much of a file is looked at."""
UNKNOWN = "application/octet-stream"
_TEXT = "text/plain"
_ZIP = "application/zip"
_OLE = "application/x-ole-storage"

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", _ZIP),
    (b"PK\x05\x06", _ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"BZh", "application/x-bzip2"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"{\\rtf", "application/rtf"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xca\xfe\xba\xbe", "application/x-mach-binary"),
    (b"#!", "text/x-shellscript"),
)
_IN_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
}
# What a container's own beginning does not tell, its name may: but only among its own kind.
_OOXML = "application/vnd.openxmlformats-officedocument."
_NAMED: dict[str, dict[str, str]] = {
    _ZIP: {
        "docx": f"{_OOXML}wordprocessingml.document",
        "xlsx": f"{_OOXML}spreadsheetml.sheet",
        "pptx": f"{_OOXML}presentationml.presentation",
        "epub": "application/epub+zip",
        "jar": "application/java-archive",
        "apk": "application/vnd.android.package-archive",
    },
    _OLE: {
        "doc": "application/msword",
        "xls": "application/vnd.ms-excel",
        "ppt": "application/vnd.ms-powerpoint",
        "msg": "application/vnd.ms-outlook",
        "msi": "application/x-msi",
    },
    _TEXT: {
        "csv": "text/csv",
        "md": "text/markdown",
        "json": "application/json",
        "eml": "message/rfc822",
        "css": "text/css",
        "js": "text/javascript",
        "bat": "application/x-bat",
        "cmd": "application/x-bat",
        "ps1": "application/x-powershell",
        "vbs": "text/vbscript",
    },
}
_OOXML_FOLDERS = ((b"word/", "docx"), (b"xl/", "xlsx"), (b"ppt/", "pptx"))
_IN_TEXT: tuple[tuple[bytes, str], ...] = (
    (b"begin:vcalendar", "text/calendar"),
    (b"begin:vcard", "text/vcard"),
    (b"<!doctype html", "text/html"),
    (b"<html", "text/html"),
    (b"<svg", "image/svg+xml"),
)
_KNOWN = frozenset(
    {
        *(kind for _, kind in _BEGINNINGS),
        *_IN_RIFF.values(),
        *_BRANDS.values(),
        *(kind for kinds in _NAMED.values() for kind in kinds.values()),
        *(kind for _, kind in _IN_TEXT),
    }
)


def type_of(head: bytes, name: str, said: str = "") -> str:
    """Return the MIME type of bytes that begin like this.

    Args:
        head: their first `HEAD_BYTES`.
        said: what a service or sender calls it: believed only where the bytes cannot tell, and
            never for a type whose beginning is known and is not here.
    """
    named = name.rpartition(".")[2].lower() if "." in name else ""
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return _inside(head, kind, named)
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return "image/bmp"
    if head[:4] == b"RIFF" and head[8:12] in _IN_RIFF:
        return _IN_RIFF[head[8:12]]
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if _is_text(head):
        return _text(head, named)
    said = said.partition(";")[0].strip().lower()
    return UNKNOWN if not said or said in _KNOWN or said.startswith("text/") else said


def _inside(head: bytes, kind: str, named: str) -> str:
    if kind == _ZIP:
        if head[30:38] == b"mimetype":  # OpenDocument and EPUB put it there, stored as it is
            size = int.from_bytes(head[18:22], "little")
            return head[38 : 38 + min(size, 100)].decode("ascii", "replace")
        if b"[Content_Types].xml" in head[:100]:
            named = next((end for sign, end in _OOXML_FOLDERS if sign in head), named)
    return _NAMED.get(kind, {}).get(named, kind)


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\0" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # A character may be cut where the head ends.
        return len(head) == HEAD_BYTES and error.start >= HEAD_BYTES - 3
    return True


def _text(head: bytes, named: str) -> str:
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1000].lower()
    if begins.startswith(b"<?xml"):
        return "image/svg+xml" if b"<svg" in begins else "application/xml"
    for beginning, kind in _IN_TEXT:
        if begins.startswith(beginning):
            return kind
    return _NAMED[_TEXT].get(named, _TEXT)
