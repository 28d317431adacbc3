from __future__ import annotations

import subprocess
import sys

from loopdesk.providers import registry


def test_the_installed_services_are_found() -> None:
    found = registry.load()
    assert "google" in found
    assert all(key == provider.key for key, provider in found.items())
    assert list(found) == sorted(found)


def test_what_a_service_declares_is_cheap_to_read() -> None:
    """The window reads it at its start: nothing that speaks to a service may come along."""
    code = (
        "import sys; from loopdesk.providers import registry; registry.load();"
        "print(sorted({'requests', 'msgspec', 'google_auth_oauthlib'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
