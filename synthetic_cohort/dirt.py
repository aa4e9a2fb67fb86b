"""Dirt as real extracts have it, so that loaders can be tested: identifiers with blanks and suffixes, in small letters
or no longer in use, years like 2911, `Not Specified` for an outcome, test records.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic_cohort.arrays import Flags
from synthetic_cohort.identifiers import Identifiers

SHARE = 0.004
"""Share of rows soiled in each way; at least one row of a table that can be."""
DATES = {"ppud_sentence": "tariff_expiry_date", "ppud_review": "expected_hearing_on", "parom1_reports": "due_on"}
"""Columns in which a year is mistyped: 2011 becomes 2911."""
OUTCOMES = {"ppud_review": "outcome", "hearing_events": "outcome", "ppud_termination_review": "outcome"}
"""Columns in which `Not Specified` is used: where there is no outcome it says so, where there was one it is lost."""
TEST_RECORDS = ("nomis_custody_snapshot", "ppud_sentence", "ndelius_caseload")
SUPERSEDED = ("ppud_recall", "ppud_release", "nomis_movements")
"""Extracts in which some people appear under a prison number no longer in use."""


def soil(name: str, table: pa.Table, identifiers: Identifiers, generator: np.random.Generator) -> pa.Table:
    """The table of an extract, soiled. Returns it as it is where it has no rows."""
    if not table.num_rows:
        return table
    if name in SUPERSEDED:
        table = _superseded(table, identifiers, generator)
    for column in identifiers.in_use:
        if column in table.column_names:
            table = _unclean(table, column, generator)
    if name in DATES:
        table = _mistyped_years(table, DATES[name], generator)
    if name in OUTCOMES:
        table = _not_specified(table, OUTCOMES[name], generator)
    return _with_test_record(table) if name in TEST_RECORDS else table


def _some(table: pa.Table, generator: np.random.Generator) -> Flags:
    """A few rows."""
    chosen = generator.random(table.num_rows) < SHARE
    chosen[generator.integers(table.num_rows)] = True
    return np.asarray(chosen)


def _set(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    """The table with one column replaced by another."""
    return table.set_column(table.column_names.index(column), table.schema.field(column), values)


def _not_specified(table: pa.Table, column: str, generator: np.random.Generator) -> pa.Table:
    """`Not Specified` in some rows of a column."""
    return _set(table, column, pc.if_else(pa.array(_some(table, generator)), "Not Specified", table[column]))


def _unclean(table: pa.Table, column: str, generator: np.random.Generator) -> pa.Table:
    """Identifiers with a blank before or within, a suffix behind, or in small letters."""
    number = table[column]
    for changed in (
        pc.binary_join_element_wise(pa.scalar(" "), number, ""),
        pc.binary_join_element_wise(pc.utf8_slice_codeunits(number, 0, 5), pc.utf8_slice_codeunits(number, 5), " "),
        pc.binary_join_element_wise(number, pa.scalar("/1"), ""),
        pc.utf8_lower(number),
    ):
        number = pc.if_else(pa.array(_some(table, generator)), changed, number)
    return _set(table, column, number)


def _superseded(table: pa.Table, identifiers: Identifiers, generator: np.random.Generator) -> pa.Table:
    """Half the rows of the people who have one under the prison number no longer in use."""
    number = table["prison_number"]
    place = pc.index_in(number, identifiers.merged_into)
    chosen = pc.and_(pc.is_valid(place), pa.array(generator.random(table.num_rows) < 0.5))
    older = identifiers.superseded.take(pc.fill_null(place, 0).combine_chunks())
    return _set(table, "prison_number", pc.if_else(chosen, older, number))


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
        if column.endswith(("_number", "_id")) and pa.types.is_string(row.schema.field(column).type):
            row = _set(row, column, pa.array([f"TEST{column.upper()[:4]}"]))
    return pa.concat_tables([table, row])
