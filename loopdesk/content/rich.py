"""HTML from outside becomes HTML that may be shown.

`nh3` decides: what it parses and writes is what the web view gets, with its allow-lists and with
`_allowed` asked about every attribute. `tags.settle` goes before it, so that nothing can be costly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from loopdesk.content import styles, tags
from loopdesk.content.quotes import LineKind, introduces, line_kinds
from loopdesk.content.tags import Attributes

if TYPE_CHECKING:
    import nh3

INPUT_LIMIT = 2_000_000
"""Characters of a mail's HTML that are looked at."""
PICTURES_LIMIT = 300
REMOTE = "data-remote"
"""Holds the address of a picture that is not loaded."""

_ADDRESS_LIMIT = 4096
_PASSES = 4
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp|avif);base64,[A-Za-z0-9+/=\s]*")
_SIZE = re.compile(r"\d{1,5}%?")
_NUMBERS = frozenset({
    "border", "cellpadding", "cellspacing", "colspan", "height", "hspace", "rowspan", "size",
    "span", "start", "value", "vspace", "width",
})  # fmt: skip
_COLOUR = re.compile(r"#?\w{1,30}", re.ASCII)
_WORD = re.compile(r"[\w -]{1,60}", re.ASCII)
_CALLED = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)

_KEPT: Mapping[str, frozenset[str]] = {
    "*": frozenset({"align", "bgcolor", "class", "dir", "height", "id", "lang", "style", "title",
                    "valign", "width"}),
    **dict.fromkeys((
        "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "center", "cite", "code",
        "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2",
        "h3", "h4", "h5", "h6", "header", "i", "ins", "kbd", "main", "mark", "nav", "p", "pre",
        "q", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "sup", "time",
        "tt", "u", "ul", "var", "wbr", "br", "caption",
    ), frozenset[str]()),
    "a": frozenset({"href"}),
    "blockquote": frozenset({"type"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "font": frozenset({"color", "face", "size"}),
    "hr": frozenset({"color", "noshade", "size"}),
    "img": frozenset({"alt", "border", "hspace", "src", "vspace", REMOTE}),
    "li": frozenset({"value"}),
    "ol": frozenset({"start", "type"}),
    "table": frozenset({"border", "cellpadding", "cellspacing", "frame", "rules"}),
    **dict.fromkeys(("tbody", "tfoot", "thead", "tr"), frozenset[str]()),
    **dict.fromkeys(("td", "th"), frozenset({"colspan", "nowrap", "rowspan"})),
}  # fmt: skip


def clean_html(html: str) -> str:
    """Return HTML that loads nothing, runs nothing and leads nowhere by itself.

    A fragment for a page's body: one style element at most, at its beginning, then the rest.
    Links go to http, https, mailto and tel alone; pictures are inside of it (`data:`), come along
    with the mail (`cid:`) or are only named in `REMOTE`. Pictures of one dot go. Doing it twice is
    the same.
    """
    settled = tags.settle(html, _KEPT, INPUT_LIMIT, _changed)
    css = styles.sheet("\n".join(settled.styles))
    look = f"<style>\n{css}</style>" if css else ""
    body = _cleaner().clean(settled.html)
    # What a parser moves about (a table inside of a link) may be at rest only after another time.
    for _ in range(_PASSES):
        again = _cleaner().clean(tags.settle(body, _KEPT, 4 * INPUT_LIMIT, _changed).html)
        if again == body:
            return look + body.strip()
        body = again
    from loopdesk.content.html import html_to_text

    return f"<pre>{escape(html_to_text(html), quote=False)}</pre>"


def remote_pictures(html: str) -> tuple[str, ...]:
    """Return the addresses of pictures that cleaned HTML does not load, each once, in order."""
    return tuple(dict.fromkeys(tags.unescaped(found[1]) for found in _REMOTE.finditer(html)))[
        :PICTURES_LIMIT
    ]


def inner_pictures(html: str) -> tuple[str, ...]:
    """Return what cleaned HTML calls the pictures that come along with the mail."""
    found = (unquote(tags.unescaped(match[1])) for match in _INNER.finditer(html))
    return tuple(dict.fromkeys(found))


def with_pictures(html: str, pictures: Mapping[str, str]) -> str:
    """Return cleaned HTML that shows those of its remote pictures that are here.

    Args:
        pictures: `data:` or `cid:` addresses by remote ones.
    """

    def shown(found: re.Match[str]) -> str:
        here = pictures.get(tags.unescaped(found[1]), "")
        safe = _allowed("img", "src", here)
        return f' src="{escape(safe)}"' if safe else found[0]

    return _REMOTE.sub(shown, html)


def linked(html: str) -> str:
    """Return cleaned HTML in which addresses among the words are links to what the words say.

    A mail that turns the direction of its letters around stays as it is: what is seen there may be
    another address than what is written.
    """
    start = _look_apart(html)[1]
    if _TURNED.search(html):
        return html
    pieces, in_link = [html[:start]], 0
    for token in tags.TOKEN.finditer(html, start):
        text, slash, name = token[1], token[2], token[3]
        if text is not None and not in_link:
            pieces.append(_WRITTEN.sub(_as_link, text))
            continue
        pieces.append(token[0])
        if name == "a":
            in_link += -1 if slash else 1
    return "".join(pieces)


def _as_link(found: re.Match[str]) -> str:
    address = f"mailto:{found[0]}" if found["mail"] else found[0]
    if len(address) > _ADDRESS_LIMIT or _UNSEEN.search(address):
        return found[0]
    return f'<a href="{address}" rel="noopener noreferrer">{found[0]}</a>'


_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]|<bdo[ >]|unicode-bidi")
# As nh3 writes text: an ampersand is "&amp;", and what else is written so ends an address.
_WRITTEN = re.compile(
    r"https?://(?:[^\s<>\"'&]|&amp;)*[^\s<>\"'&.,;:!?)\]}]"
    r"|(?P<mail>\b[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,63}\b)"
    r"(?![\u00ad\u200b-\u200f\u2060-\u206f\ufeff])"
)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u206f\ufeff]")


