"""One whole refresh of the repository's own raw/, shared by the tests that read what it published."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.cli import cli
from orchestration.settings import ROOT, Settings


def ipp(settings: Settings, *arguments: str) -> Result:
    """Run `ipp` in this process on the given folders."""
    places = ["--raw", str(settings.raw), "--work", str(settings.work), "--published", str(settings.published)]
    return CliRunner().invoke(cli, [*places, *arguments], catch_exceptions=False)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Folders in which `ipp refresh` has published the repository's raw/."""
    folder: Path = tmp_path_factory.mktemp("publication")
    settings = Settings(raw=ROOT / "raw", work=folder / "work", published=folder / "published")
    outcome = ipp(settings, "refresh")
    assert outcome.exit_code == 0, outcome.output
    return settings
