"""Searching all of Dropbox, what is older or lies deeper than is kept here too."""

from __future__ import annotations

from typing import Any

from loopdesk.core.changes import Cursor, Page, Skipped
from loopdesk.core.errors import BadPayload
from loopdesk.core.items import Entry, Item
from loopdesk.core.seams import Clock
from loopdesk.providers.dropbox import convert, wire
from loopdesk.providers.dropbox.around import Surroundings
from loopdesk.providers.dropbox.calls import Calls
from loopdesk.providers.dropbox.convert import Around, Me
from loopdesk.providers.dropbox.folders import read
from loopdesk.providers.dropbox.notes import Notes
from loopdesk.providers.file_query import file_query

_PAGE = 20


class Search:
    def __init__(
        self, calls: Calls, surroundings: Surroundings, notes: Notes, clock: Clock, me: Me
    ) -> None:
        self._calls, self._surroundings, self._notes = calls, surroundings, notes
        self._clock, self._me = clock, me

    def search(self, query: str, cursor: Cursor | None) -> Page:
        """Return files of these words, in their names or, on some plans, in them."""
        asked = file_query(query)
        if asked is None:
            return Page()
        if cursor:
            page = self._calls.get("files/search/continue_v2", wire.Search, {"cursor": cursor})
        else:
            wanted: dict[str, Any] = {"query": asked.words, "options": {"max_results": _PAGE}}
            page = self._calls.get("files/search_v2", wire.Search, wanted)
        skipped = list[Skipped]()
        files = {
            file.id: file
            for file in read([each.metadata.metadata for each in page.matches], skipped)
            if file.tag == "file" and asked.holds(file.server_modified or "")
        }
        items, entries = self._items([*files.values()], skipped)
        more = page.has_more and bool(page.cursor)
        return Page(
            items=tuple(items),
            entries=tuple(entries),
            cursor=Cursor(page.cursor) if more and page.cursor else None,
            more=more,
            skipped=tuple(skipped),
        )

    def _items(
        self, files: list[wire.Metadata], skipped: list[Skipped]
    ) -> tuple[list[Item], list[Entry]]:
        """Return files as they were pulled: nothing that is known of them is forgotten."""
        now = self._clock.now()
        recent: list[wire.Metadata] = []
        for file in files:
            try:
                if now - convert.changed_at(file) <= convert.RECENT:
                    recent.append(file)
            except BadPayload as error:
                skipped.append(Skipped(f"files/{file.id}", error.where))
        around = self._surroundings.of(recent)
        people = self._surroundings.people(files)
        items, entries = list[Item](), list[Entry]()
        for file in files:
            folder = self._notes.folders.parent(file.lower) if file.lower else ""
            known = around.get(file.id) or Around(people=people)
            try:
                item, entry = convert.item(file, self._me, now, known, folder=folder)
            except BadPayload:
                continue
            items.append(item)
            entries.append(entry)
        return items, entries