def loading(html: str) -> str:
    """Return cleaned HTML as its sender's was: for others, who decide about pictures themselves."""
    return _REMOTE.sub(r' src="\1"', html)


# As nh3 writes attributes; inside of text a ">" would be "&gt;", so this is inside of a tag.
_REMOTE = re.compile(rf' {REMOTE}="([^"<>]*)"(?=[^<>]*>)')
_INNER = re.compile(r' src="cid:([^"<>]*)"(?=[^<>]*>)')


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags={name for name in _KEPT if name != "*"},
        attributes={name: set(names) for name, names in _KEPT.items()},
        clean_content_tags=set(tags.SKIPPED),
        attribute_filter=_allowed,
        url_schemes={*_SCHEMES, "cid", "data"},
        link_rel="noopener noreferrer",
    )


def _allowed(tag: str, name: str, value: str) -> str | None:
    """Return the value that an attribute may have, None where it may not be there."""
    match name:
        case "style":
            return styles.inline(value) or None
        case "href":
            scheme, _, rest = value.partition(":")
            known = scheme.lower() in _SCHEMES and rest and len(value) <= _ADDRESS_LIMIT
            return value if known else None
        case "src":
            inside = value.startswith("cid:") and len(value) <= _ADDRESS_LIMIT
            return value if inside or _PICTURE.fullmatch(value) else None
        case "data-remote":
            scheme = value.partition("://")[0].lower()
            known = scheme in ("http", "https") and len(value) <= _ADDRESS_LIMIT
            return value if known else None
        case "class":
            names = (styles.prefixed(word) for word in value.split() if _CALLED.fullmatch(word))
            return " ".join(names) or None
        case "id":
            return styles.prefixed(value) if _CALLED.fullmatch(value) else None
        case "bgcolor" | "color":
            return value if _COLOUR.fullmatch(value) else None
        case "alt" | "title" | "face":
            return value
        case _ if name in _NUMBERS:
            return value if _SIZE.fullmatch(value) else None
        case _:
            return value if not value or _WORD.fullmatch(value) else None


