"""Stage dictionary: the dictionary and the files have the same columns, each with a description, a label and a unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from orchestration.feed.screening.feed import DataFile, Feed, quote_name
from orchestration.feed.screening.findings import Finding, find
from orchestration.feed.units import UNITS, read_units

IN_UNIT_COLUMN = "in_unit_column"
"""The unit of a measure whose rows say it in the column `unit`."""


def check_dictionary(feed: Feed) -> Iterator[Finding]:
    """Descriptions, labels and units of the columns of every file."""
    for file in feed.files:
        yield from _check_described(file)
        yield from _check_labels(file)
        yield from _check_units(feed, file)


def _check_described(file: DataFile) -> Iterator[Finding]:
    """Columns without a description, and descriptions without a column."""
    for column in file.columns:
        if column not in file.described or not file.described[column].description.strip():
            yield find("no_description", file.name, column)
    for column in file.described:
        if column not in file.columns:
            yield find("no_column", file.name, column)


def _check_labels(file: DataFile) -> Iterator[Finding]:
    """Columns without a label, and labels that two columns share."""
    labels = Counter(described.label for described in file.described.values())
    for column, described in file.described.items():
        if not described.label.strip():
            yield find("no_label", file.name, column)
        elif labels[described.label] > 1:
            yield find("label_twice", file.name, column, label=described.label, times=labels[described.label])


def _check_units(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Measures whose unit is not on the list. A unit on the list has its number of decimals."""
    units = read_units().of_measures
    for column in file.measures:
        unit = file.described[column].unit if column in file.described else ""
        if unit == IN_UNIT_COLUMN and "unit" not in file.columns:
            yield find("no_unit_column", file.name, column)
        elif unit != IN_UNIT_COLUMN and unit not in units:
            yield find("unit", file.name, column, unit=unit, units=UNITS.name)
    if "unit" in file.columns and any(one.unit == IN_UNIT_COLUMN for one in file.described.values()):
        allowed = ", ".join(f"'{unit}'" for unit in units)
        # A row without a value needs no unit.
        has_value = "value is not null and " if "value" in file.columns else ""
        condition = f"{has_value}coalesce({quote_name('unit')}, '') not in ({allowed})"
        for rows, keys in feed.bad_rows(file, {"unit": condition}).values():
            yield find("unit_of_row", file.name, "unit", rows, keys, units=UNITS.name)
