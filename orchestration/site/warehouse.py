"""Reading the finished warehouse file: rows by column name, and the points that charts and tables are made from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.problems import CheckFailed

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]


@dataclass(frozen=True)
class Point:
    """One figure of a block: what it is of, when, its number and its text. `value` is None if it is not to be had."""

    series: str
    category: str
    ts: date
    period: str
    value: float | None
    value_text: str
    status_text: str
    source: str
    classification: str
    is_latest: bool


@contextmanager
def open_warehouse(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can only read the file. Raises CheckFailed if the file is missing or cannot be opened."""
    import duckdb

    if not path.exists():
        raise CheckFailed([f"the site needs the warehouse {path}, and the file does not exist; run `ipp refresh`"])
    with duckdb.connect(config={"temp_directory": ""}) as connection:
        try:
            # The name of a file is the name of its database; one that is also a schema's would be ambiguous.
            connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as warehouse (read_only)")
            connection.execute("use warehouse")
        except duckdb.Error as error:
            raise CheckFailed([f"{path} cannot be read: {error}"]) from error
        yield connection


def fetch(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    """The rows of a query, each by column name. Raises CheckFailed if the file has not the tables or columns."""
    import duckdb

    try:
        result = connection.execute(sql)
    except duckdb.Error as error:
        raise CheckFailed([f"the site cannot be made from this warehouse: {error}"]) from error
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def point_of(row: Row) -> Point:
    """A row of `feed.dashboard_rows` as a point; an empty series, category or source becomes empty text."""
    return Point(
        series=row["series"] or "",
        category=row["category"] or "",
        ts=row["ts"],
        period=row["period"],
        value=row["value"],
        value_text=row["value_text"],
        status_text=row["status_text"],
        source=row["source"] or "",
        classification=row["classification"],
        is_latest=row["is_latest"] == "true",
    )
