"""The owner's own folders: one stream, listed once and followed by its cursor from then on.

Dropbox has no list of recents: what changed lately is kept of what the listing names.

Source: dropbox.com/developers/documentation/http/documentation#files-list_folder (2026-11)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from loopdesk.core.changes import Cursor, Page, Skipped, Stream
from loopdesk.core.errors import BadPayload, CursorExpired, Misunderstood, Rejected
from loopdesk.core.items import Entry, Item, ServiceKey
from loopdesk.core.places import Place
from loopdesk.core.seams import Clock
from loopdesk.providers.cursors import dump, load
from loopdesk.providers.dropbox import READING, convert, wire
from loopdesk.providers.dropbox.around import Surroundings
from loopdesk.providers.dropbox.calls import Calls
from loopdesk.providers.dropbox.convert import Around, Me
from loopdesk.providers.dropbox.folders import Folders, read
from loopdesk.providers.dropbox.notes import Notes

# Long poll tells at once; this is for where nobody can listen.
STREAM = Stream("tree", poll_s=120, idle_poll_s=900, feature=READING, rank=3, focus_s=60)

_LISTED = timedelta(days=90)
_BIN = timedelta(days=30)
"""What was deleted here can be brought back for so long on every plan."""
_PAGE = 500
_TOGETHER = 10
"""Files that are asked about together: each costs a request."""
# A search needs words: endings find what people work on.
_ENDINGS = ("docx", "xlsx", "pptx", "pdf")
_FOUND = 25
_LOOKS_EVERY = 10
_AROUND = timedelta(hours=6)
"""So often, and after each start, it is asked who has the recent files: no cursor tells of it."""
_MOST = 500
_WHOLE = {
    "path": "",
    "recursive": True,
    "include_mounted_folders": True,
    "include_non_downloadable_files": True,
    "include_has_explicit_shared_members": True,
    "limit": _PAGE,
}


class _Progress(msgspec.Struct, omit_defaults=True):
    """The cursor of the stream.

    Args:
        root: id of the space that paths begin in, "" where in one's own.
        fresh: a cursor from before the listing: while that goes on, changes are looked at by it.
        searched: how many endings were searched; `found`: files that only the search has named.
        cursor: where the listing goes on, and then what changed since.
        listing: a whole one is going on; its last page sweeps.
        pages: of it.
        more: there is another page.
        late: files that are still to be asked about.
        given: of recent files by their keys, when they changed, in seconds since 1970, and a mark
            of whom they were given to.
        bin: what was deleted here and can come back, with when that was, in seconds since 1970.
    """

    root: str
    fresh: str
    searched: int = 0
    found: list[str] = []
    cursor: str = ""
    listing: bool = False
    pages: int = 0
    more: bool = False
    late: list[wire.Metadata] = []
    given: dict[str, tuple[float, str]] = {}
    bin: dict[str, float] = {}
    tree: Folders = msgspec.field(default_factory=Folders)


@dataclass(slots=True)
class _Found:
    """What one step brought."""

    items: list[Item] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    places: list[Place] = field(default_factory=list)
    gone_places: set[str] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)


class Tree:
    def __init__(
        self, calls: Calls, surroundings: Surroundings, notes: Notes, clock: Clock, me: Me
    ) -> None:
        self._calls, self._surroundings, self._notes = calls, surroundings, notes
        self._clock, self._me = clock, me
        self._looked_at: datetime | None = None

    def pull(self, cursor: Cursor | None) -> Page:
        """Return the next step: some recent files, a page of the listing, or what changed.

        Raises:
            CursorExpired: Dropbox forgot it, or paths begin elsewhere now.
        """
        at = load(cursor, _Progress) if cursor else self._begin()
        self._check(at)
        begins = not at.searched
        found = _Found()
        if begins:
            found.places.append(convert.root(default=not self._calls.secret.root))
        again = [*self._notes.changed][:_TOGETHER]
        self._look_again(at, again)
        if at.late:
            self._ask_about(at, found)
        elif at.searched < len(_ENDINGS):
            self._search(at, found)
        elif at.listing and at.pages % _LOOKS_EVERY == _LOOKS_EVERY - 1:
            at.pages += 1
            at.fresh = self._follow(at, at.fresh, found).cursor
        elif not at.listing and not at.more and self._looks_around():
            self._look_around(at)
        else:
            self._go_on(at, found)
        self._check(at)
        page = self._page(at, found, begins=begins)
        self._notes.move(at.fresh or at.cursor, at.tree)
        # Only now: what failed on the way here has to come once more.
        for key in again:
            self._notes.changed.pop(key, None)
        for key in at.bin:
            self._notes.deleted.pop(key, None)
        return page

    def _begin(self) -> _Progress:
        # Before the listing: what changes meanwhile is known from here on.
        asked = {**_WHOLE}
        self._looked_at = self._clock.now()
        fresh = self._calls.get("files/list_folder/get_latest_cursor", wire.LatestCursor, asked)
        return _Progress(self._calls.secret.root, fresh.cursor, listing=True)

    def _check(self, at: _Progress) -> None:
        """Look whether paths begin where they did: else all that is known of them is wrong.

        Raises:
            CursorExpired: they do not.
        """
        if at.root != self._calls.secret.root:
            raise CursorExpired

    def _page(self, at: _Progress, found: _Found, *, begins: bool) -> Page:
        listing = at.listing
        is_over = not at.more and not at.late and at.searched == len(_ENDINGS)
        if listing and is_over:
            # What only the search named has been deleted since it was indexed.
            found.gone |= {*at.found}
            at.listing, at.fresh, at.found = False, "", []
        named = {item.key for item in found.items}
        return Page(
            me=(self._me.handle,) if begins else (),
            items=tuple(found.items),
            entries=tuple(found.entries),
            gone=frozenset(ServiceKey(key) for key in found.gone if key not in named),
            places=tuple(found.places),
            # A folder that nothing names again is no more.
            place_kinds=frozenset({"folder"}) if begins else frozenset(),
            gone_places=frozenset(("folder", key) for key in found.gone_places),
            cursor=dump(at),
            more=not is_over,
            listing=listing,
            skipped=tuple(found.skipped),
        )

    # --- what is listed, and what changed ---------------------------------------------------------

    def _search(self, at: _Progress, found: _Found) -> None:
        """Take what changed lately among files of one kind: a listing may take hours."""
        options = {"max_results": _FOUND, "order_by": "last_modified_time", "filename_only": True}
        asked = {"query": _ENDINGS[at.searched], "options": options}
        answer = self._calls.rpc("files/search_v2", asked, allow=("invalid_argument",))
        at.searched += 1
        at.more = True
        if not answer.ok:
            return
        matches = [each.metadata.metadata for each in answer.read(wire.Search).matches]
        files = [
            file
            for file in read(matches, found.skipped)
            if file.tag == "file" and file.lower and self._is_kept(file, found)
        ]
        at.found += [file.id for file in files if file.id not in at.found]
        self._take(at, files, found)

    def _go_on(self, at: _Progress, found: _Found) -> None:
        if at.cursor:
            page = self._follow(at, at.cursor, found)
        else:
            page = self._calls.get("files/list_folder", wire.Listing, _WHOLE)
            self._read(at, page, found)
        at.cursor, at.more = page.cursor, page.has_more
        at.pages += at.listing

    def _follow(self, at: _Progress, cursor: str, found: _Found) -> wire.Listing:
        try:
            page = self._calls.get("files/list_folder/continue", wire.Listing, {"cursor": cursor})
        except Rejected as error:
            # It is none, or its folder is no more.
            if error.reason == "gone" or isinstance(error, Misunderstood):
                raise CursorExpired from error
            raise
        self._read(at, page, found)
        return page

    def _read(self, at: _Progress, page: wire.Listing, found: _Found) -> None:
        """Take a page in its order: what comes later holds."""
        files: dict[str, wire.Metadata] = {}
        for entry in read(page.entries, found.skipped):
            match entry.tag:
                case "folder" if entry.lower:
                    if at.tree.put_folder(entry):
                        home = self._calls.secret.home
                        found.places.append(convert.folder(entry, at.tree, home))
                case "file" if entry.lower:
                    files[entry.id] = entry
                    at.tree.put_file(entry, kept=self._is_kept(entry, found))
                    at.bin.pop(entry.id, None)
                case "deleted":
                    at.tree.remove(entry.lower)
        at.found = [key for key in at.found if key not in files]
        there = {key for key in files if key in {*at.tree.files.values()}}
        late = [file for file in at.late if file.id not in files and file.id not in at.tree.lost]
        recent = [key for key in there if self._age(files[key]) <= convert.RECENT]
        at.late = [*late, *(file for key, file in files.items() if key in recent)]
        self._take(at, [file for key, file in files.items() if key in there - {*recent}], found)
        if not page.has_more:
            self._let_go(at, found)

    def _let_go(self, at: _Progress, found: _Found) -> None:
        """Give up what went away and did not come back elsewhere: only now is that sure."""
        now = self._clock.now().timestamp()
        for key in at.tree.lost:
            deleted = self._notes.deleted.get(key)
            if deleted is None:
                found.gone.add(key)
            else:
                at.bin[key] = now
                self._take(at, [deleted], found, trashed=True)
        found.gone_places |= {*at.tree.lost_folders}
        at.tree.lost, at.tree.lost_folders = [], []
        for key, since in [*at.bin.items()]:
            if now - since > _BIN.total_seconds():
                del at.bin[key]
                found.gone.add(key)

    # --- files ------------------------------------------------------------------------------------

    def _look_again(self, at: _Progress, keys: Iterable[str]) -> None:
        """Ask for files whose sharing changed here: no cursor tells of it."""
        for key in keys:
            asked = {"path": key, "include_has_explicit_shared_members": True}
            answer = self._calls.rpc("files/get_metadata", asked, allow=("path",))
            if answer.ok:
                at.late = [each for each in at.late if each.id != key]
                at.late.append(answer.read(wire.Metadata))

    def _looks_around(self) -> bool:
        return self._looked_at is None or self._clock.now() - self._looked_at >= _AROUND

    def _look_around(self, at: _Progress) -> None:
        """Find the recent files that others have by now, or others than before.

        They were given elsewhere, or here, and a crash came before that was pulled.
        """
        now = self._clock.now()
        there = {*at.tree.files.values()}
        since = (now - convert.RECENT).timestamp()
        kept = {key: told for key, told in at.given.items() if key in there and told[0] >= since}
        at.given = dict(sorted(kept.items(), key=lambda each: each[1][0])[-_MOST:])
        for key, around in self._surroundings.sharing_of([*at.given]).items():
            if convert.sharing(around) != at.given[key][1]:
                self._notes.changed[key] = None
        self._looked_at, at.more = now, True

    def _ask_about(self, at: _Progress, found: _Found) -> None:
        """Take some recent files with their versions, and with whom they are shared."""
        some, at.late = at.late[:_TOGETHER], at.late[_TOGETHER:]
        try:
            around = self._surroundings.of(some)
        except BadPayload as error:
            # They come without what cannot be read, rather than not at all.
            found.skipped.append(Skipped("files/around", error.where))
            around = None
        if around is not None:
            for file in some:
                changed_at = convert.changed_at(file).timestamp()
                at.given[file.id] = changed_at, convert.sharing(around[file.id])
        self._take(at, some, found, around)

    def _take(
        self,
        at: _Progress,
        files: Iterable[wire.Metadata],
        found: _Found,
        around: dict[str, Around] | None = None,
        *,
        trashed: bool = False,
    ) -> None:
        files = list(files)
        if around is None:
            plain = Around(people=self._surroundings.people(files))
            around = {file.id: plain for file in files}
        now = self._clock.now()
        for file in files:
            try:
                item, entry = convert.item(
                    file,
                    self._me,
                    now,
                    around[file.id],
                    folder=at.tree.parent(file.lower),
                    trashed=trashed,
                )
            except BadPayload as error:
                found.skipped.append(Skipped(f"files/{file.id}", error.where))
                continue
            found.items.append(item)
            found.entries.append(entry)

    def _is_kept(self, file: wire.Metadata, found: _Found) -> bool:
        try:
            return self._age(file) <= _LISTED
        except BadPayload as error:
            found.skipped.append(Skipped(f"files/{file.id}", error.where))
            return False

    def _age(self, file: wire.Metadata) -> timedelta:
        return self._clock.now() - convert.changed_at(file)
