"""A small edition whose warehouse has the tables of the contract, built, judged and published as a refresh would."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.editions.edition import Edition, list_files
from orchestration.editions.publish import publish
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
    ('omsq', '2025-q1', 'OMSQ January to March 2025', '2025-07-31', 'exact', '', 'set_aside');
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


@cache
def warehouse_with(edition_id: str, run_id: str, figures: tuple[tuple[Any, ...], ...]) -> bytes:
    """The bytes of a warehouse with these figures, made once: most tests publish the same few editions."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "filled.duckdb"
        path.write_bytes(empty_warehouse())
        with duckdb.connect(path) as connection:
            connection.execute(
                "insert into meta.publication values (?, ?, '2025-04-24 09:30:00', 'pass', ?, 'duckdb 2')",
                [edition_id, run_id, f"inputs {edition_id}"],
            )
            for row in figures:
                connection.execute(f"insert into marts.figures values ({', '.join('?' for _ in DEFAULTS)})", row)
            connection.execute(
                "insert into meta.citations select measure, breakdown, period_type, period_start, period_end, "
                "publication, release_id, source_file, source_sheet, source_cell, "
                "'value of ' || release_id || ', cell ' || source_cell from marts.figures"
            )
        return path.read_bytes()


def write_warehouse(path: Path, edition_id: str, run_id: str, figures: list[Figure]) -> None:
    """A closed warehouse file at `path`, in the storage format that is published."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = tuple(tuple(row[name] for name in DEFAULTS) for row in figures)
    path.write_bytes(warehouse_with(edition_id, run_id, rows))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Separate folders for each test; three editions are kept."""
    return settings_in(tmp_path)


def settings_in(folder: Path) -> Settings:
    """Settings whose folders lie in one folder; three editions are kept."""
    return Settings(folder / "raw", folder / "work", folder / "published", keep_editions=3)


def copy_folders(made: Path, folder: Path) -> Settings:
    """Copy all folders of a publication, made once for many tests, to the folder of one test."""
    shutil.copytree(made, folder, symlinks=True, dirs_exist_ok=True)
    return settings_in(folder)


def build_edition(
    settings: Settings,
    edition_id: str,
    run_id: str,
    figures: list[Figure] | None = None,
    more: Mapping[str, str] | None = None,
) -> None:
    """Write a sealed edition of these figures, with `more` files by their paths."""
    shutil.rmtree(settings.sealed, ignore_errors=True)
    write_warehouse(settings.sealed_warehouse, edition_id, run_id, [figure()] if figures is None else figures)
    for path, text in (more or {}).items():
        (settings.sealed / path).parent.mkdir(parents=True, exist_ok=True)
        (settings.sealed / path).write_text(text)


def judge_edition(settings: Settings, run_id: str, passed: bool = True) -> None:
    """Record a verdict on the sealed edition as it is now."""
    check = CheckResult("suite", "marts.figures", "expectation", passed, True, "observed", "reason")
    append(settings.ledger, give_verdict(run_id, list_files(settings.sealed), ["omsq 2024-q4"], [check]))


def publish_edition(
    settings: Settings, edition_id: str, figures: list[Figure] | None = None, more: Mapping[str, str] | None = None
) -> Edition:
    """Build, judge and publish; the run is called after the edition."""
    run_id = f"run-{edition_id}"
    build_edition(settings, edition_id, run_id, figures, more)
    judge_edition(settings, run_id)
    return publish(settings, run_id)


@pytest.fixture
def build(settings: Settings) -> Callable[..., None]:
    """Write a sealed edition: `build("p1", "run1", [figure(), …])`, with `more` files by their paths."""
    return partial(build_edition, settings)


@pytest.fixture
def make_figure() -> Callable[..., Figure]:
    """The function `figure`, for test modules."""
    return figure


@pytest.fixture
def publish_one(settings: Settings) -> Callable[..., Edition]:
    """Build, judge and publish: `publish_one("p1", [figure(), …])`; the run is called after the edition."""
    return partial(publish_edition, settings)


@pytest.fixture
def judge(settings: Settings) -> Callable[..., None]:
    """Record a verdict on the sealed edition as it is now: `judge("run1")`, `judge("run1", passed=False)`."""
    return partial(judge_edition, settings)


@pytest.fixture(scope="session")
def three_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Edition]]:
    """A folder with what `three` publishes, to be copied, and the editions."""
    folder = tmp_path_factory.mktemp("three")
    numbers = (1, 2, 3)
    return folder, [publish_edition(settings_in(folder), f"p{n}", [figure(value=float(n))]) for n in numbers]


@pytest.fixture
def three(three_once: tuple[Path, list[Edition]], tmp_path: Path) -> list[Edition]:
    """Three editions, p3 in place; the inputs of each are called `inputs p1` and so on."""
    folder, published = three_once
    copy_folders(folder, tmp_path)
    return list(published)
