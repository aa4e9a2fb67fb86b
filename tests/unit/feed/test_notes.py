"""Notes on changed figures: which inputs arrived, and what a person writes about a correction."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest

from orchestration.feed.make import make_feed
from orchestration.feed.notes import NOTES, read_notes
from orchestration.problems import CheckFailed
from orchestration.yaml_reader import read_yaml
from tests.screened_feed import make_small_feed
from tests.small_feed import PUBLISHED, QUARTER, ROWS, make_warehouse

NEXT_EDITION = "20250424T100000Z-bbbbbbbb"
CORRECTED = ((*ROWS[0][:7], 13, *ROWS[0][8:]), *ROWS[1:])
NEW_DAY = [(*row[:-1], "2025-03-31") for row in CORRECTED]
REISSUED = (
    ("ipp_recalls", "", *QUARTER, 202.0, "recalls", "final", "official", "omsq", "2024-q4-reissue-2", True),
    ("ipp_recalls", "", *QUARTER, 201.0, "recalls", "final", "official", "omsq", "2024-q4", False),
    *PUBLISHED[1:],
)
ENTRY = "- {marts: [recalls, rereleases], day: 2025-04-24, reason: Recalls on the last day were left out.}"


@pytest.fixture(scope="module")
def earlier(tmp_path_factory):
    folder = tmp_path_factory.mktemp("earlier")
    make_feed(make_warehouse(folder / "ipp.duckdb"), folder / "feed")
    return folder


def notes_after(earlier, tmp_path, entries="[]", **warehouse):
    """The notes of each mart in the next edition; `entries` is the text of notes.yml."""
    (tmp_path / "notes.yml").write_text(entries)
    path = make_warehouse(tmp_path / "ipp.duckdb", **({"edition": NEXT_EDITION} | warehouse))
    make_feed(path, tmp_path / "feed", earlier, notes=tmp_path / "notes.yml")
    reported = json.loads((tmp_path / "feed" / "v1" / "changes.json").read_text(encoding="utf-8"))["marts"]
    return {mart: changes["notes"] for mart, changes in reported.items()}


def test_a_new_release_is_the_note_of_the_figures_that_it_changed(earlier, tmp_path):
    notes = notes_after(earlier, tmp_path, published=REISSUED)
    assert notes["published_figures"] == ["New: omsq 2024-q4-reissue-2."]
    assert notes["recalls"] == []


def test_records_of_another_day_are_the_note_of_the_counts_that_they_changed(earlier, tmp_path):
    notes = notes_after(earlier, tmp_path, recalls=NEW_DAY)
    assert notes["recalls"] == ["New: extracts 2025-03-31. No longer read: extracts 2024-12-31."]
    assert notes["published_figures"] == []


def test_a_correction_has_the_note_that_a_person_wrote(earlier, tmp_path):
    assert notes_after(earlier, tmp_path, ENTRY, recalls=CORRECTED)["recalls"] == [
        "2025-04-24: Recalls on the last day were left out."
    ]


@pytest.mark.parametrize("day", ["2025-04-23", "2025-04-25"])
def test_a_note_on_another_edition_is_not_that_of_this_one(day, earlier, tmp_path):
    assert notes_after(earlier, tmp_path, ENTRY.replace("2025-04-24", day), recalls=CORRECTED)["recalls"] == []


def test_a_note_is_given_once(earlier, tmp_path):
    notes_after(earlier, tmp_path, ENTRY, recalls=CORRECTED)
    again = tmp_path / "again"
    again.mkdir()
    assert notes_after(tmp_path, again, ENTRY, recalls=ROWS)["recalls"] == []


def test_figures_that_did_not_change_have_no_note(earlier, tmp_path):
    assert not any(notes_after(earlier, tmp_path, ENTRY).values())


def test_the_finding_says_which_entry_to_write_where(tmp_path):
    feed = make_small_feed(tmp_path)
    corrected = {"version_before": "1.2.0", "version_after": "1.2.1", "figures": {"counts": {"revised": 2}}}
    feed.json("v1/changes.json", lambda one: one["marts"].update(recalls=corrected, rereleases=corrected))
    feed.index_files()
    (found,) = feed.screen("release")
    assert found.rows == 4
    entry = re.fullmatch(r"undo the change, or add the entry `(.*)` to orchestration/feed/notes\.yml .*", found.remedy)
    assert entry
    (tmp_path / "notes.yml").write_text(entry[1])
    (note,) = read_notes(tmp_path / "notes.yml")
    assert note.marts == ("recalls", "rereleases")
    assert note.day == dt.date(2025, 7, 1)


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ("- {marts: recalls, day: 2025-04-24, reason: A}", "marts"),
        ("- {marts: [recalls], day: soon, reason: A}", "day"),
        ("- {marts: [recalls], day: 2025-04-24, reason: ''}", "reason"),
        ("- {marts: [recalls], day: 2025-04-24}", "reason"),
        ("- {marts: [recalls], day: 2025-04-24, reason: A, until: 2025-05-01}", "until"),
        ("a text", "list"),
        ("- {marts: [", "line 2"),
    ],
)
def test_a_note_that_cannot_be_read_is_refused(entries, says, tmp_path):
    (tmp_path / "notes.yml").write_text(entries)
    with pytest.raises(CheckFailed, match=r"notes\.yml") as refused:
        read_notes(tmp_path / "notes.yml")
    assert says in str(refused.value)


def test_the_notes_of_the_project_can_be_read():
    assert len(read_notes(NOTES)) == len(read_yaml(NOTES))
