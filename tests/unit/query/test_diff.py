"""What changed between two publications, by the latest vintage of each figure."""

from __future__ import annotations

from datetime import date

import pytest

from orchestration.problems import CheckFailed
from orchestration.query.diff import compare, counts, most_notable


@pytest.fixture
def changes(settings, publish_one, make_figure):
    day = [date(2020, month, 1) for month in range(1, 13)]
    publish_one(
        "p1",
        [
            make_figure(on=day[0], value=100.0),
            make_figure(on=day[1], value=100.0),
            make_figure(on=day[2], value=1000.0),
            make_figure(on=day[3], value=7.0),
            make_figure(on=day[4], value=3.0),
            make_figure(on=day[5], value=3.0, value_status="provisional"),
            make_figure(on=day[6], value=None, value_status="suppressed"),
            make_figure(on=day[9], value=9.0),
            make_figure(on=day[10], value=None, value_status="unavailable"),
            make_figure(on=day[11], value=None, value_status="suppressed"),
            # Not the latest vintage: a change of it is no change.
            make_figure(on=day[7], value=8.0),
            make_figure(on=day[7], value=1.0, is_latest=False, release_id="2024-q3"),
        ],
    )
    publish_one(
        "p2",
        [
            make_figure(on=day[0], value=100.0, release_id="2024-q3", source_cell="Z9"),
            make_figure(on=day[1], value=150.0),
            make_figure(on=day[2], value=1001.0),
            make_figure(on=day[4], value=None, value_status="suppressed"),
            make_figure(on=day[5], value=3.0),
            make_figure(on=day[6], value=4.0),
            make_figure(on=day[7], value=8.0),
            make_figure(on=day[7], value=2.0, is_latest=False, release_id="2024-q3"),
            make_figure(on=day[8], value=None, value_status="suppressed"),
            make_figure(on=day[8], breakdown="sex=female", value=2.0),
            make_figure(on=day[9], value=None, value_status="unavailable"),
            make_figure(on=day[10], value=6.0),
            make_figure(on=day[11], value=None, value_status="unavailable"),
        ],
    )
    return compare(*(settings.editions / name / "ipp.duckdb" for name in ("p1", "p2")))


def test_every_change_has_its_kind(changes):
    found = {(row[5].month, row[2]): (row[0], row[6], row[8], row[10]) for row in changes.rows}

    assert found == {
        (2, ""): ("revised", 100.0, 150.0, 50.0),
        (3, ""): ("revised", 1000.0, 1001.0, 1.0),
        (4, ""): ("withdrawn", 7.0, None, None),
        (5, ""): ("newly suppressed", 3.0, None, None),
        (6, ""): ("status changed", 3.0, 3.0, 0.0),
        (7, ""): ("no longer suppressed", None, 4.0, None),
        (9, ""): ("added", None, None, None),
        (9, "sex=female"): ("added", None, 2.0, None),
        (10, ""): ("withdrawn", 9.0, None, None),
        (11, ""): ("added", None, 6.0, None),
        (12, ""): ("status changed", None, None, None),
    }


def test_counts_every_kind_and_says_nil(changes):
    assert counts(changes) == {
        "newly suppressed": 1,
        "no longer suppressed": 1,
        "withdrawn": 2,
        "revised": 2,
        "status changed": 2,
        "added": 3,
    }


def test_the_largest_relative_change_comes_first(changes):
    assert [row[5].month for row in changes.rows if row[0] == "revised"] == [2, 3]


def test_the_most_notable_are_limited_kind_by_kind(changes):
    assert [row[0] for row in most_notable(changes, 1).rows] == [
        "revised", "withdrawn", "newly suppressed", "no longer suppressed", "added", "status changed",
    ]  # fmt: skip
    assert most_notable(changes, 0).rows == []


def test_changed_values_lead_and_figures_without_a_value_come_last_of_their_kind(changes):
    shown = most_notable(changes, 5).rows
    assert shown[0][0] == "revised"
    assert [row[8] for row in shown if row[0] == "added"] == [6.0, 2.0, None]
    assert [row[6] for row in shown if row[0] == "withdrawn"] == [9.0, 7.0]
    assert [row[10] for row in shown if row[0] == "status changed"] == [0.0, None]


def test_a_publication_does_not_differ_from_itself(settings, publish_one):
    publish_one("p1")

    assert compare(settings.published_file, settings.editions / "p1" / "ipp.duckdb").rows == []


def test_a_file_that_is_no_warehouse(settings, publish_one, tmp_path):
    publish_one("p1")
    (tmp_path / "other.duckdb").write_text("not a database")

    with pytest.raises(CheckFailed, match="cannot be compared"):
        compare(tmp_path / "other.duckdb", settings.published_file)
