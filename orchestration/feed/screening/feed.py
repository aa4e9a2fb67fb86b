"""Open what is to be screened: the files of a folder as tables, beside the sealed warehouse.

Belongs here: reading files, and the queries that every stage uses. Does not belong here: what is a fault.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import duckdb

from orchestration.feed.screening.findings import SHOWN_KEYS, show_key
from orchestration.feed.sections import Section

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
        return tuple(name for name, kind in self.columns.items() if kind.startswith(NUMBERS) and name not in self.key)


@dataclass(frozen=True)
class Feed:
    """What the stages read. The connection has a table `feed.<file>` for each data file and `csv.<file>` for its CSV
    file, with the same types if its cells can be read so, else as text; the sealed warehouse as `warehouse`; and
    `texts` with each text of each column of text.
    """

    connection: duckdb.DuckDBPyConnection
    kind: Kind
    files: tuple[DataFile, ...]
    csv_files: tuple[DataFile, ...]
    index: Mapping[str, Any]
    definition: Mapping[str, Any]
    changes: Mapping[str, Any]
    sections: tuple[Section, ...]
    now: datetime
    folder: Path

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.connection.execute(sql, list(values)).fetchall()

    def file(self, name: str) -> DataFile | None:
        """The data file of that name; None if there is none."""
        return next((one for one in self.files if one.name == name), None)

    def has_mart_rows(self, file: DataFile) -> bool:
        """Whether the file has the columns that every mart starts with."""
        return {"breakdown", "category", "category_2", "is_total"} <= set(file.columns)

    def count_rows(self, file: DataFile, conditions: Mapping[str, str]) -> dict[str, int]:
        """For each name of a condition (SQL) that rows of the file meet: how many do. One query counts them all."""
        if not conditions:
            return {}
        counts = ", ".join(f"count(*) filter (where {condition})" for condition in conditions.values())
        found = zip(conditions, self.rows(f"select {counts} from {file.table}")[0], strict=True)
        return {name: count for name, count in found if count}

    def bad_rows(self, file: DataFile, conditions: Mapping[str, str]) -> dict[str, tuple[int, tuple[str, ...]]]:
        """The same, with the keys of the first few rows that meet each condition."""
        counts = self.count_rows(file, conditions)
        return {name: (count, self._keys(file, conditions[name])) for name, count in counts.items()}

    def find_texts(self, condition: str) -> list[tuple[DataFile, str, int, tuple[str, ...]]]:
        """The columns with texts that meet a condition on `text` (SQL): file, column, rows, and the first few texts."""
        found = self.rows(
            f"""
            select file, name, sum(times), list(text order by text)[1:{SHOWN_KEYS}] from texts where {condition}
            group by file, name order by file, name
            """
        )
        files = {file.name: file for file in self.files}
        return [(files[file], name, int(rows), tuple(shown)) for file, name, rows, shown in found]

    def _keys(self, file: DataFile, condition: str) -> tuple[str, ...]:
        """The keys of the first few rows that meet a condition, as text."""
        key = ", ".join(quote_name(name) for name in file.key or tuple(file.columns)[:6])
        found = self.rows(f"select {key} from {file.table} where {condition} order by all limit {SHOWN_KEYS}")
        return tuple(show_key(row) for row in found)


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
        index = _read_json(folder / INDEX)
        tables = {name: about["table"] for name, about in index.get("marts", {}).items()}
        described = _read_dictionary(connection, tables)
        files = {
            path.stem: _load(connection, path, f"read_parquet({quote_text(path)})", described)
            for path in _present_files(folder, ".parquet")
        }
        csv_files = [_load_csv(connection, path, files.get(path.stem)) for path in _present_files(folder, ".csv")]
        yield Feed(
            connection,
            "feed",
            tuple(files.values()),
            tuple(csv_files),
            index,
            _read_json(folder / VERSION_FOLDER / DEFINITION),
            _read_json(folder / VERSION_FOLDER / CHANGES),
            tuple(sections),
            now,
            folder,
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
        said = f"header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {{{types}}}"
        # An empty cell of a text that is never null is an empty text: a total has no breakdown.
        filled = [name for name, kind, _, is_nullable in columns if kind == "VARCHAR" and not is_nullable]
        texts = ", ".join(f"coalesce({quote_name(name)}, '') as {quote_name(name)}" for name in filled)
        files = tuple(
            _load(
                connection,
                path,
                f"(select * replace ({texts}) from read_csv({quote_text(path)}, {said}))",
                {path.stem: described},
            )
            for path in paths
        )
        yield Feed(connection, "pack", files, (), {}, {}, {}, (), now, folder)


@contextmanager
def _connect(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory with the warehouse attached read-only."""
    connection = duckdb.connect(":memory:")
    try:
        # The files are small: more threads cost more processor time than they save.
        connection.execute("set threads = 1")
        connection.execute(f"attach {quote_text(warehouse)} as warehouse (read_only)")
        connection.execute("create schema feed; create schema csv")
        # Each text once, with the rows that have it: there are far fewer texts than rows.
        connection.execute("create temp table texts (file varchar, name varchar, text varchar, times bigint)")
        # Every stage and file asks for these two: once is enough.
        connection.execute("create temp table categories as from warehouse.meta.categories")
        connection.execute("create temp table prisons as from warehouse.meta.prisons")
        yield connection
    finally:
        connection.close()


