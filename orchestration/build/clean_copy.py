"""A DuckDB file that holds values and nothing else, to be handed to others.

DuckDB does not clear the memory that it makes the blocks of a file from, and does not clear blocks that it no longer
uses: a file written where records are read may hold whole pages of them between its tables, which no query shows (seen
here; DuckDB's issue 23382 describes it). So the file is written by a separate process, which never held a record,
from Parquet files, which have no room between their values.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from orchestration.build.database import create_file, quoted
from orchestration.problems import CheckFailed

COMMENTS_FILE = "comments.sql"
COMMENTS = """
    select format('comment on table {}.{} is ', schema_name, table_name), comment
    from duckdb_tables()
    where database_name = current_database() and comment is not null
    union all
    select format('comment on view {}.{} is ', schema_name, view_name), comment
    from duckdb_views()
    where database_name = current_database() and comment is not null
    union all
    select format('comment on column {}.{}."{}" is ', schema_name, table_name, column_name), comment
    from duckdb_columns()
    where database_name = current_database() and comment is not null
    order by 1
"""
SHAPE = """
    select schema_name, table_name, column_name, data_type, is_nullable, comment
    from duckdb_columns()
    where database_name = current_database() and not internal
    union all
    select schema_name, function_name, '', function_type, false, ''
    from duckdb_functions()
    where database_name = current_database() and not internal
    order by all
"""
TABLES = """
    select schema_name, table_name from duckdb_tables() where database_name = current_database() order by all
"""
VALUES = "select count(*), sum(hash(line)) from {schema}.{table} as line"


def write_clean_copy(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Write all that the database of `connection` holds (tables, macros, comments) to `target`, in another process;
    what was there is replaced.

    Raises CheckFailed when the copy could not be written, or does not say what the original says.
    """
    folder = target.with_suffix(".values")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        _export(connection, folder)
        command = [sys.executable, "-m", __name__, str(folder), str(target)]
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if outcome.returncode:
        said = (outcome.stdout or outcome.stderr or "no message").strip().splitlines()[-1]
        raise CheckFailed([f"{target} could not be written (exit code {outcome.returncode}): {said}"])
    with duckdb.connect(str(target), read_only=True) as copy:
        differing = _differences(connection, copy)
    if differing:
        raise CheckFailed([f"{target} does not say what the candidate says, in {', '.join(differing)}"])


def _export(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """The database as Parquet files and SQL; DuckDB's export leaves comments out."""
    connection.execute(f"export database {quoted(str(folder))} (format parquet)")
    comments = [f"{head}{quoted(text)};\n" for head, text in connection.execute(COMMENTS).fetchall()]
    (folder / COMMENTS_FILE).write_text("".join(comments), encoding="utf-8")


def _differences(one: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection) -> list[str]:
    """Where two databases differ: in what they are made of, or in the rows of a table, in any order."""
    if _asked(one, SHAPE) != _asked(other, SHAPE):
        return ["its tables, columns, macros or comments"]
    queries = {f"{schema}.{table}": VALUES.format(schema=schema, table=table) for schema, table in _asked(one, TABLES)}
    return [name for name, query in queries.items() if _asked(one, query) != _asked(other, query)]


def _asked(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    """The rows of a query."""
    return connection.execute(query).fetchall()


def main() -> None:
    """The other process: make the file from what was exported. Usage: FOLDER TARGET."""
    folder, target = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        with create_file(target) as connection:
            connection.execute(f"import database {quoted(str(folder))}")
            comments = (folder / COMMENTS_FILE).read_text(encoding="utf-8")
            connection.execute(f"begin; {comments} commit")  # one write to disk instead of thousands
    except (duckdb.Error, OSError) as error:
        # Standard error is left to what breaks unforeseen, and to what libraries say at the end.
        sys.stdout.write(str(error).partition("\n")[0])
        sys.exit(1)


if __name__ == "__main__":
    main()
