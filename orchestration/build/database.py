"""A warehouse file of DuckDB as it is written here: its storage format, and texts as SQL literals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

STORAGE_VERSION = "v1.4.0"
"""DuckDB 1.4 and later read it; analysts' tools lag."""
BLOCK_SIZE = 16384
"""Bytes, the least there is: with two hundred small tables, most of each block of the usual 262,144 is empty, and the
warehouse of every edition that is kept is six times as large.
"""


def create_file(path: Path) -> duckdb.DuckDBPyConnection:
    """A new, empty file at `path` (what was there is deleted), open for writing as the database `candidate`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for leftover in (path, path.with_name(path.name + ".wal")):
        leftover.unlink(missing_ok=True)
    connection = duckdb.connect()
    storage = f"storage_version '{STORAGE_VERSION}', block_size {BLOCK_SIZE}"
    connection.execute(f"attach {quoted(str(path))} as candidate ({storage})")
    connection.execute("use candidate")
    return connection


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def describe(connection: duckdb.DuckDBPyConnection, what: str, description: str, columns: Mapping[str, str]) -> None:
    """Write the description of `table schema.name` or `view schema.name`, and those of its columns, as comments."""
    connection.execute(f"comment on {what} is {quoted(description)}")
    for name, text in columns.items():
        connection.execute(f"comment on column {what.partition(' ')[2]}.{name} is {quoted(text)}")


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Insert rows into a table, their values in the order of its columns. No row: no change."""
    if not rows:
        return
    import pyarrow as pa

    columns = [pa.array(values) for values in zip(*rows, strict=True)]
    # In one statement: DuckDB plans `executemany` anew for each row, some 2 ms a row.
    connection.register("rows_to_insert", pa.Table.from_arrays(columns, names=[f"c{n}" for n in range(len(columns))]))
    connection.execute(f"insert into {table} from rows_to_insert")
    connection.unregister("rows_to_insert")
