"""What `ipp status` says of an edition's figures: from its warehouse once, and from its summary afterwards."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from orchestration.problems import CheckFailed
from orchestration.query.edition_summary import FILE, EditionSummary, from_json, read_summary, summarise, write_summary
from orchestration.settings import Settings

TABLES = """
create schema marts;
create schema meta;
create table marts.internal_reconciliation (agreement varchar, source_kind varchar);
insert into marts.internal_reconciliation values ('within_tolerance', 'synthetic');
create table meta.reconciliation (
    name varchar, status varchar, reason varchar, period_end date, left_value double, left_source varchar,
    right_value double, right_source varchar
);
create table meta.releases (
    publication varchar, release_id varchar, published_on date, status varchar, reason varchar
);
insert into meta.releases values
    ('omsq', '2024-q3', '2025-01-30', 'published', ''), ('omsq', '2024-q4', '2025-04-24', 'published', 'a new prison'),
    ('omsq', '2025-q1', '2025-07-31', 'set_aside', 'cut off'), ('hansard', '2025-06-01', '2025-06-01', 'published', '');
"""
# The next issue after April 2025 came out on 31 July 2025, by the release calendar of GOV.UK.
SUMMARY = EditionSummary(
    latest_omsq=dt.date(2025, 4, 24),
    next_omsq=dt.date(2025, 7, 31),
    lines=(
        "records    1 figure (synthetic) against the published ones: within tolerance",
        "remark     omsq 2024-q4: a new prison",
    ),
)


@pytest.fixture
def edition(settings: Settings) -> Settings:
    """The folder of an edition in place, made by a version that wrote no summary."""
    settings.current.mkdir(parents=True)
    with duckdb.connect(settings.current / "ipp.duckdb") as connection:
        connection.execute(TABLES)
    settings.published_file.symlink_to("current/ipp.duckdb")
    return settings


@pytest.mark.parametrize("text", [None, "", "[]", '{"latest_omsq": "2025-04-24"}', '{"latest_omsq": 1, "lines": []}'])
def test_without_a_summary_the_warehouse_is_asked(edition: Settings, text: str | None) -> None:
    if text is not None:
        (edition.current / FILE).write_text(text, encoding="utf-8")
    assert read_summary(edition) == SUMMARY


def test_a_summary_is_read_as_it_was_written(edition: Settings) -> None:
    write_summary(SUMMARY, edition.current)
    (edition.current / "ipp.duckdb").unlink()
    assert read_summary(edition) == SUMMARY


def test_an_edition_without_quarterly_statistics_has_no_next_release() -> None:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        connection.execute("delete from meta.releases where publication = 'omsq'")
        assert summarise(connection) == EditionSummary(None, None, SUMMARY.lines[:1])
    assert from_json('{"latest_omsq": null, "next_omsq": null, "lines": []}') == EditionSummary(None, None, ())


def test_without_either_it_is_said_what_is_missing(settings: Settings) -> None:
    with pytest.raises(CheckFailed, match="nothing is published yet"):
        read_summary(settings)
