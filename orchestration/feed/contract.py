"""What a reader of a mart may rely on, as data: columns with their types and units, the key, the lists of breakdowns,
options and measures, and the periods. Computed from the warehouse, so it cannot differ from the files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

MARTS = "marts"
FEED = "feed"
NOT_IN_FEED = ("counted_figures", "figures")
"""Tables of `marts` without files: both say again, in one long table, what the other files say."""
FURTHER = (("published", "figures"), ("meta", "categories"), ("meta", "measures"))
"""Tables of other schemas with files: the published figures, and what the codes in the marts mean."""
FILE_NAMES = {("published", "figures"): "published_figures"}
"""Files that have another name than their table: `figures` alone would not say whose."""
LONG_BREAKDOWN = "breakdown"
NUMBERS = ("BIGINT", "DOUBLE", "INTEGER")
MEASURED = frozenset({"code", "text", "date", "time", "true_or_false", "number"})
"""Units of columns that are no measure, regardless of their type."""
MARTS_OF_FEED = """
    select schema_name, table_name, description, key_columns, caveats, keeps_history
    from meta.tables
    where schema_name in ('marts', 'feed', 'published', 'meta')
    order by all
"""
COLUMNS = """
    select schema_name, table_name, column_name, data_type, unit, label, description, is_nullable
    from meta.dictionary
"""


@dataclass(frozen=True)
class Column:
    """One column of a file: its type in DuckDB, its unit, and what it means."""

    name: str
    type: str
    unit: str
    label: str
    description: str
    is_nullable: bool

    @property
    def is_measure(self) -> bool:
        """Whether its numbers are figures: counts, rates, durations."""
        return self.type in NUMBERS and self.unit not in MEASURED


@dataclass(frozen=True)
class Contract:
    """What a reader of one mart may rely on.

    `options` has the values of each breakdown: by its name, then by the column that holds them. `periods` has the first
    and last day of each kind of period; a mart that holds only the latest promises none. `measures` is for files that
    name their measures in a column.
    """

    mart: str
    table: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    options: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    periods: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
    version: str = ""

    def column(self, name: str) -> Column | None:
        """The column of a name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]


def to_data(contract: Contract) -> dict[str, Any]:
    """A contract as JSON holds it."""
    return asdict(contract)


def from_data(found: Mapping[str, Any]) -> Contract:
    """A contract that JSON holds. Raises KeyError or TypeError for anything else."""
    return Contract(
        mart=found["mart"],
        table=found["table"],
        description=found["description"],
        key=tuple(found["key"]),
        columns=tuple(Column(**column) for column in found["columns"]),
        options={
            breakdown: {column: tuple(values) for column, values in of.items()}
            for breakdown, of in found["options"].items()
        },
        measures=tuple(found["measures"]),
        periods={kind: (first, last) for kind, (first, last) in found["periods"].items()},
        caveats=tuple(found["caveats"]),
        version=found["version"],
    )


def read_contracts(connection: duckdb.DuckDBPyConnection) -> list[Contract]:
    """The contract of every file of the feed, in the order of their names; without versions."""
    columns: dict[tuple[str, str], list[Column]] = {}
    for schema, table, *facts in connection.execute(COLUMNS).fetchall():
        columns.setdefault((schema, table), []).append(Column(*facts))
    found = [
        _read_contract(connection, schema, table, columns[schema, table], rest)
        for schema, table, *rest in connection.execute(MARTS_OF_FEED).fetchall()
        if has_file(schema, table)
    ]
    return sorted(found, key=lambda contract: contract.mart)


def has_file(schema: str, table: str) -> bool:
    """Whether a table of the warehouse has files in the feed. Of the dashboard's tables the joined ones have."""
    if schema == FEED:
        return table in ("dashboard_rows", "dashboard_figures")
    return (schema == MARTS and table not in NOT_IN_FEED) or (schema, table) in FURTHER


