"""Open what is to be screened: the files of a folder as tables, beside the sealed warehouse.

Belongs here: reading files, and the queries that every stage uses. Does not belong here: what is a fault.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import duckdb

from orchestration.feed.sections import Section
from orchestration.feed.screening.findings import SHOWN_KEYS

Kind = Literal["feed", "pack"]
"""The feed for HMPPS, which shows every count, or the external pack."""
VERSION_FOLDER = "v1"
INDEX = "index.json"
DEFINITION = "ipp-dashboard.dpd.json"
CHANGES = "changes.json"
DASHBOARD_ROWS = "dashboard_rows"
DASHBOARD_FIGURES = "dashboard_figures"
DASHBOARD = (DASHBOARD_ROWS, DASHBOARD_FIGURES)
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


@dataclass(frozen=True)
class Described:
    """What the dictionary says of a column."""

    description: str
    label: str = ""
    unit: str = ""
    key_position: int | None = None


@dataclass(frozen=True)
class DataFile:
    """A file of figures: its name without the ending, and the type of each column, in order."""

    name: str
    columns: Mapping[str, str]
    described: Mapping[str, Described] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """Its table, as SQL names it."""
        return f"feed.{quote_name(self.name)}"

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of its key that it has, in the order of the key."""
        placed = [(one.key_position, name) for name, one in self.described.items() if one.key_position is not None]
        return tuple(name for _, name in sorted(placed) if name in self.columns)

    @property
    def texts(self) -> tuple[str, ...]:
        """Its columns of text."""
        return tuple(name for name, kind in self.columns.items() if kind == "VARCHAR")

    @property
    def measures(self) -> tuple[str, ...]:
        """Its columns of numbers that are no part of the key."""
        return tuple(
            name for name, kind in self.columns.items() if kind.startswith(NUMBERS) and name not in self.key
        )


@dataclass(frozen=True)
class Feed:
    """What the stages read. The connection has a table `feed.<file>` for each data file, `csv.<file>` for its CSV
    file as text, and the sealed warehouse as `warehouse`.
    """

    connection: duckdb.DuckDBPyConnection
    kind: Kind
    files: tuple[DataFile, ...]
    csv_files: tuple[str, ...]
    index: Mapping[str, Any]
    definition: Mapping[str, Any]
    changes: Mapping[str, Any]
    sections: tuple[Section, ...]
    now: datetime

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.connection.execute(sql, list(values)).fetchall()

    def file(self, name: str) -> DataFile | None:
        """The data file of that name; None if there is none."""
        return next((one for one in self.files if one.name == name), None)

    def has_mart_rows(self, file: DataFile) -> bool:
        """Whether the file has the columns that every mart starts with."""
        return {"breakdown", "category", "category_2", "is_total"} <= set(file.columns)

    def bad_rows(self, file: DataFile, conditions: Mapping[str, str]) -> dict[str, tuple[int, tuple[str, ...]]]:
        """For each name of a condition (SQL) that rows of the file meet: how many do, and the keys of the first few.

        One query counts them all, so that a file without a fault costs one scan.
        """
        if not conditions:
            return {}
        counts = ", ".join(f"count(*) filter (where {condition})" for condition in conditions.values())
        found = zip(conditions, self.rows(f"select {counts} from {file.table}")[0], strict=True)
        return {name: (count, self._keys(file, conditions[name])) for name, count in found if count}

    def _keys(self, file: DataFile, condition: str) -> tuple[str, ...]:
        """The keys of the first few rows that meet a condition, as text."""
        key = ", ".join(quote_name(name) for name in file.key or tuple(file.columns)[:6])
        found = self.rows(f"select {key} from {file.table} where {condition} order by all limit {SHOWN_KEYS}")
        return tuple(show_key(row) for row in found)


def show_key(row: Sequence[object]) -> str:
    """A key as people read it: its parts, separated by spaces."""
    return " ".join("(empty)" if part is None else str(part) for part in row)


