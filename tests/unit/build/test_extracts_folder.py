"""Whose extracts a refresh reads: synthetic ones only where there is no file of any kind."""

from __future__ import annotations

import pytest

from orchestration.build import refresh
from orchestration.settings import Settings


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    """Folders of the test's own; no cohort is made, only its folder is named."""
    monkeypatch.setattr(refresh, "write_cohort", lambda *arguments, **options: {})
    return Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published")


@pytest.mark.parametrize("place", ["", ".gitkeep", "README.md", "ppud_recall/.DS_Store"])
def test_where_there_is_no_file_a_cohort_is_made(settings, place):
    if place:
        path = settings.raw / "internal" / place
        path.parent.mkdir(parents=True)
        path.touch()
    assert refresh.extracts(settings) == settings.work / "synthetic"


@pytest.mark.parametrize(
    "place",
    [
        "ppud_recall/2025-03-31.csv",
        "ppud_recall/2025-03-31.CSV",
        "ppud_recall/2025-03-31.xlsx",
        "ppud_recall/2025-03-31.txt",
        "ppud_recall/2025-03-31.csv.gz",
        "ppud_recalls/2025-03-31.csv",
        "ppud_recall.csv",
        "ppud_recall/2025-03-31/extract.csv",
    ],
)
def test_no_cohort_takes_the_place_of_a_file_that_somebody_put_there(settings, place):
    path = settings.raw / "internal" / place
    path.parent.mkdir(parents=True)
    path.touch()
    assert refresh.extracts(settings) == settings.raw / "internal"


def test_a_cohort_that_was_cut_short_is_made_anew(settings):
    """It cannot be distinguished from real records, over which none is written."""
    remains = settings.work / "synthetic/ppud_recall/2025-03-31.parquet"
    remains.parent.mkdir(parents=True)
    remains.write_bytes(b"PAR1")
    refresh.extracts(settings)
    assert not remains.exists()
