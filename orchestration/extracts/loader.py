"""Load record-level extracts into the internal database file, and refuse what breaks their contract.

An extract is `raw/internal/<extract>/<as_at>.csv`. A problem names the file, the column and the rule, and how many rows
break it; a value of a row is never printed.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow.parquet

from orchestration.archive.releases import INTERNAL
from orchestration.extracts.contract import Column, Contract
from orchestration.problems import Problem

FORMATS = (".csv", ".parquet")
"""Endings of the files an extract may come as."""
TYPES = {"text": "varchar", "date": "date", "integer": "bigint", "boolean": "boolean"}
"""DuckDB's type for each type of a contract."""
READABLE = {"date": "a date", "integer": "a whole number", "boolean": "true or false"}
"""What the text of a column must be readable as, by the type of the contract."""


def extract_files(folder: Path, extract: str) -> list[Path]:
    """The files of one extract, oldest first."""
    return sorted(path for path in (folder / extract).glob("*") if path.suffix in FORMATS)


def load(internal: Path, folder: Path, contracts: Mapping[str, Contract]) -> list[Problem]:
    """Build the internal database file afresh from every extract in a folder. Returns what is wrong with them; empty
    when all is well.

    Each extract has its table, empty when no file is there, so that models always find theirs.
    """
    internal.parent.mkdir(parents=True, exist_ok=True)
    for leftover in (internal, internal.with_name(internal.name + ".wal")):
        leftover.unlink(missing_ok=True)
    with duckdb.connect(str(internal)) as connection:
        for schema in ("landing", "staging", "intermediate"):
            connection.execute(f"create schema {schema}")
        problems = [_unknown(path) for path in sorted(folder.glob("*")) if path.is_dir() and path.name not in contracts]
        for contract in contracts.values():
            connection.execute(f"create table landing.{contract.extract} ({_columns(contract)})")
            for path in extract_files(folder, contract.extract):
                problems += _load_file(connection, path, contract)
    return problems


def _unknown(path: Path) -> Problem:
    """The problem of a folder no contract speaks of."""
    remedy = "write its contract under orchestration/extracts/contracts"
    return Problem(
        f"{INTERNAL} {path.name}", expected="an extract that has a contract", found="none of that name", remedy=remedy
    )


def _columns(contract: Contract) -> str:
    """Columns of the landing table, with the keys and codes the contract gives."""
    own = [f"{name} {TYPES[column.type]}" for name, column in contract.columns.items()]
    return ", ".join([*own, "as_at date", "source_file varchar", "source_row integer"])


def _load_file(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract) -> list[Problem]:
    """One file: into the table when every row keeps the contract, else its problems."""
    name = f"{INTERNAL} {contract.extract}"
    problems = list(_unlike_contract(path, contract, name))
    if not problems:
        problems = list(_arrive(connection, path, contract, name))
    if not problems:
        problems = list(_broken_rules(connection, contract, name, path))
    if not problems:
        connection.execute(f"insert into landing.{contract.extract} select * exclude (unreadable) from arriving")
    return problems


def _unlike_contract(path: Path, contract: Contract, name: str) -> Iterator[Problem]:
    """What is wrong with a file's name and first line. If it is no header it holds values, so they are counted."""
    try:
        dt.date.fromisoformat(path.stem)
    except ValueError:
        expected = "a file named by its day, such as 2025-03-31.csv"
        yield Problem(name, path.name, expected=expected, found=path.name, remedy="rename it")
    found = _columns_of(path)
    if found != list(contract.columns):
        missing = ", ".join(column for column in contract.columns if column not in found)
        unknown = len(set(found) - set(contract.columns))
        expected = "the columns of the contract, in order"
        said = f"missing: {missing or 'none'}; unknown: {unknown}"
        yield Problem(name, path.name, expected=expected, found=said, remedy="export it by the contract")


def _columns_of(path: Path) -> list[str]:
    """The names of a file's columns."""
    if path.suffix == ".parquet":
        return list(pyarrow.parquet.read_schema(path).names)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        return next(csv.reader(lines), [])


def _arrive(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, name: str) -> Iterator[Problem]:
    """Read a file into the table `arriving`. DuckDB prints the line it cannot read, so its message is not passed on."""
    query = _typed(contract, path, dt.date.fromisoformat(path.stem))
    try:
        connection.execute(f"create or replace temp table arriving as {query}", [str(path)])
    except duckdb.Error:
        expected = f"a CSV in UTF-8, comma-separated, with {len(contract.columns)} fields on every line"
        yield Problem(name, path.name, expected=expected, found="a line that is not so", remedy="export it again")


def _read(name: str, column: Column) -> str:
    """SQL that reads the text of a column as its type; null where it cannot be. A cast alone would round 3.7 to 4."""
    if column.type == "text":
        return f"nullif(trim({name}), '')"
    if column.type == "integer":
        return f"case when regexp_full_match(trim({name}), '-?[0-9]+') then try_cast({name} as bigint) end"
    return f"try_cast({name} as {TYPES[column.type]})"


def _typed(contract: Contract, path: Path, as_at: dt.date) -> str:
    """A query that reads the file with the contract's types; `unreadable` lists the columns whose text is not of their
    type.
    """
    values = {name: _read(name, column) for name, column in contract.columns.items()}
    typed = [f"{value} as {name}" for name, value in values.items()]
    bad = [
        f"case when nullif({name}, '') is not null and {values[name]} is null then '{name}' end"
        for name, column in contract.columns.items()
        if column.type in READABLE
    ]
    columns = ", ".join(f"'{name}': 'varchar'" for name in contract.columns)  # nothing is guessed from the values
    read = (
        f"(select {', '.join(f'cast({name} as varchar) as {name}' for name in contract.columns)} from read_parquet(?))"
        if path.suffix == ".parquet"
        else f"read_csv(?, header = true, auto_detect = false, columns = {{{columns}}}, delim = ',', quote = '\"', "
        "escape = '\"', encoding = 'utf-8')"
    )
    return f"""
        select
            {", ".join(typed)},
            date '{as_at}' as as_at,
            '{path.name.replace("'", "''")}' as source_file,
            cast(row_number() over () + 1 as integer) as source_row,
            list_filter([{", ".join(bad)}], lambda x: x is not null) as unreadable,
        from {read}
    """


def _broken_rules(
    connection: duckdb.DuckDBPyConnection, contract: Contract, name: str, path: Path
) -> Iterator[Problem]:
    """Rules that rows break, each with the number of rows."""
    checks = {
        f"{column}: {said}": test
        for column, spec in contract.columns.items()
        for said, test in _column_rules(column, spec)
    }
    checks |= {rule.describes: rule.violates for rule in contract.rules}
    checks[f"{', '.join(contract.key)}: unique"] = f"count(*) over (partition by {', '.join(contract.key)}) > 1"
    for said, test in checks.items():
        query = f"select count(*) from (select ({test}) as broken from arriving) where broken"
        rows = connection.execute(query).fetchall()[0][0]
        if rows:
            yield Problem(
                name,
                path.name,
                expected=said,
                found=f"{rows} row(s) otherwise",
                remedy="mend them at the source and export again",
            )


def _column_rules(name: str, column: Column) -> Iterator[tuple[str, str]]:
    """What one column asks of a row, as words and as a condition no row may fulfil."""
    if column.required:
        yield "filled", f"{name} is null"
    if column.codes:
        codes = ", ".join("'" + code.replace("'", "''") + "'" for code in column.codes)
        yield "one of its codes", f"{name} is not null and {name} not in ({codes})"
    if column.type in READABLE:
        yield READABLE[column.type], f"list_contains(unreadable, '{name}')"
