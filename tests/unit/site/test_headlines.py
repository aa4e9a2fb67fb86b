"""Headlines say what the published record says, and every kind of change in the right words."""

from __future__ import annotations

from datetime import date

import pytest

from orchestration.site import headlines, wording
from orchestration.site.headlines import Saying
from orchestration.site.warehouse import Point


def a_point(series: str, day: date, value: float | None, **texts: str) -> Point:
    text = texts.get("value_text") or ("[x]" if value is None else f"{value:,.0f}")
    return Point(
        series=series,
        category=texts.get("category", ""),
        ts=day,
        period=texts.get("period") or wording.day_text(day),
        value=value,
        value_text=text,
        status_text=texts.get("status_text", "final"),
        source="",
        classification="official",
        is_latest=False,
    )


# People in prison never released, as published (tables 1.Q.14 and 1.A.14).
UNRELEASED = {date(2023, 12, 31): 1227, date(2024, 6, 30): 1130, date(2024, 9, 30): 1095, date(2024, 12, 31): 1045}
PRISON = Saying(says="people were in prison", form="parts", unit="people")


def test_a_year_on_year_fall_is_the_one_read_out_in_the_house_of_lords() -> None:
    """The minister gave a fall of 182 in the year to 31 December 2024."""
    points = [a_point("Unreleased", day, value) for day, value in UNRELEASED.items()]
    assert headlines.over_time(points, Saying(unit="people")) == (
        "1,045 people on 31 December 2024, 182 fewer than a year before."
    )


def test_without_a_figure_of_a_year_before_the_sentence_names_the_day_it_compares_with() -> None:
    points = [a_point("Unreleased", day, value) for day, value in {**UNRELEASED, date(2025, 3, 31): 1012}.items()]
    assert headlines.over_time(points, Saying(unit="people")) == (
        "1,012 people on 31 March 2025, 33 fewer than on 31 December 2024."
    )


def test_parts_are_added_up_and_named() -> None:
    """The annual report gives 2,544, 1,012 and 1,532 for 31 March 2025."""
    points = [a_point("Unreleased", date(2025, 3, 31), 1012), a_point("Recalled", date(2025, 3, 31), 1532)]
    said = headlines.over_time(points, PRISON)
    assert said == "2,544 people were in prison on 31 March 2025: 1,012 unreleased and 1,532 recalled."


def test_recalls_of_a_year() -> None:
    """The annual report gives 658 for 2023 and 619 for 2024."""
    points = [
        a_point("Recalls", date(2023, 12, 31), 658, period="2023"),
        a_point("Recalls", date(2024, 12, 31), 619, period="2024"),
    ]
    assert headlines.over_time(points, Saying(unit="recalls")) == "619 recalls in 2024, 39 fewer than a year before."


def test_a_day_with_a_missing_part_has_no_total() -> None:
    """A sum of one part of two would be read as the whole."""
    points = [
        a_point("Unreleased", date(2024, 12, 31), 1045),
        a_point("Recalled", date(2024, 12, 31), 1569),
        a_point("Unreleased", date(2025, 3, 31), 1012),
        a_point("Recalled", date(2025, 3, 31), None),
    ]
    assert headlines.over_time(points, PRISON).startswith("2,614 people were in prison on 31 December 2024")


def test_series_that_end_on_different_days_say_so() -> None:
    points = [
        a_point("Prison", date(2024, 12, 31), 2614),
        a_point("Prison", date(2025, 3, 31), 2544),
        a_point("Community", date(2024, 9, 30), 2885),
        a_point("Community", date(2024, 12, 31), 1376),
    ]
    assert headlines.over_time(points, Saying(unit="people")) == (
        "Prison: 2,544 people on 31 March 2025, 70 fewer than on 31 December 2024. "
        "Community: 1,376 on 31 December 2024, 1,509 fewer than on 30 September 2024."
    )


def test_no_figure_gives_no_sentence() -> None:
    assert headlines.over_time([a_point("A", date(2024, 12, 31), None)], Saying()) == ""


@pytest.mark.parametrize(
    ("now", "before", "unit", "said"),
    [
        (5, 5, "people", "unchanged"),
        (6, 5, "people", "1 more"),
        (83.9, 83.7, "percent", "0.2 percentage points higher"),
        (84, 83, "percent", "1 percentage point higher"),
        (8.6, 12, "recalls per 100 people", "3.4 lower"),
        (24, 27, "months", "3 lower"),
    ],
)
def test_changes_in_words(now: float, before: float, unit: str, said: str) -> None:
    assert wording.change_text(now, before, unit) == said


def test_a_leap_day_and_a_month_end_have_a_year_before() -> None:
    assert wording.year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert wording.year_before(date(2025, 2, 28)) == date(2024, 2, 29)
    assert wording.year_before(date(2025, 3, 14)) == date(2024, 3, 14)


def test_nothing_is_minus_nought() -> None:
    assert wording.number_text(-0.04) == "0"


def test_counted_beside_published() -> None:
    """31 December 2024: 1,376 on licence is published."""
    day = date(2024, 12, 31)
    points = [a_point("Counted from records", day, 1360), a_point("Published", day, 1376)]
    assert headlines.across_categories(points, Saying()) == "On 31 December 2024: 1,360 counted and 1,376 published."


def test_a_total_row_is_not_counted_among_its_parts() -> None:
    day = date(2025, 3, 31)
    points = [a_point("", day, value, category=name) for name, value in (("London", 22), ("Wales", 5), ("Total", 27))]
    said = headlines.across_categories(points, Saying(says="adjournments were directed", form="highest"))
    assert said == "27 adjournments were directed on 31 March 2025; London has the highest figure, 22."


def test_targets_met_are_counted_in_words() -> None:
    points = [
        a_point("", date(2025, 3, 31), 1, category=f"Target {place}", status_text=status)
        for place, status in enumerate(("met (synthetic)", "not met (synthetic)", "not available"), 1)
    ]
    assert headlines.across_categories(points, Saying(form="met")) == "1 of 3 targets is met."


def test_a_text_alternative_has_the_course_and_the_gaps_of_each_series() -> None:
    points = [
        a_point("Prison", date(2022, 6, 30), None),
        a_point("Prison", date(2023, 6, 30), 2909),
        a_point("Prison", date(2025, 3, 31), 2544),
    ]
    assert headlines.describe_over_time("In prison", points) == (
        "Chart: In prison. Prison: 2,909, 30 June 2023, to 2,544, 31 March 2025; highest 2,909, 30 June 2023; "
        "lowest 2,544, 31 March 2025. 1 period without a figure."
    )
