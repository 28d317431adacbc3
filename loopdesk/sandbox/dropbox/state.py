"""What Dropbox's part holds, in plain text, for tests and for the curious."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from loopdesk.sandbox.dropbox.spaces import Node, Space
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.office_text import words

if TYPE_CHECKING:
    from loopdesk.sandbox.dropbox.service import Dropbox


def state(dropbox: Dropbox) -> Json:
    return {
        "people": [
            {
                "id": person.id,
                "name": person.name,
                "address": person.address,
                "linked": dropbox.oauth.is_linked(person.id),
            }
            for person in dropbox.by_id.values()
        ],
        "spaces": [_space(space) for space in dropbox.spaces.by_id.values()],
        "links": [
            {"url": link.url, "id": link.id, "by": link.by, "audience": link.audience}
            for link in dropbox.links.by_url.values()
        ],
        "invitations": list(dropbox.invitations),
        "sessions": {id: session.size for id, session in dropbox.sessions.open.items()},
    }


def _space(space: Space) -> Json:
    return {
        "id": space.id,
        "name": space.name,
        "owner": space.owner,
        "members": {address: member.level for address, member in space.members.items()},
        "entries": [_node(space.nodes[path]) for path in sorted(space.nodes)],
        "trash": [_node(space.trash[path]) for path in sorted(space.trash)],
    }


def _node(node: Node) -> Json:
    shown: Json = {"id": node.id, "path": node.path}
    if node.mount:
        return {**shown, "mount": node.mount}
    if node.is_folder:
        return shown
    return {
        **shown,
        "rev": node.now.rev,
        "by": node.now.version.by,
        "versions": len({id(revision.version) for revision in node.revisions}),
        "sha256": _digests(node),
        "size": len(node.now.content),
        "content_hash": node.now.hash,
        "text": _text(node.name, node.now.content),
        "members": {address: member.level for address, member in node.members.items()},
    }


def _digests(node: Node) -> list[str]:
    """Return the checksum of each version, oldest first; a move makes none."""
    versions = {id(each.version): each.content for each in node.revisions}
    return [sha256(content).hexdigest() for content in versions.values()]


def _text(name: str, content: bytes) -> str | None:
    """Return what a file says, None where it has no words that can be read here."""
    if found := words(name, content):
        return found
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None
