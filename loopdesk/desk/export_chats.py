"""Conversations in JSON: one file each, its threads inside. No mail format says what they are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from loopdesk.content.clean import clean_line
from loopdesk.core.filenames import safe_name
from loopdesk.core.items import AccountId, Chat, Entry
from loopdesk.core.seams import Database
from loopdesk.store import items
from loopdesk.store.items import Stored


def export_chats(database: Database, account: AccountId, folder: Path) -> int:
    """Write each conversation of an account to a file in `folder`; return how many messages."""
    by_place: dict[str, list[tuple[Stored, Chat]]] = defaultdict(list)
    for stored in database.read(lambda db: items.chats(db, account)):
        if (chat := stored.item.chat) is not None:
            by_place[chat.place].append((stored, chat))
    written = 0
    for number, held in enumerate(by_place.values()):
        # What is in it comes before its threads; of some only threads are here.
        held.sort(key=lambda each: each[1].root)
        facts, count = _conversation(database, held)
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / safe_name(f"{number + 1:05} {facts['title']}.json")
        file.write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")
        written += count
    return written


def _conversation(
    database: Database, held: Sequence[tuple[Stored, Chat]]
) -> tuple[dict[str, Any], int]:
    """Return a conversation with what was said in it, and how many messages that is."""
    stored, chat = held[0]
    said = [(each[1].root, _said(database, each[0])) for each in held]
    facts = {
        "key": chat.place,
        "title": clean_line(stored.item.title),
        "form": chat.form,
        "topic": clean_line(chat.topic),
        "people": [
            {"name": who.name, "address": who.address, "id": who.id} for who in stored.item.people
        ],
        "entries": [entry for root, entries in said if not root for entry in entries],
        "threads": [{"root": root, "entries": entries} for root, entries in said if root],
    }
    return facts, sum(len(entries) for _, entries in said)


def _said(database: Database, stored: Stored) -> list[dict[str, Any]]:
    return [_message(entry) for entry in database.read(lambda db: items.entries(db, stored.id))]


def _message(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "from": {
            "name": entry.author.name,
            "address": entry.author.address,
            "id": entry.author.id,
        },
        "at": entry.at.isoformat(),
        "text": entry.text,
        "html": entry.html or None,
        "edited_at": None if entry.edited_at is None else entry.edited_at.isoformat(),
        "leaves_at": None if entry.leaves_at is None else entry.leaves_at.isoformat(),
        "thread": entry.thread or None,
        "reactions": [
            {"name": one.name, "emoji": one.emoji, "count": one.count, "who": list(one.who)}
            for one in entry.reactions
        ],
        "links": [{"title": link.title, "url": link.url} for link in entry.links],
        "attachments": [part.name for part in entry.attachments],
    }
