"""What to do about SQL that DuckDB cannot run: the table or column that was probably meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from orchestration.query.names import nearest
from orchestration.query.reading import ask

if TYPE_CHECKING:
    import duckdb

NO_TABLE = re.compile(r'Table with name "?(?P<name>[\w.]+)"? does not exist')
NO_COLUMN = re.compile(r'(?:Referenced column|does not have a column named) "(?P<name>\w+)"')

COMMANDS = ("ipp tables", "ipp describe {}")
EXTERNAL_COMMANDS = ('ipp sql --external "show all tables"', 'ipp sql --external "describe {}"')

COLUMNS = """
select schema_name || '.' || table_name, list(column_name)
from duckdb_columns()
where not internal
group by all
order by all
"""


def advise(connection: duckdb.DuckDBPyConnection, sql: str, error: str, *, external: bool = False) -> str:
    """What to do about DuckDB's message on a table or column that does not exist; empty for any other message.

    `external` says that the connection is to the external pack, which `ipp tables` and `ipp describe` do not read.
    """
    show_tables, describe = EXTERNAL_COMMANDS if external else COMMANDS
    columns: Mapping[str, Sequence[str]] = dict(ask(connection, COLUMNS).rows)
    if missing := NO_TABLE.search(error):
        return _advise_on_table(_name_in(sql, missing["name"]), list(columns), show_tables)
    if missing := NO_COLUMN.search(error):
        named = {name: columns[name] for name in columns if _is_named(name, sql)}
        return _advise_on_column(missing["name"], named, describe)
    return ""


def _name_in(sql: str, name: str) -> str:
    """The name as the SQL has it: DuckDB's message leaves out a schema that exists."""
    written = re.search(rf'[\w."]*\b{re.escape(name)}\b', sql, re.IGNORECASE)
    return written[0].replace('"', "").lower() if written else name.lower()


def _is_named(table: str, sql: str) -> bool:
    """Whether the SQL has the full name of a table."""
    return re.search(rf"\b{re.escape(table)}\b", sql, re.IGNORECASE) is not None


def _advise_on_table(name: str, known: Sequence[str], show_tables: str) -> str:
    """The full names of the tables whose last part is spelled nearly so, the nearest first."""
    wanted = name.rpartition(".")[2]
    by_last: dict[str, list[str]] = {}
    for table in known:
        by_last.setdefault(table.rpartition(".")[2], []).append(table)
    near = by_last.get(wanted) or [table for last in nearest(wanted, by_last) for table in by_last[last]][:3]
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    return f"{meant}`{show_tables}` lists every table."


def _advise_on_column(name: str, tables: Mapping[str, Sequence[str]], describe: str) -> str:
    """The columns of the tables in use that are spelled nearly so."""
    near = nearest(name, sorted({column for columns in tables.values() for column in columns}))
    meant = [f"Did you mean {' or '.join(near)}?"] if near else []
    where = [f"`{describe.format(table)}` lists its columns." for table in tables]
    return " ".join(meant + where)
