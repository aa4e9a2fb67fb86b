"""Marks of a status in titles, headings, labels and cells give figures their status, or are refused."""

from __future__ import annotations

import re

import pytest

from orchestration.workbooks.text import STATUS_MARK
from tests.small_tables import Rows, read, said, spec

JUNE, SEPTEMBER = "30 Jun 2024", "30 Sep 2024"
TITLE = "Table 1: People by sex"
BLOCKS = spec(
    label_columns=None,
    blocks=[
        {"head": name, "set": {"sex": member}, "rows": {"dimension": "age", "members": {"young": "Young"}}}
        for name, member in (("Males", "male"), ("Females", "female"))
    ],
)


def statuses(rows: Rows, table=None, notes=None) -> list[str]:
    """The statuses of a table's figures, row by row; a reading with a problem fails."""
    reading = read(rows, table, notes)
    assert reading.problems == []
    return [seen.value_status for seen in reading.observations]


def refused(rows: Rows, notes=None) -> list[str]:
    """The places of the problems of a table with marks."""
    reading = read(rows, notes=notes)
    assert reading.problems
    return [problem.cell for problem in reading.problems]


def small(
    title: str = TITLE, sex: str = "Sex", heading: str = JUNE, label: str = "Male", cell: str | float = 3.0
) -> Rows:
    """A table of two rows and two columns of figures, with one text of each kind to be marked."""
    return [[title], [sex, heading, SEPTEMBER], [label, cell, 4.0], ["Female", 5.0, 6.0]]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (small(heading=f"{JUNE} [p]"), ["provisional", "final", "provisional", "final"]),
        (small(heading=f"{JUNE} [ P ] [note 3]"), ["provisional", "final", "provisional", "final"]),
        (small(heading=f"[rev] {JUNE}"), ["revised", "final", "revised", "final"]),
        (small(label="Male [p]"), ["provisional", "provisional", "final", "final"]),
        (small(cell="3 [p]"), ["provisional", "final", "final", "final"]),
        (small(sex="Sex [p]"), ["provisional"] * 4),
        (small(title=f"{TITLE} [p]"), ["provisional"] * 4),
        (small(title=f"{TITLE} [rev] [note 2]"), ["revised"] * 4),
        (small(title=f"{TITLE} (provisional)"), ["provisional"] * 4),
        (small(title=f"{TITLE}, provisional figures"), ["provisional"] * 4),
        (small(title=f"{TITLE} (Revised)"), ["revised"] * 4),
        ([[TITLE], ["[p]"], *small()[1:]], ["provisional"] * 4),
        ([[TITLE], ["Provisional figures"], *small()[1:]], ["provisional"] * 4),
    ],
)
def test_a_declared_mark_gives_its_status_to_what_it_stands_over(rows, expected):
    assert statuses(rows) == expected


@pytest.mark.parametrize(
    ("line", "status"),
    [
        *(
            (line, "provisional")
            for line in (
                *("These figures are provisional.", "All figures are provisional and subject to revision"),
                *("This table contains provisional data.", "Status: provisional", "Note: provisional figures"),
                "Provisional figures, which may be revised in a later release",
            )
        ),
        ("The figures of this table are revised.", "revised"),
        *(
            (line, "final")
            for line in (
                *(
                    "Figures may be revised.",
                    "Figures are revised each quarter",
                    "These figures are subject to revision",
                ),
                *("Shorthand: (p) = provisional; [rev] = revised", "Provision of places", "[r] revised"),
                *("(p) provisional (r) revised", "[p] means provisional", "Key: p - provisional"),
                "Figures marked [p] are provisional",
            )
        ),
    ],
)
def test_a_sentence_over_a_table_gives_its_status_to_all_figures(line, status):
    assert statuses([[TITLE], [line], *small()[1:]]) == [status] * 4
    assert statuses([[TITLE], ["", line], *small()[1:]]) == [status] * 4


@pytest.mark.parametrize(
    "line",
    [
        *(
            "Figures for 2024 are provisional",
            "These figures are no longer provisional.",
            "Some figures are provisional.",
            "The last column is provisional",
        ),
        *("Draft", "Unvalidated figures", "Revised and provisional figures", "Figures for June have been revised (1)"),
    ],
)
def test_a_sentence_that_is_not_clear_about_a_status_is_refused(line):
    assert refused([[TITLE], [line], *small()[1:]]) == ["A2"]


@pytest.mark.parametrize("title", [f"{TITLE} – draft", f"{TITLE} (unvalidated)"])
def test_a_title_of_a_draft_is_refused(title):
    assert refused(small(title=title))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (small(heading=f"{JUNE} [rev]", cell="3 [p]"), "provisional"),
        (small(heading=f"{JUNE} [p]", cell="3 [rev]"), "provisional"),
        (small(cell="3 [rev] [p]"), "provisional"),
        (small(title=f"{TITLE} [p]", label="Male [rev]"), "provisional"),
        (small(heading=f"{JUNE} [rev] [p]"), "provisional"),
        (small(heading=f"{JUNE} [p]", cell="[c]"), "suppressed"),
        (small(title=f"{TITLE} [p]", cell="[x]"), "unavailable"),
        (small(heading=f"{JUNE} [p]", cell=0.0), "provisional"),
    ],
)
def test_a_provisional_figure_is_provisional_whatever_else_is_said_of_it(rows, expected):
    assert statuses(rows)[0] == expected


