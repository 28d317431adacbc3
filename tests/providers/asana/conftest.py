from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loopdesk.providers.asana import PROVIDER
from tests.providers.asana.crew import Crew
from tests.providers.asana.plan import world
from tests.providers.bench import Bench, Mirror, bench


@pytest.fixture
def asana(tmp_path: Path) -> Iterator[Bench]:
    """Return a signed-in account; no sockets, since what is tested here does not need them."""
    with bench(PROVIDER, world(), tmp_path, sockets=False, limits="off") as found:
        yield found


@pytest.fixture
def mirror(asana: Bench) -> Mirror:
    mirror = Mirror(asana)
    mirror.pull()
    asana.clock.pass_by(seconds=20)
    return mirror


@pytest.fixture
def crew(asana: Bench) -> Crew:
    """Return what the others do at the service, and what it ends up with."""
    return Crew(asana)
