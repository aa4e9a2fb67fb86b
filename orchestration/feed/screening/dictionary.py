"""Stage dictionary: the dictionary and the files have the same columns, each with a description, a label and a unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from orchestration.feed.screening.feed import DataFile, Feed, quote_name
from orchestration.feed.screening.findings import Finding
from orchestration.yaml_reader import read_yaml

STAGE = "dictionary"
UNITS = Path(__file__).parent.parent / "units.yml"
IN_UNIT_COLUMN = "in_unit_column"
"""The unit of a measure whose rows say it in the column `unit`."""


@cache
def read_units(path: Path = UNITS) -> Mapping[str, int]:
    """The units that a measure can have, and how many decimals each is shown with."""
    units: dict[str, int] = read_yaml(path)["units"]
    return units


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
            yield _finding("no_description", file, column, "the column has no description",
                           "describe it in the YAML of the model")  # fmt: skip
    for column in file.described:
        if column not in file.columns:
            yield _finding("no_column", file, column, "the dictionary describes a column that the file does not have",
                           "write the column into the file, or take its description out")  # fmt: skip


def _check_labels(file: DataFile) -> Iterator[Finding]:
    """Columns without a label, and labels that two columns share."""
    labels = Counter(described.label for described in file.described.values())
    for column, described in file.described.items():
        if not described.label.strip():
            yield _finding("no_label", file, column, "the column has no label", "give it one in the YAML of the model")
        elif labels[described.label] > 1:
            yield _finding("label_twice", file, column, f"{labels[described.label]} columns have the label "
                           f"{described.label!r}", "give each its own label")  # fmt: skip


def _check_units(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Measures whose unit is not on the list. A unit on the list has its number of decimals."""
    units = read_units()
    for column in file.measures:
        unit = file.described[column].unit if column in file.described else ""
        if unit == IN_UNIT_COLUMN and "unit" not in file.columns:
            yield _finding("no_unit_column", file, column, "its unit should be in the column `unit`, which is missing",
                           "add the column `unit`, or declare the unit of the measure")  # fmt: skip
        elif unit != IN_UNIT_COLUMN and unit not in units:
            yield _finding("unit", file, column, f"the unit {unit!r} is not on the list",
                           f"use a unit of {UNITS.name}, or add it there with its decimals")  # fmt: skip
    if "unit" in file.columns and any(one.unit == IN_UNIT_COLUMN for one in file.described.values()):
        allowed = ", ".join(f"'{unit}'" for unit in units)
        # A row without a value needs no unit.
        has_value = "value is not null and " if "value" in file.columns else ""
        condition = f"{has_value}coalesce({quote_name('unit')}, '') not in ({allowed})"
        for rows, keys in feed.bad_rows(file, {"unit": condition}).values():
            yield Finding(STAGE, "unit", "F", file.name, "unit", "rows have a unit that is not on the list",
                          f"use a unit of {UNITS.name}, or add it there with its decimals", rows, keys)  # fmt: skip


def _finding(check: str, file: DataFile, column: str, found: str, remedy: str) -> Finding:
    """A fault of this stage."""
    return Finding(STAGE, check, "F", file.name, column, found, remedy)
