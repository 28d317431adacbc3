"""What keeps the suite away from the person who runs it, before any test is collected.

No test may reach a real profile, a real keychain, the person's screen or the network. Everything
under a home folder goes to one made for this run; the message bus is the one `packaging/test` made
or none at all; a widget is painted offscreen; sockets end at loopback (see `pyproject.toml`).
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_BUS = "DBUS_SESSION_BUS_ADDRESS"
_NO_BUS = "unix:path=/nonexistent/bus"
_KEYCHAIN_TESTS = ("vault", "stories")
# They type into windows of the one screen, so that one worker runs all of them.
_ON_SCREEN = {
    "tests/stories/test_calendar.py",
    "tests/stories/test_demo.py",
    "tests/stories/test_letters.py",
    "tests/stories/test_window.py",
    "tests/ui/test_tray_on_screen.py",
}

bus = os.environ.get("LOOPDESK_TEST_BUS")
if os.environ.get(_BUS) not in (bus, _NO_BUS):  # a worker finds what was put there below
    pytest.exit(
        "This shell's message bus leads to your own keychain, so the suite does not run here. "
        "Use `packaging/test`, or unset DBUS_SESSION_BUS_ADDRESS.",
        returncode=2,
    )

_home = Path(tempfile.mkdtemp(prefix="loopdesk-tests-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith(("LOOPDESK_", "XDG_", "PYTHON_KEY"))]:
    if not _name.startswith(("LOOPDESK_TEST_", "LOOPDESK_SPECS")):
        del os.environ[_name]
for _name in ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "BROWSER"):
    os.environ.pop(_name, None)
(_home / "run").mkdir(mode=0o700)
os.environ.update(
    {
        "HOME": str(_home),
        "XDG_RUNTIME_DIR": str(_home / "run"),  # the bus that is tried where no address is given
        "QT_QPA_PLATFORM": "offscreen",
    }
)
if not bus:
    os.environ[_BUS] = _NO_BUS
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    # Or each of the hundreds of programs that are started here compiles all modules anew.
    os.environ["PYTHONPYCACHEPREFIX"] = str(_home / "bytecode")

# Only now: it looks at the variables above when imported.
import keyring  # noqa: E402
import keyring.backend  # noqa: E402
import keyring.errors  # noqa: E402
import platformdirs  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402
from xdist.scheduler import LoadFileScheduling  # noqa: E402

# How long it took says how busy the machine was.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

if not platformdirs.user_data_path("loopdesk").is_relative_to(_home):
    pytest.exit("Profiles do not follow HOME on this system: the suite does not run.", 2)


class MemoryKeyring(keyring.backend.KeyringBackend):
    """Stands where a keychain would, so that a test which meets one by mistake finds it empty."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self._secrets.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError


@pytest.fixture(autouse=True)
def _keychain(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put a keyring in memory in place of the system's, except where the real one is tested."""
    if request.path.relative_to(Path(__file__).parent).parts[0] in _KEYCHAIN_TESTS:
        yield
        return
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture(scope="session")
def session_bus() -> str:
    """Return the address of a message bus with an unlocked Secret Service, ours alone."""
    if not bus:
        pytest.skip("needs the message bus and the keyring that `packaging/test` starts")
    return bus


class _Files(LoadFileScheduling):
    """Gives each worker a file of tests at a time, and all that is on the screen to one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "the screen" if file in _ON_SCREEN else file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The longest first, so that all workers end together.
    items.sort(key=lambda item: not item.nodeid.startswith(("tests/stories", "tests/simulation")))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> _Files:
    return _Files(config, log)


@pytest.fixture
def display(request: pytest.FixtureRequest) -> str:
    """Return the name of an X display with a tray, ours alone, for programs that are started."""
    name = os.environ.get("LOOPDESK_TEST_DISPLAY")
    if not name:
        pytest.skip("needs the screen that `packaging/test` starts")
    assert str(request.path.relative_to(request.config.rootpath)) in _ON_SCREEN
    return name
