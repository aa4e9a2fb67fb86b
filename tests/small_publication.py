"""A small warehouse with the tables of the contract, built, judged and published as a refresh would."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.publication.files import sha256_of
from orchestration.publication.publish import publish
from orchestration.publication.record import PublicationRecord
from orchestration.quality.ledger import append, give_verdict
from orchestration.quality.results import CheckResult
from orchestration.settings import Settings

Figure = dict[str, Any]

SCHEMA = """
create schema marts;
create schema meta;
create table marts.figures (
    measure varchar, breakdown varchar, period_type varchar, period_start date, period_end date, value double,
    unit varchar, value_status varchar, source_kind varchar, publication varchar, release_id varchar, published_on date,
    table_number varchar, table_title varchar, source_file varchar, source_sheet varchar, source_cell varchar,
    is_latest boolean, qualifier varchar, note_texts varchar
);
create table meta.releases (
    publication varchar, release_id varchar, title varchar, published_on date, published_on_precision varchar,
    source_url varchar, status varchar
);
create table meta.publication (
    publication_id varchar, run_id varchar, built_at timestamp, verdict varchar, inputs_sha256 varchar, versions varchar
);
create table meta.citations (
    measure varchar, breakdown varchar, period_type varchar, period_start date, period_end date, publication varchar,
    release_id varchar, source_file varchar, source_sheet varchar, source_cell varchar, citation varchar
);
create table meta.measures (key varchar);
insert into meta.measures values ('ipp_unreleased_prisoners'), ('self_harm');
comment on table marts.figures is 'Every published figure, one row a vintage';
comment on column marts.figures.value is 'The figure';
comment on column marts.figures.unit is 'What is counted';
comment on table meta.releases is 'What became of every release';
insert into meta.releases values
    ('omsq', '2024-q4', 'OMSQ October to December 2024', '2025-04-24', 'exact', 'https://example.org/q4', 'published'),
    ('omsq', '2024-q3', 'OMSQ July to September 2024', '2025-01-30', 'month', 'https://example.org/q3', 'published'),
    ('omsq', '2025-q1', 'OMSQ January to March 2025', '2025-07-31', 'exact', '', 'quarantined');
"""

DEFAULTS: Figure = {
    "measure": "ipp_unreleased_prisoners",
    "breakdown": "",
    "period_type": "as_at",
    "period_start": date(2025, 3, 31),
    "period_end": date(2025, 3, 31),
    "value": 1012.0,
    "unit": "people",
    "value_status": "final",
    "source_kind": "rebuilt",
    "publication": "omsq",
    "release_id": "2024-q4",
    "published_on": date(2025, 4, 24),
    "table_number": "1.Q.14",
    "table_title": "IPP prisoners by custody status",
    "source_file": "prison-population-31-Mar-2025.ods",
    "source_sheet": "1_Q_14",
    "source_cell": "F7",
    "is_latest": True,
    "qualifier": "",
    "note_texts": "",
}


def figure(**changes: Any) -> Figure:
    """A row of marts.figures; what is not said is as in DEFAULTS. `on` sets both ends of the period."""
    on = changes.pop("on", None)
    return DEFAULTS | ({"period_start": on, "period_end": on} if on else {}) | changes


@cache
def empty_warehouse() -> bytes:
    """The bytes of a warehouse without figures, made once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.duckdb"
        with duckdb.connect() as connection:
            connection.execute(f"attach '{path}' as warehouse (storage_version 'v1.4.0')")
            connection.execute("use warehouse")
            connection.execute(SCHEMA)
        return path.read_bytes()


def write_warehouse(path: Path, publication_id: str, run_id: str, figures: list[Figure]) -> None:
    """A closed warehouse file at `path`, in the storage format that is published."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(empty_warehouse())
    with duckdb.connect(path) as connection:
        connection.execute(
            "insert into meta.publication values (?, ?, '2025-04-24 09:30:00', 'pass', 'inputs', 'duckdb 2')",
            [publication_id, run_id],
        )
        for row in figures:
            connection.execute(
                f"insert into marts.figures values ({', '.join('?' for _ in DEFAULTS)})",
                [row[name] for name in DEFAULTS],
            )
        connection.execute(
            "insert into meta.citations select measure, breakdown, period_type, period_start, period_end, publication, "
            "release_id, source_file, source_sheet, source_cell, 'value of ' || release_id || ', cell ' || source_cell "
            "from marts.figures"
        )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Folders of its own for each test; three publications are kept."""
    return Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published", keep_publications=3)


@pytest.fixture
def build(settings: Settings) -> Callable[..., None]:
    """Write a candidate: `build("p1", "run1", [figure(), …])`."""

    def build_candidate(publication_id: str, run_id: str, figures: list[Figure] | None = None) -> None:
        write_warehouse(settings.sealed, publication_id, run_id, [figure()] if figures is None else figures)

    return build_candidate


@pytest.fixture
def make_figure() -> Callable[..., Figure]:
    """The function `figure`, for test modules."""
    return figure


@pytest.fixture
def publish_one(
    settings: Settings, build: Callable[..., None], judge: Callable[..., None]
) -> Callable[..., PublicationRecord]:
    """Build, judge and publish: `publish_one("p1", [figure(), …])`; the run is called after the publication."""

    def publish_candidate(publication_id: str, figures: list[Figure] | None = None) -> PublicationRecord:
        run_id = f"run-{publication_id}"
        build(publication_id, run_id, figures)
        judge(run_id)
        return publish(settings, run_id)

    return publish_candidate


@pytest.fixture
def judge(settings: Settings) -> Callable[..., None]:
    """Record a verdict on the candidate as it is now: `judge("run1")`, `judge("run1", passed=False)`."""

    def record_verdict(run_id: str, passed: bool = True) -> None:
        check = CheckResult("suite", "marts.figures", "expectation", passed, True, "observed", "reason")
        append(settings.ledger, give_verdict(run_id, sha256_of(settings.sealed), ["omsq 2024-q4"], [check]))

    return record_verdict
