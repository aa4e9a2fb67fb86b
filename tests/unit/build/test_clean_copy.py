"""What is handed to others holds values, and nothing of what the process that made them had in memory."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.build import clean_copy
from orchestration.build.clean_copy import write_clean_copy
from orchestration.build.database import create_file
from orchestration.problems import CheckFailed

SECRET = "record of somebody"
FIGURES = """
    create schema marts;
    create table marts.figures (measure varchar not null, period_end date, value double, people integer);
    insert into marts.figures select 'm' || i, date '2025-03-31' - i::integer, i / 7, i from range(3000) as numbers (i);
    insert into marts.figures values ('none', null, null, null), ('same', null, 1, 1), ('same', null, 1, 1);
    create table marts.empty (value double);
    create macro marts.figures_as_of(day) as table select * from marts.figures where period_end <= day;
    comment on table marts.figures is 'Figures, it''s said';
    comment on column marts.figures.value is 'The figure';
"""


@pytest.fixture
def original(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """A database in whose file records have been; they were dropped, and no query shows them."""
    connection = create_file(tmp_path / "candidate.duckdb")
    connection.execute("set force_compression = 'uncompressed'")
    connection.execute(f"create table records as select '{SECRET} ' || i as text from range(200000) as numbers (i)")
    connection.execute(FIGURES)
    connection.execute("checkpoint")
    connection.execute("drop table records")
    connection.execute("checkpoint")
    return connection


def test_nothing_stands_between_the_values(original, tmp_path):
    copy = tmp_path / "sealed.duckdb"
    write_clean_copy(original, copy)
    assert SECRET.encode() in (tmp_path / "candidate.duckdb").read_bytes()
    assert SECRET.encode() not in copy.read_bytes()


def test_says_what_the_original_says(original, tmp_path):
    copy = tmp_path / "sealed.duckdb"
    copy.write_text("what was there")
    write_clean_copy(original, copy)
    with duckdb.connect(str(copy), read_only=True) as connection:
        for table in ("figures", "empty"):
            query = f"select * from marts.{table}"
            assert connection.execute(query).fetchall() == original.execute(query).fetchall()
        assert connection.execute("select count(*) from marts.figures_as_of(date '2025-03-31')").fetchall() == [(3000,)]
        assert connection.execute("select comment from duckdb_tables() where table_name = 'figures'").fetchall() == [
            ("Figures, it's said",)
        ]
        with pytest.raises(duckdb.Error):
            connection.execute("insert into marts.figures (measure) values (null)")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["candidate.duckdb", "sealed.duckdb"]


def test_a_copy_that_says_something_else_is_refused(original, tmp_path, monkeypatch):
    def export_with_one_row_changed(connection, folder):
        export(connection, folder)
        with (folder / "comments.sql").open("a") as file:
            file.write("update marts.figures set people = 1 where measure = 'none';\n")

    export = clean_copy._export
    monkeypatch.setattr(clean_copy, "_export", export_with_one_row_changed)
    with pytest.raises(CheckFailed, match=r"does not say what the candidate says, in marts\.figures"):
        write_clean_copy(original, tmp_path / "sealed.duckdb")


def test_a_copy_that_lost_a_comment_is_refused(original, tmp_path, monkeypatch):
    monkeypatch.setattr(clean_copy, "COMMENTS", "select '', '' where false")
    with pytest.raises(CheckFailed, match="its tables, columns, macros or comments"):
        write_clean_copy(original, tmp_path / "sealed.duckdb")


def test_what_cannot_be_written_is_reported(original, tmp_path):
    (tmp_path / "sealed.duckdb").mkdir()
    with pytest.raises(CheckFailed, match=r"sealed\.duckdb could not be written \(exit code 1\): .*directory"):
        write_clean_copy(original, tmp_path / "sealed.duckdb")
