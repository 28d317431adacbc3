"""What an item is and what an entry mentions, read from links and headers. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from loopdesk.core.items import (
    ASKS_HEADER,
    FILE_HEADER,
    MEETING_HEADER,
    TOLD_HEADER,
    Entry,
    Item,
    Kind,
)
from loopdesk.providers.api import Provider
from loopdesk.store.refs import Mentions

_READ = 200_000
"""Of a text or HTML, no more characters are looked through."""
_MOST = 50
# Begins with what the engine can look for without trying each place: four times as fast.
_LINK = re.compile(r"https://([\w.-]{4,60})/[^\s\"'<>\\]*")
_COMMENT = re.compile(r"\([^()]*\)")
_ADDRESS = re.compile(r"<([^<>]*)>|([^\s<>]+@[^\s<>]+)")


@dataclass(frozen=True, slots=True)
class Referrer:
    """A `store.refs.Refer`.

    Args:
        service: whose items and entries are read.
        references: gives a link's canonical form, by its host or by the domain above it.
        announcers: addresses by which services announce things by mail, each with its service.
        receivers: how the service calls itself where it says who sent a mail.
    """

    service: str
    references: Mapping[str, Callable[[str], str | None]]
    announcers: Mapping[str, str]
    receivers: frozenset[str]

    def item(self, item: Item) -> frozenset[str]:
        if item.chat is not None:
            return frozenset({f"{self.service}/message/{item.key}"})
        if item.kind is Kind.MESSAGE:
            return frozenset()
        refs = set(self._links(item.url))
        if item.meeting is not None and item.meeting.ical_uid:
            refs.add(_ical(item.meeting.ical_uid))
        return frozenset(refs)

    def entry(self, entry: Entry) -> Mentions:
        uids = [_ical(value) for name, value in entry.headers if name == MEETING_HEADER]
        files = [
            f"{self.service}/file/{value}" for name, value in entry.headers if name == FILE_HEADER
        ]
        texts = (entry.text or "", entry.html or "", *(link.url for link in entry.links))
        found = Counter(ref for text in texts for ref in self._links(text))
        names = frozenset([*uids, *files, *[ref for ref, _ in found.most_common(_MOST)]])
        announcer = self.service if entry.header(TOLD_HEADER) else self._announcer(entry)
        if not announcer:
            return Mentions(names)
        if uids:
            return Mentions(names, frozenset(uids[:1]))
        # It announces what it leads to most often; leading to several alike it tells of all these.
        # What is only named in what somebody said there it does not tell of.
        own = {ref: n for ref, n in found.items() if ref in names and _service(ref) == announcer}
        most = max(own.values(), default=0)
        return Mentions(names, frozenset(ref for ref, n in own.items() if 2 * n > most))

    def _links(self, text: str) -> Iterator[str]:
        for found in _LINK.finditer(text, 0, _READ):
            host = found[1].lower()
            while host and host not in self.references:
                host = host.partition(".")[2]
            # In HTML an address is written as an attribute's value.
            if host and (ref := self.references[host](unescape(found[0]))) is not None:
                yield ref

    def _announcer(self, entry: Entry) -> str:
        """Return which service sent it, as far as whoever received it vouches for that, or ""."""
        sender = _address(entry.header("sender"))
        passed = set(self._vouched(entry.header("authentication-results")))
        # Or it was sent in the name of somebody who has let a calendar do so.
        in_name = ("dmarc", entry.author.address.rpartition("@")[2]) in passed
        for announcer in {entry.author.address, sender} & self.announcers.keys():
            domain = f".{announcer.rpartition('@')[2]}"
            signed = any(by == "dkim" and domain.endswith(f".{whose}") for by, whose in passed)
            if signed or in_name:
                return self.announcers[announcer]
        return self.service if in_name and entry.header(ASKS_HEADER) else ""

    def _vouched(self, results: str) -> Iterator[tuple[str, str]]:
        """Yield (method, domain) of what passed, by the word of whom we may believe.

        Source: RFC 8601, 2.2 and 2.7.
        """
        receiver, *methods = _COMMENT.sub("", results).lower().split(";")
        if receiver.split(maxsplit=1)[:1] not in [[name] for name in self.receivers]:
            return
        for method in methods:
            words = method.split()
            for word in words[1:]:
                name, _, value = word.partition("=")
                if words[0] == "dkim=pass" and name in ("header.i", "header.d"):
                    yield "dkim", value.rpartition("@")[2]
                elif words[0] == "dmarc=pass" and name == "header.from":
                    yield "dmarc", value


def referrer(service: str, providers: Mapping[str, Provider]) -> Referrer:
    """Return what reads, in one service's items, the references to all of them."""
    references = {
        host: provider.reference for provider in providers.values() for host in provider.link_hosts
    }
    return Referrer(
        service,
        references,
        {address: key for key, provider in providers.items() for address in provider.announcers},
        providers[service].receivers,
    )


def _service(ref: str) -> str:
    return ref.partition("/")[0]


def _ical(uid: str) -> str:
    return f"ical/{uid.strip()}"


def _address(header: str) -> str:
    found = _ADDRESS.search(header)
    return (found[1] or found[2]).lower() if found else ""
