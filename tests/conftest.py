"""What many tests share: the declared sources, and the refreshes of `tests/editions.py`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from orchestration.settings import Settings
from orchestration.sources.spec import Source, read_sources
from tests import editions
from tests.editions import Refreshed

# The same examples on every run: a test that fails for one person fails for all.
hypothesis_settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis_settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def sources() -> Mapping[str, Source]:
    """Every publication as orchestration/sources declares it."""
    return read_sources()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this test run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def whole(shared_folder: Path) -> Refreshed:
    """The refresh of the repository's own raw/."""
    return editions.whole(shared_folder)


@pytest.fixture(scope="session")
def published(whole: Refreshed) -> Settings:
    """The folders of that refresh."""
    return whole.settings


@pytest.fixture(scope="session")
def small(shared_folder: Path) -> Refreshed:
    """The refresh of a raw/ of three releases and a small cohort."""
    return editions.small(shared_folder)


@pytest.fixture(scope="session")
def changed(shared_folder: Path) -> Refreshed:
    """The refresh a quarter later, over what `small` published, of a raw/ to which much has happened."""
    return editions.changed(shared_folder)
