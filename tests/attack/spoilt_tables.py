"""Change one thing after another in the tables that a rule or a dbt test reads, until it fails.

A change is a row twice, a row less, or another value or none in one row or in all. Each is taken back before the next.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import duckdb

RELATION = re.compile(r'"(candidate|internal)"\."(\w+)"\."(\w+)"')
OTHER = {
    "VARCHAR": "'no such value'",
    "DATE": "{column} + interval 400 day",
    "TIMESTAMP": "{column} + interval 400 day",
    "BOOLEAN": "not {column}",
}
NUMBER = "{column} * 10 + 1000"
"""Another value of a column, by its type; for all types that are not listed, another number."""
Relation = tuple[str, str, str]
"""Database, schema and name of a table."""
Where = Mapping[str, Sequence[str]]
"""The members that rows have, by dimension."""
ROWS = 12
"""How many rows of a table are tried one by one."""


def change_until(
    connection: duckdb.DuckDBPyConnection, changes: Iterable[str], fails: Callable[[], bool]
) -> str | None:
    """The first change after which a check fails; None where it fails after none."""
    for change in changes:
        connection.execute("begin")
        try:
            connection.execute(change)
            if fails():
                return change
        except duckdb.ConversionException:
            continue  # a number too large for its column
        finally:
            connection.execute("rollback")
    return None


def relations(sql: str) -> list[Relation]:
    """The tables that a compiled dbt test reads: database, schema and name."""
    return list(dict.fromkeys(RELATION.findall(sql)))


def make_plain(connection: duckdb.DuckDBPyConnection, relation: Relation, sql: Mapping[Relation, str]) -> None:
    """Make a table without constraints of a table or view, so that it takes any change. One that was not kept after the
    build is made again from its SQL.
    """
    database, schema, _ = relation
    name = ".".join(f'"{part}"' for part in relation)
    found = connection.execute(
        "select table_type from information_schema.tables "
        "where table_catalog = ? and table_schema = ? and table_name = ?",
        list(relation),
    ).fetchall()
    if not found:
        for other in relations(sql[relation]):
            make_plain(connection, other, sql)
        connection.execute(f'create schema if not exists "{database}"."{schema}"')
    connection.execute(f"create temporary table plain as {f'select * from {name}' if found else sql[relation]}")
    for (kind,) in found:
        connection.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {name} cascade")
    connection.execute(f"create table {name} as select * from plain")
    connection.execute("drop table plain")


def changes_of(
    connection: duckdb.DuckDBPyConnection, name: str, chance: random.Random, first: Sequence[str] = ()
) -> Iterator[str]:
    """Changes of a table, those of the columns `first` before others."""
    columns = {
        column: kind
        for column, kind, *_ in connection.execute(f"describe {name}").fetchall()
        if "[" not in kind and not kind.startswith(("STRUCT", "MAP"))
    }
    rows = [row for (row,) in connection.execute(f"select rowid from {name} order by rowid").fetchall()]
    if not rows:
        yield from _of_no_row(columns, name, first)
        return
    some = chance.sample(rows, min(ROWS, len(rows)))
    ordered = [*(column for column in first if column in columns), *(one for one in columns if one not in first)]
    yield f"insert into {name} select * from {name} where rowid = {some[0]}"
    for column in ordered:
        for where in (*(f"rowid = {row}" for row in some[:3]), "true"):
            yield f'update {name} set "{column}" = {_other(column, columns[column])} where {where}'
            yield f'update {name} set "{column}" = null where {where}'
    yield from (f"delete from {name} where rowid = {row}" for row in some)
    for column in ordered:
        for row in some[3:]:
            yield f'update {name} set "{column}" = {_other(column, columns[column])} where rowid = {row}'


def changes_where(
    connection: duckdb.DuckDBPyConnection, reads: Sequence[tuple[str, Where]], chance: random.Random
) -> Iterator[str]:
    """Changes of the figures that a rule reads, of which each part is a landing table and the members it reads: another
    value of one, other values of all, members that no release has, one more period, no value, and a row less.
    """
    kept = [(name, _condition(where)) for name, where in reads]
    some = [(name, row) for name, condition in kept for row in _with_value(connection, name, condition, chance)]
    first = chance.sample(some, min(ROWS, len(some)))
    for name, row in first:
        yield f"update {name} set value = value * 10 + 1000 where rowid = {row}"
    for factor in (7, 11, 13):
        other = f"value = (rowid * {factor} + (period_end - date '2000-01-01')) % 997 + 1, value_status = 'final'"
        yield "; ".join(f"update {name} set {other} where {condition}" for name, condition in kept)
    if missing := "; ".join(_missing_members(connection, reads)):
        yield missing
    for day in _days(connection, kept):
        for other in ("value * 10 + 1000", "value / 10 - 1"):
            parts = (f"update {name} set value = {other} where {condition} and {day}" for name, condition in kept)
            yield "; ".join(parts)
    for name, row in first:
        for span in ("1 month", "3 month", "1 year"):
            later = f"last_day(period_end + interval {span})"
            start = f"if(period_type = 'as_at', {later}, period_start + interval {span})"
            said = f"value * 10 + 1000 as value, {later} as period_end, {start} as period_start"
            yield f"insert into {name} select * replace ({said}) from {name} where rowid = {row}"
        yield f"update {name} set value = value * 10 + 1000 where rowid = {row}"
        yield f"update {name} set value = value / 10 - 1 where rowid = {row}"
        yield f"update {name} set value = null, value_status = 'not_applicable' where rowid = {row}"
        yield f"delete from {name} where rowid = {row}"


def _missing_members(connection: duckdb.DuckDBPyConnection, reads: Sequence[tuple[str, Where]]) -> Iterator[str]:
    """SQL for rows of the members that a rule reads and no release has: copies of other rows, with another value."""
    for name, where in reads:
        for column, members in where.items():
            rest = _condition({other: known for other, known in where.items() if other != column})
            sql = f'select distinct "{column}" from {name} where {rest}'
            known = {member for (member,) in connection.execute(sql).fetchall()}
            for member in members if known and not known & set(members) else ():
                said = f'{_listed([member])} as "{column}", coalesce(value, 0) + 1000 as value'
                template = f'"{column}" = {_listed([min(known)])}'
                yield f"insert into {name} select * replace ({said}) from {name} where {rest} and {template}"


def _days(connection: duckdb.DuckDBPyConnection, kept: Sequence[tuple[str, str]]) -> list[str]:
    """SQL for each of the days on which periods end of the figures that a rule reads."""
    parts = (f"select period_end from {name} where {condition} and value is not null" for name, condition in kept)
    days = connection.execute(
        f"select distinct period_end from ({' union all '.join(parts)}) order by 1 desc"
    ).fetchall()
    return [f"period_end = date '{day}'" for (day,) in days[:60]]


def _with_value(connection: duckdb.DuckDBPyConnection, name: str, condition: str, chance: random.Random) -> list[int]:
    """Some rows of a landing table that have a value: of the last periods, and of any."""
    sql = f"select rowid from {name} where {condition} and value is not null order by period_end desc, rowid"
    rows = [row for (row,) in connection.execute(sql).fetchall()]
    return list(dict.fromkeys([*rows[:2], *chance.sample(rows, min(ROWS, len(rows)))]))


def _condition(where: Where) -> str:
    """SQL for the rows that have some members."""
    return " and ".join(f'"{column}" in ({_listed(members)})' for column, members in where.items()) or "true"


def _of_no_row(columns: Mapping[str, str], name: str, first: Sequence[str]) -> Iterator[str]:
    """Rows for a table that has none: without any value, and with a strange one in each column."""
    yield f"insert into {name} ({_names(columns)}) values ({', '.join('null' for _ in columns)})"
    values = [_strange(kind) for kind in columns.values()]
    yield f"insert into {name} ({_names(columns)}) values ({', '.join(values)})"
    yield f"insert into {name} ({_names(columns)}) values ({', '.join(values)}), ({', '.join(values)})"


def _strange(kind: str) -> str:
    """A value of a type that no table has."""
    known = {"VARCHAR": "'no such value'", "DATE": "date '1900-01-01'", "BOOLEAN": "true"}
    return known.get(kind, f"try_cast('99' as {kind})")


def _other(column: str, kind: str) -> str:
    """SQL for another value of a column."""
    return OTHER.get(kind, NUMBER).format(column=f'"{column}"')


def _names(columns: Iterable[str]) -> str:
    """Columns as SQL lists them."""
    return ", ".join(f'"{column}"' for column in columns)


def _listed(members: Any) -> str:
    """Texts as SQL lists them."""
    return ", ".join("'" + str(member).replace("'", "''") + "'" for member in members)