def _changed(name: str, given: Attributes) -> Attributes | None:
    """Return an element's attributes with pictures that would load put aside."""
    if name != "img":
        return given
    if _is_dot(given):
        return None
    source = given.pop("src", "")
    if source:
        given.pop(REMOTE, None)
    scheme, colon, rest = source.partition(":")
    if source.startswith("//"):
        given[REMOTE] = f"https:{source}"
    elif scheme.lower() in ("http", "https"):
        given[REMOTE] = source
    elif colon and scheme.lower() in ("cid", "data"):
        given["src"] = f"{scheme.lower()}:{rest}"
    elif source:
        given["src"] = f"cid:{source}"  # by its Content-Location (RFC 2557)
    return given


def _is_dot(given: Attributes) -> bool:
    """Say whether a picture is there to be fetched, not to be seen."""
    style = "".join(given.get("style", "").lower().split())
    sizes = [given.get("width", ""), given.get("height", "")]
    sizes += _STYLED_SIZE.findall(style)
    return any(size.strip().removesuffix("px") in ("0", "1") for size in sizes)


_STYLED_SIZE = re.compile(r"(?:^|;)(?:max-)?(?:width|height):([\d.]+(?:px)?)(?=;|!|$)")


# --- what a mail says beyond its words ------------------------------------------------------------

_SILENT = frozenset({
    "a", "blockquote", "body", "br", "center", "div", "font", "head", "hr", "html", "link", "meta",
    "o:p", "p", "pre", "span", "style", "title", "wbr",
})  # fmt: skip
_LIGHT = _SILENT | {
    "abbr", "address", "article", "b", "bdi", "bdo", "big", "cite", "code", "dd", "del", "dfn",
    "dl", "dt", "em", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "i", "ins", "kbd",
    "li", "main", "nav", "ol", "q", "s", "samp", "section", "small", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "ul", "var",
}  # fmt: skip
_GROUND = re.compile(r"background[^:;]*:\s*(?!\s|white\b|#fff\b|#ffffff\b|transparent|none|inherit"
                     r"|initial|rgb\(255,\s*255,\s*255\))", re.IGNORECASE)  # fmt: skip


def simple(html: str) -> bool:
    """Say whether HTML says nothing more than its words: no emphasis, no lists, no pictures."""
    shown_link = ""
    html = html[:INPUT_LIMIT]
    position = 0
    while token := tags.TOKEN.match(html, position):
        position = token.end()
        text, slash, name, given = token.groups()
        if text is not None:
            shown_link = shown_link.replace(_bare(tags.unescaped(text).strip()), "", 1)
            continue
        if name is None:
            continue
        name = name.lower()
        if name == "a" and slash:
            if shown_link:
                return False
        elif not slash:
            if _says_more(name, given, _SILENT):
                return False
            if name == "a":
                href = tags.attributes(given).get("href", "")
                shown_link = _bare(href) if href.partition(":")[0].lower() in _SCHEMES else ""
            if name in tags.RAW:
                position = tags.raw_end(html, name, position)
    return True


def light(html: str) -> bool:
    """Say whether cleaned HTML is text with emphasis, lists and links: nothing that needs a page.

    It looks right in any colours, so it can be shown in those of the window.
    """
    look, body = _look_apart(html)
    return not _GROUND.search(look) and not any(
        _says_more(token[3], token[4], _LIGHT)
        for token in tags.TOKEN.finditer(html, body)
        if token[3] is not None and not token[2]
    )


def bare(html: str) -> str:
    """Return cleaned HTML without colours, sizes and fonts: it takes those around it."""
    return _LOOK.sub("", html[_look_apart(html)[1] :])


_LOOK = re.compile(
    r' (?:align|bgcolor|color|face|height|size|style|valign|width)="[^"]*"(?=[^<>]*>)'
)


