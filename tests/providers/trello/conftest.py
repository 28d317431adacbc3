from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loopdesk.providers.trello import PROVIDER
from tests.providers.bench import Bench, Mirror, bench
from tests.providers.trello.crew import Crew
from tests.providers.trello.plan import world


@pytest.fixture
def trello(tmp_path: Path) -> Iterator[Bench]:
    """Return a signed-in account; no sockets, since what is tested here does not need them."""
    with bench(PROVIDER, world(), tmp_path, sockets=False) as found:
        yield found


@pytest.fixture
def mirror(trello: Bench) -> Mirror:
    mirror = Mirror(trello)
    mirror.pull()
    trello.clock.pass_by(seconds=20)
    return mirror


@pytest.fixture
def crew(trello: Bench) -> Crew:
    """Return what the others do at the service, and what it ends up with."""
    return Crew(trello)
