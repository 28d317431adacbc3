"""Small files that hang on mails: real ones, and the same bytes each time."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from loopdesk.sandbox.story.letter import Paper

_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = f"{_OFFICE}wordprocessingml.document"
XLSX = f"{_OFFICE}spreadsheetml.sheet"
PPTX = f"{_OFFICE}presentationml.presentation"
_SPACE = "http://schemas.openxmlformats.org"
_RELATIONS = f"{_SPACE}/officeDocument/2006/relationships"
_LONG_AGO = (2026, 1, 1, 0, 0, 0)


def pdf(name: str, lines: Sequence[str]) -> Paper:
    """Return one page of text in Helvetica."""
    shown = "".join(f"({_pdf_text(line)}) Tj T*\n" for line in lines)
    content = f"BT /F1 12 Tf 18 TL 72 770 Td\n{shown}ET".encode("cp1252", "replace")
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
    said = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    body = (
        f'<w:document xmlns:w="{_SPACE}/wordprocessingml/2006/main"><w:body>{said}</w:body>'
        "</w:document>"
    )
    main = _Part("word/document.xml", f"{DOCX}.main+xml", body)
    return Paper(name, DOCX, _office(main, ()))


def xlsx(name: str, rows: Sequence[Sequence[object]]) -> Paper:
    """Return the least that spreadsheet programs take for one sheet of text."""
    cells = "".join(
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t>{escape(str(cell))}</t></is></c>' for cell in row)
        + "</row>"
        for row in rows
    )
    space = f"{_SPACE}/spreadsheetml/2006/main"
    book = _Part(
        "xl/workbook.xml",
        f"{XLSX}.main+xml",
        f'<workbook xmlns="{space}" xmlns:r="{_RELATIONS}"><sheets>'
        '<sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
    )
    sheet = _Part(
        "xl/worksheets/sheet1.xml",
        f"{_OFFICE}spreadsheetml.worksheet+xml",
        f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>',
    )
    return Paper(name, XLSX, _office(book, [(sheet, "worksheet")]))


def pptx(name: str, lines: Sequence[str]) -> Paper:
    """Return one slide with these lines."""
    space = f"{_SPACE}/presentationml/2006/main"
    drawing = f"{_SPACE}/drawingml/2006/main"
    said = "".join(f"<a:p><a:r><a:t>{escape(line)}</a:t></a:r></a:p>" for line in lines)
    show = _Part(
        "ppt/presentation.xml",
        f"{PPTX}.main+xml",
        f'<p:presentation xmlns:p="{space}" xmlns:r="{_RELATIONS}"><p:sldIdLst>'
        '<p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>',
    )
    slide = _Part(
        "ppt/slides/slide1.xml",
        f"{_OFFICE}presentationml.slide+xml",
        f'<p:sld xmlns:p="{space}" xmlns:a="{drawing}"><p:cSld><p:spTree><p:nvGrpSpPr>'
        '<p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/><p:sp>'
        '<p:nvSpPr><p:cNvPr id="2" name=""/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>'
        f"<p:txBody><a:bodyPr/>{said}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>",
    )
    return Paper(name, PPTX, _office(show, [(slide, "slide")]))


def text(name: str, words: str) -> Paper:
    kind = "text/markdown" if name.endswith(".md") else "text/plain"
    return Paper(name, kind, words.encode())


def readings(name: str) -> Paper:
    """Return what only the program that wrote it reads."""
    return Paper(name, "application/octet-stream", bytes(range(256)) * 4)


@dataclass(frozen=True, slots=True)
class _Part:
    path: str
    type: str
    text: str


def _office(main: _Part, others: Sequence[tuple[_Part, str]]) -> bytes:
    """Return the package of an office file.

    Args:
        others: parts that the main one refers to as r1, r2 ..., each with its relation's name.
    """
    kinds = "".join(
        f'<Override PartName="/{part.path}" ContentType="{part.type}"/>'
        for part in (main, *(part for part, _ in others))
    )
    folder, _, file = main.path.rpartition("/")
    inner = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATIONS}/{relation}"'
        f' Target="{part.path.removeprefix(f"{folder}/")}"/>'
        for number, (part, relation) in enumerate(others, 1)
    )
    package = f"{_SPACE}/package/2006"
    contents = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{kinds}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1"'
        f' Type="{_RELATIONS}/officeDocument" Target="{main.path}"/></Relationships>',
        main.path: main.text,
        **{part.path: part.text for part, _ in others},
    }
    if others:
        contents[f"{folder}/_rels/{file}.rels"] = (
            f'<Relationships xmlns="{package}/relationships">{inner}</Relationships>'
        )
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in contents.items():
            # A date of its own, else the clock would be in the bytes.
            archive.writestr(zipfile.ZipInfo(path, _LONG_AGO), content)
    return whole.getvalue()


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
