"""No schedule and no sensor publishes what a person holds back."""

from __future__ import annotations

import datetime as dt

import dagster as dg
import pytest

from orchestration.archive.release_day import Step
from orchestration.build import need
from orchestration.defs import arrival, release_day
from orchestration.defs import refresh as schedules
from orchestration.editions.rollback import rollback

RELEASE_DAY = dt.datetime(2025, 4, 24, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def inputs(settings, publish_one, make_figure, monkeypatch):
    """Set what raw/ holds: `inputs("inputs p2")`. Edition p2 was rolled back to p1."""
    publish_one("p1")
    publish_one("p2", [make_figure(value=2.0)])
    rollback(settings, reason="deaths are doubled")
    for name in ("raw", "work", "published"):
        monkeypatch.setenv(f"IPP_{name.upper()}", str(getattr(settings, name)))

    def set_inputs(text: str) -> None:
        monkeypatch.setattr(need, "fingerprint", lambda *arguments: text)

    return set_inputs


def test_the_backstop_skips_what_is_held_back(inputs):
    def ask():
        return schedules.daily_backstop(dg.build_schedule_context(scheduled_execution_time=RELEASE_DAY))

    inputs("inputs p2")
    assert "held back: edition p2" in ask().skip_message
    inputs("other inputs")
    assert isinstance(ask(), dg.RunRequest)


def test_the_sensor_skips_what_is_held_back(inputs, monkeypatch):
    monkeypatch.setattr(arrival, "fetch", lambda *arguments: ["omsq 2025-q1"])
    monkeypatch.setattr(arrival, "holdings", lambda *arguments: "a" * 64)

    def ask():
        return arrival.arrivals(dg.build_sensor_context())

    inputs("inputs p2")
    assert "held back: edition p2" in ask().skip_reason.skip_message
    assert ask().cursor == "a" * 64
    inputs("other inputs")
    assert len(ask().run_requests) == 1


@pytest.mark.parametrize(
    ("holds", "says"), [("inputs p2", "held back: edition p2"), ("inputs p1", "nothing new"), ("other inputs", "")]
)
def test_the_release_day_skips_what_is_held_back_and_what_is_published(inputs, monkeypatch, holds, says):
    monkeypatch.setattr(release_day, "take_step", lambda *arguments: Step("refresh", "held", ""))
    monkeypatch.setattr(release_day, "clock", lambda: RELEASE_DAY)
    inputs(holds)
    outcome = release_day.omsq_release(dg.build_sensor_context())
    if says:
        assert says in outcome.skip_reason.skip_message
        assert not outcome.run_requests
    else:
        assert [request.run_key for request in outcome.run_requests] == ["omsq 2025-04-24"]
