"""Small files that hang on mails: real ones, and the same bytes each time."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

from loopdesk.sandbox.story.letter import Paper

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LONG_AGO = (2026, 1, 1, 0, 0, 0)


def pdf(name: str, lines: Sequence[str]) -> Paper:
    """Return one page of text in Helvetica."""
    shown = "".join(f"({_pdf_text(line)}) Tj T*\n" for line in lines)
    content = f"BT /F1 12 Tf 18 TL 72 770 Td\n{shown}ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    data = bytearray(b"%PDF-1.4\n")
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n" % (
        size,
        table,
        size,
    ) + b"startxref\n%d\n%%%%EOF\n" % len(data)
    return Paper(name, "application/pdf", bytes(data))


def png(name: str, width: int, height: int, colours: Sequence[str], cid: str = "") -> Paper:
    """Return a picture of level bars, one a colour ("#rrggbb"), top down."""
    rows = bytearray()
    for y in range(height):
        colour = colours[y * len(colours) // height]
        rows += b"\0" + bytes.fromhex(colour[1:]) * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    return Paper(name, "image/png", data, cid)


def csv(name: str, rows: Sequence[Sequence[object]]) -> Paper:
    text = "".join(",".join(map(str, row)) + "\r\n" for row in rows)
    return Paper(name, "text/csv", text.encode())


def docx(name: str, lines: Sequence[str]) -> Paper:
    """Return the least that word processors take for a document."""
    space = "http://schemas.openxmlformats.org"
    said = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{space}/package/2006/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_DOCX}.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{space}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{space}/officeDocument/2006/relationships/officeDocument"'
        ' Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{space}/wordprocessingml/2006/main">'
        f"<w:body>{said}</w:body></w:document>",
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in parts.items():
            # A date of its own, else the clock would be in the bytes.
            archive.writestr(zipfile.ZipInfo(path, _LONG_AGO), text)
    return Paper(name, _DOCX, whole.getvalue())


def ics(name: str, lines: Sequence[str], method: str) -> Paper:
    text = "\r\n".join(
        (
            "BEGIN:VCALENDAR",
            "PRODID:-//Northwind//Story//EN",
            "VERSION:2.0",
            f"METHOD:{method}",
            *lines,
            "END:VCALENDAR",
            "",
        )
    )
    return Paper(name, f"text/calendar; charset=utf-8; method={method}", text.encode())


def _pdf_text(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
