"""Stage keys: one row for each key, and no breakdown with a single option."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.feed.screening.feed import DataFile, Feed, quote_name, show_key
from orchestration.feed.screening.findings import SHOWN_KEYS, Finding

STAGE = "keys"


def check_keys(feed: Feed) -> Iterator[Finding]:
    """Keys of every file, and breakdowns that break nothing down."""
    for file in feed.files:
        if not file.key:
            yield Finding(STAGE, "no_key", "F", file.name, "", "no column is declared as its key",
                          "declare the key in the YAML of the model")  # fmt: skip
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
        yield Finding(STAGE, "key_twice", "F", file.name, ", ".join(file.key), "rows have the same key",
                      "make the rows one, or add the column that tells them apart to the key",
                      sum(row[-1] for row in twice),
                      tuple(show_key(row[:-1]) for row in twice[:SHOWN_KEYS]))  # fmt: skip
    for column, (rows, keys) in feed.bad_rows(file, {name: f"{quote_name(name)} is null" for name in file.key}).items():
        yield Finding(STAGE, "key_empty", "F", file.name, column, "the key has an empty part",
                      "fill it, or take the column out of the key", rows, keys)  # fmt: skip


def _check_single_options(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Breakdowns with one option in all periods."""
    for (breakdown,) in feed.rows(
        f"""
        select breakdown from {file.table} where breakdown <> 'total'
        group by breakdown having count(distinct (category, category_2)) = 1 order by 1
        """
    ):
        yield Finding(STAGE, "single_option", "W", file.name, breakdown, "the breakdown has a single option",
                      "take the breakdown out, or declare why it stays in exceptions.yml")  # fmt: skip
