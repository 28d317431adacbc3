"""Where a service lives: the public addresses, and the places they are mapped to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loopdesk.net.address import authority, origin


class Endpoints:
    """One service's public addresses and where each of them is reached.

    Callers and SDKs only ever see the public https addresses; whoever opens the connection asks
    `place`.
    """

    def __init__(
        self,
        public: Mapping[str, str],
        configured: Mapping[str, str] | None = None,
        elsewhere: str = "",
    ) -> None:
        """Map each public address to its configured place.

        Args:
            public: address by name of setting, as `Provider.endpoints` has it.
            configured: place by the same names; a missing one stays public.
            elsewhere: where a stand-in keeps all other hosts of the world, each below its name.
        """
        self._elsewhere = elsewhere
        places = {
            address: (configured or {}).get(name, address) for name, address in public.items()
        }
        self._places = sorted(
            (_roots(places) | places).items(), key=lambda pair: len(pair[0]), reverse=True
        )

    def place(self, url: str) -> str:
        """Return where a public address is reached; one that is not ours stays as it is."""
        for address, place in self._places:
            rest = url[len(address) :]
            if url.startswith(address) and (address[-1] == "/" or rest[:1] in ("", "/", "?", "#")):
                return place + rest
        return url

    def foreign(self, url: str) -> str:
        """Return where an address is reached that came from outside and may be anybody's."""
        if self._elsewhere and url.startswith("https://") and self.place(url) == url:
            return f"{self._elsewhere}/{url.removeprefix('https://')}"
        return url

    def authorities(self, hosts: Iterable[str]) -> frozenset[str]:
        """Return host and port of every place behind these public hosts, for the guard."""
        public = [f"https://{host}" for host in hosts]
        within = [
            place
            for address, place in self._places
            if any(address == url or address.startswith(f"{url}/") for url in public)
        ]
        return frozenset(authority(self.place(url)) for url in [*public, *within])


def _roots(places: Mapping[str, str]) -> dict[str, str]:
    """Return the place of each host as a whole.

    A service has addresses beside its endpoints (batches, uploads). They are reached where the
    configured place says so: it without the path that the public address has.
    """
    roots: dict[str, str] = {}
    for address, place in places.items():
        root = origin(address)
        path = address.removeprefix(root)
        if place != address and root not in roots:
            roots[root] = place.removesuffix(path) if place.endswith(path) else origin(place)
    return roots
