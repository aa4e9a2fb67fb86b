"""Limits come from the environment; a mistake in one is named."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from orchestration.problems import SpecError
from orchestration.settings import DatabaseLimits, ReadingLimits, ReleaseDay, Settings


def test_limits_come_from_the_environment_and_have_defaults(monkeypatch):
    monkeypatch.setenv("IPP_READ_SECONDS", "5")
    monkeypatch.setenv("IPP_READ_FILE_MB", "")

    assert Settings.from_environment().limits == ReadingLimits(seconds=5)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "²"])
def test_a_limit_that_is_no_whole_number_above_0_is_refused_by_name(monkeypatch, text):
    monkeypatch.setenv("IPP_READ_MEMORY_MB", text)

    with pytest.raises(SpecError, match="IPP_READ_MEMORY_MB: expected a whole number above 0"):
        Settings.from_environment()


def test_a_release_day_comes_from_the_environment(monkeypatch):
    assert Settings.from_environment().release_day == ReleaseDay(5, dt.time(12))
    monkeypatch.setenv("IPP_RELEASE_UNTIL", "11:30")
    monkeypatch.setenv("IPP_RELEASE_RETRY_MINUTES", "2")
    assert Settings.from_environment().release_day == ReleaseDay(2, dt.time(11, 30))


@pytest.mark.parametrize("text", ["noon", "25:00", "12"])
def test_a_time_that_cannot_be_read_is_refused_by_name(monkeypatch, text):
    monkeypatch.setenv("IPP_RELEASE_UNTIL", text)

    with pytest.raises(SpecError, match="IPP_RELEASE_UNTIL: expected a time such as 12:00"):
        Settings.from_environment()


def test_what_the_database_may_take_comes_from_the_environment(monkeypatch, tmp_path):
    assert Settings.from_environment().database == DatabaseLimits(2500, None)
    monkeypatch.setenv("IPP_DATABASE_MEMORY_MB", "500")
    monkeypatch.setenv("IPP_SPILL", str(tmp_path))
    limits = Settings.from_environment().database
    assert limits == DatabaseLimits(500, tmp_path)
    assert limits.spill_folder(Path("/elsewhere")) == tmp_path / "ipp-spill"
    monkeypatch.setenv("IPP_DATABASE_MEMORY_MB", "half")
    with pytest.raises(SpecError, match="IPP_DATABASE_MEMORY_MB: expected a whole number above 0; found 'half'"):
        Settings.from_environment()


def test_the_database_keeps_to_its_limits(tmp_path):
    with duckdb.connect(config=DatabaseLimits(500).config(tmp_path)) as connection:
        shown = "select current_setting('memory_limit'), current_setting('temp_directory')"
        assert connection.execute(shown).fetchall() == [("500.0 MiB", str(tmp_path / "ipp-spill"))]
