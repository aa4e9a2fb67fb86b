"""The command `ipp`: what people and scripts type. Parses, calls, prints; what it does is in the packages it calls.

Exit codes: 0 done (also: nothing new), 1 a check failed and nothing was published, 2 wrong usage, 3 an input was
rejected. Answers go to standard output, everything said about them to standard error. Modules that take time to import
are imported by the command that needs them, so that a small query answers at once.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from orchestration.problems import CheckFailed, InputRejected, SpecError, shown
from orchestration.publication.names import UnknownName
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from orchestration.publication.decisions import Rollback
    from orchestration.publication.edition import Edition
    from orchestration.publication.reading import Table
    from orchestration.quality.ledger import Verdict

FOLDER = click.Path(file_okay=False, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])
AS_AT = click.option(
    "--as-at",
    "--as-of",
    "as_at",
    type=DAY,
    help="As it stood at the end of this publication day (YYYY-MM-DD): later releases are unknown.",
)
# The commands that work on inputs: functions of these names in `orchestration.commands`.
ON_INPUTS = ("refresh", "status", "check", "synthesise", "fetch")
OF_A_PATH = (
    *(errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP),
    *(errno.EACCES, errno.EPERM, errno.EROFS),
)
"""What is wrong where a path that was given leads nowhere, or where nothing may be written. A full or broken disk is no
mistake of a user's.
"""
FORMATS = click.Choice(["table", "csv", "json", "parquet"])


class WrongUsage(click.ClickException):
    """What was asked for cannot be: a name that is not there, SQL that does not run. Shown without a traceback."""

    exit_code = 2


def _take_folder(ctx: click.Context, option: click.Parameter, value: Path | None) -> None:
    """Put a folder that is given after a command in place of the one given before it."""
    if value and option.name:
        ctx.obj = replace(ctx.obj, **{option.name: value.expanduser().absolute()})


FOLDERS = {
    "raw": "Folder of releases as published; over IPP_RAW.",
    "work": "Folder for what is being built; over IPP_WORK.",
    "published": "Folder of what is published; over IPP_PUBLISHED.",
}
"""The folders of a run. Their options are taken before a command and after it."""
AFTER_COMMAND = [
    click.Option([f"--{name}"], type=FOLDER, help=said, expose_value=False, callback=_take_folder)
    for name, said in FOLDERS.items()
]


class Commands(click.Group):
    """A group that turns the exceptions of the pipeline into lines on standard error and an exit code.

    Commands on inputs stand in `commands`, which takes longer to import than a query takes to run: it is imported when
    one of them is asked for (or listed).
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, for the help text."""
        return sorted([*super().list_commands(ctx), *ON_INPUTS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        command: click.Command | None = super().get_command(ctx, cmd_name)
        if cmd_name in ON_INPUTS:
            command = getattr(import_module("orchestration.commands"), cmd_name)
        if command and AFTER_COMMAND[0] not in command.params:
            command.params += AFTER_COMMAND
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except InputRejected as rejected:
            _complain(shown(rejected.problems))
            ctx.exit(3)
        except CheckFailed as failed:
            _complain(failed.reasons)
            ctx.exit(1)
        except (UnknownName, SpecError) as unknown:
            raise WrongUsage(str(unknown)) from unknown
        except OSError as error:
            if error.errno not in OF_A_PATH or error.filename is None:
                raise
            raise WrongUsage(f"{error.filename}: {error.strerror}") from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--raw", type=FOLDER, help=FOLDERS["raw"])
@click.option("--work", type=FOLDER, help=FOLDERS["work"])
@click.option("--published", type=FOLDER, help=FOLDERS["published"])
@click.pass_context
def cli(ctx: click.Context, raw: Path | None, work: Path | None, published: Path | None) -> None:
    """Published figures on the IPP sentence, traced to the cell they were published in."""
    ctx.obj = Settings.from_environment(raw=raw, work=work, published=published)


@cli.command()
@click.argument("statement", required=False)
@click.option("-f", "--file", type=click.File("rb"), help="Read the SQL from a file; `-` is standard input.")
@click.option(
    "--format", "output_format", type=FORMATS, default="table", show_default=True, help="How to print the rows."
)
@AS_AT
@click.pass_obj
def sql(
    settings: Settings, statement: str | None, file: BinaryIO | None, output_format: str, as_at: datetime | None
) -> None:
    """Run SQL on the published file, which it cannot change. STATEMENT `-` reads standard input."""
    text = _sql_text(statement, file)
    with _opened(settings, as_at) as connection, _sql_errors():
        _refuse_empty(text)
        if output_format == "parquet":
            _print_parquet(connection, text)
        else:
            _print_query(connection, text, output_format)


@cli.command()
@click.pass_obj
def tables(settings: Settings) -> None:
    """List the tables of the published file: schema, name, rows, description."""
    from orchestration.publication import catalogue

    with _opened(settings) as connection:
        print_table(catalogue.tables(connection))


@cli.command()
@click.argument("table")
@click.pass_obj
def describe(settings: Settings, table: str) -> None:
    """List the columns of TABLE (`marts.figures`, or `figures`): name, type, description."""
    from orchestration.publication import catalogue

    with _opened(settings) as connection:
        print_table(catalogue.describe(connection, table))


@cli.command()
@click.option("--on", "on_day", type=DAY, required=True, help="Day whose rules and positions count (YYYY-MM-DD).")
@click.pass_obj
def eligibility(settings: Settings, on_day: datetime) -> None:
    """Count where people stand under the law on termination on a day, from the records of the last refresh."""
    from orchestration.publication import eligibility as positions

    counted = positions.eligibility(settings, on_day.date())
    print_table(counted, noun="count")
    click.echo(positions.INTERNAL, err=True)
    if supposed := positions.supposition(counted, on_day.date()):
        click.echo(supposed, err=True)


@cli.command()
@click.option("--out", type=FOLDER, help="Folder to write into; `report` in the folder of what is published if none.")
@click.pass_obj
def report(settings: Settings, out: Path | None) -> None:
    """Write the data sections of the annual report: an accessible workbook, and a CSV file each."""
    from orchestration.publication import report as reporting

    with _opened(settings) as connection:
        made = reporting.read(connection)
    for path in reporting.write(out or settings.published / "report", reporting.files(made)):
        click.echo(path)


@cli.command()
@click.argument("measure")
@AS_AT
@click.option("--period", type=DAY, help="Only figures whose period ends on this day (YYYY-MM-DD).")
@click.option("--breakdown", help="Only this breakdown, such as `sex=female`; `total` for the total.")
@click.pass_obj
def trace(
    settings: Settings, measure: str, as_at: datetime | None, period: datetime | None, breakdown: str | None
) -> None:
    """Show where each figure of MEASURE comes from: every vintage, back to release, file, sheet and cell."""
    from orchestration.publication import text
    from orchestration.publication import trace as tracing

    day = period.date() if period else None
    with _opened(settings, as_at) as connection:
        figures = tracing.vintages(connection, measure, day, breakdown)
        if not figures:
            click.echo(_nothing_to_trace(connection, measure, day, breakdown))
    for vintages in figures:
        click.echo("\n".join(text.figure_lines(measure, vintages)) + "\n")
    click.echo(text.counted(len(figures), "figure"), err=True)


@cli.command()
@click.argument("earlier", required=False)
@click.argument("later", required=False)
@click.option(
    "--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Figures shown of each kind of change."
)
@click.pass_obj
def diff(settings: Settings, earlier: str | None, later: str | None, limit: int) -> None:
    """List the figures that changed between two editions.

    EARLIER is by default the edition that LATER replaced, and LATER the one in place.
    """
    from orchestration.publication import diff as difference
    from orchestration.publication.history import file_of

    pair = _pair(settings, earlier, later)
    if pair is None:
        click.echo("no earlier edition is kept: there is nothing to compare with")
        return
    changes = difference.compare(*(file_of(settings, one) for one in pair))
    click.echo(f"from {pair[0].edition_id} to {pair[1].edition_id}")
    click.echo(", ".join(f"{change} {number}" for change, number in difference.counts(changes).items()))
    shown = difference.most_notable(changes, limit)
    if shown.rows:
        print_table(shown)


@cli.command()
@click.pass_obj
def history(settings: Settings) -> None:
    """List the editions that are kept, the one last in place first: which is in place, its verdict, and rollbacks."""
    from orchestration.publication import decisions, switch
    from orchestration.publication.history import disagreement, unreadable
    from orchestration.publication.history import history as kept
    from orchestration.publication.history import present as whole
    from orchestration.publication.reading import Table
    from orchestration.quality.ledger import read_ledger

    now, ledger = whole(settings), read_ledger(settings.ledger)
    in_place = now.edition_id if now else switch.in_place(settings)
    decided = decisions.rollbacks(settings, in_place)
    columns = ("edition", "published_at", "run", "releases", "sha256", "verdict", "note")
    rows = [_history_row(one, in_place, ledger.verdicts, decided) for one in kept(settings)]
    print_table(Table(columns, rows), noun="edition")
    _complain(filter(None, (disagreement(settings), *unreadable(settings), *ledger.damage)))


@cli.command()
@click.argument("edition", required=False)
@click.option("--reason", default="", help="Why, for `ipp history` and whoever reads it.")
@click.pass_obj
def rollback(settings: Settings, edition: str | None, reason: str) -> None:
    """Put an earlier EDITION back in place, by default the one before the present."""
    from orchestration.publication.history import present
    from orchestration.publication.rollback import rollback as go_back

    before = present(settings)
    now = go_back(settings, edition, reason)
    if before and before.edition_id == now.edition_id:
        click.echo(f"edition {now.edition_id} is already in place")
    else:
        replaced = f"edition {before.edition_id}" if before else "files that are not those of an edition"
        click.echo(f"edition {now.edition_id} is back, in place of {replaced}")


def main() -> None:
    """The entry point of the command `ipp`."""
    cli(prog_name="ipp")


def _complain(lines: Any) -> None:
    """Print each of some problems on a line of its own, on standard error."""
    for line in lines:
        click.echo(str(line), err=True)


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
def _opened(settings: Settings, as_at: datetime | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, open for reading and no more; as it stood at the end of a publication day if one is given."""
    if as_at:
        from orchestration.publication.as_of import open_as_of

        with open_as_of(settings, as_at.date()) as connection:
            yield connection
        return
    from orchestration.publication.reading import open_published

    with open_published(settings) as connection:
        yield connection


