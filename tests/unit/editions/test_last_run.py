"""`ipp status` can say how the last refresh ended, however it ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.editions import last_run
from orchestration.problems import CheckFailed, InputRejected, Problem
from orchestration.settings import Settings
from tests.command_line import ipp


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for name in ("raw", "published"):
        (tmp_path / name).mkdir()
    return Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published")


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (InputRejected([Problem("omsq 2024-q4", "a.ods", expected="a sheet")]), "rejected", "omsq 2024-q4 / a.ods"),
        (CheckFailed(["two totals differ"]), "failed", "two totals differ"),
        (KeyError("Smith"), "broke", "KeyError: see the log of the run"),
    ],
)
def test_a_run_that_fails_says_how_and_why(settings: Settings, error: Exception, outcome: str, reason: str) -> None:
    with pytest.raises(type(error)), last_run.recorded(settings, "r1"):
        raise error
    run = last_run.read(settings)
    assert run is not None
    assert (run.run_id, run.outcome) == ("r1", outcome)
    assert run.reasons[0].startswith(reason)
    assert "Smith" not in settings.last_run.read_text()
    assert settings.last_run.stat().st_mode & 0o777 == 0o640
    said = ipp(settings, "status").stdout
    assert last_run_line(said).endswith("; nothing was published")
    assert f"             {reason}" in said


def test_the_steps_of_a_run_are_one_run(settings: Settings) -> None:
    with last_run.recorded(settings, "r1"):
        last_run.note_inputs(settings, "r1", "abc")
    first = last_run.read(settings)
    with last_run.recorded(settings, "r1"):
        last_run.note_published(settings, "r1")
    second = last_run.read(settings)
    assert first
    assert second
    assert (first.outcome, second.outcome) == ("unfinished", "published")
    assert (first.started_at, second.inputs_sha256) == (second.started_at, "abc")


def test_a_run_that_was_killed_is_not_called_running(settings: Settings) -> None:
    with last_run.recorded(settings, "r1"):
        pass
    said = ipp(settings, "status").stdout
    assert last_run_line(said).endswith(": has not ended")
    assert "the last refresh was cut off: run `ipp refresh`" in said


def test_many_reasons_are_counted(settings: Settings) -> None:
    with pytest.raises(CheckFailed), last_run.recorded(settings, "r1"):
        raise CheckFailed(f"check {number}" for number in range(60))
    run = last_run.read(settings)
    assert run is not None
    assert len(run.reasons) == 51
    assert run.reasons[-1] == "and 10 more"


@pytest.mark.parametrize(
    "content", ["", "[]", '{"run_id": "r1"}', '{"run_id": "r1", "started_at": "x", "reasons": []}']
)
def test_a_damaged_record_decides_nothing(settings: Settings, content: str) -> None:
    settings.last_run.write_text(content)
    assert last_run.read(settings) is None
    assert ipp(settings, "status").exit_code == 0


def last_run_line(said: str) -> str:
    """The line of `ipp status` on the last refresh."""
    (line,) = [line for line in said.splitlines() if line.startswith("last run")]
    return line
