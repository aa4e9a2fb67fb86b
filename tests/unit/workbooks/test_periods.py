"""A day, a quarter, a year: in any spelling it is the same period, and nonsense is no period."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.workbooks.periods import (
    Period,
    days_in,
    month_end,
    period_in_name,
    period_within_name,
    range_in,
    read_day,
    read_period,
)

JUNE_2022 = dt.date(2022, 6, 30)
QUARTERS = st.tuples(st.integers(1900, 2099), st.integers(1, 4))
YEARS = st.integers(1900, 2099)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
PERIOD_TYPES = ["as_at", "quarter", "calendar_year", "financial_year", "period"]

SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MIXED = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
"""As the licence recalls of 2024 spell them: `Apr to June 2024`, `July to Sept 2024`."""
FULL = tuple(calendar.month_name)[1:]


def quarter(year: int, number: int) -> Period:
    """A quarter by the calendar."""
    last = 3 * number
    end = dt.date(year, last, calendar.monthrange(year, last)[1])
    return Period("quarter", dt.date(year, last - 2, 1), end)


@pytest.mark.parametrize(
    "published",
    [
        dt.date(2022, 6, 30),
        dt.datetime(2022, 6, 30),  # noqa: DTZ001 - as a spreadsheet holds it
        "30-Jun-22",
        "30-Jun-22 (2)",
        "30-Jun-22(1) (2)",
        "30 Jun 2022",
        "30 June 2022",
        "30 JUNE 2022 [note 4]",
        "30 Jun 2022 [rev]",
        "30th June 2022",
        "As at 30 June 2022 [p]",
        "at 30 Jun 2022",
        "30/06/2022",
        "30/6/2022",
        "30/06/22",
        "30th June, 2022",
        "Thu 30 Jun 2022",
        "As at Thursday, 30 June 2022",
        "30.06.2022",
        "30 Jun. 2022",
        "2022-06-30",
        "2022-06-30 00:00:00",
        "  30 Jun\n2022 ",
    ],
)
def test_a_day_is_read_however_it_is_published(published):
    assert read_period(published, "as_at") == Period("as_at", JUNE_2022, JUNE_2022)


@pytest.mark.parametrize(
    ("published", "number"),
    [
        ("Jan to Mar 2024", 1),
        ("Apr to June 2024", 2),
        ("July to Sept 2024", 3),
        ("Oct to Dec 2024", 4),
        ("Apr to Jun 2024", 2),
        ("Jul to Sep 2024", 3),
        ("January to March 2024", 1),
        ("Jan-Mar 2024", 1),
        ("Oct to Dec 2024 [rev]", 4),
        ("Oct to Dec 2024 [note 3][note 4]", 4),
        ("Q3 2024", 3),
    ],
)
def test_a_quarter_is_read_however_it_is_published(published, number):
    assert read_period(published, "quarter") == quarter(2024, number)
    assert read_period(published, "period") == quarter(2024, number)


@pytest.mark.parametrize("published", ["2012", "2012(2)", 2012, 2012.0, "2012 [rev]", " 2012 "], ids=repr)
def test_a_calendar_year_is_read_however_it_is_published(published):
    year = Period("calendar_year", dt.date(2012, 1, 1), dt.date(2012, 12, 31))

    assert read_period(published, "calendar_year") == read_period(published, "period") == year


@pytest.mark.parametrize(
    ("published", "first"), [("2018/19", 2018), ("2005/6", 2005), ("2009/10", 2009), ("1999/2000", 1999)]
)
def test_a_financial_year_is_april_to_march(published, first):
    year = Period("financial_year", dt.date(first, 4, 1), dt.date(first + 1, 3, 31))

    assert read_period(published, "financial_year") == read_period(published, "period") == year


@pytest.mark.parametrize(
    ("published", "start", "end"),
    [
        ("Jan - June 2023", dt.date(2023, 1, 1), dt.date(2023, 6, 30)),
        ("Q1 & 2 2017", dt.date(2017, 1, 1), dt.date(2017, 6, 30)),
        ("Q2 to Q4 2017", dt.date(2017, 4, 1), dt.date(2017, 12, 31)),
        ("Jan to Feb 2024", dt.date(2024, 1, 1), dt.date(2024, 2, 29)),
    ],
)
def test_part_of_a_year_is_a_period_and_no_quarter(published, start, end):
    assert read_period(published, "period") == Period("period", start, end)
    assert read_period(published, "quarter") is None


@pytest.mark.parametrize("published", ["2021", "End of 2021", 2021, 2021.0], ids=repr)
def test_a_bare_year_stands_for_the_day_its_table_says(published):
    assert read_period(published, "as_at", "12-31") == Period("as_at", dt.date(2021, 12, 31), dt.date(2021, 12, 31))
    assert read_period(published, "as_at") is None


@pytest.mark.parametrize(
    "published",
    [
        "",
        " ",
        "Sex",
        "Total",
        "[x]",
        "31 Feb 2024",
        "30 Juno 2022",
        "13/13/2020",
        "2018/20",
        "2018/8",
        "2018/2017",
        "Oct to Mar 2024",
        "Q5 2020",
        "Q0 2020",
        "0000",
        "0000/01",
        "9999/00",
        "Jan to Mar 0000",
        "20222",
        "30 June",
        "June 2022",
        "30 June 2022 to 30 June 2023",
        "Change 2023 to 2024",
        2021.5,
        True,
        float("nan"),
        float("inf"),
        dt.time(9, 30),
    ],
)
@pytest.mark.parametrize("expected", PERIOD_TYPES)
def test_nonsense_is_no_period(published, expected):
    assert read_period(published, expected, "12-31") is None


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("30 Jun 2022", "quarter"),
        ("30 Jun 2022", "calendar_year"),
        (JUNE_2022, "period"),
        ("Jan to Mar 2024", "as_at"),
        ("Jan to Mar 2024", "calendar_year"),
        ("2024", "quarter"),
        ("2024", "financial_year"),
        ("2018/19", "calendar_year"),
        ("2018/19", "as_at"),
    ],
)
def test_a_period_of_another_type_than_the_table_declares_is_not_taken(published, expected):
    assert read_period(published, expected) is None


def _in_spellings(day: dt.date) -> list[object]:
    short, full = SHORT[day.month - 1], FULL[day.month - 1]
    return [
        day,
        dt.datetime.combine(day, dt.time()),
        f"{day.day}-{short}-{day:%y}",
        f"{day.day:02}-{short}-{day:%y}(1) (2)",
        f"{day.day} {short} {day.year}",
        f"{day.day} {full} {day.year} [note 7]",
        f"{day.day} {MIXED[day.month - 1]} {day.year} [rev]",
        f"{day.day:02}/{day.month:02}/{day.year}",
        f"{day.day}/{day.month}/{day.year}",
        day.isoformat(),
        str(dt.datetime.combine(day, dt.time())),
    ]


@given(DAYS)
def test_any_day_reads_back_from_each_published_spelling(day):
    assert {read_period(published, "as_at") for published in _in_spellings(day)} == {Period("as_at", day, day)}


@given(QUARTERS)
def test_any_quarter_reads_back_from_each_published_spelling(which):
    year, number = which
    last = 3 * number - 1
    spellings = [f"{names[last - 2]} to {names[last]} {year}" for names in (SHORT, MIXED, FULL)]
    spellings += [f"{SHORT[last - 2]}-{SHORT[last]} {year}", f"{MIXED[last - 2]} to {MIXED[last]} {year} [rev]"]
    spellings += [f"Q{number} {year}", f"{FULL[last - 2]} to {FULL[last]} {year} [note 12]".upper()]

    assert {read_period(published, "quarter") for published in spellings} == {quarter(year, number)}


@given(YEARS)
def test_any_year_reads_back_from_each_published_spelling(year):
    calendar_year = Period("calendar_year", dt.date(year, 1, 1), dt.date(year, 12, 31))
    financial = Period("financial_year", dt.date(year, 4, 1), dt.date(year + 1, 3, 31))
    second = year + 1

    assert {read_period(text, "calendar_year") for text in (str(year), float(year), f"{year}(2)")} == {calendar_year}
    assert {
        read_period(text, "financial_year")
        for text in (
            f"{year}/{second % 100:02}",
            f"{year}/{second % 10}",
            f"{year}-{second % 100:02}",
            f"{year}/{second}",
        )
    } == {financial}


ANY_MONTH = st.sampled_from([*SHORT, *MIXED, *FULL, "Juno"])
ANY_YEAR = st.one_of(st.integers(0, 9999).map("{:04}".format), st.sampled_from(["0000", "9999", "99", "20222"]))
LIKE_A_PERIOD = st.one_of(
    st.builds("{} to {} {}".format, ANY_MONTH, ANY_MONTH, ANY_YEAR),
    st.builds("{} {} {}".format, st.integers(0, 40), ANY_MONTH, ANY_YEAR),
    st.builds("{}/{}/{}".format, st.integers(0, 40), st.integers(0, 20), ANY_YEAR),
    st.builds("{}/{}".format, ANY_YEAR, st.integers(0, 100)),
    st.builds("Q{} & {} {}".format, st.integers(0, 5), st.integers(0, 5), ANY_YEAR),
    ANY_YEAR,
)


@given(st.one_of(LIKE_A_PERIOD, st.text(max_size=30), st.floats()), st.sampled_from(PERIOD_TYPES))
def test_whatever_a_heading_holds_it_is_a_period_that_runs_forward_or_none(published, expected):
    period = read_period(published, expected, "12-31")

    assert period is None or (period.start <= period.end and (period.type == expected or expected == "period"))


@pytest.mark.parametrize(
    ("published", "start", "end", "kind"),
    [
        ("30 June 2022", JUNE_2022, JUNE_2022, "as_at"),
        ("Jan to Mar 2024", dt.date(2024, 1, 1), dt.date(2024, 3, 31), "quarter"),
        ("2024/25", dt.date(2024, 4, 1), dt.date(2025, 3, 31), "financial_year"),
        ("2016", dt.date(2016, 1, 1), dt.date(2016, 12, 31), "calendar_year"),
        ("4 April 2005 to 31 January 2008", dt.date(2005, 4, 4), dt.date(2008, 1, 31), "period"),
    ],
)
def test_where_rows_are_of_any_period_each_is_read_as_what_it_is(published, start, end, kind):
    assert read_period(published, "any") == Period(kind, start, end)


@pytest.mark.parametrize("published", ["31 January 2008 to 4 April 2005", "4 April 2005 to 31 June 2008", "soon", ""])
def test_a_stretch_that_runs_backward_or_ends_on_no_day_is_none(published):
    assert read_period(published, "any") is None


def test_the_days_a_title_mentions_are_found_in_their_order():
    title = "Table A1.14: Indeterminate sentenced prison population; 31 December 2011 to 30 June 2022 (1)"

    assert days_in(title) == [dt.date(2011, 12, 31), JUNE_2022]
    assert days_in("Table 1: no day at all, 30 Febber 2022") == []


@pytest.mark.parametrize(
    ("title", "first", "last"),
    [
        ("by tariff length(1); 31 December 2011 to 30 June 2022 (1)", "2011-12-31", "2022-06-30"),
        ("by sex, 30 Jun 2022 to 31 Dec 2024 [note 1][note 2]", "2022-06-30", "2024-12-31"),
        ("by sex, Oct to Dec 2023 to Oct to Dec 2024", "2023-10-01 to 2023-12-31", "2024-10-01 to 2024-12-31"),
        ("financial years 2018/19 to 2023/24", "2018-04-01 to 2019-03-31", "2023-04-01 to 2024-03-31"),
        ("by outcome, 2005/6 to 2020/21", "2005-04-01 to 2006-03-31", "2020-04-01 to 2021-03-31"),
        ("by sex, 2012 to 2020", "2012-01-01 to 2012-12-31", "2020-01-01 to 2020-12-31"),
        ("by sex, Q1 2024 to Q3 2024", "2024-01-01 to 2024-03-31", "2024-07-01 to 2024-09-30"),
    ],
)
def test_a_title_says_its_first_and_last_period(title, first, last):
    assert [str(period) for period in range_in(f"Table 1: People {title}") or ()] == [first, last]


@pytest.mark.parametrize("title", ["30 June 2022", "Oct to Dec 2024", "2024", "31 Feb 2024 to 31 Feb 2025", "to 2024"])
def test_a_title_that_says_no_two_periods_says_no_range(title):
    assert range_in(f"Table 1: People, {title}") is None


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("31-Mar-2025", "2025-03-31"),
        ("30June2022", "2022-06-30"),
        ("July-to-Sept-2024", "2024-07-01 to 2024-09-30"),
        ("Oct_to_Dec_2024", "2024-10-01 to 2024-12-31"),
        ("2024", "2024-01-01 to 2024-12-31"),
        ("2024-tables", "None"),
        ("", "None"),
    ],
)
def test_a_file_name_may_say_a_period(name, period):
    assert str(period_in_name(name)) == period


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("omsq_recalls_October_to_December_2024_final.ods", "2024-10-01 to 2024-12-31"),
        ("recalls-oct-2024-to-dec-2024.ods", "2024-10-01 to 2024-12-31"),
        ("31st_March_2025.population.ods", "2025-03-31"),
        ("population 30-06-2025.ods", "None"),
        ("recalls-2025.ods", "None"),
        ("march-2025.ods", "None"),
        ("table131 Mar 2025.ods", "None"),
    ],
)
def test_a_name_that_is_not_planned_for_may_say_a_day_or_months(name, period):
    assert str(period_within_name(name)) == period


@pytest.mark.parametrize(
    "published",
    [
        *("Apr to June 2024", "April 2024 to June 2024", "Apr. – Jun. 2024", "Apr-Jun 2024", "Q2 2024", "2024 Q2"),
        *("April to June 2024 [rev] [note 3]", "Apr 2024 - Jun 2024", "2024 Q2 [r]"),
    ],
)
def test_a_quarter_is_the_same_however_it_is_spelled(published):
    assert read_period(published, "quarter") == quarter(2024, 2)


def test_months_of_two_years_are_no_quarter():
    assert read_period("October 2021 to September 2022", "quarter") is None
    assert str(read_period("October 2021 to September 2022", "period")) == "2021-10-01 to 2022-09-30"
    assert read_period("October 2022 to September 2021", "period") is None


def test_the_end_of_a_month_is_found_across_years():
    assert month_end(dt.date(2024, 2, 1)) == dt.date(2024, 2, 29)
    assert month_end(dt.date(2024, 12, 31), 3) == dt.date(2025, 3, 31)
    assert month_end(dt.date(2025, 3, 31), -3) == dt.date(2024, 12, 31)


def test_a_text_that_only_begins_with_a_day_is_no_day():
    assert read_day("30 June 2022 and later") is None


def test_a_period_is_written_as_a_person_would():
    assert str(quarter(2024, 1)) == "2024-01-01 to 2024-03-31"
    assert str(Period("as_at", JUNE_2022, JUNE_2022)) == "2022-06-30"
