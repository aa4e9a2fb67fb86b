"""The tables of a finished DuckDB refresh: opened to read, and handed over as Parquet files."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engines.project import Table

FILES = ("candidate", "internal")
"""The files of a refresh in its work folder, by the names that the models know them by."""


@dataclass(frozen=True)
class ParquetFile:
    """A table as a file: where, and its columns with their types as DuckDB names them."""

    path: Path
    columns: Mapping[str, str]


@contextmanager
def open_refresh(work: Path, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads the last refresh in a work folder, by a copy of its warehouse in another folder.

    The warehouse of a refresh keeps the views between its tables as SQL only (`meta.models`); the copy has them as
    views. Where dbt ran by itself they are views already.

    Raises FileNotFoundError when there is no refresh.
    """
    for name in FILES:
        if not (work / f"{name}.duckdb").exists():
            raise FileNotFoundError(f"{work / name}.duckdb is missing. Run `ipp refresh`")
    copy = folder / "candidate.duckdb"
    shutil.copyfile(work / "candidate.duckdb", copy)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{copy}' as candidate")
        connection.execute(f"attach '{work / 'internal.duckdb'}' as internal (read_only)")
        for name, sql in _read_views(connection):
            connection.execute("create schema if not exists candidate.intermediate")
            connection.execute(f'create view candidate.intermediate."{name}" as {sql}')
        yield connection


def _read_views(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """The views that the warehouse keeps as SQL only, by name, in the order in which they can be made."""
    if Table("meta", "models") not in name_relations(connection):
        return []
    query = """
        select model_name, compiled_sql from candidate.meta.models where schema_name = 'intermediate'
        order by build_order
    """
    return connection.execute(query).fetchall()


def name_relations(connection: duckdb.DuckDBPyConnection) -> dict[Table, str]:
    """The tables and views of a refresh, each with its name in SQL."""
    query = "select table_catalog, table_schema, table_name from information_schema.tables"
    rows = [row for row in connection.execute(query).fetchall() if row[0] in FILES]
    return {Table(schema, name): f'{database}.{schema}."{name}"' for database, schema, name in rows}


def export_tables(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[Table], relations: Mapping[Table, str], folder: Path
) -> dict[Table, ParquetFile]:
    """Write tables to a folder as Parquet files.

    Raises LookupError when the refresh does not have a table that the models read.
    """
    tables = tuple(tables)
    if missing := [str(table) for table in tables if table not in relations]:
        raise LookupError(f"the refresh has no {', '.join(missing)}: it was made by other code. Run `ipp refresh`")
    folder.mkdir(parents=True)
    return {table: _export(connection, relations[table], folder / f"{table}.parquet") for table in tables}


def _export(connection: duckdb.DuckDBPyConnection, relation: str, path: Path) -> ParquetFile:
    connection.execute(f"copy (from {relation}) to '{path}' (format parquet)")
    columns = {row[0]: row[1] for row in connection.execute(f"describe select * from {relation}").fetchall()}
    return ParquetFile(path, columns)
