"""What many tests share: the declared sources."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import settings

from orchestration.sources.spec import Source, read_sources

# The same examples on every run: a test that fails for one person fails for all.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def sources() -> Mapping[str, Source]:
    """Every publication as orchestration/sources declares it."""
    return read_sources()
