"""A column of labels that a table gained and no spec declares, such as an age group beside the sex.

Its rows for the total are what the table held before the column came; the others are parts of them and are read past.
Nothing is guessed: which labels stand for the total is declared (`sources/any_table.yml`), and a part beside no such
row is a problem, so that no figure goes missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orchestration.extraction.anchors import Headings, Region, is_label
from orchestration.extraction.notes import is_note
from orchestration.extraction.text import nearest, normalise
from orchestration.problems import Problem
from orchestration.sources.spec import TableSpec


def label_lines(region: Region, headings: Headings) -> Iterator[tuple[int, dict[int, str]]]:
    """The lines that say what they are about and their labels by column, down to the first blank line or note."""
    for row in range(headings.row + 1, region.end):
        labels = {column: str(region.cell(row, column)).strip() for column in headings.labels}
        if not any(labels.values()) or is_note(region.cell(row, 0)):
            return
        yield row, labels


def is_total(region: Region, spec: TableSpec, headings: Headings, row: int) -> bool:
    """Whether a row stands for the total in every undeclared column of labels; so it does where there is none."""
    return all(is_label(region.cell(row, column), spec.total_labels) for column in headings.undeclared)


def parts_of_totals(region: Region, spec: TableSpec, headings: Headings) -> tuple[set[int], list[Problem]]:
    """The rows to be read past as parts of others, and the problems of those beside no row of the total."""
    lines = list(label_lines(region, headings)) if headings.undeclared else []
    totals = {_said(labels) for row, labels in lines if is_total(region, spec, headings, row)}
    parts = {row: labels for row, labels in lines if not is_total(region, spec, headings, row)}
    alone = [row for row, labels in parts.items() if _said(labels) not in totals]
    blank = [row for row in parts if any(not str(region.cell(row, column)).strip() for column in headings.undeclared)]
    return set(parts), [_without_total(region, spec, headings, row) for row in sorted({*alone, *blank})]


def remarks(headings: Headings, parts: set[int]) -> list[str]:
    """What a person should know of how a table with such columns was read, a line each."""
    return [
        f"column {heading!r} is declared nowhere: read by its total, {len(parts)} rows of its parts read past"
        for heading in headings.undeclared.values()
    ]


def _said(labels: Mapping[int, str]) -> tuple[str, ...]:
    """The declared labels of a line as they are compared."""
    return tuple(normalise(label) for label in labels.values())


def _without_total(region: Region, spec: TableSpec, headings: Headings, row: int) -> Problem:
    """The problem of a row that is part of no total, or does not say what it is part of."""
    column, heading = next(iter(headings.undeclared.items()))
    label, known = str(region.cell(row, column)), spec.total_labels
    expected = f"a label, and beside it a row for the total of {heading!r} ({', '.join(known[:3])} …)"
    found = f"{label!r} without one (nearest known: {', '.join(nearest(label, known)) or 'none'})"
    remedy = "declare the column in the table's spec, or its word for the total in sources/any_table.yml"
    return region.problem((row, column), expected, found, remedy)
