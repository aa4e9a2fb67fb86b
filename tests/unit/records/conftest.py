"""The cohort of the size of the real one, which several modules read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from synthetic_cohort.write import write_cohort
from tests.editions import once

HORIZON = dt.date(2025, 3, 31)
"""The last day of the record."""
NINE_MONTHS_BEFORE, FIVE_YEARS_BEFORE = dt.date(2024, 6, 30), dt.date(2020, 6, 30)
"""Days of earlier extracts of the same lives."""


@pytest.fixture(scope="session")
def full_cohort(shared_folder: Path) -> dict[dt.date, dict[str, Path]]:
    """Every extract of the full cohort by name, on each of these days; not to be changed."""
    folder = once(shared_folder, "full_cohort", _write)
    days = (HORIZON, NINE_MONTHS_BEFORE, FIVE_YEARS_BEFORE)
    return {day: {path.parent.name: path for path in sorted((folder / f"{day}").glob("*/*"))} for day in days}


@pytest.fixture(scope="session")
def files(full_cohort: dict[dt.date, dict[str, Path]]) -> dict[str, Path]:
    """Its extracts on the last day of the record."""
    return full_cohort[HORIZON]


def _write(folder: Path) -> None:
    """Write the extracts into a folder."""
    for day in (HORIZON, NINE_MONTHS_BEFORE, FIVE_YEARS_BEFORE):
        write_cohort(folder / f"{day}", day, file_format="parquet")
