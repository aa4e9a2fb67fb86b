"""A small raw/ to break beside a published file that must stay as it is, and the small publication that is killed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.editions.files import sha256_of
from orchestration.settings import Settings
from tests.editions import Refreshed, settings_in
from tests.small_publication import build, judge, make_figure, publish_one, settings  # noqa: F401 - fixtures


@pytest.fixture
def broken(small: Refreshed, tmp_path: Path) -> Iterator[Settings]:
    """A copy of the small raw/ to break, beside its published file. Fails when that file changes."""
    shutil.copytree(small.settings.raw, tmp_path / "raw")
    shutil.copytree(small.settings.published, tmp_path / "published", symlinks=True)
    copy = settings_in(tmp_path)
    before = sha256_of(copy.published_file)
    yield copy
    assert sha256_of(copy.published_file) == before, "the published file changed"
