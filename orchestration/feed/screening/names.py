"""Stage names: files, columns, labels and options have names that every reader can use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from orchestration.feed.screening.feed import DASHBOARD_ROWS, Feed
from orchestration.feed.screening.findings import Finding, find
from orchestration.yaml_reader import read_yaml

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST_COLUMN, LONGEST_LABEL, LONGEST_OPTION = 50, 100, 120
"""Characters. What the platform and Excel show without cutting off."""
RESERVED = Path(__file__).with_name("reserved_words.yml")


@cache
def read_reserved_words() -> frozenset[str]:
    """The names that Athena reserves, in lower case."""
    return frozenset(read_yaml(RESERVED)["reserved_words"].split())


def check_names(feed: Feed) -> Iterator[Finding]:
    """Names of files and columns, and lengths of labels and options."""
    for file in feed.files:
        yield from _check_name(file.name)
        for column in file.columns:
            yield from _check_name(file.name, column)
            yield from _check_column(file.name, column)
        for column, described in file.described.items():
            if len(described.label) > LONGEST_LABEL:
                yield find("label_length", file.name, column, length=len(described.label), most=LONGEST_LABEL)
    yield from _check_options(feed)


def _check_name(file: str, column: str = "") -> Iterator[Finding]:
    """Lower snake_case."""
    if not NAME.fullmatch(column or file):
        yield find("column_name" if column else "file_name", file, column)


def _check_column(file: str, column: str) -> Iterator[Finding]:
    """Not too long and not reserved."""
    if len(column) > LONGEST_COLUMN:
        yield find("column_length", file, column, length=len(column), most=LONGEST_COLUMN)
    if column.lower() in read_reserved_words():
        yield find("reserved_word", file, column)


def _check_options(feed: Feed) -> Iterator[Finding]:
    """Options as people read them: labels of the code lists, and what the dashboard shows."""
    long = f"length(option) > {LONGEST_OPTION}"
    options = [("categories", "label", "select distinct label as option from categories")]
    if file := feed.file(DASHBOARD_ROWS):
        options += [
            (file.name, column, f"select distinct {column} as option from {file.table}")
            for column in ("series", "category")
            if column in file.columns
        ]
    for name, column, query in options:
        found = feed.rows(f"select option from ({query}) where {long} order by 1")
        if found:
            yield find("option_length", name, column, keys=[f"{row[0][:40]}…" for row in found], most=LONGEST_OPTION)
