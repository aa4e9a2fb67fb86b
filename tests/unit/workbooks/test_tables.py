"""Every row, column and figure of a table is one its spec declares, exactly once; everything else is reported."""

from __future__ import annotations

import datetime as dt

import pytest

from orchestration.sources.spec import Symbols
from orchestration.workbooks.tables import TableReading, read_table
from tests.small_tables import SEX, TITLE, read, region, said, spec, values

JUNE, SEPTEMBER = "30 Jun 2024", "30 Sep 2024"
HEADINGS = ["Sex", JUNE, SEPTEMBER]

STATUS = {"unreleased": ["Unreleased"], "recalled": ["Recalled"]}
BLOCKS = spec(
    label_columns=None,
    blocks=[
        {"head": ["All people"], "set": {"section": "all"}, "rows": {"dimension": "status", "members": STATUS}},
        {"head": ["Men"], "set": {"section": "men"}, "rows": {"dimension": "status", "members": STATUS}},
        {
            "head": ["Women"],
            "set": {"section": "women"},
            "head_has_figures": False,
            "rows": {"dimension": "status", "members": STATUS},
        },
        {"head": ["Not recorded"], "set": {"section": "not_recorded"}},
    ],
    figures=[{"measure": "people", "breakdown": ["section", "status"]}],
)
IN_BLOCKS = [
    [TITLE],
    ["", JUNE],
    ["All people (1)", 10.0],
    ["  Unreleased", 6.0],
    ["  Recalled", 4.0],
    ["", ""],
    ["Men", 8.0],
    ["Unreleased", 5.0],
    ["Recalled", 3.0],
    ["Women", ""],
    ["Unreleased", 1.0],
    ["Recalled", 1.0],
    ["Not recorded", 0.0],
    ["(1) In prison."],
    ["A source"],
]


def _without(row: int) -> list[list[object]]:
    """The table in blocks without one of its rows, counted from 1."""
    return IN_BLOCKS[: row - 1] + IN_BLOCKS[row:]


def _with(row: int, *cells: object) -> list[list[object]]:
    """The table in blocks with other cells in one of its rows."""
    return [*IN_BLOCKS[: row - 1], list(cells), *IN_BLOCKS[row:]]


def test_labels_that_repeat_are_distinguished_by_the_block_they_stand_in():
    reading = read(IN_BLOCKS, BLOCKS)

    assert reading.problems == []
    assert {
        seen.cell: (seen.dimensions["section"], seen.dimensions["status"], seen.value) for seen in reading.observations
    } == {
        "B3": ("all", "all", 10.0),
        "B4": ("all", "unreleased", 6.0),
        "B5": ("all", "recalled", 4.0),
        "B7": ("men", "all", 8.0),
        "B8": ("men", "unreleased", 5.0),
        "B9": ("men", "recalled", 3.0),
        "B11": ("women", "unreleased", 1.0),
        "B12": ("women", "recalled", 1.0),
        "B13": ("not_recorded", "all", 0.0),
    }


def test_a_row_and_a_block_of_one_name_are_distinguished_by_their_order():
    """As in A1.14, whose first block gives the totals that head the blocks below it."""
    nested = spec(
        label_columns=None,
        blocks=[
            {"set": {"section": "summary"}, "rows": {"dimension": "status", "members": STATUS}},
            {
                "head": ["Recalled"],
                "set": {"section": "recalled"},
                "rows": {"dimension": "age", "members": {"young": ["Young"]}},
            },
        ],
        figures=[],
    )
    rows = [[TITLE], ["", JUNE], ["Unreleased", 1.0], ["Recalled", 2.0], ["Recalled", 3.0], ["Young", 4.0]]
    reading = read(rows, nested)

    assert reading.problems == []
    assert [(seen.cell, seen.dimensions["section"], seen.dimensions["status"]) for seen in reading.observations] == [
        ("B3", "summary", "unreleased"),
        ("B4", "summary", "recalled"),
        ("B5", "recalled", "all"),
        ("B6", "recalled", "all"),
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (_without(8), ["expected a row labelled 'Unreleased' under 'Men'; found none"]),
        (
            _with(9, "Recalls", 3.0),
            ["found 'Recalls' (nearest known: Recalled)", "a row labelled 'Recalled' under 'Men'"],
        ),
        (
            _with(6, "Recalled", 4.0),
            ["A6: expected each label once in its block; found 'Recalled' again (first in row 5)"],
        ),
        (
            _with(6, "Children", 4.0),
            ["A6: expected a known label of its block or the next block's head; found 'Children'"],
        ),
        (
            _with(6, "", 4.0),
            ["B6: expected no figures outside the table's labelled rows and headed columns; found 4.0"],
        ),
        (_without(13), ["expected a block headed 'Not recorded'; found none"]),
        (IN_BLOCKS[:9], ["expected a block headed 'Women'; found none", "a block headed 'Not recorded'; found none"]),
        (
            _with(15, "A source", 2.0),
            ["A15: expected a known label of its block or the next block's head; found 'A source'"],
        ),
    ],
)
def test_a_row_of_a_block_that_is_missing_strange_or_doubled_is_reported(rows, expected):
    problems = said(read(rows, BLOCKS))

    assert len(problems) == len(expected)
    for words in expected:
        assert any(words in problem for problem in problems), words


