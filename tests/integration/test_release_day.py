"""A release day against a substitute for GOV.UK: the release comes, comes late, or does not come."""

# ruff: noqa: F811 - a fixture that is imported and asked for by its name
from __future__ import annotations

import datetime as dt
from dataclasses import replace

import dagster as dg
import pytest

from orchestration.archive.release_day import Step, take_step
from orchestration.settings import ReleaseDay
from tests.govuk_server import GovUkServer, Reply, document, spreadsheet
from tests.integration.test_fetch import (  # noqa: F401 - fixtures
    COLLECTION,
    PAGE,
    POPULATION,
    TITLE,
    Fetching,
    fetching,
    release,
)


def at(text: str) -> dt.datetime:
    """A time in London (UTC+1) on 24 April 2025, the last working Thursday of the month."""
    return dt.datetime.fromisoformat(f"2025-04-24T{text}:00+01:00")


def step(fetching: Fetching, now: dt.datetime, memory: str = "") -> Step:
    def fetch() -> None:
        fetching.now = now
        fetching("omsq")

    return take_step(fetching.settings, fetching.sources, now, memory, fetch)


@pytest.mark.parametrize("now", [at("09:29"), at("09:30") - dt.timedelta(days=7), at("09:30") - dt.timedelta(days=1)])
def test_govuk_is_left_alone_until_a_release_is_due(fetching: Fetching, release: GovUkServer, now) -> None:
    assert step(fetching, now).do == "wait"
    assert release.asked == []


def test_the_release_is_fetched_when_it_is_there(fetching: Fetching, release: GovUkServer) -> None:
    # The page says 9.30 and five seconds.
    first = step(fetching, at("09:30"))
    assert first.do == "wait"
    assert "asked again in 5 minutes" in first.says
    asked = len(release.asked)

    assert step(fetching, at("09:34"), first.memory).do == "wait"
    assert len(release.asked) == asked

    arrived = step(fetching, at("09:35"), first.memory)
    assert arrived.do == "refresh"
    assert f"omsq/2024-q4/{POPULATION}" in fetching.held
    asked = len(release.asked)
    assert step(fetching, at("09:36"), arrived.memory).do == "refresh"
    assert len(release.asked) == asked


def test_a_site_that_fails_is_asked_again(fetching: Fetching, release: GovUkServer) -> None:
    path = f"/api/content{COLLECTION}"
    right = release.replies[path]
    release.put(path, Reply(status=404))
    failed = step(fetching, at("09:31"))
    assert failed.do == "wait"
    assert "404" in failed.says
    release.put(path, *right)
    assert step(fetching, at("09:36"), failed.memory).do == "refresh"


def test_an_earlier_release_is_not_that_of_the_day(fetching: Fetching) -> None:
    server = fetching.server
    moment = "2025-01-30T09:30:05+00:00"
    page = document(PAGE, TITLE, server.attach(POPULATION, spreadsheet("old")), public_updated_at=moment)
    server.put_collection(COLLECTION, page | {"first_published_at": moment})
    assert step(fetching, at("09:31")).do == "wait"
    assert fetching.held


def test_one_alert_says_that_a_release_did_not_come(fetching: Fetching) -> None:
    fetching.server.put_collection(COLLECTION)
    waiting = step(fetching, at("11:59"))
    assert waiting.do == "wait"
    missed = step(fetching, at("12:04"), waiting.memory)
    assert missed.do == "tell"
    assert "by 12:00" in missed.says
    assert step(fetching, at("12:10"), missed.memory).do == "wait"
    assert step(fetching, at("18:00"), missed.memory).do == "wait"


def test_a_release_that_comes_after_an_alert(fetching: Fetching, release: GovUkServer) -> None:
    fetching.now = at("13:00")
    fetching("omsq")
    assert step(fetching, at("13:01"), "missed 2025-04-24").do == "refresh"


def test_the_settings_say_how_long_and_how_often(fetching: Fetching) -> None:
    fetching.server.put_collection(COLLECTION)
    fetching.settings = replace(fetching.settings, release_day=ReleaseDay(20, dt.time(10)))
    first = step(fetching, at("09:30"))
    assert "20 minutes" in step(fetching, at("09:45"), first.memory).says
    assert step(fetching, at("10:00"), first.memory).do == "tell"


def test_the_sensor_alerts_and_asks_for_one_refresh(fetching: Fetching, release: GovUkServer, monkeypatch) -> None:
    from orchestration.defs import release_day

    messages: list[str] = []
    for name, folder in (("IPP_RAW", "raw"), ("IPP_WORK", "work"), ("IPP_PUBLISHED", "published")):
        monkeypatch.setenv(name, str(getattr(fetching.settings, folder)))
    monkeypatch.setattr(release_day, "fetch", lambda *_: fetching("omsq"))
    monkeypatch.setattr(release_day, "read_sources", lambda: fetching.sources)
    monkeypatch.setattr(release_day.alerts, "send", lambda settings, message: messages.append(message.title))

    def tick(now: dt.datetime, cursor: str | None) -> dg.SensorResult:
        monkeypatch.setattr(release_day, "clock", lambda: now)
        fetching.now = now
        return release_day.omsq_release(dg.build_sensor_context(cursor=cursor))

    early = tick(at("09:30"), None)
    assert not early.run_requests
    there = tick(at("09:35"), early.cursor)
    assert [request.run_key for request in there.run_requests] == ["omsq 2025-04-24"]
    assert [request.run_key for request in tick(at("09:36"), there.cursor).run_requests] == ["omsq 2025-04-24"]
    assert messages == []
    release.put_collection(COLLECTION)
    monkeypatch.setenv("IPP_RAW", str(fetching.settings.work / "empty"))
    assert not tick(at("12:01"), None).run_requests
    assert messages == ["IPP dashboard: no release on a release day"]


def test_the_sensor_is_stopped_until_turned_on() -> None:
    from orchestration.defs.release_day import omsq_release

    assert omsq_release.default_status == dg.DefaultSensorStatus.STOPPED
