"""Read a release as a refresh would, for tests that look at what extraction makes of it."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from orchestration.archive.releases import Release, open_release
from orchestration.sources.spec import Source, read_sources
from orchestration.workbooks import isolated, release
from orchestration.workbooks.isolated import IsolatedReader
from orchestration.workbooks.observations import Observation
from orchestration.workbooks.release import ReleaseReading, read_release
from orchestration.workbooks.workbook import Cell, Sheet, Workbook
from tests.workbooks import RAW

Place = tuple[str, str, str]
"""File, sheet and cell of a figure."""


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have files read as the separate process reads them, but without one, whose start takes longer than the reading.

    For tests that are not about the process; test_isolated.py and every refresh of the tests read in it.
    """

    def read_file(self: IsolatedReader, *request: Any) -> ReleaseReading:
        answer = isolated._read(request, self.limits)
        if isinstance(answer, ReleaseReading):
            return answer
        raise answer

    monkeypatch.setattr(IsolatedReader, "read_file", read_file)


@functools.cache
def read_folder(folder: Path) -> ReleaseReading:
    """What extraction makes of the release in a folder. Read once: a test must not change a reading."""
    held = opened(folder)
    source = read_sources()[held.publication]
    return read_release(held.paths, source, held.release_id, held.title, held.covers_last)


def read_sheets(
    source: Source, file: str, sheets: Mapping[str, Sequence[Sequence[Cell]]], covers_last: dt.date | None = None
) -> ReleaseReading:
    """What extraction makes of a file with these sheets, without writing the file."""
    book = Workbook(file, tuple(Sheet(name, tuple(map(tuple, rows))) for name, rows in sheets.items()))
    with patch.object(release, "read_workbook", return_value=book):
        return read_release([Path(file)], source, "1", "A release", covers_last)


def read_raw(release: str) -> ReleaseReading:
    """What extraction makes of a release in raw/, named as `omsq/2024-q4`."""
    return read_folder(RAW / release)


def opened(folder: Path) -> Release:
    """The release in a folder; its manifest must be sound."""
    release, problems = open_release(folder, read_sources())
    assert not problems
    return release


def by_place(observations: Iterable[Observation]) -> dict[Place, Observation]:
    """Observations by their places; a place that gives two figures fails."""
    places: dict[Place, Observation] = {}
    for observation in observations:
        place = (observation.file, observation.sheet, observation.cell)
        assert place not in places, f"two figures from {place}"
        places[place] = observation
    return places


def raw_releases(*kinds: str) -> list[str]:
    """Every release in raw/, or every one of these kinds, named as `omsq/2024-q4`."""
    releases = [opened(path.parent) for path in RAW.glob("*/*/manifest.yml")]
    wanted = [release for release in releases if not kinds or (release.manifest and release.manifest.kind in kinds)]
    return sorted(f"{release.publication}/{release.release_id}" for release in wanted)