def test_a_block_that_is_missing_between_two_others_is_reported():
    optional = BLOCKS.model_copy(
        update={"blocks": [block.model_copy(update={"optional": block.head == ["Men"]}) for block in BLOCKS.blocks]}
    )
    rows = IN_BLOCKS[:6] + IN_BLOCKS[9:]

    assert "'Unreleased' again (first in row 4)" in said(read(rows, BLOCKS))[0]
    assert len(values(read(rows, optional))) == 6


def test_a_line_of_words_without_figures_is_passed_over_in_a_block():
    assert len(read(_with(6, "Of whom:", ""), BLOCKS).observations) == 9


def test_rows_end_at_the_first_blank_line_or_note():
    rows = [[TITLE], HEADINGS, ["Male", 1.0, 2.0], ["(1) A note with words"], ["Female"], ["Source: us"]]

    assert values(read(rows)) == {"B3": 1.0, "C3": 2.0}


@pytest.mark.parametrize("after", [["", "", ""], ["(1) A note", "", ""]])
def test_a_row_below_the_end_of_the_table_is_not_lost_in_silence(after):
    rows = [[TITLE], HEADINGS, ["Male", 1.0, 2.0], after, ["Female", "3", "[x]"]]

    assert [problem.cell for problem in read(rows).problems] == ["B5", "C5"]
    assert "found '3' beside 'Female'" in said(read(rows))[0]


def test_a_figure_beside_the_table_is_reported_though_it_is_a_text():
    rows = [[TITLE], HEADINGS, ["Male", 1.0, 2.0, "", "1,742"]]

    (problem,) = read(rows).problems
    assert (problem.sheet, problem.cell, problem.found) == ("Sheet1", "E3", "'1,742' beside 'Male'")
    assert problem.expected == "no figures outside the table's labelled rows and headed columns"


def test_words_beside_and_under_a_table_are_nothing_to_tell():
    rows = [
        [TITLE, "", "", "Contents"],
        HEADINGS,
        ["Male", 1.0, 2.0, "back to top"],
        [""],
        ["Source: us", "2nd edition"],
    ]

    assert values(read(rows)) == {"B3": 1.0, "C3": 2.0}


def test_a_table_without_labels_is_one_row_and_a_second_is_reported():
    counted = spec(label_columns=None, headings=[{"period": "calendar_year"}], figures=[{"measure": "people"}])
    rows = [[TITLE], ["2015", "2016"], ["562", "576"]]

    assert values(read(rows, counted)) == {"A3": 562.0, "B3": 576.0}
    assert [problem.cell for problem in read([*rows, ["1", "2"]], counted).problems] == ["A4", "B4"]


def test_a_table_without_labels_that_ends_with_its_headings_is_refused():
    counted = spec(label_columns=None, headings=[{"period": "calendar_year"}], figures=[{"measure": "people"}])
    reading = read([[TITLE], ["2015", "2016"]], counted)

    assert [(problem.cell, problem.found) for problem in reading.problems] == [
        ("A3", "an empty cell"),
        ("B3", "an empty cell"),
    ]
    assert reading.observations == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["Boys", 3.0, 4.0], ["A4: expected a known label of 'Sex'; found 'Boys' (nearest known: none)"]),
        (["Femal", 3.0, 4.0], ["found 'Femal' (nearest known: Female, Females, Male)"]),
        (["Males", 3.0, 4.0], ["A4: expected one row for 'Males'; found a second one; the first is in row 3"]),
        (["Female", "n/k", 4.0], ["B4: expected a figure in people or one of the symbols [x], [c], [z]; found 'n/k'"]),
        (
            ["Female", "", 4.0],
            ["B4: expected a figure in people or one of the symbols [x], [c], [z]; found an empty cell"],
        ),
        (["Female", "12%", 4.0], ["B4: expected a figure in people"]),
        (["Female", "..", "-"], ["B4: expected a figure in people", "C4: expected a figure in people"]),
    ],
)
def test_a_row_that_cannot_be_read_is_reported_once_with_its_place(row, expected):
    problems = said(read([[TITLE], HEADINGS, ["Male", 1.0, 2.0], row]))

    assert len(problems) == len(expected)
    assert all(words in problem for words, problem in zip(expected, problems, strict=True))


