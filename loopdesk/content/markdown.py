"""Markdown from outside becomes HTML that may be shown."""

from __future__ import annotations

_LIMIT = 400_000
_TAGS = frozenset(
    {
        "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
        "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
    }
)  # fmt: skip


def to_html(text: str) -> str:
    """Return Markdown as HTML of words, lists, tables and links: no pictures, no styles.

    Args:
        text: what is beyond 400,000 characters is left out.
    """
    import nh3
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return nh3.clean(
        reader.render(text[:_LIMIT]),
        tags=set(_TAGS),
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
