"""The versions of the peers: one place, and a lock that agrees with it."""

import re

import pytest
from bench.jars import pinned
from bench.surroundings import versions

from tests.test_repository import unmet


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_satisfies_what_the_peers_require(python: str) -> None:
    """A change of bench/pyproject.toml without `make lock` is seen."""
    assert unmet(versions()["project"]["dependencies"], "bench/requirements.lock", python) == []


def test_sedonas_jars_are_pinned_by_content() -> None:
    """A coordinate of Maven with an exact version, and a SHA-256."""
    for coordinate, sha256 in pinned().items():
        assert re.fullmatch(r"[\w.]+:[\w.-]+:\d[\d.-]+", coordinate)
        assert re.fullmatch(r"[0-9a-f]{64}", sha256)
