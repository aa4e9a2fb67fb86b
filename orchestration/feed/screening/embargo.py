"""Stage embargo: no row of a release before its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any
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
    columns = "publication, release_id, title, published_on"
    releases = feed.rows(f"select {columns} from warehouse.meta.releases order by all")
    closed = [release for release in releases if _is_closed(release[3], feed.now)]
    out = [title for _, _, title, day in releases if not _is_closed(day, feed.now)]
    for file in feed.files if closed else ():
        yield from _check_file(feed, file, closed, out)


def _is_closed(day: date | None, now: datetime) -> bool:
    """Whether a release of a day is not out yet."""
    return day is not None and datetime.combine(day, TIME_OF_DAY, LONDON).astimezone(UTC) > now.astimezone(UTC)


def _check_file(feed: Feed, file: DataFile, closed: list[tuple[Any, ...]], out: list[str]) -> Iterator[Finding]:
    """Rows of one file that are of one of the closed releases. `out` are the titles of the releases that are out."""
    conditions = {}
    for publication, release, title, _ in closed:
        names = [
            f"starts_with({quote_name(column)} || ',', {quote_text(f'{publication} {release},')})"
            f" or {_is_named(quote_name(column), title, out)}"
            for column in SOURCES
            if column in file.columns
        ]
        if {"publication", "release_id"} <= set(file.columns):
            names.append(f"publication = {quote_text(publication)} and release_id = {quote_text(release)}")
        if names:
            conditions[f"{publication} {release}"] = " or ".join(f"coalesce({name}, false)" for name in names)
    for release, (rows, keys) in feed.bad_rows(file, conditions).items():
        yield find("before_its_time", file.name, "", rows, keys, release=release)


def _is_named(text: str, title: str, out: list[str]) -> str:
    """The condition that a text begins with the title of a closed release, and not with that of one which is out: a
    re-issue has the title of the first issue.
    """
    others = [f"not starts_with({text}, {quote_text(other)})" for other in out if other.startswith(title)]
    return "(" + " and ".join([f"starts_with({text}, {quote_text(title)})", *others]) + ")"
