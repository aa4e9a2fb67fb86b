"""What all commands share: options, how answers are shown, and how a user's mistake is said."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.problems import counted
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from orchestration.query.table import Table

FOLDER = click.Path(file_okay=False, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])
AS_AT = click.option(
    "--as-at",
    "--as-of",
    "as_at",
    type=DAY,
    help="As it was at the end of this publication day (YYYY-MM-DD): later releases are unknown.",
)


class WrongUsage(click.ClickException):
    """What was asked for cannot be: a name that is not there, SQL that does not run. Shown without a traceback."""

    exit_code = 2


def complain(lines: Iterable[object]) -> None:
    """Write each of some problems on a separate line, on standard error."""
    for line in lines:
        click.echo(str(line), err=True)


@contextmanager
def opened(
    settings: Settings, as_at: datetime | None = None, *, sql: str = "", external: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, open for reading and no more: as it was at the end of a publication day if one is given, or
    its external pack. `sql` is what will be asked, for a past day.
    """
    if external:
        from orchestration.query.reading import open_external

        with open_external(settings) as connection:
            yield connection
        return
    if as_at:
        from orchestration.query.as_of import open_as_of

        with open_as_of(settings, as_at.date(), sql) as connection:
            yield connection
        return
    from orchestration.query.reading import open_published

    with open_published(settings) as connection:
        yield connection


def print_table(table: Table, noun: str = "row") -> None:
    """Show rows, drawn on a terminal and plain elsewhere; how many there are goes to standard error.

    A table with too many columns for the terminal is shown row by row, a column a line.
    """
    from orchestration.query import text

    if not sys.stdout.isatty():
        click.echo(text.plain_table(table))
    elif text.fits(table, terminal_width()):
        from rich.console import Console

        Console(width=terminal_width()).print(text.rich_table(table))
    else:
        click.echo("\n".join(text.record_lines(table)))
    click.echo(counted(len(table.rows), noun), err=True)


def terminal_width() -> int:
    """The width of the terminal in characters; COLUMNS sets it."""
    return shutil.get_terminal_size().columns
