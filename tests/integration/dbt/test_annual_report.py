"""The annual report as data: sections, lines and points that fit each other, and words that are the same everywhere."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from orchestration.query.text import SOURCE_KINDS

SECTIONS = 11
"""Data sections of the report, counted in its list of contents."""


def test_the_sections_are_those_of_the_report(seed):
    sections = [row["section"] for row in seed("annual_report_sections")]
    assert len(set(sections)) == len(sections) == SECTIONS
    assert [row["section_order"] for row in seed("annual_report_sections")] == [str(n + 1) for n in range(SECTIONS)]


def test_every_section_has_a_line_and_every_line_its_points(seed):
    lines = {(row["section"], row["series"]): row for row in seed("annual_report_series")}
    points = {(row["section"], row["series"]) for row in seed("annual_report_listed_points")}
    assert {section for section, _ in lines} == {row["section"] for row in seed("annual_report_sections")}
    assert points <= set(lines)
    assert {key for key, row in lines.items() if row["axis"] == "listed"} <= points
    assert all(bool(row["last_period_end"]) == (row["axis"] == "open") for row in lines.values())


def test_lines_name_measures_that_are_defined(seed):
    assert {row["measure"] for row in seed("annual_report_series")} <= {row["key"] for row in seed("measures")}
    assert {row["measure"] for row in seed("measure_wordings")} <= {row["key"] for row in seed("measures")}


# Counted by hand along the axes that the report describes.
@pytest.mark.parametrize(
    ("section", "series", "points"),
    [
        ("prison_population", "unreleased", 10 + 1),
        ("prison_and_community_caseload", "community", 11),
        ("prison_and_community_caseload", "prison", 12),
        ("secure_hospitals", "people_in_hospital", 15),
        ("parole_board_oral_hearings", "recall", 6),
        ("oral_hearing_release_share", "first_releases", 5),
        ("recalls", "recalls", 10),
    ],
)
def test_points_along_an_axis(seed, section, series, points):
    counts = Counter((row["section"], row["series"]) for row in seed("annual_report_listed_points"))
    assert counts[section, series] == points


def test_no_point_is_listed_twice_and_periods_are_whole(seed):
    kinds = {(row["section"], row["series"]): row["period_type"] for row in seed("annual_report_series")}
    rows = seed("annual_report_listed_points")
    assert len({tuple(row.values())[:4] for row in rows}) == len(rows)
    months = {"as_at": 0, "calendar_year": 12, "financial_year": 12, "period": 60}
    for row in rows:
        start, end = date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"])
        days = (end - start).days
        assert days == 0 or round(days / 30.4) == months[kinds[row["section"], row["series"]]], row


def test_a_unit_is_worded_once_for_each_measure(seed):
    pairs = [(row["measure"], row["unit"]) for row in seed("measure_wordings")]
    assert len(set(pairs)) == len(pairs)


def test_sources_are_named_alike_in_citations_and_on_the_command_line(seed):
    assert {row["source_kind"]: row["cited_as"] for row in seed("source_kinds")} == SOURCE_KINDS
