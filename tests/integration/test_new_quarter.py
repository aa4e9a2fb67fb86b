"""A quarter nobody has seen, spelled as later releases spell: it publishes with no change of code."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests import workbooks
from tests.command_line import ipp

pytestmark = pytest.mark.slow

TITLE = "Table 1.Q.15: IPP prisoners by sex and release status, 30 Jun 2024 to 30 Jun 2025 [notes 7 and 8]"
HEADINGS = [
    "Sex",
    "Age group [note 9]",
    "Release status [note 8]",
    "30 June 2024",
    "30 Sept 2024",
    "31 Dec 2024 [rev]",
    "31 Mar 2025",
    "As at 30th June 2025",
    "Change from 30 Jun 2024",
]
QUARTERS = ["Jan to Mar 2024", "Apr to Jun 2024", "Jul to Sep 2024", "Oct to Dec 2024 [rev]", "Jan to Mar 2025"]
NEW_QUARTER = {"All IPP prisoners": 2490, "Unreleased": 985, "Recalled": 1505}


def one_quarter_on(rows: list[list[object]]) -> list[list[object]]:
    """The table one quarter later: other number, spellings and notes, an age beside the sex, a change, new figures."""
    above = [[TITLE], *rows[1:4], HEADINGS]
    below = []
    for row in rows[5:]:
        sex, status, *values = [*row, *[""] * 7][:7]
        new = NEW_QUARTER[str(status)] if sex == "Male and female" else "[c]"
        below.append([sex, "All ages", status, *values[1:], new, "[z]"])
        below += [[sex, age, status, *["[c]"] * 5, "[z]"] for age in ("18 to 20", "21 and over")]
    return [*above, *below]


def moved_on(range_of_title: str, headings: list[str]) -> Callable[[list[list[object]]], list[list[object]]]:
    """A table one quarter later, as it is printed when none of the new figures can be shown."""

    def move(rows: list[list[object]]) -> list[list[object]]:
        labels = len(rows[4]) - len(headings)
        title = f"{str(rows[0][0]).rpartition(', ')[0]}, {range_of_title}"
        figures = [[*row[:labels], *row[labels + 1 :], "[x]"] for row in rows[5:]]
        return [[title], *rows[1:4], [*rows[4][:labels], *headings], *figures]

    return move


def new_release(raw: Path) -> Path:
    """A release of the next quarter, made from the last one in a copy of raw/."""
    release = raw / "omsq/2025-q1"
    release.mkdir()
    shutil.copy(raw / "omsq/2024-q4/prison-population-31-Mar-2025.ods", release / "prison-population-30-Jun-2025.ods")
    recalls = release / "licence-recall-Jan-to-Mar-2025.ods"
    shutil.copy(raw / "omsq/2024-q4/licence-recalls-Oct-to-Dec-2024.ods", recalls)
    shutil.copy(raw / "omsq/2024-q4/manifest.yml", release)
    population = release / "prison-population-30-Jun-2025.ods"
    workbooks.change_sheet(population, "Table_1_Q_14", one_quarter_on)
    workbooks.change_sheet(population, "Table_1_Q_18", moved_on("30 June 2024 to 30 June 2025", HEADINGS[3:8]))
    for sheet in ("Table_5_Q_2", "Table_5_Q_10", "Table_5_Q_11"):
        workbooks.change_sheet(recalls, sheet, moved_on("Jan to Mar 2024 to Jan to Mar 2025", QUARTERS))

    def describe(manifest: dict[str, object]) -> None:
        files = {"prison-population-30-Jun-2025.ods", "licence-recall-Jan-to-Mar-2025.ods"}
        origin = manifest["files"][0]["origin"]
        manifest |= {"release_id": "2025-q1", "published_on": dt.date(2025, 7, 31)}
        manifest["covers"]["last"] = dt.date(2025, 6, 30)
        manifest["files"] = [
            {"name": name, "sha256": "0" * 64, "bytes": 0, "media_type": "application/x", "origin": origin}
            for name in sorted(files)
        ]

    workbooks.edit_manifest(release, describe)
    workbooks.rehash(release)
    return release


def test_a_new_quarter_publishes_with_no_change_of_code(tmp_path: Path) -> None:
    settings = Settings(workbooks.copy_raw(tmp_path), tmp_path / "work", tmp_path / "published")
    release = new_release(settings.raw)
    outcome = ipp(settings, "refresh")
    assert outcome.exit_code == 0, outcome.output
    assert "column 'Age group' is declared nowhere: read by its total, 18 rows of its parts read past" in outcome.output
    query = (
        "select measure, value, table_number, release_id from marts.figures where is_latest and breakdown = '' "
        "and period_end = '2025-06-30' and measure like 'ipp_%' order by value"
    )
    rows = json.loads(ipp(settings, "sql", "--format", "json", query).stdout)
    assert [(row["measure"], row["value"]) for row in rows if row["value"] is not None] == [
        ("ipp_unreleased_prisoners", 985.0),
        ("ipp_recalled_prisoners", 1505.0),
        ("ipp_prison_population", 2490.0),
    ]
    assert {row["table_number"] for row in rows if row["value"]} == {"1.Q.15"}
    revised = (
        "select value_status from marts.figures where release_id = '2025-q1' and measure = 'ipp_prison_population' "
    )
    statuses = json.loads(ipp(settings, "sql", "--format", "json", revised + "and period_end = '2024-12-31'").stdout)
    assert {row["value_status"] for row in statuses} >= {"revised"}
    assert release.name == "2025-q1"
    suppressed = "select value_status, is_latest from marts.figures where release_id = '2025-q1' and "
    women = suppressed + "measure = 'ipp_prison_population' and breakdown = 'sex=female' and period_end = '2025-06-30'"
    assert json.loads(ipp(settings, "sql", "--format", "json", women).stdout) == [
        {"value_status": "suppressed", "is_latest": True}
    ]