@pytest.mark.parametrize("row", [["Boys", 3.0, 4.0], ["Males", 3.0, 4.0]], ids=["strange", "doubled"])
def test_a_row_whose_label_is_a_problem_gives_no_figures(row):
    reading = read([[TITLE], HEADINGS, ["Male", 1.0, 2.0], row])

    assert [seen.cell for seen in reading.observations] == ["B3", "C3"]


def test_every_problem_of_a_table_is_reported_at_once():
    rows = [[TITLE], HEADINGS, ["Boys", 1.0, 2.0], ["Male", "", 2.0], ["Male", 1.0, 2.0], ["", "", ""], ["", "", 5.0]]

    assert [problem.cell for problem in read(rows).problems] == ["A3", "A5", "B4", "C7"]


def test_rows_that_a_spec_requires_are_reported_when_they_are_missing():
    required = spec(required_rows=[{"combinations": {"sex": "each"}}])
    rows = [[TITLE], HEADINGS, ["Male and female", 1.0, 2.0], ["Male", 1.0, 2.0]]

    assert "expected a row for sex female; found none" in said(read(rows, required))[0]
    assert values(read([*rows, ["Female", 0.0, 0.0]], required)).keys() == {"B3", "C3", "B4", "C4", "B5", "C5"}


def test_a_label_may_be_published_in_any_of_its_known_ways():
    reading = read([[TITLE], HEADINGS, ["TOTAL (1)", 1.0, 2.0], ["  males ", 1.0, 2.0]])

    assert {seen.dimensions["sex"] for seen in reading.observations} == {"all", "male"}


def test_the_unit_may_depend_on_the_row():
    by_row = spec(
        unit={"dimension": "statistic", "members": {"releases": "releases", "mean": "months"}},
        label_columns=[
            {"heading": "Statistic", "dimension": "statistic", "members": {"releases": ["Releases"], "mean": ["Mean"]}}
        ],
        figures=[],
    )
    reading = read([[TITLE], ["Statistic", JUNE], ["Releases", 60.0], ["Mean", 27.0]], by_row)

    assert [(seen.value, seen.unit) for seen in reading.observations] == [(60.0, "releases"), (27.0, "months")]


def test_the_unit_may_stand_in_the_row():
    in_row = spec(
        unit=None,
        label_columns=[
            {"heading": "Sex", "dimension": "sex", "members": SEX},
            {"heading": "Unit", "unit": {"people": ["people"], "percent": ["%"]}},
        ],
    )
    rows = [[TITLE], ["Sex", JUNE, "Unit"], ["Male", "45%", "%"], ["Female", "45%", "people"]]
    reading = read(rows, in_row)

    assert [(seen.value, seen.unit) for seen in reading.observations] == [(45.0, "percent")]
    assert [problem.cell for problem in reading.problems] == ["B4"]


def test_a_blank_cell_is_unavailable_only_where_the_spec_says_why():
    blank = spec(blank="unavailable", blank_reason="closed prisons keep their row")
    (seen, _) = read([[TITLE], HEADINGS, ["Male", " ", 2.0]], blank).observations

    assert (seen.value, seen.value_status) == (None, "unavailable")


def test_a_mark_in_a_heading_is_the_status_of_every_plain_figure_under_it():
    rows = [[TITLE], ["Sex", "30 Jun 2024 [rev]", SEPTEMBER], ["Male", 1.0, "2 [p]"], ["Female", "[c]", 4.0]]

    assert {seen.cell: seen.value_status for seen in read(rows).observations} == {
        "B3": "revised",
        "C3": "provisional",
        "B4": "suppressed",
        "C4": "final",
    }


def test_a_qualifier_of_the_table_is_that_of_its_figures_unless_one_has_its_own():
    about = spec(qualifier="about")
    reading = read([[TITLE], HEADINGS, ["Male", 1.0, "more than 2"]], about)

    assert [seen.qualifier for seen in reading.observations] == ["about", "more than"]


