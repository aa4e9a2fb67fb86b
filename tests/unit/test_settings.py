"""Limits of reading come from the environment; a mistake in one is named."""

from __future__ import annotations

import pytest

from orchestration.problems import SpecError
from orchestration.settings import ReadingLimits, Settings


def test_limits_come_from_the_environment_and_have_defaults(monkeypatch):
    monkeypatch.setenv("IPP_READ_SECONDS", "5")
    monkeypatch.setenv("IPP_READ_FILE_MB", "")

    assert Settings.from_environment().limits == ReadingLimits(seconds=5)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "²"])
def test_a_limit_that_is_no_whole_number_above_0_is_refused_by_name(monkeypatch, text):
    monkeypatch.setenv("IPP_READ_MEMORY_MB", text)

    with pytest.raises(SpecError, match="IPP_READ_MEMORY_MB: expected a whole number above 0"):
        Settings.from_environment()
