"""What `config.toml` may say, and which key is named when it says something else."""

from pathlib import Path

import pytest

from loopdesk.core.errors import BadSettings
from loopdesk.net.settings import Network, Settings, load_settings

ENDPOINTS = {
    "google": {
        "authorize_url": "https://accounts.example/auth",
        "api.gmail": "https://gmail.example/gmail/v1",
    },
    "slack": {"api.api": "https://slack.example/api/"},
}


def load(folder: Path, text: str, profile: str = "work") -> Settings:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    return load_settings(file, profile, ENDPOINTS)


def test_everything_it_may_say(tmp_path: Path) -> None:
    (tmp_path / "own.pem").touch()
    settings = load(
        tmp_path,
        """
stand_in = true
[services.google]
client_id = "123"
authorize_url = "http://127.0.0.1:8700/auth"
api.gmail = "https://gmail.example:8443/v1"
ca_file = "own.pem"
[services.slack]
api.api = "http://localhost:8700/api/"
[network]
proxy = "http://proxy.example:3128"
""",
        "default",
    )
    google = settings.service("google")
    assert google.client_id == "123"
    assert google.endpoints == {
        "authorize_url": "http://127.0.0.1:8700/auth",
        "api.gmail": "https://gmail.example:8443/v1",
    }
    assert google.ca_file == tmp_path / "own.pem"
    assert settings.network == Network(proxy="http://proxy.example:3128")
    assert settings.service("trello").endpoints == {}


def test_nothing_is_a_setting_too(tmp_path: Path) -> None:
    missing = tmp_path / "config.toml"
    assert load_settings(missing, "default", ENDPOINTS) == load(tmp_path, "") == Settings()
    missing.unlink()
    assert load_settings(missing, "demo", ENDPOINTS).loopback_only
    assert load(tmp_path, "", "demo").loopback_only


def google(line: str) -> str:
    return f"[services.google]\n{line}\n"


LOOPBACK = google('api.gmail = "http://127.0.0.1:8700/v1"')


@pytest.mark.parametrize(
    ("profile", "text", "where", "reason"),
    [
        ("work", "stand_in = 1", "stand_in", "not-true-or-false"),
        ("work", "standin = true", "standin", "unknown"),
        ("work", "network = 3", "network", "not-table"),
        ("work", "[network]\nproxies = 'x'", "network.proxies", "unknown"),
        ("work", "[network]\nproxy = 'proxy:3128'", "network.proxy", "not-an-address"),
        ("work", "[network]\nproxy = 'https://proxy'", "network.proxy", "not-http"),
        (
            "work",
            "[network]\nproxy = 'http://p'\nuse_environment = true",
            "network.use_environment",
            "proxy-given-too",
        ),
        ("work", "[network]\nelsewhere = 'https://x'", "network.elsewhere", "not-loopback"),
        (
            "default",
            "[network]\nelsewhere = 'http://127.0.0.1:1/x'",
            "network.elsewhere",
            "needs-stand-in",
        ),
        (
            "work",
            "[network]\nelsewhere = 'http://127.0.0.1:1/x/'",
            "network.elsewhere",
            "trailing-slash",
        ),
        ("work", "[services.gogle]", "services.gogle", "unknown"),
        ("work", google("client_id = 5"), "services.google.client_id", "not-text"),
        ("work", google("secret = 'x'"), "services.google.secret", "unknown"),
        ("work", google("api.mail = 'x'"), "services.google.api.mail", "unknown"),
        ("work", google("api.gmail.x = 'x'"), "services.google.api.gmail", "not-text"),
        ("work", google("api.gmail = 'gmail'"), "services.google.api.gmail", "not-an-address"),
        (
            "work",
            google("api.gmail = 'https://g:port'"),
            "services.google.api.gmail",
            "not-an-address",
        ),
        (
            "work",
            google("api.gmail = 'https://g/?a'"),
            "services.google.api.gmail",
            "not-an-address",
        ),
        ("work", google("api.gmail = 'http://g/v1'"), "services.google.api.gmail", "needs-https"),
        ("work", google("api.gmail = 'https://g/'"), "services.google.api.gmail", "trailing-slash"),
        (
            "work",
            "[services.slack]\napi.api = 'https://s/api'",
            "services.slack.api.api",
            "trailing-slash",
        ),
        ("work", google("ca_file = 'none.pem'"), "services.google.ca_file", "no-such-file"),
        ("default", LOOPBACK, "services.google.api.gmail", "needs-stand-in"),
        ("work", "stand_in = false\n" + LOOPBACK, "services.google.api.gmail", "needs-stand-in"),
        ("demo", google("api.gmail = 'https://g'"), "services.google.api.gmail", "not-loopback"),
        ("work", "[services", "config.toml", "not-toml"),
    ],
)
def test_what_is_wrong_is_named(
    profile: str, text: str, where: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(BadSettings) as caught:
        load(tmp_path, text, profile)
    assert (caught.value.where, caught.value.reason) == (where, reason)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xff")
    with pytest.raises(BadSettings, match="unreadable"):
        load_settings(tmp_path / "config.toml", "work", ENDPOINTS)