@pytest.mark.parametrize("mark", ["(p)", "(r)", "( P )", "(rev)", "[r]", "ᵖ", "ʳ"])
def test_a_mark_that_the_family_does_not_declare_is_refused_wherever_it_stands(mark):
    where = {"title": TITLE, "sex": "Sex", "heading": JUNE, "label": "Male", "cell": "3"}
    cells = {"title": f"table '{TITLE} {mark}'", "sex": "A2", "heading": "B2", "label": "A3", "cell": "B3"}
    for part, text in where.items():
        assert refused(small(**{part: f"{text} {mark}"})) == [cells[part]], part


@pytest.mark.parametrize(
    "mark",
    ["[e]", "(e)", "[b]", "[u]", "[low]", "[f]", "[provisional]", "(provisional)", "[1]", "(estimated)", "p"],
)
def test_a_mark_of_no_known_kind_is_refused_in_headings_labels_and_cells(mark):
    for part, text in {"heading": JUNE, "label": "Male", "cell": "3"}.items():
        assert refused(small(**{part: f"{text} {mark}"}))


@pytest.mark.parametrize(
    "title",
    [
        *(
            f"{TITLE} {mark}"
            for mark in ("[e]", "(e)", "[b]", "(b)", "[u]", "[low]", "(low)", "(est)", "[draft]", "[1]")
        ),
        *(
            "Table 1(r): People by sex",
            f"{TITLE}, 30 Jun 2024p",
            f"{TITLE}, 30 Jun 2024 P",
            f"{TITLE} †",
            "Table 1: Estimated people by sex",
            f"{TITLE} (estimates)",
        ),
    ],
)
def test_a_title_with_a_mark_of_no_known_kind_is_refused(title):
    assert refused(small(title=title))[0].startswith("table '")


@pytest.mark.parametrize(
    "title",
    [
        *(
            "Table 1: People by sex (IPP)",
            "Table 1: People by sex (including DPP)",
            "Table 1: People by sex (thousands)",
        ),
        *("Table 1: People by sex [notes 1 and 2]", "Table 1: People by sex(1)(2)", "Table 1.Q.14a: People by sex"),
        *("Table A1.14: People by sex; 30 June 2022 (1)", "Table 1: People by sex²"),
    ],
)
def test_other_words_in_brackets_belong_to_a_title(title):
    assert statuses(small(title=title)) == ["final"] * 4


def test_an_asterisk_must_lead_to_a_note():
    for part, text in {"title": TITLE, "sex": "Sex", "heading": JUNE, "label": "Male", "cell": "3"}.items():
        rows = small(**{part: f"{text}*"})
        assert len(refused(rows)) == 1
        assert statuses([*rows, ["* Counted by hand"]]) == ["final"] * 4
        assert statuses(rows, notes={"*": "Counted by hand"}) == ["final"] * 4


def test_a_mark_in_the_head_of_a_block_is_for_the_block():
    rows: Rows = [[TITLE], ["", JUNE], ["Males [p]", 3.0], ["Young", 1.0], ["Females", 5.0], ["Young [rev]", 2.0]]

    assert statuses(rows, BLOCKS) == ["provisional", "provisional", "final", "revised"]
    rows[2][0] = "Males (p)"
    assert [problem.cell for problem in read(rows, BLOCKS).problems] == ["A3"]


def test_a_mark_beside_the_total_of_an_undeclared_column_counts():
    knowing = spec(total_labels=[{"says": "^all", "reason": "a test"}])
    rows: Rows = [[TITLE], ["Sex", "Age group", JUNE], ["Male", "All ages [p]", 3.0], ["Male", "Young", 1.0]]

    assert statuses(rows, knowing) == ["provisional"]
    rows[2][1] = "All ages (p)"
    assert [problem.cell for problem in read(rows, knowing).problems] == ["B3"]


def test_a_mark_beside_the_day_of_a_whole_table_counts():
    dated = spec(headings=[{"label": "People"}], period={"line_saying": "report date"})
    rows: Rows = [[TITLE], ["Report date: 30/06/2024 [p]"], ["Sex", "People"], ["Male", 3.0]]

    assert statuses(rows, dated) == ["provisional"]


def test_a_problem_says_what_to_do():
    (problem,) = said(read(small(heading=f"{JUNE} (p)")))

    assert problem == (
        "small 1 / small.ods / Sheet1 / B2: expected only marks that are declared ([rev], [p]) or lead to a note of "
        "the file; found '(p)' in '30 Jun 2024 (p)'; to do: ask the publisher what the mark means, and declare it in "
        "orchestration/sources/symbols.yml"
    )


def test_every_mark_that_a_family_declares_is_found_in_a_text(sources):
    families = sources["omsq"].families

    assert {mark for family in families.values() for mark in family.marks} >= {"[rev]", "[r]", "[p]", "(r)", "(p)"}
    assert all(re.fullmatch(STATUS_MARK, mark) for family in families.values() for mark in family.marks)


@pytest.mark.parametrize("family", ["omsq_2024", "omsq_probation", "restricted_patients"])
def test_accessible_tables_have_the_marks_of_their_guidance(sources, family):
    marks = sources["omsq"].families[family].marks

    assert (marks["[p]"], marks["[r]"]) == ("provisional", "revised")
