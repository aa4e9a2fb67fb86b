"""Tables small enough to be written into a test, with specs to match, for the tests of extraction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestration.sources.spec import Source, Symbols, TableSpec
from orchestration.workbooks.anchors import Region, find_regions
from orchestration.workbooks.tables import TableReading, read_table
from orchestration.workbooks.workbook import Cell, Sheet, Workbook

SEX = {"all": ["Male and female", "Total"], "male": ["Male", "Males"], "female": ["Female", "Females"]}

BY_SEX: dict[str, Any] = {
    "table": "small",
    "describes": "People by sex on a day.",
    "evidence": "invented for a test",
    "title": {"all_of": ["people by sex"]},
    "unit": "people",
    "label_columns": [{"heading": "Sex", "dimension": "sex", "members": SEX}],
    "headings": [{"period": "as_at"}],
    "figures": [{"measure": "people", "breakdown": ["sex"]}],
}
TITLE = "Table 1: People by sex"
SYMBOLS = Symbols.model_validate(
    {
        "reason": "invented for a test",
        "cells": {"[x]": "unavailable", "[c]": "suppressed", "[z]": "not_applicable"},
        "marks": {"[rev]": "revised", "[p]": "provisional"},
    }
)

Rows = list[list[Cell]]


def spec(**changes: Any) -> TableSpec:
    """The spec of people by sex, with changes; a value of None takes the key out."""
    merged = {**BY_SEX, **changes}
    return TableSpec.model_validate({key: value for key, value in merged.items() if value is not None})


def source(*specs: TableSpec, **changes: Any) -> Source:
    """A publication with these tables, all of which each of its files holds."""
    declared = {
        "publication": "small",
        "title": "Small tables",
        "publisher": "a test",
        "symbols": "small",
        "must_be_mapped": "never",
        "files": [{"name": ".", "tables": [known.table for known in specs]}],
        "tables": {known.table: known for known in specs},
        "families": {"small": SYMBOLS},
    }
    return Source.model_validate(declared | changes)


def workbook(**sheets: Rows) -> Workbook:
    """A workbook of sheets by their names."""
    return Workbook("small.ods", tuple(Sheet(name, tuple(map(tuple, rows))) for name, rows in sheets.items()))


def region(rows: Rows, *specs: TableSpec) -> Region:
    """The first region of a sheet."""
    return find_regions(workbook(Sheet1=rows), source(*specs or (spec(),)), "small 1")[0]


def read(rows: Rows, table: TableSpec | None = None, notes: Mapping[str, str] | None = None) -> TableReading:
    """What is read of a table that starts with its title in the first row."""
    table = table or spec()
    return read_table(region(rows, table), table, SYMBOLS, notes or {})


def values(reading: TableReading) -> dict[str, float | None]:
    """The figures of a reading by their cells; a reading with a problem fails."""
    assert reading.problems == []
    return {seen.cell: seen.value for seen in reading.observations}


def said(reading: TableReading) -> list[str]:
    """The problems of a reading as a person sees them."""
    return [str(problem) for problem in reading.problems]
