"""The search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from loopdesk.sandbox.dropbox import formats, shapes
from loopdesk.sandbox.dropbox.call import Call
from loopdesk.sandbox.dropbox.errors import refuse
from loopdesk.sandbox.dropbox.paging import Page
from loopdesk.sandbox.dropbox.spaces import Node, Space, lower
from loopdesk.sandbox.dropbox.view import Malformed, checked
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.office_text import words

_MOST = 1000
_CATEGORIES = {
    "image": {"png", "jpg", "jpeg", "gif", "webp"},
    "document": {"doc", "docx", "odt", "rtf", "txt", "md"},
    "pdf": {"pdf"},
    "spreadsheet": {"csv", "xls", "xlsx", "ods"},
    "presentation": {"ppt", "pptx"},
    "audio": {"mp3", "wav", "flac"},
    "video": {"mp4", "mov"},
    "paper": {"paper"},
}
_OPTIONS = {
    *("path", "max_results", "order_by", "file_status", "filename_only"),
    *("file_extensions", "file_categories", "account_id"),
}


@dataclass(frozen=True, slots=True)
class _Match:
    space: str
    path: str
    kind: str


class Searches:
    """Attributes: `lag_s`, how far the index is behind."""

    def __init__(self) -> None:
        self.lag_s = 5.0

    def search(self, call: Call) -> Json:
        """Answer `files/search_v2`."""
        options = call.record("options")
        if set(options) - _OPTIONS:
            raise refuse("invalid_argument", invalid_argument="options")
        inner = call.inner(options, "options")
        query = call.text("query").split()
        if not query:
            raise refuse("invalid_argument", invalid_argument="query")
        size = inner.number("max_results", 100, 1, _MOST)
        order, _ = inner.tag("order_by", "relevance", ("relevance", "last_modified_time"))
        found = [
            (match, node)
            for space, node in self._searched(inner)
            if (match := self._match(inner, space, node, query))
        ]
        if order == "last_modified_time":
            found.sort(key=lambda one: one[1].now.version.at if one[1].revisions else call.now)
            found.reverse()
        matches = [match for match, _ in found]
        return _shown(call, call.dropbox.pages.first(call, "search", matches, size))

    def go_on(self, call: Call) -> Json:
        """Answer `files/search/continue_v2`."""
        page = call.dropbox.pages.after(call, "search")
        if page is None:
            raise refuse("invalid_argument", invalid_argument="cursor")
        return _shown(call, page)

    def _searched(self, call: Call) -> list[tuple[Space, Node]]:
        """Return what lies where is to be looked."""
        path = call.text("path", "")
        prefix = ""
        if path:
            try:
                spot = call.view.at(checked(path))
            except (LookupError, Malformed):
                raise refuse("path", "not_found") from None
            shown = call.view.path(spot.space, spot.path)
            if not shown or spot.node is None:
                raise refuse("path", "not_found")
            prefix = lower(shown) + "/"
        return [
            (space, node)
            for key, mounted in call.view.mounts().items()
            for space in [call.view.spaces.by_id[key]]
            for node in space.nodes.values()
            if lower(mounted + node.path).startswith(prefix) and not call.view.is_hidden(node)
        ]

    def _match(self, call: Call, space: Space, node: Node, query: list[str]) -> _Match | None:
        if not node.is_folder:
            version = node.now.version
            if version.at > call.now - timedelta(seconds=self.lag_s):
                return None
            author = call.dropbox.by_id.get(call.text("account_id", ""))
            if author is not None and version.by != author.address:
                return None
        if not _is_of_kind(call, node):
            return None
        name = node.name.lower()
        wanted = [word.lower() for word in query]
        in_name = all(word in name for word in wanted)
        in_text = False
        if not node.is_folder and not call.flag("filename_only"):
            text = words(node.name, node.now.content).lower()
            in_text = all(word in text or word in name for word in wanted) and bool(text)
            in_text = in_text and any(word in text for word in wanted)
        if not in_name and not in_text:
            return None
        kind = "filename_and_content" if in_name and in_text else "filename"
        return _Match(space.id, node.lower, kind if in_name else "file_content")


def _shown(call: Call, page: Page) -> Json:
    """Return what is still there of a page."""
    shown = []
    mounts = call.view.mounts()
    for match in page.keys:
        space = call.view.spaces.by_id[match.space]
        node = space.nodes.get(match.path)
        if node is None or space.id not in mounts:
            continue
        prefix = mounts[space.id]
        about = shapes.metadata(call.view, space, node, prefix, call.dropbox.people)
        shown.append(
            {
                "metadata": {".tag": "metadata", "metadata": about},
                "match_type": {".tag": match.kind},
            }
        )
    answer: Json = {"matches": shown, "has_more": bool(page.cursor)}
    return answer | ({"cursor": page.cursor} if page.cursor else {})


def _is_of_kind(call: Call, node: Node) -> bool:
    ending = formats.ending(node.name)
    endings = call.args.get("file_extensions")
    if endings and ending not in call.several("file_extensions"):
        return False
    asked = call.choices("file_categories", (*_CATEGORIES, "folder", "others"))
    if not asked:
        return True
    if node.is_folder:
        return "folder" in asked
    own = next((name for name, endings in _CATEGORIES.items() if ending in endings), "others")
    return own in asked