@contextmanager
def _sql_errors() -> Iterator[None]:
    """Show what DuckDB says of SQL it cannot run, with its pointer to the spot."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise WrongUsage(str(error)) from error


def _refuse_empty(text: str) -> None:
    from orchestration.publication.reading import is_empty

    if is_empty(text):
        raise WrongUsage("there is no SQL statement to run")


def _refuse_repeated(columns: tuple[str, ...], output_format: str) -> None:
    from orchestration.publication.text import repeated_columns

    repeated = repeated_columns(columns)
    if repeated:
        raise WrongUsage(
            f"{output_format} needs column names that differ; name these apart with `as`: {', '.join(repeated)}"
        )


def _print_query(connection: duckdb.DuckDBPyConnection, sql_text: str, output_format: str) -> None:
    """Run SQL and print the rows as a table, CSV or JSON."""
    from orchestration.publication.reading import query
    from orchestration.publication.text import csv_text, json_text

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


def print_table(table: Table, noun: str = "row") -> None:
    """Print rows, drawn on a terminal and plain elsewhere; how many there are goes to standard error."""
    from orchestration.publication import text

    if sys.stdout.isatty():
        from rich.console import Console

        Console().print(text.rich_table(table))
    else:
        click.echo(text.plain_table(table))
    click.echo(text.counted(len(table.rows), noun), err=True)


def _nothing_to_trace(
    connection: duckdb.DuckDBPyConnection, measure: str, as_at: date | None, breakdown: str | None
) -> str:
    """Why there is nothing to show of a measure, and where there is something."""
    from orchestration.publication import trace as tracing

    if as_at is None:
        return f"no figures are published for {measure}"
    days = tracing.nearest_periods(connection, measure, as_at, breakdown)
    nearest = f"; the nearest: {', '.join(day.isoformat() for day in days)}" if days else ""
    return f"no figures of {measure} are published for a period that ends on {as_at.isoformat()}{nearest}"


def _pair(settings: Settings, earlier: str | None, later: str | None) -> tuple[Edition, Edition] | None:
    """The two editions to compare, by default the one in place and the one it replaced; None when one is not there."""
    from orchestration.publication.history import before, edition_named, present

    to = edition_named(settings, later) if later else present(settings)
    since = edition_named(settings, earlier) if earlier else before(settings, to)
    return (since, to) if since and to else None


def _history_row(
    one: Edition, in_place: str, verdicts: Sequence[Verdict], decided: Sequence[Rollback]
) -> tuple[Any, ...]:
    """An edition as a row of `ipp history`."""
    given = [
        verdict.passed for verdict in verdicts if (verdict.edition_sha256, verdict.run_id) == (one.sha256, one.run_id)
    ]
    back = [rollback for rollback in decided if rollback.to_edition == one.edition_id]
    left = [rollback for rollback in decided if rollback.from_edition == one.edition_id]
    notes = (
        "in place" if one.edition_id == in_place else "",
        *(f"back since {last.at} in place of {last.from_edition or 'an unknown file'}" for last in back[-1:]),
        *(f"rolled back at {last.at} by {last.by}{f': {last.reason}' if last.reason else ''}" for last in left[-1:]),
    )
    return (
        one.edition_id,
        one.published_at,
        one.run_id,
        len(one.releases),
        one.sha256[:12],
        ("pass" if given[-1] else "fail") if given else "none",
        ", ".join(filter(None, notes)),
    )
