"""What is judged of record-level extracts: not their rows but counts, of rows by check.

Checks `read: …` are what the loader says that it rejected of each file. Checks `landed: …` count the landed rows
afresh, by this module's SQL, so that the check does not depend on the loader.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestration.quality.tables import quoted
from orchestration.records.contract import Contract

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

READ = """
    select
        'read' as stage,
        'read: ' || rules.check_name as check_name,
        rules.source_file,
        files.row_count,
        rules.broken,
        cast(null as bigint) as at_most
    from (
        select
            extract,
            source_file,
            concat_ws(': ', nullif(column_name, ''), rule) as check_name,
            row_count as broken
        from internal.landing.rejected_rows
        union all
        select extract, source_file, 'left_out', rejected
        from internal.landing.files_read
    ) as rules
    inner join internal.landing.files_read as files
        on rules.extract = files.extract and rules.source_file = files.source_file
    where rules.extract = $extract
"""
"""The loader's own counts: rows of each file that each rule rejected, and that any rule did."""
ACROSS = """
    select 'across', 'across: ' || rule, '', (select count(*) from {table}), row_count, at_most
    from internal.landing.across
    where extract = $extract
"""
"""The rows of an extract that break each rule across extracts, and how many may."""
ADDS_UP = """
    select sum(row_count) - sum(rejected) - sum(copies) - (select count(*) from {table})
    from internal.landing.files_read
    where extract = $extract
"""
"""Rows that were neither rejected nor dropped as copies nor landed, or landed without being in a file."""


def outcome_of(connection: duckdb.DuckDBPyConnection, contract: Contract) -> pd.DataFrame:
    """One row per check of an extract: stage (read, across, landed), check_name, source_file, row_count, broken (rows),
    broken_percent, and for rules across extracts how many rows may be broken and how many more are. Needs the internal
    file attached as `internal`.
    """
    table = quoted(f"internal.landing.{contract.extract}")
    landed = " union all ".join(
        f"select 'landed', 'landed: {name}', '', (select count(*) from {table}), ({query}), null"
        for name, query in _recounts(contract, table)
    )
    query = f"""
        select
            *,
            if(broken = 0, 0, 100 * abs(broken) / greatest(row_count, 1)) as broken_percent,
            greatest(broken - at_most, 0) as beyond
        from ({READ} union all {ACROSS.format(table=table)} union all {landed})
        order by all
    """
    return connection.execute(query, {"extract": contract.extract}).df()


def _recounts(contract: Contract, table: str) -> Iterator[tuple[str, str]]:
    """The checks of the landed rows: the name of each, and a query that counts the rows that break it."""
    yield "adds_up", ADDS_UP.format(table=table)
    for name, column in contract.landed.items():
        if column.required:
            yield f"{name}: required", f"select count(*) - count({name}) from {table}"
        if column.codes:
            known = ", ".join("'" + code.replace("'", "''") + "'" for code in column.codes)
            yield f"{name}: codes", f"select count({name}) filter (not list_contains([{known}], {name})) from {table}"
    if set(contract.key) <= set(contract.landed):
        listed = ", ".join(contract.key)
        repeats = f"select count(*) - 1 as others from {table} group by {listed}, as_at having count(*) > 1"
        yield f"{listed}: unique", f"select coalesce(sum(others), 0) from ({repeats})"
