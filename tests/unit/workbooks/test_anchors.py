"""Tables are found by what their titles and headings say, anywhere; what is missing or strange is reported."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from orchestration.sources.spec import TitleRule
from orchestration.workbooks.anchors import find_headings, find_regions, matches_title
from orchestration.workbooks.text import normalise
from tests.small_tables import SEX, TITLE, read, region, said, source, spec, values, workbook

JUNE, SEPTEMBER = "30 Jun 2024", "30 Sep 2024"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Table 1: Unreleased IPP prisoners beyond tariff", True),
        ("Table 9: Unreleased  IPP prisoners [note 3] over tariff(1)", True),
        ("Table 1: UNRELEASED IPP PRISONERS OVER TARIFF", True),
        ("Table 1: Unreleased IPP prisoners", False),
        ("Table 1: Unreleased IPP prisoners over tariff, life sentences", False),
        ("", False),
    ],
)
def test_a_title_matches_when_it_says_every_phrase_and_no_forbidden_one(title, expected):
    rule = TitleRule(
        all_of=[["unreleased IPP prisoners"], ["beyond tariff", "over tariff"]], none_of=["life sentences"]
    )

    assert matches_title(title, rule) is expected


def test_tables_stacked_on_one_sheet_are_apart():
    rows = [
        ["Table 1: People by sex"],
        ["Sex", JUNE],
        ["Male", 1.0],
        [""],
        ["Table 2: Places"],
        ["Sex", JUNE],
        ["Male", 2.0],
        ["Table 3: Things"],
    ]
    found = find_regions(workbook(Sheet1=rows, Cover=[["Table 0: People by sex"]]), source(spec()), "small 1")

    assert [(part.title, part.first, part.end) for part in found] == [
        ("Table 1: People by sex", 1, 4),
        ("Table 2: Places", 5, 7),
        ("Table 3: Things", 8, 8),
    ]


def test_a_title_without_a_table_number_is_a_title_when_a_spec_asks_for_it():
    rows = [["Some words"], ["People by sex, all ages"], ["Sex", JUNE], ["Male", 1.0]]
    found = find_regions(workbook(Sheet1=rows), source(spec()), "small 1")

    assert [part.title for part in found] == ["Some words", "People by sex, all ages"]


def test_a_sentence_that_speaks_of_a_table_is_no_title():
    rows = [[TITLE], ["Sex", JUNE], ["Male", 1.0], [""], ["People by sex are counted once."]]

    assert values(read(rows)) == {"B3": 1.0}
    assert [part.title for part in find_regions(workbook(Sheet1=rows), source(spec()), "small 1")] == [TITLE]


def test_front_matter_is_passed_over_however_its_name_is_written():
    book = workbook(**{"COVER": [[TITLE]], " notes ": [[TITLE]], "Contents(1)": [[TITLE]]})

    assert find_regions(book, source(spec()), "small 1") == []


@pytest.mark.parametrize("lines", [0, 1, 4, 10])
def test_the_headings_are_found_however_many_lines_stand_before_them(lines):
    rows = [[TITLE], *[["A line of words."]] * lines, ["Sex", JUNE, SEPTEMBER], ["Male", 1.0, 2.0]]

    assert find_headings(region(rows), spec()).row == lines + 1


def test_headings_too_far_below_the_title_are_none_of_it():
    reading = read([[TITLE], *[["words"]] * 12, ["Sex", JUNE], ["Male", 1.0]])

    (problem,) = reading.problems
    assert (problem.cell, problem.found) == ("table 'Table 1: People by sex'", "none of them")
    assert problem.expected == "headings Sex, a day within 12 rows"
    assert problem.remedy == (
        "compare the table with orchestration/sources/*/tables/small.yml and declare the new headings there"
    )


def test_columns_are_known_by_their_headings_whatever_their_order():
    assert values(read([[TITLE], [JUNE, "Sex", SEPTEMBER], [1.0, "Male", 2.0]])) == {"A3": 1.0, "C3": 2.0}


def test_an_ignored_column_is_read_past():
    ignoring = spec(ignored_columns=[{"says": "percentage change", "reason": "computed, never read"}])
    rows = [[TITLE], ["Sex", JUNE, "Percentage change [note 2]"], ["Male", 1.0, "[z]"]]

    assert values(read(rows, ignoring)) == {"B3": 1.0}
    assert "expected a heading that is a day; found 'Percentage change [note 2]'" in said(read(rows))[0]


@pytest.mark.parametrize(
    "heading",
    [
        "Percentage change 30 Jun 2024 to 30 Jun 2025",
        "% change",
        "Change",
        "Change (%) [note 4]",
        "Annual change",
        "Year-on-year change (%)",
        "Percentage point change [rev]",
        "Change since 30 Jun 2024",
        "Difference from 30 Jun 2024",
        "Net change",
        "Year-on-year % change [note 2]",
        "Change: 30 Jun 2024 to 30 Jun 2025",
    ],
)
def test_a_change_behind_the_figures_is_read_past_in_every_published_table(heading, sources):
    rows = [[TITLE], ["Sex", JUNE, heading], ["Male", 1.0, 4.5]]
    every = spec(ignored_columns=sources["omsq"].tables["unlawfully_at_large"].ignored_columns)

    assert values(read(rows, every)) == {"B3": 1.0}


def test_no_heading_that_a_spec_declares_reads_as_a_change(sources):
    declared = [
        label
        for source in sources.values()
        for table in source.tables.values()
        for said in [*table.headings, *table.label_columns]
        for labels in [getattr(said, "heading", []), getattr(said, "label", []), *said.members.values()]
        for label in labels
    ]
    says = [ignored.says for ignored in sources["omsq"].tables["unlawfully_at_large"].ignored_columns]

    assert len(declared) > 100
    assert [label for label in declared if any(re.search(said, normalise(label)) for said in says)] == []


TWO_LEVELS = spec(
    headings=[
        {"period": "as_at"},
        {"dimension": "status", "members": {"unreleased": ["Unreleased"], "recalled": ["Recalled"]}},
    ]
)


def test_a_heading_over_several_columns_holds_until_the_next():
    rows = [
        [TITLE],
        ["", JUNE, "", SEPTEMBER, ""],
        ["Sex", "Unreleased", "Recalled", "Unreleased", "Recalled"],
        ["Male", 1.0, 2.0, 3.0, 4.0],
    ]
    reading = read(rows, TWO_LEVELS)

    assert reading.problems == []
    assert {seen.cell: (str(seen.period), seen.dimensions["status"]) for seen in reading.observations} == {
        "B4": ("2024-06-30", "unreleased"),
        "C4": ("2024-06-30", "recalled"),
        "D4": ("2024-09-30", "unreleased"),
        "E4": ("2024-09-30", "recalled"),
    }


def test_an_empty_column_between_two_groups_of_headings_is_no_column():
    rows = [
        [TITLE],
        ["", JUNE, "", "", SEPTEMBER, "", "", ""],
        ["Sex", "Unreleased", "Recalled", "", "Unreleased", "Recalled", "", ""],
        ["Male", 1.0, 2.0, "", 3.0, 4.0, "", ""],
    ]

    assert values(read(rows, TWO_LEVELS)) == {"B4": 1.0, "C4": 2.0, "E4": 3.0, "F4": 4.0}


def test_a_figure_in_a_column_without_a_heading_is_reported():
    rows = [
        [TITLE],
        ["", JUNE, "", ""],
        ["Sex", "Unreleased", "Recalled", " "],
        ["Male", 1.0, 2.0, 9.0],
    ]

    assert (
        "Sheet1 / D4: expected no figures outside the table's labelled rows and headed columns; found 9.0"
        in (said(read(rows, TWO_LEVELS))[0])
    )


def test_a_member_missing_from_the_headings_is_reported():
    rows = [[TITLE], ["", JUNE], ["Sex", "Unreleased"], ["Male", 1.0]]

    assert "expected a column headed 'Recalled'; found none" in said(read(rows, TWO_LEVELS))[0]


def test_a_period_that_heads_two_columns_is_reported_unless_a_break_is_declared():
    rows = [[TITLE], ["Sex", "30-Jun-09", "30-Jun-09(1)", "30-Jun-10"], ["Male", 1.0, 2.0, 3.0]]
    declared = spec(
        repeated_periods=[
            {"period": dt.date(2009, 6, 30), "dimension": "series", "members": ["old", "all"], "reason": "a new system"}
        ]
    )
    reading = read(rows, declared)

    found = "expected one column headed '30-Jun-09(1)'; found a second one; the first is in B2"
    assert f"Sheet1 / C2: {found}" in said(read(rows))[0]
    assert len(said(read(rows))) == 1
    assert values(reading) == {"B3": 1.0, "C3": 2.0, "D3": 3.0}
    assert [seen.dimensions["series"] for seen in reading.observations] == ["old", "all", "all"]


def test_a_third_column_of_a_period_declared_for_two_is_reported():
    declared = spec(
        repeated_periods=[
            {"period": dt.date(2009, 6, 30), "dimension": "series", "members": ["old", "all"], "reason": "a new system"}
        ]
    )
    rows = [[TITLE], ["Sex", "30-Jun-09", "30-Jun-09(1)", "30-Jun-09(2)"], ["Male", 1.0, 2.0, 3.0]]

    assert (
        "Sheet1 / D2: expected one column headed '30-Jun-09(2)'; found a second one; the first is in C2"
        in said(read(rows, declared))[0]
    )


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["Gender", JUNE], "expected one column headed 'Sex'; found 'Gender' (nearest: none)"),
        (["Sexes", JUNE], "expected one column headed 'Sex'; found 'Sexes' (nearest: ['Sexes'])"),
        (["Sex", JUNE, "Sex"], "expected one column headed 'Sex'; found it twice"),
        (["Sex", JUNE, "Latest"], "expected a heading that is a day; found 'Latest' (nearest: none)"),
        (["Sex", "Latest"], "expected a column headed 'a day'; found none"),
    ],
)
def test_a_heading_that_is_renamed_missing_or_doubled_is_reported(headings, expected):
    assert any(expected in problem for problem in said(read([[TITLE], headings, ["Male"] * len(headings)])))


def test_a_renamed_member_of_the_headings_is_reported_with_the_nearest_known():
    rows = [[TITLE], ["", JUNE, JUNE], ["Sex", "Un-released", "Recalled"], ["Male", 1.0, 2.0]]

    assert "found '30 Jun 2024 Un-released' (nearest: ['Unreleased'" in " ".join(said(read(rows, TWO_LEVELS)))


def test_one_label_over_one_column_of_figures_is_a_heading():
    counted = spec(
        headings=[{"label": ["Number of people", "Count"]}],
        label_columns=[
            {"heading": "Sex", "dimension": "sex", "members": SEX},
            {"heading": "Year", "period": "calendar_year"},
        ],
    )
    reading = read([[TITLE], ["Year(1)", "Sex", "Count"], ["2020(2)", "Male", "1,742"]], counted)

    assert values(reading) == {"C3": 1742.0}
    assert str(reading.observations[0].period) == "2020-01-01 to 2020-12-31"