def _look_apart(html: str) -> tuple[str, int]:
    """Return the style sheet of cleaned HTML, and where what it is about begins."""
    end = html.index("</style>") if html.startswith("<style>") else 0
    return html[:end], end + len("</style>") if end else 0


def _says_more(name: str, given: str, words: frozenset[str]) -> bool:
    if name == "img":
        return not _is_dot(tags.attributes(given))
    return name not in words or "bgcolor" in given.lower() or bool(_GROUND.search(given))


def _bare(address: str) -> str:
    return re.sub(r"^(?:https?://|mailto:|tel:)|/$", "", address)


# --- what a mail quotes ---------------------------------------------------------------------------

_LINES_LIMIT = 20_000
_CITED = re.compile(
    r'type="cite"|class="[^"]*mail-(?:gmail_quote|yahoo_quoted|protonmail_quote|cite)\b'
)
_SIGNED = re.compile(
    r'(?:class|id)="[^"]*mail-(?:gmail_signature|moz-signature|Signature|signature)\b'
)
_PICTURE_HERE = "\ufffc"


@dataclass(slots=True)
class _Line:
    """One line as it will be seen.

    Args:
        start: where it begins, the tags that open for it included.
        around: the elements it stands in, as they were opened.
    """

    start: int
    around: tuple[tuple[str, str], ...]
    quoted: bool = False
    signature: bool = False
    text: str = ""


def part_quote(html: str) -> tuple[str, str]:
    """Return cleaned HTML without the quote and the signature at its end, and those.

    What is answered between its lines stays where it is, and a mail that is nothing but a quote
    stays whole: then the second is "".
    """
    lines = _lines(html)
    if not lines or len(lines) > _LINES_LIMIT:
        return html, ""
    kinds = line_kinds([f"> {line.text}" if line.quoted else line.text for line in lines])
    own = [
        at
        for at, kind in enumerate(kinds)
        if kind is LineKind.OWN and not lines[at].signature and lines[at].text.strip()
    ]
    if not own or own[-1] + 1 == len(lines):
        return html, ""
    cut = lines[own[-1] + 1]
    closing = "".join(f"</{name}>" for name, _ in reversed(cut.around))
    opening = "".join(tag for _, tag in cut.around)
    return html[: cut.start] + closing, opening + html[cut.start :]


def _lines(html: str) -> list[_Line]:
    """Return the lines of cleaned HTML that hold anything."""
    position = _look_apart(html)[1]
    found: list[_Line] = []
    around: list[tuple[str, str]] = []
    quotes: list[int] = []  # how deep each open quote lies; the same of signatures
    signatures: list[int] = []
    current: _Line | None = None
    start, outside = position, 0  # where the tags before the next text begin

    def put(text: str) -> None:
        nonlocal current
        if current is None:
            stack = tuple(around[:outside])
            current = _Line(start, stack, bool(quotes), bool(signatures))
            found.append(current)
        current.text += text

    for token in tags.TOKEN.finditer(html, position):
        text, slash, name, given = token.groups()
        if text is not None:
            if text.strip():
                put(tags.unescaped(text).replace("\n", " "))
                start, outside = token.end(), len(around)
        elif name == "img":
            put(_PICTURE_HERE)
            start, outside = token.end(), len(around)
        elif name is not None:
            if name == "br" or name == "hr" or name in tags.BLOCKS:
                current = None
            if name == "hr":
                put("_" * 32)
                current = None
            if slash:
                if around:
                    around.pop()
                quotes = [depth for depth in quotes if depth < len(around)]
                signatures = [depth for depth in signatures if depth < len(around)]
                start, outside = token.end(), len(around)
            elif name not in tags.VOID:
                introduced = name == "blockquote" and found and introduces(found[-1].text.strip())
                if introduced or (name == "blockquote" and _CITED.search(given)):
                    quotes.append(len(around))
                elif _SIGNED.search(given):
                    signatures.append(len(around))
                around.append((name, token[0]))
    return found
