"""Mails as they were laid out by their senders, cleaned for the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from loopdesk.core.filetypes import look
from loopdesk.core.items import Attachment, ItemId, ServiceKey
from loopdesk.core.seams import Blob, Database
from loopdesk.desk.files import DeskFiles
from loopdesk.store import items

_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
_PICTURE_LIMIT = 16 * 1024 * 1024
_BROUGHT = "brought-"


@dataclass(frozen=True, slots=True)
class Rich:
    """One mail's HTML, as `content.rich` cleaned it.

    Args:
        quoted_html: what it quotes and its signature, folded at first; "" where there is neither.
        cids: names of the pictures that it shows and that `Desk.rich.picture` has.
        remote: addresses of the pictures that it would load from elsewhere and does not.
        light: text with emphasis, lists and links, without colours of its own.
    """

    html: str
    quoted_html: str
    cids: tuple[str, ...]
    remote: tuple[str, ...]
    light: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a mail.

    Args:
        part: what the errand "fetch" needs to bring it; "" where nothing would.
        data: None while it is not on this computer.
        type: MIME type by its content; "" where it is no picture that may be shown.
    """

    part: str
    data: bytes | None = None
    type: str = ""


class RichMails:
    """`Desk.rich`. All methods wait for the disk and are called off the Qt thread."""

    def __init__(self, database: Database, files: DeskFiles) -> None:
        self._database, self._files = database, files

    def __call__(self, item: ItemId, entry: str) -> Rich | None:
        """Return a mail as it came; None where it came as text alone, or is gone.

        Pictures that were brought at the person's wish are in it by then.
        """
        from urllib.parse import quote

        from loopdesk.content import rich

        found = self._database.read(lambda db: items.entry(db, item, ServiceKey(entry)))
        if found is None or not found.html:
            return None
        html = rich.clean_html(found.html)
        here = {url: f"cid:{_BROUGHT}{blob.id}" for url, blob in self._brought(item, entry).items()}
        along = {part.cid: f"cid:{quote(part.cid)}" for part in found.attachments if part.cid}
        html = rich.with_pictures(html, along | here)
        simple_look = rich.light(html)
        own, quoted = map(rich.linked, rich.part_quote(rich.bare(html) if simple_look else html))
        return Rich(own, quoted, rich.inner_pictures(html), rich.remote_pictures(html), simple_look)

    def picture(self, item: ItemId, entry: str, cid: str) -> Picture | None:
        """Return one of a mail's own pictures; None where the mail has none of that name."""
        if cid.startswith(_BROUGHT):
            brought = (blob for blob in self._brought(item, entry).values())
            blob = next((one for one in brought if f"{_BROUGHT}{one.id}" == cid), None)
            return None if blob is None else self._read(blob, "")
        found = self._database.read(lambda db: items.entry(db, item, ServiceKey(entry)))
        part = None if found is None else _named(found.attachments, cid)
        if part is None:
            return None
        blob = self._files.here(item, entry, part.part)
        return Picture(part.part) if blob is None else self._read(blob, part.part)

    def _brought(self, item: ItemId, entry: str) -> Mapping[str, Blob]:
        return self._files.pictures(item, entry)

    def _read(self, blob: Blob, part: str) -> Picture:
        if blob.size_bytes > _PICTURE_LIMIT:
            return Picture(part, b"")
        data = self._files.read(blob.id)
        kind = look(BytesIO(data)).type
        return Picture(part, data, kind) if kind in _PICTURES else Picture(part, b"")


def words_of(rich: Rich) -> str:
    """Return a mail's words alone, where its HTML is more than can be laid out."""
    from loopdesk.content.clean import clean_text
    from loopdesk.content.html import html_to_text

    return clean_text(html_to_text(rich.html))


def _named(attachments: tuple[Attachment, ...], cid: str) -> Attachment | None:
    """Return what a mail calls by `cid`, else what has that file name: some senders mean that."""
    named = (part for part in attachments if part.cid == cid)
    return next(named, None) or next((part for part in attachments if part.name == cid), None)