def quote_name(name: str) -> str:
    """A name of a table or column as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: object) -> str:
    """A text as SQL has it."""
    return "'" + str(text).replace("'", "''") + "'"


@contextmanager
def open_feed(folder: Path, warehouse: Path, sections: Sequence[Section], now: datetime) -> Iterator[Feed]:
    """The feed as written in a folder, beside the sealed warehouse. Closes the connection afterwards."""
    with _connect(warehouse) as connection:
        described = _read_dictionary(connection)
        version = folder / VERSION_FOLDER
        files = tuple(
            _load(connection, path, f"read_parquet({quote_text(path)})", described)
            for path in sorted(version.glob("*.parquet"))
        )
        csv_files = tuple(_load_csv(connection, path) for path in sorted(version.glob("*.csv")))
        yield Feed(
            connection,
            "feed",
            files,
            csv_files,
            _read_json(folder / INDEX),
            _read_json(version / DEFINITION),
            _read_json(version / CHANGES),
            tuple(sections),
            now,
        )


@contextmanager
def open_pack(folder: Path, warehouse: Path, now: datetime) -> Iterator[Feed]:
    """The CSV files of the external pack, with the types and descriptions of `counted.figures` in the pack's DuckDB
    file. Closes the connection afterwards.
    """
    with _connect(warehouse) as connection:
        connection.execute(f"attach {quote_text(folder / 'ipp-external.duckdb')} as pack (read_only)")
        columns = connection.execute(
            """
            select column_name, data_type, coalesce(comment, ''), is_nullable from duckdb_columns()
            where database_name = 'pack' and schema_name = 'counted' and table_name = 'figures' order by column_index
            """
        ).fetchall()
        types = ", ".join(f"{quote_text(name)}: {quote_text(kind)}" for name, kind, *_ in columns)
        key = [name for name, *_ in columns][:6]
        described = {
            name: Described(text, name, "in_unit_column", key.index(name) if name in key else None)
            for name, _, text, _ in columns
        }
        paths = sorted(folder.glob("*.csv"))
        reader = f"header = true, nullstr = '', columns = {{{types}}}"
        files = tuple(
            _load(connection, path, f"read_csv({quote_text(path)}, {reader})", {path.stem: described}) for path in paths
        )
        yield Feed(connection, "pack", files, (), {}, {}, {}, (), now)


@contextmanager
def _connect(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory with the warehouse attached read-only."""
    connection = duckdb.connect(":memory:")
    try:
        # The files are small: more threads cost more processor time than they save.
        connection.execute("set threads = 1")
        connection.execute(f"attach {quote_text(warehouse)} as warehouse (read_only)")
        connection.execute("create schema feed; create schema csv")
        yield connection
    finally:
        connection.close()


def _load(
    connection: duckdb.DuckDBPyConnection, path: Path, reader: str, described: Mapping[str, Mapping[str, Described]]
) -> DataFile:
    """Read a file into its table."""
    table = f"feed.{quote_name(path.stem)}"
    connection.execute(f"create table {table} as from {reader}")
    columns = {name: kind for name, kind, *_ in connection.execute(f"describe {table}").fetchall()}
    return DataFile(path.stem, columns, described.get(path.stem, {}))


def _load_csv(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """Read a CSV file into its table of texts, and give its name without the ending."""
    reader = f"read_csv({quote_text(path)}, all_varchar = true, header = true, nullstr = '', delim = ',', quote = '\"')"
    connection.execute(f"create table csv.{quote_name(path.stem)} as from {reader}")
    return path.stem


def _read_dictionary(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Described]]:
    """What the warehouse says of the columns of its marts and of the dashboard, by table and column."""
    found: dict[str, dict[str, Described]] = {}
    for table, column, *said in connection.execute(
        """
        select table_name, column_name, description, label, unit, key_position from warehouse.meta.dictionary
        where schema_name in ('marts', 'feed') order by schema_name, table_name
        """
    ).fetchall():
        found.setdefault(table, {})[column] = Described(*said)
    return found


def _read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty if there is no such file, which the stages report where it matters."""
    if not path.exists():
        return {}
    content = json.loads(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}
