"""The commands that ask the published file: `ipp sql`, `tables`, `describe`, `open`, `trace`, `eligibility` and
`report`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from orchestration.cli.completion import complete_measure, complete_sql, complete_table
from orchestration.cli.show import AS_AT, DAY, FOLDER, WrongUsage, opened, print_table, terminal_width
from orchestration.problems import counted
from orchestration.query.snippets import SNIPPETS, guide, snippet
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb

EXAMPLE = 'ipp sql "from marts.recalls where is_total"'
FORMATS = click.Choice(["table", "csv", "json", "parquet"])


@click.command()
@click.argument("statement", required=False, shell_complete=complete_sql)
@click.option("-f", "--file", type=click.File("rb"), help="Read the SQL from a file; `-` is standard input.")
@click.option(
    "--format", "output_format", type=FORMATS, default="table", show_default=True, help="How to write the rows."
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
    """Run SQL on the published file. SQL cannot change the file.

    Give the SQL as STATEMENT, in a file, or on standard input:

    \b
      ipp sql "from marts.recalls where is_total"
      ipp sql -f query.sql --format csv > recalls.csv
      ipp sql < query.sql

    `ipp tables` lists the tables. On a terminal, the first line says which edition answers.
    """  # noqa: D301 — click reads a backspace as "do not wrap"
    if external and as_at:
        raise click.UsageError("--external and --as-at do not go together: the pack is of the edition in place")
    text = _sql_text(statement, file)
    with opened(settings, as_at, sql=text, external=external) as connection, _sql_errors(connection, text, external):
        _refuse_empty(text)
        if output_format == "parquet":
            _print_parquet(connection, text)
            return
        if sys.stdout.isatty():
            _print_banner(connection, as_at, external)
        _print_query(connection, text, output_format)


@click.command()
@click.argument("text", nargs=-1)
@click.pass_obj
def tables(settings: Settings, text: tuple[str, ...]) -> None:
    """List the tables of the published file.

    With TEXT, list only tables that have each of its words in the name, the description or another name of the table:
    `ipp tables recall`.
    """
    from orchestration.query import catalogue
    from orchestration.query.table import Table
    from orchestration.query.text import catalogue_lines, first_sentence

    wanted = " ".join(text)
    with opened(settings) as connection:
        found = catalogue.tables(connection, wanted)
    if not found.rows:
        click.echo(f"no table has {wanted!r} in its name or description; `ipp tables` lists every table", err=True)
        return
    shown = Table(found.columns, [(*row[:-1], first_sentence(row[-1])) for row in found.rows])
    if not sys.stdout.isatty():
        print_table(shown, noun="table")
        return
    click.echo("\n".join(catalogue_lines(shown, terminal_width())))
    more = "`ipp tables TEXT` finds tables; `ipp describe TABLE` says what one holds"
    click.echo(f"\n{counted(len(shown.rows), 'table')}. {more}", err=True)


@click.command()
@click.argument("table", shell_complete=complete_table)
@click.pass_obj
def describe(settings: Settings, table: str) -> None:
    """Say what TABLE holds: key, columns, codes, caveats, example.

    TABLE is a full name (`marts.recalls`), or its last part if only one table has that name.
    """
    from orchestration.query import catalogue
    from orchestration.query.text import description_lines

    with opened(settings) as connection:
        described = catalogue.describe(connection, table)
    width = terminal_width() if sys.stdout.isatty() else None
    click.echo("\n".join(description_lines(described, width)))
    if not described.is_complete:
        click.echo(catalogue.OLDER, err=True)


@click.command(name="open")
@click.option("--with", "program", type=click.Choice(list(SNIPPETS)), help="Show the code for this program only.")
@click.pass_obj
def open(settings: Settings, program: str | None) -> None:  # noqa: A001 — the name of the command
    """Show where the published file is, and how to open it.

    There is code for DuckDB, Python and R. `--with pandas` gives the code for pandas alone.
    """
    from orchestration.query.reading import require_published

    require_published(settings)
    path = str(settings.published_file)
    if program:
        click.echo(snippet(program, path))
        return
    click.echo("\n".join([path, *guide(path)]))
    click.echo("docs/sql.md has more: DBeaver, Excel, Power BI", err=True)


@click.command()
@click.option("--on", "on_day", type=DAY, required=True, help="Day whose rules and positions count (YYYY-MM-DD).")
@click.pass_obj
def eligibility(settings: Settings, on_day: datetime) -> None:
    """Count people by position under termination law on a day.

    Counts are made from the records of the last refresh. They are for HMPPS only.
    """
    from orchestration.query import eligibility as positions

    counted = positions.eligibility(settings, on_day.date())
    print_table(counted, noun="count")
    click.echo(positions.INTERNAL, err=True)
    if supposed := positions.supposition(counted, on_day.date()):
        click.echo(supposed, err=True)


@click.command()
@click.option("--out", type=FOLDER, help="Folder to write to. Without it: `report` in the published folder.")
@click.pass_obj
def report(settings: Settings, out: Path | None) -> None:
    """Write the annual report as a workbook and CSV files.

    The workbook is accessible. There is a CSV file for each data section. Both come from the external pack, where small
    counts are suppressed.
    """
    from orchestration.external import annual_report as reporting

    with opened(settings, external=True) as connection:
        made = reporting.read(connection)
    for path in reporting.write(out or settings.published / "report", reporting.files(made)):
        click.echo(path)


@click.command()
@click.argument("measure", shell_complete=complete_measure)
@AS_AT
@click.option("--period", type=DAY, help="Only figures whose period ends on this day (YYYY-MM-DD).")
@click.option("--breakdown", help="Only this breakdown, such as `sex=female`; `total` for the total.")
@click.pass_obj
def trace(
    settings: Settings, measure: str, as_at: datetime | None, period: datetime | None, breakdown: str | None
) -> None:
    """Show where each figure of MEASURE comes from.

    Every vintage is shown, back to release, file, sheet and cell. `meta.measures` lists the measures.
    """
    from orchestration.query import text
    from orchestration.query import trace as tracing

    day = period.date() if period else None
    with opened(settings, as_at, sql=tracing.QUERIES) as connection:
        figures = tracing.vintages(connection, measure, day, breakdown)
        if not figures:
            click.echo(_nothing_to_trace(connection, measure, day, breakdown))
    for vintages in figures:
        click.echo("\n".join(text.figure_lines(measure, vintages)) + "\n")
    click.echo(counted(len(figures), "figure"), err=True)


def _sql_text(statement: str | None, file: BinaryIO | None) -> str:
    """The SQL from the one place it was given in: the argument, a file, or standard input."""
    if statement is not None and file is not None:
        raise click.UsageError("give the SQL either as STATEMENT or by --file, not both")
    if statement is None and file is None and sys.stdin.isatty():
        raise click.UsageError("give the SQL as STATEMENT, by --file or on standard input; for example: " + EXAMPLE)
    if statement is not None and statement != "-":
        return statement
    try:
        return (file or sys.stdin.buffer).read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUsage(f"the SQL is not UTF-8 text: {error}") from error


@contextmanager
def _sql_errors(connection: duckdb.DuckDBPyConnection, sql_text: str, external: bool) -> Iterator[None]:
    """Show DuckDB's message on SQL it cannot run, and the name that was probably meant."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        from orchestration.query.advice import advise

        advice = advise(connection, sql_text, str(error), external=external)
        raise WrongUsage("\n\n".join(filter(None, (str(error), advice)))) from error


def _print_banner(connection: duckdb.DuckDBPyConnection, as_at: datetime | None, external: bool) -> None:
    """Say on standard error what answers: the edition and how fresh it is, the external pack, or a past day."""
    from orchestration.query.catalogue import freshness

    if as_at:
        line = f"published figures as they were at the end of {as_at:%Y-%m-%d}"
    elif external:
        line = "external pack: small counts are suppressed"
    else:
        line = freshness(connection)
    click.echo(line, err=True)


def _refuse_empty(text: str) -> None:
    from orchestration.query.reading import is_empty

    if is_empty(text):
        raise WrongUsage(f"there is no SQL statement to run; give one, for example: {EXAMPLE}")


def _refuse_repeated(columns: tuple[str, ...], output_format: str) -> None:
    from orchestration.query.text import repeated_columns

    repeated = repeated_columns(columns)
    if repeated:
        raise WrongUsage(
            f"{output_format} needs column names that differ; name these apart with `as`: {', '.join(repeated)}"
        )


def _print_query(connection: duckdb.DuckDBPyConnection, sql_text: str, output_format: str) -> None:
    """Run SQL and show the rows as a table, CSV or JSON."""
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
