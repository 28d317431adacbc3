from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.program import Program, StandIn, connected


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, StandIn]]:
    """Lend one profile and its stand-in to all tests of a module."""
    with connected(tmp_path_factory.mktemp("cli")) as found:
        yield found


@pytest.fixture
def program(both: tuple[Program, StandIn]) -> Program:
    return both[0]


@pytest.fixture
def stand_in(both: tuple[Program, StandIn]) -> StandIn:
    return both[1]
