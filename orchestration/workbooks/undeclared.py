"""What a table gained and no spec declares: a column of labels, such as an age group beside the sex, or a level of
headings.

The rows or columns of the total are what the table held before; the others are parts of them and are read past. Nothing
is guessed: which labels mean the total is declared (`sources/any_table.yml`), a part beside no total is a problem,
and so is a part that is larger than its total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orchestration.problems import Problem, counted
from orchestration.sources.spec import TableSpec
from orchestration.workbooks.anchors import Headings, Region, is_total
from orchestration.workbooks.notes import is_note
from orchestration.workbooks.text import normalise
from orchestration.workbooks.workbook import address

Place = tuple[int, int]
"""Row and column of a cell, from 0."""


def label_lines(region: Region, headings: Headings) -> Iterator[tuple[int, dict[int, str]]]:
    """The lines that say what they are about and their labels by column, down to the first blank line or note."""
    for row in range(headings.row + 1, region.end):
        labels = {column: str(region.cell(row, column)).strip() for column in headings.labels}
        if not any(labels.values()) or is_note(region.cell(row, 0)):
            return
        yield row, labels


def is_row_of_total(region: Region, spec: TableSpec, headings: Headings, row: int) -> bool:
    """Whether a row means the total in every undeclared column of labels; true where there is none."""
    return all(is_total(region.cell(row, column), spec) for column in headings.undeclared)


def parts_of_totals(region: Region, spec: TableSpec, headings: Headings) -> tuple[dict[int, int | None], list[Problem]]:
    """The rows to be read past as parts of others, each with the row of its total, and the problems of those beside no
    such row.
    """
    lines = list(label_lines(region, headings)) if headings.undeclared else []
    totals = {_said(labels): row for row, labels in lines if is_row_of_total(region, spec, headings, row)}
    parts = {
        row: totals.get(_said(labels)) for row, labels in lines if not is_row_of_total(region, spec, headings, row)
    }
    blank = [row for row in parts if any(not str(region.cell(row, column)).strip() for column in headings.undeclared)]
    alone = [row for row, total in parts.items() if total is None]
    return parts, [_without_total(region, spec, headings, row) for row in sorted({*alone, *blank})]


def parts_and_totals(
    headings: Headings, parts: Mapping[int, int | None], rows: list[int]
) -> Iterator[tuple[Place, Place]]:
    """The cells of the parts that are read past, each with the cell of its total; `rows` are those that are read."""
    for part, total in parts.items():
        if total is not None:
            yield from (((part, value.column), (total, value.column)) for value in headings.values)
    columns = {(value.period, frozenset(value.dimensions.items())): value.column for value in headings.values}
    for value in headings.parts:
        total = columns.get((value.period, frozenset(value.dimensions.items())))
        if total is not None:
            yield from (((row, value.column), (row, total)) for row in rows)


def larger_than_total(region: Region, part: Place, total: Place) -> Problem | None:
    """The problem of a part that is larger than what was read as its total; None when it is not, or has no figure."""
    one, whole = region.cell(*part), region.cell(*total)
    if not isinstance(one, int | float) or not isinstance(whole, int | float) or one <= whole:
        return None
    expected = f"a part that is no larger than its total, {whole:g} in {address(*total)}"
    remedy = "see which label means the total; declare the column or the level of headings in the table's spec"
    return region.problem(part, expected, f"{one:g}", remedy)


def remarks(headings: Headings, parts: Mapping[int, int | None]) -> list[str]:
    """What a person should know of how a table with such columns was read, a line each."""
    said = [
        f"column {heading!r} is declared nowhere: read by its total, "
        f"{counted(len(parts), 'row')} of its parts read past"
        for heading in headings.undeclared.values()
    ]
    if headings.extra:
        said.append(
            f"the headings in row {headings.extra.row + 1} are declared nowhere: read by their total, "
            f"{counted(len(headings.parts), 'column')} of its parts read past"
        )
    return said


def _said(labels: Mapping[int, str]) -> tuple[str, ...]:
    """The declared labels of a line as they are compared."""
    return tuple(normalise(label) for label in labels.values())


def _without_total(region: Region, spec: TableSpec, headings: Headings, row: int) -> Problem:
    """The problem of a row that is part of no total, or does not say what it is part of."""
    column = next(place for place in headings.undeclared if not is_total(region.cell(row, place), spec))
    expected = f"a label, and beside it a row for the total of {headings.undeclared[column]!r} (All …, Total …)"
    found = f"{str(region.cell(row, column))!r} without one"
    remedy = "declare the column in the table's spec, or its word for the total in orchestration/sources/any_table.yml"
    return region.problem((row, column), expected, found, remedy)
