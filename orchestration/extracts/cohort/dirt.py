"""Dirt as real extracts have it, so that loaders can be tested: identifiers with spaces and suffixes, years like 2911,
`Not Specified` for an outcome, test records, and a person under two identifiers. Soiled files break their contracts.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.extracts.cohort.arrays import Flags

SHARE = 0.004
"""Share of rows soiled in each way; at least one row of a table that can be."""
DATES = {"ppud_sentence": "tariff_expiry_date", "ppud_review": "expected_hearing_on", "parom1_reports": "due_on"}
"""Columns in which a year is mistyped: 2011 becomes 2911."""
OUTCOMES = {"ppud_review": "outcome", "hearing_events": "outcome", "ppud_termination_review": "outcome"}
TEST_RECORDS = ("nomis_custody_snapshot", "ppud_sentence", "ndelius_caseload")
TWICE = ("ppud_recall", "ppud_release", "nomis_movements")
"""Extracts in which some people appear under a second key, made from an unclean prison number."""


def soil(name: str, table: pa.Table, generator: np.random.Generator) -> pa.Table:
    """The table of an extract, soiled. Returns it as it is where it has no rows."""
    if not table.num_rows:
        return table
    if "prison_number" in table.column_names:
        table = _unclean_numbers(table, generator)
    if name in TWICE:
        table = _two_keys(table, generator)
    if name in DATES:
        table = _mistyped_years(table, DATES[name], generator)
    if name in OUTCOMES:
        table = _replaced(table, OUTCOMES[name], _some(table, generator), "Not Specified")
    return _with_test_record(table) if name in TEST_RECORDS else table


def _some(table: pa.Table, generator: np.random.Generator) -> Flags:
    """A few rows."""
    chosen = generator.random(table.num_rows) < SHARE
    chosen[generator.integers(table.num_rows)] = True
    return np.asarray(chosen)


def _set(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    """The table with another column in the place of one."""
    return table.set_column(table.column_names.index(column), table.schema.field(column), values)


def _replaced(table: pa.Table, column: str, rows: Flags, value: str) -> pa.Table:
    """One text in some rows of a column that are not empty."""
    filled = pc.and_(pa.array(rows), pc.is_valid(table[column]))
    return _set(table, column, pc.if_else(filled, value, table[column]))


def _unclean_numbers(table: pa.Table, generator: np.random.Generator) -> pa.Table:
    """Prison numbers with a space before, a suffix behind, or in small letters."""
    number = table["prison_number"]
    for changed in (
        pc.binary_join_element_wise(pa.scalar(" "), number, ""),
        pc.binary_join_element_wise(number, pa.scalar("/1"), ""),
        pc.utf8_lower(number),
    ):
        number = pc.if_else(pa.array(_some(table, generator)), changed, number)
    return _set(table, "prison_number", number)


def _two_keys(table: pa.Table, generator: np.random.Generator) -> pa.Table:
    """Some rows of some people under a second key, with the same prison number."""
    keys = table["person_key"].to_numpy()
    people = np.unique(keys)
    doubled = generator.choice(people, max(1, round(SHARE * len(people))), replace=False)
    rows = np.isin(keys, doubled) & (generator.random(len(keys)) < 0.5)
    rows[np.flatnonzero(np.isin(keys, doubled))[:1]] = True
    second = pc.utf8_reverse(table["person_key"])
    return _set(table, "person_key", pc.if_else(pa.array(rows), second, table["person_key"]))


def _mistyped_years(table: pa.Table, column: str, generator: np.random.Generator) -> pa.Table:
    """Days of some rows nine centuries later."""
    days = table[column].to_numpy()
    later = (days.astype("datetime64[M]") + 12 * 900).astype("datetime64[D]")
    moved = np.where(_some(table, generator) & ~np.isnat(days), later, days.astype("datetime64[D]"))
    return _set(table, column, pa.array(moved, pa.date32()))


def _with_test_record(table: pa.Table) -> pa.Table:
    """One more row, of a person who is not one: the first row under a test number."""
    row = table.slice(0, 1)
    for column in row.column_names:
        if column in ("person_key", "prison_number") or column.endswith("_id"):
            row = _set(row, column, pa.array([f"TEST{column.upper()[:4]}"]))
    return pa.concat_tables([table, row])
