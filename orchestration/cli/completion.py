"""What the shell completes: names of tables and measures of the published file.

A shell asks for these while a person types, so anything that is wrong gives no names and no message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from orchestration.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    import click
    import duckdb

WORD = re.compile(r"[\w.]*$")
"""The name at the end of unfinished SQL."""


def complete_table(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> Sequence[str]:
    """The tables that begin with what is typed, by full name or by the last part of it."""
    from orchestration.query.catalogue import table_names

    known = _ask(ctx, table_names)
    return [name for name in known if name.startswith(incomplete)] or [
        name for name in known if name.rpartition(".")[2].startswith(incomplete)
    ]


def complete_sql(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> Sequence[str]:
    """The SQL typed so far, with its final word completed to each table it can be; nothing for an empty final word."""
    typed = WORD.search(incomplete)
    last = typed[0] if typed else ""
    before = incomplete.removesuffix(last)
    return [before + name for name in complete_table(ctx, parameter, last)] if last else []


def complete_measure(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> Sequence[str]:
    """The measures that begin with what is typed."""
    from orchestration.query.trace import measures

    return [name for name in _ask(ctx, measures) if name.startswith(incomplete)]


def _ask(ctx: click.Context, names: Callable[[duckdb.DuckDBPyConnection], Sequence[str]]) -> Sequence[str]:
    """Names from the published file; none if there is no file to read."""
    from orchestration.problems import CheckFailed
    from orchestration.query.reading import open_published

    given: Path | None = ctx.params.get("published") or ctx.find_root().params.get("published")
    try:
        with open_published(Settings.from_environment(published=given)) as connection:
            return names(connection)
    except CheckFailed:
        return []