@pytest.mark.parametrize(
    ("period", "rows", "expected"),
    [
        ({"title": "as_at"}, [["Table 1: People by sex; 30 June 2021 to 30 June 2022 (1)"]], "2022-06-30"),
        ({"line_saying": "report date"}, [[TITLE], ["Report Date : 23/03/2018"]], "2018-03-23"),
        (
            {
                "declared": {
                    "type": "period",
                    "start": "2019-04-01",
                    "end": "2024-03-31",
                    "reason": "the report says so",
                }
            },
            [[TITLE]],
            "2019-04-01 to 2024-03-31",
        ),
    ],
)
def test_a_table_of_one_period_takes_it_from_where_its_spec_says(period, rows, expected):
    counted = spec(headings=[{"label": "Count"}], period=period)
    reading = read([*rows, ["Sex", "Count"], ["Male", 1.0]], counted)

    assert [str(seen.period) for seen in reading.observations] == [expected]


@pytest.mark.parametrize(
    ("period", "rows", "expected"),
    [
        ({"title": "as_at"}, [[TITLE]], "expected a day in the title; found none"),
        (
            {"line_saying": "report date"},
            [[TITLE], ["Report Date : soon"]],
            "expected a day in a line saying 'report date'",
        ),
        ({"line_saying": "report date"}, [[TITLE]], "expected a day in a line saying 'report date'; found none"),
    ],
)
def test_a_period_that_is_not_where_it_should_be_is_reported(period, rows, expected):
    counted = spec(headings=[{"label": "Count"}], period=period)
    reading = read([*rows, ["Sex", "Count"], ["Male", 1.0]], counted)

    assert reading.observations == []
    assert [expected in problem for problem in said(reading)] == [True]


WITH_NOTE_FIGURE = spec(
    headings=[{"label": "Count"}],
    period={"title": "as_at"},
    note_figures=[{"pattern": r"less (?P<value>[\d,]+) places", "set": {"sex": "all"}, "reason": "a margin"}],
)


def _noted(*notes: str) -> TableReading:
    """A table with these lines under it."""
    rows = [["Table 1: People by sex, 30 June 2024"], ["Sex", "Count"], ["Male", 1.0], *[[note] for note in notes]]
    return read(rows, WITH_NOTE_FIGURE)


def test_a_figure_published_in_a_note_is_read_from_the_note():
    reading = _noted("(1) Another note.", "** The sum of all less 2,000 places.")
    note = reading.observations[-1]

    assert reading.problems == []
    assert (note.value, note.cell, str(note.period)) == (2000.0, "A5", "2024-06-30")
    assert note.note_texts == ("** The sum of all less 2,000 places.",)


@pytest.mark.parametrize(
    "notes",
    [[], ["** A note without it."], ["** less 2 places", "** less 3 places"], ["less 4 places, but no note"]],
    ids=str,
)
def test_a_figure_that_should_be_in_one_note_and_is_not_is_reported(notes):
    assert any("expected one note under the table that says" in problem for problem in said(_noted(*notes)))


def test_an_observation_says_where_it_stands_and_what_it_is_of():
    (seen,) = read([["Table 1.Q.14: People by sex [note 1]"], ["Sex", JUNE], ["Male", 1.0]]).observations

    assert (seen.file, seen.sheet, seen.cell) == ("small.ods", "Sheet1", "B3")
    assert (seen.table, seen.table_number, seen.table_title) == ("small", "1.Q.14", "People by sex")
    assert (seen.measure, seen.breakdown, seen.unit) == ("people", "sex=male", "people")


def test_real_dates_and_texts_may_head_columns_side_by_side():
    rows = [[TITLE], ["Sex", dt.date(2009, 6, 30), "30-Jun-10 (2)"], ["Male", 1.0, 2.0]]

    assert [str(seen.period) for seen in read(rows).observations] == ["2009-06-30", "2010-06-30"]


def test_the_symbols_of_the_table_decide_what_a_cell_says():
    rows = [[TITLE], ["Sex", JUNE, SEPTEMBER], ["Male", "..", 0.0]]
    old = Symbols(reason="before 2024", cells={"..": "unavailable"}, zero="nil")
    reading = read_table(region(rows), spec(), old, {})

    assert [(seen.value, seen.value_status) for seen in reading.observations] == [(None, "unavailable"), (0.0, "nil")]
