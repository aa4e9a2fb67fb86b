"""A figure has the table, the file and the marks that its points call for."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

from orchestration.site.figures import Visual, csv_of, make_figure
from tests.unit.site.test_headlines import a_point

DAY, BEFORE = date(2025, 3, 31), date(2024, 12, 31)
LINE = Visual(id="prison", kind="line-timeseries", display="In prison", block="made_up", unit="people")
LIST = replace(
    LINE,
    kind="list",
    columns=(
        ("series", "Statistic"),
        ("category", "Region"),
        ("period", "As at"),
        ("value_text", "People"),
        ("source", "Source"),
    ),
)


def test_periods_go_down_newest_first_and_series_across() -> None:
    points = [a_point(name, day, 5) for day in (BEFORE, DAY) for name in ("Unreleased", "Recalled")]
    table = make_figure(LINE, points).table
    assert table.columns == ("Period", "Unreleased", "Recalled")
    assert table.rows == (("31 March 2025", "5", "5"), ("31 December 2024", "5", "5"))


def test_marks_stand_beside_figures_and_are_explained() -> None:
    points = [
        a_point("Prison", BEFORE, 5, status_text="revised"),
        a_point("Prison", DAY, None, value_text="[c]", status_text="suppressed"),
        a_point("Prison", date(2025, 6, 30), 4, status_text="provisional"),
    ]
    figure = make_figure(LINE, points)
    assert [row[1] for row in figure.table.rows] == ["4 [p]", "[c]", "5 [r]"]
    said = " ".join(figure.notes)
    assert "[c] means confidential" in said
    assert "[p] means provisional" in said
    assert "[r] means revised" in said


def test_zero_suppressed_and_unavailable_are_three_things() -> None:
    points = [
        a_point("", DAY, 0, category="A"),
        a_point("", DAY, None, category="B", value_text="[c]"),
        a_point("", DAY, None, category="C", value_text="[x]"),
    ]
    assert [row[-1] for row in make_figure(LIST, points).table.rows] == ["0", "[c]", "[x]"]
    values = [row["value"] for row in csv.DictReader(io.StringIO(csv_of(points)))]
    assert values == ["0", "", ""]


def test_what_is_the_same_in_all_rows_is_said_once() -> None:
    points = [a_point("Count", DAY, value, category=name) for name, value in (("Wales", 5), ("London", 9))]
    table = make_figure(LIST, points).table
    assert table.columns == ("Region", "People")
    assert table.same == ("Statistic: Count", "As at: 31 March 2025", "Source: ")


def test_counted_and_published_are_side_by_side() -> None:
    points = [
        a_point("Counted from records", BEFORE, 1045),
        a_point("Published", BEFORE, 1045),
        a_point("Counted from records", DAY, 1012),
    ]
    table = make_figure(replace(LIST, columns=(("series", "Counted or published"), ("period", "As at"))), points).table
    assert table.columns == ("As at", "Counted from records", "Published", "Published in")
    assert table.rows == (("31 December 2024", "1,045", "1,045", ""),)


def test_synthetic_and_rebuilt_figures_have_their_badges() -> None:
    points = [
        replace(a_point("A", DAY, 1), classification=kind) for kind in ("official", "rebuilt", "synthetic", "internal")
    ]
    assert make_figure(LIST, points).kinds == ("rebuilt", "synthetic")


def test_a_block_without_points_says_so() -> None:
    figure = make_figure(LINE, [])
    assert figure.headline == "In prison: no figure is held"
    assert not figure.svg


def test_only_the_latest_points_are_shown_where_the_section_asks_for_them() -> None:
    points = [a_point("", BEFORE, 4, category="A"), replace(a_point("", DAY, 5, category="A"), is_latest=True)]
    assert len(make_figure(replace(LIST, latest_only=True), points).table.rows) == 1
