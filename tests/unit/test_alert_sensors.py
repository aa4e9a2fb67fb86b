"""What Dagster calls when a refresh has ended."""

from __future__ import annotations

from typing import Any

import dagster as dg
import pytest

from orchestration.defs import alerts as wired
from orchestration.editions import last_run
from orchestration.problems import CheckFailed


@dg.op
def step() -> None:
    pass


@dg.job
def small() -> None:
    step()


@pytest.fixture
def sent(settings, monkeypatch) -> list[Any]:
    """The messages that were sent."""
    settings.published.mkdir(parents=True)
    monkeypatch.setenv("IPP_PUBLISHED", str(settings.published))
    messages: list[Any] = []
    monkeypatch.setattr(wired.alerts, "send", lambda settings, message: messages.append(message))
    return messages


def context_of(name: str) -> tuple[dg.RunStatusSensorContext, str]:
    """The context of a sensor on a run that has ended, and the identifier of the run."""
    with dg.DagsterInstance.ephemeral() as instance:
        ended = small.execute_in_process(instance=instance)
        context = dg.build_run_status_sensor_context(
            sensor_name=name,
            dagster_event=ended.get_run_success_event(),
            dagster_instance=instance,
            dagster_run=ended.dagster_run,
        )
    return context, ended.run_id


def test_a_failed_run_is_reported_with_its_reasons(settings, sent):
    context, run_id = context_of("alert_failure")
    with pytest.raises(CheckFailed), last_run.recorded(settings, run_id):
        raise CheckFailed(["marts.figures: a total is not its parts"])
    wired.alert_failure(context)
    assert [message.kind for message in sent] == ["failure"]
    assert "a total is not its parts" in sent[0].body


def test_a_run_that_succeeded_is_reported_with_its_edition(settings, sent, build, judge, make_figure):
    from orchestration.editions.publish import publish

    context, run_id = context_of("alert_success")
    build("p1", run_id, [make_figure()])
    judge(run_id)
    publish(settings, run_id)
    wired.alert_success(context)
    assert "Edition p1 holds" in sent[0].body


@pytest.mark.parametrize("sensor", [wired.alert_failure, wired.alert_success])
def test_alerts_are_on_without_anybody_turning_them_on(sensor):
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
