"""Stage keys: one row for each key, and no breakdown with a single option."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.feed.screening.feed import DASHBOARD_ROWS, DataFile, Feed, quote_name, quote_text
from orchestration.feed.screening.findings import Finding, find
from orchestration.feed.sections import EDGE


def check_keys(feed: Feed) -> Iterator[Finding]:
    """Keys of every file, and breakdowns that break nothing down."""
    for file in feed.files:
        if not file.key:
            yield find("no_key", file.name)
            continue
        yield from _check_twice(feed, file)
        if feed.has_mart_rows(file):
            yield from _check_single_options(feed, file)


def _check_twice(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Rows with the same key, and keys with an empty part. The values are no part of the comparison: two rows that
    differ only in a value are the fault we look for.
    """
    key = ", ".join(quote_name(name) for name in file.key)
    twice = feed.rows(f"select {key}, count(*) from {file.table} group by {key} having count(*) > 1 order by all")
    if twice:
        yield find(
            "key_twice", file.name, ", ".join(file.key), sum(row[-1] for row in twice), [row[:-1] for row in twice]
        )
    # The two rows of the edge have no day.
    is_edge = f" and block is distinct from {quote_text(EDGE)}" if file.name == DASHBOARD_ROWS else ""
    is_empty = {name: f"{quote_name(name)} is null{is_edge}" for name in file.key}
    for column, (rows, keys) in feed.bad_rows(file, is_empty).items():
        yield find("key_empty", file.name, column, rows, keys)


def _check_single_options(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Breakdowns with one option in all periods."""
    for (breakdown,) in feed.rows(
        f"""
        select breakdown from {file.table} where breakdown <> 'total'
        group by breakdown having count(distinct (category, category_2)) = 1 order by 1
        """
    ):
        yield find("single_option", file.name, breakdown)
