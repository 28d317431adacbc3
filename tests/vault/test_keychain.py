"""The vault on a real Secret Service, in every state a person can find it in."""

import os
import threading
from pathlib import Path

import keyring.backends.chainer
import keyring.core
import pytest

from loopdesk.core.errors import VaultAbsent, VaultLocked, VaultRefused, WrongKey
from loopdesk.core.items import AccountId
from loopdesk.vault.api import DATABASE, VaultKind, VaultTokens
from loopdesk.vault.keychain import KeychainVault, find_backend, full_name
from loopdesk.vault.profile import open_profile, open_vault, wipe
from tests.vault.conftest import Keychain, look_again

# keyring leaves its connection to the bus open where it finds the keychain locked.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

NOTHING: dict[str, str] = {}
ACCOUNT = AccountId("a" * 32)


def test_a_new_profile_keeps_its_key_in_the_keychain(keychain: Keychain, folder: Path) -> None:
    keys = open_profile(folder, environment=NOTHING)
    assert (keys.kind, len(keys.database_key), keys.vault_key) == (VaultKind.KEYCHAIN, 32, None)
    assert open_profile(folder, environment=NOTHING) == keys
    assert all(keys.profile_id in entry for entry in keychain.entries())
    assert not (folder / "vault.bin").exists()
    assert keys.database_key.hex() not in repr(keys)
    for file in folder.iterdir():
        assert keys.database_key not in file.read_bytes()
        assert file.stat().st_mode & 0o777 == 0o600


def test_tokens_come_back_whole_whatever_their_length(keychain: Keychain, folder: Path) -> None:
    keys = open_profile(folder, environment=NOTHING)
    vault = open_vault(folder, None)
    tokens = VaultTokens(vault)
    assert tokens.load(ACCOUNT) is None
    for length in (0, 1, 900, 901, 5_000):
        secret = os.urandom(length)
        tokens.save(ACCOUNT, secret)
        assert tokens.load(ACCOUNT) == secret
    # Windows' keychain takes 1,280 characters.
    assert keychain.longest() < 1280
    tokens.save(ACCOUNT, b"short again")
    before = keychain.entries()
    tokens.forget(ACCOUNT)
    tokens.forget(ACCOUNT)
    assert tokens.load(ACCOUNT) is None
    assert len(before) - len(keychain.entries()) == 2  # one piece and its head: no leftovers
    assert open_profile(folder, environment=NOTHING) == keys


