"""A release day of the service: a real daemon with the project's own code, GOV.UK and the receiver of alerts on this
machine. The release comes late and is published; a bad one is rejected and set aside; a rollback holds.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import HTTPServer
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.scheduler.instigation import TickStatus

from orchestration.settings import ROOT, Settings
from tests.daemons import Service, service
from tests.editions import FIRST_DAY, settings_in, write_small_cohort
from tests.govuk_server import GovUkServer, document, serving
from tests.integration.test_fetch import COLLECTION, PAGE, TITLE
from tests.receiver import address, receiving
from tests.workbooks import RAW, copy_raw, edit_cell, edit_manifest, truncate_file

pytestmark = [pytest.mark.torture, pytest.mark.slow, pytest.mark.timeout(3000)]

LOCATION = ROOT / "tests" / "attack" / "release_day_location.py"
DUE, BAD, OTHER = "omsq/2024-q4", "omsq/2024-q2", "licence_termination/2025-07-17"
IMPLIED = {
    "prison-population-31-Mar-2025.ods": (
        "Table_1_Q_14",
        {"D6": 2732, "E8": 1599, "G9": 2514, "G10": 1005, "G11": 1509},
    ),
    "Probation-Oct-to-Dec-2024.ods": ("Table_6_13", {"M8": 1325}),
}
"""Cells of the release that is due which are unavailable in our files, and what the totals around them imply."""
REFRESH = 900
"""Seconds that a refresh may take."""


@dataclass(frozen=True)
class Day:
    """The service on its release day, and what takes the place of the world around it."""

    service: Service
    settings: Settings
    gov_uk: GovUkServer
    alerts: HTTPServer

    def ipp(self, *arguments: str) -> str:
        return self.service.run("ipp", *arguments)

    def is_now(self, time: str) -> None:
        """Let it be a time in London on 24 April 2025, the last working Thursday of the month."""
        (self.service.home / "clock").write_text(f"2025-04-24T{time}:00+01:00", encoding="utf-8")

    def looks(self) -> list[str]:
        """What the sensor of the release day said at each look that has ended, the latest first."""
        with dg.DagsterInstance.from_config(str(self.service.home)) as instance:
            states = [one for one in instance.all_instigator_state() if one.name == "omsq_release"]
            ticks = instance.get_ticks(states[0].instigator_origin_id, states[0].selector_id) if states else []
        ended = [one for one in ticks if one.status != TickStatus.STARTED]
        return [f"{one.status.value} {one.skip_reason or ''}{one.error or ''}" for one in ended]

    def ended(self) -> list[str]:
        """How the runs ended, the latest first; a run that has not ended is not among them."""
        with dg.DagsterInstance.from_config(str(self.service.home)) as instance:
            return [one.status.value for one in instance.get_runs() if one.is_finished]

    def told(self, title: str) -> list[str]:
        """The texts of the alerts with words in the title."""
        return [one["message"] for one in self.alerts.received if title in one["title"]]


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    settings = settings_in(tmp_path, copy_raw(tmp_path, "omsq/2024-q3", OTHER))
    # Published before the day: a release of a later day would be under embargo for the sensor, and for no refresh.
    edit_manifest(settings.raw / OTHER, lambda manifest: manifest.update(published_on=dt.date(2025, 4, 1)))
    write_small_cohort(settings.raw / "internal", FIRST_DAY)
    with serving() as gov_uk, receiving() as alerts:
        variables = {
            "IPP_RAW": str(settings.raw),
            "IPP_WORK": str(settings.work),
            "IPP_PUBLISHED": str(settings.published),
            "IPP_ALERTS": address(alerts),
            "GOV_UK_STAND_IN": gov_uk.address,
            "CLOCK_FILE": str(tmp_path / "dagster" / "clock"),
        }
        gov_uk.put_collection(COLLECTION)
        made = Day(service(tmp_path / "dagster", LOCATION, variables), settings, gov_uk, alerts)
        made.is_now("09:31")
        yield made


def official_files(folder: Path) -> list[Path]:
    """The files of the release that is due, with a figure in every cell that the others imply.

    Ours are rebuilt and leave such cells unavailable, which is an error in an official file.
    """
    shutil.copytree(RAW / DUE, folder)
    for name, (sheet, cells) in IMPLIED.items():
        for cell, value in cells.items():
            edit_cell(folder / name, sheet, cell, value)
    return sorted(folder.glob("*.ods"))


def test_a_release_day(day: Day, tmp_path: Path) -> None:
    day.ipp("refresh")  # Dagster records this run too
    first = day.settings.current.resolve()

    with day.service.daemon():
        day.service.run("dagster", "sensor", "start", "omsq_release", "-f", str(LOCATION))
        day.service.until(day.looks, "the sensor never looked")
        assert "no release of 2025-04-24 yet; asked again in 5 minutes" in day.looks()[0]

        files = [day.gov_uk.attach(path.name, path.read_bytes()) for path in official_files(tmp_path / "official")]
        day.gov_uk.put_collection(COLLECTION, document(PAGE, TITLE, *files))
        day.is_now("09:36")
        day.service.until(lambda: len(day.ended()) == 2, "the release was not published", REFRESH)
        assert day.ended()[0] == "SUCCESS"
        second = day.settings.current.resolve()
        assert second != first
        assert (day.settings.raw / DUE / "manifest.yml").exists()
        day.service.until(lambda: day.told("published"), "no alert names the new edition")
        assert re.search(r"[1-9][\d,]* ", day.told("published")[0]), "the alert says how many figures changed"

        copy_raw(day.settings.raw.parent, BAD)
        bad = next((day.settings.raw / BAD).glob("*.ods"))
        truncate_file(bad)
        day.service.launch("refresh", "bad")
        day.service.until(lambda: day.service.status_of("bad") == "FAILURE", "a bad release was taken", REFRESH)
        day.service.until(lambda: day.told("failed"), "no alert names the failure")
        assert bad.name in day.told("failed")[0]
        assert day.settings.current.resolve() == second
        assert bad.name in day.ipp("status")

        day.ipp("set-aside", BAD, "--reason", "the file is cut off")
        day.service.launch("refresh", "without it")
        day.service.until(lambda: day.service.status_of("without it") == "SUCCESS", "it was not set aside", REFRESH)
        third = day.settings.current.resolve()
        assert third != second
        assert "set aside" in day.ipp("status")

        day.ipp("rollback")
        assert day.settings.current.resolve() == second
        seen = len(day.looks())
        day.service.until(lambda: len(day.looks()) > seen + 1, "the sensor looked no more", 300)
        assert "rolled back" in day.looks()[0] or "rollback" in day.looks()[0]
        assert day.settings.current.resolve() == second
        assert len(day.ended()) == 4