def read_code_lists(connection: duckdb.DuckDBPyConnection) -> dict[str, frozenset[str]]:
    """Every code that a member of each dimension can have, whether a row has it now or not; also by the names that
    marts have for the dimensions.
    """
    query = "select dimension, list(code) from meta.categories group by 1"
    lists = {dimension: frozenset(codes) for dimension, codes in connection.execute(query).fetchall()}
    renamed = connection.execute("select unnest(also_called) from meta.tables").fetchall()
    pairs = [text.split(" = ") for (text,) in renamed]
    return lists | {here: lists[there] for here, there in pairs if there in lists}


def _read_contract(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, columns: Sequence[Column], rest: Sequence[Any]
) -> Contract:
    """The contract of one table."""
    description, key, caveats, keeps_history = rest
    name, names = f'{schema}."{table}"', [column.name for column in columns]
    return Contract(
        mart=FILE_NAMES.get((schema, table), table),
        table=f"{schema}.{table}",
        description=description,
        key=tuple(key),
        columns=tuple(columns),
        options=_options(connection, name, schema, columns, key),
        measures=_values(connection, name, "measure") if "measure" in key and schema != FEED else (),
        periods=_periods(connection, name) if keeps_history and "period_type" in names else {},
        caveats=tuple(caveats),
    )


def _options(
    connection: duckdb.DuckDBPyConnection, name: str, schema: str, columns: Sequence[Column], key: Sequence[str]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """The breakdowns of a table and their options."""
    if schema == FEED:  # its other keys are words for people, which may change
        return {"block": {"block": _values(connection, name, "block")}} if "block" in key else {}
    if schema == "meta":
        return {column: {column: _values(connection, name, column)} for column in key[:1]}
    if "category" in key and LONG_BREAKDOWN in key:
        found = dict(_typed_breakdowns(connection, name))
        further = [column.name for column in columns if column.name in key[6:] and column.type == "VARCHAR"]
        return found | {column: {column: _values(connection, name, column)} for column in further}
    return dict(_long_breakdowns(connection, name)) if LONG_BREAKDOWN in key else {}


def _typed_breakdowns(
    connection: duckdb.DuckDBPyConnection, name: str
) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
    """The breakdowns of a typed mart: members of the first dimension, and those of the second where there is one."""
    query = (
        "select breakdown, list_sort(list(distinct category)), list_sort(list(distinct category_2)) "
        f"from {name} group by 1 order by 1"
    )
    for breakdown, first, second in connection.execute(query).fetchall():
        yield breakdown, {"category": tuple(first)} | ({"category_2": tuple(second)} if second != ["all"] else {})


def _long_breakdowns(
    connection: duckdb.DuckDBPyConnection, name: str
) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
    """The dimensions of a long table, whose breakdowns are `key=value` pairs joined by semicolons."""
    query = (
        "with pairs as (select distinct unnest(string_split(breakdown, ';')) as pair "
        f"from {name} where breakdown <> '') "
        "select split_part(pair, '=', 1), list_sort(list(split_part(pair, '=', 2))) from pairs group by 1 order by 1"
    )
    for dimension, members in connection.execute(query).fetchall():
        yield dimension, {"breakdown": tuple(members)}


def _values(connection: duckdb.DuckDBPyConnection, name: str, column: str) -> tuple[str, ...]:
    """The values of a column, in their order."""
    query = f"select distinct {column} from {name} where {column} is not null order by 1"
    return tuple(str(value) for (value,) in connection.execute(query).fetchall())


def _periods(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, tuple[str, str]]:
    """The first and last day of each kind of period, as ISO 8601."""
    query = f"select period_type, min(period_start), max(period_end) from {name} group by 1 order by 1"
    rows: Iterable[tuple[str, dt.date, dt.date]] = connection.execute(query).fetchall()
    return {kind: (first.isoformat(), last.isoformat()) for kind, first, last in rows}
