from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loopdesk.providers.google import PROVIDER
from loopdesk.sandbox.google.calendar.store import CalendarStore
from loopdesk.sandbox.google.mail.store import MailStore
from tests.providers.bench import Bench, Mirror, bench
from tests.providers.google.mailbox import ANN, world


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Bench]:
    """Return a signed-in account; no sockets, since what is tested here does not need them."""
    with bench(PROVIDER, world(), tmp_path, sockets=False) as found:
        yield found


@pytest.fixture
def mirror(google: Bench) -> Mirror:
    mirror = Mirror(google)
    mirror.pull()
    return mirror


@pytest.fixture
def mailbox(google: Bench) -> MailStore:
    """Return what the service holds."""
    return google.sandbox.google.account(ANN).mail


@pytest.fixture
def calendar(google: Bench) -> CalendarStore:
    """Return the own calendar as the service holds it."""
    return google.sandbox.google.account(ANN).calendars[0]