def test_wiping_leaves_nothing_in_the_keychain(
    keychain: Keychain, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    kept = open_profile(other, environment=NOTHING)
    entries = keychain.entries()

    open_profile(folder, environment=NOTHING)
    vault = open_vault(folder, None)
    vault.put("client-google", b"secret")
    VaultTokens(vault).save(ACCOUNT, b"x" * 5_000)
    wipe(folder)

    assert keychain.entries() == entries
    assert not (folder / "profile.json").exists()
    assert open_profile(other, environment=NOTHING) == kept


class CutShort(keyring.backend.KeyringBackend):
    """The real keychain until some changes were made, and then none."""

    priority = 0

    def __init__(self, real: keyring.backend.KeyringBackend, changes: int) -> None:
        self.real = real
        self.left = changes

    def get_password(self, service: str, username: str) -> str | None:
        return self.real.get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._count()
        self.real.set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._count()
        self.real.delete_password(service, username)

    def _count(self) -> None:
        if self.left == 0:
            raise InterruptedError
        self.left -= 1


def test_a_change_that_is_cut_short_leaves_a_whole_secret(keychain: Keychain, folder: Path) -> None:
    lock = folder / "lock"
    vault = KeychainVault(find_backend(), "0" * 32, lock)
    before, after = b"before" * 300, b"after" * 400
    seen = []
    for changes in range(20):
        vault.put("thing", before)
        cut = KeychainVault(CutShort(find_backend(), changes), "0" * 32, lock)
        try:
            cut.put("thing", after)
        except VaultRefused:
            seen.append(vault.get("thing"))
        else:
            break
    # Three pieces, the head, and the two earlier pieces to erase.
    assert seen == [before] * 4 + [after] * 2
    for changes in range(20):
        vault.put("thing", before)
        cut = KeychainVault(CutShort(find_backend(), changes), "0" * 32, lock)
        try:
            cut.delete("thing")
        except VaultRefused:
            assert vault.get("thing") in (before, None)
        else:
            break
    vault.wipe()
    assert keychain.entries() == []


def test_several_writers_lose_nothing(keychain: Keychain, folder: Path) -> None:
    open_profile(folder, environment=NOTHING)

    def write(name: str) -> None:
        for turn in range(3):
            open_vault(folder, None).put(name, f"{name} {turn}".encode() * 200)

    writers = [threading.Thread(target=write, args=(f"name-{n}",)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    vault = open_vault(folder, None)
    assert [vault.get(f"name-{n}") for n in range(4)] == [
        f"name-{n} 2".encode() * 200 for n in range(4)
    ]
    wipe(folder)
    assert keychain.entries() == []


def test_locked_or_dismissed_is_said_and_nothing_is_lost(
    keychain: Keychain, folder: Path, tmp_path: Path
) -> None:
    keys = open_profile(folder, environment=NOTHING)
    keychain.lock()
    with pytest.raises(VaultLocked):
        open_profile(folder, environment=NOTHING)
    with pytest.raises(VaultLocked):
        open_vault(folder, None).put("thing", b"secret")
    with pytest.raises(VaultLocked):
        wipe(folder)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    with pytest.raises(VaultLocked):
        open_profile(fresh, lambda new: "a passphrase", NOTHING)  # not used: nothing weaker
    assert not (fresh / "profile.json").exists()

    keychain.stop()
    keychain.start()
    assert open_profile(folder, environment=NOTHING) == keys


def test_absent_is_said_and_nothing_weaker_is_taken(keychain: Keychain, folder: Path) -> None:
    keys = open_profile(folder, environment=NOTHING)
    vault = open_vault(folder, None)
    keychain.stop()
    with pytest.raises(VaultAbsent):
        vault.get(DATABASE)
    look_again()
    with pytest.raises(VaultAbsent):
        open_profile(folder, lambda new: "a passphrase", NOTHING)
    keychain.start()
    assert open_profile(folder, environment=NOTHING) == keys


def test_emptied_is_said_and_no_new_key_is_made(keychain: Keychain, folder: Path) -> None:
    open_profile(folder, environment=NOTHING)
    keychain.empty()
    with pytest.raises(VaultRefused, match="emptied"):
        open_profile(folder, environment=NOTHING)
    assert keychain.entries() == []


def test_another_key_in_the_keychain_is_said(keychain: Keychain, folder: Path) -> None:
    open_profile(folder, environment=NOTHING)
    open_vault(folder, None).put(DATABASE, b"\0" * 32)
    with pytest.raises(WrongKey):
        open_profile(folder, environment=NOTHING)


def test_a_keychain_that_does_not_answer_is_not_waited_for_without_end(
    keychain: Keychain, folder: Path
) -> None:
    vault = KeychainVault(find_backend(), "0" * 32, folder / "lock", patience_s=0.3)
    vault.put("thing", b"before")
    keychain.freeze()
    for _ in range(2):
        with pytest.raises(VaultLocked):
            vault.put("thing", b"never kept")
    keychain.thaw()
    assert vault.get("thing") == b"before"
    vault.put("thing", b"after")
    assert vault.get("thing") == b"after"


class Late(keyring.backend.KeyringBackend):
    """The real keychain, whose first change comes late."""

    priority = 0

    def __init__(self, real: keyring.backend.KeyringBackend) -> None:
        self.real = real
        self.held: threading.Event | None = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        return self.real.get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        held, self.held = self.held, None
        if held:
            held.wait()
        self.real.set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self.real.delete_password(service, username)


def test_a_late_write_never_follows_a_newer_one(keychain: Keychain, folder: Path) -> None:
    backend = Late(find_backend())
    held = backend.held
    assert held
    vault = KeychainVault(backend, "0" * 32, folder / "lock", patience_s=0.5)
    for secret in (b"older", b"newer"):
        with pytest.raises(VaultLocked):
            vault.put("thing", secret)
    held.set()
    vault.put("thing", b"newest")
    assert vault.get("thing") == b"newest"


class Readable(keyring.backend.KeyringBackend):
    """A backend of the kind that keeps secrets where anybody can read them."""

    priority = 0.5

    def get_password(self, service: str, username: str) -> str | None:
        raise AssertionError

    set_password = delete_password = get_password  # type: ignore[assignment]


@pytest.mark.parametrize(
    "name",
    [
        "keyring.backends.null.Keyring",
        "keyring.backends.fail.Keyring",
        f"{__name__}.Readable",
        "",
        "x",
    ],
)
def test_insecure_and_broken_backends_are_no_keychain(
    name: str, keychain: Keychain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    with pytest.raises(VaultAbsent):
        find_backend()


def test_of_several_backends_only_a_trusted_one_is_taken(
    keychain: Keychain, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = keyring.backends.chainer.ChainerBackend()  # type: ignore[no-untyped-call]
    assert any(isinstance(backend, Readable) for backend in chain.backends)
    monkeypatch.setattr(keyring.core, "_keyring_backend", chain)
    backend = find_backend()
    assert full_name(backend) == "keyring.backends.SecretService.Keyring"
    with pytest.raises(VaultAbsent):
        find_backend("keyring.backends.kwallet.DBusKeyring")


def test_no_bus_at_all_is_no_keychain(bus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(VaultAbsent):  # a bus that nobody is on
        find_backend()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    look_again()
    with pytest.raises(VaultAbsent):
        find_backend()
