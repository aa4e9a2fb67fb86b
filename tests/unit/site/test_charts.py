"""Charts draw what is there: gaps, suppressed figures, breaks; and the same points give the same bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from orchestration.site import charts
from orchestration.site.charts import Break
from tests.unit.site.test_headlines import a_point

DAYS = [date(2024, 3, 31), date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 31), date(2025, 3, 31)]
LINE = re.compile(r'<path aria-label="[^"]*"[^>]*d="([^"]+)"[^>]*stroke="#12436D"|<path d="([^"]+)" stroke="#12436D"')


def a_line(*values: float | None) -> list:
    return [a_point("Prison", day, value) for day, value in zip(DAYS, values, strict=True)]


def strokes(svg: str) -> list[str]:
    """The paths drawn in the first colour."""
    return [first or second for first, second in LINE.findall(svg)]


def test_a_gap_breaks_the_line() -> None:
    (whole,) = strokes(charts.draw_lines(a_line(5, 4, 3, 2, 1)))
    (broken,) = strokes(charts.draw_lines(a_line(5, 4, None, 2, 1)))
    assert (whole.count("M"), broken.count("M")) == (1, 2)


def test_a_point_between_two_gaps_has_a_mark() -> None:
    """A line of one point has no length, so nothing would be seen of it."""
    points = [a_point("Prison", date(2000 + year, 12, 31), None if year in (5, 7) else 9) for year in range(20)]
    assert charts.draw_lines(points).count('fill="#12436D"') == 3


def test_a_suppressed_figure_is_its_symbol_and_no_mark() -> None:
    points = [replace(point, value_text="[c]") if point.value is None else point for point in a_line(5, 4, None, 2, 1)]
    assert "[c]" in charts.draw_lines(points)
    assert "[c]" in charts.draw_columns(points)
    assert "[x]" not in charts.draw_lines(a_line(5, 4, None, 2, 1))


def test_a_suppressed_bar_has_its_symbol_and_no_length() -> None:
    day = date(2025, 3, 31)
    svg = charts.draw_bars([a_point("", day, 8, category="A"), a_point("", day, None, category="B", value_text="[c]")])
    assert "[c]" in svg
    assert len(re.findall(r'fill="#12436D"', svg)) == 1


def test_a_provisional_figure_is_hollow() -> None:
    final = a_line(5, 4, 3, 2, 1)
    provisional = [*final[:-1], replace(final[-1], status_text="provisional")]
    hollow = charts.draw_lines(provisional).count('fill="white"') - charts.draw_lines(final).count('fill="white"')
    assert hollow == 1


def test_a_break_is_a_dashed_line_with_its_day() -> None:
    act = Break(date(2024, 11, 1), "Licences ended")
    for draw in (charts.draw_lines, charts.draw_columns):
        svg = draw(a_line(5, 4, 3, 2, 1), [act])
        assert "stroke-dasharray" in svg
        assert "Break: 1 Nov 2024" in svg
        assert "stroke-dasharray" not in draw(a_line(5, 4, 3, 2, 1), [replace(act, day=date(2009, 6, 30))])


def test_at_most_four_lines_are_drawn_and_they_are_the_highest() -> None:
    points = [a_point(name, day, place) for place, name in enumerate("ABCDE", 1) for day in DAYS]
    assert charts.drawn_series(points) == ["B", "C", "D", "E"]


def test_the_same_points_give_the_same_bytes() -> None:
    points = a_line(5, 4, None, 2, 1)
    assert charts.draw_lines(points, note="Synthetic") == charts.draw_lines(points, note="Synthetic")
    assert charts.draw_bars(points) == charts.draw_bars(points)


def test_labels_are_text_and_not_markup() -> None:
    svg = charts.draw_bars([a_point("", date(2025, 3, 31), 1, category="<b> & | 'x'")])
    assert "&lt;b&gt; &amp; / 'x'" in svg.replace("&#39;", "'").replace("&apos;", "'")


@pytest.mark.parametrize("values", [(0, 0, 0, 0, 0), (None, None, 7, None, None)])
def test_zeros_and_single_points_can_be_drawn(values: tuple[float | None, ...]) -> None:
    assert charts.draw_lines(a_line(*values)).startswith("<svg")
    assert charts.draw_columns(a_line(*values)).startswith("<svg")


def test_the_kind_of_figures_is_said_inside_the_picture() -> None:
    assert "Synthetic: not about real people" in charts.draw_lines(
        a_line(5, 4, 3, 2, 1), note="Synthetic: not about real people"
    )


@pytest.mark.parametrize("middles", [(10.0, 12.0, 14.0), (205.0, 206.0, 208.0, 209.0), (0.0, 100.0, 200.0)])
def test_names_of_lines_do_not_touch(middles: tuple[float, ...]) -> None:
    tops = charts.spread_labels(middles, [1] * len(middles), 224)
    gaps = [later - earlier for earlier, later in pairwise(tops)]
    assert all(gap >= charts.LINE_OF_TEXT for gap in gaps)
    assert tops[-1] + charts.LINE_OF_TEXT <= 224
