"""A sheet that a service shows as a page of the web becomes rows of cells."""

from __future__ import annotations

from loopdesk.content.tags import RAW, TOKEN, raw_end, unescaped


def html_rows(html: str, limit: int) -> list[list[str]]:
    """Return the rows of all tables of a page, one after another. Not cleaned.

    Args:
        limit: most rows.
    """
    rows: list[list[str]] = []
    inside = False
    position = 0
    while token := TOKEN.match(html, position):
        position = token.end()
        text, slash, name, _ = token.groups()
        if text is not None:
            if inside:
                rows[-1][-1] += unescaped(text)
            continue
        name = (name or "").lower()
        if name in RAW and not slash:
            position = raw_end(html, name, position)
        elif name == "tr":
            inside = False
            if not slash:
                if len(rows) >= limit:
                    break
                rows.append([])
        elif name in ("td", "th"):
            inside = not slash and bool(rows)
            if inside:
                rows[-1].append("")
    return [[" ".join(cell.split()) for cell in row] for row in rows]
