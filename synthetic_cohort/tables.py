"""What an extract is made of before it is written: columns of plain arrays, and what of them is known on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from synthetic_cohort.arrays import Codes, Day, Days, Flags, Integers


@dataclass(frozen=True)
class Coded:
    """Text from a short list. A code of -1 is empty."""

    codes: Codes | Integers
    values: tuple[str, ...]


@dataclass(frozen=True)
class Numbered:
    """Identifiers of a prefix and a number. A number of -1 is empty."""

    prefix: str
    numbers: Integers


@dataclass(frozen=True)
class Known:
    """Numbers or flags, each known or empty."""

    values: Flags | Integers
    known: Flags


Column = Coded | Numbered | Known | Days | Integers | Flags


@dataclass(frozen=True)
class Table:
    """One extract. `person` gives the person of each row; `known_from` the day from which the row can be in an extract.

    `happens` names the days that are empty until they come, each with the columns that are empty until that day.
    """

    person: Integers
    known_from: Days
    columns: Mapping[str, Column]
    happens: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def known_on(table: Table, as_at: Day) -> Table:
    """The table as it is on a day: rows known by then, and in them only what has happened by then."""
    rows = np.flatnonzero(table.known_from <= as_at)
    columns = {name: take(column, rows) for name, column in table.columns.items()}
    for name, others in table.happens.items():
        ahead = np.asarray(_days(columns[name]) > as_at)
        for hidden in (name, *others):
            columns[hidden] = blank(columns[hidden], ahead)
    return Table(table.person[rows], table.known_from[rows], columns)


def days_in(table: Table, name: str) -> Days:
    """A column of days. Raises TypeError for another."""
    return _days(table.columns[name])


def _days(column: Column) -> Days:
    """A column of days. Raises TypeError for another."""
    if not isinstance(column, np.ndarray) or column.dtype.kind != "M":
        raise TypeError("only a column of days can be still to come")
    return column.astype("datetime64[D]")


def take(column: Column, rows: Integers) -> Column:
    """Some rows of a column."""
    if isinstance(column, Coded):
        return Coded(column.codes[rows], column.values)
    if isinstance(column, Numbered):
        return Numbered(column.prefix, column.numbers[rows])
    if isinstance(column, Known):
        return Known(column.values[rows], column.known[rows])
    return column[rows]


def blank(column: Column, empty: Flags) -> Column:
    """The column with some rows emptied. Raises TypeError for a column that cannot be empty."""
    if isinstance(column, Coded):
        return Coded(np.where(empty, -1, column.codes), column.values)
    if isinstance(column, Numbered):
        return Numbered(column.prefix, np.where(empty, -1, column.numbers))
    if isinstance(column, Known):
        return Known(column.values, column.known & ~empty)
    if column.dtype.kind == "M":
        return np.where(empty, np.datetime64("NaT", "D"), column)
    raise TypeError(f"a column of {column.dtype} cannot be empty: wrap it in Known")
