"""The commands that ask the published file: `ipp sql`, `tables`, `describe`, `trace`, `eligibility`, `report`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from orchestration.cli.show import AS_AT, DAY, FOLDER, WrongUsage, opened, print_table
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb

FORMATS = click.Choice(["table", "csv", "json", "parquet"])


@click.command()
@click.argument("statement", required=False)
@click.option("-f", "--file", type=click.File("rb"), help="Read the SQL from a file; `-` is standard input.")
@click.option(
    "--format", "output_format", type=FORMATS, default="table", show_default=True, help="How to print the rows."
)
@AS_AT
@click.option("--external", is_flag=True, help="Ask the external pack, in which small counts are suppressed.")
@click.pass_obj
def sql(
    settings: Settings,
    statement: str | None,
    file: BinaryIO | None,
    output_format: str,
    as_at: datetime | None,
    external: bool,
) -> None:
    """Run SQL on the published file, which it cannot change. STATEMENT `-` reads standard input."""
    if external and as_at:
        raise click.UsageError("--external and --as-at do not go together: the pack is of the edition in place")
    text = _sql_text(statement, file)
    with opened(settings, as_at, external=external) as connection, _sql_errors():
        _refuse_empty(text)
        if output_format == "parquet":
            _print_parquet(connection, text)
        else:
            _print_query(connection, text, output_format)


@click.command()
@click.pass_obj
def tables(settings: Settings) -> None:
    """List the tables of the published file: schema, name, rows, description."""
    from orchestration.query import catalogue

    with opened(settings) as connection:
        print_table(catalogue.tables(connection))


@click.command()
@click.argument("table")
@click.pass_obj
def describe(settings: Settings, table: str) -> None:
    """List the columns of TABLE (`marts.figures`, or `figures`): name, type, description."""
    from orchestration.query import catalogue

    with opened(settings) as connection:
        print_table(catalogue.describe(connection, table))


@click.command()
@click.option("--on", "on_day", type=DAY, required=True, help="Day whose rules and positions count (YYYY-MM-DD).")
@click.pass_obj
def eligibility(settings: Settings, on_day: datetime) -> None:
    """Count where people stand under the law on termination on a day, from the records of the last refresh."""
    from orchestration.query import eligibility as positions

    counted = positions.eligibility(settings, on_day.date())
    print_table(counted, noun="count")
    click.echo(positions.INTERNAL, err=True)
    if supposed := positions.supposition(counted, on_day.date()):
        click.echo(supposed, err=True)


@click.command()
@click.option("--out", type=FOLDER, help="Folder to write into; `report` in the folder of what is published if none.")
@click.pass_obj
def report(settings: Settings, out: Path | None) -> None:
    """Write the annual report from the external pack: an accessible workbook, and a CSV file for each data section."""
    from orchestration.external import annual_report as reporting

    with opened(settings, external=True) as connection:
        made = reporting.read(connection)
    for path in reporting.write(out or settings.published / "report", reporting.files(made)):
        click.echo(path)


@click.command()
@click.argument("measure")
@AS_AT
@click.option("--period", type=DAY, help="Only figures whose period ends on this day (YYYY-MM-DD).")
@click.option("--breakdown", help="Only this breakdown, such as `sex=female`; `total` for the total.")
@click.pass_obj
def trace(
    settings: Settings, measure: str, as_at: datetime | None, period: datetime | None, breakdown: str | None
) -> None:
    """Show where each figure of MEASURE comes from: every vintage, back to release, file, sheet and cell."""
    from orchestration.query import text
    from orchestration.query import trace as tracing

    day = period.date() if period else None
    with opened(settings, as_at) as connection:
        figures = tracing.vintages(connection, measure, day, breakdown)
        if not figures:
            click.echo(_nothing_to_trace(connection, measure, day, breakdown))
    for vintages in figures:
        click.echo("\n".join(text.figure_lines(measure, vintages)) + "\n")
    click.echo(text.counted(len(figures), "figure"), err=True)


def _sql_text(statement: str | None, file: BinaryIO | None) -> str:
    """The SQL from the one place it was given in."""
    if (statement is None) == (file is None):
        raise click.UsageError("give the SQL either as STATEMENT or by --file")
    if statement is not None and statement != "-":
        return statement
    try:
        return (file or sys.stdin.buffer).read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUsage(f"the SQL is not UTF-8 text: {error}") from error


@contextmanager
def _sql_errors() -> Iterator[None]:
    """Show what DuckDB says of SQL it cannot run, with its pointer to the spot."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise WrongUsage(str(error)) from error


def _refuse_empty(text: str) -> None:
    from orchestration.query.reading import is_empty

    if is_empty(text):
        raise WrongUsage("there is no SQL statement to run")


def _refuse_repeated(columns: tuple[str, ...], output_format: str) -> None:
    from orchestration.query.text import repeated_columns

    repeated = repeated_columns(columns)
    if repeated:
        raise WrongUsage(
            f"{output_format} needs column names that differ; name these apart with `as`: {', '.join(repeated)}"
        )


def _print_query(connection: duckdb.DuckDBPyConnection, sql_text: str, output_format: str) -> None:
    """Run SQL and print the rows as a table, CSV or JSON."""
    from orchestration.query.reading import query
    from orchestration.query.text import csv_text, json_text

    table = query(connection, sql_text)
    if output_format == "table":
        print_table(table)
    elif output_format == "csv":
        click.echo(csv_text(table), nl=False)
    else:
        _refuse_repeated(table.columns, "json")
        click.echo(json_text(table), nl=False)


def _print_parquet(connection: duckdb.DuckDBPyConnection, sql_text: str) -> None:
    """Run SQL and write the rows to standard output as a Parquet file."""
    if sys.stdout.isatty():
        raise WrongUsage(
            "Parquet is not for a terminal; write it to a file: ipp sql … --format parquet > figures.parquet"
        )
    from pyarrow import parquet

    rows: Any = connection.sql(sql_text).to_arrow_table()
    _refuse_repeated(tuple(rows.column_names), "parquet")
    parquet.write_table(rows, sys.stdout.buffer)


def _nothing_to_trace(
    connection: duckdb.DuckDBPyConnection, measure: str, as_at: date | None, breakdown: str | None
) -> str:
    """Why there is nothing to show of a measure, and where there is something."""
    from orchestration.query import trace as tracing

    if as_at is None:
        return f"no figures are published for {measure}"
    days = tracing.nearest_periods(connection, measure, as_at, breakdown)
    nearest = f"; the nearest: {', '.join(day.isoformat() for day in days)}" if days else ""
    return f"no figures of {measure} are published for a period that ends on {as_at.isoformat()}{nearest}"
