"""A note mark leads to its text in the same file, under any number."""

from __future__ import annotations

import pytest

from orchestration.workbooks.notes import is_note, notes_below, notes_of_workbook, texts_of
from tests.small_tables import TITLE, read, workbook

NOTES = [
    ["Notes"],
    ["This worksheet contains one table."],
    ["Note", "Description"],
    ["[note 1]", "Recalls, not people."],
    ["[Note 12]", "  People in prison.  "],
    ["[note 3] and more", "Not a mark."],
]


def test_the_notes_sheet_gives_the_text_of_each_mark():
    book = workbook(Notes=NOTES, Table_1=[[TITLE], ["[note 9]", "Not a note: this is no Notes sheet."]])

    assert notes_of_workbook(book) == {"[note 1]": "Recalls, not people.", "[note 12]": "People in prison."}


def test_the_lines_under_a_table_give_the_text_of_each_mark():
    lines = [
        "(1) Excludes recalls.",
        "** Useable capacity.",
        "*The unlock figure.",
        "'(3) A stray quote.",
        "Source: us",
        4.0,
    ]

    assert notes_below(lines) == {
        "(1)": "Excludes recalls.",
        "**": "Useable capacity.",
        "*": "The unlock figure.",
        "(3)": "A stray quote.",
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("(1) A note", True),
        ("[note 2] A note", True),
        ("** A note", True),
        ("Male (1)", False),
        ("", False),
        (1.0, False),
    ],
)
def test_a_line_is_a_note_when_it_starts_with_a_mark(line, expected):
    assert is_note(line) is expected


def test_the_texts_of_all_marked_parts_come_once_each_in_their_order():
    notes = {"[note 1]": "one", "(2)": "two", "[note 3]": "one"}

    assert texts_of(["Title [note 1]", "Row(2)", "Heading [note 3][note 4]"], notes) == ("one", "two")


def test_a_figure_carries_the_notes_of_its_title_row_heading_and_cell():
    reading = read(
        [
            ["Table 1: People by sex [note 1]"],
            ["Sex", "30 Jun 2024 [note 2]", "30 Sep 2024"],
            ["Male [note 3]", "4*", 5.0],
            ["Female", 6.0, 7.0],
            ["* An estimate."],
        ],
        notes={"[note 1]": "title", "[note 2]": "heading", "[note 3]": "row"},
    )

    assert {seen.cell: seen.note_texts for seen in reading.observations} == {
        "B3": ("title", "row", "heading", "An estimate."),
        "C3": ("title", "row"),
        "B4": ("title", "heading"),
        "C4": ("title",),
    }


def test_a_note_under_the_table_is_the_word_over_the_same_mark_of_the_notes_sheet():
    rows = [["Table 1: People by sex (1)"], ["Sex", "30 Jun 2024"], ["Male", 4.0], ["(1) Of this table."]]

    assert read(rows, notes={"(1)": "Of the workbook."}).observations[0].note_texts == ("Of this table.",)
