"""What many tests share: the declared sources, and one whole refresh of the repository's own raw/."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from orchestration.settings import ROOT, Settings
from orchestration.sources.spec import Source, read_sources
from tests.command_line import ipp

# The same examples on every run: a test that fails for one person fails for all.
hypothesis_settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis_settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def sources() -> Mapping[str, Source]:
    """Every publication as orchestration/sources declares it."""
    return read_sources()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this test run share; of one worker, its own."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def published(shared_folder: Path) -> Settings:
    """Folders in which `ipp refresh` has published the repository's raw/, once for all workers. Tests only read them:
    one that changes what is published works on a copy.
    """
    folder = shared_folder / "publication"
    settings = Settings(raw=ROOT / "raw", work=folder / "work", published=folder / "published")
    with (shared_folder / "publication.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker refreshes, the others wait for it
        if not settings.published_file.exists():
            outcome = ipp(settings, "refresh")
            assert outcome.exit_code == 0, outcome.output
    return settings
