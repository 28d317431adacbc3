"""The lock files are what pyproject.toml asks for, and name nobody's machine."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parents[2]


def locked(name: str) -> dict[str, str]:
    """Return each library's version, and see that it has hashes."""
    text = (CHECKOUT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert all("--hash=sha256:" in line for line in lines)
    return dict(re.match(r"([\w.-]+)==([\w.+!]+)", line).groups() for line in lines)  # type: ignore[union-attr,misc]


@pytest.mark.parametrize(
    ("lock", "groups"),
    [("requirements.lock", ["build"]), ("requirements-test.lock", ["build", "test"])],
)
def test_lock_holds_what_is_asked_for(lock: str, groups: list[str]) -> None:
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = settings["project"]["dependencies"] + [
        line for group in groups for line in settings["dependency-groups"][group]
    ]
    versions = locked(lock)
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)])


def test_tests_run_with_the_versions_that_people_get() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-test.lock").items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_lock_names_no_address(lock: str) -> None:
    assert not re.search(r"://|--index|--find-links", (CHECKOUT / lock).read_text("utf-8"))
