"""Addresses under which files and folders can be seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from loopdesk.sandbox.dropbox import reading, shapes
from loopdesk.sandbox.dropbox.call import Call
from loopdesk.sandbox.dropbox.errors import DropboxError, refuse
from loopdesk.sandbox.dropbox.spaces import Node, Space, lower, parent
from loopdesk.sandbox.dropbox.view import lookup
from loopdesk.sandbox.dropbox_world import Link
from loopdesk.sandbox.model import Json
from loopdesk.sandbox.web import Response

_AUDIENCES = ("public", "team", "no_one", "password", "members")
_ACCESS = ("viewer", "editor", "max", "default")
_SETTINGS = {
    *("require_password", "link_password", "expires", "audience", "access"),
    *("requested_visibility", "allow_download"),
}
_LISTING = "links"


@dataclass(slots=True)
class _Made:
    url: str
    id: str
    by: str
    audience: str = "public"
    allow_download: bool = True
    expires: datetime | None = None


class Links:
    """Attributes:
    by_url: those that are there.
    hides_metadata: who makes a link that is there already is not told which.
    """

    def __init__(self, given: Iterable[Link]) -> None:
        self.by_url = {link.url: _Made(link.url, link.id, link.by, link.audience) for link in given}
        self.hides_metadata = False

    def create(self, call: Call) -> Json:
        """Answer `sharing/create_shared_link_with_settings`."""
        path = call.text("path")
        item = lookup(call.view, path, lambda *tags: refuse("path", *tags))
        node = item.node
        if not call.view.person.verified:
            raise refuse("email_not_verified")
        if not call.view.level(item.space):
            raise refuse("access_denied")
        made = self._set(call, _Made("", node.id, call.address), call.record("settings"))
        known = next((one for one in self.by_url.values() if _is_same(one, made)), None)
        if known is not None:
            same = (known.audience, known.allow_download) == (made.audience, made.allow_download)
            tell = (same or not call.record("settings")) and not self.hides_metadata
            raise _exists(self._metadata(call, known) if tell else None)
        kind = "fo" if node.is_folder else "fi"
        word = call.dropbox.draw(11).hex()
        key = call.dropbox.draw(8).hex()
        made.url = f"https://www.dropbox.com/scl/{kind}/{word}/{quote(node.name)}?rlkey={key}&dl=0"
        self.by_url[made.url] = made
        return self._metadata(call, made)

    def change(self, call: Call) -> Json:
        """Answer `sharing/modify_shared_link_settings`."""
        link = self._own(call)
        settings = call.record("settings")
        changed = self._set(call, _Made(link.url, link.id, link.by), settings)
        if "audience" in settings or "requested_visibility" in settings:
            link.audience = changed.audience
        if "allow_download" in settings:
            link.allow_download = changed.allow_download
        if changed.expires or call.flag("remove_expiration"):
            link.expires = changed.expires
        return self._metadata(call, link)

    def revoke(self, call: Call) -> None:
        """Answer `sharing/revoke_shared_link`."""
        del self.by_url[self._own(call).url]

    def all(self, call: Call) -> Json:
        """Answer `sharing/list_shared_links`."""
        if call.args.get("cursor") is not None:
            page = call.dropbox.pages.after(call, _LISTING)
            if page is None:
                raise refuse("reset")
        else:
            urls = self._listed(call, call.text("path", ""))
            page = call.dropbox.pages.first(call, _LISTING, urls, 100)
        there = (self.by_url.get(url) for url in page.keys)
        links = [self._metadata(call, link) for link in there if link]
        answer: Json = {"links": links, "has_more": bool(page.cursor)}
        return answer | ({"cursor": page.cursor} if page.cursor else {})

    def look(self, call: Call) -> Json:
        """Answer `sharing/get_shared_link_metadata`: anybody's link."""
        return self._metadata(call, self._seen(call))

    def download(self, call: Call) -> Response:
        """Answer `sharing/get_shared_link_file`."""
        link = self._seen(call)
        _, node = self._node(call, link)
        if node.is_folder:
            raise refuse("shared_link_is_directory")
        if not link.allow_download:
            raise refuse("shared_link_access_denied")
        about = self._metadata(call, link)
        return reading.content(call, node.now.content, about, node.now.rev)

    def _listed(self, call: Call, path: str) -> list[str]:
        """Return the person's links, or those that show what lies at a path."""
        if not path:
            return [
                link.url
                for link in self.by_url.values()
                if link.by == call.address and call.dropbox.spaces.find(link.id)
            ]
        item = lookup(call.view, path, lambda *tags: refuse("path", *tags))
        paths = {item.node.lower}
        above = parent(item.node.lower)
        while above and not call.flag("direct_only"):
            paths.add(above)
            above = parent(above)
        ids = {node.id for key in paths if (node := item.space.nodes.get(key))}
        return [
            link.url for link in self.by_url.values() if link.id in ids and link.by == call.address
        ]

    def _set(self, call: Call, made: _Made, settings: Json) -> _Made:
        """Take over settings; raises DropboxError: they do not go together, or cost money."""
        inner = call.inner(settings, "settings")
        if set(settings) - _SETTINGS:
            raise refuse("settings_error", "invalid_settings")
        visibility, _ = inner.tag("requested_visibility", "public", ("public", "team_only"))
        default = "team" if visibility == "team_only" else "public"
        made.audience, _ = inner.tag("audience", default, _AUDIENCES)
        inner.tag("access", "viewer", _ACCESS)
        made.allow_download = inner.flag("allow_download", True)
        made.expires = inner.moment("expires")
        has_paid = bool(call.view.person.team)
        costs = made.expires or inner.flag("require_password") or not made.allow_download
        if costs and not has_paid:
            raise refuse("settings_error", "not_authorized")
        if made.audience == "team" and not has_paid:
            raise refuse("settings_error", "invalid_settings")
        return made

    def _own(self, call: Call) -> _Made:
        link = self.by_url.get(call.text("url"))
        if link is None or call.dropbox.spaces.find(link.id) is None:
            raise refuse("shared_link_not_found")
        if link.by != call.address:
            raise refuse("shared_link_access_denied")
        return link

    def _seen(self, call: Call) -> _Made:
        """Return a link that the person may follow; what is added to it does not count."""
        asked = call.text("url").partition("?")[0]
        link = next((one for url, one in self.by_url.items() if _bare(url) == asked), None)
        if link is None or (link.expires and link.expires <= call.now):
            raise refuse("shared_link_not_found")
        found = call.dropbox.spaces.find(link.id)
        if found is None or found[1].deleted_at is not None:
            raise refuse("shared_link_not_found")
        maker = call.dropbox.people.get(link.by)
        in_team = maker is not None and maker.team and maker.team == call.view.person.team
        is_open = link.audience == "public" or (link.audience == "team" and in_team)
        if not is_open and not call.view.file_level(*found):
            raise refuse("shared_link_access_denied")
        return link

    def _node(self, call: Call, link: _Made) -> tuple[Space, Node]:
        found = call.dropbox.spaces.find(link.id)
        if found is None:
            raise refuse("shared_link_not_found")
        return found

    def _metadata(self, call: Call, link: _Made) -> Json:
        """Return a `SharedLinkMetadata`."""
        space, node = self._node(call, link)
        shown: Json = {
            ".tag": "folder" if node.is_folder else "file",
            "url": link.url,
            "name": node.name,
            "id": node.id,
            "link_permissions": _permissions(link, is_own=link.by == call.address),
        }
        path = call.view.path(space, node.path) if call.view.level(space) else None
        if path is not None:
            shown["path_lower"] = lower(path)
        if link.expires:
            shown["expires"] = shapes.stamp(link.expires)
        if not node.is_folder:
            version = node.now.version
            shown |= {
                "client_modified": shapes.stamp(version.client_at or version.at),
                "server_modified": shapes.stamp(version.at),
                "rev": node.now.rev,
                "size": len(node.now.content),
            }
        return shown


def _permissions(link: _Made, *, is_own: bool) -> Json:
    visibility = {"public": "public", "team": "team_only"}.get(link.audience, "no_one")
    return {
        "can_revoke": is_own,
        "resolved_visibility": {".tag": visibility},
        "effective_audience": {".tag": link.audience},
        "link_access_level": {".tag": "viewer"},
        "visibility_policies": [
            {
                "policy": {".tag": "public"},
                "resolved_policy": {".tag": "public"},
                "allowed": True,
            }
        ],
        "can_set_expiry": False,
        "can_remove_expiry": False,
        "allow_download": link.allow_download,
        "can_allow_download": True,
        "can_disallow_download": False,
        "allow_comments": True,
        "team_restricts_comments": False,
    }


def _exists(metadata: Json | None) -> DropboxError:
    error: Json = {".tag": "shared_link_already_exists"}
    if metadata is not None:
        error["shared_link_already_exists"] = {".tag": "metadata", "metadata": metadata}
    return DropboxError(409, error, "shared_link_already_exists")


def _is_same(one: _Made, other: _Made) -> bool:
    return (one.id, one.by) == (other.id, other.by)


def _bare(url: str) -> str:
    return url.partition("?")[0]
