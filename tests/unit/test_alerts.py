"""Alerts, received by a web server of this machine as a webhook would receive them."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import replace
from http.server import HTTPServer

import pytest

from orchestration import alerts
from orchestration.editions import last_run
from orchestration.problems import CheckFailed, InputRejected, Problem
from orchestration.quality.results import CheckResult
from orchestration.settings import Settings
from tests.receiver import address, receiving


@pytest.fixture
def receiver() -> Iterator[HTTPServer]:
    with receiving() as server:
        yield server


MESSAGE = alerts.Message("a title", "a text", "failure")


def test_every_address_gets_the_message(settings, receiver):
    assert alerts.send(replace(settings, alerts=(address(receiver), address(receiver))), MESSAGE)
    assert [(one["title"], one["message"], one["type"]) for one in receiver.received] == [
        ("a title", "a text", "failure")
    ] * 2


def test_nothing_is_sent_without_an_address(settings, receiver):
    assert alerts.send(settings, MESSAGE)
    assert receiver.received == []


@pytest.mark.parametrize("bad", ["json://user:secret-word@127.0.0.1:1/", "secret-word", "nosuch://secret-word"])
def test_what_cannot_be_sent_is_logged_without_the_address(settings, receiver, caplog, bad):
    with caplog.at_level(logging.DEBUG, "ipp"):
        assert not alerts.send(replace(settings, alerts=(bad, address(receiver))), MESSAGE)
    assert len(receiver.received) == 1
    said = [record.getMessage() for record in caplog.records if record.name == "ipp"]
    assert "secret-word" not in caplog.text
    assert len(said) == 1
    assert "address 1 of IPP_ALERTS" in said[0]
    assert "secret-word" not in said[0]


def test_a_service_that_refuses_changes_nothing(settings, receiver):
    receiver.status = 500
    assert not alerts.send(replace(settings, alerts=(address(receiver),)), MESSAGE)


def test_the_addresses_come_from_the_environment_and_are_not_shown(monkeypatch):
    monkeypatch.setenv("IPP_ALERTS", " json://a:secret-word@host/  mailto://b ")
    found = Settings.from_environment()
    assert found.alerts == ("json://a:secret-word@host/", "mailto://b")
    assert "secret-word" not in repr(found)


@pytest.fixture(autouse=True)
def published_folder(settings):
    settings.published.mkdir(parents=True)


def failed_with(settings, error: Exception) -> None:
    with pytest.raises(type(error)), last_run.recorded(settings, "run1"):
        raise error


def test_a_failure_says_why(settings):
    failed_with(settings, CheckFailed([f"marts.figures: total_{number}" for number in range(12)]))
    message = alerts.tell_failure(settings, "run1")
    assert message.kind == "failure"
    assert "failed a check; nothing was published" in message.body
    assert "* marts.figures: total_0\n" in message.body
    assert "* and 2 more" in message.body
    assert "total_10" not in message.body


def test_a_reason_about_records_stays_here(settings):
    problem = Problem("internal ppud_review", "of A1234BC.csv", expected="at most 5", found="A1234BC")
    failed_with(settings, InputRejected([problem]))
    body = alerts.tell_failure(settings, "run1").body
    assert "* internal ppud_review: not shown here" in body
    assert "A1234BC" not in body


def test_a_count_from_records_stays_here(settings):
    counted = CheckResult("candidate.recalls", "marts.recalls", "at_most", False, True, "3 people", "why")
    published = CheckResult("rules.x", "marts.figures", "total", False, True, "1,012 is not 1,013", "why")
    failed_with(settings, CheckFailed([str(counted), str(published)]))
    body = alerts.tell_failure(settings, "run1").body
    assert "* marts.recalls: at_most (candidate.recalls): not shown here" in body
    assert "3 people" not in body
    assert "1,012 is not 1,013" in body


def test_a_run_that_was_killed(settings):
    with last_run.recorded(settings, "run1"):
        assert "was cut off" in alerts.tell_failure(settings, "run1").body
    assert "ended before it had begun" in alerts.tell_failure(settings, "run2").body


def test_a_success_says_what_changed(settings, publish_one, make_figure):
    days = [dt.date(2020, month, 1) for month in range(1, 10)]
    publish_one("p1", [make_figure(on=day, value=100.0) for day in days])
    assert "No earlier edition" in alerts.tell_success(settings, "run-p1").body
    changed = [make_figure(on=day, value=100.0 + 1000 * number) for number, day in enumerate(days)]
    publish_one("p2", [*changed[:-1], make_figure(on=dt.date(2021, 1, 1), value=5.0)])
    message = alerts.tell_success(settings, "run-p2")
    lines = message.body.splitlines()
    assert message.kind == "success"
    assert lines[0] == "Edition p2 holds 2 releases."
    assert lines[1] == "Published figures since edition p1: 7 revised, 1 withdrawn, 1 added."
    assert lines[3].endswith("2020-08-01: 100 to 7,100")
    assert len(lines) == 3 + alerts.CHANGES_SHOWN
    publish_one("p3", [*changed[:-1], make_figure(on=dt.date(2021, 1, 1), value=5.0)])
    assert "since edition p2: none changed." in alerts.tell_success(settings, "run-p3").body
    assert "made no new edition" in alerts.tell_success(settings, "other").body


def test_a_missed_release_says_what_to_do():
    message = alerts.tell_missed(dt.date(2025, 4, 24), dt.time(12))
    assert "due at 9:30 on 2025-04-24" in message.body
    assert "held by 12:00" in message.body
    assert "ipp fetch omsq" in message.body
