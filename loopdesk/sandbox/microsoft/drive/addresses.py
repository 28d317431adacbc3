"""The names things have in OneDrive: ids of drives and items, and where a browser opens them.

All are the same for the same words, so that mails and chats of a story can point at a file.
"""

from __future__ import annotations

import base64
import uuid
from hashlib import blake2b
from urllib.parse import quote

_OFFICE = {
    "docx": "w", "doc": "w", "rtf": "w", "xlsx": "x", "xls": "x", "csv": "x", "pptx": "p",
    "ppt": "p",
}  # fmt: skip


def drive_id(address: str, *, personal: bool) -> str:
    """Return the id of somebody's drive."""
    digest = blake2b(address.lower().encode(), digest_size=30).digest()
    if personal:
        return digest[:8].hex().upper()
    return "b!" + base64.urlsafe_b64encode(digest).decode()


def item_id(drive: str, word: str) -> str:
    """Return the id of what has this name in a drive."""
    digest = blake2b(f"{drive}\0{word}".encode(), digest_size=20).digest()
    if not is_business(drive):
        return f"{drive}!s{digest[:16].hex()}"
    return "01" + base64.b32encode(digest).decode()


def is_business(drive: str) -> bool:
    return drive.startswith("b!")


def guid(item: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, item)).upper()


def host(address: str) -> str:
    """Return where the drives of an organisation lie."""
    name = address.rpartition("@")[2].partition(".")[0]
    return f"https://{name}-my.sharepoint.com"


def web_url(owner: str, drive: str, item: str, path: str) -> str:
    """Return where a browser opens an item.

    Args:
        owner: address of whose drive it is.
        path: of the item in the drive, with slashes, "" for the top.
    """
    if not is_business(drive):
        return f"https://onedrive.live.com/?cid={drive}&id={quote(item, safe='')}"
    site = f"{host(owner)}/personal/{owner.lower().translate(_FLAT)}"
    ending = path.rpartition(".")[2].lower()
    if ending in _OFFICE:
        name = quote(path.rpartition("/")[2])
        return (
            f"{site}/_layouts/15/Doc.aspx?sourcedoc=%7B{guid(item)}%7D&file={name}"
            "&action=default&mobileredirect=true"
        )
    return f"{site}/Documents/{quote(path)}".rstrip("/")


def link_url(owner: str, drive: str, item: str, kind: str, scope: str) -> str:
    """Return the address of a sharing link."""
    digest = blake2b(f"{item} {kind} {scope}".encode(), digest_size=24).digest()
    word = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if not is_business(drive):
        return f"https://1drv.ms/u/c/{drive.lower()}/{word}"
    return f"{host(owner)}/:u:/g/personal/{owner.lower().translate(_FLAT)}/{word}"


_FLAT = str.maketrans("@.", "__")
