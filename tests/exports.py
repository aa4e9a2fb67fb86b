"""Everything an edition says, to be compared with what another says."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb

from orchestration.build.external_pack import FOLDER
from orchestration.settings import Settings

OF_ONE_RUN = ("meta.publication",)
"""Tables that name their run and its moment."""
TABLES = """
select schema_name, table_name from duckdb_tables() where database_name = current_database()
union all
select schema_name, view_name from duckdb_views() where database_name = current_database() and not internal
order by all
"""
SHAPE = """
select schema_name, table_name, column_name, data_type, is_nullable, comment
from duckdb_columns()
where database_name = current_database() and not internal
order by schema_name, table_name, column_index
"""


def exports(settings: Settings) -> dict[str, str | bytes]:
    """Every table of the edition in place and of its external pack, rows in their order, as CSV; the columns of its
    tables with their comments; and the bytes of every other file of the pack.
    """
    folder = settings.current
    found: dict[str, str | bytes] = {}
    for file in (folder / "ipp.duckdb", *sorted((folder / FOLDER).glob("*.duckdb"))):
        found |= _tables(file)
    others = [path for path in sorted((folder / FOLDER).rglob("*")) if path.is_file() and path.suffix != ".duckdb"]
    return found | {path.name: path.read_bytes() for path in others}


def different(one: Settings, other: Settings) -> list[str]:
    """What two editions say differently, by the names of tables and files."""
    here, there = exports(one), exports(other)
    return sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))


def _tables(file: Path) -> dict[str, str | bytes]:
    with duckdb.connect(str(file), read_only=True) as connection:
        names = [".".join(row) for row in connection.execute(TABLES).fetchall()]
        found: dict[str, str | bytes] = {
            f"{file.name} {name}": _csv(connection, f"from {name}") for name in names if name not in OF_ONE_RUN
        }
        return found | {f"{file.name} columns": _csv(connection, SHAPE)}


def _csv(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    result = connection.execute(query)
    text = io.StringIO()
    csv.writer(text).writerows([[column[0] for column in result.description or ()], *result.fetchall()])
    return text.getvalue()
