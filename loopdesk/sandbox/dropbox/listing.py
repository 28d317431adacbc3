"""Listing folders and what changed in them since, page by page."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass, replace

from loopdesk.sandbox.dropbox import shapes
from loopdesk.sandbox.dropbox.call import Call
from loopdesk.sandbox.dropbox.errors import BadInput, refuse
from loopdesk.sandbox.dropbox.spaces import Space, lower, parent
from loopdesk.sandbox.dropbox.view import Malformed, Spot, View, checked
from loopdesk.sandbox.model import Json

_MOST = 2000
_KEPT_WALKS = 500
ARGS = frozenset(
    {
        *("path", "recursive", "include_media_info", "include_deleted", "limit", "shared_link"),
        *("include_has_explicit_shared_members", "include_mounted_folders"),
        *("include_property_groups", "include_non_downloadable_files", "include_restorable_info"),
    }
)


@dataclass(frozen=True, slots=True)
class Ref:
    """A path in lower case, and whether something was there when the walk began."""

    space: str
    path: str
    is_there: bool


Seen = dict[str, tuple[str | None, int]]
"""Of each namespace where it began (None: it is not mounted), and how many of its changes were
known."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a listing goes on, or since when changes are wanted.

    Args:
        age: of which generation; earlier ones are dead.
        root: the namespace at which its paths begin.
        space, folder: what is listed; `folder` in lower case.
        walk, page: the page of a walk that comes next; walk 0: none is under way.
        seen: what is known once the walk is over, or was before it.
    """

    age: int
    account: str
    root: str
    space: str
    folder: str
    recursive: bool
    mounted: bool
    deleted: bool
    members: bool
    media: bool
    limit: int
    walk: int
    page: int
    seen: Seen


@dataclass(frozen=True, slots=True)
class _Walk:
    """A listing under way: its pages, and what is known once the last was read."""

    pages: list[list[Ref]]
    seen: Seen


class Listings:
    """Attributes:
    age: counts up when every cursor dies.
    longest_page: no page is longer, whatever is asked for.
    has_empty_pages: the first page of a whole tree is followed by one with nothing on it.
    parts_moves: what went and what came stand on different pages.
    """

    def __init__(self) -> None:
        self.age = 0
        self.longest_page = _MOST
        self.has_empty_pages = True
        self.parts_moves = True
        self._walks: dict[int, _Walk] = {}
        self._number = 0

    # -- the routes ------------------------------------------------------------------------

    def begin(self, call: Call) -> Json:
        """Answer `files/list_folder`."""
        cursor = self._cursor(call)
        seen, refs = _everything(call.view, cursor)
        return self._page(call, self._walk(cursor, seen, refs, is_whole=True))

    def latest(self, call: Call) -> Json:
        """Answer `files/list_folder/get_latest_cursor`."""
        cursor = self._cursor(call)
        seen, _ = _everything(call.view, cursor)
        return {"cursor": _seal(replace(cursor, seen=seen))}

    def go_on(self, call: Call) -> Json:
        """Answer `files/list_folder/continue`."""
        cursor = self.opened(call.text("cursor"))
        if cursor.account != call.access.account or cursor.root != call.view.root.id:
            raise refuse("reset")
        if cursor.walk:
            return self._page(call, cursor)
        if not _is_there(call.view, cursor):
            raise refuse("path", "not_found")
        seen, refs = changes(call.view, cursor)
        return self._page(call, self._walk(cursor, seen, refs, is_whole=False))

    def opened(self, text: str) -> Cursor:
        """Return what a cursor stands for.

        Raises:
            DropboxError: it is none, or dead.
        """
        try:
            fields = json.loads(base64.urlsafe_b64decode(text.removeprefix("AA").encode()))
            cursor = Cursor(**fields)
        except (binascii.Error, ValueError, TypeError):
            raise BadInput('Invalid "cursor" parameter') from None
        if cursor.age != self.age or (cursor.walk and cursor.walk not in self._walks):
            raise refuse("reset")
        return replace(cursor, seen={key: (one[0], one[1]) for key, one in cursor.seen.items()})

    # -- how it is done --------------------------------------------------------------------

    def _cursor(self, call: Call) -> Cursor:
        if call.args.get("shared_link") is not None:
            raise BadInput("shared_link: this app lists its own folders only")
        spot = _folder(call)
        limit = call.number("limit", _MOST, 1, _MOST)
        return Cursor(
            age=self.age,
            account=call.access.account,
            root=call.view.root.id,
            space=spot.space.id,
            folder=spot.lower,
            recursive=call.flag("recursive"),
            mounted=call.flag("include_mounted_folders", True),
            deleted=call.flag("include_deleted"),
            members=call.flag("include_has_explicit_shared_members"),
            media=call.flag("include_media_info"),
            limit=min(limit, self.longest_page),
            walk=0,
            page=0,
            seen={},
        )

    def _walk(self, cursor: Cursor, seen: Seen, refs: list[Ref], *, is_whole: bool) -> Cursor:
        """Lay out the pages of a listing; return the cursor of its first."""
        pages: list[list[Ref]] = [[]]
        for ref in refs:
            before = pages[-1][-1] if pages[-1] else ref
            turns = self.parts_moves and ref.is_there and not before.is_there
            if len(pages[-1]) >= cursor.limit or turns:
                pages.append([])
            pages[-1].append(ref)
        if self.has_empty_pages and is_whole and cursor.recursive and refs:
            pages.insert(1, [])
        self._number += 1
        self._walks[self._number] = _Walk(pages, seen)
        if len(self._walks) > _KEPT_WALKS:
            del self._walks[min(self._walks)]
        return replace(cursor, walk=self._number, page=0)

    def _page(self, call: Call, cursor: Cursor) -> Json:
        walk = self._walks[cursor.walk]
        has_more = cursor.page + 1 < len(walk.pages)
        following = (
            replace(cursor, page=cursor.page + 1)
            if has_more
            else replace(cursor, walk=0, page=0, seen=walk.seen)
        )
        entries = _entries(call, cursor, walk.pages[cursor.page], walk.seen)
        return {"entries": entries, "cursor": _seal(following), "has_more": has_more}


def changes(view: View, cursor: Cursor) -> tuple[Seen, list[Ref]]:
    """Return what came, changed or went since a cursor, and what is known with that."""
    refs: list[Ref] = []
    sight = _sight(view, cursor)
    for key, (prefix, _) in sight.items():
        space = view.spaces.by_id[key]
        known = cursor.seen.get(key)
        if known is None or known[0] != prefix:
            refs += _all(view, cursor, space)
            continue
        changed = space.since(known[1])
        gone = {path for path in changed if path not in space.nodes}
        refs += [
            Ref(key, path, path not in gone)
            for path in changed
            if _is_wanted(view, cursor, space, path) and not _goes_with(path, gone)
        ]
    return sight, refs


def _everything(view: View, cursor: Cursor) -> tuple[Seen, list[Ref]]:
    sight = _sight(view, cursor)
    refs = [ref for key in sight for ref in _all(view, cursor, view.spaces.by_id[key])]
    return sight, refs


def _sight(view: View, cursor: Cursor) -> Seen:
    """Return the namespaces that a listing covers, its own first."""
    mounts = view.mounts()
    own = mounts.get(cursor.space)
    found: Seen = {cursor.space: (own, len(view.spaces.by_id[cursor.space].log))}
    if cursor.recursive and cursor.mounted and own is not None:
        below = f"{lower(own)}{cursor.folder}/"
        for key, prefix in mounts.items():
            if key != cursor.space and lower(prefix).startswith(below):
                found[key] = (prefix, len(view.spaces.by_id[key].log))
    return found


def _all(view: View, cursor: Cursor, space: Space) -> list[Ref]:
    paths = {path: True for path in space.nodes}
    if cursor.deleted:
        paths |= {path: False for path in space.trash if path not in paths}
    return [
        Ref(space.id, path, paths[path])
        for path in sorted(paths)
        if _is_wanted(view, cursor, space, path)
    ]


def _is_wanted(view: View, cursor: Cursor, space: Space, path: str) -> bool:
    node = space.nodes.get(path)
    if node is not None and (view.is_hidden(node) or (node.mount and not cursor.mounted)):
        return False
    if space.id != cursor.space:
        return True
    if cursor.recursive:
        return path == cursor.folder or path.startswith(f"{cursor.folder}/")
    return parent(path) == cursor.folder


def _goes_with(path: str, gone: set[str]) -> bool:
    """Say whether a folder above is gone, too: that is told in its place."""
    while path := parent(path):
        if path in gone:
            return True
    return False


def _entries(call: Call, cursor: Cursor, refs: list[Ref], seen: Seen) -> list[Json]:
    entries = []
    for ref in refs:
        space = call.view.spaces.by_id[ref.space]
        prefix = seen[ref.space][0]
        node = space.nodes.get(ref.path)
        if node is not None and ref.is_there:
            entries.append(
                shapes.metadata(
                    call.view, space, node, prefix, call.dropbox.people, members=cursor.members
                )
            )
        elif node is None:
            written = space.shown.get(ref.path, ref.path)
            entries.append(shapes.deleted(written, prefix or ""))
    return entries


def _folder(call: Call) -> Spot:
    """Return the folder that is to be listed, within its own namespace."""
    try:
        spot = call.view.at(checked(call.text("path"), may_be_root=True))
    except Malformed:
        raise refuse("path", "malformed_path") from None
    except LookupError:
        raise refuse("path", "not_found") from None
    if not spot.path:
        return spot
    node = spot.node
    if node is None or call.view.is_hidden(node):
        raise refuse("path", "not_found")
    if not node.is_folder:
        raise refuse("path", "not_folder")
    return Spot(call.view.spaces.by_id[node.mount], "") if node.mount else spot


def _is_there(view: View, cursor: Cursor) -> bool:
    space = view.spaces.by_id.get(cursor.space)
    if space is None or not view.level(space):
        return False
    return not cursor.folder or cursor.folder in space.nodes


def _seal(cursor: Cursor) -> str:
    text = json.dumps(asdict(cursor), separators=(",", ":"))
    return "AA" + base64.urlsafe_b64encode(text.encode()).decode()
