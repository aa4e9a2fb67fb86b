"""Each step of a refresh says how long it took the last time."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from orchestration.build import progress
from orchestration.settings import Settings


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(progress, "time", made)
    return made


@pytest.fixture
def folders(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published")


def run(settings: Settings, clock: Clock, caplog: pytest.LogCaptureFixture, **seconds: int) -> list[str]:
    """What a refresh says whose steps take these seconds."""
    caplog.clear()
    with caplog.at_level(logging.INFO, "ipp"):
        progress.start(settings)
        for step, taken in seconds.items():
            progress.begin(settings, step)
            clock.now += taken
        progress.end(settings)
    return [record.getMessage() for record in caplog.records]


def test_a_step_says_how_long_it_took_the_last_time(folders, clock, caplog) -> None:
    assert run(folders, clock, caplog, reading=3, building=48) == ["reading", "building"]
    clock.now += 7200
    assert run(folders, clock, caplog, reading=3, building=12) == ["reading", "building (took 48 s last time)"]
    assert run(folders, clock, caplog, reading=3, building=12) == ["reading", "building (took 12 s last time)"]


def test_a_refresh_that_was_cut_off_leaves_no_time(folders, clock, caplog) -> None:
    progress.start(folders)
    progress.begin(folders, "building")
    clock.now += 7200
    assert run(folders, clock, caplog, building=1) == ["building"]


@pytest.mark.parametrize(
    "content", ["", "[]", '{"seconds": 3}', '{"seconds": {"building": "x"}, "step": "", "began": 0}']
)
def test_what_cannot_be_read_is_left_aside(folders, clock, caplog, content) -> None:
    folders.work.mkdir()
    (folders.work / progress.FILE).write_text(content)
    assert run(folders, clock, caplog, building=9) == ["building"]
    assert run(folders, clock, caplog, building=9) == ["building (took 9 s last time)"]


def test_a_folder_that_takes_no_file_stops_nothing(folders, clock, caplog) -> None:
    folders.work.write_text("a file in its place")
    assert run(folders, clock, caplog, building=9) == ["building"]
