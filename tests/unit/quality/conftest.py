"""The landing tables of the repository's own raw/, to be judged as they are or spoilt on purpose."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.build import candidate
from orchestration.build.outcomes import ReleaseOutcome
from orchestration.sources.spec import read_sources
from tests.editions import once
from tests.readings import opened, raw_releases, read_folder
from tests.workbooks import RAW

FILE = "landed.duckdb"


def land_folders(path: Path, folders: list[Path], only: str = "") -> Path:
    """A warehouse with the releases in these folders in the landing tables: all of them, or of one publication only."""
    sources = {name: source for name, source in read_sources().items() if only in ("", source.publication)}
    outcomes = [ReleaseOutcome(opened(folder), "published", "", read_folder(folder).observations) for folder in folders]
    connection = candidate.create(path)
    candidate.land(connection, outcomes, sources)
    connection.close()
    return path


@pytest.fixture(scope="session")
def landed(shared_folder: Path) -> Path:
    """A warehouse with every release of raw/ in its landing tables; not to be changed."""
    return once(shared_folder, "landed", _land) / FILE


def _land(folder: Path) -> None:
    """Land every release of raw/ in a warehouse in a folder."""
    land_folders(folder / FILE, [RAW / name for name in raw_releases()])


@pytest.fixture(scope="session")
def spoilable(landed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the landed warehouse, open; tests take it as `warehouse`."""
    path = Path(shutil.copy(landed, tmp_path_factory.mktemp("spoilable") / "candidate.duckdb"))
    with duckdb.connect(str(path)) as connection:
        yield connection


@pytest.fixture
def warehouse(spoilable: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The landed warehouse, open, to be spoilt: what a test changes is one transaction, which is taken back."""
    spoilable.begin()
    yield spoilable
    spoilable.rollback()


@pytest.fixture(scope="session")
def untouched(landed: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The landed warehouse, open for reading only."""
    with duckdb.connect(str(landed), read_only=True) as connection:
        yield connection


def change(connection: duckdb.DuckDBPyConnection, statement: str, *values: Any) -> None:
    """Change rows, and fail when there was none to change: a test that spoils nothing proves nothing."""
    changed = connection.execute(statement, list(values)).fetchall()
    assert changed[0][0] > 0, statement
