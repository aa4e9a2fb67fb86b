"""Reading the published file, and nothing else: a connection that can write nothing and open no other file.

Belongs here: connections and what a query returns. Does not belong here: how it is shown (text), what is asked
(catalogue, trace, diff).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from orchestration.problems import CheckFailed
from orchestration.query.table import Table
from orchestration.settings import Settings

# No other file, no network, no variable of this program (DuckDB counts it as external), no spilling to disk beside the
# published file, and no way to change that.
SEALED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "temp_directory": "",
    "lock_configuration": True,
}
SEAL = ("set enable_external_access = false", "set lock_configuration = true")


def open_published(settings: Settings) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the published file. Raises CheckFailed when there is none, or it cannot be read."""
    path = settings.published_file
    require_published(settings)
    try:
        return duckdb.connect(path, read_only=True, config=SEALED)
    except duckdb.Error as error:
        raise CheckFailed([f"{path} cannot be read: {explained(error)}"]) from error


def open_external(settings: Settings) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the external pack of the edition in place. Raises CheckFailed when there is none."""
    require_published(settings)
    path = settings.external_file
    if not path.exists():
        raise CheckFailed(
            [f"the edition in place has no external pack: {path} does not exist; run `ipp refresh --full`"]
        )
    try:
        return duckdb.connect(path, read_only=True, config=SEALED)
    except duckdb.Error as error:
        raise CheckFailed([f"{path} cannot be read: {explained(error)}"]) from error


def require_published(settings: Settings) -> None:
    """Raise CheckFailed when there is no published file, with what is wrong if there should be one."""
    path = settings.published_file
    if not path.exists():
        from orchestration.editions.history import disagreement

        missing = f"nothing is published yet: {path} does not exist; run `ipp refresh`"
        raise CheckFailed([disagreement(settings) or missing])


def require_readable(settings: Settings) -> None:
    """Raise CheckFailed when another program has the published file open for writing: a refresh has to read it."""
    if not settings.published_file.exists():
        return
    try:
        duckdb.connect(settings.published_file, read_only=True, config=SEALED).close()
    except duckdb.Error as error:
        if is_locked(error):
            raise CheckFailed([f"{settings.published_file} cannot be read: {explained(error)}"]) from error


def is_locked(error: duckdb.Error) -> bool:
    """Whether DuckDB could not open a file because another program has it open for writing."""
    return isinstance(error, duckdb.IOException) and "lock" in str(error)


def explained(error: duckdb.Error) -> str:
    """What DuckDB says, and for a file that is in use what to do about it."""
    if not is_locked(error):
        return str(error)
    return (
        f"another program has it open for writing ({error}). Close that program, and open the file there with "
        "read_only=True; then run the command again"
    )


def open_pair(earlier: Path, later: Path) -> duckdb.DuckDBPyConnection:
    """A connection with two warehouses attached for reading, as databases `earlier` and `later`."""
    connection = duckdb.connect(config={"temp_directory": ""})
    try:
        for name, path in (("earlier", earlier), ("later", later)):
            connection.execute(f"attach '{_quoted(path)}' as {name} (read_only)")
        for statement in SEAL:
            connection.execute(statement)
    except duckdb.Error as error:
        connection.close()
        raise CheckFailed([f"{earlier} and {later} cannot be compared: {explained(error)}"]) from error
    return connection


def is_empty(sql: str) -> bool:
    """Whether a text holds no SQL statement (nothing, or comments only). Raises duckdb.Error when it is no SQL."""
    return not duckdb.extract_statements(sql)


def query(connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any] | None = None) -> Table:
    """What a text of SQL returns, the last result of several. Raises duckdb.Error, whose text points to the spot."""
    result = connection.execute(sql, parameters) if parameters else connection.execute(sql)
    return Table(tuple(column[0] for column in result.description or ()), result.fetchall())


def ask(connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any] | None = None) -> Table:
    """What one of our own queries returns. Raises CheckFailed when the file has not the tables it is about."""
    try:
        return query(connection, sql, parameters)
    except duckdb.Error as error:
        reason = f"the published file was made by a different version: {error}"
        raise CheckFailed([f"{reason}; run `ipp refresh`"]) from error


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
