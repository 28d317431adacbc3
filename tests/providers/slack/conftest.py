from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from loopdesk.providers.slack import PROVIDER
from tests.providers.bench import Bench, Mirror, bench
from tests.providers.slack.shop import Shop
from tests.providers.slack.workshop import world


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[Bench]:
    """Return a signed-in account; no sockets, since what is tested here does not need them."""
    with bench(PROVIDER, world(), tmp_path, sockets=False) as found:
        found.client = replace(found.client, secret="")
        found.restart()
        yield found


@pytest.fixture
def mirror(slack: Bench) -> Mirror:
    mirror = Mirror(slack)
    mirror.pull()
    return mirror


@pytest.fixture
def shop(slack: Bench) -> Shop:
    """Return what the others do at the service, and what it ends up with."""
    return Shop(slack)
