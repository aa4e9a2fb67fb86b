"""Marks of a status in a table's title, headings and labels: what they say, and which of them have no declared meaning.

A mark beside a figure is read with the figure (`symbols`). A mark in a row's label is for the row, in a heading for the
column, in the title or over the labels for the whole table.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping

from orchestration.problems import Problem
from orchestration.sources.spec import Symbols, TableSpec, ValueStatus
from orchestration.workbooks.anchors import Headings, Region
from orchestration.workbooks.symbols import (
    is_status_line,
    status_in_words,
    status_of_line,
    status_of_marks,
    strange_marks,
    strongest,
    undeclared_marks,
)
from orchestration.workbooks.text import note_marks, says, table_title

Text = tuple[tuple[int, int], str]
"""A cell's place (row and column from 0) and its text."""


def status_of_table(region: Region, spec: TableSpec, headings: Headings, symbols: Symbols) -> ValueStatus:
    """The status that marks or words over a whole table give all its figures; `final` where there are none."""
    above = [table_title(region.title), *(text for _, text in _lines_above(region, spec, headings))]
    said = [status_of_line(text) or "final" for _, text in _above(region, headings)]
    over_labels = [text for (_, column), text in _headings(region, headings) if column not in _figures(headings)]
    return strongest([*map(status_in_words, above), *said, status_of_marks([*above, *over_labels], symbols)])


def not_understood(
    region: Region, spec: TableSpec, headings: Headings, rows: Iterable[int], known: tuple[Symbols, Mapping[str, str]]
) -> list[Problem]:
    """The problems of marks in a table's title, headings and labels that have no declared meaning, or lead to no note.

    `rows` are those that are read, `known` the symbols of the table's family and the notes by their marks.
    """
    symbols, notes = known
    title = table_title(region.title)
    texts = [*_lines_above(region, spec, headings), *_headings(region, headings), *_labels(region, headings, rows)]
    problems = [
        _problem(region, None, title, mark, symbols)
        for mark in [*strange_marks(title, symbols), *_without_note(region.title, notes)]
    ]
    for place, text in texts:
        marks = [*undeclared_marks(text, symbols), *_without_note(text, notes)]
        problems += [_problem(region, place, text, mark, symbols) for mark in marks]
    known_lines = _lines_above(region, spec, headings)
    unclear = [line for line in _above(region, headings) if line not in known_lines and not status_of_line(line[1])]
    return problems + [_unclear(region, place, text) for place, text in unclear]


def _above(region: Region, headings: Headings) -> list[Text]:
    """Every text between a title and its headings."""
    rows = region.held_rows(region.first)
    cells = region.held_cells(region.first) if rows and rows[0] < headings.rows[0] else iter(())
    above = itertools.takewhile(lambda place: place[0] < headings.rows[0], cells)
    return [(place, text) for place in above if isinstance(text := region.cell(*place), str)]


def _lines_above(region: Region, spec: TableSpec, headings: Headings) -> list[Text]:
    """The lines between a title and its headings that say no more than a status, or that give the table's day."""
    day = spec.period.line_saying
    lines = _above(region, headings)
    return [(place, text) for place, text in lines if is_status_line(text) or (day and says(text, day))]


def _headings(region: Region, headings: Headings) -> list[Text]:
    """The headings over the labels and figures that are read."""
    columns = {*headings.labels, *headings.undeclared, *_figures(headings)}
    places = [(row, column) for row in headings.rows for column in sorted(columns)]
    return [(place, text) for place in places if (text := str(region.cell(*place)))]


def _figures(headings: Headings) -> set[int]:
    """The columns of figures that are read."""
    return {value.column for value in headings.values}


def _labels(region: Region, headings: Headings, rows: Iterable[int]) -> Iterator[Text]:
    """The labels of the rows that are read; of a table in blocks also the heads between them."""
    read = sorted(rows)
    columns = sorted({*headings.labels, *headings.undeclared})
    if not columns and 0 not in _figures(headings) and read:
        columns, read = [0], list(range(headings.row + 1, read[-1] + 1))
    for row in read:
        yield from (((row, column), str(region.cell(row, column))) for column in columns)


def _without_note(text: str, notes: Mapping[str, str]) -> list[str]:
    """The asterisks in a text that lead to no note: an asterisk can mean anything."""
    return [mark for mark in note_marks(text) if mark.startswith("*") and mark not in notes]


def _unclear(region: Region, place: tuple[int, int], text: str) -> Problem:
    """The problem of a line over a table that says something of the status of its figures, and not of which."""
    expected = "a line that gives all figures of the table one status, such as 'Provisional', or none"
    remedy = "ask the publisher which figures are meant, and say in corrections.yml what the line is read as"
    return region.problem(place, expected, repr(text), remedy)


def _problem(region: Region, place: tuple[int, int] | None, text: str, mark: str, symbols: Symbols) -> Problem:
    """The problem of one mark."""
    expected = f"only marks that are declared ({', '.join(symbols.marks) or 'none'}) or lead to a note of the file"
    remedy = "ask the publisher what the mark means, and declare it in orchestration/sources/symbols.yml"
    return region.problem(place, expected, f"{mark!r} in {text!r}", remedy)
