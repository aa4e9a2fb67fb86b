"""A release of the next quarter, spelled as later releases spell: made from the last one in a copy of raw/."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

from tests import workbooks

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
    """A table one quarter later, as it is published when none of the new figures can be shown."""

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
