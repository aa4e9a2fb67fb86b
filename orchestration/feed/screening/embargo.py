"""Stage embargo: no row of a release before its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from orchestration.feed.screening.feed import DataFile, Feed, quote_name, quote_text
from orchestration.feed.screening.findings import Finding, find

LONDON = ZoneInfo("Europe/London")
TIME_OF_DAY = time(9, 30)
"""When official statistics come out (Code of Practice for Statistics)."""
SOURCES = ("source", "published_source", "citation")
"""Columns of text that name the release of a row."""


def check_embargo(feed: Feed) -> Iterator[Finding]:
    """Rows of every file that are of a release which is not out at the time of the screening."""
    closed = [
        (publication, release, title)
        for publication, release, title, day in feed.rows(
            "select publication, release_id, title, published_on from warehouse.meta.releases order by all"
        )
        if day is not None and datetime.combine(day, TIME_OF_DAY, LONDON).astimezone(UTC) > feed.now.astimezone(UTC)
    ]
    for file in feed.files if closed else ():
        yield from _check_file(feed, file, closed)


def _check_file(feed: Feed, file: DataFile, closed: list[tuple[str, str, str]]) -> Iterator[Finding]:
    """Rows of one file that are of one of the closed releases."""
    conditions = {}
    for publication, release, title in closed:
        names = [
            f"starts_with({quote_name(column)} || ',', {quote_text(f'{publication} {release},')})"
            f" or starts_with({quote_name(column)}, {quote_text(title)})"
            for column in SOURCES
            if column in file.columns
        ]
        if {"publication", "release_id"} <= set(file.columns):
            names.append(f"publication = {quote_text(publication)} and release_id = {quote_text(release)}")
        if names:
            conditions[f"{publication} {release}"] = " or ".join(f"coalesce({name}, false)" for name in names)
    for release, (rows, keys) in feed.bad_rows(file, conditions).items():
        yield find("before_its_time", file.name, "", rows, keys, release=release)