def _load(
    connection: duckdb.DuckDBPyConnection, path: Path, reader: str, described: Mapping[str, Mapping[str, Described]]
) -> DataFile:
    """Read a file into its table, and its texts into `texts`."""
    table = f"feed.{quote_name(path.stem)}"
    connection.execute(f"create table {table} as from {reader}")
    columns = {name: kind for name, kind, *_ in connection.execute(f"describe {table}").fetchall()}
    file = DataFile(path.stem, columns, described.get(path.stem, {}))
    if file.texts:
        listed = ", ".join(quote_name(name) for name in file.texts)
        connection.execute(
            f"""
            insert into texts select {quote_text(file.name)}, name, text, count(*)
            from (unpivot (select {listed} from {table}) on {listed} into name name value text) group by all
            """
        )
    return file


def _load_csv(connection: duckdb.DuckDBPyConnection, path: Path, pair: DataFile | None) -> DataFile:
    """Read a CSV file into its table: with the types of its Parquet file if it has the same columns and every cell can
    be read so, else as text.
    """
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file), [])
    table, said = (
        f"csv.{quote_name(path.stem)}",
        f"{quote_text(path)}, header = true, nullstr = '', delim = ',', quote = '\"', escape = '\"'",
    )
    if pair and header == list(pair.columns):
        types = ", ".join(f"{quote_text(name)}: {quote_text(kind)}" for name, kind in pair.columns.items())
        try:
            connection.execute(
                f"create table {table} as from read_csv({said}, auto_detect = false, columns = {{{types}}})"
            )
        except duckdb.Error:
            # A cell is not of its column's type: the stages read the texts and say which.
            pass
        else:
            return DataFile(path.stem, pair.columns)
    connection.execute(f"create table {table} as from read_csv({said}, all_varchar = true)")
    return DataFile(path.stem, dict.fromkeys(header, "VARCHAR"))


def _present_files(folder: Path, ending: str) -> list[Path]:
    """The data files of each name in the newest version: older versions are kept beside them for a while."""
    paths = sorted(folder.glob(f"v*/*{ending}"), key=lambda path: int(path.parent.name[1:]))
    return [path for _, path in sorted({path.name: path for path in paths}.items())]


def _read_dictionary(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str]
) -> dict[str, dict[str, Described]]:
    """What the warehouse says of the columns of each file. `tables` gives the files whose table has another name or
    schema than a mart's.
    """
    found: dict[str, dict[str, Described]] = {}
    for schema, table, column, *said in connection.execute(
        """
        select schema_name, table_name, column_name, description, label, unit, key_position
        from warehouse.meta.dictionary
        """
    ).fetchall():
        found.setdefault(f"{schema}.{table}", {})[column] = Described(*said)
    marts = {name.removeprefix("marts."): columns for name, columns in found.items() if name.startswith("marts.")}
    blocks = {name.removeprefix("feed."): columns for name, columns in found.items() if name.startswith("feed.")}
    return marts | blocks | {name: found.get(table, {}) for name, table in tables.items()}


def _read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty if there is no such file, which the stages report where it matters."""
    if not path.exists():
        return {}
    content = json.loads(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}
